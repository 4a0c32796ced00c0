"""What happens to a ticket whose text tries to steer a machine that reads it?

It can only be handled with more care. Where the policy declares the tag, the ticket gets it, with the tag's own floor
and escalation; in any case every text to the customer needs a person's approval.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from triage_core.domain.manipulation.tricks import Trick
from triage_core.domain.policy.rules import TermRule
from triage_core.domain.policy.values import Name, Section, as_list

_Tricks = Annotated[tuple[Trick, ...], BeforeValidator(as_list, json_schema_input_type=Trick | list[Trick])]


class Manipulation(Section):
    """What counts as manipulation, and which tag it gives."""

    tag: Name = "manipulation"
    """The tag that such a ticket gets; where the policy does not declare it, the ticket is marked as suspicious."""
    kinds: _Tricks = tuple(Trick)
    """What counts; all kinds, unless the tickets of a desk are full of one, such as markup at a maker of web sites."""


class CautionRule(TermRule):
    """The rule that stands for the recogniser; no policy file writes it."""

    tag: Name

"""How do a template and facts become a text? By putting each fact in its place once; nothing is computed.

What a fact holds is never read again, so braces in it stay braces. A placeholder without a fact stays as it is: whoever
reads the text sees it, and so do the checks before a text leaves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.domain.policy.gates import Placeholder, Template

PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Filled(Value, frozen=True, kw_only=True):
    """A template with its facts."""

    subject: str
    body: str
    #: Names of placeholders without a fact, each once.
    unfilled: tuple[str, ...] = ()


def fill(template: Template, facts: Mapping[Placeholder, str]) -> Filled:
    """Put every fact in its place; a subject stays one line, whatever stands in the facts."""
    known = {str(name): value for name, value in facts.items()}
    used = names_in(template)
    return Filled(
        subject=_put(template.subject, {name: " ".join(value.split()) for name, value in known.items()}),
        body=_put(template.body, known),
        unfilled=tuple(name for name in used if name not in known),
    )


def names_in(template: Template) -> tuple[str, ...]:
    """Return the placeholders that a template uses, each once."""
    return tuple(dict.fromkeys(PLACE.findall(f"{template.subject}\n{template.body}")))


def _put(text: str, known: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: known.get(found[1], found[0]), text)

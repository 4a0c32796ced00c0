"""What does a tenant's policy look like once it is ready to work?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from triage_core.domain.intake import Alarms, IntakeForm
from triage_core.domain.output.standards import Standards
from triage_core.domain.promises import Promises
from triage_core.domain.routing import Directory
from triage_core.domain.rulebook import Rulebook
from triage_core.domain.sla import Desk

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy


class Playbook:
    """Everything compiled from one policy version; decisions on a ticket use the version stamped on it."""

    def __init__(self, policy: Policy) -> None:
        """Compile once; raises `PolicyInvalid` where the policy does not hold together."""
        self.policy: Final = policy
        self.version: Final = policy.id
        self.rules: Final = Rulebook(policy)
        self.promises: Final = Promises(policy)
        self.form: Final = IntakeForm(policy.intake)
        self.alarms: Final = Alarms(policy)
        self.directory: Final = Directory(policy)

    @cached_property
    def standards(self) -> Standards:
        """What texts are held against before they leave; compiled when the first one is."""
        return Standards(self.policy)

    def desk(self, ticket: Ticket) -> Desk:
        """Bind the promises to a ticket; one without a class has the lowest class's desk, for its intake clock."""
        class_name = ticket.class_name or self.policy.classes[-1].name
        return Desk(self.promises, class_name, ticket.intake, self.version)

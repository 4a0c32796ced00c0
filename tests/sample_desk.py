"""Which small service desk do tests of the use cases work at? Its clock is set by hand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.sample_cases import AGENT, MINUTE, MONDAY
from tests.small_policy import COMPLETE, policy
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import SYSTEM, Actor, Ticket
from triage_core.domain.submission import Submission, Submitted
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from datetime import timedelta

    from triage_core.domain.entry import Entry
    from triage_core.domain.policy import Policy
    from triage_core.ports import Store

TENANT = "acme"


class SampleDesk:
    """A tenant under the small policy, on Monday morning."""

    def __init__(self, store: Store | None = None, rules: Policy | None = None) -> None:
        """Open for work, under the small policy unless another one is given."""
        ids = count(1)
        self.now = MONDAY
        self.store = MemoryStore() if store is None else store
        self.triage = Triage(self.store, lambda: self.now, lambda: f"t{next(ids)}")
        self.triage.playbooks.activate(TENANT, rules or policy(), MONDAY)

    def passes(self, time: timedelta) -> None:
        """Let time pass without anybody looking."""
        self.now += time

    def submit(self, number: int = 1, key: str | None = None, **changes: Any) -> Submitted:
        """Submit a ticket of the mail source."""
        return self.triage.submit(submission(number, **changes), SYSTEM, key)

    def ticket(self, **changes: Any) -> Ticket:
        """Submit a ticket and return it."""
        return self.read(self.submit(**changes).ticket_id)

    def read(self, ticket_id: str = "t1") -> Ticket:
        """Return a ticket as it is stored."""
        return self.triage.ticket(TENANT, ticket_id)

    def record(self, what: Happened, actor: Actor = AGENT, ticket_id: str = "t1", **more: Any) -> Ticket:
        """Report an event."""
        return self.triage.record(TENANT, ticket_id, Event(what=what, **more), actor)

    def tick(self) -> int:
        """Sweep, and return the number of steps taken."""
        return self.triage.tick("sweeper", MINUTE).steps

    def entries(self, ticket_id: str = "t1") -> list[Entry]:
        """Return the lines of a ticket's timeline."""
        return [line.entry for line in self.store.timeline(TENANT, ticket_id)]

    def kinds(self, ticket_id: str = "t1") -> list[Kind]:
        """Return what the lines report."""
        return [entry.kind for entry in self.entries(ticket_id)]


def submission(number: int = 1, **changes: Any) -> Submission:
    """Return a complete ticket of the mail source."""
    base: dict[str, Any] = {
        "tenant": TENANT,
        "source": "mail",
        "source_id": f"m{number}",
        "subject": "printer",
        "body": "does not print",
        "intake": COMPLETE,
    }
    return Submission(**{**base, **changes})

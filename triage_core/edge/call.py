"""What does a handler have in hand, and what does it give back?"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from triage_core.service.repeating import done_once, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage_core.contract.messages import Told
    from triage_core.contract.operation import Operation
    from triage_core.domain.model import Actor, Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.sending import Surface
    from triage_core.send_ports import Surfaces
    from triage_core.service.access import Caller, Hooks
    from triage_core.service.drafting import Drafting
    from triage_core.service.repeating import Once
    from triage_core.service.triage import Triage


#: How something that was worked on is told: as of the line at which the work ended.
Telling: TypeAlias = "Callable[[Call, Worked], Told]"


class Worked(NamedTuple):
    """A ticket on which something was done, and what came of it."""

    ticket: Ticket
    outcome: str
    replayed: bool = False
    #: How it is told; as the ticket where nothing else is said.
    told: Telling | None = None


class Answer(NamedTuple):
    """What an operation answers beside a ticket: its message, and headers of its own."""

    told: Told
    headers: Mapping[str, str] = MappingProxyType({})
    replayed: bool = False


class Call(NamedTuple):
    """One request, checked and in the hands of its caller."""

    operation: Operation
    caller: Caller
    #: Bound to the request's idempotency key.
    triage: Triage
    hooks: Hooks
    now: datetime
    #: The body, the query and the path's parameters, as the operation's models.
    given: Any = None
    query: Any = None
    params: Any = None
    once: Once | None = None
    #: Where the request came in, for addresses that are told.
    base_url: str = ""
    drafting: Drafting | None = None
    #: Channels by which the service itself sends for the tenant.
    direct: frozenset[str] = frozenset()
    #: Knows where tickets are found at their source.
    places: Surfaces | None = None
    #: Where the service itself sends for the tenant.
    surfaces: tuple[Surface, ...] = ()
    #: The caller belongs to those who run the installation.
    is_operator: bool = False

    @property
    def tenant(self) -> str:
        """Whose tickets."""
        return self.caller.tenant

    @property
    def actor(self) -> Actor:
        """Who the timeline will name."""
        return self.caller.actor

    def sends_directly(self, channel: str) -> bool:
        """Tell whether the service itself sends by a channel."""
        return channel in self.direct

    def source_url(self, ticket: Ticket) -> str | None:
        """Return where a ticket is found in its source system, where that is known."""
        return self.places.record_url(self.tenant, ticket.source, ticket.source_id) if self.places else None

    @property
    def playbook(self) -> Playbook:
        """The policy for new tickets; raises `NoPolicy`."""
        return self.triage.playbooks.active(self.tenant, self.now)

    def worked(self, work: Callable[[Triage], Ticket], told: Telling | None = None) -> Worked:
        """Do something on a ticket, once for each idempotency key, and say what came of it."""
        if self.once is not None:
            done = done_once(self.triage, self.tenant, self.once, lambda: work(self.triage))
            return Worked(done.ticket, done.outcome, done.replayed, told)
        before = self.triage.ticket(self.tenant, self.params.ticket_id)
        after = work(self.triage)
        outcome = outcome_of(before, after)
        return Worked(after, outcome, replayed=outcome == "known", told=told)

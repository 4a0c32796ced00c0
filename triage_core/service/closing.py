"""How is a ticket closed with its facts, and how are its promises kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from triage_core.domain.closure import closing, following, judging
from triage_core.domain.closure.facts import CLOSURE, ClosureFacts, read
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.gating import clearing
from triage_core.domain.model import SYSTEM
from triage_core.service.acting import Acting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Actor, Ticket
    from triage_core.ports import Records


class Closing(Acting):
    """Closing, as use cases over a store."""

    def close(self, tenant: str, ticket_id: str, facts: ClosureFacts, actor: Actor) -> Ticket:
        """Close a solved ticket, or add the facts that a closing at the source left out.

        Raises `ClosureIncomplete` with everything that lacks, `ActionNotAllowed` and `NotPermitted`, and
        `ApprovalNeeded` for a grave ticket unless exactly these facts are cleared.
        """
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: clearing.close(seen, ticket, facts))

    def request_clearance(self, tenant: str, ticket_id: str, facts: ClosureFacts, actor: Actor) -> Ticket:
        """Ask somebody else to agree to the closing of a grave ticket with exactly these facts.

        Raises what `check_closure` raises, and `ClearanceNotNeeded`.
        """
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: clearing.request(seen, ticket, facts))

    def check_closure(self, tenant: str, ticket_id: str, facts: ClosureFacts, actor: Actor) -> None:
        """Raise what closing a ticket now would raise, but for a clearance that lacks, and change nothing."""
        ticket, now = self.ticket(tenant, ticket_id), self.now()
        closing.close(Context(playbook=self.playbooks.stamped(ticket, now), now=now, actor=actor), ticket, facts)

    def needs_approval(self, ticket: Ticket) -> bool:
        """Tell whether a named person has to agree before a ticket is closed."""
        return clearing.is_needed(self.seen(ticket, SYSTEM, self.now()), ticket)

    def settle(self, tenant: str, ticket_id: str, action: str, actor: Actor, note: str = "") -> Ticket:
        """Keep what a closing promised."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: following.done(seen, ticket, action, note))

    def judge_cause(self, tenant: str, ticket_id: str, given: judging.Judgement, actor: Actor) -> Ticket:
        """Keep whether the root cause that a closing named was the right one."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: judging.judged(seen, ticket, given))

    def shown_at(self, tenant: str, ticket_id: str, surface: str, url: str, actor: Actor) -> Ticket:
        """Keep the address of a page that shows the closure."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: closing.published(seen, ticket, surface, url))

    def closure(self, tenant: str, ticket_id: str) -> ClosureFacts | None:
        """Return what was said at the closing; none where nothing was, or where it was erased."""
        return said_at_closing(self.store, tenant, ticket_id)

    def open_closures(self, tenant: str, limit: int = 100) -> tuple[Ticket, ...]:
        """Return tickets that their source closed without the facts of a closure, the longest closed first."""
        return self.store.open_closures(tenant, limit)


def said_at_closing(store: Records, tenant: str, ticket_id: str) -> ClosureFacts | None:
    """Return what was said at a closing; none where nothing was, or where it was erased."""
    said = [text.content for text in store.texts(tenant, ticket_id) if text.kind == CLOSURE]
    return read(said[-1]) if said else None


def told_in_codes(entries: Iterable[Entry]) -> ClosureFacts:
    """Return what a timeline still says of a closure whose words are gone: codes and ids."""
    told: dict[str, Any] = {}
    for entry in entries:
        if entry.kind in {Kind.CLOSED, Kind.CLOSURE_COMPLETED} and "resolution_code" in entry.facts:
            told = entry.facts
    if not told:
        return ClosureFacts()
    codes: dict[str, Any] = {name: told[name] for name in (*_CODES, *closing.LINKS.values()) if name in told}
    codes["root_cause"] = {"category": told.get("cause_category"), "confidence": told.get("cause_confidence")}
    codes["workaround"] = {"none": not told["has_workaround"]}
    codes["permanent_fix"] = {"state": told["permanent_fix"]}
    return msgspec.convert(codes, ClosureFacts)


_CODES = ("resolution_code", "closure_cause")

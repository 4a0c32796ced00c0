"""How does a closure get onto a page and into a comment at its source, each with the link to the other?

The page comes first: its address is written on the ticket, and that line makes the comment go out. A page that could
not be made, or of which nobody knows, is written down as well, and the comment then goes out without its link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.cards import notion, zendesk
from triage_core.cards.closure import Links, Summary, summarise
from triage_core.domain.closure import closing
from triage_core.domain.merging import MERGED_FROM
from triage_core.domain.model import SYSTEM, State
from triage_core.domain.sending import Envelope, SendState, Surface
from triage_core.service.closing import said_at_closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Ticket
    from triage_core.domain.sending import Send
    from triage_core.service.acting import Acting

_PAGES: Final = "https://www.notion.so/"
_FOLLOW_UP: Final = "/follow-up/"


class ClosureSheets:
    """Puts closures together for the surfaces that show them."""

    def __init__(self, acting: Acting) -> None:
        """Read from the tickets' store, and write down where closures are shown."""
        self._acting: Final = acting

    def envelope(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Return what shows a closure, every word redacted; nothing where its words are gone."""
        summary = self._summary(ticket)
        if summary is None:
            return None
        if send.surface is Surface.NOTION:
            return Envelope(title=summary.title, body=notion.body(summary), about=ticket.id)
        number = next(self._numbers(ticket), None)
        return Envelope(to=(number,), body=zendesk.comment(summary)["ticket"]) if number else None

    def _summary(self, ticket: Ticket) -> Summary | None:
        acting = self._acting
        facts = said_at_closing(acting.store, ticket.tenant, ticket.id)
        if facts is None or ticket.state is not State.CLOSED:
            return None
        policy = acting.playbooks.stamped(ticket, acting.now()).policy
        return summarise(ticket, facts, policy, self._links(ticket), acting.redact)

    def _links(self, ticket: Ticket) -> Links:
        number = next(self._numbers(ticket), None)
        source = (Surface.ZENDESK.value, number) if number else (ticket.source, ticket.source_id)
        return Links(source=self._acting.surfaces.record_url(ticket.tenant, *source), page=closing.page_of(ticket))

    def _numbers(self, ticket: Ticket) -> Iterator[str]:
        """Return the numbers under which Zendesk knows a ticket: its own first, then of those merged into it."""
        store = self._acting.store
        merged = (store.ticket(ticket.tenant, link.to) for link in ticket.links if link.kind == MERGED_FROM)
        for known in (ticket, *filter(None, merged)):
            if known.source == Surface.ZENDESK:
                yield known.source_id.partition(_FOLLOW_UP)[0]

    def settled(self, tenant: str, send: Send, state: SendState, receipt: str) -> None:
        """Write down where a page is, or that there is none; being told twice changes nothing."""
        if send.surface is not Surface.NOTION:
            return
        page, _, url = receipt.partition(" ")
        is_there = state is SendState.SENT and bool(page)
        address = url or f"{_PAGES}{page.replace('-', '')}"

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            if is_there:
                return closing.published(seen, ticket, Surface.NOTION, address, page)
            return closing.unpublished(seen, ticket, Surface.NOTION, state)

        self._acting.act(tenant, send.ticket_id, SYSTEM, steps)

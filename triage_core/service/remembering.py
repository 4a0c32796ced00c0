"""Which tickets of the past are there, each as it was when automation decided it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.calibration.recalling import decided_at, recall
from triage_core.domain.model import Mode, Record
from triage_core.domain.triaging import joined
from triage_core.ports import Records, TicketFilter, Tickets
from triage_core.service.case import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage_core.domain.calibration.past import Past
    from triage_core.domain.kpis.weeks import Span
    from triage_core.domain.model import Ticket

_ON_A_PAGE: Final = 500
_ALL: Final = TicketFilter(open_only=False)


class PastStore(Tickets, Records, Protocol):
    """Where past tickets are."""


def pasts(store: PastStore, tenant: str, span: Span) -> Iterator[Past]:
    """Return the live tickets that arrived in a span and were decided."""
    for ticket in _tickets(store, tenant):
        if _is_live(ticket) and span.start <= ticket.created_at < span.end:
            found = past_of(store, tenant, ticket.id)
            if found is not None:
                yield found


def latest_arrival(store: PastStore, tenant: str) -> datetime | None:
    """Return when the latest live ticket arrived."""
    arrived = (each.created_at for each in _tickets(store, tenant) if _is_live(each))
    return max(arrived, default=None)


def _is_live(ticket: Ticket) -> bool:
    return ticket.mode is Mode.LIVE and ticket.record is Record.TICKET


def past_of(store: PastStore, tenant: str, ticket_id: str) -> Past | None:
    """Return a ticket as it was decided; none where it never was."""
    lines = store.timeline(tenant, ticket_id)
    number = decided_at(lines)
    if number is None:
        return None
    stored = store.texts(tenant, ticket_id)
    texts = {text.kind: text.content for text in stored if number_of(text, ticket_id) <= number}
    subject, body = texts.get("subject", ""), texts.get("body", "")
    return recall(lines, joined(subject, body) if subject or body else "")


def _tickets(store: PastStore, tenant: str) -> Iterator[Ticket]:
    cursor: str | None = None
    while True:
        page = store.page(tenant, _ALL, cursor, _ON_A_PAGE)
        yield from page.tickets
        if (cursor := page.next_cursor) is None:
            return

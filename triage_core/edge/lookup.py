"""Which tickets does a list or a search show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.contract.views import CardPage
from triage_core.domain.errors import TriageError
from triage_core.edge.views import card, prepared
from triage_core.ports import TicketFilter
from triage_core.service.accounts import glance_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.contract.views import Card
    from triage_core.domain.model import Ticket
    from triage_core.edge.call import Call


class EmptyQuery(TriageError):
    """A search that would find everything is none."""

    code = "empty_query"

    def __init__(self) -> None:
        """Say what can be searched by."""
        super().__init__("this search names nothing to find; send ticket_id, or source with source_id, or customer")


def listed(call: Call) -> CardPage:
    """List tickets in queue order, page by page."""
    asked = call.query
    which = TicketFilter(
        queue=asked.queue,
        owner=asked.owner,
        state=asked.state,
        class_name=asked.class_name,
        customer=asked.customer,
        open_only=asked.open_only,
    )
    page = call.triage.store.page(call.tenant, which, asked.cursor, asked.limit)
    return CardPage.of(items=_cards(call, page.tickets), next_cursor=page.next_cursor)


def found(call: Call) -> CardPage:
    """Find tickets by what is known of them; nothing found is an empty list. Raises `EmptyQuery`."""
    asked = call.query
    fitting = [ticket for ticket in _candidates(call) if asked.customer in (None, ticket.customer)]
    return CardPage.of(items=_cards(call, fitting[: asked.limit]), next_cursor=None)


def _candidates(call: Call) -> Iterable[Ticket]:
    asked, store = call.query, call.triage.store
    if asked.ticket_id:
        known = store.ticket(call.tenant, asked.ticket_id)
    elif asked.source and asked.source_id:
        known = store.by_source(call.tenant, asked.source, asked.source_id)
    elif asked.customer:
        which = TicketFilter(customer=asked.customer, open_only=False)
        return store.page(call.tenant, which, None, asked.limit).tickets
    else:
        raise EmptyQuery
    return [known] if known else []


def _cards(call: Call, tickets: Iterable[Ticket]) -> tuple[Card, ...]:
    return tuple(_card(call, ticket) for ticket in tickets)


def _card(call: Call, ticket: Ticket) -> Card:
    playbook = call.triage.playbooks.stamped(ticket, call.now)
    return card(prepared(glance_at(call.triage, ticket, call.now), playbook, call.caller.platform))

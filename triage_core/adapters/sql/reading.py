"""How are tickets, and what was written beside them, read back from tables?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select
from sqlalchemy.sql.dml import UpdateBase

from triage_core.adapters import cursors
from triage_core.adapters.sql import closures, customers, neighbours, queries, shelf
from triage_core.adapters.sql.encoding import escape, micros, moment, ticket_of, unescape
from triage_core.domain import chain
from triage_core.ports import Answer, History, Message, Page, ProfileRow, StoredCheckpoint, StoredPolicy, StoredText

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.closure_ports import Promises
    from triage_core.domain.chain import Line
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket
    from triage_core.domain.related import Candidate
    from triage_core.ports import Nearby, TicketFilter

Statement = Select[Any] | UpdateBase
Given = Mapping[str, str | int | bytes | None]
Found = Sequence[tuple[Any, ...]]


class Reader(ABC):
    """Answers the questions of `Tickets`, `Records` and the lists beside them."""

    @abstractmethod
    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement."""

    def ticket(self, tenant: str, ticket_id: str) -> Ticket | None:
        """Return the state of a ticket."""
        found = self.rows(queries.TICKET, _of_ticket(tenant, ticket_id))
        return ticket_of(found[0][0]) if found else None

    def by_source(self, tenant: str, source: str, source_id: str) -> Ticket | None:
        """Return the ticket that stands for a source's ticket."""
        given = {"tenant": escape(tenant), "source": escape(source), "source_id": escape(source_id)}
        found = self.rows(queries.BY_SOURCE, given)
        return ticket_of(found[0][0]) if found else None

    def page(self, tenant: str, which: TicketFilter, cursor: str | None, limit: int) -> Page:
        """List tickets in queue order."""
        wanted = {name: escape(value) for name in queries.FILTERS if (value := getattr(which, name)) is not None}
        given: dict[str, str | int] = {"tenant": escape(tenant), "limit": limit + 1, **wanted}
        if cursor is not None:
            rank, order_key, ticket_id = cursors.read(cursor)
            given |= {"rank": rank, "order_key": order_key, "after": escape(ticket_id)}
        narrowed = frozenset(name for name in queries.NARROWED if getattr(which, name))
        query = queries.page(frozenset(wanted), narrowed, starts_after=cursor is not None)
        found = [ticket_of(document) for (document,) in self.rows(query, given)]
        shown = tuple(found[:limit])
        has_more = len(found) > limit
        return Page(tickets=shown, next_cursor=cursors.write(cursors.place_of(shown[-1])) if has_more else None)

    def loads(self, tenant: str) -> dict[str, int]:
        """Count the open tickets of every owner."""
        return {unescape(owner): count for owner, count in self.rows(queries.LOADS, {"tenant": escape(tenant)})}

    def timeline(self, tenant: str, ticket_id: str) -> tuple[Line, ...]:
        """Return the sealed lines in order."""
        found = self.rows(queries.TIMELINE, _of_ticket(tenant, ticket_id))
        return tuple(chain.Line(entry=chain.read(body), body=body, hash=seal) for body, seal in found)

    def counted(self, tenant: str, kind: str, after: datetime, until: datetime) -> tuple[Entry, ...]:
        """Return lines of a kind that some measure counts, from after a moment until another, in the order of time."""
        given: Given = {"tenant": escape(tenant), "kind": kind, "after": micros(after), "until": micros(until)}
        return tuple(chain.read(body) for (body,) in self.rows(queries.COUNTED, given))

    def texts(self, tenant: str, ticket_id: str) -> tuple[StoredText, ...]:
        """Return a ticket's texts, oldest first."""
        return tuple(
            StoredText(id=unescape(key), kind=unescape(kind), content=unescape(content), at=moment(at))
            for key, kind, content, at in self.rows(queries.TEXTS, _of_ticket(tenant, ticket_id))
        )

    def answer(self, tenant: str, key: str) -> Answer | None:
        """Return what a key was answered."""
        found = self.rows(queries.ANSWER, {"tenant": escape(tenant), "key": escape(key)})
        if not found:
            return None
        digest, body, at = found[0]
        return Answer(key=key, request_digest=digest, body=unescape(body), at=moment(at))

    def messages(self, tenant: str, ticket_id: str) -> tuple[Message, ...]:
        """Return a ticket's outgoing intents, oldest first."""
        return tuple(
            Message(id=unescape(key), type=unescape(kind), payload=unescape(payload), at=moment(at))
            for key, kind, payload, at in self.rows(queries.MESSAGES, _of_ticket(tenant, ticket_id))
        )

    def policies(self, tenant: str) -> tuple[StoredPolicy, ...]:
        """Return all versions, the newest last."""
        return tuple(
            StoredPolicy(
                version=unescape(version),
                document=unescape(document),
                digest=unescape(digest),
                active_from=moment(active_from),
            )
            for version, document, digest, active_from in self.rows(queries.POLICIES, {"tenant": escape(tenant)})
        )

    def recent(self, tenant: str, around: Nearby, limit: int) -> tuple[Candidate, ...]:
        """Return up to `limit` tickets for each key, the newest first, each once."""
        found = self.rows(*neighbours.question(tenant, around, limit))
        return neighbours.read(document for (document,) in found)

    def history(self, tenant: str, customer: str, limit: int) -> History:
        """Return a customer's live tickets: all of them counted, and so many of the latest."""
        given = {"tenant": escape(tenant), "customer": escape(customer)}
        counts = {unescape(name): count for name, count in self.rows(customers.CLASSES, given)}
        latest = self.rows(customers.LATEST, {**given, "limit": limit})
        return History(classes=counts, latest=tuple(ticket_of(document) for (document,) in latest))

    def profiles(self, tenant: str, customer: str | None, requester_key: str | None) -> tuple[ProfileRow, ...]:
        """Return the rows of a person and of an account: the account's first, then the person's."""
        found = self.rows(customers.PROFILES, customers.about(tenant, customer, requester_key))
        return tuple(customers.read(unescape(document)) for (document,) in found)

    def texts_due(self, tenant: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """Return ids of tickets that have a text that is as old as a moment or older, by id."""
        given: Given = {"tenant": escape(tenant), "before": micros(before), "after": escape(after), "limit": limit}
        return tuple(unescape(ticket_id) for (ticket_id,) in self.rows(shelf.TEXTS_DUE, given))

    def of_requester(self, tenant: str, requester_key: str) -> tuple[Ticket, ...]:
        """Return every ticket that a person sent, the oldest first."""
        found = self.rows(shelf.OF_REQUESTER, {"tenant": escape(tenant), "requester_key": escape(requester_key)})
        return tuple(ticket_of(document) for (document,) in found)

    def lately_released(self, tenant: str, since: datetime) -> tuple[Ticket, ...]:
        """Return the tickets of which a text left after a moment, by id."""
        found = self.rows(shelf.LATELY_RELEASED, {"tenant": escape(tenant), "since": micros(since)})
        return tuple(ticket_of(document) for (document,) in found)

    def open_closures(self, tenant: str, limit: int) -> tuple[Ticket, ...]:
        """Return closings that owe their facts, the longest closed first."""
        found = self.rows(closures.OWED, {"tenant": escape(tenant), "limit": limit})
        return tuple(ticket_of(document) for (document,) in found)

    def promised(self, tenant: str, which: Promises, first: int, limit: int) -> tuple[tuple[Ticket, str], ...]:
        """Return open promises as ticket and name of the action, the first due in front."""
        found = self.rows(*closures.question(tenant, which, first, limit))
        return tuple((ticket_of(document), unescape(action)) for document, action in found)

    def checkpoints(self, tenant: str) -> tuple[StoredCheckpoint, ...]:
        """Return what was recorded, oldest first."""
        return tuple(
            StoredCheckpoint(number=number, at=moment(at), count=count, root=root)
            for number, at, count, root in self.rows(queries.CHECKPOINTS, {"tenant": escape(tenant)})
        )


def _of_ticket(tenant: str, ticket_id: str) -> dict[str, str]:
    return {"tenant": escape(tenant), "ticket_id": escape(ticket_id)}

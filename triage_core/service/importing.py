"""How does a recorded log become tickets in a store, each with its timeline?

The same walk as a replay, written down: every line tells when it happened in the log, and when it was imported. An
import that is repeated, or continued with a longer log, has no second effect. Nothing is sent about the past.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain import chain
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Actor, ActorKind, Mode, State, Ticket
from triage_core.replay.incident import Incident
from triage_core.replay.walking import Walk, unheard
from triage_core.service.case import Case, opening

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.playbook import Playbook
    from triage_core.ports import Store
    from triage_core.replay.course import Course
    from triage_core.replay.log import Log
    from triage_core.replay.mapping import Mapping
    from triage_core.replay.rows import Row

#: Tickets that are written in one transaction.
_BATCH: Final = 500
#: Enough of a digest to tell tickets apart.
_ID_LENGTH: Final = 24
_EVENT: Final = "row-"
#: More rows than any ticket has: a ticket that did not come from this log keeps its own course.
_ALL: Final = 1 << 62


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    events: int
    quarantined_rows: dict[str, int]
    tickets_created: int
    #: Tickets that an earlier import had brought, taken further where the log goes on.
    tickets_known: int
    #: Tickets of the same source and number that no import brought; they stay as they are.
    tickets_foreign: int
    lines_written: int
    irregular: dict[str, int]


class Importer:
    """Writes one log into a tenant's tickets."""

    def __init__(self, store: Store, tenant: str, mapping: Mapping, playbook: Playbook, mode: Mode = Mode.LIVE) -> None:
        """Decide under the given policy; open tickets go on under it."""
        self._store: Final = store
        self._tenant: Final = tenant
        self._mapping: Final = mapping
        self._playbook: Final = playbook
        self._mode: Final = mode
        self._actor: Final = Actor(kind=ActorKind.PLATFORM, id=mapping.source, roles=mapping.roles)
        self._digest_key: Final = store.digest_key(tenant)
        self._open: Final[dict[str, Case]] = {}
        self._created = self._known = self._foreign = self._lines = 0

    def run(self, log: Log, now: datetime, told: Callable[[float], None] = unheard) -> Imported:
        """Import a log; `now` is when that happens. Raises `MappingMisfit`, `ColumnsMissing`, `LogUnreadable`."""
        self._now = now
        walk = Walk(self._mapping, self._playbook, self)
        walk.go(log, told)
        self._write()
        return Imported(
            events=walk.events,
            quarantined_rows=dict(walk.quarantined.most_common()),
            tickets_created=self._created,
            tickets_known=self._known,
            tickets_foreign=self._foreign,
            lines_written=self._lines,
            irregular=dict(walk.irregular.most_common()),
        )

    # --- as the keeper of a walk ----------------------------------------------------------------------------------

    def begin(self, row: Row, now: datetime) -> Incident:
        """Return a new incident, or one that the store knows with the number of its rows that had their effect."""
        ticket = self._store.by_source(self._tenant, self._mapping.source, row.number)
        if ticket is not None:
            rows = self._rows_of(ticket)
            self._known += rows < _ALL
            self._foreign += rows == _ALL
            return Incident.begun(ticket, row, now, rows)
        self._created += 1
        return Incident.begun(self._blank(row), row, now)

    def _blank(self, row: Row) -> Ticket:
        # The same number has the same id in every import, so that two at once cannot make two tickets of it.
        key = chain.digest(self._digest_key, f"{self._mapping.source}/{row.number}")
        return Ticket(
            tenant=self._tenant,
            id=key[:_ID_LENGTH],
            source=self._mapping.source,
            source_id=row.number,
            channel="import",
            mode=self._mode,
            state=State.INCOMPLETE,
            created_at=row.opened_at,
            updated_at=self._now,
        )

    def _rows_of(self, ticket: Ticket) -> int:
        events = (line.entry.source_event_id or "" for line in self._store.timeline(self._tenant, ticket.id))
        numbers = [int(event.removeprefix(_EVENT)) for event in events if event.startswith(_EVENT)]
        return max(numbers, default=_ALL)

    def keep(self, incident: Incident, course: Course, row: Row) -> None:
        """Take a row's steps into the ticket's pending change."""
        if row.number not in self._open and len(self._open) >= _BATCH:
            self._write()
        is_new = row.number not in self._open and not incident.rows
        case = self._open.get(row.number) or self._begun(course.began, is_new=is_new)
        self._open[row.number] = case
        steps = [_submitted(course, row), *course.steps] if is_new else course.steps
        # What the first row does after the arrival goes without an event id, because the arrival has it.
        event = f"{_EVENT}{incident.rows + 1}" if is_new or incident.rows else None
        case.take([_dated(step, course.context.now) for step in steps], event)

    def _begun(self, ticket: Ticket, *, is_new: bool) -> Case:
        """Begin a change on the ticket as it was before the row; the end of its timeline is where the store has it."""
        stored = None if is_new else self._store.ticket(self._tenant, ticket.id)
        if stored is not None:
            ticket = replace(ticket, version=stored.version, head=stored.head)
        return Case(ticket, self._actor, self._now, self._digest_key)

    def _write(self) -> None:
        """Save what is pending in one transaction."""
        changes = [replace(case.change(), messages=()) for case in self._open.values() if not case.is_empty]
        self._open.clear()
        self._lines += sum(len(change.lines) for change in changes)
        if changes:
            self._store.save(*changes)


def _submitted(course: Course, row: Row) -> Step:
    texts = {kind: text for kind, text in (("subject", row.subject), ("body", row.body)) if text}
    return Step(kind=Kind.SUBMITTED, changes=opening(course.began), texts=texts)


def _dated(step: Step, at: datetime) -> Step:
    return step if step.at is not None else replace(step, at=at)

"""How does a log's next row move the incident it belongs to?

Rows are taken in file order, each at its own moment. An incident's clock never runs backwards: a row that is dated
before the one above it happens at the moment of that one, and is counted.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.context import Context
from triage_core.domain.model import Actor, ActorKind, State
from triage_core.domain.triaging import joined
from triage_core.replay.course import Course, stands_for_reply
from triage_core.replay.fitting import check_fit
from triage_core.replay.incident import Incident
from triage_core.replay.rows import Row, Rows
from triage_core.replay.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.playbook import Playbook
    from triage_core.replay.log import Log
    from triage_core.replay.mapping import Mapping

#: Rows between two reports of progress.
_STRIDE: Final = 1_000
#: Different reasons that are told apart; a file of nonsense must not fill the report.
_REASONS: Final = 100
_OTHER: Final = "other reasons"


def unheard(_share: float) -> None:
    """Hear of progress and do nothing."""


class Keeper(Protocol):
    """Where the incidents of a log go."""

    def begin(self, row: Row, now: datetime) -> Incident:
        """Return the incident of a number that was not seen before; its ticket has not arrived yet, or is known."""

    def keep(self, incident: Incident, course: Course, row: Row) -> None:
        """Keep what a row did; the incident's ticket is already the one after it."""


class Walk:
    """One pass over one log."""

    def __init__(self, mapping: Mapping, playbook: Playbook, keeper: Keeper) -> None:
        """Prepare; raises `MappingMisfit`."""
        check_fit(mapping, playbook)
        self.shelf: Final = Shelf()
        self.events = self.before_opening = self.back_in_time = 0
        #: Rows set aside, by reason.
        self.quarantined: Final[Counter[str]] = Counter()
        #: Moves that the lifecycle refused, by action and state.
        self.irregular: Final[Counter[str]] = Counter()
        #: Rows by the source's class and the fields of the matrix.
        self.judged: Final[Counter[tuple[str | None, ...]]] = Counter()
        self.ignored: tuple[str, ...] = ()
        #: The latest moment of the log so far.
        self.ends_at: datetime | None = None
        self._keeper: Final = keeper
        self._stand_in: Final = mapping.first_reply
        self._mapping: Final = mapping
        self._playbook: Final = playbook
        self._actor: Final = Actor(kind=ActorKind.PLATFORM, id=mapping.source, roles=mapping.roles)

    def go(self, log: Log, told: Callable[[float], None] = unheard) -> None:
        """Take every row; `told` hears the share that is done now and then."""
        rows = Rows(self._mapping, log.header, self._playbook.rules.table.names)
        self.ignored = rows.ignored
        for cells in log.rows:
            self.events += 1
            row = rows.read(cells)
            if isinstance(row, Row):
                self._take(row)
            else:
                self._set_aside(row)
            if self.events % _STRIDE == 0:
                told(log.progress)
        told(1.0)

    def _set_aside(self, reason: str) -> None:
        known = reason in self.quarantined or len(self.quarantined) < _REASONS
        self.quarantined[reason if known else _OTHER] += 1

    def _take(self, row: Row) -> None:
        said = row.said
        self.judged[said.judged] += 1
        self.before_opening += row.at < row.opened_at
        incident = self.shelf.get(row.number)
        if incident is None:
            incident = self._arrive(row)
        else:
            self.back_in_time += row.at < incident.at
            incident.now = max(incident.now, row.at)
            if incident.rows >= incident.known:
                self._move(incident, row, moved=said.state is not incident.state)
        incident.note(row, said.class_name or incident.ticket.class_name)
        if self.ends_at is None or incident.now > self.ends_at:
            self.ends_at = incident.now

    def _arrive(self, row: Row) -> Incident:
        now = max(row.opened_at, row.at)
        incident = self.shelf.add(row.number, self._keeper.begin(row, now))
        if not incident.known:
            course = Course(self._context(row, now), incident.ticket)
            course.arrive(row.said.intake)
            self._kept(incident, course, row)
            self._move(incident, row, moved=row.said.state is not State.TRIAGED)
        return incident

    def _move(self, incident: Incident, row: Row, *, moved: bool) -> None:
        """Move the ticket to where the row shows it; most rows of a log show it where it is."""
        reply = stands_for_reply(row, self._stand_in) and not incident.has_replied(self._stand_in)
        if moved or reply or row.said.intake != incident.intake:
            course = Course(self._context(row, incident.now), incident.ticket)
            course.follow(row, incident.intake, moved=moved, reply=reply)
            self._kept(incident, course, row)

    def _kept(self, incident: Incident, course: Course, row: Row) -> None:
        incident.ticket = course.ticket
        self._keeper.keep(incident, course, row)
        if course.irregular:
            self.irregular.update(course.irregular)

    def _context(self, row: Row, now: datetime) -> Context:
        text = joined(row.subject, row.body) if row.subject or row.body else ""
        return Context(playbook=self._playbook, now=now, actor=self._actor, text=text, is_past=True)

    def catch_up(self, incident: Incident) -> Course:
        """Let time pass for an incident up to the end of the log."""
        context = Context(playbook=self._playbook, now=max(incident.now, self.ends_at or incident.now), is_past=True)
        course = Course(context, incident.ticket)
        course.catch_up()
        incident.ticket = course.ticket
        return course

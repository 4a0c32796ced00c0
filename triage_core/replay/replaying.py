"""What would have happened if a log's rows had come in one by one, under this policy? Nothing is stored."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from triage_core.domain.model import State, Ticket
from triage_core.replay.figures import Figures
from triage_core.replay.incident import Incident
from triage_core.replay.report import Disorder, Matrix, Report
from triage_core.replay.walking import Walk, unheard

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.entry import Kind
    from triage_core.domain.playbook import Playbook
    from triage_core.replay.course import Course
    from triage_core.replay.log import Log
    from triage_core.replay.mapping import Mapping
    from triage_core.replay.rows import Row


def _nothing(_number: str, _incident: Incident) -> None:
    """Take an incident and do nothing."""


def replay(
    log: Log,
    mapping: Mapping,
    playbook: Playbook,
    told: Callable[[float], None] = unheard,
    each: Callable[[str, Incident], None] = _nothing,
) -> Report:
    """Replay a log; `told` hears the share that is done now and then, `each` every incident at the end.

    Raises `MappingMisfit`, `ColumnsMissing` and `LogUnreadable`.
    """
    lines = _Lines(mapping)
    walk = Walk(mapping, playbook, lines)
    walk.go(log, told)
    figures = Figures(mapping, playbook)
    for number, incident in walk.shelf.clear():
        if incident.ticket.is_open:
            lines.count(walk.catch_up(incident))
        figures.add(incident)
        each(number, incident)
    return _report(walk, figures, lines, mapping, playbook)


class _Lines:
    """Counts the lines that a store would have kept."""

    def __init__(self, mapping: Mapping) -> None:
        self.by_kind: Final[Counter[Kind]] = Counter()
        self._mapping: Final = mapping

    def begin(self, row: Row, now: datetime) -> Incident:
        ticket = Ticket(
            tenant=self._mapping.mapping,
            id=row.number,
            source=self._mapping.source,
            source_id=row.number,
            state=State.INCOMPLETE,
            created_at=row.opened_at,
            updated_at=now,
        )
        return Incident.begun(ticket, row, now)

    def keep(self, _incident: Incident, course: Course, _row: Row) -> None:
        self.count(course)

    def count(self, course: Course) -> None:
        for step in course.steps:
            self.by_kind[step.kind] += 1


def _report(walk: Walk, figures: Figures, lines: _Lines, mapping: Mapping, playbook: Playbook) -> Report:
    fields = playbook.policy.intake.fields
    return Report(
        mapping=mapping.mapping,
        policy=playbook.version,
        incidents=figures.incidents,
        events=walk.events,
        quarantined_rows=dict(walk.quarantined.most_common()),
        unresolved=figures.unresolved,
        negative=figures.negative,
        matrix=_matrix(walk.judged, mapping, playbook),
        resolution_hours=figures.resolution_hours,
        breaches=figures.breaches,
        escalation=figures.escalation,
        weeks=figures.weeks,
        max_open=figures.max_open,
        first_response_hours=figures.first_response_hours,
        constants=mapping.constants,
        mandatory_constants=[name for name in mapping.constants if fields[name].required],
        columns_withheld=list(mapping.future),
        columns_ignored=list(walk.ignored),
        live=figures.live,
        blocked=figures.blocked,
        irregular=dict(walk.irregular.most_common()),
        disorder=Disorder(rows_before_opening=walk.before_opening, rows_back_in_time=walk.back_in_time),
        lines={kind.value: count for kind, count in lines.by_kind.most_common()},
    )


def _matrix(judged: Counter[tuple[str | None, ...]], mapping: Mapping, playbook: Playbook) -> Matrix:
    table, classes = playbook.rules.table, playbook.policy.classes
    pairs, rows, differ = set(), 0, 0
    for (given, *values), count in judged.items():
        fields = {**mapping.constants, **dict(zip(table.names, values, strict=True))}
        pair = fields.get("impact"), fields.get("urgency")
        if given is None or None in pair:
            continue
        row = table.row(fields)
        pairs.add(pair)
        rows += count
        differ += count if row is None or classes[row.rank].name != given else 0
    return Matrix(pairs=len(pairs), disagreements=differ, rows=rows)

"""What does a replay say? The names are a public promise; times are those of the log's own clock."""

from __future__ import annotations

from typing import Final

import msgspec

#: Figures of another definition are never compared with these.
DEFINITION_VERSION: Final = "1"


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """The policy's matrix against the class that the source gave, row by row."""

    #: Combinations of impact and urgency that occur.
    pairs: int
    #: Rows on which the two differ, of those that name impact, urgency and class.
    disagreements: int
    rows: int


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """How durations spread, in hours."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None


class Breaches(msgspec.Struct, frozen=True, kw_only=True):
    """Solved incidents, and those of them that took longer than the target of their last class."""

    n: int
    breached: int


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents by class: first row against last row; classes that must escalate count as positive."""

    tp: int
    fn: int
    fp: int
    tn: int
    recall: float | None
    precision: float | None


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents by the ISO week of their last Closed row."""

    week: str
    closed: int = 0
    breached: int = 0
    priority_changed: int = 0
    missed_escalation: int = 0
    false_escalation: int = 0


class MaxOpen(msgspec.Struct, frozen=True, kw_only=True):
    """When the most incidents were open at once, from opening to last closing."""

    count: int
    at: str | None


class LiveClock(msgspec.Struct, frozen=True, kw_only=True):
    """How the engine's own clocks of one metric ended, with what was known at each moment."""

    met: int = 0
    breached: int = 0
    met_by_resolution: int = 0
    superseded: int = 0
    cancelled: int = 0
    #: Neither met nor breached when the log ends.
    open: int = 0


class Disorder(msgspec.Struct, frozen=True, kw_only=True):
    """Times of the log that contradict each other; durations below zero count as zero."""

    rows_before_opening: int = 0
    rows_back_in_time: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One replay."""

    mapping: str
    policy: str
    #: Figures of another definition are never compared with these.
    definition_version: str = DEFINITION_VERSION
    incidents: int
    #: All rows, those set aside included.
    events: int
    quarantined_rows: dict[str, int]
    #: Incidents without a Resolved row.
    unresolved: int
    #: Incidents solved before they were opened.
    negative: int
    matrix: Matrix
    #: Opening to last Resolved row.
    resolution_hours: Hours
    breaches: dict[str, Breaches]
    escalation: Escalation
    weeks: list[Week]
    max_open: MaxOpen
    #: Stand-ins for the first reply, which logs of this kind do not hold.
    first_response_hours: dict[str, Hours]
    #: Intake fields that every ticket got from the mapping and not from the log.
    constants: dict[str, str]
    #: Of those, the ones that the policy requires.
    mandatory_constants: list[str]
    #: Columns that were never read because they know the future, and those that the mapping has no use for.
    columns_withheld: list[str]
    columns_ignored: list[str]
    live: dict[str, LiveClock]
    #: Tickets that never became complete.
    blocked: int
    #: What the lifecycle refused and the log shows all the same.
    irregular: dict[str, int]
    disorder: Disorder
    #: Lines that the replay would have written, by kind.
    lines: dict[str, int]

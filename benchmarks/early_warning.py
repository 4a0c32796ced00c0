"""How many tickets that became urgent would a warning have raised before people did, and at what cost?

`python -m benchmarks.early_warning LOG [--json FILE]`. The log is replayed row by row, so that a warning knows what was
known at its moment and nothing more. Only tickets whose first class is below the urgent ones are looked at.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from benchmarks.warning_page import Figure, Study, show
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.model import State, Ticket
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy import Policy
from triage_core.domain.policy.service_levels import Metric
from triage_core.policyfile import load_policy
from triage_core.replay.incident import Incident
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.replay.walking import Walk
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from triage_core.replay.course import Course
    from triage_core.replay.mapping import Mapping
    from triage_core.replay.rows import Row

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
MAPPING: Final = EXAMPLES / "mappings" / "servicenow-uci.yaml"
POLICY: Final = EXAMPLES / "policies" / "servicenow-4-8-72-120.yaml"
#: Shares of the target at which a warning is given; the last one is the breach.
SHARES: Final = (0.25, 0.5, 0.75, 0.9, 1.0)
_EDGES: Final = {Kind.SLA_AT_RISK, Kind.SLA_BREACHED}


class Targets(NamedTuple):
    """A set of targets: which clock warns, and other targets than those of the policy, by class."""

    name: str
    metric: Metric
    within: dict[str, str]


TARGETS: Final = (
    Targets("solution 4/8/72/120 h", Metric.RESOLUTION, {}),
    Targets("the same less waits", Metric.AGENT_WORK, {}),
    Targets("office hours 4/8/24/40 h", Metric.FIRST_RESOLUTION, {}),
    Targets("solution 4/8/24/48 h", Metric.RESOLUTION, {"P3": "24h", "P4": "48h"}),
    Targets("solution 2/4/8/16 h", Metric.RESOLUTION, {"P3": "8h", "P4": "16h"}),
    Targets("solution 0.5/1/2/4 h", Metric.RESOLUTION, {"P3": "2h", "P4": "4h"}),
    Targets("first reply 0.25/1/4/8 h", Metric.FIRST_REPLY, {}),
)


class Seen(msgspec.Struct):
    """What became of one ticket: its classes, when it was first urgent, and when each share warned before that."""

    first: str
    last: str
    urgent_at: datetime | None = None
    warned: dict[float, datetime] = {}


class Watch:
    """Keeps when each ticket would have been raised."""

    def __init__(self, mapping: Mapping, metric: Metric, urgent: Collection[str]) -> None:
        """Listen to one metric's clock."""
        self.seen: Final[dict[str, Seen]] = {}
        self.opened: Final[dict[str, datetime]] = {}
        self.urgent: Final = urgent
        self._mapping, self._metric = mapping, metric

    def begin(self, row: Row, now: datetime) -> Incident:
        """Return a new incident."""
        self.opened[row.number] = row.opened_at
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

    def keep(self, _incident: Incident, course: Course, row: Row) -> None:
        """Listen to what a row did."""
        self.listen(row.number, course)

    def listen(self, number: str, course: Course) -> None:
        """Note every warning given while the ticket is below the urgent classes, and each change of class."""
        for step in course.steps:
            seen = self.seen.get(number)
            if seen is not None and step.kind in _EDGES and step.facts["metric"] is self._metric:
                self._warned(seen, step.facts.get("share", 1.0), step.at or course.context.now)
            if "class_name" in step.changes:
                self._classed(number, str(step.changes["class_name"]), course.context.now)

    def _warned(self, seen: Seen, share: float, at: datetime) -> None:
        if seen.urgent_at is None:
            seen.warned = {share: at, **seen.warned}

    def _classed(self, number: str, name: str, at: datetime) -> None:
        seen = self.seen.setdefault(number, Seen(first=name, last=name))
        seen.last = name
        if name in self.urgent and seen.urgent_at is None:
            seen.urgent_at = at


def watched(path: Path, mapping: Mapping, policy: Policy, targets: Targets) -> Watch:
    """Replay a log under one set of targets."""
    urgent = {known.name for known in policy.classes if known.must_escalate}
    watch = Watch(mapping, targets.metric, urgent)
    walk = Walk(mapping, Playbook(_promising(policy, targets)), watch)
    with open_log(path, mapping.form) as log:
        walk.go(log)
    for number, incident in walk.shelf.clear():
        if incident.ticket.is_open:
            watch.listen(number, walk.catch_up(incident))
    return watch


def _promising(policy: Policy, targets: Targets) -> Policy:
    """Return the policy with the targets and warnings of the study."""
    document = policy.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    levels = document["service_levels"]
    levels["at_risk"] = [f"{share:.0%}" for share in SHARES if share < 1]
    for name, within in targets.within.items():
        levels["classes"][name]["targets"][targets.metric] = within
    return Policy.model_validate(document)


def study(path: Path, mapping: Mapping, policy: Policy, sets: Iterable[Targets] = TARGETS) -> Study:
    """Replay a log under every set of targets, and count."""
    watches = [(targets, watched(path, mapping, policy, targets)) for targets in sets]
    figures = [_figure(targets.name, share, watch) for targets, watch in watches for share in SHARES]
    watch = watches[0][1]
    below = _below(watch)
    became = [(number, seen) for number, seen in below.items() if _became_urgent(watch, seen)]
    hours = [_hours(watch.opened[number], seen.urgent_at) for number, seen in became if seen.urgent_at is not None]
    return Study(
        log=path.name,
        incidents=len(watch.seen),
        first_below=len(below),
        urgent_for_a_while=sum(seen.urgent_at is not None for seen in below.values()) - len(became),
        median_hours_to_urgent=median(hours) if hours else None,
        figures=tuple(figures),
    )


def _below(watch: Watch) -> dict[str, Seen]:
    return {number: seen for number, seen in watch.seen.items() if seen.first not in watch.urgent}


def _became_urgent(watch: Watch, seen: Seen) -> bool:
    return seen.last in watch.urgent


def _figure(name: str, share: float, watch: Watch) -> Figure:
    below = _below(watch).values()
    became = [seen for seen in below if _became_urgent(watch, seen)]
    never = [seen for seen in below if seen.urgent_at is None]
    leads = [
        _hours(seen.warned[share], seen.urgent_at)
        for seen in became
        if share in seen.warned and seen.urgent_at is not None and seen.warned[share] < seen.urgent_at
    ]
    wrong = sum(share in seen.warned for seen in never)
    recall, precision = Rate(count=len(leads), n=len(became)), Rate(count=len(leads), n=len(leads) + wrong)
    return Figure(
        targets=name,
        share=share,
        raised=len(leads),
        became_urgent=len(became),
        false_alarms=wrong,
        never_urgent=len(never),
        recall=recall.value,
        recall_between=recall.interval,
        precision=precision.value,
        false_alarms_for_each_true=wrong / len(leads) if leads else None,
        median_lead_hours=median(leads) if leads else None,
    )


def _hours(start: datetime, end: datetime | None) -> float:
    return 0.0 if end is None else (end - start).total_seconds() / 3_600


def main(arguments: Sequence[str] | None = None) -> int:
    """Study the log that is named, print the figures and write them as JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.early_warning", description=__doc__.partition("\n")[0])
    parser.add_argument("log", type=Path, metavar="LOG", help="a log that examples/mappings/servicenow-uci.yaml reads")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    chosen = parser.parse_args(arguments)
    try:
        found = study(chosen.log, load_mapping(MAPPING), load_policy(POLICY))
    except (TriageError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    show(found, console())
    if chosen.json:
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

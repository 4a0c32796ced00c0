"""Are public reports of incidents refused where they lack a part, and closed and shown once it is filled in?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from jsonschema import Draft7Validator
from msgspec.structs import replace

from tests.cards.postmortem import closure_of
from tests.cards.samples import LINKS, unchanged
from tests.cards.test_notion import DATA_SOURCE, check, validators, within_limits
from tests.cards.test_zendesk import OURS, Read
from tests.sample_cases import AGENT, PLAYBOOK
from tests.sample_closures import clear
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.cards import markdown, zendesk
from triage_core.cards.closure import Summary, summarise
from triage_core.cards.notion import page
from triage_core.domain.closure.closing import ClosureIncomplete
from triage_core.domain.closure.facts import (
    ClosureCause,
    ClosureFacts,
    DetectedBy,
    FixState,
    Milestone,
    PermanentFix,
    Prevention,
    ResolutionCode,
    Review,
    Workaround,
)
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.happening import Happened
from triage_core.domain.model import State

__all__ = ["validators"]


class Report(NamedTuple):
    """What a person adds to a report: when the damage was, who saw it, and how it ended."""

    file: str
    started: str
    detected: str
    ended: str
    detected_by: DetectedBy
    category: str
    #: Parts that the report itself lacks, beside what no report has.
    lacks: frozenset[str]
    resolution: ResolutionCode = ResolutionCode.SOLVED_PERMANENT


_MON, _CUST, _STAFF = DetectedBy.MONITORING, DetectedBy.CUSTOMER, DetectedBy.STAFF
_FIX = {"/permanent_fix/state", "/permanent_fix/description"}
_LOOK = {"/review/milestones", "/review/went_well", "/review/went_badly", "/review/impact"}
REPORTS = (
    Report(
        "2024-02-28-decide is down.md",
        *("2024-02-28T15:30", "2024-02-28T15:45", "2024-02-28T18:10"),
        _MON,
        "capacity",
        frozenset({"/root_cause/text", "/root_cause/confidence", "/workaround", "/prevention", *_FIX, *_LOOK}),
    ),
    Report(
        "2025-09-29-flags-is-down.md",
        *("2025-09-29T16:58", "2025-09-29T17:25", "2025-09-29T18:46"),
        _MON,
        "configuration",
        frozenset({"/workaround", "/review/went_well", "/review/went_badly"}),
    ),
    Report(
        "2025-10-03-surveys-sdk-bug.md",
        *("2025-10-03T10:45", "2025-10-03T14:59", "2025-10-03T16:11"),
        _CUST,
        "software",
        frozenset({"/workaround"}),
    ),
    Report(
        "2025-10-21-feature-flags-recurring-outages.md",
        *("2025-10-21T21:45", "2025-10-21T21:47", "2025-10-21T23:28"),
        _MON,
        "capacity",
        frozenset({"/workaround", "/review/milestones"}),
    ),
    Report(
        "2025-11-15-persons-db-migration.md",
        *("2025-11-11T16:02", "2025-11-11T16:30", "2025-11-14T15:02"),
        _MON,
        "data",
        frozenset({"/workaround", "/review/milestones"}),
    ),
    Report(
        "2025-11-26-shai-hulud-attack.md",
        *("2025-11-24T04:11", "2025-11-24T08:00", "2025-11-24T09:30"),
        _STAFF,
        "security",
        frozenset({*_FIX, *_LOOK}),
    ),
    Report(
        "2026-01-17-replay-sdk-fetch-wrapper-incident.md",
        *("2026-01-14T10:18", "2026-01-14T10:18", "2026-01-19T16:04"),
        _CUST,
        "software",
        frozenset({"/workaround", "/review/went_well"}),
        ResolutionCode.SOLVED_WORKAROUND,
    ),
)
#: What a desk knows and no public report says.
NEVER_THERE = {
    *("/resolution_code", "/closure_cause", "/root_cause/category", "/review/handoff_friction"),
    *("/review/started_at", "/review/detected_at", "/review/ended_at", "/review/detected_by"),
}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def written(report: Report, folder: Path) -> ClosureFacts:
    text = (folder / "postmortems" / "posthog" / report.file).read_text(encoding="utf-8")
    return closure_of(text, at(report.started))


def filled(report: Report, facts: ClosureFacts) -> ClosureFacts:
    """Add what a person would."""
    is_open = report.resolution is ResolutionCode.SOLVED_WORKAROUND
    state, due = (FixState.PLANNED, date(2026, 6, 1)) if is_open else (FixState.DONE, None)
    description = facts.permanent_fix.description or "What was done is in the summary."
    found = facts.review or Review()
    review = Review(
        started_at=at(report.started),
        detected_at=at(report.detected),
        ended_at=at(report.ended),
        detected_by=report.detected_by,
        milestones=found.milestones or (Milestone(at=at(report.started), what="It began."),),
        impact=found.impact or "See the summary.",
        went_well=found.went_well or "It was over within the day.",
        went_badly=found.went_badly or "It took long to see the cause.",
        handoff_friction="none",
    )
    return replace(
        facts,
        resolution_code=report.resolution,
        closure_cause=ClosureCause.AUTO_AFTER_DAYS,
        root_cause=replace(
            facts.root_cause,
            text=facts.root_cause.text or facts.summary,
            category=report.category,
            confidence=Confidence.CONFIRMED,
        ),
        workaround=Workaround(text="Turn the capture of bodies off.") if is_open else Workaround(none=True),
        permanent_fix=PermanentFix(state=state, description=description, owner="lee", due=due),
        prevention=tuple(
            replace(action, owner="ann", due=date(2026, 4, 1))
            for action in facts.prevention or (Prevention(description="Answer with less delay."),)
        ),
        problem_id="PRB-2025-10",
        change_id="CHG-1",
        review=review,
    )


def solved(number: int = 1, desk: SampleDesk | None = None) -> SampleDesk:
    """Return a desk with a grave ticket that is solved."""
    desk = desk or SampleDesk()
    desk.now = NOW
    desk.submit(number, intake={**COMPLETE, "impact": "high", "urgency": "high"})
    desk.record(Happened.RESOLVED, ticket_id=f"t{number}")
    return desk


def told(desk: SampleDesk, facts: ClosureFacts) -> Summary:
    return summarise(desk.read(), facts, PLAYBOOK.policy, LINKS, unchanged)


reports = pytest.mark.parametrize("report", REPORTS, ids=[report.file[:10] for report in REPORTS])


@reports
def test_a_report_is_refused_with_every_part_it_lacks(shared_data: Path, report: Report) -> None:
    facts = written(report, shared_data)
    desk = solved()
    with pytest.raises(ClosureIncomplete) as refused:
        desk.triage.close(TENANT, "t1", facts, AGENT)
    named = {problem.pointer for problem in refused.value.problems}
    actions = {f"/prevention/{number}/{part}" for number in range(len(facts.prevention)) for part in ("owner", "due")}
    fixed = {"/change_id"} if facts.permanent_fix.state is FixState.DONE else set()
    assert named == report.lacks | NEVER_THERE | actions | fixed
    assert desk.read().state is State.RESOLVED


@reports
def test_once_filled_it_is_closed_and_shown_everywhere(
    shared_data: Path, validators: list[Draft7Validator], report: Report
) -> None:
    facts = filled(report, written(report, shared_data))
    desk = solved()
    clear(desk, facts)
    assert desk.triage.close(TENANT, "t1", facts, AGENT).state is State.CLOSED
    summary = told(desk, desk.triage.closure(TENANT, "t1") or ClosureFacts())
    made = page(summary, DATA_SOURCE)
    check(validators, made)
    assert within_limits(made)
    assert set(Read(zendesk.html_of(summary)).tags) <= OURS
    assert markdown.document(summary).startswith("# P1 mail m1")


@reports
def test_its_duration_is_end_minus_start(shared_data: Path, report: Report) -> None:
    review = filled(report, written(report, shared_data)).review
    assert review is not None
    assert review.duration == at(report.ended) - at(report.started)


def test_a_stated_duration_that_does_not_hold_is_not_repeated(shared_data: Path) -> None:
    review = filled(REPORTS[0], written(REPORTS[0], shared_data)).review
    assert review is not None
    assert review.duration == timedelta(hours=2, minutes=40)


def test_what_is_open_behind_a_workaround_is_promised_and_stays_linked(shared_data: Path) -> None:
    desk = solved()
    facts = filled(REPORTS[-1], written(REPORTS[-1], shared_data))
    clear(desk, facts)
    closed = desk.triage.close(TENANT, "t1", facts, AGENT)
    assert closed.actions[0].id == "fix"
    assert "problem" in [link.kind for link in closed.links]


#: One of several incidents in a report: the day it began, and from when to when.
_WINDOW = re.compile(
    r"^### October (\d+)[^\n]*\n+\*\*Duration:\*\* (\d\d:\d\d)[^\n]*? to (\d\d:\d\d)",
    re.MULTILINE,
)


def windows(report: Report, folder: Path) -> list[tuple[datetime, datetime]]:
    text = (folder / "postmortems" / "posthog" / report.file).read_text(encoding="utf-8")
    spans = [(at(f"2025-10-{day}T{start}"), at(f"2025-10-{day}T{end}")) for day, start, end in _WINDOW.findall(text)]
    return [(start, end if end > start else end + timedelta(days=1)) for start, end in spans]


def test_one_report_becomes_four_tickets_of_one_problem(shared_data: Path) -> None:
    report, desk = REPORTS[3], SampleDesk()
    lasted = timedelta()
    for number, (start, end) in enumerate(windows(report, shared_data), start=1):
        facts = filled(report, written(report, shared_data))
        assert facts.review is not None
        solved(number, desk)
        review = replace(facts.review, started_at=start, detected_at=start, ended_at=end)
        facts = replace(facts, review=review)
        clear(desk, facts, f"t{number}")
        desk.triage.close(TENANT, f"t{number}", facts, AGENT)
        lasted += review.duration or timedelta()
    problems = [link.to for number in range(1, 5) for link in desk.read(f"t{number}").links if link.kind == "problem"]
    assert problems == ["PRB-2025-10"] * 4
    assert lasted == timedelta(hours=12, minutes=7)

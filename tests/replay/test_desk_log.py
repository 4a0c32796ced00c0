"""Does the example log come to the figures that a reader can check by hand?

Solved, in hours: T-01 2, T-02 5, T-03 18, T-04 9 (5 of them waiting), T-05 66 (over a weekend), T-06 27, T-07 0,
T-09 27, T-11 a third, T-12 2. T-08 was closed without a solution, T-10 is still open.
"""

from __future__ import annotations

import io

import pytest

from tests.replay.conftest import DESK_LOG
from triage_core.domain.playbook import Playbook
from triage_core.replay.incidents_file import IncidentsFile
from triage_core.replay.log import open_log
from triage_core.replay.mapping import Mapping
from triage_core.replay.replaying import replay
from triage_core.replay.report import Breaches, Disorder, Escalation, Hours, LiveClock, Matrix, MaxOpen, Report, Week


@pytest.fixture(scope="module")
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def report(mapping: Mapping, playbook: Playbook, lines: io.StringIO) -> Report:
    with open_log(DESK_LOG, mapping.form) as log:
        return replay(log, mapping, playbook, each=IncidentsFile(lines, playbook.rules.ranks).add)


def test_rows_and_incidents(report: Report) -> None:
    assert (report.incidents, report.events, report.unresolved, report.negative) == (12, 53, 2, 0)


def test_rows_that_cannot_be_used_are_set_aside_with_their_reason(report: Report) -> None:
    assert report.quarantined_rows == {"status archived": 1, "impact huge": 1, "changed is no time": 1}


def test_the_matrix_agrees_with_the_class_of_every_row_that_has_one(report: Report) -> None:
    assert report.matrix == Matrix(pairs=6, disagreements=0, rows=49)


def test_hours_to_the_last_solution(report: Report) -> None:
    found = report.resolution_hours
    assert found == Hours(n=10, mean=found.mean, median=7, p90=27)
    assert found.mean == pytest.approx((2 + 5 + 18 + 9 + 66 + 27 + 0 + 27 + 1 / 3 + 2) / 10)


def test_late_round_the_clock_are_t02_t04_t05(report: Report) -> None:
    assert report.breaches["calendar"] == Breaches(n=10, breached=3)


def test_without_its_wait_t04_is_in_time(report: Report) -> None:
    assert report.breaches["paused"] == Breaches(n=10, breached=2)


def test_in_office_hours_t05_is_in_time(report: Report) -> None:
    assert report.breaches["business"] == Breaches(n=10, breached=2)


def test_t02_went_up_late_and_t03_went_up_for_nothing(report: Report) -> None:
    assert report.escalation == Escalation(tp=3, fn=1, fp=1, tn=7, recall=0.75, precision=0.75)


def test_weeks_by_last_closing(report: Report) -> None:
    assert report.weeks == [
        Week(week="2026-W10", closed=7, breached=2, priority_changed=1, missed_escalation=1),
        Week(week="2026-W11", closed=4, breached=1, priority_changed=1, false_escalation=1),
    ]


def test_most_open_when_t11_arrived(report: Report) -> None:
    assert report.max_open == MaxOpen(count=7, at="2026-03-05 10:00:00")


def test_what_the_lifecycle_refuses_is_kept_and_counted(report: Report) -> None:
    assert report.irregular == {"reopen while closed": 1, "close while assigned": 1}


def test_contradicting_times_are_counted(report: Report) -> None:
    assert report.disorder == Disorder(rows_before_opening=1, rows_back_in_time=1)


def test_the_engine_breached_what_was_late_when_it_was_late(report: Report) -> None:
    """T-08 was closed unsolved, T-10 waits for others since its first half hour; T-02 counts under its last class."""
    assert report.live["agent_work"] == LiveClock(met=7, breached=3, superseded=1, cancelled=1, open=1)


def test_constants_and_unread_columns_are_named(report: Report) -> None:
    assert report.mandatory_constants == ["affected_system", "customer_tier", "data_sensitivity"]
    assert report.constants["customer_tier"] == "standard"
    assert (report.columns_withheld, report.columns_ignored) == (["solved_on"], [])


@pytest.mark.usefixtures("report")
def test_one_line_for_each_incident_in_the_order_of_the_log(lines: io.StringIO) -> None:
    written = lines.getvalue().splitlines()
    assert [line.partition(",")[0] for line in written[1:6]] == ["T-01", "T-02", "T-03", "T-04", "T-06"]
    assert written[2] == "T-02,2026-03-02 10:00:00,4,1,2026-03-02 15:00:00,2026-03-06 15:00:00,0.0,5.0"
    assert written[4] == "T-04,2026-03-03 08:00:00,2,2,2026-03-03 17:00:00,2026-03-06 08:00:00,5.0,9.0"
    assert written[8] == "T-08,2026-03-05 09:00:00,3,3,,2026-03-06 09:00:00,0.0,"

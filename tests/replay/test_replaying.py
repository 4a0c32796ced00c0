"""Which laws does a replay keep, whatever log it is given?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.replay.conftest import DESK_LOG, DESK_MAPPING, POLICY, Replayed
from triage_core.domain.playbook import Playbook
from triage_core.policyfile import parse_policy
from triage_core.replay import walking
from triage_core.replay.loading import parse_mapping
from triage_core.replay.log import open_log
from triage_core.replay.mapping import Mapping
from triage_core.replay.replaying import replay
from triage_core.replay.report import Hours, Report
from triage_core.replay.shelf import Shelf

HEADER, *ROWS = DESK_LOG.read_text().splitlines()


def written(rows: Iterable[str], path: Path) -> Path:
    path.write_text("\n".join([HEADER, *rows]))
    return path


def run(path: Path, mapping: Mapping, playbook: Playbook) -> Report:
    with open_log(path, mapping.form) as log:
        return replay(log, mapping, playbook)


@pytest.fixture
def report(mapping: Mapping, playbook: Playbook) -> Report:
    return run(DESK_LOG, mapping, playbook)


def test_a_log_sorted_by_ticket_comes_to_the_same(
    report: Report, mapping: Mapping, playbook: Playbook, tmp_path: Path
) -> None:
    by_ticket = sorted(ROWS, key=lambda row: row.partition(",")[0])
    assert run(written(by_ticket, tmp_path / "log.csv"), mapping, playbook) == report


def test_hardly_any_memory_comes_to_the_same(
    report: Report, mapping: Mapping, playbook: Playbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "Shelf", lambda: Shelf(ready=1))
    assert run(DESK_LOG, mapping, playbook) == report


def test_the_future_can_say_anything(report: Report, mapping: Mapping, playbook: Playbook, tmp_path: Path) -> None:
    lied = [re.sub(r"[^,]*$", "whatever", row) for row in ROWS]
    assert run(written(lied, tmp_path / "log.csv"), mapping, playbook) == report


def test_half_a_log_knows_nothing_of_its_other_half(mapping: Mapping, playbook: Playbook, tmp_path: Path) -> None:
    half = ROWS[:25]
    cut = [row.rpartition(",")[0] + "," for row in half]
    assert run(written(half, tmp_path / "a.csv"), mapping, playbook) == run(
        written(cut, tmp_path / "b.csv"), mapping, playbook
    )


def test_an_empty_log_has_figures_without_values(replayed: Replayed) -> None:
    report = replayed("")
    assert (report.incidents, report.events, report.weeks, report.max_open.at) == (0, 0, [], None)
    assert report.resolution_hours == Hours(n=0, mean=None, median=None, p90=None)
    assert (report.escalation.recall, report.escalation.precision) == (None, None)


def test_an_incident_of_which_no_row_can_be_used_is_none(replayed: Replayed) -> None:
    report = replayed("T-1,archived,2026-03-02 09:00,2026-03-02 09:00,high,high,critical,,")
    assert (report.incidents, report.events, report.quarantined_rows) == (0, 1, {"status archived": 1})


def test_a_class_that_differs_from_the_matrix_is_counted_and_still_judges(replayed: Replayed) -> None:
    report = replayed(
        """T-1,open,2026-03-02 09:00,2026-03-02 09:00,low,low,critical,,
           T-1,solved,2026-03-02 09:00,2026-03-02 15:00,low,low,critical,,"""
    )
    assert (report.matrix.pairs, report.matrix.disagreements, report.matrix.rows) == (1, 2, 2)
    assert report.breaches["calendar"].breached == 1
    assert report.live["resolution"].met == 1  # the engine decides by the matrix


def test_a_solution_before_the_opening_is_counted_and_lasts_no_time(replayed: Replayed) -> None:
    report = replayed("T-1,solved,2026-03-02 09:00,2026-03-02 08:00,low,low,low,,")
    assert (report.negative, report.resolution_hours.mean) == (1, 0)


def test_exactly_on_the_target_is_in_time(replayed: Replayed) -> None:
    rows = "T-1,open,2026-03-02 09:00,2026-03-02 09:00,high,high,critical,,\n"
    on_time = replayed(rows + "T-1,solved,2026-03-02 09:00,2026-03-02 13:00,high,high,critical,,")
    late = replayed(rows + "T-1,solved,2026-03-02 09:00,2026-03-02 13:01,high,high,critical,,")
    assert [found.breaches["calendar"].breached for found in (on_time, late)] == [0, 1]
    assert [found.live["resolution"].breached for found in (on_time, late)] == [0, 1]


def test_a_ticket_that_never_becomes_complete_is_counted_and_judged_by_nobody(replayed: Replayed) -> None:
    report = replayed(
        """T-1,open,2026-03-02 09:00,2026-03-02 09:00,-,low,-,,
           T-1,solved,2026-03-02 09:00,2026-03-04 15:00,-,low,-,,"""
    )
    assert (report.blocked, report.incidents, report.resolution_hours.n) == (1, 1, 1)
    assert report.breaches["calendar"].n == 0
    assert report.irregular == {"show resolved while incomplete": 1}


def test_what_is_open_when_the_log_ends_is_late_by_then(replayed: Replayed) -> None:
    report = replayed(
        """T-1,open,2026-03-02 09:00,2026-03-02 09:00,high,high,critical,,
           T-2,open,2026-03-09 09:00,2026-03-09 09:00,low,low,low,,"""
    )
    assert (report.live["resolution"].breached, report.live["resolution"].open) == (1, 1)


def test_reasons_do_not_grow_without_bound(replayed: Replayed) -> None:
    report = replayed("\n".join(f"T-1,state{n},2026-03-02 09:00,2026-03-02 09:00,low,low,low,," for n in range(300)))
    assert len(report.quarantined_rows) == 101
    assert report.quarantined_rows["other reasons"] == 200


def test_targets_calendars_and_pauses_are_those_of_the_policy(report: Report, mapping: Mapping) -> None:
    text = POLICY.read_text()
    slower = text.replace("resolution: 4h", "resolution: 5h").replace("resolution: 8h", "resolution: 66h")
    patient = text.replace("resolution: []", "resolution: [waiting_customer]", 1)
    judged = [run(DESK_LOG, mapping, Playbook(parse_policy(each, "p"))) for each in (slower, patient)]
    assert [found.breaches["calendar"].breached for found in (report, *judged)] == [3, 0, 2]


def test_the_other_stand_in_for_the_first_reply(report: Report, playbook: Playbook) -> None:
    mapping = parse_mapping(DESK_MAPPING.read_text().replace("first_reply: moved", "first_reply: none"), "m")
    without = run(DESK_LOG, mapping, playbook)
    assert without.first_response_hours == report.first_response_hours
    assert without.live["first_reply"].met_by_resolution > 0
    assert "ticket.agent_replied" not in without.lines
    unlike = {"live", "lines"}
    same = {name: getattr(without, name) for name in unlike}
    assert replace(report, **same) == without


def test_progress_ends_at_one(mapping: Mapping, playbook: Playbook) -> None:
    told: list[float] = []
    with open_log(DESK_LOG, mapping.form) as log:
        replay(log, mapping, playbook, told.append)
    assert told == [1]

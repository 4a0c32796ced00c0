"""Does the study of early warnings count what a reader of a log would count?"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from msgspec import json

from benchmarks.early_warning import MAPPING, POLICY, TARGETS, main, study
from benchmarks.warning_page import Figure, Study, plot, show
from triage_core.policyfile import load_policy
from triage_core.replay.loading import load_mapping
from triage_core.terminal import console

HIGH, GRAVE, PLAIN = (
    "1 - High,1 - High,1 - Critical",
    "1 - High,2 - Medium,2 - High",
    "2 - Medium,2 - Medium,3 - Moderate",
)
#: Number, hours after the opening, state, and impact, urgency and priority. One ticket is open at the end of the log.
ROWS = (
    ("late", 0, "New", PLAIN),
    ("late", 60, "Active", GRAVE),
    ("late", 70, "Resolved", GRAVE),
    ("never", 0, "New", PLAIN),
    ("never", 40, "Resolved", PLAIN),
    ("first", 0, "New", HIGH),
    ("first", 90, "Resolved", HIGH),
    ("early", 0, "New", PLAIN),
    ("early", 1, "Active", HIGH),
    ("early", 99, "Resolved", HIGH),
    ("wave", 0, "New", PLAIN),
    ("wave", 2, "Active", HIGH),
    ("wave", 3, "Active", PLAIN),
    ("wave", 90, "Resolved", PLAIN),
    ("waits", 0, "New", PLAIN),
    ("waits", 1, "Awaiting User Info", PLAIN),
    ("waits", 80, "Active", PLAIN),
)
HEADER = "number,incident_state,opened_at,sys_updated_at,impact,urgency,priority,assigned_to"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The rows above in the columns of the public log, all tickets opened at the same moment."""
    opened = "1/3/2016 00:00"
    lines = [
        f"{number},{state},{opened},{1 + hours // 24}/3/2016 {hours % 24:02}:00,{judged},?"
        for number, hours, state, judged in ROWS
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([HEADER, *lines]))
    return path


@pytest.fixture
def found(log: Path) -> Study:
    """What the study says of the log, by the solution round the clock and by the same less waits."""
    return study(log, load_mapping(MAPPING), load_policy(POLICY), TARGETS[:2])


def at(found: Study, share: float, targets: int = 0) -> Figure:
    return next(each for each in found.figures if each.share == share and each.targets == TARGETS[targets].name)


def test_only_tickets_that_begin_below_count_and_a_wave_counts_on_neither_side(found: Study) -> None:
    assert (found.incidents, found.first_below, found.urgent_for_a_while) == (6, 5, 1)
    assert (at(found, 0.5).became_urgent, at(found, 0.5).never_urgent) == (2, 2)


def test_a_warning_counts_where_it_comes_before_people_make_the_ticket_urgent(found: Study) -> None:
    raised = {share: at(found, share).raised for share in (0.25, 0.5, 0.75, 0.9, 1.0)}
    assert raised == {0.25: 1, 0.5: 1, 0.75: 1, 0.9: 0, 1.0: 0}
    assert (at(found, 0.75).recall, at(found, 0.75).median_lead_hours) == (0.5, 6)


def test_a_warning_on_a_ticket_that_never_was_urgent_is_a_false_alarm(found: Study) -> None:
    assert {share: at(found, share).false_alarms for share in (0.25, 0.5, 0.75)} == {0.25: 2, 0.5: 2, 0.75: 1}
    assert (at(found, 0.25).precision, at(found, 0.25).false_alarms_for_each_true) == (1 / 3, 2)


def test_a_clock_that_stands_still_while_others_are_waited_for_warns_of_less(found: Study) -> None:
    assert at(found, 0.75, targets=1).false_alarms == 0


def test_it_is_shown_as_table_and_plot_and_written_as_figures(
    log: Path, found: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = StringIO()
    show(found, console(shown))
    assert "1 of 2" in shown.getvalue()
    assert "nothing was raised before people did" in plot([at(found, 1.0)])
    assert main([str(log), "--json", str(tmp_path / "figures.json")]) == 0
    written = json.decode((tmp_path / "figures.json").read_bytes(), type=Study)
    assert written.figures[: len(found.figures)] == found.figures
    assert main([str(tmp_path / "none.csv")]) == 1
    assert "no such log file" in capsys.readouterr().err

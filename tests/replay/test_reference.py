"""Does a real log come to the figures that others computed from it, and in bounded memory?

The log is the public "Incident management process enriched event log" of the UCI repository; a plain clone has none.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.conftest import REPOSITORY
from tests.replay.conftest import POLICY, UCI_MAPPING
from triage_core.domain.playbook import Playbook
from triage_core.replay.incidents_file import IncidentsFile
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.replay.replaying import replay

PANDAS: Final = Path(__file__).parent / "pandas_reference.py"
#: Runs the command, and then tells the peak that the system counted for this program alone.
MEASURED: Final = """
import re, sys
from pathlib import Path
from triage_core.cli import app
try:
    app(sys.argv[1:])
except SystemExit as ended:
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
    print(peak[1] if peak else 0, file=sys.stderr)
    sys.exit(ended.code)
"""
#: For each incident: a number in an array, the same in the sorted list of the median, and its place in that list.
MEDIAN_BYTES: Final = 8 + 24 + 8


@pytest.fixture(scope="module")
def uci(shared_data: Path) -> Path:
    return shared_data / "uci"


@pytest.fixture(scope="module")
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def fixture(uci: Path, playbook: Playbook, lines: io.StringIO) -> dict[str, Any]:
    mapping = load_mapping(UCI_MAPPING)
    with open_log(uci / "uci_fixture_1000.csv.gz", mapping.form) as log:
        report = replay(log, mapping, playbook, each=IncidentsFile(lines, playbook.rules.ranks).add)
    return dict(msgspec.to_builtins(report))


class Ran(msgspec.Struct, frozen=True):
    """What the command said about a log, and the most memory it held."""

    report: dict[str, Any]
    peak_bytes: int


def command(log: Path) -> Ran:
    arguments = ["replay", log, "--mapping", UCI_MAPPING, "--policy", POLICY, "--json"]
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, arguments)], capture_output=True, check=True, cwd=REPOSITORY
    )
    return Ran(json.loads(ran.stdout), int(ran.stderr.split()[-1]) * 1024)


@pytest.fixture(scope="module")
def full(uci: Path) -> Ran:
    return command(uci / "incident_event_log.csv.zip")


def agree(ours: Any, theirs: Any, path: str = "") -> None:
    """Compare all that the other one says, numbers to four decimals."""
    if isinstance(theirs, dict):
        for name, value in theirs.items():
            agree(ours[name], value, f"{path}/{name}")
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), path
        for index, value in enumerate(theirs):
            agree(ours[index], value, f"{path}/{index}")
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, abs=5e-5), path
    else:
        assert ours == theirs, path


def by_pandas(log: Path) -> dict[str, Any]:
    ran = subprocess.run([sys.executable, PANDAS, log], capture_output=True, check=True)
    return dict(json.loads(ran.stdout))


# --- the fixture of 1,000 incidents -----------------------------------------------------------------------------------


def test_every_figure_of_the_reference(fixture: dict[str, Any], uci: Path) -> None:
    agree(fixture, json.loads((uci / "uci_fixture_1000_reference.json").read_text()))


def test_pandas_finds_the_figures_of_the_reference_too(uci: Path) -> None:
    reference = json.loads((uci / "uci_fixture_1000_reference.json").read_text())
    agree(by_pandas(uci / "uci_fixture_1000.csv.gz"), reference)


@pytest.mark.usefixtures("fixture")
def test_every_incident_of_the_reference(lines: io.StringIO, uci: Path) -> None:
    with gzip.open(uci / "uci_fixture_1000_incidents.csv.gz", "rt", newline="") as text:
        assert list(csv.reader(io.StringIO(lines.getvalue()))) == list(csv.reader(text))


def test_every_row_agrees_with_the_matrix(fixture: dict[str, Any]) -> None:
    assert fixture["matrix"] == {"pairs": 8, "disagreements": 0, "rows": 7_397}


def test_both_stand_ins_for_the_first_reply(fixture: dict[str, Any]) -> None:
    found = fixture["first_response_hours"]
    assert (found["moved"]["n"], found["assigned"]["n"]) == (1_000, 974)
    assert (found["moved"]["median"], found["assigned"]["median"]) == pytest.approx((1.775, 0.125))


def test_every_clock_of_the_engine_has_ended(fixture: dict[str, Any]) -> None:
    assert {(live["met"] + live["breached"], live["open"]) for live in fixture["live"].values()} == {(1_000, 0)}


# --- the full log -----------------------------------------------------------------------------------------------------


def test_the_full_log_agrees_with_pandas(full: Ran, uci: Path) -> None:
    assert (full.report["events"], full.report["incidents"]) == (141_712, 24_918)
    agree(full.report, by_pandas(uci / "incident_event_log.csv.zip"))


def test_the_full_log_holds_moves_that_the_lifecycle_refuses(full: Ran) -> None:
    assert full.report["irregular"] == {
        "reopen while closed": 12,
        "reopen while resolved": 3,
        "close while assigned": 12,
        "close while waiting_customer": 1,
    }


def test_the_full_log_contradicts_itself_in_a_few_places(full: Ran) -> None:
    assert full.report["disorder"] == {"rows_before_opening": 5, "rows_back_in_time": 1}


def test_memory_hardly_grows_with_the_log(full: Ran, uci: Path) -> None:
    small = command(uci / "uci_fixture_1000.csv.gz")
    if not small.peak_bytes:
        pytest.skip("this system does not tell a program's peak")
    assert full.peak_bytes <= 1.5 * small.peak_bytes + full.report["incidents"] * MEDIAN_BYTES

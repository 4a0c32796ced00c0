"""How long does a replay take beside a pandas script of the same figures, and how much memory?

Both run as whole programs, from their start to their end. The script sees all rows at once and computes the figures
alone; the replay takes the rows one by one through lifecycle and clocks.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Contestant, Effort, prove, race
from benchmarks.report import Report, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTION = "how long does a year's log take beside a pandas script, and how much memory?"
DISTRIBUTIONS = ("pandas", "numpy")
REPOSITORY = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("TRIAGE_SHARED_DATA", REPOSITORY.parent / "shared" / "data")) / "uci"
FULL_LOG, SMALL_LOG = LOGS / "incident_event_log.csv.zip", LOGS / "uci_fixture_1000.csv.gz"
EXAMPLES = REPOSITORY / "examples"
MAPPING = EXAMPLES / "mappings" / "servicenow-uci.yaml"
POLICY = EXAMPLES / "policies" / "servicenow-4-8-72-120.yaml"
SCRIPT = REPOSITORY / "tests" / "replay" / "pandas_reference.py"
FULL = Effort(rounds=5, seconds=0, fewest=1)
QUICK = Effort(rounds=1, seconds=0, fewest=1)
#: Runs a program and then tells the most memory it held, which the system counts from its start.
PEAK = """
import re, runpy, sys
from pathlib import Path
program, sys.argv = sys.argv[1], sys.argv[1:]
try:
    (runpy.run_path if program.endswith(".py") else runpy.run_module)(program, run_name="__main__")
except SystemExit:
    pass
status = Path("/proc/self/status")
found = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
print(found[1] if found else 0, file=sys.stderr)
"""
COMPARED = ("incidents", "events", "quarantined_rows", "unresolved", "negative", "breaches", "weeks", "max_open")


def run(*, quick: bool) -> Report:
    """Return times and peaks over the full log, or over the small one when quick."""
    log = SMALL_LOG if quick else FULL_LOG
    if not log.exists():
        missing = Table(title="no log: set TRIAGE_SHARED_DATA to the folder that holds uci/", columns=("",), rows=())
        return Report(section="replay", question=QUESTION, proven=(), tables=(missing,))
    proven = prove("ours", _figures(_script(log)), [*_figures(_replay(log))])
    contestants = [
        Contestant("pandas script", lambda path: _output(_script(path)), [log], "figures only, all rows at once"),
        Contestant(
            "triage replay", lambda path: _output(_replay(path)), [log], "each row through lifecycle and clocks"
        ),
    ]
    races = (race(f"whole programs on {log.name}", contestants, QUICK if quick else FULL),)
    return Report(section="replay", question=QUESTION, proven=(proven,), tables=(_peaks(log),), races=races)


def _script(log: Path) -> list[str]:
    return [str(SCRIPT), str(log)]


def _replay(log: Path) -> list[str]:
    return ["triage_core", "replay", str(log), "--mapping", str(MAPPING), "--policy", str(POLICY), "--json"]


def _output(program: Sequence[str]) -> bytes:
    start = [] if program[0].endswith(".py") else ["-m"]
    return subprocess.run([sys.executable, *start, *program], capture_output=True, check=True, cwd=REPOSITORY).stdout


def _figures(program: Sequence[str]) -> list[Any]:
    found = json.loads(_output(program))
    return [found[name] for name in COMPARED]


def _peaks(log: Path) -> Table:
    programs = {
        f"pandas script, {log.name}": _script(log),
        f"triage replay, {log.name}": _replay(log),
        f"triage replay, {SMALL_LOG.name}": _replay(SMALL_LOG),
    }
    rows = tuple((name, f"{_peak(program) / 1024:,.1f}") for name, program in programs.items())
    return Table(title="peak memory of the whole program", columns=("", "MiB"), rows=rows)


def _peak(program: Sequence[str]) -> int:
    ran = subprocess.run([sys.executable, "-c", PEAK, *program], capture_output=True, check=True, cwd=REPOSITORY)
    return int(re.findall(rb"\d+", ran.stderr)[-1])

"""Which sections of the benchmark run, and where do their figures go?

`python -m benchmarks [--only SECTION] [--quick] [--json FILE]`, usually through `scripts/bench`.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.report import Run, headed, machine, told
from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.report import Report

SECTIONS = {
    "decide": "benchmarks.decide",
    "pipeline": "benchmarks.pipeline",
    "clock": "benchmarks.clock",
    "replay": "benchmarks.replay",
    "kpis": "benchmarks.kpis",
    "submit": "benchmarks.submit",
}
"""A section is a module with `QUESTION`, `DISTRIBUTIONS` (named in the head) and `run(*, quick) -> Report`."""

OURS = ("triage-core", "msgspec")
WRONG, UNINSTALLED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen sections, print them and write them as JSON; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen.only or list(SECTIONS), quick=chosen.quick, target=chosen.json)
    except TriageError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return WRONG
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed; start the benchmarks with scripts/bench", file=sys.stderr)
        return UNINSTALLED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=SECTIONS, help="run this section; may be repeated")
    parser.add_argument("--quick", action="store_true", help="few tickets and rounds: shows that everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    return parser


def _run(names: Sequence[str], *, quick: bool, target: Path | None) -> int:
    modules = [import_module(SECTIONS[name]) for name in names]
    found = machine([*OURS, *(name for module in modules for name in module.DISTRIBUTIONS)])
    print(headed(found, quick=quick), flush=True)
    reports: list[Report] = []
    for module in modules:
        reports.append(module.run(quick=quick))
        print(f"\n{told(reports[-1])}", flush=True)
    if target:
        run = Run(quick=quick, machine=found, reports=tuple(reports))
        target.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

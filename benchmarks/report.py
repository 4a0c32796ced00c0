"""What did a run measure, on which machine, and how does a reader or a program get to see it?"""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one contestant needed per call; the ratios divide by the baseline of its race."""

    name: str
    note: str
    minimum_us: float
    median_us: float
    ratio_of_medians: float
    ratio_of_minima: float
    inputs: int
    calls_per_round: int


class Race(msgspec.Struct, frozen=True, kw_only=True):
    """Contestants timed in turn; `noise` is the baseline's ratio to itself, entered a second time."""

    title: str
    baseline: str
    rounds: int
    noise: float
    results: tuple[Result, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that are no timings."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one section found; races are only run after its answers were proven equal."""

    section: str
    question: str
    proven: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    races: tuple[Race, ...] = ()


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where and with what the run was made."""

    date: str
    python: str
    platform: str
    processor: str
    cpus: int
    load: float
    versions: dict[str, str]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One complete run, as it is written to JSON."""

    quick: bool
    machine: Machine
    reports: tuple[Report, ...]


QUICK_WARNING = "QUICK: too few rounds for figures; shows only that everything runs."
CPU_FACTS = Path("/proc/cpuinfo")
RACE_COLUMNS = ("", "min us", "median us", "x min", "x median", "inputs", "calls/round")


def machine(distributions: Iterable[str]) -> Machine:
    """Return the machine as it is now."""
    return Machine(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=platform.platform(),
        processor=_processor(),
        cpus=os.cpu_count() or 0,
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else -1,
        versions={name: _version(name) for name in sorted(set(distributions))},
    )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    if not CPU_FACTS.exists():
        return platform.processor()
    lines = (line.partition(":") for line in CPU_FACTS.read_text().splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == "model name"), platform.processor())


def headed(found: Machine, *, quick: bool) -> str:
    """Return the head of the printed run."""
    lines = [
        f"{found.date} | {found.python} | {found.platform}",
        f"{found.processor}, {found.cpus} CPUs, load {found.load}",
        ", ".join(f"{name} {number}" for name, number in found.versions.items()),
        "Compare ratios, never absolute times of different runs.",
    ]
    return "\n".join([*lines, QUICK_WARNING] if quick else lines)


def told(report: Report) -> str:
    """Return a section as plain text, each contestant's note once."""
    notes = dict.fromkeys(
        f"   {result.name}: {result.note}" for race in report.races for result in race.results if result.note
    )
    parts = [f"== {report.section}: {report.question}", *(f"equal: {proof}" for proof in report.proven)]
    parts += [f"\n-- {table.title}\n{_aligned(table.columns, table.rows)}" for table in report.tables]
    parts += [f"\n{_race(race)}" for race in report.races]
    return "\n".join([*parts, *(["", "notes", *notes] if notes else [])])


def _race(race: Race) -> str:
    title = f"-- {race.title} ({race.rounds} rounds; x = times the time of {race.baseline}; noise {race.noise:.2f})"
    return f"{title}\n{_aligned(RACE_COLUMNS, [_row(result) for result in race.results])}"


def _row(result: Result) -> tuple[str, ...]:
    times = (f"{result.minimum_us:,.2f}", f"{result.median_us:,.2f}")
    ratios = (f"{result.ratio_of_minima:,.2f}", f"{result.ratio_of_medians:,.2f}")
    return (result.name, *times, *ratios, f"{result.inputs:,}", f"{result.calls_per_round:,}")


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    return "\n".join(_line(cells, widths) for cells in (columns, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(padded).rstrip()

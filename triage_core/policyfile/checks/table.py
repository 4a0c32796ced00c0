"""Does the matrix give every ticket a class, and never a lower one to a more serious ticket?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from triage_core.domain.conditions import all_hold
from triage_core.domain.matrix import rows_of
from triage_core.domain.policy import Policy
from triage_core.domain.policy.rules import MatrixRow
from triage_core.policyfile.checks.form import values_in_order
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

#: More combinations than any readable table has; a wider one cannot be checked and is refused.
MAX_COMBINATIONS: Final = 60_000

_Values = tuple[object, ...]


def has_cells(policy: Policy) -> Iterator[Finding]:
    """There is a grid or there are rows."""
    if not policy.matrix.grid and not policy.matrix.rows:
        yield Finding(path=("matrix",), what="the matrix is empty", expected="a grid, or rows", at_key=True)


def one_form(policy: Policy) -> Iterator[Finding]:
    """Rows under a complete grid would never be reached."""
    if policy.matrix.grid and policy.matrix.rows:
        what = "the matrix has a grid and rows; no row is ever reached"
        yield Finding(path=("matrix", "rows"), what=what, expected="one of the two", at_key=True)


def complete_grid(policy: Policy) -> Iterator[Finding]:
    """Every impact meets every urgency."""
    grid = policy.matrix.grid
    fields = policy.intake.fields
    if not grid or not {"impact", "urgency"} <= fields.keys():
        return
    for impact in (value.value for value in fields["impact"].values):
        if impact not in grid:
            yield Finding(path=("matrix", "grid"), what=f"the grid has no line for impact {impact}", at_key=True)
            continue
        for urgency in (value.value for value in fields["urgency"].values):
            if urgency not in grid[impact]:
                what = f"the grid has no class for impact {impact} and urgency {urgency}"
                yield Finding(path=("matrix", "grid", impact), what=what, at_key=True)


def catch_all(policy: Policy) -> Iterator[Finding]:
    """The last row fits every ticket, and no earlier one does."""
    rows = policy.matrix.rows
    if rows and rows[-1].when:
        path = ("matrix", "rows", len(rows) - 1, "when")
        yield Finding(path=path, what="a ticket may fit no row", expected="a last row without when", at_key=True)
    for number, row in enumerate(rows[:-1]):
        if not row.when:
            what = f'row "{row.id}" fits every ticket; the rows below it are never reached'
            yield Finding(path=("matrix", "rows", number, "id"), what=what, expected="it last")


def never_lowers(policy: Policy) -> Iterator[Finding]:
    """More impact, urgency, tier or sensitivity never gives a lower class."""
    rows = _sound_rows(policy)
    axes = _axes(policy, rows)
    if prod(len(values) for values, _ in axes.values()) > MAX_COMBINATIONS:
        what = f"the rows combine more than {MAX_COMBINATIONS:,} cases"
        yield Finding(path=("matrix",), what=what, expected="fewer fields in one table", at_key=True)
        return
    ranks = {item.name: rank for rank, item in enumerate(policy.classes)}
    chosen = _chosen(rows, axes)
    reported: set[str] = set()
    for place, row in chosen.items():
        for milder, name in _milder(place, axes):
            below = chosen.get(milder)
            if row is None or below is None or row.id in reported or ranks[row.class_name] <= ranks[below.class_name]:
                continue
            reported.add(row.id)
            yield _lowered(policy, row, below, name)


def _sound_rows(policy: Policy) -> list[MatrixRow]:
    names = {item.name for item in policy.classes}
    return [row for row in rows_of(policy.matrix) if row.class_name in names]


def _axes(policy: Policy, rows: list[MatrixRow]) -> dict[str, tuple[_Values, bool]]:
    """Return for each field of the rows its cases, and whether they stand in order, the most serious first."""
    axes: dict[str, tuple[_Values, bool]] = {}
    for name in dict.fromkeys(name for row in rows for name in row.when):
        field = policy.intake.fields.get(name)
        bounds = {test.at_least for row in rows if (test := row.when.get(name)) and test.at_least is not None}
        if bounds:
            axes[name] = ((*sorted(bounds, reverse=True), None), True)
        elif field is not None and field.ordered:
            axes[name] = ((*values_in_order(field), *(() if field.required else (None,))), True)
        else:
            used = {value for row in rows if name in row.when for value in row.when[name].any_of}
            axes[name] = ((*sorted(used), None), False)
    return axes


def _chosen(rows: list[MatrixRow], axes: Mapping[str, tuple[_Values, bool]]) -> dict[tuple[int, ...], MatrixRow | None]:
    sizes = [range(len(values)) for values, _ in axes.values()]
    cases = list(axes.items())
    chosen: dict[tuple[int, ...], MatrixRow | None] = {}
    for place in product(*sizes):
        fields = {name: values[index] for index, (name, (values, _)) in zip(place, cases, strict=True)}
        chosen[place] = next((row for row in rows if all_hold(row.when, fields)), None)
    return chosen


def _milder(place: tuple[int, ...], axes: Mapping[str, tuple[_Values, bool]]) -> Iterator[tuple[tuple[int, ...], str]]:
    for axis, (name, (_, ordered)) in enumerate(axes.items()):
        if ordered:
            yield (*place[:axis], place[axis] + 1, *place[axis + 1 :]), name


def _lowered(policy: Policy, row: MatrixRow, below: MatrixRow, field: str) -> Finding:
    what = f"{_named(row)} gives {row.class_name}, but {_named(below)} gives {below.class_name} for a milder {field}"
    return Finding(path=_path(policy, row), what=what, expected=f"{below.class_name} or a higher class")


def _named(row: MatrixRow) -> str:
    return f"the cell {row.id.removeprefix('matrix:')}" if row.id.startswith("matrix:") else f'row "{row.id}"'


def _path(policy: Policy, row: MatrixRow) -> Path:
    for number, each in enumerate(policy.matrix.rows):
        if each is row:
            return ("matrix", "rows", number, "class")
    return ("matrix", "grid", row.when["impact"].any_of[0], row.when["urgency"].any_of[0])

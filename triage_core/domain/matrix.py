"""Which row of the decision table holds for impact, urgency and the fields beside them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.conditions import FieldValues, all_hold
from triage_core.domain.policy.rules import Matrix, MatrixRow
from triage_core.domain.policy.values import FieldTest
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable


class Row(Value, frozen=True, kw_only=True):
    """A row that holds, and the class it gives."""

    number: int
    id: str
    rank: int


def rows_of(matrix: Matrix) -> tuple[MatrixRow, ...]:
    """Return the rows in the order they are tried; a grid is spelled out cell by cell."""
    return tuple(_cells(matrix)) + matrix.rows


def _cells(matrix: Matrix) -> Iterable[MatrixRow]:
    for impact, cells in matrix.grid.items():
        for urgency, class_name in cells.items():
            when = {"impact": FieldTest(any_of=(impact,)), "urgency": FieldTest(any_of=(urgency,))}
            yield MatrixRow(id=f"matrix:{impact}/{urgency}", when=when, class_name=class_name)


class DecisionTable:
    """The rows, ready to ask; the first that fits holds."""

    __slots__ = ("names", "rows", "tests")

    def __init__(self, matrix: Matrix, ranks: dict[str, int]) -> None:
        """Take the rank of each class."""
        given = rows_of(matrix)
        self.rows = tuple(Row(number=n, id=row.id, rank=ranks[row.class_name]) for n, row in enumerate(given))
        self.names = tuple(dict.fromkeys(name for row in given for name in row.when))
        self.tests = tuple(row.when for row in given)

    def row(self, fields: FieldValues) -> Row | None:
        """Return the first row that fits, or none when the table has a hole there."""
        return next((row for row, when in zip(self.rows, self.tests, strict=True) if all_hold(when, fields)), None)

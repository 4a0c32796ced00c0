"""What does a statement look like to the driver? Each is compiled once and then sent as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Dialect

    from triage_core.adapters.sql.reading import Given, Statement

#: What a named parameter may be.
Values = Mapping[str, Any]


class Statements:
    """Compiled statements of one dialect, which names its parameters."""

    def __init__(self, dialect: Dialect) -> None:
        """Compile for a dialect when a statement is first met."""
        self._dialect = dialect
        self._known: dict[Statement, tuple[str, Values]] = {}

    def ready(self, statement: Statement, given: Given) -> tuple[str, Values]:
        """Return the driver's text and all its parameters, those that the statement itself fixes among them."""
        if (known := self._known.get(statement)) is None:
            known = self._known[statement] = self._compile(statement)
        text, fixed = known
        return text, {**fixed, **given}

    def _compile(self, statement: Statement) -> tuple[str, Values]:
        compiled = statement.compile(dialect=self._dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), fixed

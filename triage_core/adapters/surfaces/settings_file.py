"""Which surfaces are set up for which tenant? One file says it, and all that is wrong with it is told at once.

Nothing of the file is ever repeated in a message but the names of its keys.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from triage_core.adapters.surfaces.settings import EXPECTED, LOOPBACK, TenantSurfaces
from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

VARIABLE: Final = "TRIAGE_SURFACES"
#: What stands in place of a secret, and names the variable that holds it.
REFERENCE: Final = "env:"
_MOST_NAMED: Final = 30
#: Faults that a sentence about the key says better than one about its pattern.
_GENERAL: Final = frozenset({"string_pattern_mismatch", "literal_error", "string_type", "string_too_long"})
_PLAIN: Final = {"missing": "it is missing", "extra_forbidden": "there is no such key"}


class SurfacesInvalid(TriageError):
    """The file of surfaces cannot be used."""

    code = "surfaces_invalid"

    def __init__(self, problems: tuple[str, ...]) -> None:
        """List every problem by its place; what stands there may be a secret and is not repeated."""
        rest = f"; and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
        super().__init__(
            f"the file that {VARIABLE} names cannot be used; correct: {'; '.join(problems[:_MOST_NAMED])}{rest}"
        )
        self.problems = problems


SetUp = dict[str, TenantSurfaces]
_SET_UP: Final = TypeAdapter(SetUp)
_Place = tuple[str | int, ...]


def set_up(path: Path, environment: Mapping[str, str], *, allow_loopback: bool = False) -> SetUp:
    """Read the file of surfaces; raises `SurfacesInvalid` with everything that is wrong."""
    missing: dict[_Place, str] = {}
    document = _resolved(_document(path), environment, (), missing)
    problems = {place: f"set the variable {name}" for place, name in missing.items()}
    found: SetUp = {}
    try:
        found = _SET_UP.validate_python(document, context={LOOPBACK: allow_loopback})
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            problems.setdefault(fault["loc"], _wanted(fault))
    if problems:
        raise SurfacesInvalid(tuple(f"{_written(place)} ({what})" for place, what in problems.items()))
    return found


def _document(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    readers = {".json": json.loads, ".toml": tomllib.loads}
    if path.suffix not in readers:
        raise SurfacesInvalid(("its name (expected one that ends in .toml or .json)",))
    try:
        return readers[path.suffix](path.read_text("utf-8"))
    except OSError as error:
        raise SurfacesInvalid((f"its path ({error.strerror or 'it cannot be read'})",)) from None
    except UnicodeDecodeError:
        raise SurfacesInvalid(("its letters (expected UTF-8)",)) from None
    except ValueError as error:
        line = re.search(r"line \d+", str(error))
        raise SurfacesInvalid((f"its form, {line[0] if line else 'somewhere'}",)) from None


def _resolved(held: Any, environment: Mapping[str, str], place: _Place, missing: dict[_Place, str]) -> Any:  # noqa: ANN401 - whatever the file holds
    """Put the values of variables in place of their names."""
    if isinstance(held, dict):
        return {name: _resolved(value, environment, (*place, name), missing) for name, value in held.items()}
    if not isinstance(held, str) or not held.startswith(REFERENCE):
        return held
    name = held.removeprefix(REFERENCE)
    if not environment.get(name):
        missing[place] = name
    return environment.get(name, "")


def _wanted(fault: ErrorDetails) -> str:
    known = EXPECTED.get(str(fault["loc"][-1])) if fault["type"] in _GENERAL else None
    return f"expected {known}" if known else _PLAIN.get(fault["type"], fault["msg"].removeprefix("Value error, "))


def _written(place: _Place) -> str:
    return "/".join(map(str, place)) or "the file"

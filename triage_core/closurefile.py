"""Which closure stands in a YAML or JSON file, and which key of it is none?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN_KEY: Final = 40


class ClosureFileInvalid(TriageError):
    """A file holds no closure."""

    code = "closure_file_invalid"

    def __init__(self, problems: tuple[str, ...]) -> None:
        """List what is wrong; values are not repeated."""
        super().__init__(f"this file holds no closure: {'; '.join(problems)}")
        self.problems = problems


def read_closure(raw: bytes) -> ClosureFacts:
    """Read a closure, whole or in part; raises `ClosureFileInvalid`."""
    try:
        held = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ClosureFileInvalid(("it is no YAML and no JSON",)) from error
    if not isinstance(held, dict):
        raise ClosureFileInvalid(("expected keys such as summary and root_cause",))
    if unknown := tuple(_unknown(msgspec.inspect.type_info(ClosureFacts), held, "")):
        raise ClosureFileInvalid(unknown)
    try:
        return msgspec.convert(held, ClosureFacts)
    except msgspec.ValidationError as error:
        raise ClosureFileInvalid((_told(error),)) from error


def _unknown(kind: msgspec.inspect.Type, held: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - whatever YAML holds
    if isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            yield from _unknown(each, held, place)
    elif isinstance(kind, msgspec.inspect.VarTupleType) and isinstance(held, list):
        for number, item in enumerate(held):
            yield from _unknown(kind.item_type, item, f"{place}/{number}")
    elif isinstance(kind, msgspec.inspect.StructType) and isinstance(held, dict):
        known = {field.encode_name: field.type for field in kind.fields}
        for key, value in held.items():
            if key not in known:
                yield f"{place}/{str(key)[:_SHOWN_KEY]} is no part of a closure; expected {', '.join(known)}"
            else:
                yield from _unknown(known[key], value, f"{place}/{key}")


def _told(error: msgspec.ValidationError) -> str:
    what, _, place = str(error).partition(" - at `$.")
    where = place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    # What msgspec quotes is the value itself.
    return f"/{where}: {what.partition(chr(39))[0].strip() or 'cannot be read'}" if place else what

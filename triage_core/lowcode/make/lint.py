"""Is a blueprint sound? Every rule, over a file or a folder of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import Finding
from triage_core.lowcode.make import calls, caution, mapping, structure
from triage_core.lowcode.make.blueprint import Blueprint, TooDeep
from triage_core.lowcode.make.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.lowcode.make.blueprint import Spot

#: No blueprint is as large as this; Make itself takes two megabytes.
LARGEST: Final = 2_000_000
_CHECKS: Final[tuple[Callable[[Blueprint], Iterator[Spot]], ...]] = (
    structure.top,
    structure.numbers,
    structure.shapes,
    structure.branches,
    structure.handlers,
    mapping.known,
    mapping.needs,
    mapping.filters,
    mapping.expressions,
    calls.addresses,
    calls.bodies,
    calls.free_texts,
    calls.answers,
    calls.keys,
    caution.secrets,
    caution.hosts,
)


def lint(content: bytes, file: str) -> list[Finding]:
    """Return everything that is wrong with a file; never raises for what the file holds."""
    code = _read(content)
    if isinstance(code, str):
        return [Finding(rule=RULES["MK101"], file=file, pointer="", message=code)]
    blueprint = Blueprint(code)
    try:
        spots = [spot for check in _CHECKS for spot in check(blueprint)]
    except TooDeep:
        return [Finding(rule=RULES["MK101"], file=file, pointer="/flow", message="routes lie in routes without end")]
    return [Finding(rule=spot.rule, file=file, pointer=spot.place, message=spot.message) for spot in spots]


def _read(content: bytes) -> dict[str, Any] | str:
    """Return what the file holds, or why it cannot be read."""
    if len(content) > LARGEST:
        return f"it is larger than {LARGEST:,} bytes"
    try:
        code = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "it is no JSON in UTF-8"
    wrapped = code.get("blueprint") if isinstance(code, dict) else None
    found = wrapped if isinstance(wrapped, dict) else code
    return found if isinstance(found, dict) else "it is no JSON object"

"""What is different between two policies, named the way people name it, and what of it lowers caution?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from triage_core.domain.policy import Policy
from triage_core.policyfile.caution import Difference, weakens
from triage_core.policyfile.tree import pointer
from triage_core.policyfile.yaml_tree import Path

_IDENTITIES: Final = ("id", "name", "value")
#: Lists of named entries whose order decides something.
_ORDERED: Final = (
    ("classes",),
    ("severity", "levels"),
    ("intake", "fields", "*", "values"),
    ("matrix", "rows"),
    ("gates", "approvals"),
    ("escalation", "rules"),
    ("service_levels", "overrides"),
)
_ABSENT: Final = object()


class ChangeKind(StrEnum):
    """What happened to a part of a policy."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference; the pointer names rules, classes and people instead of counting them."""

    pointer: str
    kind: ChangeKind
    before: Any = None
    after: Any = None
    #: The change can let something out, or let somebody act, that was held back before.
    weakens_gate: bool = False

    def __str__(self) -> str:
        """Read as one line."""
        mark = "  [lowers caution]" if self.weakens_gate else ""
        match self.kind:
            case ChangeKind.ADDED:
                return f"+ {self.pointer}: {_shown(self.after)}{mark}"
            case ChangeKind.REMOVED:
                return f"- {self.pointer}: {_shown(self.before)}{mark}"
            case ChangeKind.CHANGED | ChangeKind.MOVED:
                return f"~ {self.pointer}: {_shown(self.before)} -> {_shown(self.after)}{mark}"


def diff_policies(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Return every difference, in the order of the file."""
    found = _compared((), _named(_plain(old)), _named(_plain(new)))
    return tuple(
        Change(
            pointer=pointer(each.path),
            kind=ChangeKind(each.kind),
            before=each.before,
            after=each.after,
            weakens_gate=weakens(each, old, new),
        )
        for each in found
    )


def _plain(policy: Policy) -> Any:  # noqa: ANN401 - plain data of any shape
    return policy.model_dump(mode="json", by_alias=True)


def _named(data: Any) -> Any:  # noqa: ANN401 - likewise
    """Turn lists of entries into mappings by their names, and other lists into tuples of texts."""
    if isinstance(data, dict):
        return {key: _named(value) for key, value in data.items()}
    if not isinstance(data, list):
        return data
    if not any(isinstance(item, dict) for item in data):
        return tuple(data)
    if all("kind" in item and "name" in item and len(item) == 2 for item in data):  # noqa: PLR2004 - kind and name
        return tuple(":".join(filter(None, (item["kind"], item["name"]))) for item in data)
    key = next((key for key in _IDENTITIES if all(key in item for item in data)), None)
    return {str(item[key] if key else number): _named(item) for number, item in enumerate(data)}


def _compared(path: Path, before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - likewise
    if isinstance(before, dict) or isinstance(after, dict):
        # An empty list has no entries to name.
        yield from _compared_mappings(path, dict(before or {}), dict(after or {}))
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from (Difference(path, "removed", before=item) for item in before if item not in after)
        yield from (Difference(path, "added", after=item) for item in after if item not in before)
        if len(before) == len(after) and set(before) == set(after) and before != after:
            yield Difference(path, "moved", before, after)
    elif before != after:
        yield Difference(path, "changed", before, after)


def _compared_mappings(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if new is _ABSENT:
            yield Difference((*path, key), "removed", before=old)
        elif old is _ABSENT:
            yield Difference((*path, key), "added", after=new)
        else:
            yield from _compared((*path, key), old, new)
    if _is_ordered(path):
        orders = tuple(key for key in before if key in after), tuple(key for key in after if key in before)
        if orders[0] != orders[1]:
            yield Difference(path, "moved", *orders)


def _is_ordered(path: Path) -> bool:
    return any(
        len(path) == len(pattern) and all(step in ("*", part) for step, part in zip(pattern, path, strict=True))
        for pattern in _ORDERED
    )


def _shown(value: Any) -> str:  # noqa: ANN401 - likewise
    if value is None or (isinstance(value, str | tuple | dict) and not value):
        return "nothing"
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(map(str, value))
        case dict():
            return "; ".join(f"{key} {_shown(part)}" for key, part in value.items() if _shown(part) != "nothing")
        case _:
            return str(value)

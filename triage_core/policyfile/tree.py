"""Where in the files stands each value of a policy, also when a preset lies below it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from triage_core.domain.policy.problem import Problem, Weight
from triage_core.policyfile.yaml_tree import MAX_VALUES, Node, Path, Position, refused


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A problem by its path in the document; the tree knows the line."""

    path: Path
    what: str
    expected: str = ""
    nearest: str | None = None
    code: str = ""
    severity: Weight = Weight.ERROR
    #: Points at the key instead of the value.
    at_key: bool = False


class Tree:
    """Plain data, and the place of every key and every value by its path."""

    def __init__(self, root: Node) -> None:
        """Write the aliases out; raises `PolicyInvalid` where they multiply beyond all measure."""
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self._mappings: set[Path] = set()
        self.data = self._data(root, ())

    def _data(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - plain data of any shape
        self.values[path] = node.position
        if len(self.values) > MAX_VALUES:
            raise refused(node.position, "too_many_values", f"with its aliases the file has over {MAX_VALUES:,} values")
        if node.items is not None:
            return [self._data(item, (*path, number)) for number, item in enumerate(node.items)]
        if node.entries is None:
            return node.value
        self._mappings.add(path)
        data = {}
        for key, (position, child) in node.entries.items():
            self.keys[(*path, key)] = position
            data[key] = self._data(child, (*path, key))
        return data

    def known(self, path: Path) -> Path:
        """Return the part of a path that stands in the file; shorthands lack the keys they stand for."""
        found: Path = ()
        for step in path:
            if (*found, step) in self.values:
                found = (*found, step)
        return found

    def position(self, path: Path, *, at_key: bool = False) -> Position:
        """Return the place of a value; for one that is missing, that of the key it is missing under."""
        found = self.known(path)
        lacking = found != path and found in self._mappings
        if (at_key or lacking) and found in self.keys:
            return self.keys[found]
        return self.values[found]

    def problem(self, finding: Finding) -> Problem:
        """Give a finding its place."""
        position = self.position(finding.path, at_key=finding.at_key)
        return Problem(
            file=position.file,
            line=position.line,
            column=position.column,
            path=pointer(finding.path),
            what=finding.what,
            expected=finding.expected,
            nearest=finding.nearest,
            code=finding.code,
            severity=finding.severity,
        )


def pointer(path: Path) -> str:
    """Write a path as a JSON pointer."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def overlay(base: Node, top: Node) -> Node:
    """Lay a document over another: mappings merge key by key, all else is replaced, and null takes a key away."""
    if base.entries is None or top.entries is None:
        return top
    entries = dict(base.entries)
    for key, (position, node) in top.entries.items():
        if key not in base.entries:
            entries[key] = (position, node)
        elif node.entries is None and node.items is None and node.value is None:
            del entries[key]
        else:
            entries[key] = (position, overlay(base.entries[key][1], node))
    return Node(top.position, entries=entries)


def matching(data: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - any document
    """Yield each place that a pattern reaches; `*` stands for every key or list entry."""
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        for key in data if pattern[0] == "*" else (pattern[0],) if pattern[0] in data else ():
            yield from matching(data[key], pattern[1:], (*path, key))
    elif isinstance(data, list) and pattern[0] == "*":
        for number, item in enumerate(data):
            yield from matching(item, pattern[1:], (*path, number))

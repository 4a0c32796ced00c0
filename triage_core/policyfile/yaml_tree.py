"""What does a YAML text say, and at which line and column stands each part of it?

The meaning of plain values follows the core schema of YAML 1.2: `on`, `no`, `09:00` and `2026-01-01` are texts. Keys
are always texts. What could surprise a reader or exhaust the machine is refused: tags, merge keys, several documents,
duplicate keys, endless aliases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import msgspec
import yaml
from msgspec.structs import replace

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.policy.problem import Problem

Path: TypeAlias = tuple[str | int, ...]

MAX_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 100_000
_SHOWN: Final = 60

#: The plain values that are no texts, by the core schema of YAML 1.2. The first pattern that fits holds.
SCALARS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...]] = (
    ("null", re.compile(r"null|Null|NULL|~|"), lambda _: None),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    ("int", re.compile(r"[-+]?[0-9]{1,18}"), int),
    ("int", re.compile(r"0o[0-7]{1,18}"), lambda text: int(text, 0)),
    ("int", re.compile(r"0x[0-9a-fA-F]{1,15}"), lambda text: int(text, 0)),
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    ("float", re.compile(r"[-+]?\.(?:inf|Inf|INF)"), lambda text: float(text.replace(".", ""))),
    ("float", re.compile(r"\.(?:nan|NaN|NAN)"), lambda _: float("nan")),
)

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Position(msgspec.Struct, frozen=True):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


class Node(msgspec.Struct):
    """One value of the tree with its place; a mapping holds key places and nodes, a list holds nodes."""

    position: Position
    value: Any = None
    entries: dict[str, tuple[Position, Node]] | None = None
    items: list[Node] | None = None


class Document(msgspec.Struct, frozen=True):
    """A composed text, and what is wrong in it without making it unreadable."""

    root: Node
    problems: tuple[Problem, ...]


def plain_value(text: str) -> Any:  # noqa: ANN401 - a scalar of any type
    """Give an unquoted scalar its meaning."""
    for _, pattern, convert in SCALARS:
        if pattern.fullmatch(text):
            return convert(text)
    return text


def compose(text: str, name: str) -> Document:
    """Read one YAML document.

    Raises `PolicyInvalid` with a single problem where the text cannot be read at all.
    """
    start = Position(name, 1, 1)
    if len(text) > MAX_CHARACTERS:
        raise refused(start, "too_large", f"the file is longer than {MAX_CHARACTERS:,} characters; split the policy")
    broken = re.search("[\ud800-\udfff\x00]", text)
    if broken:
        raise refused(_place(name, text, broken.start()), "not_text", "this character cannot stand in a YAML file")
    try:
        return _Composer(yaml.parse(text, Loader=_LOADER), name).document()
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, name, text) from None
    except yaml.reader.ReaderError as error:
        place = _place(name, text, error.position)
        raise refused(place, "not_text", "this character cannot stand in a YAML file") from None


def refused(position: Position, code: str, what: str, expected: str = "", nearest: str | None = None) -> PolicyInvalid:
    """Make the error of a file that cannot be read any further."""
    problem = replace(_problem(position, "", code, what, expected), nearest=nearest)
    return PolicyInvalid(str(problem), (problem,))


def _problem(position: Position, path: str, code: str, what: str, expected: str = "") -> Problem:
    file, line, column = position.file, position.line, position.column
    return Problem(file=file, line=line, column=column, path=path, what=what, expected=expected, code=code)


def _place(name: str, text: str, offset: int) -> Position:
    before = text[:offset]
    return Position(name, before.count("\n") + 1, offset - before.rfind("\n"))


#: What the parser says, and how we say it.
_SENTENCES: Final = (
    ("could not find expected ':'", "this line has no colon after its key, or a text runs on without quotes"),
    ("mapping values are not allowed", "a second colon stands in this line; put the text in quotes"),
    ("did not find expected key", "this line is not indented like the lines it belongs to"),
    ("did not find expected '-' indicator", "this line is not indented like the entries of its list"),
    ("found character that cannot start any token", "this character cannot begin a value; put the text in quotes"),
    ("found a tab character", "a tab stands in the indentation; use spaces"),
    ("did not find expected ',' or ']'", "this list in brackets is not closed, or a comma is missing"),
    ("did not find expected ',' or '}'", "this mapping in braces is not closed, or a comma is missing"),
    ("block sequence entries are not allowed", "a list entry cannot stand here; begin a new line"),
    ("unknown escape character", "this is no escape sequence of YAML; use single quotes to keep the backslash"),
    ("did not find expected <document start>", "the document has ended here; nothing may follow"),
)


def _syntax(error: yaml.MarkedYAMLError, name: str, text: str) -> PolicyInvalid:
    mark, said = error.problem_mark or error.context_mark, error.problem or "it cannot be read"
    what = next((ours for theirs, ours in _SENTENCES if theirs in said), f"this is no valid YAML: {said}")
    if "unexpected end of stream" in said and error.context_mark:
        mark, what = error.context_mark, "a quote is opened here and never closed"
    if mark is None:
        return refused(Position(name, 1, 1), "yaml_syntax", what)
    if any(line.startswith("\t", mark.column) for line in text.split("\n")[mark.line : mark.line + 1]):
        what = "a tab stands in the indentation; use spaces"
    return refused(Position(name, mark.line + 1, mark.column + 1), "yaml_syntax", what)


class _Composer:
    """Builds the tree from parser events, so that every limit holds while reading."""

    def __init__(self, events: Iterator[Any], name: str) -> None:
        self._events = events
        self._name = name
        self._anchors: dict[str, Node] = {}
        self._problems: list[Problem] = []

    def document(self) -> Document:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise refused(
                        self._at(event), "several_documents", "a second document begins here; keep one per file"
                    )
                root = self._node(next(self._events), 0)
        if root is None or (root.entries is None and root.items is None and root.value is None):
            raise refused(Position(self._name, 1, 1), "empty", "the file is empty")
        return Document(root, tuple(self._problems))

    def _at(self, event: Any) -> Position:  # noqa: ANN401 - parser events have no common public type
        return Position(self._name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401 - likewise
        position = self._at(event)
        if depth > MAX_DEPTH:
            raise refused(position, "too_deep", f"values are nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, position)
        if event.tag is not None:
            raise refused(position, "tag", "tags such as !!name are not allowed; write the plain value")
        node = Node(position)
        if isinstance(event, yaml.ScalarEvent):
            node.value = plain_value(event.value) if event.implicit[0] else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            node.items = [self._node(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        else:
            node.entries = {}
            for key in self._until(yaml.MappingEndEvent):
                self._entry(node.entries, key, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _until(self, end: type) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _alias(self, event: Any, position: Position) -> Node:  # noqa: ANN401 - likewise
        node = self._anchors.get(event.anchor)
        if node is None:
            raise refused(
                position, "unknown_alias", f"the alias *{event.anchor[:_SHOWN]} stands before its anchor ends"
            )
        return node

    def _entry(self, entries: dict[str, tuple[Position, Node]], event: Any, depth: int) -> None:  # noqa: ANN401 - an event of the parser
        position = self._at(event)
        if not isinstance(event, yaml.ScalarEvent) or event.tag is not None:
            raise refused(position, "key_not_text", "a key must be plain text")
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise refused(position, "merge_key", "merge keys (<<) are not part of YAML 1.2; write the keys out")
        node = self._node(next(self._events), depth + 1)
        if key in entries:
            first = entries[key][0]
            what = f"the key {key[:_SHOWN]!r} stands here again; it was given in line {first.line} already"
            self._problems.append(_problem(position, "", "duplicate_key", what, "each key once"))
            return
        entries[key] = (position, node)

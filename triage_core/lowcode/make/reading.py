"""How is an expression read, from its opening braces to its closing ones?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from triage_core.lowcode.make.iml import Call, ImlError, Literal, Node, Operation, Reference, Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.lowcode.make.iml import Dialect


def parse(text: str, dialect: Dialect) -> Template:
    """Read a text; raises `ImlError` for an expression that cannot be read, or that is never closed.

    Closing braces outside an expression are taken as they are: nested JSON ends with them.
    """
    parts: list[str | Node] = []
    place = 0
    while (start := text.find("{{", place)) >= 0:
        if start > place:
            parts.append(text[place:start])
        reader = _Reader(text, start + 2, dialect)
        parts.append(reader.whole())
        place = reader.place
    if place < len(text):
        parts.append(text[place:])
    return Template(tuple(parts))


_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<close>\}\})
      | (?P<number>\d+\.\d+(?![\w`]) | \d+)
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<back>`[^`]*`)
      | (?P<spread>\.\.\.)
      | (?P<operator>===|!==|==|!=|<=|>=|&&|\|\||[=<>&|+\-*/%!])
      | (?P<mark>[().\[\];,])
      | (?P<quote>["'])
    )""",
    re.VERBOSE,
)
#: Deeper than anybody writes; a reader by hand would give up long before.
_DEEPEST: Final = 50


_Found = TypeVar("_Found")
#: Quotation marks that word processors make of plain ones.
_FANCY: Final = "\u201c\u201d\u201e\u2018\u2019"


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    position: int


@dataclass(slots=True)
class _Reader:
    """One expression, from behind its opening braces."""

    text: str
    place: int
    dialect: Dialect
    token: _Token = field(init=False)
    depth: int = 0

    def __post_init__(self) -> None:
        self.token = self._read()

    def whole(self) -> Node:
        """Read up to the closing braces."""
        if self.token.kind == "close":
            raise ImlError(self.token.position, "there is nothing between the braces")
        node = self._level(0)
        if self.token.kind != "close":
            raise ImlError(self.token.position, self._unexpected())
        return node

    def _unexpected(self) -> str:
        if self.token.text in {";", ","} and self.token.text != self.dialect.separator:
            return f"in {self.dialect.name}, arguments are separated by `{self.dialect.separator}`"
        return f"`{self.token.text}` is not expected here"

    def _level(self, level: int) -> Node:
        """Read operators that bind at least as tightly as a level says."""
        if level == len(self.dialect.operators):
            return self._signed()
        node = self._level(level + 1)
        while self.token.kind == "operator" and self.token.text in self.dialect.operators[level]:
            operator = self._take()
            node = Operation(operator.text, node, self._level(level + 1), operator.position)
        return node

    def _signed(self) -> Node:
        if self.token.kind == "operator" and self.token.text in {"-", "!"}:
            sign = self._take()
            return Operation(sign.text, None, self._deeper(self._signed), sign.position)
        return self._operand()

    def _operand(self) -> Node:
        reader = {
            "number": self._number,
            "name": self._named,
            "back": self._module,
            "quote": self._quoted,
            "spread": self._spread,
        }.get(self.token.kind)
        if reader:
            return reader()
        if self.token.text != "(":
            raise ImlError(self.token.position, self._unexpected())
        self._take()
        node = self._deeper(lambda: self._level(0))
        self._expect(")")
        return node

    def _number(self) -> Node:
        token = self._take()
        if self.token.text in {".", "["} and token.text.isdecimal():
            return self._path(int(token.text), token.position, of_module=True)
        return Literal(float(token.text) if "." in token.text else int(token.text), token.position)

    def _module(self) -> Node:
        token = self._take()
        name = token.text[1:-1]
        return self._path(int(name) if name.isdecimal() else name, token.position, of_module=name.isdecimal())

    def _named(self) -> Node:
        token = self._take()
        if self.token.text != "(":
            return self._path(token.text, token.position, of_module=False)
        self._take()
        return Call(token.text, self._deeper(self._arguments), token.position)

    def _spread(self) -> Node:
        token = self._take()
        return Reference((token.text,), token.position)

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while self.token.text != ")":
            found.append(self._level(0))
            if self.token.text == self.dialect.separator:
                self._take()
            elif self.token.text != ")":
                raise ImlError(self.token.position, self._unexpected())
        self._take()
        return tuple(found)

    def _path(self, first: str | int, position: int, *, of_module: bool) -> Reference:
        steps: list[str | int | None] = [first]
        while self.token.text in {".", "["}:
            steps.append(self._step() if self._take().text == "." else self._index())
        return Reference(tuple(steps), position, of_module)

    def _step(self) -> str:
        if self.token.kind not in {"name", "back"}:
            raise ImlError(
                self.token.position, "a field must follow the dot; one that begins with a digit needs backticks"
            )
        return self._take().text.strip("`")

    def _index(self) -> int | None:
        found = int(self._take().text) if self.token.kind == "number" and self.token.text.isdecimal() else None
        if found == 0:
            raise ImlError(self.token.position, "members of a list are counted from 1")
        self._expect("]")
        return found

    def _quoted(self) -> Node:
        opened = self.token
        if opened.text != self.dialect.quote:
            raise ImlError(opened.position, f"in {self.dialect.name}, texts are quoted with {self.dialect.quote}")
        value, place = _until(self.text, self.place, opened)
        self.place = place
        self.token = self._read()
        return Literal(value, opened.position)

    def _expect(self, mark: str) -> None:
        if self.token.text != mark:
            raise ImlError(self.token.position, f"`{mark}` is missing before `{self.token.text}`")
        self._take()

    def _take(self) -> _Token:
        taken, self.token = self.token, self._read()
        return taken

    def _read(self) -> _Token:
        found = _TOKEN.match(self.text, self.place)
        if not found or not found.lastgroup:
            raise ImlError(self.place, self._stopped())
        self.place = found.end()
        return _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))

    def _stopped(self) -> str:
        rest = self.text[self.place :].lstrip()
        if not rest:
            return "the braces are never closed"
        if rest[0] in _FANCY:
            return "this quotation mark is not a plain one"
        return f"`{rest[0]}` means nothing in an expression"

    def _deeper(self, read: Callable[[], _Found]) -> _Found:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ImlError(self.token.position, "the expression is nested too deeply")
        found = read()
        self.depth -= 1
        return found


def _until(text: str, place: int, opened: _Token) -> tuple[str, int]:
    """Return a quoted text and where it ends; a doubled quotation mark stands for one."""
    quote, value = opened.text, ""
    while True:
        end = text.find(quote, place)
        if end < 0:
            raise ImlError(opened.position, "the quotation mark is never closed")
        value += text[place:end]
        if not text.startswith(quote * 2, end):
            return value, end + 1
        value, place = value + quote, end + 2

"""What does an expression of the workflow language say?

A text that begins with `@` is one expression and keeps the type of its value; `@{...}` puts a value into a text; `@@`
stands for the sign itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<string>'[^']*(?:''[^']*)*')|(?P<number>[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>[?.,()\[\]{}]))"
)
_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
#: Deeper than anybody writes; the platform has limits of its own long before.
_DEEPEST: Final = 60
#: Far more than the platform takes.
_LONGEST: Final = 100_000
_END: Final = "the end"


class ExpressionFault(Exception):
    """A text is no expression; tells where and why."""

    def __init__(self, at: int, reason: str) -> None:
        """Name the place, counted from the beginning of the whole text."""
        super().__init__(f"{reason} (at character {at + 1})")
        self.at = at


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it stands."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function with what it is given."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a value: a property or a place in a list; an optional one may be missing."""

    of: Expression
    key: Expression
    is_optional: bool


Expression = Literal | Call | Member


@dataclass(frozen=True, slots=True)
class Template:
    """A text of a flow: words and values in turn, or one value that keeps its type."""

    parts: tuple[str | Expression, ...]
    is_value: bool = False

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Everything in it that is computed."""
        return tuple(part for part in self.parts if not isinstance(part, str))


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


@lru_cache(maxsize=4_096)
def template(text: str) -> Template:
    """Read a text of a flow; raises `ExpressionFault`."""
    if len(text) > _LONGEST and "@" in text:
        raise ExpressionFault(0, f"this is longer than {_LONGEST:,} characters")
    if text.startswith("@") and not text.startswith(("@@", "@{")):
        reader = _Reader(text, 1)
        value = reader.expression()
        reader.expect(_END)
        return Template((value,), is_value=True)
    return Template(tuple(_interpolated(text)))


def expression(text: str) -> Expression:
    """Read an expression without the sign in front of it; raises `ExpressionFault`."""
    reader = _Reader(text, 0)
    found = reader.expression()
    reader.expect(_END)
    return found


def walked(given: Expression) -> Iterator[Expression]:
    """Yield an expression and all that it is made of."""
    yield given
    for part in _parts(given):
        yield from walked(part)


def _parts(given: Expression) -> tuple[Expression, ...]:
    match given:
        case Call():
            return given.arguments
        case Member():
            return given.of, given.key
        case Literal():
            return ()


def _interpolated(text: str) -> Iterator[str | Expression]:
    """Yield words and values in turn; a value has words before it, if only none."""
    is_escaped = text.startswith("@@") and not text.startswith("@@{")
    words, at = (["@"], 2) if is_escaped else ([], 0)
    while (sign := text.find("@", at)) >= 0:
        words.append(text[at:sign])
        if text.startswith("@@{", sign):
            words.append("@{")
            at = sign + 3
        elif text.startswith("@{", sign):
            reader = _Reader(text, sign + 2)
            value = reader.expression()
            at = reader.expect("}")
            yield from ("".join(words), value)
            words = []
        else:
            words.append("@")
            at = sign + 1
    if rest := "".join((*words, text[at:])):
        yield rest


class _Reader:
    """Reads one expression that begins somewhere in a text."""

    def __init__(self, text: str, at: int) -> None:
        self._text: Final = text
        self._at = at
        self._depth = 0

    def expression(self) -> Expression:
        """Read a value with the parts of it that are asked for."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionFault(self._at, "this is nested too deeply")
        found = self._primary()
        for _ in range(_DEEPEST):
            if (member := self._member(found)) is None:
                self._depth -= 1
                return found
            found = member
        raise ExpressionFault(self._at, "too many parts are asked for")

    def expect(self, mark: str) -> int:
        """Read a mark that must follow; return where it ends."""
        token = self._next()
        if token.text != mark or token.kind not in {"mark", _END}:
            _unexpected(token, "the end" if mark == _END else f"`{mark}`")
        return self._at

    def _primary(self) -> Expression:
        token = self._next()
        match token.kind:
            case "string":
                return Literal(token.text[1:-1].replace("''", "'"))
            case "number":
                return Literal(_number(token.text))
            case "name":
                return self._named(token)
            case _:
                return _unexpected(token, "a function, a number or a text in quotes")

    def _named(self, token: _Token) -> Expression:
        if self._peek().text == "(":
            return Call(token.text, self._arguments())
        if token.text.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[token.text.lower()])
        raise ExpressionFault(token.at, f"`{token.text[:40]}` is no function call; texts stand in single quotes")

    def _arguments(self) -> tuple[Expression, ...]:
        self.expect("(")
        if self._peek().text == ")":
            self.expect(")")
            return ()
        given = [self.expression()]
        while self._peek().text == ",":
            self.expect(",")
            given.append(self.expression())
        self.expect(")")
        return tuple(given)

    def _member(self, of: Expression) -> Member | None:
        """Read one `.name`, `['name']` or `[0]`, with or without a question mark."""
        if is_optional := self._peek().text == "?":
            self._next()
        token = self._peek()
        if token.kind == "mark" and token.text == ".":
            self._next()
            name = self._next()
            return Member(of, Literal(name.text), is_optional) if name.kind == "name" else _unexpected(name, "a name")
        if token.kind == "mark" and token.text == "[":
            self._next()
            key = self.expression()
            self.expect("]")
            return Member(of, key, is_optional)
        return _unexpected(token, "`.` or `[`") if is_optional else None

    def _peek(self) -> _Token:
        before = self._at
        token = self._next()
        self._at = before
        return token

    def _next(self) -> _Token:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            return self._rest()
        self._at = found.end()
        kind = str(found.lastgroup)
        return _Token(kind, found.group(kind), found.start(kind))

    def _rest(self) -> _Token:
        rest = self._text[self._at :].lstrip()
        at = len(self._text) - len(rest)
        if not rest:
            return _Token(_END, _END, at)
        what = "the quotes are not closed" if rest[0] == "'" else f"`{rest[0]}` has no meaning here"
        raise ExpressionFault(at, what)


def _number(text: str) -> int | float:
    return float(text) if set(text) & set(".eE") else int(text)


def _unexpected(token: _Token, expected: str) -> NoReturn:
    found = token.text[:40] if token.kind == _END else f"`{token.text[:40]}`"
    raise ExpressionFault(token.at, f"{expected} should stand here, not {found}")

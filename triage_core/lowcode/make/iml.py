"""What does a text with expressions between double braces say, in either of Make's two dialects?

Blueprints separate arguments with semicolons and quote with `"`; the code of custom apps takes commas and `'`, and more
operators. Nothing is evaluated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class ImlError(Exception):
    """An expression cannot be read."""

    def __init__(self, position: int, message: str) -> None:
        """Say where in the whole text, counted from 0."""
        super().__init__(message)
        self.position: Final = position


@dataclass(frozen=True, slots=True)
class Dialect:
    """How expressions are written in one kind of file."""

    name: str
    separator: str
    quote: str
    #: The operators by how tightly they bind, the loosest first.
    operators: tuple[frozenset[str], ...]


_RELATIONS: Final = frozenset({"=", "!=", "<", ">", "<=", ">="})
_SUMS: Final = frozenset({"+", "-"})
_PRODUCTS: Final = frozenset({"*", "/", "%"})
BLUEPRINT: Final = Dialect("blueprints", ";", '"', (frozenset("|"), frozenset("&"), _RELATIONS, _SUMS, _PRODUCTS))
APP: Final = Dialect(
    "app code",
    ",",
    "'",
    (frozenset({"||"}), frozenset({"&&"}), _RELATIONS | {"==", "===", "!=="}, _SUMS, _PRODUCTS),
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a quoted text."""

    value: str | int | float
    position: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A path; in a blueprint it begins with the number of a module, elsewhere with a name.

    A step in brackets is a whole number, counted from 1, or None for all members of a list.
    """

    path: tuple[str | int | None, ...]
    position: int
    #: Whether the first step is written as a number, or in backticks.
    of_module: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with what stands on both sides; a sign and a negation have only the right side."""

    operator: str
    left: Node | None
    right: Node
    position: int


Node = Literal | Reference | Call | Operation


@dataclass(frozen=True, slots=True)
class Template:
    """A text: what is taken as it is, and expressions."""

    parts: tuple[str | Node, ...]

    @property
    def nodes(self) -> Iterator[Node]:
        """All expressions with everything inside them."""
        for part in self.parts:
            if not isinstance(part, str):
                yield from walk(part)


def walk(node: Node) -> Iterator[Node]:
    """Yield an expression and everything inside it."""
    yield node
    if isinstance(node, Call):
        for argument in node.arguments:
            yield from walk(argument)
    elif isinstance(node, Operation):
        for side in (node.left, node.right):
            if side is not None:
                yield from walk(side)

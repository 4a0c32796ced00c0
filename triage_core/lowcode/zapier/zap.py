"""What is a Zap, as a file of Zapier's second version holds it?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.lowcode.findings import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = dict[str, Any]

#: A value of an earlier step: its number, and the field with its place in records.
_MAPPED: Final = re.compile(r"\{\{\s*(?P<node>\d+)__(?P<field>[^{}]+?)\s*\}\}")
#: How a filter names one.
_CRITERION: Final = re.compile(r"(?P<node>\d+)__(?P<field>.+)")
#: The app as a file of ours names it, or with the number that Zapier gives to a private app.
_OURS: Final = re.compile(r"(TriageLoop|App\d+)CLIAPI(@[\w.-]+)?")

_WEBHOOKS: Final = "WebHookCLIAPI"
_API: Final = "/api/v1/"


class Mapped(NamedTuple):
    """A field of an earlier step that a node uses."""

    node: str
    field: str
    pointer: str


@dataclass(frozen=True)
class Node:
    """One step of a Zap."""

    key: str
    pointer: str
    said: Part

    @property
    def parent(self) -> str | None:
        """The step before it."""
        given = self.said.get("parent_id")
        return None if given is None else str(given)

    @property
    def action(self) -> str:
        """What the step does, in the words of its app."""
        return str(self.said.get("action"))

    @property
    def app(self) -> str:
        """Which app does it, without the app's version."""
        return str(self.said.get("selected_api")).partition("@")[0]

    @property
    def is_ours(self) -> bool:
        """Whether this service does it, through the integration."""
        return _OURS.fullmatch(str(self.said.get("selected_api"))) is not None

    @property
    def is_plain_call(self) -> bool:
        """Whether this service does it, through Webhooks by Zapier alone."""
        return self.app == _WEBHOOKS and self.kind == "write" and _API in str(self.params.get("url"))

    @property
    def calls_us(self) -> bool:
        """Whether this service does it."""
        return self.is_ours or self.is_plain_call

    @property
    def kind(self) -> str:
        """What kind of step it is."""
        return str(self.said.get("type_of"))

    @property
    def params(self) -> Part:
        """What is filled in."""
        given = self.said.get("params")
        return given if isinstance(given, dict) else {}

    @property
    def criteria(self) -> list[Part]:
        """What a filter asks for."""
        given = self.params.get("filter_criteria")
        return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []

    @cached_property
    def mapped(self) -> tuple[Mapped, ...]:
        """The fields of earlier steps that it uses."""
        return (*_mapped(self.params, (self.pointer, "params")), *self._asked())

    def _asked(self) -> Iterator[Mapped]:
        for number, each in enumerate(self.criteria):
            if found := _CRITERION.fullmatch(str(each.get("key"))):
                place = f"{self.pointer}/params/filter_criteria/{number}/key"
                yield Mapped(found["node"], found["field"], place)


@dataclass(frozen=True)
class Zap:
    """A trigger, and the steps that follow from it."""

    pointer: str
    said: Part
    nodes: dict[str, Node]

    def before(self, node: Node) -> list[Node]:
        """Return the steps that lead to a node, the nearest first; steps that go in a circle are named once."""
        found: list[Node] = []
        step = self.nodes.get(node.parent or "")
        while step is not None and step not in found:
            found.append(step)
            step = self.nodes.get(step.parent or "")
        return found

    def after(self, node: Node) -> list[Node]:
        """Return the steps that a node leads to."""
        return [each for each in self.nodes.values() if node in self.before(each)]

    def children(self, node: Node) -> list[Node]:
        """Return the steps right after a node."""
        return [each for each in self.nodes.values() if each.parent == node.key]

    @property
    def roots(self) -> list[Node]:
        """The steps that follow none."""
        return [each for each in self.nodes.values() if each.parent is None]


def zaps_of(document: Part) -> Iterator[Zap]:
    """Yield every Zap of a file that has the form of one."""
    given = document.get("zaps")
    for number, said in enumerate(given if isinstance(given, list) else ()):
        place = pointer("zaps", number)
        nodes = said.get("nodes") if isinstance(said, dict) else None
        if isinstance(nodes, dict) and all(isinstance(each, dict) for each in nodes.values()):
            made = {key: Node(key, f"{place}{pointer('nodes', key)}", each) for key, each in nodes.items()}
            yield Zap(place, said, made)


def _mapped(given: object, place: tuple[str, str]) -> Iterator[Mapped]:
    where = f"{place[0]}{pointer(place[1])}"
    if isinstance(given, str):
        yield from (Mapped(found["node"], found["field"], where) for found in _MAPPED.finditer(given))
    elif isinstance(given, dict):
        for name, each in given.items():
            yield from _mapped(each, (where, name))
    elif isinstance(given, list):
        for number, each in enumerate(given):
            yield from _mapped(each, (where, str(number)))

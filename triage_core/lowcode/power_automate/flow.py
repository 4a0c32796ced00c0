"""Which steps does a flow have, where does each stand, and what runs before it?

A flow under test may be broken anywhere, so a part of the wrong shape is read as an empty one; the rules about
structure say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage_core.lowcode.power_automate.reading import Document, Solution

_LEGACY: Final = "Microsoft.Flow/flows"

Part = dict[str, Any]
Place = tuple[str | int, ...]


def part(given: Any, name: str) -> Part:  # noqa: ANN401 - any document
    """Return a member that should be an object."""
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def text(given: Any, name: str) -> str:  # noqa: ANN401 - any document
    """Return a member that should be a text."""
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A trigger or an action, with the step that it stands in."""

    name: str
    place: Place
    body: Part
    is_trigger: bool = False
    within: Step | None = None
    #: The steps that it stands side by side with, itself among them, by name.
    beside: Mapping[str, Step] = field(default_factory=dict, repr=False)

    @property
    def type(self) -> str:
        return text(self.body, "type")

    @property
    def kind(self) -> str:
        """The type, in one spelling."""
        return self.type.lower()

    @property
    def inputs(self) -> Part:
        return part(self.body, "inputs")

    @property
    def host(self) -> Part:
        return part(self.inputs, "host")

    @property
    def operation(self) -> str:
        return text(self.host, "operationId")

    @property
    def parameters(self) -> Part:
        return part(self.inputs, "parameters")

    @property
    def run_after(self) -> Part:
        return part(self.body, "runAfter")

    @property
    def calls(self) -> bool:
        """Whether it asks a connector for something."""
        return self.kind.startswith("openapiconnection")

    @property
    def outward(self) -> Iterator[Step]:
        """The step and all that it stands in, from inside out."""
        at: Step | None = self
        while at is not None:
            yield at
            at = at.within

    def at(self, *steps: str | int) -> str:
        """Return the pointer to a part of it."""
        return pointer(*self.place, *steps)


class Flow:
    """One definition with what stands around it."""

    def __init__(self, document: Document) -> None:
        """Find the definition, in an export, a template or alone."""
        self.file: Final[str] = document.file
        self.content: Final = document.content
        self.solution: Final[Solution | None] = document.solution
        self.around: Final = part(self.content, "properties")
        self.is_bare: Final = not self.around and "triggers" in (self.content if isinstance(self.content, dict) else {})
        #: From a package as it was exported before there were solutions: without what binds connections on import.
        self.is_legacy: Final = text(self.content, "type") == _LEGACY
        self.definition: Final = self.content if self.is_bare else part(self.around, "definition")
        self.place: Final[Place] = () if self.is_bare else ("properties", "definition")
        self.references: Final = part(self.around, "connectionReferences")
        self.declared: Final = part(self.definition, "parameters")

    def at(self, *steps: str | int) -> str:
        """Return the pointer to a part of the definition."""
        return pointer(*self.place, *steps)

    @cached_property
    def triggers(self) -> tuple[Step, ...]:
        given = part(self.definition, "triggers")
        return tuple(
            _step(name, (*self.place, "triggers", name), body, is_trigger=True) for name, body in given.items()
        )

    @cached_property
    def actions(self) -> tuple[Step, ...]:
        """Every action, those inside others after them."""
        return tuple(_inside(part(self.definition, "actions"), (*self.place, "actions"), None))

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.triggers + self.actions

    @cached_property
    def by_name(self) -> dict[str, Step]:
        return {step.name: step for step in reversed(self.actions)}

    @cached_property
    def _children(self) -> dict[Step | None, list[Step]]:
        found: dict[Step | None, list[Step]] = {}
        for step in self.actions:
            found.setdefault(step.within, []).append(step)
        return found

    def inside(self, step: Step) -> Iterator[Step]:
        """Yield every action that stands in an action, at any depth."""
        for child in self._children.get(step, ()):
            yield child
            yield from self.inside(child)

    def before(self, step: Step) -> frozenset[str]:
        """Return the names of all actions that have ended when one begins."""
        return self._before.get(step, frozenset())

    @cached_property
    def _before(self) -> dict[Step, frozenset[str]]:
        found: dict[Step, frozenset[str]] = {}
        for step in self.actions:
            earlier = found.get(step.within, frozenset()) if step.within else frozenset()
            direct = list(_upstream(step))
            inner = {each.name for outer in direct for each in self.inside(outer)}
            found[step] = earlier | inner | {each.name for each in direct}
        return found


def _step(name: str, place: Place, body: Any, **more: Any) -> Step:  # noqa: ANN401 - any document
    return Step(name, place, body if isinstance(body, dict) else {}, **more)


def _inside(given: Part, place: Place, within: Step | None) -> Iterator[Step]:
    beside: dict[str, Step] = {}
    for name, body in given.items():
        beside[name] = _step(name, (*place, name), body, within=within, beside=beside)
    for step in beside.values():
        yield step
        for inner, where in branches(step):
            yield from _inside(inner, where, step)


def branches(step: Step) -> Iterator[tuple[Part, Place]]:
    """Yield every group of actions that an action holds, with its place."""
    yield part(step.body, "actions"), (*step.place, "actions")
    for name in ("else", "default"):
        yield part(part(step.body, name), "actions"), (*step.place, name, "actions")
    for name in part(step.body, "cases"):
        case = part(part(step.body, "cases"), name)
        yield part(case, "actions"), (*step.place, "cases", name, "actions")


def _upstream(step: Step) -> Iterator[Step]:
    """Yield the actions beside one that run before it, each once, whatever circles they run in."""
    seen = {step.name}
    ahead = list(step.run_after)
    while ahead:
        name = ahead.pop()
        if name not in seen and name in step.beside:
            seen.add(name)
            yield step.beside[name]
            ahead.extend(step.beside[name].run_after)

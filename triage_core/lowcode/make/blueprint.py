"""Which modules has a blueprint, where do they stand, and which others ran before each?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.lowcode.findings import pointer
from triage_core.lowcode.make.modules import AGGREGATOR, MERGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.findings import Rule

Part = dict[str, Any]
Path = tuple[str | int, ...]
#: Deeper than anybody nests routes; a file that goes on is refused.
DEEPEST: Final = 40


class TooDeep(Exception):
    """Routes lie in routes without an end in sight."""


class Spot(NamedTuple):
    """What a check found, before it is known in which file."""

    rule: Rule
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Placed:
    """One module where it stands."""

    code: Part
    path: Path
    #: The identifiers of all modules that ran before it on its way.
    before: frozenset[int]
    #: Whether it begins the scenario, and whether it begins a branch of an if-else.
    first: bool = False
    begins_branch: bool = False
    #: The module whose errors it handles.
    handles: int | None = None

    @property
    def id(self) -> int | None:
        """Its identifier, where it has a usable one."""
        found = self.code.get("id")
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    @property
    def name(self) -> str:
        """Its kind, such as `http:MakeRequest`."""
        return str(self.code.get("module", ""))

    @property
    def mapper(self) -> Part:
        """What is mapped into it; nothing where it has no mapper."""
        return mapping(self.code.get("mapper"))

    @property
    def parameters(self) -> Part:
        """What is set on it once and for all."""
        return mapping(self.code.get("parameters"))

    def place(self, *steps: str | int) -> str:
        """Return the pointer of something in it."""
        return pointer(*self.path, *steps)

    def found(self, rule: Rule, message: str, *steps: str | int) -> Spot:
        """Say what is wrong with something in it."""
        return Spot(rule, self.place(*steps), message)


def mapping(value: object) -> Part:
    """Return a value where it is an object, and an empty object elsewhere."""
    return value if isinstance(value, dict) else {}


def members(value: object) -> list[Any]:
    """Return a value where it is a list, and an empty list elsewhere."""
    return value if isinstance(value, list) else []


@dataclass(frozen=True)
class Blueprint:
    """One file."""

    code: Part

    @cached_property
    def modules(self) -> tuple[Placed, ...]:
        """All modules in the order of the file; raises `TooDeep`."""
        return tuple(_flow(members(self.code.get("flow")), ("flow",), _Way(first=True)))

    @cached_property
    def by_id(self) -> dict[int, Placed]:
        """Each module by its identifier; the first where two have the same."""
        found: dict[int, Placed] = {}
        for module in self.modules:
            if module.id is not None:
                found.setdefault(module.id, module)
        return found

    @property
    def scenario(self) -> Part:
        """The settings of the scenario."""
        return mapping(mapping(self.code.get("metadata")).get("scenario"))


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known where a flow begins."""

    before: frozenset[int] = frozenset()
    first: bool = False
    begins_branch: bool = False
    handles: int | None = None
    depth: int = 0

    def into(self, before: frozenset[int], **more: Any) -> _Way:  # noqa: ANN401 - fields of the way
        if self.depth == DEEPEST:
            raise TooDeep
        return _Way(before=before, depth=self.depth + 1, **{"handles": self.handles, **more})


def _flow(modules: list[Any], path: Path, way: _Way) -> Iterator[Placed]:
    """Yield the modules of one flow with everything inside them, each with what ran before it."""
    before = way.before
    for number, code in enumerate(modules):
        starts = number == 0
        placed = Placed(
            code=mapping(code),
            path=(*path, number),
            before=before,
            first=starts and way.first,
            begins_branch=starts and way.begins_branch,
            handles=way.handles,
        )
        yield placed
        yield from _inside(placed, way)
        before = _after(placed, modules[:number], before)


def _inside(module: Placed, way: _Way) -> Iterator[Placed]:
    own = frozenset() if module.id is None else frozenset({module.id})
    for name, begins in (("routes", False), ("branches", True)):
        for number, part in enumerate(members(module.code.get(name))):
            flow = members(mapping(part).get("flow"))
            inside = way.into(module.before | own, begins_branch=begins)
            yield from _flow(flow, (*module.path, name, number, "flow"), inside)
    handler = members(module.code.get("onerror"))
    if handler:
        yield from _flow(handler, (*module.path, "onerror"), way.into(module.before | own, handles=module.id))


def _after(module: Placed, earlier: list[Any], before: frozenset[int]) -> frozenset[int]:
    """Return what the next module of the flow sees; behind an aggregator nothing of what it gathered."""
    if module.id is None:
        return before
    if module.name == AGGREGATOR:
        return (before - _gathered(module, earlier)) | {module.id}
    return before | {module.id}


def _gathered(module: Placed, earlier: list[Any]) -> frozenset[int]:
    feeder = module.parameters.get("feeder")
    ids = [mapping(code).get("id") for code in earlier]
    gathered = ids[ids.index(feeder) :] if feeder in ids else []
    return frozenset(number for number in gathered if isinstance(number, int))


def merged(blueprint: Blueprint, module: Placed) -> Placed | None:
    """Return the if-else that a merge follows."""
    if module.name != MERGE or not module.path or module.path[-1] == 0:
        return None
    above = (*module.path[:-1], int(module.path[-1]) - 1)
    return next((other for other in blueprint.modules if other.path == above), None)

"""How does a flow look: its trigger, its steps in their order, and the ways between them?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.packagers.power_automate.labels import labels
from triage_core.packagers.power_automate.rendering import rendered
from triage_core.packagers.power_automate.templates import templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Part = dict[str, Any]

_TRIED: Final = "Scope_try"
_CAUGHT: Final = "Scope_catch"
_SUCCEEDED: Final = ["Succeeded"]
#: How the ways out of a step that chooses are called.
_ELSE: Final = "else"
_DEFAULT: Final = "otherwise"
_CHOOSES: Final = frozenset({"If", "Switch"})
_ENDS: Final = frozenset({"Terminate"})


class Branch(NamedTuple):
    """One way out of a step that chooses."""

    label: str
    actions: Mapping[str, Part]


def flows_page(files: Mapping[str, bytes]) -> str:
    """Return the page with a picture of every flow."""
    flows = templates_of(files, labels())
    shown = [(flow, picture(flow.definition), _called(flow.definition), _asked(flow.definition)) for flow in flows]
    return rendered("flows.md.jinja", flows=shown)


def picture(definition: Part) -> str:
    """Return a flow as a Mermaid diagram; what happens on failure is one box, since it is the same everywhere."""
    ((trigger, _),) = definition["triggers"].items()
    drawing = _Drawing()
    drawing.box(trigger, "([", "])")
    drawing.steps(definition["actions"][_TRIED]["actions"], trigger, "")
    drawing.box("If a step fails: tell operations, stop as failed", "[/", "/]")
    return "\n".join(["flowchart TD", *drawing.lines])


class _Drawing:
    """The lines of a diagram, and a short name for each box."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: Final[dict[str, str]] = {}

    def name(self, step: str) -> str:
        return self._names.setdefault(step, f"s{len(self._names)}")

    def box(self, step: str, opening: str, closing: str) -> None:
        self.lines.append(f'  {self.name(step)}{opening}"{_words(step)}"{closing}')

    def steps(self, actions: Mapping[str, Part], before: str, label: str) -> None:
        for step, action in actions.items():
            self.box(step, *_shape(action))
            for earlier, way in _ways(action, before, label):
                self.lines.append(f"  {self.name(earlier)} -->{f'|{way}|' if way else ''} {self.name(step)}")
            for branch in branches(action):
                self.steps(branch.actions, step, branch.label)


def branches(action: Part) -> Iterator[Branch]:
    """Yield the ways into a step, each with what lies on it."""
    label = "yes" if action["type"] == "If" else ""
    yield Branch(label, action.get("actions", {}))
    yield Branch(_ELSE, action.get("else", {}).get("actions", {}))
    for case in action.get("cases", {}).values():
        yield Branch(str(case["case"]), case["actions"])
    yield Branch(_DEFAULT, action.get("default", {}).get("actions", {}))


def _shape(action: Part) -> tuple[str, str]:
    if action["type"] in _CHOOSES:
        return "{", "}"
    return ("[[", "]]") if action["type"] in _ENDS else ("[", "]")


def _ways(action: Part, before: str, label: str) -> Iterator[tuple[str, str]]:
    if not action["runAfter"]:
        yield before, label
    for earlier, states in action["runAfter"].items():
        yield earlier, "" if states == _SUCCEEDED else "or failed"


def _words(step: str) -> str:
    return step.replace("_", " ")


def _every(actions: Mapping[str, Part]) -> Iterator[Part]:
    for action in actions.values():
        yield action
        yield from itertools.chain.from_iterable(_every(branch.actions) for branch in branches(action))


def _called(definition: Part) -> list[str]:
    """Return the operations that a flow calls, each once, the trigger first."""
    steps = [*definition["triggers"].values(), *_every(definition["actions"][_TRIED]["actions"])]
    given = [step["inputs"] for step in steps if isinstance(step.get("inputs"), dict)]
    return list(dict.fromkeys(each["host"]["operationId"] for each in given if "host" in each))


def _asked(definition: Part) -> list[str]:
    """Return the variables that a flow reads."""
    return [name for name in definition["parameters"] if not name.startswith("$")]

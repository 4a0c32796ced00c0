"""Do the steps use what earlier steps give, and give what each of them asks for?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, pointer
from triage_core.lowcode.zapier.rule import Check, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.zapier.rule import View

_MATCHES: Final = {"iexact", "icontains", "iexist", "igreater", "iless"}
_ACTIONS: Final = {"continue", "stop"}


def _ancestors(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        before = {each.key for each in view.zap.before(node)}
        for mapped in node.mapped:
            if mapped.node not in before:
                yield Trouble(mapped.pointer, f"step {mapped.node} does not come before this one")


def _fields(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        for mapped in node.mapped:
            source = view.zap.nodes.get(mapped.node)
            if source is None or not source.is_ours or view.known.step(source) is None:
                continue
            name = mapped.field.partition("__")[0]
            if re.sub(r"\[\]$", "", name) not in view.known.given(source):
                yield Trouble(mapped.pointer, f"the step {source.action} gives no field {name}")


def _steps(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.is_ours and view.known.step(node) is None:
            yield Trouble(node.pointer, "the integration has no such step of this kind")


def _filled(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if not node.is_ours or view.known.step(node) is None:
            continue
        asked = view.known.asked(node)
        given = {name for name, value in node.params.items() if value is not None and value != ""}
        for name in sorted(name for name, needed in asked.items() if needed and name not in given):
            yield Trouble(node.pointer, f"the step {node.action} needs {name}")
        for name in sorted(node.params.keys() - asked.keys()):
            yield Trouble(f"{node.pointer}/params{pointer(name)}", f"the step {node.action} asks for no {name}")


def _criteria(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.kind == "filter" and not node.criteria:
            yield Trouble(node.pointer, "a filter asks for something")
        for number, each in enumerate(node.criteria):
            place = f"{node.pointer}/params/filter_criteria/{number}"
            if str(each.get("match")) not in _MATCHES or str(each.get("action")) not in _ACTIONS:
                yield Trouble(
                    place, f"a filter matches by one of {', '.join(sorted(_MATCHES))}, to continue or to stop"
                )


CHECKS: Final = (
    Check(
        Rule(
            id="ZP010",
            title="A step uses fields of steps before it",
            why="A value of a step that runs later, on another path or not at all is empty.",
            bad='"text": "{{5__class}}" in step 3',
            good='"text": "{{2__class}}" in step 3',
        ),
        _ancestors,
    ),
    Check(
        Rule(
            id="ZP011",
            title="A field of ours is one that the step gives",
            why="A field that there is not is empty, and nobody is told.",
            bad="{{2__priority}}",
            good="{{2__class}}",
        ),
        _fields,
    ),
    Check(
        Rule(
            id="ZP012",
            title="A step of ours is one that the integration has",
            why="An unknown step keeps the Zap from being turned on.",
            bad='"action": "decide_approval"',
            good='"action": "request_approval"',
        ),
        _steps,
    ),
    Check(
        Rule(
            id="ZP013",
            title="A step of ours is given what it needs, and nothing else",
            why="What is missing is refused in the middle of a run; what is not asked for is lost.",
            bad="submit_ticket without source_id",
            good='"source_id": "{{1__id}}"',
        ),
        _filled,
    ),
    Check(
        Rule(
            id="ZP014",
            title="A filter asks for something in known words",
            why="A filter without criteria lets everything through.",
            bad='"match": "equals"',
            good='"match": "iexact", "action": "continue"',
        ),
        _criteria,
    ),
)

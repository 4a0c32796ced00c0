"""Does every step run after something that is there, and look only at what has run?"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, pointer
from triage_core.lowcode.power_automate.checks.shapes import STATES
from triage_core.lowcode.power_automate.flow import text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import all_computed, calls, named
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage_core.lowcode.power_automate.flow import Flow, Place, Step

#: Functions that look at a step, by the name of the step.
_LOOKS: Final = frozenset({"outputs", "body", "actions", "actionoutputs", "actionbody", "actioninputs", "result"})
_CHANGES: Final = frozenset(
    {"setvariable", "incrementvariable", "decrementvariable", "appendtoarrayvariable", "appendtostringvariable"}
)


def _unknown_neighbours(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        for name in step.run_after:
            if name not in step.beside:
                yield Trouble(step.at("runAfter", name), f"no step called {quoted(name)} stands beside this one")


def _circles(view: View) -> Iterator[Trouble]:
    groups: dict[int, Mapping[str, Step]] = {id(step.beside): step.beside for step in view.flow.actions}
    for group in groups.values():
        order = {name: [each for each in step.run_after if each in group] for name, step in group.items()}
        try:
            TopologicalSorter(order).prepare()
        except CycleError as error:
            ring: list[str] = error.args[1]
            told = " after ".join(quoted(name) for name in ring[:6])
            yield Trouble(group[ring[0]].at("runAfter"), f"these steps wait for each other: {told}")


def _states(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        for name, states in step.run_after.items():
            listed = states if isinstance(states, list) else []
            if not listed or any(state not in STATES for state in listed):
                place = step.at("runAfter", name)
                yield Trouble(place, f"after {quoted(name)} should come at least one of: {', '.join(STATES)}")


def _shape(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if not isinstance(step.body.get("runAfter", {}), dict):
            yield Trouble(step.at("runAfter"), "`runAfter` should be an object of steps with their states")


def _looks(view: View) -> Iterator[tuple[Step, Place, str, str]]:
    """Yield every look at a step: who looks, where, by which function, and at which step."""
    for step, found in all_computed(view.flow):
        for call in calls(found.read):
            name = named(call)
            if call.name.lower() in _LOOKS and name is not None:
                yield step, found.place, call.name.lower(), name


def _missing_steps(view: View) -> Iterator[Trouble]:
    for step, place, _function, name in _looks(view):
        if name not in view.flow.by_name:
            yield Trouble(_at(place), f"the step {quoted(step.name)} looks at {quoted(name)}, which is not there")


def _too_early(view: View) -> Iterator[Trouble]:
    for step, place, _function, name in _looks(view):
        if name in view.flow.by_name and name not in view.flow.before(step) and not _in_own_loop(view.flow, step, name):
            told = f"{quoted(step.name)} looks at {quoted(name)}, which has not run by then on every way"
            yield Trouble(_at(place), told)


def _in_own_loop(flow: Flow, step: Step, name: str) -> bool:
    """Whether a condition of a loop looks at what runs inside the loop."""
    return step.kind == "until" and any(inner.name == name for inner in flow.inside(step))


def _results(view: View) -> Iterator[Trouble]:
    for _step, place, function, name in _looks(view):
        target = view.flow.by_name.get(name)
        if (
            function == "result"
            and target is not None
            and target.kind not in {"scope", "foreach", "until", "if", "switch"}
        ):
            yield Trouble(_at(place), f"`result` tells of what stands inside a step, and {quoted(name)} holds nothing")


def _loops(view: View) -> Iterator[Trouble]:
    for step, found in all_computed(view.flow):
        for call in calls(found.read):
            message = _loop_trouble(step, call.name.lower(), named(call))
            if message:
                yield Trouble(_at(found.place), message)


def _loop_trouble(step: Step, function: str, name: str | None) -> str:
    around = list(step.outward)[1:]
    if function == "items" and name is not None:
        if not any(each.name == name and each.kind == "foreach" for each in around):
            return f"`items` names {quoted(name)}, which is no loop around this step"
    elif function == "item" and not (step.kind in {"select", "query", "table"} or _loop(around)):
        return "there is no loop around this step whose `item` could be meant"
    elif function == "iterationindexes" and not any(each.kind == "until" for each in (step, *around)):
        return "`iterationIndexes` counts the rounds of an until loop, and there is none around this step"
    return ""


def _loop(around: list[Step]) -> bool:
    return any(each.kind == "foreach" for each in around)


def _unknown_variables(view: View) -> Iterator[Trouble]:
    made = dict(_initialized(view.flow))
    for step, place, name in _uses(view.flow):
        if name not in made:
            yield Trouble(_at(place), f"no step initializes the variable {quoted(name)}")
        elif made[name].name not in view.flow.before(step) and made[name] is not step:
            yield Trouble(_at(place), f"the variable {quoted(name)} is initialized elsewhere or later")


def _initialized(flow: Flow) -> Iterator[tuple[str, Step]]:
    for step in flow.actions:
        given = step.inputs.get("variables")
        if step.kind == "initializevariable" and isinstance(given, list):
            yield from ((text(each, "name"), step) for each in given if text(each, "name"))


def _uses(flow: Flow) -> Iterator[tuple[Step, Place, str]]:
    for step in flow.actions:
        if step.kind in _CHANGES and text(step.inputs, "name"):
            yield step, (*step.place, "inputs", "name"), text(step.inputs, "name")
    for step, found in all_computed(flow):
        for call in calls(found.read):
            name = named(call)
            if call.name.lower() == "variables" and name is not None:
                yield step, found.place, name


def _late_initializations(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind == "initializevariable" and step.within is not None:
            yield Trouble(step.at(), f"{quoted(step.name)} stands inside {quoted(step.within.name)}")


def _feedback(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind != "setvariable":
            continue
        for found_step, place, name in _uses(view.flow):
            if found_step is step and name == text(step.inputs, "name") and place[-1] != "name":
                yield Trouble(_at(place), f"the variable {quoted(name)} is set to something made of itself")


def _at(place: Place) -> str:
    return pointer(*place)


CHECKS: Final = (
    Check(
        Rule(
            id="PA201",
            title="A step runs after steps beside it",
            why="A name that is not there, or stands in another branch, makes the whole flow invalid.",
            bad='"runAfter": {"Get_tikcet": ["Succeeded"]}',
            good='"runAfter": {"Get_ticket": ["Succeeded"]}',
        ),
        _unknown_neighbours,
    ),
    Check(
        Rule(
            id="PA202",
            title="No steps wait for each other",
            why="A circle of steps is refused.",
            bad="A runs after B, and B runs after A",
            good="B runs after A",
        ),
        _circles,
    ),
    Check(
        Rule(
            id="PA203",
            title="A step runs after an end that there is",
            why="With an unknown state, or none, the step is refused or never runs.",
            bad='"runAfter": {"Get_ticket": ["Success"]}',
            good='"runAfter": {"Get_ticket": ["Succeeded"]}',
        ),
        _states,
    ),
    Check(
        Rule(
            id="PA204",
            title="`runAfter` is an object",
            why="Anything else makes the import fail.",
            bad='"runAfter": "Get_ticket"',
            good='"runAfter": {"Get_ticket": ["Succeeded"]}',
        ),
        _shape,
    ),
    Check(
        Rule(
            id="PA205",
            title="A step looks at steps that are there",
            why="The flow is refused when it is saved, often after somebody renamed a step.",
            bad="@body('Get_tikcet')?['class']",
            good="@body('Get_ticket')?['class']",
        ),
        _missing_steps,
    ),
    Check(
        Rule(
            id="PA206",
            title="A step looks only at what has run before it",
            why="A step on another way has no output at that moment; the flow is refused, or works with nothing.",
            bad="@body('Get_ticket') in a step that does not run after Get_ticket",
            good='"runAfter": {"Get_ticket": ["Succeeded"]}',
        ),
        _too_early,
    ),
    Check(
        Rule(
            id="PA207",
            title="`result` names a step that holds others",
            why="The list of what happened inside is empty or refused for any other step, so a failure is not told.",
            bad="@result('Get_ticket')",
            good="@result('Try')",
        ),
        _results,
    ),
    Check(
        Rule(
            id="PA208",
            title="`item` and `items` stand inside the loop they mean",
            why="Outside of it there is no item, and the flow is refused.",
            bad="@items('For_each_ticket') after the loop",
            good="@items('For_each_ticket') in a step inside it",
        ),
        _loops,
    ),
    Check(
        Rule(
            id="PA209",
            title="A variable is initialized before it is used",
            why="The step fails, or the flow cannot be saved.",
            bad="@variables('count') without a step that initializes it",
            good="Initialize_count before the step",
        ),
        _unknown_variables,
    ),
    Check(
        Rule(
            id="PA210",
            title="Variables are initialized outside of everything",
            why="A variable cannot be initialized inside a scope, a condition or a loop; the flow is refused.",
            bad="InitializeVariable inside the scope Try",
            good="InitializeVariable before it",
        ),
        _late_initializations,
    ),
    Check(
        Rule(
            id="PA211",
            title="A variable is not set to something made of itself",
            why="The platform refuses such a step; appending and incrementing are steps of their own.",
            bad="SetVariable names: @concat(variables('names'), 'x')",
            good="AppendToStringVariable names: x",
        ),
        _feedback,
    ),
)

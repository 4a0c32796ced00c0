"""Has every step the members that its type needs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import Rule, Weight, pointer
from triage_core.lowcode.power_automate.checks import shapes
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.flow import Step
_MISSING: Final = object()


def _types(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        known = shapes.TRIGGERS if step.is_trigger else shapes.ACTIONS
        if step.kind not in known:
            what = "trigger" if step.is_trigger else "action"
            yield Trouble(step.at("type"), f"no {what} has the type {quoted(step.type)}")


def _members(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        known = shapes.TRIGGERS if step.is_trigger else shapes.ACTIONS
        for path, kinds in known.get(step.kind, {}).items():
            found = _found(step.body, path)
            if found is _MISSING or not isinstance(found, kinds):
                yield Trouble(step.at(*path), f"{_said(step)} needs `{'/'.join(path)}`, and not like this")


def _found(given: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any document
    for name in path:
        if not isinstance(given, dict) or name not in given:
            return _MISSING
        given = given[name]
    return given


def _said(step: Step) -> str:
    return f"the step {quoted(step.name)} of type {step.type}"


def _strange_members(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        for name in step.body:
            if name not in shapes.MEMBERS and name != "retryPolicy":
                yield Trouble(step.at(name), f"no step has a member {quoted(name)}")


def _groups(view: View) -> Iterator[Trouble]:
    """Find what should hold steps and does not."""
    for step in view.flow.actions:
        for name, group in _held(step):
            if not isinstance(group, dict):
                yield Trouble(step.at(name), f"`{name}` should be an object of actions")


def _held(step: Step) -> Iterator[tuple[str, Any]]:
    for name in ("else", "default"):
        if name in step.body:
            yield name, part(step.body, name).get("actions", None if step.body[name] != {} else {})
    for name, case in part(step.body, "cases").items():
        yield f"cases/{name}", case.get("actions") if isinstance(case, dict) and "case" in case else None


def _bodies(view: View) -> Iterator[Trouble]:
    groups = [(view.flow.at(name), part(view.flow.definition, name)) for name in ("triggers", "actions")]
    groups += [(step.at(name), part(step.body, name)) for step in view.flow.actions for name in ("actions",)]
    for place, group in groups:
        for name, body in group.items():
            if not isinstance(body, dict):
                yield Trouble(place + pointer(name), "a step should be an object")


def _variables(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind != "initializevariable":
            continue
        given = step.inputs.get("variables")
        for at, each in enumerate(given if isinstance(given, list) else []):
            if not text(each, "name"):
                yield Trouble(step.at("inputs", "variables", at), "a variable needs a name")
            if text(each, "type").lower() not in shapes.VARIABLE_TYPES:
                kinds = ", ".join(shapes.VARIABLE_TYPES)
                yield Trouble(step.at("inputs", "variables", at, "type"), f"a variable is one of: {kinds}")


def _terminations(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind == "terminate" and text(step.inputs, "runStatus") not in shapes.ENDINGS:
            yield Trouble(step.at("inputs", "runStatus"), f"a run ends as one of: {', '.join(shapes.ENDINGS)}")


CHECKS: Final = (
    Check(
        Rule(
            id="PA105",
            title="Every step has a type that there is",
            why="A step of an unknown type fails the import with a message that does not name the step.",
            bad='{"type": "Compse"}',
            good='{"type": "Compose"}',
        ),
        _types,
    ),
    Check(
        Rule(
            id="PA106",
            title="Every step has what its type needs",
            why="The import fails with `wrong flow JSON shape`.",
            bad='{"type": "Foreach", "actions": {}}',
            good='{"type": "Foreach", "foreach": "@triggerBody()?[\'items\']", "actions": {}}',
        ),
        _members,
    ),
    Check(
        Rule(
            id="PA107",
            title="A step has no members that no step has",
            why="A misspelt member is refused, or dropped without a word: the step then runs always, or unsecured.",
            bad='{"type": "Compose", "runafter": {}}',
            good='{"type": "Compose", "runAfter": {}}',
        ),
        _strange_members,
    ),
    Check(
        Rule(
            id="PA108",
            title="Branches hold actions",
            why="A case without a value, or a branch without `actions`, makes the import fail.",
            bad='"cases": {"High": {"actions": {}}}',
            good='"cases": {"High": {"case": "high", "actions": {}}}',
        ),
        _groups,
    ),
    Check(
        Rule(
            id="PA111",
            title="A step is an object",
            why="Anything else makes the import fail.",
            bad='"actions": {"Stop": null}',
            good='"actions": {"Stop": {"type": "Terminate", "inputs": {"runStatus": "Failed"}}}',
        ),
        _bodies,
    ),
    Check(
        Rule(
            id="PA112",
            title="Variables have a name and a type",
            why="A variable without them fails the run before its first step has an effect.",
            bad='{"variables": [{"name": "count", "type": "int"}]}',
            good='{"variables": [{"name": "count", "type": "integer"}]}',
        ),
        _variables,
    ),
    Check(
        Rule(
            id="PA114",
            title="A run ends in a way that there is",
            why="A termination with another status fails itself, and hides the failure that it should tell.",
            bad='{"type": "Terminate", "inputs": {"runStatus": "Error"}}',
            good='{"type": "Terminate", "inputs": {"runStatus": "Failed"}}',
            weight=Weight.ERROR,
        ),
        _terminations,
    ),
)

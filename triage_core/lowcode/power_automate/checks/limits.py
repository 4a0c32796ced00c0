"""Does the flow stay within what the platform allows?

The figures are those of the platform's documentation; a plan may allow more in some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import Rule, pointer
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import texts
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.flow import Step
MOST_ACTIONS: Final = 500
DEEPEST: Final = 8
MOST_CASES: Final = 25
MOST_VARIABLES: Final = 250
LONGEST_NAME: Final = 80
LONGEST_EXPRESSION: Final = 8_192
LONGEST_DESCRIPTION: Final = 256
MOST_REPETITIONS: Final = 50
MOST_RUNS: Final = 100


def _actions(view: View) -> Iterator[Trouble]:
    if len(view.flow.actions) > MOST_ACTIONS:
        yield Trouble(view.flow.at("actions"), f"{len(view.flow.actions)} actions, {MOST_ACTIONS} at most are allowed")


def _nesting(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if len(list(step.outward)) == DEEPEST + 1:
            yield Trouble(step.at(), f"{quoted(step.name)} stands deeper than {DEEPEST} levels")


def _cases(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if len(part(step.body, "cases")) > MOST_CASES:
            yield Trouble(step.at("cases"), f"a switch has {MOST_CASES} cases at most")


def _variables(view: View) -> Iterator[Trouble]:
    made = [step for step in view.flow.actions if step.kind == "initializevariable"]
    if len(made) > MOST_VARIABLES:
        yield Trouble(view.flow.at("actions"), f"{len(made)} variables, {MOST_VARIABLES} at most are allowed")


def _names(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        if len(step.name) > LONGEST_NAME:
            yield Trouble(step.at(), f"a name has {LONGEST_NAME} characters at most, this one has {len(step.name)}")


def _expressions(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        for place, given in texts(step):
            if "@" in given and len(given) > LONGEST_EXPRESSION:
                yield Trouble(pointer(*place), f"an expression has {LONGEST_EXPRESSION} characters at most")


def _descriptions(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        if len(text(step.body, "description")) > LONGEST_DESCRIPTION:
            yield Trouble(step.at("description"), f"a description has {LONGEST_DESCRIPTION} characters at most")


def _repetitions(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        given = _concurrency(step).get("repetitions")
        if given is not None and not is_within(given, 1, MOST_REPETITIONS):
            place = step.at("runtimeConfiguration", "concurrency", "repetitions")
            yield Trouble(place, f"a loop works on 1 to {MOST_REPETITIONS} items at a time")


def _runs(view: View) -> Iterator[Trouble]:
    for step in view.flow.triggers:
        given = _concurrency(step).get("runs")
        if given is not None and not is_within(given, 1, MOST_RUNS):
            place = step.at("runtimeConfiguration", "concurrency", "runs")
            yield Trouble(place, f"1 to {MOST_RUNS} runs at a time are allowed")


def _concurrency(step: Step) -> dict[str, Any]:
    return part(part(step.body, "runtimeConfiguration"), "concurrency")


def is_within(given: Any, least: int, most: int) -> bool:  # noqa: ANN401 - any document
    """Whether a number lies between two others, or is one that only the run knows."""
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return (is_number and least <= given <= most) or (isinstance(given, str) and given.startswith("@"))


CHECKS: Final = (
    Check(
        Rule(
            id="PA501",
            title="A flow has 500 actions at most",
            why="A larger one cannot be saved.",
            bad="501 actions",
            good="a part of them in a child flow",
        ),
        _actions,
    ),
    Check(
        Rule(
            id="PA502",
            title="Actions stand eight levels deep at most",
            why="A deeper one cannot be saved.",
            bad="nine conditions, one inside the other",
            good="one condition with `and`",
        ),
        _nesting,
    ),
    Check(
        Rule(
            id="PA503",
            title="A switch has 25 cases at most",
            why="A larger one cannot be saved.",
            bad="26 cases",
            good="a table in an environment variable, and one step that looks into it",
        ),
        _cases,
    ),
    Check(
        Rule(
            id="PA504",
            title="A flow has 250 variables at most",
            why="One with more cannot be saved.",
            bad="251 variables",
            good="one variable that is an object",
        ),
        _variables,
    ),
    Check(
        Rule(
            id="PA505",
            title="Names have 80 characters at most",
            why="A step with a longer one cannot be saved.",
            bad="a whole sentence as the name",
            good="the sentence as the description",
        ),
        _names,
    ),
    Check(
        Rule(
            id="PA506",
            title="Expressions have 8,192 characters at most",
            why="A longer one cannot be saved.",
            bad="one expression that builds a whole page",
            good="several Compose steps",
        ),
        _expressions,
    ),
    Check(
        Rule(
            id="PA507",
            title="Descriptions have 256 characters at most",
            why="A longer one cannot be saved.",
            bad="the manual as a description",
            good="one sentence",
        ),
        _descriptions,
    ),
    Check(
        Rule(
            id="PA508",
            title="A loop works on 1 to 50 items at a time",
            why="Any other number is refused.",
            bad='"concurrency": {"repetitions": 100}',
            good='"concurrency": {"repetitions": 20}',
        ),
        _repetitions,
    ),
    Check(
        Rule(
            id="PA509",
            title="A trigger starts 1 to 100 runs at a time",
            why="Any other number is refused.",
            bad='"concurrency": {"runs": 0}',
            good='"concurrency": {"runs": 10}',
        ),
        _runs,
    ),
)

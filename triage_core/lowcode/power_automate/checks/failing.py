"""What becomes of the flow's work when something fails, or comes twice?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, Weight
from triage_core.lowcode.power_automate.expressions import Literal, Member
from triage_core.lowcode.power_automate.flow import text
from triage_core.lowcode.power_automate.operations import CORRELATION
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import all_computed, calls, computed
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.expressions import Call
    from triage_core.lowcode.power_automate.flow import Flow, Step
_FAILURES: Final = frozenset({"Failed", "TimedOut"})


def _catches(flow: Flow) -> list[Step]:
    """Return the outermost steps that run after a failure."""
    return [
        step
        for step in flow.actions
        if step.within is None and any(_FAILURES & _states(states) for states in step.run_after.values())
    ]


def _states(given: object) -> set[str]:
    return {state for state in given if isinstance(state, str)} if isinstance(given, list) else set()


def _watched(flow: Flow) -> set[str]:
    """Return the names of all steps whose failure is noticed, with those inside them."""
    found: set[str] = set()
    for step in flow.actions:
        for name, states in step.run_after.items():
            if _FAILURES & _states(states) and name in step.beside:
                found |= {name, *(inner.name for inner in flow.inside(step.beside[name]))}
    for step in _catches(flow):
        found |= {step.name, *(inner.name for inner in flow.inside(step))}
    return found


def _unwatched(view: View) -> Iterator[Trouble]:
    watched = _watched(view.flow)
    for step in view.flow.actions:
        if step.calls and step.name not in watched:
            yield Trouble(step.at(), f"nothing runs when {quoted(step.name)} fails")


def _half_watched(view: View) -> Iterator[Trouble]:
    for step in _catches(view.flow):
        for name, states in step.run_after.items():
            if "Failed" in _states(states) and "TimedOut" not in _states(states):
                told = f"what runs after {quoted(name)} failed should run after it timed out as well"
                yield Trouble(step.at("runAfter", name), told)


def _quiet_failures(view: View) -> Iterator[Trouble]:
    catches = _catches(view.flow)
    ends = [step for step in view.flow.actions if step.kind == "terminate"]
    is_told = any(text(step.inputs, "runStatus") == "Failed" for step in ends)
    if catches and not is_told:
        yield Trouble(catches[0].at(), "the failure is caught, and the run then ends as if it had succeeded")


def _nameless_failures(view: View) -> Iterator[Trouble]:
    catches = _catches(view.flow)
    around = [each for step in catches for each in (step, *view.flow.inside(step))]
    if catches and not any(call.name.lower() == "workflow" for step in around for call in _calls(step)):
        yield Trouble(catches[0].at(), "the failure path does not name the run, @{workflow()?['run']?['name']}")


def _calls(step: Step) -> Iterator[Call]:
    for found in computed(step):
        yield from calls(found.read)


def _unretried(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        is_known = step.calls and view.known.is_ours(view.flow, step)
        if is_known and "retryPolicy" not in step.inputs:
            yield Trouble(step.at("inputs"), f"{quoted(step.name)} leaves to the platform how often it is tried")


def _uncorrelated(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        known = view.known.of(view.flow, step) if step.calls else None
        if known is not None and CORRELATION in known.parameters and not step.parameters.get(CORRELATION):
            told = f"{known.name} is not told the run, `{CORRELATION}`"
            yield Trouble(step.at("inputs", "parameters", CORRELATION), told)


def _brittle(view: View) -> Iterator[Trouble]:
    """Find parts of what a trigger brings that are asked for without a question mark."""
    for step, found in all_computed(view.flow):
        for given in found.read.expressions if "authentication" not in found.place else ():
            for each in _members(given):
                if not each.is_optional and isinstance(each.key, Literal) and isinstance(each.key.value, str):
                    told = f"the step fails where {quoted(each.key.value)} is missing; ask for it with a question mark"
                    yield Trouble(step.at(*found.place[len(step.place) :]), told)


def _members(given: object) -> Iterator[Member]:
    while isinstance(given, Member):
        yield given
        given = given.of


CHECKS: Final = (
    Check(
        Rule(
            id="PA601",
            title="Somebody notices when a call fails",
            why="Without a path for failures the ticket is left where it was, and nobody is told.",
            bad="calls without a scope around them",
            good='a scope Catch with "runAfter": {"Try": ["Failed", "TimedOut"]}',
            weight=Weight.WARNING,
        ),
        _unwatched,
    ),
    Check(
        Rule(
            id="PA602",
            title="A failure path also runs when time is up",
            why="A call that takes too long has timed out and has not failed: nothing runs then.",
            bad='"runAfter": {"Try": ["Failed"]}',
            good='"runAfter": {"Try": ["Failed", "TimedOut"]}',
            weight=Weight.WARNING,
        ),
        _half_watched,
    ),
    Check(
        Rule(
            id="PA603",
            title="A caught failure ends the run as failed",
            why="Otherwise the list of runs shows success, and no alert of the platform goes off.",
            bad="a scope Catch that only sends a mail",
            good='a scope Catch that ends with {"type": "Terminate", "inputs": {"runStatus": "Failed"}}',
            weight=Weight.WARNING,
        ),
        _quiet_failures,
    ),
    Check(
        Rule(
            id="PA604",
            title="A failure path names the run",
            why="The service keeps the run's name with every call; without it nobody finds the two together.",
            bad='"message": "Something failed."',
            good="\"message\": \"Run @{workflow()?['run']?['name']} failed.\"",
            weight=Weight.WARNING,
        ),
        _nameless_failures,
    ),
    Check(
        Rule(
            id="PA605",
            title="A call says how often it is tried",
            why="What the platform does by itself differs by plan, from two tries to eight.",
            bad='"inputs": {"host": {}, "parameters": {}}',
            good='"inputs": {"host": {}, "retryPolicy": {"type": "exponential", "count": 4, "interval": "PT10S"}}',
            weight=Weight.WARNING,
        ),
        _unretried,
    ),
    Check(
        Rule(
            id="PA613",
            title="Parts that may be missing are asked for with a question mark",
            why="Without it the step fails as soon as one answer lacks the part.",
            bad="@triggerBody()['owner']",
            good="@triggerBody()?['owner']",
            weight=Weight.WARNING,
        ),
        _brittle,
    ),
    Check(
        Rule(
            id="PA614",
            title="Every call names the run",
            why="The service keeps the name with all that the call does; without it run and decision stay apart.",
            bad='"parameters": {"ticket_id": "…"}',
            good="\"X-Correlation-Id\": \"@workflow()?['run']?['name']\"",
            weight=Weight.WARNING,
        ),
        _uncorrelated,
    ),
)

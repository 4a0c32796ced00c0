"""Does an event that comes twice have one effect, and do many at once do no harm?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.contract.operation import Repeat
from triage_core.lowcode.findings import Rule, Weight
from triage_core.lowcode.power_automate.expressions import Call, Literal, Member, walked
from triage_core.lowcode.power_automate.flow import part
from triage_core.lowcode.power_automate.operations import IDEMPOTENCY_KEY
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import all_computed, calls
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.expressions import Expression
    from triage_core.lowcode.power_automate.flow import Step

#: What gives another value each time.
_CHANCE: Final = frozenset({"guid", "utcnow", "rand", "ticks"})

#: What is another one in each run, so also in a run that repeats another.
_RUN: Final = frozenset({"workflow"})


def _keyless(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        known = view.known.of(view.flow, step) if step.calls else None
        if known is None or known.repeat is not Repeat.NATURAL or known.is_trigger:
            continue
        if IDEMPOTENCY_KEY in known.parameters and not _has_natural_key(step):
            told = f"{known.name} has neither an `{IDEMPOTENCY_KEY}` nor the id of its source; sent again it acts twice"
            yield Trouble(step.at("inputs", "parameters"), told)


def _has_natural_key(step: Step) -> bool:
    names = {name.rpartition("/")[2] for name in step.parameters}
    return bool(names & {IDEMPOTENCY_KEY, "source_id", "source_event_id", "tickets", "hook_id"})


def _keys(view: View, names: frozenset[str]) -> Iterator[tuple[Step, str]]:
    """Yield every idempotency key that is made with one of some functions."""
    for step, found in all_computed(view.flow):
        if found.place[-1] == IDEMPOTENCY_KEY:
            used = [call.name for call in calls(found.read) if call.name.lower() in names]
            if used:
                yield step, used[0]


def _deciding_answers(view: View) -> Iterator[Trouble]:
    """Find calls whose answer tells whether they are the first, and tells something else when they are tried again."""
    asked = {name for _, found in all_computed(view.flow) for name in _outcomes(found.read.expressions)}
    for step in view.flow.actions:
        known = view.known.of(view.flow, step) if step.calls else None
        is_natural = known is not None and known.repeat is Repeat.NATURAL and not known.is_trigger
        if is_natural and step.name in asked and not step.parameters.get(IDEMPOTENCY_KEY):
            told = (
                f"the flow decides by the outcome of {quoted(step.name)}, which is another one when it is tried again"
            )
            yield Trouble(step.at("inputs", "parameters", IDEMPOTENCY_KEY), told)


def _outcomes(expressions: tuple[Expression, ...]) -> Iterator[str]:
    """Yield the names of the steps whose outcome is asked for."""
    for given in expressions:
        for each in walked(given):
            match each:
                case Member(
                    of=Call(arguments=(Literal(value=str(name)),)), key=Literal(value="body/outcome" | "outcome")
                ):
                    yield name
                case _:
                    pass


def _chance_keys(view: View) -> Iterator[Trouble]:
    for step, name in _keys(view, _CHANCE):
        told = f"`{name}` gives another value each time, so a call sent again acts twice"
        yield Trouble(step.at("inputs", "parameters", IDEMPOTENCY_KEY), told)


def _run_keys(view: View) -> Iterator[Trouble]:
    if not view.flow.triggers or view.flow.triggers[0].kind == "recurrence":
        return
    for step, name in _keys(view, _RUN):
        known = view.known.of(view.flow, step) if step.calls else None
        if known is not None and known.repeat is Repeat.KEY:
            told = f"`{name}` names the run, so an event that comes twice acts twice; name the event"
            yield Trouble(step.at("inputs", "parameters", IDEMPOTENCY_KEY), told)


def _constant_keys(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        given = step.parameters.get(IDEMPOTENCY_KEY)
        if step.calls and isinstance(given, str) and given and "@" not in given:
            told = "this key is the same in every run, so only the first run has an effect"
            yield Trouble(step.at("inputs", "parameters", IDEMPOTENCY_KEY), told)


def _unlimited(view: View) -> Iterator[Trouble]:
    for step in view.flow.triggers:
        concurrency = part(part(step.body, "runtimeConfiguration"), "concurrency")
        if step.calls and "runs" not in concurrency:
            told = "no limit of runs at a time: a flood of events becomes a flood of calls"
            yield Trouble(step.at("runtimeConfiguration"), told)


def _unlimited_loops(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        concurrency = part(part(step.body, "runtimeConfiguration"), "concurrency")
        if step.kind == "foreach" and "repetitions" not in concurrency and any(i.calls for i in view.flow.inside(step)):
            told = f"{quoted(step.name)} calls a connector, and does not say how many items are worked on at a time"
            yield Trouble(step.at("runtimeConfiguration"), told)


def _shared_variables(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind != "setvariable":
            continue
        loops = [each for each in step.outward if each.kind == "foreach"]
        if any(_is_side_by_side(each) for each in loops):
            yield Trouble(step.at(), f"{quoted(step.name)} sets a variable for several items at a time")


def _is_side_by_side(loop: Step) -> bool:
    given = part(part(loop.body, "runtimeConfiguration"), "concurrency").get("repetitions")
    return isinstance(given, int) and given > 1


CHECKS: Final = (
    Check(
        Rule(
            id="PA606",
            title="What changes something can be sent again",
            why="The platform repeats calls and events; without a key or the source's own id each one acts again.",
            bad='SubmitTicket without "body/source_id"',
            good='SubmitTicket with "body/source" and "body/source_id"',
        ),
        _keyless,
    ),
    Check(
        Rule(
            id="PA615",
            title="A call whose outcome decides has an idempotency key",
            why="Where an answer is lost and the call is tried again, the outcome is `known`: the flow takes its own "
            "first try for somebody else's, and does nothing.",
            bad="@equals(outputs('Claim')?['body/outcome'], 'known') after RecordEvent without a key",
            good="\"Idempotency-Key\": \"@{workflow()?['run']?['name']}.claim\" in the step Claim",
        ),
        _deciding_answers,
    ),
    Check(
        Rule(
            id="PA607",
            title="An idempotency key says the same each time",
            why="A key with chance or the time in it is a new one for each try.",
            bad='"Idempotency-Key": "@{guid()}"',
            good='"Idempotency-Key": "@{triggerBody()?[\'id\']}-prepare"',
        ),
        _chance_keys,
    ),
    Check(
        Rule(
            id="PA608",
            title="An idempotency key names the event, not the run",
            why="An event that is delivered twice starts two runs, and each would act.",
            bad="\"Idempotency-Key\": \"@{workflow()?['run']?['name']}\"",
            good='"Idempotency-Key": "@{triggerBody()?[\'id\']}-prepare"',
            weight=Weight.WARNING,
        ),
        _run_keys,
    ),
    Check(
        Rule(
            id="PA609",
            title="An idempotency key differs from run to run",
            why="With a constant the second ticket gets the answer of the first, and nothing is done.",
            bad='"Idempotency-Key": "prepare"',
            good='"Idempotency-Key": "@{triggerBody()?[\'id\']}-prepare"',
        ),
        _constant_keys,
    ),
    Check(
        Rule(
            id="PA610",
            title="A trigger says how many runs there are at a time",
            why="A connection may send 500 requests a minute; a flood of events without a limit is turned away.",
            bad="a trigger without `runtimeConfiguration`",
            good='"runtimeConfiguration": {"concurrency": {"runs": 10}}',
            weight=Weight.WARNING,
        ),
        _unlimited,
    ),
    Check(
        Rule(
            id="PA611",
            title="A loop of calls says how many it makes at a time",
            why="Without it, descriptions differ: one after the other, or twenty at a time in no order.",
            bad="a loop without `runtimeConfiguration`",
            good='"runtimeConfiguration": {"concurrency": {"repetitions": 1}}',
            weight=Weight.WARNING,
        ),
        _unlimited_loops,
    ),
    Check(
        Rule(
            id="PA612",
            title="A loop sets variables for one item at a time",
            why="Variables belong to the run: one item's value reaches the steps of another, even of another customer.",
            bad="SetVariable inside a loop that works on many items at a time",
            good='Compose, or "concurrency": {"repetitions": 1}',
        ),
        _shared_variables,
    ),
)

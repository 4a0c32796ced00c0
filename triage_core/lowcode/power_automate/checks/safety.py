"""Does the flow keep people's words out of its history, and other people's addresses and secrets out of itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import Rule
from triage_core.lowcode.power_automate.expressions import Call, Literal, Member
from triage_core.lowcode.power_automate.flow import part
from triage_core.lowcode.power_automate.operations import WORDS
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import computed, named, outermost
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.expressions import Expression
    from triage_core.lowcode.power_automate.flow import Step
_INPUTS: Final = "inputs"
#: Before the name of a step that holds others: all that happened inside.
_RESULT: Final = "in "
_OUTPUTS: Final = "outputs"

#: Steps whose outputs cannot be secured on their own.
_INPUTS_ONLY: Final = frozenset({"compose", "parsejson", "response"})
_VARIABLES: Final = frozenset({"setvariable", "initializevariable", "appendtostringvariable", "appendtoarrayvariable"})
_TELLS: Final = frozenset({"outputs", "body", "triggeroutputs", "triggerbody", "actionoutputs", "actionbody"})


def secured(step: Step) -> set[str]:
    """Return which of a step's two sides its history does not show."""
    given = part(part(step.body, "runtimeConfiguration"), "secureData").get("properties")
    return {each for each in given if isinstance(each, str)} if isinstance(given, list) else set()


def _open_answers(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        known = view.known.of(view.flow, step) if step.calls else None
        is_request = step.is_trigger and step.kind == "request" and _asks_for_words(step)
        holds_words = is_request or (known is not None and known.answers_words)
        if holds_words and _OUTPUTS not in secured(step):
            told = f"the history shows what people wrote, in the outputs of {quoted(step.name)}"
            yield Trouble(step.at("runtimeConfiguration", "secureData"), told)


def _asks_for_words(step: Step) -> bool:
    names = {name.lower() for name in part(part(step.inputs, "schema"), "properties")}
    return bool(names & (WORDS | {"description", "title", "content"}))


def _open_requests(view: View) -> Iterator[Trouble]:
    wordy = _wordy(view)
    for step in view.flow.actions:
        if _INPUTS in secured(step) or step.kind in _VARIABLES:
            continue
        known = view.known.of(view.flow, step) if step.calls else None
        given = [name for name in known.words if _is_computed(step.parameters.get(name))] if known else []
        is_ours = step.calls and view.known.is_ours(view.flow, step)
        if (given and is_ours) or _mentions(step, wordy):
            told = f"the history shows what people wrote, in the inputs of {quoted(step.name)}"
            yield Trouble(step.at("runtimeConfiguration", "secureData"), told)


def _is_computed(given: Any) -> bool:  # noqa: ANN401 - any document
    return isinstance(given, str) and "@" in given


def _wordy(view: View) -> set[str]:
    """Return the names of the steps whose outputs hold what people wrote; the trigger is called by no name."""
    found = set()
    for step in view.flow.steps:
        known = view.known.of(view.flow, step) if step.calls else None
        if (known is not None and known.answers_words) or (step.is_trigger and _asks_for_words(step)):
            found.add("" if step.is_trigger else step.name)
            found |= {_RESULT + outer.name for outer in list(step.outward)[1:]}
    return found


def _mentions(step: Step, wordy: set[str]) -> bool:
    """Whether a step is given words, or all of an answer that has words in it."""
    return any(_tells(given, wordy) for found in computed(step) for given in outermost(found.read))


def _tells(given: Expression, wordy: set[str]) -> bool:
    keys: list[str] = []
    while isinstance(given, Member):
        if isinstance(given.key, Literal) and isinstance(given.key.value, str):
            keys += reversed(given.key.value.split("/"))
        given = given.of
    if isinstance(given, Call) and given.name.lower() == "result":
        return _RESULT + (named(given) or "") in wordy
    if not isinstance(given, Call) or given.name.lower() not in _TELLS:
        return False
    name = "" if given.name.lower().startswith("trigger") else named(given)
    if name not in wordy:
        return False
    is_whole = not [key for key in keys if key.lower() != "body"] and len(keys) <= _whole(given)
    return is_whole or (bool(keys) and keys[0].lower() in WORDS | {"description", "title", "content"})


def _whole(call: Call) -> int:
    """Return how many steps lead from a function to all of an answer."""
    return 1 if call.name.lower().endswith("outputs") else 0


def _open_variables(view: View) -> Iterator[Trouble]:
    wordy = _wordy(view)
    for step in view.flow.actions:
        if step.kind in _VARIABLES and _mentions(step, wordy):
            yield Trouble(
                step.at("inputs"), f"{quoted(step.name)} puts what people wrote into a variable, for all to see"
            )


def _unsecurable(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        place = step.at("runtimeConfiguration", "secureData", "properties")
        sides = secured(step)
        if "secureData" in part(step.body, "runtimeConfiguration") and (not sides or sides - {_INPUTS, _OUTPUTS}):
            yield Trouble(place, "what can be secured are `inputs` and `outputs`")
        elif step.kind in _INPUTS_ONLY and _OUTPUTS in sides:
            yield Trouble(place, f"a step of the type {step.type} takes only `inputs` here; its outputs follow them")


CHECKS: Final = (
    Check(
        Rule(
            id="PA701",
            title="Answers with people's words are secured",
            why="Whoever may see the runs of a flow reads every ticket in them, for 28 days.",
            bad="GetTicket without `runtimeConfiguration`",
            good='"runtimeConfiguration": {"secureData": {"properties": ["inputs", "outputs"]}}',
        ),
        _open_answers,
    ),
    Check(
        Rule(
            id="PA702",
            title="Steps that are given people's words are secured",
            why="What one step keeps to itself the next one shows, unless its inputs are secured as well.",
            bad="a mail that quotes the ticket, without `runtimeConfiguration`",
            good='"runtimeConfiguration": {"secureData": {"properties": ["inputs"]}}',
        ),
        _open_requests,
    ),
    Check(
        Rule(
            id="PA703",
            title="People's words are not kept in variables",
            why="Variables cannot be secured: the history shows what is put into them.",
            bad="SetVariable text: @body('Get_ticket')?['subject']",
            good="use the answer where it is needed",
        ),
        _open_variables,
    ),
    Check(
        Rule(
            id="PA704",
            title="What is secured are inputs and outputs",
            why="Anything else is refused, or secures nothing.",
            bad='"secureData": {"properties": ["input"]}',
            good='"secureData": {"properties": ["inputs"]}',
        ),
        _unsecurable,
    ),
)

"""Can every computed text be read, and does it ask for something that is there?"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, Weight, pointer
from triage_core.lowcode.power_automate.answers import Answers
from triage_core.lowcode.power_automate.checks import limits
from triage_core.lowcode.power_automate.expressions import ExpressionFault, template
from triage_core.lowcode.power_automate.functions import FUNCTIONS
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import all_computed, calls, named, outermost, texts
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

#: An expression inside a text, without the braces that it needs there.
_BARE: Final = re.compile(rf"(?<![@\w.])@(?:{'|'.join(FUNCTIONS)})\(", re.IGNORECASE)


def _unreadable(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        for place, text in texts(step):
            try:
                template(text)
            except ExpressionFault as error:
                yield Trouble(pointer(*place), str(error))


def _unknown_functions(view: View) -> Iterator[Trouble]:
    for _step, found in all_computed(view.flow):
        for call in calls(found.read):
            if call.name.lower() not in FUNCTIONS:
                close = get_close_matches(call.name.lower(), FUNCTIONS, n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                yield Trouble(pointer(*found.place), f"there is no function {quoted(call.name)}{hint}")


def _wrong_counts(view: View) -> Iterator[Trouble]:
    for _step, found in all_computed(view.flow):
        for call in calls(found.read):
            arity = FUNCTIONS.get(call.name.lower())
            if arity is not None and not arity.takes(len(call.arguments)):
                told = f"`{call.name}` takes {arity} values, not {len(call.arguments)}"
                yield Trouble(pointer(*found.place), told)


def _undeclared_parameters(view: View) -> Iterator[Trouble]:
    for _step, found in all_computed(view.flow):
        for call in calls(found.read):
            name = named(call)
            if call.name.lower() == "parameters" and name is not None and name not in view.flow.declared:
                yield Trouble(pointer(*found.place), f"the flow declares no parameter {quoted(name)}")


def _unknown_parts(view: View) -> Iterator[Trouble]:
    answers = Answers(view.flow, view.known)
    for step, found in all_computed(view.flow):
        for given in outermost(found.read):
            if missing := answers.missing(given, step):
                yield Trouble(pointer(*found.place), missing)


def _words_only(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        for place, text in texts(step):
            if _BARE.search(text[: limits.LONGEST_EXPRESSION], 1):
                told = "an expression inside a text needs braces, such as @{…}; without them it stays text"
                yield Trouble(pointer(*place), told)


CHECKS: Final = (
    Check(
        Rule(
            id="PA401",
            title="Expressions can be read",
            why="The flow cannot be saved, and the message names a place that is hard to find.",
            bad="@concat('a', triggerBody()?['b']",
            good="@concat('a', triggerBody()?['b'])",
        ),
        _unreadable,
    ),
    Check(
        Rule(
            id="PA402",
            title="Functions are those of the language",
            why="The flow is refused with `is not defined or not valid`.",
            bad="@lower('A')",
            good="@toLower('A')",
        ),
        _unknown_functions,
    ),
    Check(
        Rule(
            id="PA403",
            title="Functions get as many values as they take",
            why="The flow is refused when it is saved.",
            bad="@formatDateTime()",
            good="@formatDateTime(utcNow(), 'yyyy-MM-dd')",
        ),
        _wrong_counts,
    ),
    Check(
        Rule(
            id="PA404",
            title="What is asked of an answer is in the answer",
            why="With a question mark it is silently nothing: the message goes out with a hole in it, or to nobody.",
            bad="@body('Get_ticket')?['priority']",
            good="@body('Get_ticket')?['class']",
        ),
        _unknown_parts,
    ),
    Check(
        Rule(
            id="PA405",
            title="Parameters are declared",
            why="The flow is refused; an environment variable reaches a flow only through its parameter.",
            bad="@parameters('Group') without a declaration",
            good="@parameters('Group (tri_Group)'), declared under `parameters`",
        ),
        _undeclared_parameters,
    ),
    Check(
        Rule(
            id="PA406",
            title="Expressions inside a text stand in braces",
            why="Without them people read the expression itself.",
            bad="Ticket @triggerBody()?['ticket_id']",
            good="Ticket @{triggerBody()?['ticket_id']}",
            weight=Weight.WARNING,
        ),
        _words_only,
    ),
)

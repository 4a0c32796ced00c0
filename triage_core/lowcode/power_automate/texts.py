"""Where does a step hold texts that are computed, and what do they say?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.lowcode.power_automate.expressions import (
    Call,
    Expression,
    ExpressionFault,
    Literal,
    Member,
    Template,
    template,
    walked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.flow import Flow, Place, Step

#: Parts of a step that hold other steps, or nothing that is computed.
_ELSEWHERE: Final = frozenset({"actions", "else", "cases", "default", "metadata", "runAfter", "description", "type"})
#: A schema may well hold a pattern with this sign in it.
_NEVER_COMPUTED: Final = frozenset({"schema"})


class Written(NamedTuple):
    """A text in a step."""

    place: Place
    text: str


class Computed(NamedTuple):
    """A text of a step as it was read."""

    place: Place
    text: str
    read: Template


def texts(step: Step) -> Iterator[Written]:
    """Yield every text that belongs to a step itself, not to a step inside it."""
    for name, value in step.body.items():
        if name not in _ELSEWHERE:
            yield from _texts(value, (*step.place, name))


def _texts(given: Any, place: Place) -> Iterator[Written]:  # noqa: ANN401 - any document
    match given:
        case str():
            yield Written(place, given)
        case dict():
            for name, value in given.items():
                if name not in _NEVER_COMPUTED:
                    yield from _texts(value, (*place, name))
        case list():
            for at, value in enumerate(given):
                yield from _texts(value, (*place, at))
        case _:
            pass


def computed(step: Step) -> Iterator[Computed]:
    """Yield every text of a step that can be read and computes something."""
    for place, text in texts(step):
        try:
            read = template(text)
        except ExpressionFault:
            continue
        if read.expressions:
            yield Computed(place, text, read)


def all_computed(flow: Flow) -> Iterator[tuple[Step, Computed]]:
    """Yield every computed text of a flow with its step."""
    for step in flow.steps:
        for found in computed(step):
            yield step, found


def calls(read: Template) -> Iterator[Call]:
    """Yield every function that a text uses."""
    for given in read.expressions:
        yield from (each for each in walked(given) if isinstance(each, Call))


def outermost(read: Template) -> Iterator[Expression]:
    """Yield every value in a text together with the parts asked for, never a part of such a chain alone."""
    inner = {id(each.of) for given in read.expressions for each in walked(given) if isinstance(each, Member)}
    for given in read.expressions:
        yield from (each for each in walked(given) if id(each) not in inner)


def named(call: Call) -> str | None:
    """Return the text that a function is given alone."""
    match call.arguments:
        case (Literal(value=str(name)),):
            return name
        case _:
            return None

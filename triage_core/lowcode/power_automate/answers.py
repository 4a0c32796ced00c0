"""Is a part of an answer that an expression asks for in the answer, as far as anybody can know?"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.power_automate.expressions import Call, ExpressionFault, Literal, Member, template
from triage_core.lowcode.power_automate.flow import Part, part, text
from triage_core.lowcode.power_automate.texts import named
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from triage_core.lowcode.power_automate.expressions import Expression
    from triage_core.lowcode.power_automate.flow import Flow, Step
    from triage_core.lowcode.power_automate.operations import Catalogue

#: Where a value begins at the body of an answer, and where at all of it.
_BODIES: Final = frozenset({"body", "actionbody", "triggerbody"})
_WHOLES: Final = frozenset({"outputs", "actionoutputs", "triggeroutputs"})
_LISTS: Final = frozenset({"first", "last"})
#: Loops inside loops, over what loops yield.
_DEEPEST: Final = 24


class Answers:
    """The answers of a flow's steps, by the schemas of the operations that they call."""

    def __init__(self, flow: Flow, known: Catalogue) -> None:
        """Look at a flow with the operations that are known."""
        self._flow: Final = flow
        self._known: Final = known

    def missing(self, given: Expression, step: Step) -> str:
        """Say which part of an answer is asked for and cannot be there; nothing where it is, or nobody knows."""
        if not isinstance(given, Member):
            return ""
        inner = self.missing(given.of, step)
        if inner:
            return inner
        key = _key(given.key)
        return self._lacking(self._schema(given.of, step, 0), key) if isinstance(key, str) else ""

    def _lacking(self, schema: Part | None, key: str) -> str:
        for name in _steps(schema, key):
            properties = part(schema, "properties")
            if not properties or "additionalProperties" in (schema or {}):
                return ""
            if name not in properties:
                close = get_close_matches(name, list(properties), n=1)
                return f"the answer has no {quoted(name)}{f'; did you mean {close[0]}?' if close else ''}"
            schema = self._known.looked_up(part(properties, name))
        return ""

    def _schema(self, given: Expression, step: Step, depth: int) -> Part | None:
        """Return the schema of a value, where it is known."""
        if depth > _DEEPEST:
            return None
        if isinstance(given, Call):
            return self._of_call(given, step, depth + 1)
        if isinstance(given, Member):
            return self._inside(self._schema(given.of, step, depth + 1), _key(given.key))
        return None

    def _of_call(self, call: Call, step: Step, depth: int) -> Part | None:
        function = call.name.lower()
        if function in {"item", "items"}:
            return self._item(call, step, depth)
        if function in _LISTS and len(call.arguments) == 1:
            return self._inside(self._schema(call.arguments[0], step, depth), 0)
        if function not in _BODIES | _WHOLES:
            return None
        body = self._answer(call)
        if body is None or function in _BODIES:
            return body
        return {"properties": {"body": body, "headers": {}, "statusCode": {}}}

    def _answer(self, call: Call) -> Part | None:
        """Return the schema of the body that a step was answered with."""
        if call.name.lower().startswith("trigger"):
            found = self._flow.triggers[0] if self._flow.triggers else None
        else:
            found = self._flow.by_name.get(named(call) or "")
        if found is None:
            return None
        known = self._known.of(self._flow, found) if found.calls else None
        return None if known is None or known.answer is None else self._known.looked_up(known.answer)

    def _item(self, call: Call, step: Step, depth: int) -> Part | None:
        loop = next((each for each in step.outward if _is_meant(each, call)), None)
        over = text(loop.body, "foreach") if loop is not None and loop.kind == "foreach" else ""
        if loop is not None and loop.kind in {"select", "query", "table"}:
            over = text(loop.inputs, "from")
        try:
            read = template(over)
        except ExpressionFault:
            return None
        if loop is None or not read.is_value:
            return None
        around = loop.within or loop
        return self._inside(self._schema(read.expressions[0], around, depth), 0)

    def _inside(self, schema: Part | None, key: str | int | None) -> Part | None:
        """Return the schema of a part of a value; outputs are asked by paths, such as `body/items`."""
        if schema is None or key is None:
            return None
        if isinstance(key, int):
            return self._known.looked_up(part(schema, "items")) or None
        for name in _steps(schema, key):
            schema = self._known.looked_up(part(part(schema, "properties"), name))
        return schema or None


def _steps(schema: Part | None, key: str) -> list[str]:
    return [key] if key in part(schema, "properties") else key.split("/")


def _key(given: Expression) -> str | int | None:
    match given:
        case Literal(value=str(key)):
            return key
        case Literal(value=int(key)):
            return key
        case _:
            return None


def _is_meant(loop: Step, call: Call) -> bool:
    if call.name.lower() == "items":
        return loop.kind == "foreach" and loop.name == named(call)
    return loop.kind in {"select", "query", "table", "foreach"}

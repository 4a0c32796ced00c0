"""What is the value of a text of a flow, in the middle of a run?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from tests.simulators.power_automate import moments, values
from tests.simulators.power_automate.failures import Unsupported, invalid
from tests.simulators.power_automate.functions import FUNCTIONS
from triage_core.lowcode.power_automate.expressions import Call, ExpressionFault, Literal, Member, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.lowcode.power_automate.expressions import Expression


class Surroundings(Protocol):
    """What a run knows of itself."""

    trigger: Any
    parameters: dict[str, Any]
    variables: dict[str, Any]
    name: str
    flow_name: str

    def now(self) -> datetime: ...

    def guid(self) -> str: ...

    def told(self, name: str) -> dict[str, Any]:
        """Return what became of a step."""
        ...

    def result(self, name: str) -> list[dict[str, Any]]:
        """Return what became of the steps that stand in a step."""
        ...

    def item(self, loop: str | None) -> Any:
        """Return what a loop is at; without a name, the innermost one."""
        ...

    def index(self, loop: str) -> int: ...


class Evaluator:
    """Computes texts and documents of a flow."""

    def __init__(self, run: Surroundings) -> None:
        """Look at one run."""
        self._run: Final = run
        self._functions: Final[dict[str, Callable[..., Any]]] = {
            **FUNCTIONS,
            "triggeroutputs": lambda: run.trigger,
            "triggerbody": lambda: _at(run.trigger, "body"),
            "trigger": lambda: {"outputs": run.trigger, "status": "Succeeded"},
            "outputs": lambda name: run.told(name)["outputs"],
            "body": lambda name: _at(run.told(name)["outputs"], "body"),
            "actions": run.told,
            "result": run.result,
            "items": run.item,
            "item": lambda: run.item(None),
            "iterationindexes": run.index,
            "parameters": self._parameter,
            "variables": self._variable,
            "workflow": lambda: {
                "run": {"name": run.name, "id": f"/workflows/{run.flow_name}/runs/{run.name}"},
                "name": run.flow_name,
                "tags": {"flowDisplayName": run.flow_name, "environmentName": "simulated"},
            },
            "guid": run.guid,
            "utcnow": lambda pattern=None: moments.shown(run.now(), pattern),
        }

    def document(self, given: Any) -> Any:
        """Return a document with every text in it computed."""
        match given:
            case str():
                return self.text(given)
            case dict():
                return {values.written(self.text(name)): self.document(value) for name, value in given.items()}
            case list():
                return [self.document(each) for each in given]
            case _:
                return given

    def text(self, given: str) -> Any:
        """Return the value of a text; one expression alone keeps its kind."""
        try:
            read = template(given)
        except ExpressionFault as fault:
            raise Unsupported(f"no expression: {fault}") from fault
        if read.is_value:
            return self.value(read.expressions[0])
        return "".join(part if isinstance(part, str) else values.written(self.value(part)) for part in read.parts)

    def value(self, given: Expression) -> Any:
        """Return the value of an expression."""
        match given:
            case Literal():
                return given.value
            case Member():
                return _member(self.value(given.of), self.value(given.key), is_optional=given.is_optional)
            case Call():
                return self._call(given.name.lower(), given)

    def value_of(self, name: str, *given: Any) -> Any:
        """Return what a function makes of values."""
        return self._functions[name](*given)

    def _call(self, name: str, call: Call) -> Any:
        if name not in self._functions:
            raise Unsupported(f"the function {call.name}")
        return self._functions[name](*(self.value(each) for each in call.arguments))

    def _parameter(self, name: str) -> Any:
        if name not in self._run.parameters:
            raise invalid(f"there is no parameter {name}")
        return self._run.parameters[name]

    def _variable(self, name: str) -> Any:
        if name not in self._run.variables:
            raise invalid(f"there is no variable {name}")
        return self._run.variables[name]


def _member(of: Any, key: Any, *, is_optional: bool) -> Any:
    if of is None and is_optional:
        return None
    if isinstance(of, dict) and isinstance(key, str):
        return _property(of, key, is_optional=is_optional)
    if isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool):
        if -1 < key < len(of):
            return of[key]
        if is_optional:
            return None
    raise invalid(f"{values.kind(of)} has no part {key}")


def _property(of: dict[str, Any], key: str, *, is_optional: bool) -> Any:
    """Return a property; the designer writes a path such as `body/name` as one name."""
    if key in of:
        return of[key]
    first, slash, rest = key.partition("/")
    if slash and first in of:
        return _member(of[first], rest, is_optional=is_optional)
    if is_optional:
        return None
    raise invalid(f"there is no property {key}")


def _at(outputs: Any, name: str) -> Any:
    return outputs.get(name) if isinstance(outputs, dict) else None

"""What happens when a flow is started?

One step after the other, in an order that the flow allows. Where steps may run side by side, as in a loop over many
items, they run last to first, so that a flow which relies on their order fails here.
"""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Any, Final, Protocol

from tests.simulators.power_automate import moments
from tests.simulators.power_automate.conditions import holds
from tests.simulators.power_automate.evaluating import Evaluator
from tests.simulators.power_automate.failures import StepFailed, Terminated, Unsupported, invalid
from tests.simulators.power_automate.outcomes import Outcome, of_group, secured
from tests.simulators.power_automate.steps import CONTAINERS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from tests.simulators.power_automate.connecting import Connectors

Part = dict[str, Any]

_STATES: Final = frozenset({"Succeeded", "Failed", "Skipped", "TimedOut"})
_MEMBERS: Final = frozenset(
    {"type", "inputs", "runAfter", "metadata", "description", "limit", "runtimeConfiguration", "actions", "else"}
    | {"expression", "cases", "default", "foreach", "kind"}
)
_TRIGGERS: Final = frozenset(
    {"request", "recurrence", "openapiconnection", "openapiconnectionwebhook", "openapiconnectionnotification"}
)
_CONFIGURATION: Final = frozenset({"secureData", "concurrency"})


class Clock(Protocol):
    """The time of a run, which waits without anybody's waiting."""

    def now(self) -> datetime: ...

    def wait(self, time: timedelta) -> None: ...


class FlowEngine:
    """Runs one flow as often as it is started."""

    def __init__(self, document: Part, connectors: Connectors, clock: Clock, **variables: Any) -> None:
        """Take a flow as it is shipped, with values of its environment variables by their schema names."""
        self.definition: Final[Part] = document["properties"]["definition"]
        self.references: Final[Part] = document["properties"]["connectionReferences"]
        self.connectors: Final = connectors
        self.clock: Final = clock
        self.parameters: Final = _parameters(self.definition, variables)
        ((self.trigger_name, self.trigger),) = self.definition["triggers"].items()
        self._count = 0
        if self.trigger["type"].lower() not in _TRIGGERS:
            raise Unsupported(f"the trigger {self.trigger['type']}")
        for name, body in _every(self.definition["actions"]):
            _check(name, body)

    def start(self, outputs: Part) -> list[Run]:
        """Let the trigger fire: one run for each part where it is split, none where a condition does not hold."""
        return [run for each in self._split(outputs) if (run := self._run(each)) is not None]

    def recur(self, until: datetime) -> list[Run]:
        """Let time pass for a flow that recurs: one run at each moment that comes before a later one."""
        recurrence = self.trigger["recurrence"]
        if strange := {*recurrence} - {"frequency", "interval"}:
            raise Unsupported(f"{', '.join(sorted(strange))} in a recurrence")
        runs: list[Run] = []
        every = moments.counted(recurrence["interval"], recurrence["frequency"])
        while self.clock.now() + every < until:
            self.clock.wait(every)
            runs += self.start({})
        return runs

    def _split(self, outputs: Part) -> list[Part]:
        over = self.trigger.get("splitOn")
        if over is None:
            return [outputs]
        parts = Evaluator(self._new(outputs)).document(over)
        return [{**outputs, "body": part} for part in parts]

    def _new(self, outputs: Part) -> Run:
        self._count += 1
        return Run(self, outputs, f"08585{self._count:05d}CU{self._count:02d}")

    def _run(self, outputs: Part) -> Run | None:
        run = self._new(outputs)
        if not all(holds(each["expression"], run.evaluator) for each in self.trigger.get("conditions", ())):
            return None
        run.work()
        return run


class Run:
    """One run of a flow."""

    def __init__(self, engine: FlowEngine, trigger: Part, name: str) -> None:
        """Begin with what the trigger brings."""
        self.engine: Final = engine
        self.trigger: Any = trigger
        self.name = name
        self.flow_name = "simulated"
        self.parameters = engine.parameters
        self.variables: dict[str, Any] = {}
        self.evaluator: Final = Evaluator(self)
        #: Everything that became of steps, in order, every round of a loop included.
        self.history: Final[list[Outcome]] = []
        self.response: Part | None = None
        self.status = "Running"
        self.error = ""
        self.results: ChainMap[str, Outcome] = ChainMap()
        self._loops: list[tuple[str, Any]] = []
        self._rounds: dict[str, int] = {}
        self._guids = 0

    # --- what expressions ask for -------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.engine.clock.now()

    def guid(self) -> str:
        """Return another id each time, the same ones in each test."""
        self._guids += 1
        return f"{self._guids:08x}-0000-4000-8000-{self.name[-12:].rjust(12, '0').lower().replace('cu', '00')}"

    def told(self, name: str) -> Part:
        return self._outcome(name).told

    def result(self, name: str) -> list[Part]:
        inner = next(body for each, body in _every(self.engine.definition["actions"]) if each == name)
        return [self.results[each].told for each in inner.get("actions", {}) if each in self.results]

    def item(self, loop: str | None) -> Any:
        for name, value in reversed(self._loops):
            if loop in {None, name}:
                return value
        raise invalid(f"there is no loop {loop} around this step")

    def index(self, loop: str) -> int:
        return self._rounds[loop]

    def _outcome(self, name: str) -> Outcome:
        if name not in self.results:
            raise invalid(f"the step {name} has not run")
        return self.results[name]

    # --- what steps do ------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Run all steps."""
        actions = self.engine.definition["actions"]
        try:
            self.group(actions)
        except Terminated as ended:
            self.status, self.error = ended.status, f"{ended.code}: {ended.message}"
            return
        self.status = of_group(actions, self.results)

    def group(self, actions: Mapping[str, Part]) -> str:
        """Run steps that stand side by side, each when those before it have ended; return how they ended."""
        left = dict(actions)
        while left:
            ready = next((name for name, body in left.items() if not set(body.get("runAfter", {})) & set(left)), None)
            if ready is None:
                raise Unsupported(f"steps that wait for each other: {', '.join(left)}")
            self._step(ready, left.pop(ready))
        return of_group(actions, self.results)

    def within(self, name: str, value: Any, work: Callable[[], None]) -> None:
        """Do something inside one round of a loop."""
        self._loops.append((name, value))
        self.results = self.results.new_child()
        try:
            work()
        finally:
            self.results = self.results.parents
            self._loops.pop()

    def looking_at(self, value: Any, work: Callable[[], Any]) -> Any:
        """Compute something for one item of a list."""
        self._loops.append(("", value))
        try:
            return work()
        finally:
            self._loops.pop()

    def round(self, name: str, number: int) -> None:
        """Note how far a loop is."""
        self._rounds[name] = number

    def skip(self, actions: Mapping[str, Part]) -> None:
        """Note that steps do not run, with all that stands in them."""
        for name, body in actions.items():
            self._note(Outcome(name=name, status="Skipped"))
            for inner in _branches(body):
                self.skip(inner)

    def _step(self, name: str, body: Part) -> None:
        if not all(self.results[before].status in states for before, states in body.get("runAfter", {}).items()):
            self.skip({name: body})
            return
        outcome = Outcome(name=name, status="Succeeded", secured=secured(body))
        try:
            self._do(outcome, body)
        except StepFailed as failure:
            outcome.status, outcome.code, outcome.message = failure.status, failure.code, failure.message
            outcome.outputs = failure.outputs if outcome.outputs is None else outcome.outputs
        except Terminated:
            outcome.status = "Cancelled" if body["type"].lower() in CONTAINERS else "Succeeded"
            raise
        finally:
            self._note(outcome)

    def _do(self, outcome: Outcome, body: Part) -> None:
        kind = body["type"].lower()
        if kind in CONTAINERS:
            CONTAINERS[kind](self, outcome.name, body)
        else:
            outcome.inputs, outcome.outputs = STEPS[kind](self, outcome, body)

    def _note(self, outcome: Outcome) -> None:
        self.results[outcome.name] = outcome
        self.history.append(outcome)

    # --- for tests ----------------------------------------------------------------------------------------------------

    def of(self, name: str) -> Outcome:
        """Return what became of a step the last time."""
        return next(outcome for outcome in reversed(self.history) if outcome.name == name)

    @property
    def succeeded(self) -> list[str]:
        """The steps that succeeded, in order."""
        return [outcome.name for outcome in self.history if outcome.status == "Succeeded"]

    @property
    def failed(self) -> list[str]:
        """The steps that failed, in order."""
        return [outcome.name for outcome in self.history if outcome.status in {"Failed", "TimedOut"}]


def _parameters(definition: Part, variables: Part) -> Part:
    found: Part = {}
    left = dict(variables)
    for name, given in definition.get("parameters", {}).items():
        schema = given.get("metadata", {}).get("schemaName")
        found[name] = left.pop(schema, given.get("defaultValue"))
    if left:
        raise Unsupported(f"environment variables that the flow does not have: {', '.join(left)}")
    return found


def _branches(body: Part) -> Iterator[Part]:
    yield body.get("actions", {})
    yield body.get("else", {}).get("actions", {})
    yield body.get("default", {}).get("actions", {})
    for case in body.get("cases", {}).values():
        yield case["actions"]


def _every(actions: Mapping[str, Part]) -> Iterator[tuple[str, Part]]:
    for name, body in actions.items():
        yield name, body
        for inner in _branches(body):
            yield from _every(inner)


def _check(name: str, body: Part) -> None:
    """Refuse what the engine does not do before it does anything."""
    kind = body["type"].lower()
    if kind not in STEPS and kind not in CONTAINERS:
        raise Unsupported(f"the type {body['type']} of {name}")
    strange = {*body} - _MEMBERS | {*body.get("runtimeConfiguration", {})} - _CONFIGURATION
    strange |= {state for states in body.get("runAfter", {}).values() for state in states} - _STATES
    if strange:
        raise Unsupported(f"{', '.join(sorted(strange))} in {name}")

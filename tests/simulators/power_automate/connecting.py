"""How does a call of a connector reach the service, and what if it does not?

Our connector is what its definition says: every parameter goes where the definition puts it. Connectors of others are
answered by functions that a test gives.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

import httpx

from tests.simulators.power_automate import moments, values
from tests.simulators.power_automate.failures import StepFailed, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulators.power_automate.engine import Part, Run
    from tests.simulators.power_automate.outcomes import Outcome

_METHODS: Final = ("get", "post", "put", "patch", "delete")
#: What is tried again.
_PASSING: Final = frozenset({408, 429})
_SERVER_FAILURES: Final = 500
_FAILURES: Final = 400
#: What the platform does where a step says nothing.
_DEFAULT_RETRY: Final[dict[str, Any]] = {"type": "fixed", "count": 2, "interval": "PT10S"}
_LONGEST_RETRY: Final = timedelta(days=1)
_CONNECTION: Final = "@parameters('$authentication')"


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed

    @property
    def outputs(self) -> Part:
        """The answer as expressions see it."""
        return {"statusCode": self.status, "headers": self.headers, "body": self.body}


class NoAnswer(Exception):
    """Nobody answered."""


@dataclass
class Native:
    """A connector of somebody else's: remembers what it was asked, and answers as a test says."""

    asked: list[tuple[str, Part]] = field(default_factory=list)
    answers: dict[str, Callable[[Part], Answer]] = field(default_factory=dict)

    def call(self, operation: str, given: Part) -> Answer:
        """Answer, or say that nobody knows the operation."""
        if operation not in self.answers:
            raise Unsupported(f"the operation {operation}")
        self.asked.append((operation, given))
        return self.answers[operation](given)


class Connectors:
    """Every connection of an environment."""

    def __init__(
        self, swagger: Part, url: str, key: str, natives: dict[str, Native], client: httpx.Client | None = None
    ) -> None:
        """Connect to the service at an address with a key, and to the connectors of others by their names."""
        self._operations: Final = {
            item[method]["operationId"]: (method, path, item[method])
            for path, item in swagger["paths"].items()
            for method in _METHODS
            if method in item
        }
        self._definitions: Final = swagger["definitions"]
        self._natives: Final = natives
        self.url = url
        self._key: Final = key
        self._client = client
        #: The operations that were asked for, in order.
        self.asked: Final[list[str]] = []
        #: Whether the answer to a request is lost, by its place in that order; the work is done all the same.
        self.loses: Callable[[int], bool] = lambda _number: False
        #: What is answered instead, while nothing is done; one answer for each request.
        self.instead: Final[list[Answer]] = []
        #: Whether the platform leaves out what is null; nobody outside of it knows.
        self.leaves_nulls_out = False

    def answer(self, api: Part, operation: str, given: Part, run_name: str) -> Answer:
        """Send one request."""
        if "logicalName" not in api:
            if api["name"] not in self._natives:
                raise Unsupported(f"the connector {api['name']}")
            return self._natives[api["name"]].call(operation, given)
        return self.ask(operation, given, {"x-ms-workflow-run-id": run_name})

    def ask(self, operation: str, given: Part, headers: dict[str, str] | None = None) -> Answer:
        """Send one request to the service; headers are those that the platform adds."""
        if operation not in self._operations:
            raise Unsupported(f"the operation {operation}")
        method, path, said = self._operations[operation]
        sent_along = {name: value for name, value in given.items() if value is not None or not self.leaves_nulls_out}
        request = _Request(said, self._definitions, sent_along)
        if self.instead:
            return self.instead.pop(0)
        sent = {"x-api-key": self._key, **(headers or {}), **request.headers}
        try:
            assert self._client is not None, "no test expects a request to the service"
            response = self._client.request(
                method.upper(), self.url + request.path(path), params=request.query, headers=sent, json=request.body
            )
        except httpx.TransportError as error:
            raise NoAnswer from error
        self.asked.append(operation)
        if self.loses(len(self.asked) - 1):
            raise NoAnswer
        return Answer(response.status_code, _body(response), dict(response.headers))


class _Request:
    """The parts of a request, each parameter in its place."""

    def __init__(self, said: Part, definitions: Part, given: Part) -> None:
        self._name: Final = said["operationId"]
        self._given: Final = dict(given)
        self._places: Final = {each["name"]: each["in"] for each in said["parameters"] if each["in"] != "body"}
        self._body_name, self._schema = _body_of(said, definitions)
        self._refuse_strangers()
        self._need(said)
        self.query: Final = {name: self._text(name) for name in self._in("query")}
        self.headers: Final = {name: self._text(name) for name in self._in("header")}
        self.body: Final = self._document() if self._schema is not None else None

    def path(self, pattern: str) -> str:
        for name in self._in("path"):
            pattern = pattern.replace(f"{{{name}}}", quote(self._text(name), safe=""))
        return pattern

    def _in(self, place: str) -> list[str]:
        found = [name for name, where in self._places.items() if where == place]
        return [name for name in found if self._given.get(name) is not None]

    def _text(self, name: str) -> str:
        value = self._given[name]
        return str(value).lower() if isinstance(value, bool) else values.written(value)

    def _document(self) -> Part:
        prefix = f"{self._body_name}/"
        return {name.removeprefix(prefix): value for name, value in self._given.items() if name.startswith(prefix)}

    def _refuse_strangers(self) -> None:
        fields = (self._schema or {}).get("properties", {})
        known = {*self._places, *(f"{self._body_name}/{name}" for name in fields)}
        if strange := sorted({*self._given} - known):
            raise Unsupported(f"{self._name} has no parameter {', '.join(strange)}")

    def _need(self, said: Part) -> None:
        needed = [each["name"] for each in said["parameters"] if each["in"] != "body" and each.get("required")]
        needed += [f"{self._body_name}/{name}" for name in (self._schema or {}).get("required", ())]
        missing = [name for name in needed if self._given.get(name) in (None, "")]
        if missing:
            raise StepFailed("InvalidRequest", f"{self._name} lacks {', '.join(missing)}")


def _body_of(said: Part, definitions: Part) -> tuple[str, Part | None]:
    for each in said["parameters"]:
        if each["in"] == "body":
            named = each["schema"].get("$ref", "").rpartition("/")[2]
            return each["name"], definitions[named] if named else each["schema"]
    return "", None


def _body(response: httpx.Response) -> Any:
    try:
        return response.json()
    except json.JSONDecodeError:
        return response.text


def call(run: Run, outcome: Outcome, body: Part) -> tuple[Any, Any]:
    """Call an operation, again and again as the step's policy says."""
    inputs = body["inputs"]
    _check(inputs, outcome.name)
    given = run.evaluator.document(inputs.get("parameters", {}))
    api = run.engine.references[inputs["host"]["connectionName"]]["api"]
    outcome.inputs = {"host": inputs["host"], "parameters": given}
    answer = _tried(run, outcome, inputs, lambda: run.engine.connectors.answer(
        api, inputs["host"]["operationId"], given, run.name))  # fmt: skip
    if answer.status >= _FAILURES:
        outcome.outputs = answer.outputs
        raise StepFailed(str(answer.status), "The service refused the request.")
    return outcome.inputs, answer.outputs


def _check(inputs: Part, name: str) -> None:
    strange = {*inputs} - {"host", "parameters", "authentication", "retryPolicy"}
    given = inputs.get("authentication")
    if strange or not (given == _CONNECTION or (isinstance(given, dict) and given.get("type") == "Raw")):
        raise Unsupported(f"the inputs of {name}")


def _tried(run: Run, outcome: Outcome, inputs: Part, ask: Callable[[], Answer]) -> Answer:
    policy = inputs.get("retryPolicy", _DEFAULT_RETRY)
    for time in _pauses(policy):
        answer = _once(ask)
        if answer is not None and not _is_passing(answer.status):
            return answer
        outcome.retries += 1
        run.engine.clock.wait(max(time, _asked_for(answer)))
    answer = _once(ask)
    if answer is None:
        raise StepFailed("BadGateway", "The service cannot be reached.")
    return answer


def _once(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except NoAnswer:
        return None


def _is_passing(status: int) -> bool:
    return status in _PASSING or status >= _SERVER_FAILURES


def _asked_for(answer: Answer | None) -> timedelta:
    return timedelta(seconds=int(answer.headers.get("retry-after", "0"))) if answer else timedelta()


def _pauses(policy: Part) -> list[timedelta]:
    kind = policy["type"].lower()
    if kind == "none":
        return []
    if kind not in {"fixed", "exponential"}:
        raise Unsupported(f"the retry policy {policy['type']}")
    first = moments.span(policy["interval"])
    longest = moments.span(policy["maximumInterval"]) if "maximumInterval" in policy else _LONGEST_RETRY
    grows = kind == "exponential"
    return [min(first * 2**number if grows else first, longest) for number in range(policy["count"])]

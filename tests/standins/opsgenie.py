"""What does Opsgenie do with an alert? It says that it will see to it, and notes what came of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, Final

from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

KEY: Final = "eb243592-faa2-4ba2-a551-1afdf565c889"
#: Longest texts, and most entries of lists.
LIMITS: Final = {"message": 130, "alias": 512, "description": 15_000, "entity": 512, "source": 100, "note": 25_000}
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 50
MOST_RESPONDERS: Final = 50
LONGEST_DETAILS: Final = 8_000
PRIORITIES: Final = frozenset({"P1", "P2", "P3", "P4", "P5"})
RESPONDERS: Final = frozenset({"team", "user", "escalation", "schedule"})


@dataclass
class Alert:
    """An alert, known by its alias."""

    given: dict[str, Any]
    state: str = "open"
    #: Alerts with its alias while it was open.
    count: int = 1
    notes: list[str] = field(default_factory=list)


class OpsgenieStandIn(StandIn):
    """An account with one integration."""

    root: ClassVar[str] = "/v2"
    schemas: ClassVar[tuple[str, ...]] = ("opsgenie alert",)

    def __init__(self) -> None:
        """Begin without alerts."""
        super().__init__()
        self.alerts: dict[str, Alert] = {}
        #: What came of each request.
        self.requests: dict[str, dict[str, Any]] = {}
        self._numbers = count(1)

    def refusal(self, status: int) -> Any:
        """Return the document that comes with a failure."""
        return {"message": "as the test wants it", "took": 0.001, "requestId": f"refused-{status}"}

    def answer(self, request: Received) -> Said:
        """Create, acknowledge or close an alert, or tell what came of a request."""
        proof = request.headers.get("authorization", "")
        if proof != f"GenieKey {KEY}":
            return Said(401 if not proof else 403, {"message": "Could not authenticate", "took": 0.0, "requestId": "x"})
        match request.method, request.steps[1:]:
            case "POST", ("alerts",):
                return self._create(request.json)
            case "POST", ("alerts", alias, "acknowledge" | "close" as action):
                return self._act(alias, action, request)
            case "GET", ("alerts", "requests", number) if number in self.requests:
                return Said(200, {"data": self.requests[number], "took": 0.0, "requestId": number})
        return Said(404, {"message": "there is nothing here", "took": 0.0, "requestId": "x"})

    def _create(self, given: Any) -> Said:
        faults = dict(_faults(given))
        against = complaints("opsgenie alert", given) if not faults else []
        self.complaints += against
        if faults or against:
            errors = faults or {"body": " ".join(against)}
            message = "Request body is not processable. Please check the errors."
            return Said(422, {"message": message, "errors": errors, "took": 0.0, "requestId": "x"})
        alias = given.get("alias") or f"generated-{len(self.alerts)}"
        known = self.alerts.get(alias)
        if known is not None and known.state != "closed":
            known.count += 1
        else:
            self.alerts[alias] = Alert(given)
        return self._noted(success=True, status="Created alert", alias=alias)

    def _act(self, alias: str, action: str, request: Received) -> Said:
        if request.query.get("identifierType") != "alias":
            return self._noted(success=False, status="Alert does not exist", alias=alias)
        known = self.alerts.get(alias)
        if known is None or known.state == "closed":
            return self._noted(success=False, status="Alert does not exist", alias=alias)
        known.state = {"acknowledge": "acknowledged", "close": "closed"}[action]
        known.notes += [request.json["note"]] if "note" in request.json else []
        return self._noted(success=True, status=known.state, alias=alias)

    def _noted(self, *, success: bool, status: str, alias: str) -> Said:
        """Say that it will be seen to; whether it worked is told on a request of its own."""
        number = f"request-{next(self._numbers)}"
        self.requests[number] = {"isSuccess": success, "status": status, "alias": alias}
        return Said(202, {"result": "Request will be processed", "took": 0.001, "requestId": number})


def _faults(given: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(given, dict) or not given.get("message"):
        yield "message", "Message can not be empty."
        return
    for name, longest in LIMITS.items():
        if len(str(given.get(name, ""))) > longest:
            yield name, f"{name} should not be longer than {longest} characters."
    if given.get("priority", "P3") not in PRIORITIES:
        yield "priority", "Priority should be one of [ P1, P2, P3, P4, P5 ]"
    yield from _list_faults(given)


def _list_faults(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    tags, responders = given.get("tags", []), given.get("responders", [])
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        yield "tags", f"at most {MOST_TAGS} tags of at most {LONGEST_TAG} characters"
    if len(responders) > MOST_RESPONDERS or any(each.get("type") not in RESPONDERS for each in responders):
        yield "responders", "responders are not valid"
    details = given.get("details", {})
    if not all(isinstance(value, str) for value in details.values()):
        yield "details", "values of details should be strings"
    elif sum(len(name) + len(value) for name, value in details.items()) > LONGEST_DETAILS:
        yield "details", f"details should not be longer than {LONGEST_DETAILS} characters."

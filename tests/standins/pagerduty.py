"""What does PagerDuty do with an event? It opens an alert, joins it to one, or ends one, or calls the event invalid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

ROUTING_KEY: Final = "0123456789abcdef0123456789abcdef"
LONGEST_KEY: Final = 255
LONGEST_SUMMARY: Final = 1_024
MOST_BYTES: Final = 512 * 1024
ACTIONS: Final = frozenset({"trigger", "acknowledge", "resolve"})
SEVERITIES: Final = frozenset({"critical", "error", "warning", "info"})
_STATES: Final = {"trigger": "triggered", "acknowledge": "acknowledged", "resolve": "resolved"}


@dataclass
class Alert:
    """An alert that events with one key make up."""

    state: str
    payload: dict[str, Any]
    #: The actions of its events, in order.
    actions: list[str] = field(default_factory=list)


class PagerDutyStandIn(StandIn):
    """A service with one integration."""

    root: ClassVar[str] = "/v2"
    schemas: ClassVar[tuple[str, ...]] = ("pagerduty event",)

    def __init__(self) -> None:
        """Begin without alerts."""
        super().__init__()
        self.alerts: dict[str, Alert] = {}
        #: How often somebody was paged: once for each alert that opens.
        self.pages = 0

    def refusal(self, status: int) -> Any:
        """Return the document that comes with a failure."""
        if status == 429:
            return {"status": "throttle exceeded", "message": "Requests for this service are arriving too quickly"}
        return {"status": "error", "message": "as the test wants it"}

    def answer(self, request: Received) -> Said:
        """Take an event."""
        if request.method != "POST" or request.steps[1:] != ("enqueue",):
            return Said(404, {"status": "not found", "message": "there is nothing here"})
        if len(request.body) > MOST_BYTES:
            return Said(413, {"status": "too large", "message": "the event is too large"})
        event = request.json
        faults = [*_faults(event)]
        against = complaints("pagerduty event", event) if not faults else []
        self.complaints += against
        if found := faults or against:
            return Said(400, {"status": "invalid event", "message": "Event object is invalid", "errors": found})
        return self._taken(event)

    def _taken(self, event: dict[str, Any]) -> Said:
        key = event.get("dedup_key") or f"generated-{len(self.alerts)}"
        action, known = event["event_action"], self.alerts.get(key)
        if action == "trigger" and (known is None or known.state == "resolved"):
            known = self.alerts[key] = Alert("triggered", event["payload"])
            self.pages += 1
        if known is not None:
            known.actions.append(action)
            # A trigger joins an open alert and leaves its state as it is.
            known.state = known.state if action == "trigger" else _STATES[action]
        return Said(202, {"status": "success", "message": "Event processed", "dedup_key": key})


def _faults(event: Any) -> Iterator[str]:
    if not isinstance(event, dict):
        yield "JSON parse error"
        return
    if len(event.get("routing_key", "")) != len(ROUTING_KEY):
        yield "Length of 'routing_key' is incorrect (should be 32 characters)"
    elif event["routing_key"] != ROUTING_KEY:
        yield "'routing_key' is invalid"
    if event.get("event_action") not in ACTIONS:
        yield "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"
    if len(event.get("dedup_key", "")) > LONGEST_KEY:
        yield f"'dedup_key' is too long (maximum {LONGEST_KEY} characters)"
    if event.get("event_action") == "trigger":
        yield from _payload_faults(event.get("payload"))
    elif not event.get("dedup_key"):
        yield "'dedup_key' is missing or blank"


def _payload_faults(payload: Any) -> Iterator[str]:
    if not isinstance(payload, dict):
        yield "'payload' is missing or blank"
        return
    yield from (f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not payload.get(name))
    if payload.get("severity") not in SEVERITIES:
        yield "'payload.severity' is invalid"
    if len(payload.get("summary", "")) > LONGEST_SUMMARY:
        yield f"'payload.summary' is too long (maximum {LONGEST_SUMMARY} characters)"

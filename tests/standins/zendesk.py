"""What does Zendesk do with an update of a ticket? It keeps comments, fields and what changed, or refuses it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, Final

from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

EMAIL: Final = "agent@example.com"
TOKEN: Final = "zd-stand-in-0123456789"
STATUSES: Final = frozenset({"new", "open", "pending", "hold", "solved", "closed"})
PRIORITIES: Final = frozenset({None, "urgent", "high", "normal", "low"})
TYPES: Final = frozenset({None, "problem", "incident", "question", "task"})
MOST_BYTES: Final = 64 * 1024
_PLAIN: Final = ("subject", "status", "priority", "type", "assignee_id", "group_id", "external_id", "tags")
_ERRORS: Final = {
    404: ("RecordNotFound", "Not found"),
    422: ("RecordInvalid", "Record validation errors"),
    429: ("APIRateLimitExceeded", "Too many requests"),
}


@dataclass
class Comment:
    """What was written on a ticket; the customer sees a public one."""

    body: str
    public: bool
    html_body: str | None = None


@dataclass
class Audit:
    """What one update changed."""

    id: int
    events: list[dict[str, Any]]


@dataclass
class Ticket:
    """A ticket of the account."""

    id: int
    fields: dict[str, Any] = field(default_factory=lambda: {"status": "new", "tags": []})
    custom_fields: dict[int, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    audits: list[Audit] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.fields["status"])

    def shown(self) -> dict[str, Any]:
        """Return it as the service shows it."""
        custom = [{"id": number, "value": value} for number, value in self.custom_fields.items()]
        return {"id": self.id, **self.fields, "custom_fields": custom}


class ZendeskStandIn(StandIn):
    """An account with tickets."""

    root: ClassVar[str] = "/api/v2"
    schemas: ClassVar[tuple[str, ...]] = ("zendesk update",)

    def __init__(self, *ticket_ids: int, custom_fields: tuple[int, ...] = ()) -> None:
        """Begin with tickets, and with custom fields that they may have."""
        super().__init__()
        self.tickets = {number: Ticket(number) for number in ticket_ids}
        self.custom_fields = set(custom_fields)
        self._numbers = count(9_001)

    def refusal(self, status: int) -> Any:
        """Return the document that comes with a failure."""
        error, description = _ERRORS.get(status, ("InternalError", "Something went wrong"))
        return {"error": error, "description": description}

    def answer(self, request: Received) -> Said:
        """Make, show or update a ticket."""
        if request.headers.get("authorization") != f"Basic {_proof()}":
            return Said(401, {"error": "Couldn't authenticate you"})
        steps = tuple(step.removesuffix(".json") for step in request.steps[2:])
        match request.method, steps:
            case "POST", ("tickets",):
                return self._make(request)
            case method, ("tickets", number, *rest) if number.isdecimal() and int(number) in self.tickets:
                return self._of(self.tickets[int(number)], method, tuple(rest), request)
        return Said(404, self.refusal(404))

    def _of(self, ticket: Ticket, method: str, rest: tuple[str, ...], request: Received) -> Said:
        match method, rest:
            case "GET", ():
                return Said(200, {"ticket": ticket.shown()})
            case "GET", ("comments",):
                shown = [{"id": n, "body": c.body, "public": c.public} for n, c in enumerate(ticket.comments)]
                return Said(200, {"comments": shown})
            case "GET", ("audits",):
                return Said(200, {"audits": [{"id": audit.id, "events": audit.events} for audit in ticket.audits]})
            case "PUT", ():
                return self._update(ticket, request)
            case "PUT" | "DELETE", ("tags",):
                tags, given = list(ticket.fields["tags"]), list(request.json["tags"])
                kept = [tag for tag in tags if tag not in given]
                ticket.fields["tags"] = kept + given if method == "PUT" else kept
                return Said(200, {"tags": ticket.fields["tags"]})
            case _:
                return Said(404, self.refusal(404))

    def _make(self, request: Received) -> Said:
        made = Ticket(max(self.tickets, default=0) + 1)
        said = self._update(made, request)
        if said.status == 200:
            self.tickets[made.id] = made
            return Said(201, said.document)
        return said

    def _update(self, ticket: Ticket, request: Received) -> Said:
        given = request.json.get("ticket") if isinstance(request.json, dict) else None
        if not isinstance(given, dict):
            return Said(400, {"error": "Unprocessable", "message": "expected a ticket"})
        if faults := self._faults(ticket, given):
            return Said(422, {**self.refusal(422), "details": {"base": [{"description": each} for each in faults]}})
        return Said(200, {"ticket": ticket.shown(), "audit": self._written(ticket, given)})

    def _faults(self, ticket: Ticket, given: dict[str, Any]) -> list[str]:
        found = ["Status: closed prevents ticket update"] if ticket.status == "closed" else []
        for name, allowed in (("status", STATUSES), ("priority", PRIORITIES), ("type", TYPES)):
            if given.get(name, next(iter(allowed))) not in allowed:
                found.append(f"{name}: is not included in the list")
        found += [f"custom_fields: {each.get('id')} is unknown" for each in self._unknown(given)]
        comment = given.get("comment", {})
        text = comment.get("html_body") or comment.get("body")
        if "comment" in given and not text:
            found.append("comment: cannot be blank")
        if len(str(text).encode()) > MOST_BYTES:
            found.append("comment: is too long")
        against = complaints("zendesk update", {"ticket": given}) if not found else []
        self.complaints += against
        return found or against

    def _unknown(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        return [each for each in given.get("custom_fields", []) if each.get("id") not in self.custom_fields]

    def _written(self, ticket: Ticket, given: dict[str, Any]) -> dict[str, Any]:
        events: list[dict[str, Any]] = []
        for name in _PLAIN:
            if name in given and ticket.fields.get(name) != given[name]:
                old, ticket.fields[name] = ticket.fields.get(name), given[name]
                events.append({"type": "Change", "field_name": name, "value": given[name], "previous_value": old})
        for each in given.get("custom_fields", []):
            ticket.custom_fields[each["id"]] = each["value"]
            events.append({"type": "Change", "field_name": str(each["id"]), "value": each["value"]})
        if (comment := given.get("comment")) is not None:
            written = Comment(comment.get("body", ""), comment.get("public", True), comment.get("html_body"))
            ticket.comments.append(written)
            events.append({"type": "Comment", "body": written.body, "public": written.public})
        audit = Audit(next(self._numbers), events)
        ticket.audits.append(audit)
        return {"id": audit.id, "ticket_id": ticket.id, "events": events}


def _proof() -> str:
    return b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()

"""What leaves an installation, by every way there is, and who asks it for something in searches of its gates?"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog
from msgspec.structs import replace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import LogCapture

from tests.edge.sample_edge import ALL, TENANT, Office
from tests.gate_outlets import TO_CUSTOMERS, Outlets
from tests.gate_pages import Pages
from tests.sample_closures import GRAVE
from tests.sample_gates import FLOW, PEOPLE, PLATFORM, RULE, TEMPLATES, gate_policy, person
from tests.sample_hooks import HERE
from triage_core import telemetry
from triage_core.adapters.webhooks import WebhookSender
from triage_core.cards import notion, slack, teams
from triage_core.cards.closure import Links, summarise
from triage_core.cards.escalation import Backdrop, card_of
from triage_core.cards.flat import fields
from triage_core.cards.mail import mail
from triage_core.contract.events import EventType
from triage_core.domain.gating.state import approval_id, message_id
from triage_core.domain.sending import Act, Envelope, Surface
from triage_core.ports import TicketFilter
from triage_core.service.access import Caller, Unauthenticated
from triage_core.service.composing import Composer
from triage_core.service.delivering import Courier, Pace
from triage_core.service.hooks import HookRegister
from triage_core.service.messages import Messages
from triage_core.service.sending import Dispatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy
    from triage_core.edge.message import Reply
    from triage_core.ports import Store

#: A word that stands in one version of one text and nowhere else.
CANARY: Final = re.compile(r"zq\d+zq")
IN_PERSON: Final = " in person"
#: Everybody who asks: people by a token, and flows.
_PEOPLE: Final = tuple(known["id"] for known in PEOPLE)
CALLERS: Final = (*_PEOPLE, "flows", "zaps", "reader")
#: What the relay of this test itself says of what it gets.
_NOISY: Final = ("mail.log",)
_KEYS: Final = {"flows": PLATFORM, "twin": PLATFORM, "zaps": "zapier", "reader": "zapier"}
_ALONE: Final = Pace(lanes=1)
_LISTS: Final = (
    "tickets",
    "tickets?limit=1",
    "search/tickets?source=zendesk&source_id=1",
    "escalations",
    *("incidents/t1", "rollout", "follow-ups", "knowledge", "search/knowledge?query=hello", "knowledge/t1"),
    *("calibration/samples", "calibration/samples/2026-W09/task", "calibration/samples/2026-W09/result"),
    *("policy", "policy/changes/c1"),
    *("reports/weekly", "reports/kpis", "reports/customer?customer=acme", "retention", "setup"),
    "approvals",
    *(f"lists/{name}" for name in ("classes", "severities", "risk-tags", "queues", "people", "event-types")),
    "lists/intake-values/impact",
    "hooks",
    *(f"sample-events?event_type={name}" for name in ("approval.requested", "approval.decided", "message.released")),
    "me",
    "health",
    "ready",
    "tickets/t0",
    "messages/t1-m99",
    "approvals/t1-a99",
)
_UPDATE: Final = {
    "id": "update",
    "kind": "status_update",
    "subject": "{ticket_id}",
    "body": "Hello, {current_state} Desk",
}
_LADDER: Final = {
    "name": "up",
    "levels": [{"targets": ["role:lead"], "timeout": "30m", "page": True}],
    "repeat": 1,
}
_EVERYTHING: Final = {
    "id": "all",
    "triggers": ["class", "tag", "bypass", "approval"],
    "ladder": "up",
    "acknowledge_within": "30m",
}
_PARTS: Final[dict[str, Any]] = {"required": {"first_response": [], "status_update": []}}


def office_policy(version: int, *, gone: str = "", quorum: int = 1, start: str = "full") -> Policy:
    """Return a version of the policy: somebody less, a quorum, and a stage."""
    return gate_policy(
        version=str(version),
        people=[known for known in PEOPLE if known["id"] != gone],
        gates={"approvals": [{**RULE, "quorum": quorum}], "recipient_rate": 50},
        stages={"start": start},
        ladders=[_LADDER],
        escalation={"rules": [_EVERYTHING]},
        templates=[*TEMPLATES, _UPDATE],
        output=_PARTS,
    )


class Found(NamedTuple):
    """A way out, and the words of texts that were found on it."""

    way: str
    canaries: frozenset[str]


class _Door:
    """Knows people by their name, in person or not, and flows by theirs."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Let in whoever is known."""
        name = headers.get("x-api-key", "")
        if name in _KEYS:
            scopes = ALL if name != "reader" else frozenset({"tickets:read"})
            actor = replace(FLOW, id=name)
            return Caller(tenant=TENANT, name=name, scopes=scopes, actor=actor, key_id=name, platform=_KEYS[name])
        who = name.removesuffix(IN_PERSON)
        if who not in CALLERS:
            raise Unauthenticated
        known = Caller(tenant=TENANT, name=name, scopes=ALL, actor=person(who), person_id=who)
        is_here = name.endswith(IN_PERSON)
        return replace(known, interactive=True, authenticated_at=self._now()) if is_here else known


class _Lines(logging.Handler):
    """Keeps all that is logged, as it is before the last of it is left out."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line with everything that hangs on it."""
        self.kept.append(repr(record.__dict__))


class GateOffice(Office):
    """An installation whose every way out is watched."""

    def __init__(self, store: Store | None = None, outlets: Outlets | None = None) -> None:
        """Open under a policy with leads who approve; send to outlets, if there are some."""
        super().__init__(store)
        self.versions = 1
        self.services = self.services._replace(gatekeeper=_Door(self.now))
        self.messages = Messages(self.triage)
        self.std, self.struct = _Lines(), LogCapture()
        self.requests = 0
        self.outlets = outlets
        self.adopt()
        mapping = (lambda _tenant: None) if outlets is None else outlets.surfaces().mapping
        self._composer = Composer(self.triage, "https://triage.example.com", mapping=mapping)
        self.pages = None if outlets is None else self._opened(outlets)

    def _opened(self, outlets: Outlets) -> Pages:
        """Send everything that there is to send to outlets, and return the pages."""
        for _ in outlets.arrived():
            """What arrived for another office is no business of this one."""
        self.triage.surfaces = outlets.surfaces()
        hooks = HookRegister(self.store, HERE, self.now)
        self.services = self.services._replace(surfaces=self.triage.surfaces, hooks=hooks)
        caller = self.services.gatekeeper.caller({"x-api-key": "zaps"})
        for event_type in EventType:
            hooks.create(caller, outlets.receiver.url, event_type)
        return Pages(self, TENANT, outlets.runner)

    def listens(self) -> None:
        """Keep what is logged and traced from now on."""
        self._before = structlog.get_config()["processors"], logging.getLogger().level, telemetry._TRACER
        structlog.configure(processors=[self.struct])
        logging.getLogger().addHandler(self.std)
        logging.getLogger().setLevel(logging.DEBUG)
        for noisy in _NOISY:
            logging.getLogger(noisy).setLevel(logging.WARNING)
        self.spans, traces = InMemorySpanExporter(), TracerProvider()
        traces.add_span_processor(SimpleSpanProcessor(self.spans))
        telemetry._TRACER = traces.get_tracer("tests")  # type: ignore[misc] # Final, and one for the whole process

    def listens_no_more(self) -> None:
        """Leave logs and traces as they were."""
        processors, level, tracer = self._before
        structlog.configure(processors=processors)
        logging.getLogger().removeHandler(self.std)
        logging.getLogger().setLevel(level)
        telemetry._TRACER = tracer  # type: ignore[misc] # as above

    def sends(self) -> None:
        """Send what is due, by every sender that there is."""
        if self.outlets is None:
            return
        book, surfaces = self.store.sends, self.triage.surfaces
        Dispatcher(
            book, surfaces, self._composer.compose, self.now, pace=_ALONE, settled=self._composer.settled
        ).round()
        Courier(self.store, WebhookSender(HERE), self.now, _ALONE).round()

    def writes_pages(self) -> None:
        """Write a page about each ticket that was solved into the place for such pages."""
        sender = self.triage.surfaces.sender(TENANT, Surface.NOTION)
        policy = self.triage.playbooks.active(TENANT, self.time).policy
        for ticket in self.tickets():
            solved = replace(ticket, resolved_at=ticket.resolved_at or self.time, closed_at=self.time)
            page = notion.page(summarise(solved, GRAVE, policy, Links(), lambda text: text), "place").create
            if sender is not None:
                sender.send(Envelope(act=Act.POST, title=ticket.id, body={"children": page["children"]}))

    def adopt(self, **changes: Any) -> None:
        """Put another version of the policy into force."""
        self.versions += 1
        self.triage.playbooks.activate(TENANT, office_policy(self.versions, **changes), self.time)

    def post(self, who: str, path: str, given: object = None, key: str | None = None) -> Reply:
        """Ask for a change, under a key of its own unless one is used again."""
        self.requests += 1
        key = key or f"k{self.requests}"
        return self.ask("POST", f"/api/v1/{path}", given, x_api_key=who, idempotency_key=key)

    def tickets(self) -> list[Ticket]:
        """Return every ticket."""
        return list(self.store.page(TENANT, TicketFilter(open_only=False), None, 50).tickets)

    # --- ways out -------------------------------------------------------------------------------------------------

    def found(self, readers: tuple[str, ...], *, lists: bool) -> list[Found]:
        """Search every way out but the answers to changes, and return those that hold words of texts."""
        ways = [*self._read(readers, lists=lists), *self._kept(), *self._logged()]
        if self.pages is not None and lists:
            ways += [way for who in readers if who in _PEOPLE for way in self.pages.seen_by(who)]
        return [found for way, text in ways if (found := searched(way, text)).canaries]

    def paths(self, *, lists: bool) -> list[str]:
        """Return what is read through the API."""
        paths = [path for ticket in self.tickets() for path in _paths(ticket)]
        return [*paths, *(_LISTS if lists else ("approvals", "tickets", "escalations"))]

    def _read(self, readers: tuple[str, ...], *, lists: bool) -> Iterator[tuple[str, str]]:
        for path in self.paths(lists=lists):
            for who in readers:
                reply = self.ask("GET", f"/api/v1/{path}", x_api_key=who)
                yield f"GET {path} by {who}", told(reply)

    def _kept(self) -> Iterator[tuple[str, str]]:
        for ticket in self.tickets():
            lines = self.store.timeline(TENANT, ticket.id)
            yield f"timeline of {ticket.id}", "".join(line.body for line in lines)
            outgoing = self.store.messages(TENANT, ticket.id)
            yield f"messages of {ticket.id}", "".join(repr(message) for message in outgoing)
            yield f"row of {ticket.id}", repr(ticket)
            yield f"explanation of {ticket.id}", repr(self.triage.explanation(TENANT, ticket.id))
            if ticket.escalation is not None:
                yield f"cards of {ticket.id}", self._cards(ticket)

    def _cards(self, ticket: Ticket) -> str:
        assert ticket.escalation is not None
        policy = self.triage.playbooks.active(TENANT, self.time).policy
        entries = tuple(line.entry for line in self.store.timeline(TENANT, ticket.id))
        card = card_of(ticket, ticket.escalation, policy, Backdrop(page_url="https://x.example.com/e", entries=entries))
        return repr((slack.call(card), slack.news(card), teams.message(card), mail(card), fields(card)))

    def _logged(self) -> Iterator[tuple[str, str]]:
        yield "logs", "".join((*self.std.kept, *map(repr, self.struct.entries)))
        self.std.kept.clear()
        yield "traces", "".join(span.to_json() for span in self.spans.get_finished_spans())
        self.spans.clear()


def _paths(ticket: Ticket) -> Iterator[str]:
    one = f"tickets/{ticket.id}"
    yield from (
        one,
        f"{one}/timeline",
        f"{one}/explanation",
        f"{one}/sla",
        f"{one}/messages",
        f"{one}/closure",
        f"{one}/articles",
    )
    yield from (f"messages/{message_id(ticket.id, known.number)}" for known in ticket.messages)
    yield from (f"approvals/{approval_id(ticket.id, known.number)}" for known in ticket.approvals)
    if ticket.escalation is not None:
        yield from (f"escalations/{ticket.id}-e1", f"escalations/{ticket.id}-e1/log")


def told(reply: Reply) -> str:
    """Return all of an answer: its headers and its body."""
    return json.dumps(dict(reply.headers)) + reply.body.decode()


def searched(way: str, text: str) -> Found:
    """Search one way out."""
    return Found(way, frozenset(CANARY.findall(text)))


__all__ = ["CALLERS", "IN_PERSON", "TO_CUSTOMERS", "Found", "GateOffice", "Outlets", "searched", "told"]

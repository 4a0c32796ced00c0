"""At which installation do blueprints run in tests? A real server on this machine, with leads who approve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from msgspec.structs import replace

from tests.edge.sample_edge import ALL, TENANT, Office, ticket
from tests.sample_gates import FLOW, gate_policy, person
from tests.sample_hooks import HERE, TIME_LIMIT
from tests.simulators.make.scenario import World
from tests.standins.oidc import listening
from tests.standins.receiver import Receiver
from triage_core.adapters.webhooks import WebhookSender
from triage_core.edge.asgi import application
from triage_core.edge.timers import TIMERS
from triage_core.service.access import Caller, Unauthenticated
from triage_core.service.delivering import Courier
from triage_core.service.hooks import HookRegister

#: The key that blueprints call with, and a person at the page.
KEY: Final = "made for make"
#: The same for a tenant that has no policy yet.
EARLY_KEY: Final = "made too early"
LEAD: Final = "lee"
_TEMPLATES: Final = [
    {
        "id": "hello",
        "kind": "first_response",
        "subject": "{ticket_id}",
        "body": "Hello, we look into {ticket_id}. Desk",
    },
]


class _Door:
    def __init__(self, office: MakeOffice) -> None:
        self.office = office

    def caller(self, headers: Any) -> Caller:
        name = headers.get("x-api-key", "")
        if name in {KEY, EARLY_KEY}:
            actor, tenant = replace(FLOW, id="make"), TENANT if name == KEY else "early"
            return Caller(tenant=tenant, name="Make", scopes=ALL, actor=actor, key_id=name, platform="make")
        if name != LEAD:
            raise Unauthenticated
        known = Caller(tenant=TENANT, name=name, scopes=ALL, actor=person(name), person_id=name)
        return replace(known, interactive=True, authenticated_at=self.office.now())


class MakeOffice(Office):
    """An installation that Make may carry texts up to a data class for."""

    def __init__(self, carries: str = "restricted") -> None:
        """Open; events go to this machine."""
        super().__init__()
        self.time += self.time.resolution
        ladder = [{"name": "up", "levels": [{"targets": ["role:lead"], "timeout": "30m"}], "repeat": 1}]
        rules = [{"id": "all", "triggers": ["class", "tag", "person"], "ladder": "up", "acknowledge_within": "30m"}]
        self.triage.playbooks.activate(
            TENANT,
            gate_policy(
                version="2",
                platforms={"make": carries},
                templates=_TEMPLATES,
                output={"required": {"first_response": []}},
                ladders=ladder,
                escalation={"rules": rules},
            ),
            self.time,
        )
        self.services = self.services._replace(
            gatekeeper=_Door(self),
            hooks=HookRegister(self.store, HERE, self.now),
            courier=Courier(self.store, WebhookSender(HERE, TIME_LIMIT), self.now),
        )
        self.keys = 0

    def events(self, receiver: Receiver, kind: str) -> list[Any]:
        """Deliver what is due, and return the bodies of one kind that arrived."""
        TIMERS["Deliver"].work(self.services)
        bodies = [httpx.Response(200, content=got.body).json() for got in receiver.got]
        return [body for body in bodies if body["type"] == kind]

    def subscribe(self, receiver: Receiver, *kinds: str) -> None:
        """Let events go to a receiver."""
        for kind in kinds:
            self.told("POST", "/api/v1/hooks", {"callback_url": receiver.url, "event_type": kind}, x_api_key=KEY)

    def does(self, path: str, given: object) -> Any:
        """Let the lead do something in person."""
        self.keys += 1
        return self.told("POST", f"/api/v1/{path}", given, x_api_key=LEAD, idempotency_key=f"p{self.keys}")

    def decides(self, verdict: str, ticket_id: str = "t1") -> None:
        """Let the lead decide on the page about the only text of a ticket."""
        ticket = self.store.ticket(TENANT, ticket_id)
        assert ticket is not None
        (message,) = ticket.messages
        self.does(f"approvals/{ticket_id}-a1/decide", {"verdict": verdict, "seal": message.seal, "reason": "because"})

    def arrives(self, number: int = 1, **changes: Any) -> Any:
        """Let a ticket arrive by another way."""
        return self.told("POST", "/api/v1/tickets", ticket(number, **changes), x_api_key=KEY)


@contextmanager
def open_world(office: MakeOffice) -> Iterator[tuple[World, dict[str, str]]]:
    """Serve the office, and give what is outside a scenario, with the settings that somebody types in."""
    with listening(application(lambda: office.services)) as address, httpx.Client(timeout=10) as client:
        settings = {"base_url": address, "api_key": KEY, "slack_channel": "#service-desk"}
        yield World(client), settings

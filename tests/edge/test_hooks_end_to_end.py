"""Does a receiver that registers over the interface get its events, until it leaves?"""

from __future__ import annotations

import json

import pytest

from tests.edge.sample_edge import Office
from tests.sample_hooks import HERE, TIME_LIMIT
from tests.standins.receiver import Receiver
from triage_core.adapters.webhooks import WebhookSender
from triage_core.edge.timers import TIMERS
from triage_core.service.delivering import Courier
from triage_core.service.hooks import HookRegister

HOOKS = "/api/v1/hooks"
TRIAGED = "ticket.triaged"


@pytest.fixture
def office() -> Office:
    """An installation that may send to this machine."""
    office = Office()
    office.services = office.services._replace(
        hooks=HookRegister(office.store, HERE, office.now),
        courier=Courier(office.store, WebhookSender(HERE, TIME_LIMIT), office.now),
    )
    return office


def test_a_receiver_registers_gets_its_event_and_leaves(office: Office) -> None:
    with Receiver() as receiver:
        reply = office.ask("POST", HOOKS, {"callback_url": receiver.url, "event_type": TRIAGED})
        assert reply.status == 201
        made = json.loads(reply.body)
        assert reply.headers["location"].endswith(f"{HOOKS}/{made['id']}")
        assert made["callback_host"] == "127.0.0.1"
        office.submitted()
        TIMERS["Deliver"].work(office.services)
        sample = office.told("GET", f"/api/v1/sample-events?event_type={TRIAGED}")["items"][0]
        assert json.loads(receiver.got[0].body) == sample
        for _ in range(2):
            gone = office.ask("DELETE", f"{HOOKS}/{made['id']}")
            assert (gone.status, gone.body) == (200, b"{}")
        office.submitted(number=2)
        TIMERS["Deliver"].work(office.services)
    assert len(receiver.got) == 1


def test_an_address_inside_the_house_is_refused_with_a_reason(office: Office) -> None:
    reply = office.ask("POST", HOOKS, {"callback_url": "https://10.0.0.1/geheim", "event_type": TRIAGED})
    assert (reply.status, json.loads(reply.body)["code"]) == (422, "callback_refused")
    assert b"geheim" not in reply.body


def test_an_installation_where_nobody_delivers_is_not_ready(office: Office) -> None:
    assert office.ask("GET", "/api/v1/ready").status == 200
    office.submitted()
    office.time = office.time.replace(hour=23)
    reply = office.ask("GET", "/api/v1/ready")
    assert (reply.status, json.loads(reply.body)["code"]) == (503, "not_ready")
    assert "messages" in json.loads(reply.body)["detail"]

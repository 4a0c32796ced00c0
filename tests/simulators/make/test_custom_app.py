"""Does each part of the custom app work against the real interface?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest

from tests.edge.sample_edge import ticket
from tests.simulators.make.custom_app import MANIFEST, AppError, Connected, code_of
from tests.simulators.make.desk import MakeOffice, open_world
from tests.standins.receiver import Receiver
from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import EventType
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.shape import sample_of
from triage_core.packagers.make.names import module_name
from triage_core.packagers.make.overlay import make_overlay

OVERLAY: Final = make_overlay()
MODULES: Final = MANIFEST["components"]["module"]
#: What modules are about in these tests; other fields hold what the contract gives as an example.
KNOWN: Final[dict[str, Any]] = {
    "ticket_id": "t1",
    "message_id": "t1-m1",
    "approval_id": "t1-a1",
    "escalation_id": "t1-e1",
    "incident_id": "t1",
    "cursor": None,
    "owner": "lee",
    "to": "kim",
    "class": "P2",
    "severity": "sev4",
    "queue": "desk",
    "limit": 10,
    "to_csv": "jo@example.com",
    "week": None,
    "mode": "live",
    "created_at": None,
    "happened_at": None,
    "tickets": [ticket(3)],
    "merged_into": None,
    "idempotency_key": "k1",
}
#: What the service answers to a key that may do this and asks for something that is not there, or not so.
BUSINESS: Final = {404, 409, 422}


@pytest.fixture
def office() -> MakeOffice:
    """An installation with a gated ticket, a text that waits, and an escalation."""
    office = MakeOffice()
    office.arrives(body="I got phishing", requester="jo@example.com")
    return office


@pytest.fixture
def app(office: MakeOffice) -> Iterator[Connected]:
    """The app, connected to it."""
    with open_world(office) as (world, settings):
        yield Connected(world.client, {"baseUrl": settings["base_url"], "apiKey": settings["api_key"]})


def test_a_connection_is_shown_by_whose_key_it_is(app: Connected) -> None:
    assert app.label() == "Make"


def test_a_wrong_key_is_told_in_a_sentence_and_stops_the_scenario(app: Connected) -> None:
    app.connection["apiKey"] = "another"
    with pytest.raises(AppError) as caught:
        app.act("getTicket", ticket_id="t1")
    assert caught.value.kind == "InvalidAccessTokenError"
    assert caught.value.message.startswith("[401] ")
    assert "another" not in caught.value.message


@pytest.mark.parametrize("name", MANIFEST["components"]["rpc"])
def test_a_drop_down_offers_names_with_their_values(app: Connected, name: str) -> None:
    offered = app.choices(name)
    assert all(choice["label"] and choice["value"] for choice in offered)
    assert offered or "intake" in name.lower()


def test_an_event_is_delivered_to_a_registered_webhook_until_it_is_removed(app: Connected, office: MakeOffice) -> None:
    with Receiver() as receiver:
        kept = app.attach(receiver.url, "ticket.triaged")
        office.arrives(2)
        event = office.events(receiver, "ticket.triaged")[-1]
        delivered = code_of("webhook", "events")["communication"]
        assert (delivered["condition"], delivered["output"]) == ("{{body.type}}", "{{body}}")
        assert event.keys() == sample_event(EventType.TICKET_TRIAGED).keys()
        app.detach(kept)
        before = len(receiver.got)
        office.arrives(4)
        assert len(office.events(receiver, "ticket.triaged")) == before


def test_a_search_goes_over_its_pages_up_to_the_limit(app: Connected, office: MakeOffice) -> None:
    for number in range(2, 9):
        office.arrives(number)
    code_of("module", "listTickets")
    assert len(app.search("listTickets", limit=100)) == 8
    assert len(app.search("listTickets", limit=3)) == 3


def test_many_tickets_are_one_call_and_a_bundle_for_each(app: Connected) -> None:
    assert [each["outcome"] for each in app.search("submitTickets", tickets=[ticket(5), ticket(6)])] == ["triaged"] * 2
    assert len(app.calls) == 1


@pytest.mark.parametrize("name", OVERLAY.offered)
def test_each_module_makes_a_call_that_the_service_takes_from_a_key(name: str, app: Connected) -> None:
    module = module_name(name)
    bundles = used(app, module, filled_in(name))
    interface = {field["name"] for field in code_of("module", module)["interface"]}
    assert all(bundle.keys() == interface for bundle in bundles)
    assert app.calls[-1].is_success or app.calls[-1].status_code in BUSINESS, app.calls[-1].text


def filled_in(name: str) -> dict[str, Any]:
    """Return what somebody fills into the form of an operation's module."""
    row = OPERATIONS[name]
    messages = [message for message in (row.params, row.query, row.request) if message]
    given = {key: value for message in messages for key, value in sample_of(message).items()}
    asked = {field["name"] for field in code_of("module", module_name(name))["mappableParams"]}
    return {key: value for key, value in {**given, **KNOWN}.items() if key in asked}


def used(app: Connected, module: str, parameters: dict[str, Any]) -> list[Any]:
    """Run a module; an error gives nothing."""
    with suppress(AppError):
        if MODULES[module]["moduleType"] == "search":
            return app.search(module, **parameters)
        return [app.act(module, **parameters)]
    return []


def test_a_key_that_is_sent_again_has_one_effect(app: Connected) -> None:
    first, second = (
        app.act("giveFeedback", ticket_id="t1", about="satisfaction", rating=5, idempotency_key="f1") for _ in range(2)
    )
    assert first == second
    assert json.loads(app.calls[-1].content)
    assert app.calls[-1].headers["idempotency-replayed"] == "true"

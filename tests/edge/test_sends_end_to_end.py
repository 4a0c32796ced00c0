"""Does what a decision wants sent reach its surface by the service's own timer, through a file of surfaces?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.decisions import change, ticket
from tests.edge.sample_edge import TENANT, Office
from tests.sample_desk import submission
from tests.sample_ladders import URGENT, ladder_policy, person
from tests.sample_surfaces import SET_UP
from tests.standins.slack import SlackStandIn
from triage_core.adapters.surfaces.opened import OpenedSurfaces
from triage_core.compose import open_dispatcher, open_services, open_surfaces, open_triage, system_clock
from triage_core.domain.model import SYSTEM
from triage_core.domain.sending import Envelope, Purpose, Send, SendState, Surface
from triage_core.edge.timers import TIMERS
from triage_core.send_ports import SendFilter, Surfaces
from triage_core.service.access import Services
from triage_core.service.cleaning import clean
from triage_core.service.escalations import Escalations
from triage_core.service.repeating import KEPT_FOR
from triage_core.service.sending import Dispatcher, NoSurfaces
from triage_core.settings import Settings, SettingsInvalid, settings_from


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, slack: SlackStandIn) -> Settings:
    path = tmp_path / "surfaces.json"
    slack_settings = {**SET_UP[Surface.SLACK], "token": "env:SLACK_TOKEN", "address": slack.url}
    path.write_text(json.dumps({TENANT: {"slack": slack_settings}}))
    return settings_from(
        {
            "TRIAGE_DATABASE_URL": "memory:",
            "TRIAGE_SURFACES": str(path),
            "TRIAGE_WEBHOOK_ALLOW_LOOPBACK": "true",
            "TRIAGE_PUBLIC_URL": "https://triage.example.com",
        }
    )


def surfaces_of(settings: Settings) -> OpenedSurfaces | NoSurfaces:
    return open_surfaces(settings, {"SLACK_TOKEN": SET_UP[Surface.SLACK]["token"]})


def sending(office: Office, surfaces: Surfaces) -> Services:
    """Return services that send what a decision wants."""
    dispatcher = Dispatcher(
        office.store.sends, surfaces, lambda _tenant, send: Envelope(text=f"about {send.ticket_id}"), office.now
    )
    return office.services._replace(surfaces=surfaces, dispatcher=dispatcher)


def wanted(office: Office) -> None:
    send = Send(
        id="t-1-3-slack-0",
        ticket_id="t-1",
        surface=Surface.SLACK,
        purpose=Purpose.ESCALATION_CARD,
        about="e1",
        at=office.time,
    )
    office.store.save(change(ticket("t-1", TENANT), sends=(send,)))


def test_the_timer_sends_what_a_decision_wants(settings: Settings, slack: SlackStandIn) -> None:
    office = Office()
    services = sending(office, surfaces_of(settings))
    wanted(office)
    TIMERS["Send"].work(services)
    TIMERS["Send"].work(services)
    assert [message.text for message in slack.messages] == ["about t-1"]
    (record,) = office.store.sends.listed(TENANT, SendFilter(), 9)
    assert (record.state, record.is_reported) == (SendState.SENT, True)


def test_the_timer_does_nothing_where_nothing_is_set_up() -> None:
    office = Office()
    wanted(office)
    assert TIMERS["Send"].work(office.services) is None
    assert office.store.sends.listed(TENANT, SendFilter(), 9)[0].state is SendState.QUEUED


def test_what_ended_long_ago_is_let_go_of(settings: Settings) -> None:
    office = Office()
    services = sending(office, surfaces_of(settings))
    wanted(office)
    assert clean(office.store, office.time + 2 * KEPT_FOR).sends == 0
    TIMERS["Send"].work(services)
    assert clean(office.store, office.time + KEPT_FOR).sends == 0
    assert clean(office.store, office.time + 2 * KEPT_FOR).sends == 1


def test_an_installation_where_nobody_sends_is_not_ready() -> None:
    office = Office()
    wanted(office)
    office.time = office.time.replace(hour=23)
    reply = office.ask("GET", "/api/v1/ready")
    assert (reply.status, "sends" in json.loads(reply.body)["detail"]) == (503, True)


def test_an_installation_knows_its_surfaces(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_TOKEN", SET_UP[Surface.SLACK]["token"])
    services, _ = open_services(settings)
    assert list(services.surfaces.of(TENANT)) == [Surface.SLACK]
    assert list(services.surfaces.of("other")) == []
    services.triage.store.close()


def test_without_a_file_everything_is_off() -> None:
    services, _ = open_services(settings_from({"TRIAGE_DATABASE_URL": "memory:"}))
    assert isinstance(services.surfaces, NoSurfaces)
    assert (services.surfaces.of(TENANT), services.dispatcher) == ((), None)
    services.triage.store.close()


def opened(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Open an installation whose tenant is rolled out in full."""
    monkeypatch.setenv("SLACK_TOKEN", SET_UP[Surface.SLACK]["token"])
    services, _ = open_services(settings)
    rules = ladder_policy(stages={"start": "full"})
    services.triage.playbooks.activate(TENANT, rules, system_clock() - timedelta(days=1))
    return services


def test_a_call_and_what_becomes_of_it_reach_the_room(
    settings: Settings, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = opened(settings, monkeypatch)
    services.triage.submit(submission(1, intake=URGENT, body="secret words"), SYSTEM)
    ticket = services.triage.store.by_source(TENANT, "mail", "m1")
    assert ticket is not None
    TIMERS["Send"].work(services)
    escalations = Escalations(services.triage)
    escalations.acknowledge(TENANT, f"{ticket.id}-e1", person("lee"))
    TIMERS["Send"].work(services)
    call, news = (repr(message) for message in slack.messages)
    assert "Please acknowledge" in call
    assert "Acknowledged" in news
    assert "secret words" not in call + news
    services.triage.store.close()


def test_a_call_that_somebody_answered_meanwhile_is_not_sent(
    settings: Settings, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = opened(settings, monkeypatch)
    services.triage.submit(submission(1, intake=URGENT), SYSTEM)
    ticket = services.triage.store.by_source(TENANT, "mail", "m1")
    assert ticket is not None
    Escalations(services.triage).acknowledge(TENANT, f"{ticket.id}-e1", person("lee"))
    TIMERS["Send"].work(services)
    assert len(slack.messages) == 1
    states = [record.state for record in services.triage.store.sends.listed(TENANT, SendFilter(), 9)]
    assert sorted(states) == [SendState.DROPPED, SendState.SENT]
    services.triage.store.close()


def test_in_shadow_nobody_is_called(settings: Settings, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    services = opened(settings, monkeypatch)
    trial = ladder_policy(version="2", stages={"start": "shadow"})
    services.triage.playbooks.activate(TENANT, trial, system_clock())
    services.triage.submit(submission(1, intake=URGENT), SYSTEM)
    TIMERS["Send"].work(services)
    assert slack.messages == []
    services.triage.store.close()


def test_surfaces_need_an_address_for_the_pages_that_they_lead_to(settings: Settings) -> None:
    bare = settings.model_copy(update={"public_url": None})
    with pytest.raises(SettingsInvalid, match="TRIAGE_PUBLIC_URL"):
        open_dispatcher(open_triage("memory:"), surfaces_of(bare), None)

"""Does the check of a setup see what is missing before the first ticket comes?"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.adapters.decisions import change, ticket
from tests.edge.sample_edge import CALLERS, TENANT, Office
from tests.sample_cases import HOUR, MONDAY
from tests.small_policy import document, policy
from triage_core.domain.playbook import Playbook
from triage_core.domain.sending import Envelope, Purpose, Send, Surface, Told
from triage_core.service.access import Hook
from triage_core.service.sending import Dispatcher
from triage_core.service.setting_up import OPENS_WITHIN, Setting, parts

HOOK = Hook(id="h1", event_type="ticket.triaged", callback_url="https://hooks.example.com", created_at=MONDAY)


def setting(**changes: Any) -> Setting:
    """Return a setup in which everything is right, but for what a test changes."""
    office = Office()
    playbook = office.triage.playbooks.active(TENANT, MONDAY)
    base = Setting(office.store, CALLERS["flows"], playbook, surfaces=(), hooks=(HOOK,), now=MONDAY)
    return base._replace(**changes)


def wrong(given: Setting) -> dict[str, str]:
    return {check.name: check.detail for check in parts(given) if not check.is_ok}


def found(given: Setting) -> dict[str, str]:
    return {check.name: check.detail for check in parts(given)}


def with_rights(*rights: str) -> Playbook:
    agent, lead, *_ = document()["roles"]
    return Playbook(policy(roles=[agent, {**lead, "rights": list(rights)}], platforms={"power_automate": "internal"}))


def test_nothing_is_wrong_with_a_whole_setup() -> None:
    assert wrong(setting()) == {}
    assert found(setting())["approvers"] == "2 people"


def test_without_a_policy_nothing_else_can_be_looked_at() -> None:
    assert wrong(setting(playbook=None)).keys() == {"policy"}
    assert found(setting(playbook=None)).keys() == {"service", "policy"}


@pytest.mark.parametrize(
    ("part", "right", "others"),
    [
        ("approvers", "approve", ["administer", "acknowledge", "escalate", "override_class"]),
        ("incident_leads", "acknowledge", ["administer", "approve", "escalate", "override_class"]),
    ],
)
def test_a_right_that_nobody_has_is_named(part: str, right: str, others: list[str]) -> None:
    told = wrong(setting(playbook=with_rights(*others)))
    assert told == {part: f"nobody has the right {right}; give it to a role of the policy"}


def test_a_platform_that_the_policy_does_not_name_may_carry_nothing() -> None:
    stranger = replace(CALLERS["flows"], platform="unheard-of")
    assert wrong(setting(caller=stranger)).keys() == {"platform"}


def test_a_person_needs_no_platform() -> None:
    assert wrong(setting(caller=CALLERS["lee"])) == {}


def test_hours_that_do_not_open_soon_are_named() -> None:
    days = [(MONDAY + HOUR * 24 * day).date() for day in range(OPENS_WITHIN.days + 7)]
    calendars = document()["calendars"]
    closed = policy(calendars={**calendars, "office": {**calendars["office"], "closed": days}})
    assert "office" in wrong(setting(playbook=Playbook(closed)))["hours"]


def test_a_registration_that_was_stopped_is_counted() -> None:
    told = wrong(setting(hooks=(HOOK, replace(HOOK, id="h2", active=False))))
    assert told == {"registrations": "2 of this key, 1 of them stopped"}


class Answering:
    """Surfaces of which Slack does not know the channel."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def send(self, envelope: Envelope) -> Told:
        del envelope
        return Told(failure="channel_not_found") if self._surface is Surface.SLACK else Told(receipt="taken")


class Everywhere:
    def sender(self, tenant: str, surface: Surface) -> Answering:
        del tenant
        return Answering(surface)

    def of(self, tenant: str) -> tuple[Surface, ...]:
        del tenant
        return tuple(Surface)

    def record_url(self, _tenant: str, _source: str, _source_id: str) -> None:
        return None


def test_a_sender_is_judged_by_how_its_latest_message_ended() -> None:
    given = setting(surfaces=(Surface.SLACK, Surface.TEAMS, Surface.NOTION))
    about: dict[str, Any] = {"ticket_id": "t-1", "purpose": Purpose.ESCALATION_CARD, "about": "e1", "at": MONDAY}
    sends = tuple(Send(id=f"s-{surface}", surface=surface, **about) for surface in (Surface.SLACK, Surface.TEAMS))
    given.store.save(change(ticket("t-1", TENANT), sends=sends))
    Dispatcher(given.store.sends, Everywhere(), lambda *_: Envelope(text="card"), lambda: MONDAY).round()
    assert wrong(given) == {"sender_slack": "did not take the latest message (channel_not_found)"}
    assert found(given)["sender_teams"] == "took the latest message"
    assert found(given)["sender_notion"].startswith("nothing was sent yet")


def test_the_setup_is_told_with_the_moment_of_the_service() -> None:
    told = Office().told("GET", "/api/v1/setup", x_api_key="elsewhere")
    assert (told["complete"], told["wrong_csv"], told["now"]) == (False, "policy", "2026-03-02T09:00:00Z")

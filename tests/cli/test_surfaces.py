"""Does `triage surfaces test` show whether a surface can be reached, and harm nobody?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_surfaces import SET_UP, STAND_INS
from tests.standins.smtp import SmtpStandIn
from triage_core.domain.sending import Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said
    from tests.standins.base import StandIn

    Run = Callable[..., Said]
    SetUp = Callable[..., None]


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Write a file of surfaces and name it."""

    def set_up(**surfaces: dict[str, Any]) -> None:
        path = tmp_path / "surfaces.json"
        path.write_text(json.dumps({"default": surfaces}))
        monkeypatch.setenv("TRIAGE_SURFACES", str(path))
        monkeypatch.setenv("TRIAGE_WEBHOOK_ALLOW_LOOPBACK", "true")

    return set_up


@pytest.fixture(params=STAND_INS, ids=lambda surface: surface.value)
def surface(request: pytest.FixtureRequest) -> Surface:
    found: Surface = request.param
    return found


def place(surface: Surface) -> tuple[str, ...]:
    return ("--to", "35436") if surface is Surface.ZENDESK else ()


def at(surface: Surface, service: StandIn) -> dict[str, Any]:
    return {surface.value: {**SET_UP[surface], "address": service.url}}


def test_a_surface_that_can_be_reached_says_so(triage: Run, set_up: SetUp, surface: Surface) -> None:
    with STAND_INS[surface]() as service:
        set_up(**at(surface, service))
        said = triage("surfaces", "test", "--surface", surface.value, *place(surface), "--json")
    assert (said.code, said.json["ok"], said.json["failure"]) == (0, True, None)
    assert (len(service.received), service.complaints) == (1, [])


def test_a_surface_that_refuses_is_told_without_a_secret(triage: Run, set_up: SetUp, surface: Surface) -> None:
    with STAND_INS[surface]() as service:
        set_up(**at(surface, service))
        service.fails(401)
        said = triage("surfaces", "test", "--surface", surface.value, *place(surface))
    assert (said.code, said.out.startswith("NOT")) == (1, True)
    assert not [value for value in SET_UP[surface].values() if len(value) > 9 and value in said.out + said.err]


@pytest.mark.parametrize("kind", [Surface.PAGERDUTY, Surface.OPSGENIE])
def test_nobody_is_paged(triage: Run, set_up: SetUp, kind: Surface) -> None:
    with STAND_INS[kind]() as service:
        set_up(**at(kind, service))
        triage("surfaces", "test", "--surface", kind.value)
    assert getattr(service, "alerts", None) == {}


def test_a_mail_goes_where_it_is_told_to(triage: Run, set_up: SetUp) -> None:
    with SmtpStandIn() as relay:
        set_up(email={"host": relay.host, "port": relay.port, "security": "none", "sender": "a@acme.example"})
        said = triage("surfaces", "test", "--surface", "email", "--to", "lee@example.com", "--json")
    assert (said.json["ok"], relay.received[0].recipients) == (True, ("lee@example.com",))


@pytest.mark.parametrize("kind", ["email", "zendesk"])
def test_where_to_is_asked_for_where_it_is_needed(triage: Run, kind: str) -> None:
    said = triage("surfaces", "test", "--surface", kind)
    assert (said.code, "--to" in said.err) == (2, True)


def test_a_surface_that_is_not_set_up_is_told(triage: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_SURFACES", raising=False)
    said = triage("surfaces", "test", "--surface", "slack")
    assert (said.code, "surface_not_set_up" in said.err) == (3, True)


def test_a_file_that_cannot_be_used_is_told(triage: Run, set_up: SetUp) -> None:
    set_up(slack={"token": "hunter2"})
    said = triage("surfaces", "test", "--surface", "slack")
    assert (said.code, "surfaces_invalid" in said.err, "hunter2" in said.err) == (2, True, False)


def test_the_checklist_knows_what_is_set_up_and_how_its_last_test_ended(
    triage: Run, set_up: SetUp, policy: Path, database: str
) -> None:
    triage("policy", "activate", policy, "--db", database)
    kept = ("surfaces", "test", "--surface", "slack", "--db", database)

    def still_open() -> str:
        points = triage("rollout", "show", "--db", database, "--json").json["checklist"]
        return str(next(point["open"] for point in points if point["item"] == "channels_tested"))

    assert "nobody has attested" in still_open()
    with STAND_INS[Surface.SLACK]() as service:
        set_up(**at(Surface.SLACK, service))
        assert "slack has not passed a test" in still_open()
        assert triage(*kept).code == 0
        assert "slack" not in still_open()
        service.fails(401)
        assert triage(*kept).code == 1
    assert "slack has not passed a test" in still_open()

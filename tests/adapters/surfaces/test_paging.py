"""Is somebody paged once for one thing, and is the alert over when the thing is?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sample_surfaces import sender
from tests.standins.opsgenie import OpsgenieStandIn
from tests.standins.pagerduty import PagerDutyStandIn
from triage_core.adapters.surfaces.answers import ADDRESS_UNUSABLE
from triage_core.domain.sending import Act, Envelope, Surface
from triage_core.send_ports import SurfaceSender

PAGE = Envelope(title="P1 on billing", text="Nobody has taken it", about="t1-e1", key="tl01")


@pytest.fixture
def pagerduty() -> Iterator[PagerDutyStandIn]:
    with PagerDutyStandIn() as opened:
        yield opened


@pytest.fixture
def opsgenie() -> Iterator[OpsgenieStandIn]:
    with OpsgenieStandIn() as opened:
        yield opened


def act(surface: SurfaceSender, *acts: Act) -> None:
    for each in acts:
        assert surface.send(Envelope(act=each, text="Lee has it", about="t1-e1")).failure is None


class TestPagerDuty:
    def test_a_page_that_is_sent_again_pages_nobody_twice(self, pagerduty: PagerDutyStandIn) -> None:
        surface = sender(Surface.PAGERDUTY, pagerduty)
        assert [surface.send(PAGE).receipt for _ in range(3)] == ["t1-e1"] * 3
        assert (pagerduty.pages, pagerduty.alerts["t1-e1"].actions) == (1, ["trigger"] * 3)

    def test_it_is_acknowledged_and_resolved_by_what_it_is_about(self, pagerduty: PagerDutyStandIn) -> None:
        surface = sender(Surface.PAGERDUTY, pagerduty)
        surface.send(PAGE)
        act(surface, Act.ACKNOWLEDGE, Act.CLOSE)
        alert = pagerduty.alerts["t1-e1"]
        assert (alert.state, alert.actions) == ("resolved", ["trigger", "acknowledge", "resolve"])

    def test_what_was_put_together_goes_along_and_decides_neither_key_nor_action(
        self, pagerduty: PagerDutyStandIn
    ) -> None:
        payload = {"summary": "P1", "source": "billing", "severity": "warning", "custom_details": {"owner": "lee"}}
        body = {"payload": payload, "dedup_key": "other", "event_action": "resolve", "routing_key": "other"}
        sender(Surface.PAGERDUTY, pagerduty).send(Envelope(body=body, about="t1-e1"))
        assert pagerduty.alerts["t1-e1"].payload == payload

    def test_a_page_about_nothing_else_has_a_key_of_its_own(self, pagerduty: PagerDutyStandIn) -> None:
        sender(Surface.PAGERDUTY, pagerduty).send(Envelope(title="P1", key="tl01"))
        assert list(pagerduty.alerts) == ["tl01"]

    def test_an_invalid_event_is_refused(self, pagerduty: PagerDutyStandIn) -> None:
        told = sender(Surface.PAGERDUTY, pagerduty).send(Envelope(title="", about="e"))
        assert (told.failure, told.may_retry) == ("invalid_event", False)

    def test_what_it_is_about_must_be_short(self, pagerduty: PagerDutyStandIn) -> None:
        surface = sender(Surface.PAGERDUTY, pagerduty)
        assert surface.send(Envelope(title="P1", about="x" * 256)) == ADDRESS_UNUSABLE
        assert surface.send(Envelope(title="P1", to=("lee",))) == ADDRESS_UNUSABLE
        assert pagerduty.received == []


class TestOpsgenie:
    def test_an_alert_that_is_sent_again_joins_the_open_one(self, opsgenie: OpsgenieStandIn) -> None:
        surface = sender(Surface.OPSGENIE, opsgenie)
        for _ in range(3):
            surface.send(PAGE)
        alert = opsgenie.alerts["t1-e1"]
        assert (len(opsgenie.alerts), alert.count) == (1, 3)
        assert alert.given["responders"] == [{"type": "team", "name": "responders"}]

    def test_it_is_acknowledged_and_closed_by_its_alias(self, opsgenie: OpsgenieStandIn) -> None:
        surface = sender(Surface.OPSGENIE, opsgenie)
        surface.send(PAGE)
        act(surface, Act.ACKNOWLEDGE, Act.CLOSE)
        alert = opsgenie.alerts["t1-e1"]
        assert (alert.state, alert.notes) == ("closed", ["Lee has it"] * 2)

    def test_an_alias_of_any_letters_is_one_step_of_the_path(self, opsgenie: OpsgenieStandIn) -> None:
        surface = sender(Surface.OPSGENIE, opsgenie)
        for each in (Act.POST, Act.CLOSE):
            surface.send(Envelope(act=each, title="P1", about="ä/b?c d"))
        assert opsgenie.alerts["ä/b?c d"].state == "closed"

    def test_that_an_alert_was_not_there_shows_only_later(self, opsgenie: OpsgenieStandIn) -> None:
        """The service says yes to every request; what came of it has to be asked for."""
        told = sender(Surface.OPSGENIE, opsgenie).send(Envelope(act=Act.CLOSE, about="nothing"))
        assert told.failure is None
        assert opsgenie.requests[told.receipt]["isSuccess"] is False

    def test_long_texts_are_cut_and_what_was_put_together_is_taken_as_it_is(self, opsgenie: OpsgenieStandIn) -> None:
        surface = sender(Surface.OPSGENIE, opsgenie)
        surface.send(Envelope(title="x" * 200, text="y" * 16_000, about="long", body={"priority": "P1"}))
        given = opsgenie.alerts["long"].given
        assert (len(given["message"]), len(given["description"]), given["priority"]) == (130, 15_000, "P1")
        assert surface.send(Envelope(title="a", about="b", body={"priority": "P9"})).failure == "unprocessable"

"""Is what was decided written back into Zendesk as far as the rollout lets it, and else told as would-have-been?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.channel_samples import ZENDESK
from tests.sample_cases import MINUTE
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, GateDesk, person
from tests.sample_surfaces import SET_UP, set_up
from tests.standins.zendesk import ZendeskStandIn
from triage_core.domain.happening import Happened
from triage_core.domain.overriding import Correction
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.sending import Purpose, SendState, Surface
from triage_core.send_ports import SendFilter
from triage_core.service.composing import Composer
from triage_core.service.controlling import Hand
from triage_core.service.sending import Dispatched, Dispatcher

NUMBER = 35_436
ALL = SendFilter(surface=Surface.ZENDESK_TICKET)


class WritingDesk(GateDesk):
    """A desk whose tickets come from Zendesk, and whose service writes back to it."""

    def __init__(self, zendesk: ZendeskStandIn, *, has_mapping: bool = True, **changes: Any) -> None:
        """Open with an account."""
        super().__init__(**changes)
        ids = {"writeback": ZENDESK.model_dump()} if has_mapping else {}
        surfaces = set_up({"zendesk": {**SET_UP[Surface.ZENDESK], "address": zendesk.url, **ids}})
        self.triage.surfaces = surfaces
        composer = Composer(self.triage, "https://triage.example.com", mapping=surfaces.mapping)
        self.dispatcher = Dispatcher(self.store.sends, surfaces, composer.compose, lambda: self.now)

    def arrive(self, **changes: Any) -> None:
        """Submit a ticket of Zendesk."""
        self.submit(**{"source": "zendesk", "source_id": str(NUMBER), **changes})

    def send(self) -> Dispatched:
        """Send what is due."""
        return self.dispatcher.round()

    @property
    def states(self) -> list[SendState]:
        """How the writes stand, the oldest first."""
        return [record.state for record in reversed(self.store.sends.listed(TENANT, ALL, 99))]


@pytest.fixture
def zendesk() -> Iterator[ZendeskStandIn]:
    with ZendeskStandIn(NUMBER, custom_fields=tuple(ZENDESK.fields.values())) as opened:
        yield opened


def test_status_class_tags_and_people_are_written_back_in_one_go(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    desk.arrive(body="I got phishing")
    desk.send()
    written = zendesk.tickets[NUMBER]
    assert desk.states == [SendState.SENT]
    assert (written.status, "triage_gated" in written.fields["tags"]) == ("open", True)
    assert "triage_risk_security" in written.fields["tags"]
    assert written.custom_fields[ZENDESK.fields["triage_class"]] == "triage_class_p2"
    assert [comment.public for comment in written.comments] == [False]
    assert zendesk.complaints == []


def test_nothing_of_the_customers_words_is_written(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    desk.arrive(subject="Planted", body="A planted sentence.")
    desk.send()
    assert b"lanted" not in b"".join(request.body for request in zendesk.received)


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.OFF])
def test_where_writing_back_does_not_act_it_is_told_as_what_would_have_been(
    zendesk: ZendeskStandIn, caplog: pytest.LogCaptureFixture, stage: Stage
) -> None:
    desk = WritingDesk(zendesk)
    desk.triage.rollout.demote(Hand(TENANT, person("lee"), "Not yet."), Action.WRITEBACK, stage)
    desk.arrive()
    with caplog.at_level("INFO"):
        desk.send()
    assert "would have written status, class, tags and people to the ticket in Zendesk" in caplog.text
    assert (desk.states, zendesk.received) == ([SendState.DROPPED], [])


def test_the_stages_of_messages_and_calls_have_no_say_in_it(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    for action in (Action.MESSAGES, Action.CALLS):
        desk.triage.rollout.demote(Hand(TENANT, person("lee"), "Not yet."), action, Stage.SHADOW)
    desk.arrive()
    desk.send()
    assert desk.states == [SendState.SENT]


def test_the_kill_switch_stops_it(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    desk.arrive()
    desk.triage.rollout.kill(Hand(TENANT, FLOW, "It writes poems."))
    desk.send()
    assert zendesk.received == []


def test_of_several_changes_the_last_one_is_written(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    desk.arrive()
    desk.passes(MINUTE)
    desk.triage.override(TENANT, "t1", Correction(class_name="P3", reason="It can wait."), person("lee"))
    desk.send()
    assert sorted(desk.states) == [SendState.DROPPED, SendState.SENT]
    written = zendesk.tickets[NUMBER]
    assert written.custom_fields[ZENDESK.fields["triage_class"]] == "triage_class_p3"
    assert len(written.comments) == 1


def test_what_the_source_itself_reports_is_not_written_back(zendesk: ZendeskStandIn) -> None:
    desk = WritingDesk(zendesk)
    desk.arrive()
    desk.send()
    desk.record(Happened.RESOLVED, FLOW, source_event_id="e1")
    desk.send()
    assert desk.states == [SendState.SENT]


@pytest.mark.parametrize("source", ["mail", "zendesk"])
def test_without_ids_and_for_other_sources_nothing_is_even_wanted(zendesk: ZendeskStandIn, source: str) -> None:
    desk = WritingDesk(zendesk, has_mapping=source != "zendesk")
    desk.arrive(source=source)
    assert desk.states == []


def test_a_write_that_fails_is_tried_again_and_counted_against_writing_back(zendesk: ZendeskStandIn) -> None:
    trigger = {"id": "failing", "measure": "failed_sends", "window": "1h", "at_least": 1}
    desk = WritingDesk(zendesk, stages={"start": "full", "demote": [trigger]})
    desk.passes(MINUTE)
    desk.arrive()
    zendesk.fails(422)
    desk.passes(MINUTE)
    desk.send()
    assert desk.states == [SendState.FAILED]
    assert desk.triage.tick("sweeper", timedelta(minutes=1)).fell == 1
    courses = desk.triage.rollout.of(TENANT).rollout.courses
    assert {action: course.stage for action, course in courses.items()} == {Action.WRITEBACK: Stage.PILOT}
    assert desk.store.sends.listed(TENANT, ALL, 1)[0].send.purpose is Purpose.WRITEBACK

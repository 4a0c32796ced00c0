"""Is exactly our decision written back, and nothing of the customer?"""

from __future__ import annotations

import json

from msgspec.structs import replace

from tests.channel_samples import POLICY, ZENDESK
from tests.small_policy import COMPLETE
from tests.zendesk_samples import P1, PLANTED, plan, ticket
from triage_core.channels.zendesk_fields import (
    INCOMPLETE_TAG,
)
from triage_core.channels.zendesk_writeback import note, requests, stamp, write_back
from triage_core.domain.model import State


class TestWriteBack:
    def test_form_class_severity_and_stamp_are_written_as_tags(self) -> None:
        held = ticket(intake=P1)
        fields = plan(held).fields
        assert fields["360001"] == "triage_impact_high"
        assert fields["360010"] == "triage_class_p1"
        assert fields["360011"] == f"triage_severity_{held.severity}"
        assert fields["360012"] == stamp(held)

    def test_status_priority_assignee_and_group_follow_the_ticket(self) -> None:
        found = plan(ticket(intake=P1))
        assert (found.status, found.priority, found.assignee_id, found.group_id) == ("open", "urgent", 235324, 98738)

    def test_risk_tags_are_put_on_and_taken_off(self) -> None:
        found = plan(ticket())
        assert set(found.add_tags) == {"triage_risk_security", "triage_gated"}
        assert set(found.remove_tags) == {"triage_risk_billing", INCOMPLETE_TAG}

    def test_an_incomplete_ticket_is_marked_keeps_its_status_and_asks_for_what_is_missing(self) -> None:
        found = plan(ticket(intake={}))
        assert INCOMPLETE_TAG in found.add_tags
        assert (found.status, found.priority) == (None, None)
        assert "impact, urgency, affected_system, customer_tier, data_sensitivity" in found.note

    def test_a_ticket_that_zendesk_has_closed_gets_no_plan(self) -> None:
        assert write_back(replace(ticket(), state=State.CLOSED), POLICY, ZENDESK) is None

    def test_nothing_of_the_customers_text_is_written(self) -> None:
        for intake in (COMPLETE, {}, P1):
            assert PLANTED not in json.dumps(requests(plan(ticket(intake=intake))))

    def test_the_note_names_the_decision_the_gate_and_the_due_moments(self) -> None:
        text = note(ticket(intake=P1), POLICY)
        for said in (
            "Triage: P1",
            "Business stands still.",
            "security",
            "Approval needed",
            "owner: Lee",
            "First reply due: 2026-",
        ):
            assert said in text

    def test_the_same_decision_is_the_same_plan(self) -> None:
        held = ticket()
        assert plan(held) == plan(held)
        assert plan(held).key != plan(replace(held, class_name="P1")).key

    def test_the_plan_becomes_calls_with_an_internal_comment(self) -> None:
        calls = requests(plan(ticket()))
        assert [(call["method"], call["path"]) for call in calls] == [
            ("DELETE", "/api/v2/tickets/35436/tags.json"),
            ("PUT", "/api/v2/tickets/35436/tags.json"),
            ("PUT", "/api/v2/tickets/35436.json"),
        ]
        assert calls[-1]["body"]["ticket"]["comment"]["public"] is False

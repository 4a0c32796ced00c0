"""Do fields, form and triggers block a ticket in Zendesk without stopping any channel from making one?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.channel_samples import POLICY, ZENDESK, submitted, told
from tests.small_policy import document, policy
from tests.zendesk_samples import filled
from triage_core.channels.zendesk_fields import (
    INCOMPLETE_TAG,
    OWN,
    ZendeskMapping,
    channel_tables,
    option_tags,
    unmapped,
)
from triage_core.channels.zendesk_setup import body, setup, ticket_fields, triggers
from triage_core.domain.happening import Happened
from triage_core.domain.policy import Policy


class TestSetup:
    def test_every_field_of_the_form_and_our_three_are_defined_once(self) -> None:
        keys = [field["key"] for field in ticket_fields(POLICY)]
        assert keys == [*POLICY.intake.fields, *OWN]

    def test_mandatory_fields_are_required_to_solve_and_never_to_create(self) -> None:
        fields = {field["key"]: field["ticket_field"] for field in ticket_fields(POLICY)}
        assert (fields["impact"]["required"], fields["category"]["required"]) == (True, False)
        assert not any(field["required_in_portal"] for field in fields.values())

    def test_a_choice_is_a_dropdown_with_a_tag_for_each_value(self) -> None:
        impact = ticket_fields(POLICY)[0]["ticket_field"]
        assert impact["type"] == "tagger"
        assert impact["custom_field_options"][0] == {"name": "high", "value": "triage_impact_high"}

    def test_other_types_become_their_counterparts(self) -> None:
        base = document()["intake"]
        more = {
            "on_site": {"type": "boolean"},
            "account": {"type": "text", "pattern": "[A-Z]{2}"},
            "remark": {"type": "text"},
        }
        wide = policy(intake={**base, "fields": {**base["fields"], **more}})
        types = {field["key"]: field["ticket_field"] for field in ticket_fields(wide)}
        assert [types[name]["type"] for name in ("users_affected", "on_site", "account", "remark")] == [
            "decimal", "checkbox", "regexp", "text",
        ]  # fmt: skip
        assert types["account"]["regexp_for_validation"] == "^(?:[A-Z]{2})$"
        assert types["on_site"]["tag"] == "triage_on_site_true"

    def test_customers_do_not_see_our_decision(self) -> None:
        ours = [field["ticket_field"] for field in ticket_fields(POLICY) if field["key"] in OWN]
        assert not any(field["visible_in_portal"] or field["editable_in_portal"] for field in ours)

    def test_no_tag_stands_for_two_options(self) -> None:
        base = document()["intake"]
        alike = {"a": {"values": ["b_c", "b c", "b.c"]}, "a_b": {"values": ["c"]}}
        tags = option_tags(policy(intake={**base, "fields": {**base["fields"], **alike}}))
        assert len(set(tags.values())) == len(tags)
        assert all(re.fullmatch(r"[a-z0-9_]+", tag) for tag in tags.values())

    def test_the_form_shows_the_fields_that_have_an_id(self) -> None:
        form = setup(POLICY, ZENDESK)["ticket_form"]["ticket_form"]
        assert form["ticket_field_ids"] == [360001, 360002, 360003, 360004, 360005, 360010, 360011, 360012]
        assert set(unmapped(POLICY, ZENDESK)) == {"category", "service_line", "users_affected"}

    def test_the_trigger_fires_on_every_change_but_our_own(self) -> None:
        conditions = triggers(POLICY, ZENDESK)[0]["trigger"]["conditions"]
        assert {test["value"] for test in conditions["any"]} == {"Create", "Change"}
        assert conditions["all"] == [{"field": "role", "operator": "is_not", "value": "777"}]

    def test_a_second_trigger_puts_back_what_was_solved_while_incomplete(self) -> None:
        trigger = triggers(POLICY, ZENDESK)[1]["trigger"]
        assert {test["value"] for test in trigger["conditions"]["all"]} == {INCOMPLETE_TAG, "solved"}
        assert trigger["actions"] == [{"field": "status", "value": "open"}]

    def test_everything_is_plain_json(self) -> None:
        assert json.loads(json.dumps(setup(POLICY, ZendeskMapping()))) == setup(POLICY, ZendeskMapping())

    def test_what_the_trigger_sends_is_read_by_our_channel(self) -> None:
        values = {
            "id": 35436, "title": 'He said "no"', "description": "two\nlines", "status": "Open", "tags": "a b",
            "requester_id": 5, "requester_email": "ines@customer.example", "updated_at": "2026-03-02T09:02:10Z",
            "created_at": "2026-03-02T07:11:04Z", "body": "Any news?", "public": True, "author_id": "5",
            "360001": "triage_impact_high",
        }  # fmt: skip
        found = told("zendesk_webhook", filled(body(ZENDESK), values).encode())
        assert submitted(found).intake == {"impact": "high"}
        assert submitted(found).tags == ("a", "b")
        assert [event.what for event in found.events] == [Happened.CUSTOMER_REPLIED, Happened.RESUMED]

    def test_the_trigger_sends_ticket_and_stamp_for_idempotency(self) -> None:
        sent = body(ZENDESK)
        assert "{{ticket.id}}" in sent
        assert "{{ticket.updated_at_with_timestamp}}" in sent

    def test_the_tables_for_the_channel_lead_back_to_the_policys_values(self) -> None:
        fields, values = channel_tables(POLICY, ZENDESK)
        assert fields["360001"] == "impact"
        assert "360010" not in fields
        assert values["impact"]["triage_impact_high"] == "high"

    @pytest.mark.parametrize("name", ["internal-it", "msp", "saas"])
    def test_the_example_policies_can_be_set_up(self, name: str) -> None:
        loading = pytest.importorskip("triage_core.policyfile.loading")
        path = Path(__file__).resolve().parents[2] / "examples" / "policies" / f"{name}.yaml"
        shipped: Policy = loading.load_policy(path)
        tags = option_tags(shipped)
        assert len(set(tags.values())) == len(tags)
        assert len(setup(shipped, ZendeskMapping())["ticket_fields"]) == len(shipped.intake.fields) + len(OWN)

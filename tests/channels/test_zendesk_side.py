"""Is Zendesk set up, written back to and watched so that a ticket is blocked there as it is here?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from msgspec.structs import replace

from tests.channel_samples import POLICY, ZENDESK, data, submitted, told
from tests.sample_desk import SampleDesk
from tests.small_policy import COMPLETE, document, policy
from triage_core.channels.zendesk_drift import DriftKind, Update, drift, read, text_digest
from triage_core.channels.zendesk_fields import (
    CLASS,
    INCOMPLETE_TAG,
    OWN,
    SEVERITY,
    STAMP,
    ZendeskMapping,
    channel_tables,
    option_tags,
    risk_tag,
    unmapped,
)
from triage_core.channels.zendesk_setup import BODY, COMMENT, body, setup, ticket_fields, triggers
from triage_core.channels.zendesk_writeback import WriteBack, note, requests, stamp, write_back
from triage_core.domain.happening import Happened
from triage_core.domain.model import State, Ticket
from triage_core.domain.policy import Policy

PLANTED = "Mr-Smith-0171-555"
P1 = {**COMPLETE, "impact": "high", "urgency": "high"}


@pytest.fixture
def zendesk_schemas(shared_data: Path) -> Path:
    """The public schemas of Zendesk, which lie beside the sample data."""
    folder = shared_data.parent / "schemas" / "payloads" / "zendesk"
    if not folder.is_dir():
        pytest.skip("no schemas beside the sample data")
    return folder


def ticket(**changes: Any) -> Ticket:
    """Return a ticket of Zendesk as the small desk triages it; its text holds a planted name."""
    return SampleDesk().ticket(
        subject=f"Phishing {PLANTED}", body=PLANTED, source="zendesk", source_id="35436", **changes
    )


def plan(held: Ticket) -> WriteBack:
    """Return the plan for a ticket that takes one."""
    found = write_back(held, POLICY, ZENDESK)
    assert found is not None
    return found


def filled(template: str, values: dict[str, Any]) -> str:
    """Fill the trigger's body the way Zendesk does: each placeholder with its value, escaped for JSON."""
    for name, placeholder, _ in (*BODY, *COMMENT):
        template = template.replace(placeholder, json.dumps(values.get(name, "")).strip('"'))
    return re.sub(r"\{\{ticket\.ticket_field_(\d+)\}\}", lambda found: values.get(found.group(1), ""), template)


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


def update_of(held: Ticket, **changes: Any) -> Update:
    """Return what Zendesk says after our plan was carried out there, with something changed by hand."""
    written = plan(held)
    payload = {
        "id": 35436, "status": "open", "priority": written.priority, "tags": list(written.add_tags), "requester_id": 5,
        "custom_fields": [{"id": int(number), "value": value} for number, value in written.fields.items()], **changes,
    }  # fmt: skip
    return read(json.dumps({"ticket": payload}).encode(), POLICY, ZENDESK)


def with_field(held: Ticket, name: str, value: str | None) -> list[dict[str, Any]]:
    """Return the custom fields of our plan with one of them changed by hand."""
    fields = {**plan(held).fields, str(ZENDESK.fields[name]): value}
    return [{"id": int(number), "value": each} for number, each in fields.items()]


class TestDrift:
    def test_what_we_wrote_is_no_drift(self) -> None:
        for intake in (COMPLETE, {}, P1):
            held = ticket(intake=intake)
            assert drift(held, update_of(held)) == ()

    @pytest.mark.parametrize("status", ["pending", "hold", "solved", "closed"])
    def test_a_status_that_moves_while_the_ticket_is_incomplete_is_drift(self, status: str) -> None:
        held = ticket(intake={})
        (found,) = drift(held, update_of(held, status=status))
        assert (found.kind, found.found) == (DriftKind.MOVED_INCOMPLETE, status)

    @pytest.mark.parametrize(
        ("name", "value", "kind", "found"),
        [
            (CLASS, "triage_class_p3", DriftKind.CLASS_CHANGED, "P3"),
            (CLASS, None, DriftKind.CLASS_CHANGED, ""),
            (SEVERITY, "triage_severity_sev1", DriftKind.SEVERITY_CHANGED, "sev1"),
        ],
    )
    def test_a_decision_changed_by_hand_is_drift(
        self, name: str, value: str | None, kind: DriftKind, found: str
    ) -> None:
        held = ticket()
        (drifted,) = drift(held, update_of(held, custom_fields=with_field(held, name, value)))
        assert (drifted.kind, drifted.found) == (kind, found)

    def test_a_priority_changed_by_hand_is_drift(self) -> None:
        held = ticket()
        (found,) = drift(held, update_of(held, priority="low"))
        assert (found.kind, found.expected, found.found) == (DriftKind.PRIORITY_CHANGED, "high", "low")

    def test_a_risk_tag_taken_off_by_hand_is_drift(self) -> None:
        held = ticket()
        (found,) = drift(held, update_of(held, tags=["triage_gated"]))
        assert (found.kind, found.expected) == (DriftKind.TAG_REMOVED, "security")

    def test_the_mark_of_an_incomplete_ticket_taken_off_is_drift(self) -> None:
        held = ticket(intake={})
        (found,) = drift(held, update_of(held, tags=[]))
        assert (found.kind, found.expected) == (DriftKind.TAG_REMOVED, INCOMPLETE_TAG)

    def test_an_update_that_has_not_seen_our_last_write_is_only_older(self) -> None:
        held = ticket()
        seen = update_of(held, tags=[], priority="low")
        assert drift(replace(held, class_name="P1"), seen) == ()

    def test_a_public_reply_on_a_gated_ticket_needs_an_approved_text(self) -> None:
        held = ticket()
        seen = update_of(held, latest_comment={"body": "We will\n refund you.", "public": True, "author_id": 9})
        (found,) = drift(held, seen)
        assert found.kind is DriftKind.REPLIED_UNAPPROVED
        assert drift(held, seen, frozenset({text_digest("We will refund you.")})) == ()

    @pytest.mark.parametrize(
        "comment",
        [{"public": False, "author_id": 9}, {"public": True, "author_id": 5}, {"public": True, "author_id": 777}],
    )
    def test_notes_customers_and_we_ourselves_need_no_approval(self, comment: dict[str, Any]) -> None:
        held = ticket()
        assert drift(held, update_of(held, latest_comment={"body": "x", **comment})) == ()

    def test_a_reply_on_a_ticket_without_gate_is_nobodys_business(self) -> None:
        held = SampleDesk().ticket(source_id="35436")
        assert not held.gate_required
        assert drift(held, update_of(held, latest_comment={"body": "x", "public": True, "author_id": 9})) == ()

    def test_what_a_payload_does_not_say_is_no_drift(self) -> None:
        held = ticket()
        only = {"id": 35436, "custom_fields": [{"id": ZENDESK.fields[STAMP], "value": stamp(held)}]}
        bare = ZendeskMapping(fields={STAMP: ZENDESK.fields[STAMP]})
        assert drift(held, read(json.dumps(only).encode(), POLICY, bare)) == ()

    def test_no_text_of_a_comment_stands_in_a_drift(self) -> None:
        held = ticket()
        seen = update_of(held, latest_comment={"body": PLANTED, "public": True, "author_id": 9})
        assert PLANTED not in str(drift(held, seen))


class TestSchemas:
    def test_the_samples_are_tickets_of_the_public_schema(self, zendesk_schemas: Path) -> None:
        schema = json.loads((zendesk_schemas / "zendesk-ticket-schema.json").read_text(encoding="utf-8"))
        for name in ("new", "pending"):
            jsonschema.validate(data(f"zendesk_ticket/{name}.json")["ticket"], schema)

    @pytest.mark.parametrize("name", ["created", "customer_replied", "agent_solved"])
    def test_the_webhook_samples_have_the_public_form(self, zendesk_schemas: Path, name: str) -> None:
        jsonschema.validate(data(f"zendesk_webhook/{name}.json"), webhook_schema(zendesk_schemas))

    def test_what_the_trigger_sends_has_the_public_form_but_for_its_tags(self, zendesk_schemas: Path) -> None:
        schema = webhook_schema(zendesk_schemas)
        del schema["properties"]["tags"], schema["properties"]["latest_comment"]["properties"]["author_id"]
        values = {"id": 1, "requester_id": 5, "public": True, "status": "open", "priority": "high"}
        jsonschema.validate(json.loads(filled(body(ZENDESK), values)), schema)

    def test_an_update_has_the_public_form(self, zendesk_schemas: Path) -> None:
        schemas = yaml.safe_load((zendesk_schemas / "zendesk-tickets-api-openapi.yml").read_text(encoding="utf-8"))
        schema = {
            **nullable(schemas["components"]["schemas"]["TicketUpdate"]),
            "components": nullable(schemas["components"]),
        }
        schema["additionalProperties"] = False
        for intake in (COMPLETE, {}, P1):
            jsonschema.validate(requests(plan(ticket(intake=intake)))[-1]["body"]["ticket"], schema)

    def test_field_types_are_those_that_the_api_creates(self, zendesk_schemas: Path) -> None:
        told_by = (zendesk_schemas / "zendesk-ticket-fields-api-openapi.yml").read_text(encoding="utf-8")
        types = set(re.findall(r"^ +\| (\w+) +\|", told_by, re.MULTILINE))
        assert {field["ticket_field"]["type"] for field in ticket_fields(POLICY)} <= types
        assert risk_tag("Legal & Regulatory") == "triage_risk_legal_regulatory"


def webhook_schema(folder: Path) -> dict[str, Any]:
    """Return the schema of a ticket event's body."""
    told_by = yaml.safe_load((folder / "zendesk-webhooks-asyncapi.yml").read_text(encoding="utf-8"))
    schema: dict[str, Any] = nullable(told_by["components"]["schemas"]["TicketEventPayload"])
    return schema


def nullable(schema: Any) -> Any:
    """Write `nullable: true` the way JSON Schema does, and leave out examples."""
    if isinstance(schema, list):
        return [nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: nullable(value) for key, value in schema.items() if key not in {"nullable", "example", "examples"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain

"""Are incidents, chats, calls, forms, posts and alerts read for what they say?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.channel_samples import data, read, submitted, told
from triage_core.channels import Ignored
from triage_core.channels.refusals import PayloadIncomplete, PayloadUnreadable
from triage_core.domain.happening import Happened


def pointers(channel: str, payload: Any) -> list[str]:
    """Return the places that a refused payload lacks."""
    with pytest.raises(PayloadIncomplete) as refused:
        told(channel, payload)
    return [problem.pointer for problem in refused.value.problems]


class TestServiceNow:
    @pytest.mark.parametrize("name", ["raw_values", "display_values"])
    def test_both_forms_say_the_same(self, name: str) -> None:
        ticket = submitted(read(f"servicenow_incident/{name}.json"))
        assert (ticket.source_id, ticket.channel) == ("INC0010023", "phone")
        assert ticket.created_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
        assert (ticket.intake["impact"], ticket.intake["urgency"]) == ("high", "medium")

    def test_people_and_systems_are_named_where_they_show(self) -> None:
        ticket = submitted(read("servicenow_incident/display_values.json"))
        assert (ticket.requester, ticket.customer, ticket.intake["affected_system"]) == (
            "Abel Tuter",
            "Customer SAS",
            "mail",
        )

    def test_a_hold_for_a_vendor_waits_for_a_third_party(self) -> None:
        found = read("servicenow_incident/display_values.json")
        assert [event.what for event in found.events] == [Happened.WAITING_THIRD_PARTY]

    @pytest.mark.parametrize(
        ("state", "what"),
        [
            ("1", []),
            ("2", [Happened.RESUMED]),
            ("3", [Happened.WAITING_CUSTOMER]),
            ("Resolved", [Happened.RESOLVED]),
            ("7", [Happened.CLOSED]),
            ("8", [Happened.VOIDED]),
        ],
    )
    def test_a_state_is_an_event(self, state: str, what: list[Happened]) -> None:
        incident = {**data("servicenow_incident/raw_values.json")["result"], "state": state}
        found = told("servicenow_incident", {"result": [incident]})
        assert [event.what for event in found.events] == what

    def test_a_column_of_the_instance_can_be_mapped(self) -> None:
        incident = {"number": "INC1", "u_tier": {"value": "1", "display_value": "Gold"}}
        settings: dict[str, Any] = {"fields": {"u_tier": "customer_tier"}, "values": {"customer_tier": {"Gold": "vip"}}}
        assert submitted(told("servicenow_incident", incident, **settings)).intake == {"customer_tier": "vip"}

    def test_a_list_of_several_incidents_is_refused(self) -> None:
        with pytest.raises(PayloadUnreadable, match="one incident"):
            told("servicenow_incident", {"result": [{"number": "INC1"}, {"number": "INC2"}]})

    def test_an_incident_without_number_is_refused(self) -> None:
        assert pointers("servicenow_incident", {"result": {"short_description": "x"}}) == ["/number"]


class TestChat:
    def test_the_turns_become_a_text_and_the_customers_first_turn_the_subject(self) -> None:
        ticket = submitted(read("chat/turns.json"))
        assert ticket.subject == "The wiki loses my edits."
        assert "Noor: The wiki loses my edits.\nIt happened three times.\nAnn: Which page" in ticket.body
        assert (ticket.source_version, ticket.intake) == ("4", {"affected_system": "wiki"})

    def test_a_longer_export_of_the_same_chat_is_the_same_ticket(self) -> None:
        chat = data("chat/turns.json")
        longer = {**chat, "turns": [*chat["turns"], {"role": "agent", "text": "Thanks."}]}
        assert submitted(told("chat", longer)).source_id == submitted(told("chat", chat)).source_id

    def test_a_plain_transcript_is_kept_as_it_is(self) -> None:
        ticket = submitted(read("chat/plain.txt"))
        assert ticket.body == "Noor: The wiki loses my edits.\nAnn: Which page is it?\nNoor: The handbook.\n"
        assert ticket.source_id.startswith("sha256:")

    def test_a_bare_list_of_turns_is_a_chat(self) -> None:
        assert submitted(told("chat", [{"text": "Help!"}])).body == "Help!"

    @pytest.mark.parametrize(
        ("payload", "place"), [({}, "/turns"), ({"turns": [{"role": "bot"}]}, "/turns"), (b" ", "")]
    )
    def test_a_chat_without_words_is_refused(self, payload: Any, place: str) -> None:
        assert pointers("chat", payload) == [place]


class TestNotes:
    def test_a_form_says_its_intake(self) -> None:
        ticket = submitted(read("web_form/form.json"))
        assert ticket.intake == {
            "impact": "low",
            "urgency": "medium",
            "affected_system": "sso",
            "data_sensitivity": "internal",
        }
        assert (ticket.source_id, ticket.requester, ticket.customer) == (
            "form-550e8400",
            "ida@customer.example",
            "Customer SAS",
        )

    def test_a_form_post_is_read_like_json(self) -> None:
        ticket = submitted(read("web_form/form.txt"))
        assert ticket.body == "Please enable VPN for my new laptop.\r\nThanks!"
        assert ticket.intake == {"impact": "low", "urgency": "medium"}

    def test_form_fields_can_have_names_and_values_of_their_own(self) -> None:
        settings: dict[str, Any] = {"fields": {"how_bad": "impact"}, "values": {"impact": {"very": "high"}}}
        ticket = submitted(told("web_form", {"message": "x", "how_bad": "very"}, **settings))
        assert ticket.intake == {"impact": "high"}

    def test_a_form_cannot_set_severity_or_tags(self) -> None:
        ticket = submitted(told("web_form", {"message": "x", "severity": "sev4", "tags": ["billing"], "public": True}))
        assert (ticket.severity, ticket.tags) == (None, ())

    def test_a_form_without_words_is_refused_with_the_places_for_them(self) -> None:
        assert pointers("web_form", {"impact": "high"}) == [
            "/body or /message or /description or /text or /comment or /subject or /title"
        ]

    def test_a_form_with_endless_fields_is_refused(self) -> None:
        with pytest.raises(PayloadUnreadable):
            told("web_form", b"a=1&" * 100_000)

    def test_a_public_post_says_so(self) -> None:
        found = read("social/public_post.json")
        ticket = submitted(found)
        assert (ticket.source_id, ticket.requester, ticket.tags) == (
            "mastodon:112233445566",
            "@kai@social.example",
            ("public",),
        )
        assert found.thread_keys == ("mastodon:112233440000",)

    def test_the_same_number_on_two_networks_is_two_posts(self) -> None:
        one, other = (submitted(told("social", {"network": name, "id": 1, "text": "x"})) for name in ("a", "b"))
        assert one.source_id != other.source_id

    def test_our_own_post_is_ignored(self) -> None:
        assert read("social/own_post.json").ignored is Ignored.OWN_ADDRESS

    def test_a_call_is_read_with_its_intake(self) -> None:
        ticket = submitted(read("phone/call.json"))
        assert (ticket.channel, ticket.source_id, ticket.requester) == ("phone", "call-7781", "+33 1 99 00 12 34")
        assert ticket.intake == {"impact": "high", "urgency": "high"}


class TestAlertmanager:
    def test_a_group_is_one_ticket(self) -> None:
        ticket = submitted(read("alertmanager/firing.json"))
        assert ticket.subject == "HighErrorRate: 5xx rate above 5 % on sso-1"
        assert ticket.body.count("[firing]") == 2
        assert ticket.created_at == datetime(2026, 3, 2, 8, 4, 30, 500_000, tzinfo=UTC)

    def test_labels_are_mapped_to_the_intake(self) -> None:
        found = read(
            "alertmanager/firing.json",
            fields={"service": "affected_system", "severity": "impact"},
            values={"impact": {"critical": "high"}},
        )
        assert submitted(found).intake == {"alertname": "HighErrorRate", "affected_system": "sso", "impact": "high"}

    def test_resolved_is_an_event_on_the_same_ticket(self) -> None:
        fired, resolved = read("alertmanager/firing.json"), read("alertmanager/resolved.json")
        assert resolved.about is not None
        assert resolved.about.source_id == submitted(fired).source_id
        assert resolved.event is not None
        assert (resolved.event.what, resolved.event.at) == (Happened.RESOLVED, datetime(2026, 3, 2, 8, 31, tzinfo=UTC))

    def test_a_repetition_with_another_alert_is_the_same_ticket(self) -> None:
        notice = data("alertmanager/firing.json")
        later = {**notice["alerts"][1], "startsAt": "2026-03-02T08:20:00Z", "fingerprint": "new"}
        assert submitted(told("alertmanager", {**notice, "alerts": [*notice["alerts"], later]})).source_id == (
            submitted(told("alertmanager", notice)).source_id
        )

    def test_the_same_group_firing_again_later_is_a_new_ticket_of_the_same_thread(self) -> None:
        notice = data("alertmanager/firing.json")
        again = {**notice, "alerts": [{**notice["alerts"][0], "startsAt": "2026-04-02T08:04:30Z"}]}
        one, other = told("alertmanager", notice), told("alertmanager", again)
        assert submitted(one).source_id != submitted(other).source_id
        assert one.thread_keys[0] == other.thread_keys[0]

    def test_what_is_missing_is_named(self) -> None:
        assert pointers("alertmanager", {"version": "4", "alerts": []}) == ["/groupKey", "/alerts/0/startsAt"]


class TestAzureMonitor:
    def test_the_sample_is_read_completely(self) -> None:
        ticket = submitted(
            read("azure_monitor/fired.json", fields={"severity": "impact"}, values={"impact": {"Sev1": "high"}})
        )
        assert ticket.subject == "Checkout latency (Sev1)"
        assert ticket.body.startswith("Average response time above 5 s\n")
        assert ticket.intake == {"impact": "high", "affected_system": "checkout"}

    def test_fired_and_resolved_are_one_ticket(self) -> None:
        fired, resolved = read("azure_monitor/fired.json"), read("azure_monitor/resolved.json")
        assert submitted(fired).source_id == submitted(resolved).source_id
        assert fired.events == ()
        assert [event.what for event in resolved.events] == [Happened.RESOLVED]

    def test_what_is_missing_is_named(self) -> None:
        assert pointers("azure_monitor", {"data": {"essentials": {}}}) == ["/alertId", "/monitorCondition"]

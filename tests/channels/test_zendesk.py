"""Is a ticket of Zendesk read from every form, and each change of it told once?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.channel_samples import SETTINGS, data, read, submitted, told
from triage_core.channels import Ignored, normalise
from triage_core.channels.refusals import PayloadIncomplete
from triage_core.domain.happening import Happened


def webhook(**changes: Any) -> Any:
    """Return the customer's reply with some values replaced."""
    return {**data("zendesk_webhook/customer_replied.json"), **changes}


def happened(payload: Any) -> list[Happened]:
    """Return what a webhook reports."""
    return [event.what for event in told("zendesk_webhook", payload).events]


class TestTicket:
    def test_the_sample_is_read_completely(self) -> None:
        ticket = submitted(read("zendesk_ticket/new.json"))
        assert (ticket.source, ticket.source_id, ticket.source_version) == ("zendesk", "35436", "2026-03-02T07:11:04Z")
        assert (ticket.channel, ticket.requester, ticket.tags) == (
            "email",
            "ines@customer.example",
            ("enterprise", "security"),
        )
        assert ticket.intake == {"impact": "high", "urgency": "high", "affected_system": "sso"}

    def test_a_new_ticket_reports_nothing_else(self) -> None:
        assert read("zendesk_ticket/new.json").events == ()

    def test_a_later_status_is_an_event_on_the_same_ticket(self) -> None:
        found = read("zendesk_ticket/pending.json")
        assert found.about is not None
        assert (found.about.source, found.about.source_id) == ("zendesk", "35436")
        assert [event.what for event in found.events] == [Happened.WAITING_CUSTOMER]

    def test_declared_constants_fill_what_the_ticket_does_not_say_and_are_shown(self) -> None:
        found = read("zendesk_ticket/new.json", constants={"customer_tier": "standard", "impact": "low"})
        assert submitted(found).intake["customer_tier"] == "standard"
        assert submitted(found).intake["impact"] == "high"
        assert found.constants == ("customer_tier",)

    def test_fields_that_are_not_mapped_stay_there(self) -> None:
        found = normalise("zendesk_ticket", b'{"id": 1, "custom_fields": [{"id": 5, "value": "x"}]}', SETTINGS)
        assert submitted(found).intake == {}

    def test_a_ticket_without_id_is_refused(self) -> None:
        with pytest.raises(PayloadIncomplete, match="/id: expected the ticket's id"):
            told("zendesk_ticket", {"ticket": {"subject": "x"}})


class TestWebhook:
    def test_a_reply_of_the_customer_is_told_with_its_text(self) -> None:
        found = read("zendesk_webhook/customer_replied.json")
        assert [event.what for event in found.events] == [Happened.CUSTOMER_REPLIED, Happened.RESUMED]
        assert found.text == "Any news? Sales stands still."

    def test_every_webhook_shows_the_whole_ticket_so_that_a_lost_creation_is_made_good(self) -> None:
        created, later = (submitted(read(f"zendesk_webhook/{name}.json")) for name in ("created", "agent_solved"))
        assert (created.source_id, created.subject, created.body) == (later.source_id, later.subject, later.body)

    def test_the_description_is_not_a_reply(self) -> None:
        assert read("zendesk_webhook/created.json").events == ()

    def test_an_agent_replies_and_solves(self) -> None:
        assert happened(data("zendesk_webhook/agent_solved.json")) == [Happened.AGENT_REPLIED, Happened.RESOLVED]

    def test_an_internal_comment_is_a_note(self) -> None:
        comment = {"body": "Looks like the proxy.", "public": False, "author_id": 235323}
        assert happened(webhook(latest_comment=comment))[0] is Happened.NOTE_ADDED

    @pytest.mark.parametrize(("public", "what"), [("true", Happened.AGENT_REPLIED), ([], Happened.NOTE_ADDED)])
    def test_only_what_says_that_it_is_public_is_a_reply(self, public: Any, what: Happened) -> None:
        assert happened(webhook(latest_comment={"body": "x", "public": public, "author_id": 9}))[0] is what

    def test_a_later_update_does_not_tell_the_same_comment_again(self) -> None:
        one, other = (
            told("zendesk_webhook", webhook(updated_at=at)) for at in ("2026-03-02T09:02:10Z", "2026-03-02T12:00:00Z")
        )
        assert one.events[0].source_event_id == other.events[0].source_event_id
        assert one.events[1].source_event_id != other.events[1].source_event_id

    def test_two_comments_with_the_same_words_are_two(self) -> None:
        comment = data("zendesk_webhook/customer_replied.json")["latest_comment"]
        one, other = (
            told("zendesk_webhook", webhook(latest_comment={**comment, "created_at": at})) for at in ("9:02", "9:30")
        )
        assert one.events[0].source_event_id != other.events[0].source_event_id

    def test_what_we_did_ourselves_does_not_echo(self) -> None:
        assert told("zendesk_webhook", webhook(actor_id="777")).ignored is Ignored.OWN_ADDRESS
        assert happened(webhook(latest_comment={"body": "x", "public": True, "author_id": 777})) == [Happened.RESUMED]

    @pytest.mark.parametrize(
        "payload",
        [
            {"id": 7, "role": "agent", "email": "a@b.example"},
            {"id": 7, "domain_names": [], "name": "Customer"},
            {"id": 7, "ticket_id": 35436, "score": "bad"},
            {"type": "zen:event-type:user.created", "detail": {"id": "7"}},
        ],
    )
    def test_events_of_users_organizations_and_ratings_are_ignored(self, payload: Any) -> None:
        assert told("zendesk_webhook", payload).ignored is Ignored.UNSUPPORTED

    def test_a_webhook_without_ticket_is_refused(self) -> None:
        with pytest.raises(PayloadIncomplete):
            told("zendesk_webhook", {"title": "x"})


class TestSubscription:
    def test_a_comment_is_known_by_its_id(self) -> None:
        found = read("zendesk_webhook/event_comment_added.json")
        assert found.event is not None
        assert (found.event.what, found.event.source_event_id) == (
            Happened.CUSTOMER_REPLIED,
            "zendesk:35436:comment:8849",
        )
        assert found.text == "Any news? Sales stands still."

    @pytest.mark.parametrize(("is_public", "what"), [(True, Happened.AGENT_REPLIED), (False, Happened.NOTE_ADDED)])
    def test_a_comment_of_the_staff_is_a_reply_or_a_note(self, is_public: bool, what: Happened) -> None:  # noqa: FBT001 - a table
        payload = data("zendesk_webhook/event_comment_added.json")
        payload["event"]["comment"] |= {"author": {"id": "1", "is_staff": True}, "is_public": is_public}
        assert happened(payload) == [what]

    def test_a_status_is_told_by_the_event_not_by_the_ticket(self) -> None:
        assert happened(data("zendesk_webhook/event_status_changed.json")) == [Happened.WAITING_CUSTOMER]

    def test_a_merge_names_the_surviving_ticket(self) -> None:
        found = read("zendesk_webhook/event_merged.json")
        assert found.event is not None
        assert (found.event.what, found.event.into) == (Happened.MERGED, "35400")

    @pytest.mark.parametrize("kind", ["marked_as_spam", "soft_deleted", "permanently_deleted"])
    def test_spam_and_deleted_tickets_are_void_with_a_reason(self, kind: str) -> None:
        payload = {**data("zendesk_webhook/event_merged.json"), "type": f"zen:event-type:ticket.{kind}"}
        found = told("zendesk_webhook", payload)
        assert found.event is not None
        assert found.event.what is Happened.VOIDED
        assert found.event.reason

    def test_other_changes_show_the_ticket_and_report_nothing(self) -> None:
        payload = {**data("zendesk_webhook/event_merged.json"), "type": "zen:event-type:ticket.brand_changed"}
        found = told("zendesk_webhook", payload)
        assert found.events == ()
        assert found.submission is not None

    def test_our_own_user_does_not_echo(self) -> None:
        payload = data("zendesk_webhook/event_status_changed.json")
        payload["detail"]["actor_id"] = "777"
        assert told("zendesk_webhook", payload).ignored is Ignored.OWN_ADDRESS

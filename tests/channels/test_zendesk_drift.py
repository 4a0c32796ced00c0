"""Is it told when somebody walks on in Zendesk, and is nothing told that is no news?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.channel_samples import POLICY, ZENDESK
from tests.sample_desk import SampleDesk
from tests.small_policy import COMPLETE
from tests.zendesk_samples import P1, PLANTED, plan, ticket
from triage_core.channels.zendesk_drift import DriftKind, Update, drift, read, text_digest
from triage_core.channels.zendesk_fields import (
    CLASS,
    INCOMPLETE_TAG,
    SEVERITY,
    STAMP,
    ZendeskMapping,
)
from triage_core.channels.zendesk_writeback import stamp
from triage_core.domain.model import Ticket


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

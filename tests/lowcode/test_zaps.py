"""Do the Zaps that come along do what they say, once, also when a run or an event comes again?"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.edge.sample_edge import TENANT
from tests.gate_office import GateOffice
from tests.sample_gates import person
from tests.simulators.zapier import Run, Zapier, zap_of
from tests.small_policy import COMPLETE
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.state import Verdict
from triage_core.packagers.tables import Tables
from triage_core.packagers.zapier import integration
from triage_core.packagers.zapier.overlay import zapier_overlay

ZAPS = Path(__file__).resolve().parents[2] / "zapier" / "zaps"
FILES = sorted(ZAPS.glob("*.json"))
#: A ticket as the webhook of its source system tells it.
INBOUND: dict[str, Any] = {
    "id": "48213",
    "updated_at": "1",
    "subject": "printer",
    "description": "I got phishing",
    "organization": "",
    "requester": "jo@example.com",
    "comment_id": "c1",
    "comment": "Hello, we look into it.",
    **COMPLETE,
}


class Desk:
    """A service, and Zapier with one of the Zaps."""

    def __init__(self, name: str) -> None:
        self.office = GateOffice()
        integrated = integration(Tables(), zapier_overlay())
        ask = partial(self.office.ask, x_api_key="zaps")
        self.zapier = Zapier(
            zap_of(ZAPS / f"{name}.json"), integrated, lambda *given, **more: ask(*given, **_keyed(more))
        )

    def submitted(self, **changes: Any) -> str:
        sent = {"source": "zendesk", "source_id": "48213", "subject": "printer", "body": "I got phishing"}
        reply = self.office.ask("POST", "/api/v1/tickets", {**sent, **COMPLETE, **changes}, x_api_key="zaps")
        return str(json.loads(reply.body)["ticket_id"])

    def event(self, kind: str) -> dict[str, Any]:
        """Return the latest event of a kind as a trigger gives it."""
        found = self.office.store.latest_messages(TENANT, kind, 1)
        return dict(json.loads(found[0].payload))

    def decide(self, verdict: str) -> None:
        waiting = self.office.messages.approval(TENANT, "t1-a1")[1]
        choice = Choice(verdict=Verdict(verdict), seal=waiting.seal, reason="because")
        proof = Proof(interactive=True, authenticated_at=self.office.time)
        self.office.messages.decide(TENANT, "t1-a1", choice, proof, person("lee"))

    def told(self, app: str) -> list[dict[str, Any]]:
        return [params for name, params in self.zapier.told if name == app]


def _keyed(headers: dict[str, str]) -> dict[str, str]:
    """Put the key in that people put in for the placeholder."""
    return {name: "zaps" if value == "CHANGE-ME" else value for name, value in headers.items()}


@pytest.mark.parametrize("name", ["triage-zendesk-tickets", "submit-with-webhooks-alone"])
def test_a_ticket_is_triaged_and_told_once(name: str) -> None:
    desk = Desk(name)
    for _ in range(2):
        desk.zapier.runs(INBOUND)
    (told,) = desk.told("SlackCLIAPI")
    assert "P2" in told["text"]
    assert "printer" in told["text"]
    assert len(desk.office.tickets()) == 1


def test_of_a_ticket_that_is_too_sensitive_no_word_is_told() -> None:
    desk = Desk("triage-zendesk-tickets")
    desk.zapier.runs({**INBOUND, "data_sensitivity": "restricted"})
    (told,) = desk.told("SlackCLIAPI")
    assert "printer" not in told["text"]
    assert "a ticket in desk" in told["text"]


def test_an_incomplete_ticket_is_kept_and_not_told() -> None:
    desk = Desk("triage-zendesk-tickets")
    desk.zapier.runs({**INBOUND, "impact": ""})
    assert desk.told("SlackCLIAPI") == []
    assert len(desk.office.tickets()) == 1


def _waiting(desk: Desk) -> Run:
    desk.submitted()
    run = desk.zapier.runs(desk.event("ticket.triaged"))
    assert run.parked == "5"
    return run


def _decided(desk: Desk) -> dict[str, Any]:
    message = desk.office.ask("GET", "/api/v1/messages/t1-m1", x_api_key="zaps")
    return dict(json.loads(message.body))


def test_an_approved_reply_is_sent_and_confirmed_once() -> None:
    desk = Desk("send-approved-replies")
    run = _waiting(desk)
    desk.zapier.runs(desk.event("ticket.triaged"))
    desk.decide("approve")
    desk.zapier.goes_on(run, "5", _decided(desk))
    (mail,) = desk.told("GoogleMailV2CLIAPI")
    assert mail["to"] == "jo@example.com" or "48213" in mail["to"]
    assert "we look into t1" in mail["body"]
    assert _decided(desk)["state"] == "sent"
    assert len(desk.office.tickets()[0].messages) == 1


def test_a_reply_that_gmail_did_not_take_is_sent_when_the_run_is_replayed() -> None:
    desk = Desk("send-approved-replies")
    run = _waiting(desk)
    desk.decide("approve")
    desk.zapier.broken["GoogleMailV2CLIAPI"] = 1
    stopped = desk.zapier.goes_on(run, "5", _decided(desk)).stopped_at
    assert stopped == "9"
    desk.zapier.goes_on(run, "9")
    assert len(desk.told("GoogleMailV2CLIAPI")) == 1
    assert _decided(desk)["state"] == "sent"


def test_a_rejected_reply_goes_nowhere() -> None:
    desk = Desk("send-approved-replies")
    run = _waiting(desk)
    desk.decide("reject")
    desk.zapier.goes_on(run, "5", _decided(desk))
    assert desk.told("GoogleMailV2CLIAPI") == []


def test_what_was_not_released_is_not_sent() -> None:
    desk = Desk("send-approved-replies")
    run = _waiting(desk)
    desk.decide("approve")
    decided = _decided(desk)
    desk.office.passes(timedelta(hours=9))
    desk.zapier.goes_on(run, "5", decided)
    assert desk.told("GoogleMailV2CLIAPI") == []


def test_people_are_asked_in_slack_once() -> None:
    desk = Desk("ask-for-approvals-in-slack")
    ticket_id = desk.submitted()
    desk.office.post("zaps", f"tickets/{ticket_id}/messages", {"kind": "first_response", "to_csv": "jo@example.com"})
    for _ in range(2):
        desk.zapier.runs(desk.event("approval.requested"))
    (told,) = desk.told("SlackCLIAPI")
    assert f"/approvals/{ticket_id}-a1" in told["text"]


def test_a_ticket_is_a_row_in_notion_once() -> None:
    desk = Desk("keep-the-queue-in-notion")
    desk.submitted()
    for _ in range(2):
        desk.zapier.runs(desk.event("ticket.triaged"))
    (row,) = desk.told("NotionCLIAPI")
    assert row["properties|||Name|||title"] == "printer"


def test_no_row_holds_what_zapier_may_not_carry() -> None:
    desk = Desk("keep-the-queue-in-notion")
    desk.submitted(data_sensitivity="restricted")
    desk.zapier.runs(desk.event("ticket.triaged"))
    assert desk.told("NotionCLIAPI") == []


def test_an_escalation_is_told_once() -> None:
    desk = Desk("tell-escalations-in-slack")
    ticket_id = desk.submitted()
    desk.office.post("zaps", f"tickets/{ticket_id}/escalate", {"reason": "Nobody can work."})
    for _ in range(2):
        desk.zapier.runs(desk.event("escalation.raised"))
    (told,) = desk.told("SlackCLIAPI")
    assert ticket_id in told["text"]


def test_a_missed_deadline_is_escalated_and_told_once() -> None:
    desk = Desk("escalate-missed-deadlines")
    ticket_id = desk.submitted()
    desk.office.passes(timedelta(hours=3))
    desk.office.triage.tick("sweeper", timedelta(minutes=1))
    for _ in range(2):
        desk.zapier.runs(desk.event("sla.breached"))
    assert len(desk.told("SlackCLIAPI")) == 1
    assert desk.office.triage.ticket(TENANT, ticket_id).escalation is not None


def test_a_reply_of_an_agent_is_recorded_once() -> None:
    desk = Desk("record-zendesk-replies")
    ticket_id = desk.submitted()
    lines = len(desk.office.store.timeline(TENANT, ticket_id))
    desk.zapier.runs(INBOUND)
    after = len(desk.office.store.timeline(TENANT, ticket_id))
    desk.zapier.runs(INBOUND)
    assert lines < after == len(desk.office.store.timeline(TENANT, ticket_id))


def test_every_shipped_zap_is_run_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert all(f'"{file.stem}"' in text for file in FILES)

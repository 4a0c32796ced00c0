"""Can public reports of incidents be entered as closures by the operation, refused first by the names of its fields?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.cards.test_notion import DATA_SOURCE, check, validators, within_limits
from tests.cards.test_postmortems import NOW, REPORTS, Report, filled, written
from tests.edge.sample_edge import TENANT, Office
from triage_core.cards.closure import Links, summarise
from triage_core.cards.notion import page
from triage_core.domain.closure.facts import ClosureFacts, Review

__all__ = ["validators"]

reports = pytest.mark.parametrize("report", REPORTS, ids=[report.file[:10] for report in REPORTS])
CLOSE = "/api/v1/tickets/t1/close"


def asked(facts: ClosureFacts) -> dict[str, Any]:
    """Return a closure in the fields of the operation."""
    fix, review = facts.permanent_fix, facts.review or Review()
    prevention = [
        {"description": each.description, "owner": each.owner, "due_on": each.due.isoformat() if each.due else None}
        for each in facts.prevention
    ]
    moments = {f"review_{name}": getattr(review, name) for name in ("started_at", "detected_at", "ended_at")}
    return {
        "summary": facts.summary,
        "resolution_code": facts.resolution_code,
        "closure_cause": facts.closure_cause,
        "root_cause": facts.root_cause.text,
        "root_cause_category": facts.root_cause.category,
        "root_cause_confidence": facts.root_cause.confidence,
        "workaround": facts.workaround.text,
        "no_workaround": facts.workaround.none,
        "permanent_fix": fix.description,
        "permanent_fix_state": fix.state,
        "permanent_fix_owner": fix.owner,
        "permanent_fix_due_on": fix.due.isoformat() if fix.due else None,
        "more_prevention": prevention,
        "problem_id": facts.problem_id,
        "change_id": facts.change_id,
        **{name: at.isoformat() if at else None for name, at in moments.items()},
        "review_detected_by": review.detected_by,
        "review_milestones": [{"at": each.at.isoformat(), "what": each.what} for each in review.milestones],
        **{
            f"review_{name}": getattr(review, name)
            for name in ("impact", "went_well", "went_badly", "handoff_friction")
        },
    }


def solved(**changes: Any) -> Office:
    """Return an office whose first ticket is solved on the day on which the reports are entered."""
    office = Office()
    office.time = NOW
    office.submitted(**changes)
    office.told("POST", "/api/v1/tickets/t1/events", {"event": "resolved", "source_event_id": "e"})
    return office


@reports
def test_a_report_is_refused_by_the_fields_it_lacks_and_taken_once_they_are_there(
    shared_data: Path, validators: list[Draft7Validator], report: Report
) -> None:
    office, facts = solved(), written(report, shared_data)
    refused = office.ask("POST", CLOSE, asked(facts), idempotency_key="k")
    problem = json.loads(refused.body)
    assert (refused.status, problem["code"]) == (422, "closure_incomplete")
    named = {error["pointer"] for error in problem["errors"]}
    assert {"/resolution_code", "/closure_cause", "/root_cause_category"} <= named
    assert any(pointer.startswith("/review_") for pointer in named) == bool(facts.review and facts.review != Review())
    assert {pointer.split("/")[1] for pointer in named} <= set(asked(facts)) | {"prevention"}
    told = office.told("POST", CLOSE, asked(filled(report, facts)), idempotency_key="k")
    assert (told["state"], told["standing"]) == ("closed", "complete")
    assert told["markdown"].startswith("# P2 mail m1")
    _check_page(office, validators)


def _check_page(office: Office, validators: list[Draft7Validator]) -> None:
    ticket, said = office.triage.ticket(TENANT, "t1"), office.triage.closure(TENANT, "t1")
    assert said is not None
    policy = office.triage.playbooks.stamped(ticket, office.time).policy
    made = page(summarise(ticket, said, policy, Links(), office.triage.redact), DATA_SOURCE)
    check(validators, made)
    assert within_limits(made)


def test_what_was_said_is_told_again_in_the_same_fields(shared_data: Path) -> None:
    office, sent = solved(), asked(filled(REPORTS[1], written(REPORTS[1], shared_data)))
    told = office.told("POST", CLOSE, sent, idempotency_key="k")
    same = ("summary", "root_cause", "permanent_fix", "review_impact", "problem_id", "review_went_badly")
    assert [told[name] for name in same] == [sent[name].strip() or None for name in same]
    assert told["review_lasted_minutes"] == 108.0
    assert len(told["follow_ups"]) == len(sent["more_prevention"])
    assert office.told("GET", "/api/v1/tickets/t1/closure") == told


def test_a_grave_ticket_is_not_closed_by_one_person_alone(shared_data: Path) -> None:
    office = solved(impact="high", urgency="high")
    reply = office.ask("POST", CLOSE, asked(filled(REPORTS[1], written(REPORTS[1], shared_data))), idempotency_key="k")
    assert (reply.status, json.loads(reply.body)["code"]) == (409, "approval_needed")


class TestWords:
    SENT = "Solved with cy.miller@example.com on the phone."

    def closed(self, **intake: str) -> Office:
        office = solved(**intake)
        given = {**asked(ClosureFacts()), **_PLAIN, "summary": self.SENT}
        office.told("POST", CLOSE, given, idempotency_key="k")
        return office

    def test_a_person_reads_what_was_said_and_a_platform_what_is_left_after_redaction(self) -> None:
        office = self.closed()
        read = {
            caller: office.told("GET", "/api/v1/tickets/t1/closure", x_api_key=caller)["summary"]
            for caller in ("lee", "flows")
        }
        assert read == {"lee": self.SENT, "flows": "Solved with [email_address] on the phone."}

    def test_a_platform_that_may_not_carry_words_gets_the_codes_alone(self) -> None:
        told = self.closed(data_sensitivity="restricted").told("GET", "/api/v1/tickets/t1/closure", x_api_key="zaps")
        assert (told["summary"], told["markdown"], told["platform_allowed"]) == (None, None, False)
        assert (told["resolution_code"], told["root_cause_confidence"]) == ("withdrawn", "unknown")


class TestFields:
    def test_a_day_that_is_none_is_named_by_its_field(self) -> None:
        given = {**_PLAIN, "prevention": "Watch it.", "prevention_owner": "ann", "prevention_due_on": "20.3.2026"}
        reply = solved().ask("POST", CLOSE, given, idempotency_key="k")
        (error,) = json.loads(reply.body)["errors"]
        assert (reply.status, error["pointer"]) == (400, "/prevention_due_on")

    def test_the_first_action_stands_in_fields_and_the_others_in_a_list(self) -> None:
        more = {"description": "Ask the maker.", "owner": "nobody", "due_on": "2026-03-20"}
        given = {**_PLAIN, "prevention_declined": None, "prevention": "Watch it.", "more_prevention": [more]}
        reply = solved().ask("POST", CLOSE, given, idempotency_key="k")
        named = {error["pointer"] for error in json.loads(reply.body)["errors"]}
        assert named == {"/prevention_owner", "/prevention_due_on", "/more_prevention/0/owner"}

    def test_a_grave_ticket_without_a_word_of_its_review_is_told_every_part(self) -> None:
        reply = solved(impact="high", urgency="high").ask("POST", CLOSE, {}, idempotency_key="k")
        named = {error["pointer"] for error in json.loads(reply.body)["errors"]}
        assert {"/review_started_at", "/review_milestones", "/review_handoff_friction"} <= named


#: Closed without a fault.
_PLAIN = {
    "resolution_code": "withdrawn",
    "summary": "It was withdrawn.",
    "closure_cause": "confirmed_by_customer",
    "root_cause_confidence": "unknown",
    "no_workaround": True,
    "permanent_fix": "Nothing was broken.",
    "permanent_fix_state": "declined",
    "prevention_declined": "There is nothing to prevent.",
}

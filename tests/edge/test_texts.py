"""Where may words of a ticket appear, and where never?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.edge.sample_edge import Office, ticket
from tests.edge.script import SCRIPT, Ask
from triage_core.contract.operations import OPERATIONS

WORD = "Zweibrücken"
SPOKEN: dict[str, Any] = {
    "subject": WORD,
    "body": f"phishing {WORD}, system down",
    "customer": WORD,
    "requester": f"{WORD}@example.com",
}
#: A closing full of words.
CLOSING = {
    **next(ask.given for ask in SCRIPT if ask.name == "CloseTicket"),
    **dict.fromkeys(("summary", "root_cause", "permanent_fix", "prevention"), f"{WORD} was it."),
}
FOR_PEOPLE = {"GetSampleTask"}
READING = [ask for ask in SCRIPT if OPERATIONS[ask.name].method == "GET"]


def office_with(**intake: str) -> Office:
    """Return an office whose first ticket is full of words, from the ticket itself to what people said about it."""
    office = Office()
    office.submitted(**SPOKEN, **intake)
    work: tuple[tuple[str, Any], ...] = (
        ("override", {"class": "P1", "reason": WORD}),
        ("assign", {"owner": "lee", "reason": WORD}),
        ("transfer", {"to": "kim", "note": WORD}),
        ("feedback", {"about": "remark", "text": WORD}),
    )
    for part, given in work:
        office.told("POST", f"/api/v1/tickets/t1/{part}", given, idempotency_key=part)
    body = f"Hello, {WORD} is on its way with t1. Service desk"
    text = {"to_csv": f"{WORD}@example.com", "subject": f"t1 {WORD}", "body": body}
    given = {"kind": "first_response", **text}
    office.told("POST", "/api/v1/tickets/t1/messages", given, idempotency_key="message")
    edited = {**text, "body": f"{body}."}
    office.told("POST", "/api/v1/messages/t1-m1/edit", edited, idempotency_key="edit")
    for source_id in ("m2", "m3"):
        office.submitted(source_id=source_id, **intake)
    declared = {"title": WORD, "ticket_ids_csv": "t1,t2"}
    office.told("POST", "/api/v1/incidents", declared, idempotency_key="incident")
    office.told("POST", "/api/v1/tickets/t2/events", {"event": "resolved", "source_event_id": "e"})
    office.told("POST", "/api/v1/tickets/t2/close", CLOSING, idempotency_key="close")
    week_before = {"source_id": "m9", "created_at": "2026-02-24T09:00:00Z"}
    office.told("POST", "/api/v1/tickets", ticket(**{**SPOKEN, **intake, **week_before}), x_api_key="kim")
    for name in ("DrawSample", "ProposePolicyChange"):
        ask = next(ask for ask in SCRIPT if ask.name == name)
        office.told("POST", ask.path, ask.given, idempotency_key=name)
    return office


def said(office: Office, ask: Ask, caller: str) -> str:
    """Return what a caller reads; some of it is for people alone."""
    reply = office.ask("GET", ask.path, x_api_key=caller)
    assert reply.status == 200 or (reply.status == 403 and ask.name in FOR_PEOPLE and caller != "lee"), reply.body
    return reply.body.decode()


@pytest.mark.parametrize("ask", READING, ids=lambda ask: ask.name)
@pytest.mark.parametrize("caller", ["zaps", "strange"])
def test_no_word_of_a_ticket_reaches_a_platform_that_may_not_carry_it(ask: Ask, caller: str) -> None:
    office = office_with(data_sensitivity="restricted")
    assert WORD not in said(office, ask, caller)


@pytest.mark.parametrize("ask", READING, ids=lambda ask: ask.name)
def test_an_operation_that_carries_no_text_tells_no_word_to_anybody(ask: Ask) -> None:
    body = said(office_with(), ask, "lee")
    assert (WORD in body) <= OPERATIONS[ask.name].carries_text


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/previews"])
def test_a_platform_that_sends_a_word_it_may_not_carry_is_not_told_it_again(path: str) -> None:
    given = ticket(**SPOKEN, data_sensitivity="restricted")
    if path.endswith("previews"):
        given = {name: given[name] for name in given.keys() - {"source", "source_id", "customer", "requester"}}
    told = Office().told("POST", path, given, x_api_key="zaps")
    assert WORD not in json.dumps(told, ensure_ascii=False)
    assert (told["platform_allowed"], told["outcome"], told["class"]) == (False, "triaged", "P1")
    assert "more sensitive" in told["platform_reason"]


def test_a_platform_that_may_carry_the_words_gets_them_in_a_readable_account() -> None:
    told = Office().submitted(**SPOKEN)
    assert (told["subject"], told["customer"], told["requester"]) == (WORD, WORD, f"{WORD}@example.com")
    assert "“phishing”" in told["explanation"]
    assert " at 1" not in told["explanation"]


def test_places_in_the_text_are_told_by_the_explanation_alone() -> None:
    words = json.loads(said(office_with(), next(ask for ask in READING if ask.name == "GetExplanation"), "lee"))[
        "words"
    ]
    start = len(WORD) + 1
    assert {"rule": "security-words", "term": "phishing", "start": start, "end": start + 8} in words


def test_words_that_came_with_a_later_version_are_not_in_an_earlier_answer() -> None:
    office = Office()
    first = office.ask("POST", "/api/v1/tickets", ticket(), idempotency_key="k")
    office.submitted(source_version="2", subject=WORD, body="phishing")
    assert office.ask("POST", "/api/v1/tickets", ticket(), idempotency_key="k").body == first.body
    assert office.told("GET", "/api/v1/tickets/t1")["subject"] == WORD

"""Does `triage draft` show a draft, or say in one line why there is none?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import AGENT, MONDAY
from tests.small_policy import COMPLETE, policy
from tests.standins.receiver import Receiver
from tests.standins.writer import address, says
from triage_core.compose import open_triage
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

NOW = "2026-03-02T10:05:00+01:00"
TEMPLATES = [
    {
        "id": "first",
        "kind": "first_response",
        "subject": "{ticket_id}",
        "body": "Hello {customer_name},\n{owner_name} works on it until {resolution_due}.",
    },
    {"id": "update", "kind": "status_update", "body": "State: {current_state}\nNext: {next_steps}"},
    {"id": "update-de", "kind": "status_update", "language": "de", "body": "Stand: {current_state}"},
]


@pytest.fixture
def stored(database: str) -> Callable[..., str]:
    """Store a ticket of the tenant acme and return its id."""

    def store(**intake: Any) -> str:
        desk = open_triage(database, lambda: MONDAY)
        desk.playbooks.activate("acme", policy(templates=TEMPLATES, platforms={"writer": "restricted"}), MONDAY)
        asked = Submission(
            tenant="acme",
            source="mail",
            source_id="m",
            subject="Mail",
            body="slow",
            requester="Cem \x1b[31mÖz",
            intake={**COMPLETE, **intake},
        )
        answer = desk.submit(asked, AGENT)
        desk.store.close()
        return answer.ticket_id

    return store


@pytest.fixture
def draft(triage: Run, database: str) -> Run:
    def run(ticket_id: str, kind: str, *more: str) -> Said:
        return triage("draft", ticket_id, "--kind", kind, "--db", database, "--tenant", "acme", "--now", NOW, *more)

    return run


def test_a_draft_is_shown_with_where_it_is_from(draft: Run, stored: Callable[..., str]) -> None:
    said = draft(stored(), "first_response")
    assert said.code == 0
    assert "template first: the first response in en" in said.flat
    assert "words of the template (model: off)" in said.flat
    assert "Hello customer, Ann works on it until Tuesday, 3 March 2026, 10:00 (CET)." in said.flat


def test_what_people_say_stands_in_its_place_and_the_rest_in_braces(draft: Run, stored: Callable[..., str]) -> None:
    said = draft(stored(), "status_update", "--current-state", "It \x1b[31mruns {again}.")
    assert "State: It <U+001B>[31mruns {again}. Next: {next_steps}" in said.flat
    assert "lacks next_steps" in said.flat
    assert "a named person looks at exactly this text" in said.flat


def test_the_language_and_the_zone_are_chosen(draft: Run, stored: Callable[..., str]) -> None:
    ticket = stored()
    german = draft(ticket, "status_update", "--language", "de", "--current-state", "läuft", "--json").json
    assert (german["language"], german["body"]) == ("de", "Stand: läuft")
    tokyo = draft(ticket, "first_response", "--zone", "Asia/Tokyo", "--json").json
    assert "Tuesday, 3 March 2026, 18:00 (JST)" in tokyo["body"]


def test_json_has_every_key(draft: Run, stored: Callable[..., str]) -> None:
    told = draft(stored(), "first_response", "--json").json
    assert {key: told[key] for key in ("kind", "template", "model", "fallback", "unfilled", "needs_person")} == {
        "kind": "first_response",
        "template": "first",
        "model": None,
        "fallback": "off",
        "unfilled": [],
        "needs_person": False,
    }


@pytest.mark.parametrize(
    ("intake", "kind", "reason"),
    [
        ({"impact": "high", "urgency": "high"}, "first_response", "class_without_drafts"),
        ({"impact": None}, "first_response", "blocked"),
        ({}, "closing_note", "not_now"),
        ({}, "auto_acknowledgement", "no_template"),
    ],
)
def test_a_refusal_is_one_line_with_its_reason(
    draft: Run, stored: Callable[..., str], intake: dict[str, Any], kind: str, reason: str
) -> None:
    said = draft(stored(**intake), kind)
    assert (said.code, said.out) == (3, "")
    assert f"({reason}): " in said.err
    assert "[draft_refused]" in said.err


def test_a_ticket_that_does_not_exist_is_not_found(draft: Run, stored: Callable[..., str]) -> None:
    stored()
    assert "[ticket_not_found]" in draft("t-none", "first_response").err


def test_a_model_phrases_it_where_it_is_asked_for(
    draft: Run, stored: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver([says({"subject": "Hello", "body": "We are on it."})]) as server:
        monkeypatch.setenv("TRIAGE_WRITER_URL", address(server))
        monkeypatch.setenv("TRIAGE_WRITER_MODEL", "m-1")
        monkeypatch.setenv("TRIAGE_WRITER_ALLOW_LOOPBACK", "true")
        ticket = stored()
        assert "words of the template" in draft(ticket, "first_response").flat
        said = draft(ticket, "first_response", "--with-model").flat
    assert "words of the model m-1" in said
    assert "We are on it." in said
    assert "a named person looks at exactly this text" in said

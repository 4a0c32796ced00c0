"""Does `triage explain` tell the whole account, of a ticket in a file and of a stored one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sample_cases import AGENT, MONDAY
from tests.sample_files import MORNING, ticket
from tests.small_policy import COMPLETE
from triage_core.compose import open_triage
from triage_core.domain.submission import Submission
from triage_core.policyfile import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Write = Callable[..., Path]


@pytest.fixture
def stored(database: str, policy: Path) -> str:
    """The id of a ticket of the tenant acme in the database."""
    desk = open_triage(database, lambda: MONDAY)
    desk.playbooks.activate("acme", load_policy(policy), MONDAY)
    asked = Submission(tenant="acme", source="mail", source_id="m", subject="Login", body="Not me", intake=COMPLETE)
    answer = desk.submit(asked, AGENT)
    desk.store.close()
    return answer.ticket_id


def test_the_page_tells_silent_rules_and_what_would_change(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("explain", tickets(ticket()), "--policy", policy, "--now", MORNING)
    assert "silent billing-words: none of its words stands in the text" in said.flat
    assert "would be P1 with customer_tier vip; severity sev1" in said.flat


def test_json_adds_sentences_silent_rules_and_changes(triage: Run, tickets: Write, policy: Path) -> None:
    told = triage("explain", tickets(ticket()), "--policy", policy, "--json").json
    assert told["sentences"][0] == "P2, sev4, under policy small@1"
    assert {"rule": "billing-words", "lacks": "words", "field": None, "has": None, "wants": []} in told["skipped"]
    assert {"fact": "customer_tier", "value": "vip", "class": "P1"} in told["would_change"]
    assert told["text_was_cut"] is False


def test_a_blocked_ticket_has_no_decision_to_explain(triage: Run, tickets: Write, policy: Path) -> None:
    told = triage("explain", tickets(ticket(intake={})), "--policy", policy, "--json").json
    assert (told["outcome"], told["sentences"], told["would_change"]) == ("blocked", [], [])


def test_a_stored_ticket_is_explained_by_its_id(triage: Run, database: str, stored: str) -> None:
    told = triage("explain", stored, "--db", database, "--tenant", "acme", "--json").json
    assert (told["ticket_id"], told["class"], told["owner"]) == (stored, "P2", "ann")


def test_the_ticket_of_another_tenant_is_not_found(triage: Run, database: str, stored: str) -> None:
    said = triage("explain", stored, "--db", database, "--tenant", "other")
    assert said.code == 3
    assert "[ticket_not_found]" in said.err


def test_it_must_be_clear_which_ticket_is_meant(triage: Run) -> None:
    said = triage("explain", "t1")
    assert said.code == 2
    assert "[which_ticket]" in said.err


def test_a_database_that_does_not_exist_is_not_made(triage: Run, database: str, tmp_path: Path) -> None:
    said = triage("explain", "t1", "--db", database)
    assert said.code == 3
    assert "[database_missing]" in said.err
    assert not list(tmp_path.glob("*.db"))

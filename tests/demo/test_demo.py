"""Does the demo tell every chapter, from facts, and do the examples come out as their authors expect?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from triage_core.cli import app
from triage_core.demo import examples
from triage_core.demo.clock import MORNING
from triage_core.domain.playbook import Playbook
from triage_core.service.accounts import Account, preview
from triage_core.ticketfile import submission

if TYPE_CHECKING:
    from pathlib import Path

    from triage_core.ticketfile import Expectation, Written

EXAMPLES = examples.tickets()


@pytest.fixture(scope="module")
def books() -> dict[str, Playbook]:
    return {tenant: Playbook(examples.policy_of(tenant)) for tenant in examples.TENANTS}


@pytest.fixture(scope="module")
def story() -> str:
    result = CliRunner().invoke(app, ["demo", "--once"])
    assert result.exit_code == 0, result.output
    return result.stdout


def facts(account: Account, expected: Expectation) -> dict[str, object]:
    """Return what the engine says about everything that the example expects something of."""
    ticket = account.ticket
    fired = {rule.rule for rule in account.explanation.fired} if account.explanation else set()
    missing = {problem.pointer.rpartition("/")[2] for problem in ticket.problems}
    said = {
        "class_name": ticket.class_name,
        "severity": ticket.severity,
        "tags": set(ticket.tag_names),
        "gate": ticket.gate_required,
        "alert": bool(ticket.alerts),
    }
    told = {name: value for name, value in said.items() if getattr(expected, name) is not None}
    return {**told, "blocked": missing, "fired": fired & set(expected.fired)}


@pytest.mark.parametrize("written", EXAMPLES, ids=lambda each: str(each.source_id))
def test_an_example_comes_out_as_its_author_expects(written: Written, books: dict[str, Playbook]) -> None:
    expected = written.expect
    assert expected is not None
    account = preview(books[written.tenant], submission(written, MORNING, ""), MORNING)
    wanted = {
        "class_name": expected.class_name,
        "severity": expected.severity,
        "tags": None if expected.tags is None else set(expected.tags),
        "gate": expected.gate,
        "alert": expected.alert,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    assert facts(account, expected) == {**told, "blocked": set(expected.blocked), "fired": set(expected.fired)}


def test_there_are_at_least_forty_examples_of_two_tenants_each_with_its_story() -> None:
    assert len(EXAMPLES) >= 40
    assert {written.tenant for written in EXAMPLES} == examples.TENANTS.keys()
    assert all(written.story and written.intake is not None for written in EXAMPLES)


def test_the_examples_show_every_class_and_every_tag(books: dict[str, Playbook]) -> None:
    accounts = [preview(books[each.tenant], submission(each, MORNING, ""), MORNING).ticket for each in EXAMPLES]
    for tenant, book in books.items():
        own = [ticket for ticket in accounts if ticket.tenant == tenant]
        assert {item.name for item in book.policy.classes} <= {ticket.class_name for ticket in own}
        assert {tag.name for tag in book.policy.tags} <= {tag for ticket in own for tag in ticket.tag_names}


def test_no_example_names_a_real_address() -> None:
    for written in EXAMPLES:
        domains = re.findall(r"[@/]((?:[\w-]+\.)+[a-z]{2,})", f"{written.requester} {written.subject} {written.body}")
        assert all(domain == "example.com" or domain.endswith(".example.com") for domain in domains)


def test_the_story_has_all_chapters_and_is_no_wall(story: str) -> None:
    assert re.findall(r"^(\d+)  .* ─", story, flags=re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert len(story.splitlines()) <= 180
    assert max(map(len, story.splitlines())) <= 100


@pytest.mark.parametrize(
    "fact",
    [
        "internal alert: security:attack",
        "cause: late intake",
        "samuel.okafor (absent)",
        "[not_permitted]",
        "[reason_missing]",
        "[idempotency_conflict]",
        "rebuilt from these lines equals the stored row: yes",
        "found: ticket",
        "[truncated]",
        "[ticket_not_found]",
    ],
)
def test_the_story_shows(story: str, fact: str) -> None:
    assert fact in " ".join(story.split())


def test_every_claim_of_the_story_holds(story: str) -> None:
    assert ": NO" not in story
    assert "NOT refused" not in story


def test_the_story_is_told_to_programs_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    told = json.loads(CliRunner().invoke(app, ["demo", "--once", "--db", url, "--json"]).stdout)
    assert (told["database"], told["tickets"].keys()) == (url, examples.TENANTS.keys())
    assert told["claims"]
    assert all(claim["holds"] for claim in told["claims"])


def test_a_second_demo_in_the_same_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    first = CliRunner().invoke(app, ["demo", "--db", url])
    assert f"triage verify --db {url}" in first.stdout
    again = CliRunner().invoke(app, ["demo", "--db", url])
    assert again.exit_code == 3
    assert "[demo_needs_room]" in again.stderr

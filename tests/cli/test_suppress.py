"""Does `triage suppress` hold back what it names, and nothing by accident?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_duty import duty_policy
from tests.small_policy import document
from triage_core.compose import open_triage, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Say = Callable[..., Any]

BY_KIM = ("--by", "kim", "--because", "new disks")


@pytest.fixture(autouse=True)
def _tenant(database: str) -> None:
    """A tenant in which Kim may escalate."""
    people = [{**each, "roles": ["responder"]} if each["id"] == "kim" else each for each in document()["people"]]
    desk = open_triage(database)
    desk.playbooks.activate("default", duty_policy(people=people), datetime(2020, 1, 1, tzinfo=UTC))
    desk.store.close()


@pytest.fixture
def say(triage: Run, database: str) -> Say:
    """Run a command of the group and return its JSON."""

    def say(*words: object) -> Any:
        said = triage("suppress", *words, "--db", database, "--json")
        assert said.code == 0, said.err
        return said.json

    return say


def in_hours(hours: float) -> str:
    return (system_clock() + timedelta(hours=hours)).isoformat()


def test_maintenance_is_added_listed_and_ended(say: Say) -> None:
    made = say("add", "--system", "mail", "--service-line", "workplace", "--until", in_hours(2), *BY_KIM)
    assert (made["id"], made["systems"], made["service_lines"]) == (1, ["mail"], ["workplace"])
    assert (made["by"], made["reason"], made["ended_at"]) == ("kim", "new disks", None)
    assert [each["id"] for each in say("list")["suppressions"]] == [1]
    assert say("end", 1, *BY_KIM)["ended_by"] == "kim"
    assert say("list")["suppressions"] == []
    assert [each["id"] for each in say("list", "--all")["suppressions"]] == [1]


def test_what_is_planned_is_listed(say: Say) -> None:
    say("add", "--all", "--from", in_hours(1), "--until", in_hours(2), *BY_KIM)
    assert len(say("list")["suppressions"]) == 1


@pytest.mark.parametrize("scope", [(), ("--all", "--system", "mail")])
def test_what_is_meant_has_to_be_said(triage: Run, database: str, scope: tuple[str, ...]) -> None:
    said = triage("suppress", "add", *scope, "--until", in_hours(2), *BY_KIM, "--db", database)
    assert (said.code, "--all" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "--all", "--until", in_hours(24 * 8), *BY_KIM), 2, "suppression_too_long"),
        (("add", "--all", "--until", in_hours(1), "--by", "ann", "--because", "x"), 2, "not_permitted"),
        (("add", "--all", "--until", in_hours(1), "--by", "kim", "--because", " "), 2, "reason_missing"),
        (("add", "--all", "--until", "tomorrow", *BY_KIM), 2, "moment_unreadable"),
        (("add", "--system", "mial", "--until", in_hours(1), *BY_KIM), 2, "unknown_name"),
        (("end", 7, *BY_KIM), 3, "suppression_not_found"),
    ],
)
def test_a_refusal_says_why(triage: Run, database: str, words: tuple[object, ...], code: int, told: str) -> None:
    said = triage("suppress", *words, "--db", database)
    assert (said.code, f"[{told}]" in said.err) == (code, True)


def test_people_read_the_same(triage: Run, database: str) -> None:
    added = triage("suppress", "add", "--all", "--until", in_hours(2), *BY_KIM, "--db", database)
    assert "suppression 1: escalations about everything wait from" in added.flat
    assert "new disks" in triage("suppress", "list", "--db", database).out
    ended = triage("suppress", "end", 1, *BY_KIM, "--db", database)
    assert ended.flat == "suppression 1 is over; escalations about everything go through again"
    assert triage("suppress", "list", "--db", database).out.strip() == "none"

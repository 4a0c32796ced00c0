"""Does `triage delegate` let somebody decide in somebody's place, and only as far as it may?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.small_policy import policy
from triage_core.compose import open_triage, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

BY_LEE = ("--by", "lee", "--because", "two days off")


@pytest.fixture(autouse=True)
def _tenant(database: str) -> None:
    """A tenant under the small policy."""
    desk = open_triage(database)
    desk.playbooks.activate("default", policy(), datetime(2020, 1, 1, tzinfo=UTC))
    desk.store.close()


def in_days(days: float) -> str:
    return (system_clock() + timedelta(days=days)).isoformat()


def say(triage: Run, database: str, *words: object) -> Any:
    said = triage("delegate", *words, "--db", database, "--json")
    assert said.code == 0, said.err
    return said.json


def test_a_delegation_is_made_listed_and_ended(triage: Run, database: str) -> None:
    made = say(triage, database, "add", "--to", "kim", "--until", in_days(2), *BY_LEE)
    assert (made["id"], made["from_person"], made["to_person"]) == ("d1", "lee", "kim")
    assert [each["id"] for each in say(triage, database, "list")["delegations"]] == ["d1"]
    say(triage, database, "end", "d1", *BY_LEE)
    assert say(triage, database, "list")["delegations"] == []
    assert [each["id"] for each in say(triage, database, "list", "--all")["delegations"]] == ["d1"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--to", "kim", "--for", "kim"), "not_permitted"),
        (("--to", "lee"), "delegation_invalid"),
        (("--to", "zoe"), "unknown_name"),
        (("--to", "kim", "--class", "P9"), "delegation_invalid"),
    ],
)
def test_one_that_must_not_be_is_refused(triage: Run, database: str, words: tuple[str, ...], code: str) -> None:
    said = triage("delegate", "add", *words, "--until", in_days(2), *BY_LEE, "--db", database, "--json")
    assert (said.code > 0, code in said.err) == (True, True)


def test_one_that_is_over_or_unknown_cannot_be_ended(triage: Run, database: str) -> None:
    said = triage("delegate", "end", "d1", *BY_LEE, "--db", database, "--json")
    assert (said.code, "delegation_not_found" in said.err) == (3, True)


def test_ninety_days_are_the_most(triage: Run, database: str) -> None:
    said = triage("delegate", "add", "--to", "kim", "--until", in_days(91), *BY_LEE, "--db", database)
    assert "longer than 90 days" in said.err

"""Does `triage rota` show who is on call, take files and overrides, and look ahead for gaps?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_duty import duty_policy
from tests.sample_rotas import document, layer
from triage_core.compose import open_triage, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Say = Callable[..., Any]

BY_ADA = ("--by", "ada", "--because", "it is a test")
ALONE = document(layer(people=["bob"], starts="2020-01-06"))


@pytest.fixture(autouse=True)
def _tenant(database: str) -> None:
    desk = open_triage(database)
    desk.playbooks.activate("default", duty_policy(), datetime(2020, 1, 1, tzinfo=UTC))
    desk.store.close()


@pytest.fixture
def say(triage: Run, database: str) -> Say:
    """Run a command of the group and return its JSON."""

    def say(*words: object, code: int = 0, **given: str) -> Any:
        said = triage("rota", *words, "--db", database, "--json", **given)
        assert said.code == code, said.err
        return said.json

    return say


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A rota on which Bob is always on duty."""
    path = tmp_path / "desk.json"
    path.write_text(json.dumps(ALONE))
    return path


@pytest.fixture
def made(say: Say, file: Path) -> Any:
    return say("set", file, *BY_ADA)


def in_hours(hours: float) -> str:
    return (system_clock() + timedelta(hours=hours)).isoformat()


def test_a_file_becomes_a_version(say: Say, made: Any) -> None:
    assert (made["rota"], made["version"], made["by"], made["reason"]) == ("desk", 1, "ada", "it is a test")
    assert (made["drops"], made["gaps_ahead"]) == ([], 0)
    (shown,) = say("show", "desk")["rotas"]
    assert (shown["on_duty"], shown["version"]["version"], shown["document"]["zone"]) == ("bob", 1, "Europe/Berlin")
    assert [shift["person"] for shift in shown["shifts"]] == ["bob"]


def test_a_file_that_is_shown_can_be_set_again(say: Say, made: Any) -> None:
    (shown,) = say("show", "desk")["rotas"]
    again = say("set", "-", *BY_ADA, "--follows", made["version"], given=json.dumps(shown["document"]))
    assert again["version"] == 2


def test_a_later_version_drops_what_was_planned_after_it(say: Say, made: Any, file: Path) -> None:
    assert say("set", file, *BY_ADA, "--from", in_hours(48))["version"] == made["version"] + 1
    assert say("show", "desk")["rotas"][0]["planned"][0]["version"] == 2
    assert say("set", file, *BY_ADA, "--from", in_hours(24))["drops"] == [2]


def test_an_edit_of_an_old_version_is_refused(triage: Run, database: str, made: Any, file: Path) -> None:
    said = triage("rota", "set", file, *BY_ADA, "--follows", made["version"] - 1, "--db", database)
    assert (said.code, "[rota_changed]" in said.err) == (3, True)


def test_a_wrong_file_is_told_by_line(triage: Run, database: str, file: Path) -> None:
    file.write_text(json.dumps(document(layer(people=["bbo"], turn="7"))))
    said = triage("rota", "set", file, *BY_ADA, "--db", database)
    assert (said.code, "[rota_invalid]" in said.err) == (2, True)
    assert "did you mean bob?" in said.err
    assert "expected the length of a turn such as 12h, 1d or 2w" in said.err


def test_a_person_without_the_right_is_refused(triage: Run, database: str, file: Path) -> None:
    said = triage("rota", "set", file, "--by", "ann", "--because", "why not", "--db", database)
    assert (said.code, "[not_permitted]" in said.err) == (2, True)


def test_an_override_is_made_and_withdrawn(say: Say, made: Any) -> None:
    swap = say("override", made["rota"], "--person", "ann", "--until", in_hours(5), *BY_ADA)
    assert (swap["id"], swap["person"], swap["ended_at"]) == (1, "ann", None)
    (shown,) = say("show", "desk")["rotas"]
    assert (shown["on_duty"], [each["id"] for each in shown["overrides"]]) == ("ann", [1])
    ended = say("withdraw", 1, *BY_ADA)
    assert (ended["ended_by"], ended["end_reason"]) == ("ada", "it is a test")
    (shown,) = say("show", "desk")["rotas"]
    assert (shown["on_duty"], shown["overrides"]) == ("bob", [])


def test_an_unknown_override_is_told(triage: Run, database: str) -> None:
    said = triage("rota", "withdraw", 7, *BY_ADA, "--db", database)
    assert (said.code, "[override_not_found]" in said.err) == (3, True)


def test_gaps_are_looked_for_ahead_on_every_rota_and_found_with_1(say: Say, made: Any) -> None:
    told = say("gaps", code=1)
    assert (told["rotas"], told["days"]) == (["desk", "night"], 28)
    (gap,) = told["gaps"]
    assert (gap["rota"], gap["person"], gap["why"]) == ("night", None, "nobody")
    length = datetime.fromisoformat(gap["end"]) - datetime.fromisoformat(gap["start"])
    assert length == timedelta(days=28)
    assert datetime.fromisoformat(gap["start"]) <= system_clock() < datetime.fromisoformat(gap["end"])
    assert say("gaps", made["rota"])["gaps"] == []


def test_people_read_the_same(triage: Run, database: str, made: Any) -> None:
    triage("rota", "override", made["rota"], "--person", "ann", "--until", in_hours(5), *BY_ADA, "--db", database)
    shown = triage("rota", "show", "--db", database)
    assert "desk: ann is on duty (version 1, by ada: it is a test)" in shown.out
    assert "night: nobody is on duty (not written)" in shown.out
    gaps = triage("rota", "gaps", "night", "--days", "1", "--db", database)
    assert (gaps.code, "night" in gaps.out, "nobody" in gaps.out) == (1, True, True)
    assert triage("rota", "gaps", "desk", "--db", database).out.strip() == "none"


def test_setting_a_rota_warns_of_its_gaps(triage: Run, database: str, file: Path) -> None:
    file.write_text(json.dumps(document(layer(people=["bob"], only={"mon": "08:00-18:00"}, starts="2020-01-06"))))
    said = triage("rota", "set", file, *BY_ADA, "--db", database)
    assert "version 1 of desk holds from" in said.out
    assert "triage rota gaps desk" in said.out


def test_an_unknown_rota_is_told(triage: Run, database: str) -> None:
    said = triage("rota", "show", "typo", "--db", database)
    assert (said.code, "declared: desk, night" in said.err) == (2, True)

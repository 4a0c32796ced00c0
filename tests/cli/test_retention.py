"""Do texts go by command, with a report before, and is a person answered?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import AGENT
from tests.sample_desk import submission
from tests.small_policy import policy
from triage_core.compose import open_triage, system_clock
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = "zephyrine"
PERSON = "cy@example.com"


@pytest.fixture
def retention(triage: Callable[..., Any], database: str) -> Callable[..., Any]:
    """Run a command on a database with a ticket that was declared void forty days ago, and an open one."""
    past = system_clock() - timedelta(days=40)
    rules = {"rules": [{"id": "old", "after": "30d", "then": "erase"}]}
    desk = open_triage(database, now=lambda: past)
    desk.playbooks.activate("default", policy(retention=rules), past)
    for number in (1, 2):
        one = submission(number, tenant="default", requester=PERSON, body=f"{WORDS} {number}")
        found = desk.submit(one, SYSTEM)
        if number == 1:
            desk.record("default", found.ticket_id, Event(what=Happened.VOIDED, reason="test"), AGENT)
    desk.store.close()

    def run(*arguments: object, **more: Any) -> Any:
        return triage("retention", *arguments, "--db", database, **more)

    return run


def raw(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_plan_tells_and_changes_nothing(retention: Callable[..., Any], tmp_path: Path) -> None:
    said = retention("plan")
    assert "old erase body: 1" in said.flat
    assert said.flat.endswith("due: 5 texts of 1 tickets")
    assert b"zephyrine 1" in raw(tmp_path)
    assert retention("plan", "--json").json["is_dry_run"] is True


def test_a_run_does_it_and_leaves_no_byte_where_asked(
    retention: Callable[..., Any], triage: Callable[..., Any], tmp_path: Path, database: str
) -> None:
    said = retention("run", "--compact", "--json")
    assert (said.json["tickets"], said.json["compacted"]) == (1, True)
    assert b"zephyrine 1" not in raw(tmp_path)
    assert b"zephyrine 2" in raw(tmp_path)
    assert triage("verify", "--db", database).code == 0
    assert retention("run").flat == "done: 0 texts of 0 tickets"


def test_a_person_gets_everything_as_json(retention: Callable[..., Any]) -> None:
    assert len(retention("export", PERSON).json["tickets"]) == 2
    assert len(retention("export", "-", given=f"{PERSON}\n").json["tickets"]) == 2
    assert retention("export", "nobody@example.com").json["tickets"] == []


def test_a_person_is_erased(retention: Callable[..., Any], triage: Callable[..., Any], database: str) -> None:
    said = retention("erase", PERSON, "--by", "lee")
    assert said.flat.startswith("erased: 5 texts of 1 tickets, 0 profiles still open, not erased:")
    again = retention("erase", PERSON, "--by", "lee", "--compact", "--json")
    assert (again.json["texts"], len(again.json["open"]), again.json["compacted"]) == (0, 1, True)
    assert triage("verify", "--db", database).code == 0


def test_the_files_can_be_written_anew_alone(retention: Callable[..., Any]) -> None:
    assert retention("compact").flat == "compacted"
    assert retention("compact", "--json").json == {"compacted": True}

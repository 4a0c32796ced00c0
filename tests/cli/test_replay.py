"""Do `triage replay` and `triage import` say what a log comes to?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.replay.conftest import DESK_LOG, DESK_MAPPING, POLICY

if TYPE_CHECKING:
    from tests.cli.conftest import Said

Run = Callable[..., "Said"]
LOG = (DESK_LOG, "--mapping", DESK_MAPPING)
KEYS = {
    *(
        "mapping",
        "policy",
        "definition_version",
        "incidents",
        "events",
        "quarantined_rows",
        "unresolved",
        "negative",
        "matrix",
    ),
    *("resolution_hours", "breaches", "escalation", "weeks", "max_open", "first_response_hours", "constants"),
    *(
        "mandatory_constants",
        "columns_withheld",
        "columns_ignored",
        "live",
        "blocked",
        "irregular",
        "disorder",
        "lines",
    ),
}


@pytest.fixture
def active(triage: Run, database: str) -> str:
    """A database in which the example policy is active."""
    assert triage("policy", "activate", POLICY, "--tenant", "acme", "--db", database).code == 0
    return database


def test_a_replay_for_a_program(triage: Run) -> None:
    said = triage("replay", *LOG, "--policy", POLICY, "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json.keys() == KEYS
    assert said.json["breaches"]["paused"] == {"n": 10, "breached": 2}


def test_a_replay_for_a_person(triage: Run) -> None:
    said = triage("replay", *LOG, "--policy", POLICY)
    assert said.code == 0
    for part in (
        "12 incidents in 53 rows, mapping desk-log, policy servicenow-4-8-72-120@1",
        "later than the target, business 2 (20.0%) 10 solved incidents",
        "2026-W11 4 1 1 0 1",
        "2 of 2 weeks hold fewer than 30 incidents",
        "not in the log, the same for all: affected_system: unspecified",
        "never read, because they know the future: solved_on",
        "status archived: 1",
        "reopen while closed: 1",
        "never solved: 2",
    ):
        assert part in said.flat


def test_one_line_for_each_incident(triage: Run, tmp_path: Path) -> None:
    target = tmp_path / "incidents.csv"
    assert triage("replay", *LOG, "--policy", POLICY, "--json", "--per-incident", target).code == 0
    header, *lines = target.read_text().splitlines()
    assert header == "number,opened,first,last,resolved,closed,pause,hours"
    assert len(lines) == 12


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("updated_at: changed", "updated_at: solved_on", "mapping_invalid"),
        ("updated_at: changed", "updated_at: moved", "columns_missing"),
        ("critical: P1", "critical: P9", "mapping_misfit"),
    ],
)
def test_a_mapping_that_does_not_do_ends_with_its_reason(
    triage: Run, tmp_path: Path, old: str, new: str, code: str
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(DESK_MAPPING.read_text().replace(old, new))
    said = triage("replay", DESK_LOG, "--mapping", mapping, "--policy", POLICY)
    assert said.code == 2
    assert f"[{code}]" in said.err


@pytest.mark.parametrize(("log", "mapping"), [("nowhere.csv", DESK_MAPPING), (DESK_LOG, "nowhere.yaml")])
def test_a_missing_file_is_told(triage: Run, log: str, mapping: str) -> None:
    said = triage("replay", log, "--mapping", mapping, "--policy", POLICY)
    assert said.code == 2
    assert "check the path" in said.err


def test_an_import_and_its_repetition(triage: Run, active: str) -> None:
    first = triage("import", *LOG, "--tenant", "acme", "--db", active, "--json")
    assert (first.code, first.json["tickets_created"]) == (0, 12)
    again = triage("import", *LOG, "--tenant", "acme", "--db", active)
    assert "0 tickets imported from 53 rows, 0 lines written" in again.flat
    assert triage("verify", "--db", active).code == 0


def test_an_import_needs_an_active_policy(triage: Run, active: str) -> None:
    said = triage("import", *LOG, "--tenant", "other", "--db", active)
    assert said.code == 3
    assert "[no_policy]" in said.err

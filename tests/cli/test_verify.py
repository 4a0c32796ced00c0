"""Does `triage verify` find what was changed, and does a checkpoint reach further?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.sample_cases import AGENT, MONDAY
from tests.small_policy import COMPLETE, policy
from triage_core.compose import open_triage
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _tickets(database: str) -> None:
    """Two tickets of the tenant acme."""
    desk = open_triage(database, lambda: MONDAY)
    desk.playbooks.activate("acme", policy(), MONDAY)
    for number in ("1", "2"):
        asked = Submission(tenant="acme", source="mail", source_id=number, subject="Mail", body="", intake=COMPLETE)
        desk.submit(asked, AGENT)
    desk.store.close()


def tamper(database: str, *statements: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def kept(triage: Run, database: str, tmp_path: Path) -> list[str]:
    """The arguments for a checkpoint that was taken, signed and kept."""
    private, public, out = (str(tmp_path / name) for name in ("key.pem", "public.pem", "checkpoint.json"))
    assert triage("checkpoint", "keygen", "--private-key", private, "--public-key", public).code == 0
    said = triage("checkpoint", "export", "--db", database, "--tenant", "acme", "--out", out, "--private-key", private)
    assert said.code == 0
    return ["--checkpoint", out, "--public-key", public]


def test_an_untouched_database_is_sound(triage: Run, database: str) -> None:
    said = triage("verify", "--db", database)
    assert said.code == 0
    assert "acme: sound (2 timelines, " in said.out


def test_an_edit_is_found_and_ends_with_one(triage: Run, database: str) -> None:
    tamper(database, "UPDATE entries SET body = replace(body, 'P2', 'P3') WHERE number = 2")
    said = triage("verify", "--db", database, "--json")
    assert said.code == 1
    assert said.json["sound"] is False
    assert {flaw["code"] for flaw in said.json["tenants"][0]["flaws"]} >= {"edited"}


def test_json_says_how_far_the_check_reaches(triage: Run, database: str) -> None:
    told = triage("verify", "--db", database, "--tenant", "acme", "--json").json
    assert told.keys() == {"sound", "tenants"}
    keys = {"tenant", "sound", "chains", "lines", "flaws", "checkpoint", "checkpoint_at", "reach"}
    assert told["tenants"][0].keys() == keys
    assert "checkpoint" in told["tenants"][0]["reach"]


def test_a_ticket_taken_away_shows_against_a_checkpoint_only(triage: Run, database: str, kept: list[str]) -> None:
    tamper(
        database,
        "DELETE FROM entries WHERE ticket_id = (SELECT min(ticket_id) FROM entries)",
        "DELETE FROM tickets WHERE id NOT IN (SELECT ticket_id FROM entries)",
    )
    assert triage("verify", "--db", database, "--tenant", "acme").code == 0
    said = triage("verify", "--db", database, *kept)
    assert said.code == 1
    assert "[truncated]" in said.out


def test_a_tenant_without_tickets_is_not_called_sound(triage: Run, database: str) -> None:
    said = triage("verify", "--db", database, "--tenant", "nobody")
    assert (said.code, said.out) == (3, "")
    assert "the tenant that you asked for has no tickets" in said.err


def test_a_tenant_whose_tickets_are_all_gone_is_held_against_its_checkpoint(
    triage: Run, database: str, kept: list[str]
) -> None:
    tamper(database, "DELETE FROM entries", "DELETE FROM tickets")
    assert triage("verify", "--db", database, "--tenant", "acme").code == 3
    said = triage("verify", "--db", database, "--tenant", "acme", *kept)
    assert said.code == 1
    assert "[truncated]" in said.out


def test_a_checkpoint_needs_its_key(triage: Run, database: str, kept: list[str]) -> None:
    said = triage("verify", "--db", database, *kept[:2])
    assert said.code == 2
    assert "[key_needed]" in said.err


def test_a_checkpoint_of_another_key_is_refused(triage: Run, database: str, kept: list[str], tmp_path: Path) -> None:
    other = str(tmp_path / "other.pem")
    triage("checkpoint", "keygen", "--private-key", str(tmp_path / "x.pem"), "--public-key", other)
    said = triage("verify", "--db", database, *kept[:2], "--public-key", other)
    assert said.code == 1
    assert "[signature_wrong]" in said.err


@pytest.mark.usefixtures("kept")
def test_keys_are_private_and_never_overwritten(triage: Run, tmp_path: Path) -> None:
    private = tmp_path / "key.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    said = triage("checkpoint", "keygen", "--private-key", private, "--public-key", tmp_path / "new.pem")
    assert said.code == 3
    assert "[file_taken]" in said.err


def test_flawed_timelines_are_not_signed(triage: Run, database: str, kept: list[str], tmp_path: Path) -> None:
    del kept
    tamper(database, "DELETE FROM entries WHERE number = 2")
    out = tmp_path / "second.json"
    arguments = ("--db", database, "--tenant", "acme", "--out", out, "--private-key", tmp_path / "key.pem")
    said = triage("checkpoint", "export", *arguments)
    assert said.code == 1
    assert "[not_sound]" in said.err
    assert not out.exists()

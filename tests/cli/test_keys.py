"""Does `triage keys` make, list, rotate, revoke and review keys, and does it insist on a second person?"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import MONDAY
from tests.sample_files import policy_text
from tests.sample_identity import staffed_policy
from triage_core.compose import open_triage, system_clock
from triage_core.identity.desk import open_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _tenant(database: str) -> None:
    """A tenant with two administrators, Ada and Eve."""
    desk = open_triage(database)
    desk.playbooks.activate("default", staffed_policy(), MONDAY)
    desk.store.close()


@pytest.fixture
def make(triage: Run, database: str) -> Callable[..., Said]:
    """Make a key of Zapier's in Ada's name."""

    def make(*more: str, scope: str = "tickets:read", name: str = "sheet") -> Said:
        asked = ["--name", name, "--platform", "zapier", "--scope", scope, "--by", "ada"]
        return triage("keys", "create", "--db", database, *asked, *more)

    return make


def listed(triage: Run, database: str) -> list[dict[str, Any]]:
    return list(triage("keys", "list", "--db", database, "--json").json["keys"])


def link_for(database: str, person: str) -> str:
    desk = open_triage(database)
    token = open_identity(desk.store.vault, desk.playbooks, system_clock).links.make("default", person)
    desk.store.close()
    return token


def test_a_key_is_shown_once(triage: Run, make: Run, database: str) -> None:
    said = make()
    assert said.code == 0
    key = said.out.splitlines()[0]
    assert key.startswith("tl_")
    assert key.rpartition("_")[2] not in triage("keys", "list", "--db", database).out
    assert listed(triage, database)[0]["prefix"] == key.split("_")[1]


def test_json_tells_the_same(make: Run) -> None:
    told = make("--json").json
    assert told.keys() == {"key", "prefix", "expires_at", "waits_for"}
    assert told["waits_for"] is None


def test_a_rotation_keeps_both_for_a_while(triage: Run, make: Run, database: str) -> None:
    old = make("--json").json["prefix"]
    new = triage("keys", "rotate", old, "--db", database, "--by", "eve", "--json").json["prefix"]
    assert {row["prefix"]: row["state"] for row in listed(triage, database)} == {old: "alive", new: "alive"}


@pytest.mark.parametrize("scope", ["tickets:read", "admin"])
def test_nobody_makes_a_key_who_is_not_on_the_roster(triage: Run, make: Run, database: str, scope: str) -> None:
    said = make("--by", "nobody.here", scope=scope)
    assert (said.code, "[unknown_name]" in said.err, said.out) == (2, True, "")
    assert listed(triage, database) == []


def test_nobody_rotates_a_key_who_is_not_on_the_roster(triage: Run, make: Run, database: str) -> None:
    prefix = make("--json").json["prefix"]
    said = triage("keys", "rotate", prefix, "--db", database, "--by", "nobody.here")
    assert (said.code, "[unknown_name]" in said.err) == (2, True)
    assert [row["prefix"] for row in listed(triage, database)] == [prefix]


def test_before_there_is_a_policy_nobody_makes_a_key(triage: Run, make: Run, database: str) -> None:
    said = make("--tenant", "new")
    assert (said.code, "[no_policy]" in said.err) == (3, True)
    assert triage("keys", "list", "--db", database, "--tenant", "new", "--json").json == {"keys": []}


def test_a_revoked_key_is_listed_as_that(triage: Run, make: Run, database: str) -> None:
    prefix = make("--json").json["prefix"]
    assert triage("keys", "revoke", prefix, "--db", database).code == 0
    assert listed(triage, database)[0]["state"] == "revoked"
    said = triage("keys", "revoke", prefix, "--db", database)
    assert (said.code, "[key_not_found]" in said.err) == (3, True)


def test_a_key_of_an_administrator_waits_for_the_other(triage: Run, make: Run, database: str) -> None:
    made = make("--json", scope="admin").json
    assert listed(triage, database) == []
    confirm = ["keys", "confirm", made["waits_for"], "--db", database, "--json"]
    same = triage(*confirm, "--link-token", link_for(database, "ada"))
    assert (same.code, "[same_person]" in same.err) == (3, True)
    assert triage(*confirm, "--link-token", link_for(database, "eve")).json["confirmed_by"] == "eve"
    assert [row["prefix"] for row in listed(triage, database)] == [made["prefix"]]


def test_naming_a_second_person_is_no_consent(make: Run) -> None:
    assert make("--second", "eve", scope="admin").code == 2


def test_a_wrong_link_confirms_nothing(triage: Run, make: Run, database: str) -> None:
    change = make("--json", scope="admin").json["waits_for"]
    said = triage("keys", "confirm", change, "--db", database, "--link-token", "x")
    assert said.code == 2
    assert listed(triage, database) == []


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_the_review_names_every_key(triage: Run, make: Run, database: str, form: str) -> None:
    prefixes = [make("--json").json["prefix"] for _ in range(2)]
    said = triage("keys", "review", "--db", database, "--format", form)
    assert said.code == 0
    assert all(prefix in said.out for prefix in prefixes)


def test_the_review_tells_what_stands_out(triage: Run, make: Run, database: str) -> None:
    make("--days", "20")
    row = triage("keys", "review", "--db", database, "--format", "json").json["keys"][0]
    assert row["findings"] == ["ends in 19 days"]
    assert row["carries_up_to"] == "internal"


def test_a_spreadsheet_takes_no_name_for_a_formula(triage: Run, make: Run, database: str) -> None:
    make(name="=HYPERLINK(1)")
    written = triage("keys", "review", "--db", database, "--format", "csv").out
    assert next(csv.DictReader(io.StringIO(written)))["name"] == "'=HYPERLINK(1)"


def test_a_policy_with_another_roster_waits_for_the_other(triage: Run, database: str, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(policy_text(version="2"))
    activate = ["policy", "activate", changed, "--db", database, "--json"]
    alone = triage(*activate)
    assert (alone.code, "[second_person_needed]" in alone.err) == (3, True)
    change = triage(*activate, "--by", "ada").json["waits_for"]
    said = triage("keys", "confirm", change, "--db", database, "--link-token", link_for(database, "eve"), "--json")
    assert said.json == {"change": change, "kind": "roster", "confirmed_by": "eve"}

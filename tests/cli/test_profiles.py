"""Are profiles imported from a file, or is every mistake in it told?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.compose import open_store
from triage_core.domain.profile import Profile
from triage_core.ports import ProfileRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "profiles.csv"
    path.write_text(text)
    return path


def test_profiles_are_imported(triage: Callable[..., Any], tmp_path: Path, database: str) -> None:
    path = written(tmp_path, "customer,requester,tier\nacme,,vip\nacme,ann@example.com,\n")
    said = triage("profiles", "import", path, "--db", database, "--json")
    assert (said.code, said.json) == (0, {"tenant": "default", "accounts": 1, "persons": 1})
    store = open_store(database)
    assert store.profiles("default", "acme", None) == (ProfileRow(customer="acme", profile=Profile(tier="vip")),)
    store.close()


def test_a_person_reads_what_was_imported(triage: Callable[..., Any], tmp_path: Path, database: str) -> None:
    path = written(tmp_path, "customer,tier\nacme,vip\n")
    said = triage("profiles", "import", path, "--db", database, "--tenant", "globex")
    assert said.flat == "imported into globex: 1 accounts, 0 persons"


def test_a_file_with_mistakes_is_refused_whole(triage: Callable[..., Any], tmp_path: Path, database: str) -> None:
    path = written(tmp_path, "customer,lifetime_value\nacme,1\nglobex,much\n,2\n")
    said = triage("profiles", "import", path, "--db", database)
    assert said.code == 2
    assert "line 3, lifetime_value" in said.err
    assert "line 4, customer" in said.err
    assert "[profile_file_invalid]" in said.err
    store = open_store(database)
    assert store.profiles("default", "acme", None) == ()
    store.close()


def test_the_tiers_of_the_active_policy_are_asked_for(
    triage: Callable[..., Any], tmp_path: Path, database: str, policy: Path
) -> None:
    triage("policy", "activate", policy, "--db", database)
    said = triage("profiles", "import", written(tmp_path, "customer,tier\nacme,gold\n"), "--db", database)
    assert (said.code, "expected one of vip, enterprise, standard" in said.err) == (2, True)


def test_a_missing_file_is_told(triage: Callable[..., Any], tmp_path: Path, database: str) -> None:
    said = triage("profiles", "import", tmp_path / "none.csv", "--db", database)
    assert (said.code, "[file_unreadable]" in said.err) == (2, True)

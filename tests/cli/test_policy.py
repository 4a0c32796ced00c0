"""Do the policy commands check, show, compare and activate?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from tests.sample_files import policy_text
from triage_core.policyfile import PRESETS, parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]


@pytest.fixture
def broken(policy: Path) -> Path:
    """The small policy with a class that does not exist."""
    policy.write_text(policy.read_text().replace("at_least: P2", "at_least: P9"))
    return policy


def test_a_sound_policy_passes(triage: Run, policy: Path) -> None:
    said = triage("policy", "lint", policy)
    assert said.code == 0
    assert "problems: 0" in said.out


def test_problems_are_told_like_a_compiler(triage: Run, broken: Path) -> None:
    said = triage("policy", "lint", broken)
    assert said.code == 1
    assert f"{broken}:" in said.out
    assert '"P9"' in said.out


def test_json_lists_every_problem_with_its_place(triage: Run, broken: Path) -> None:
    told = triage("policy", "lint", broken, "--json").json
    assert told["sound"] is False
    keys = {"file", "line", "column", "path", "severity", "code", "what", "expected", "nearest"}
    assert all(problem.keys() == keys for problem in told["problems"])


def test_warnings_count_only_where_they_are_asked_for(triage: Run, policy: Path) -> None:
    assert "warning" in triage("policy", "lint", policy).out
    assert triage("policy", "lint", policy, "--strict").code == 1


def test_what_is_shown_loads_back_to_the_same_policy(triage: Run, policy: Path) -> None:
    shown = triage("policy", "show", policy).out
    assert parse_policy(shown, "shown") == parse_policy(policy.read_text(), "policy")


def test_json_shows_version_digest_and_document(triage: Run, policy: Path) -> None:
    told = triage("policy", "show", policy, "--json").json
    assert told.keys() == {"policy_version", "digest", "document"}
    assert told["policy_version"] == "small@1"


def test_a_difference_that_lowers_caution_is_marked(triage: Run, policy: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(policy_text(version="2", tags=[{"name": "security", "gated": False, "at_least": "P2"}, "billing"]))
    said = triage("policy", "diff", policy, new)
    assert said.code == 0
    assert "~ /tags/security/gated: true -> false  [lowers caution]" in said.out
    told = triage("policy", "diff", policy, new, "--json").json
    assert told["lowers_caution"] >= 1
    assert {"pointer", "kind", "before", "after", "weakens_gate"} == told["changes"][0].keys()


def test_the_schema_describes_policy_files(triage: Run, policy: Path) -> None:
    schema = json.loads(triage("policy", "schema").out)
    document = yaml.load(policy.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    assert schema["$schema"].endswith("2020-12/schema")
    assert jsonschema.Draft202012Validator.check_schema(schema) is None
    assert set(document) <= set(schema["else"]["properties"])


def test_the_schema_of_a_form_lists_its_fields(triage: Run, policy: Path) -> None:
    schema = triage("policy", "schema", "--intake", policy).json
    assert {"impact", "urgency", "affected_system"} <= set(schema["required"])


def test_presets_are_listed_and_can_be_shown(triage: Run) -> None:
    told = triage("policy", "presets", "--json").json
    assert [each["name"] for each in told["presets"]] == [f"preset:{name}" for name in PRESETS]
    assert told["presets"][0]["classes"] == ["P1", "P2", "P3"]
    assert "preset:sev1-sev4" in triage("policy", "presets").out
    assert triage("policy", "show", "preset:p1-p3").code == 0


def test_an_unknown_preset_is_told(triage: Run) -> None:
    said = triage("policy", "show", "preset:p1-p9")
    assert said.code == 2
    assert "[policy_invalid]" in said.err


def test_a_policy_is_put_into_force(triage: Run, policy: Path, database: str) -> None:
    said = triage("policy", "activate", policy, "--db", database, "--tenant", "acme", "--json")
    assert said.code == 0
    assert said.json["policy_version"] == "small@1"
    assert said.json["active_from"] == "2026-01-01T00:00:00Z"
    assert said.json.keys() == {"tenant", "policy_version", "active_from", "digest"}


def test_the_same_version_with_other_content_is_a_conflict(triage: Run, policy: Path, database: str) -> None:
    triage("policy", "activate", policy, "--db", database)
    policy.write_text(policy_text(reopen_window="9d"))
    said = triage("policy", "activate", policy, "--db", database)
    assert said.code == 3
    assert "[policy_taken]" in said.err


def test_a_policy_that_nobody_approved_is_not_put_into_force(triage: Run, policy: Path, database: str) -> None:
    policy.write_text(policy_text(change_note={"what": "try", "why": "to see"}))
    said = triage("policy", "activate", policy, "--db", database)
    assert said.code == 2
    assert "[policy_unapproved]" in said.err


def test_a_missing_policy_is_told(triage: Run) -> None:
    for command in ("lint", "show"):
        said = triage("policy", command, "nowhere.yaml")
        assert said.code == 2
        assert "nowhere.yaml" in said.err

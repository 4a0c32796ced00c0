"""Is every name checked against what the file declares, wherever a name can stand?"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from triage_core.policyfile.references import CONDITIONS, REFERENCES, TARGETS, Reference, check_references
from triage_core.policyfile.tree import matching
from triage_core.policyfile.yaml_tree import Path as Place

WRONG = "nonesuch"

#: One use of every reference, small enough to read.
DATA: dict[str, Any] = {
    "classes": ["P1", {"name": "P2"}],
    "severity": {
        "levels": [{"name": "sev1", "at_least": "P1"}],
        "default": "sev1",
        "rules": [{"id": "s", "severity": "sev1", "when": {"impact": "high"}}],
    },
    "tags": [{"name": "security", "at_least": "P2"}],
    "intake": {
        "fields": {
            "impact": {"values": ["high", "low"]},
            "urgency": {"values": ["high"]},
            "affected_system": {"values": [{"value": "mail", "service_line": "it"}]},
            "service_line": {"values": ["it"], "default": "it"},
            "data_sensitivity": {"values": ["public"]},
            "loud": {"type": "boolean"},
        }
    },
    "matrix": {"grid": {"high": {"high": "P1"}}, "rows": [{"class": "P1", "when": {"impact": ["high"]}}]},
    "raise_rules": [
        {
            "when": {"impact": {"any_of": ["high"]}},
            "tags_any": "security",
            "tags_all": ["security"],
            "severity_at_least": "sev1",
            "at_least": "P1",
            "approvers": ["lead"],
        }
    ],
    "tag_rules": [{"tag": "security", "when": {"impact": "high"}}],
    "score": {"weights": {"impact": {"high": 1}}},
    "calendars": {"office": {}},
    "service_levels": {
        "classes": {"P1": {"calendar": "office", "targets": {"update": {"within": "1h", "calendar": "office"}}}},
        "overrides": [{"classes": "P1", "when": {"impact": "high"}, "targets": {"update": {"calendar": "office"}}}],
    },
    "roles": [{"name": "lead"}],
    "people": [{"id": "ann", "roles": "lead", "queues": ["first"], "skills": "windows", "calendar": "office"}],
    "rotas": "night",
    "queues": [{"name": "first", "service_lines": "it", "skills": "windows", "manager": "ann"}],
    "routing": {
        "default_queue": "first",
        "escalation_queue": "first",
        "owners": {"P1": {"primary": "ann", "secondary": "ann"}},
    },
    "ladders": [
        {"name": "up", "levels": [{"targets": ["person:ann", "role:lead", "queue:first", "rota:night", "owner"]}]}
    ],
    "escalation": {
        "rules": [{"classes": "P1", "tags_any": ["security"], "ladder": "up", "notify_in": "office"}],
        "never_suppressed": ["security"],
        "starters": [{"roles": "lead", "when": {"impact": "high"}}],
    },
    "gates": {
        "approvals": [{"classes": ["P1"], "tags_any": "security", "roles": "lead"}],
        "commander_clears": "P1",
        "exceptions": {"findings": ["promise"], "roles": "lead"},
    },
    "stages": {"pilot_when": {"impact": "low"}},
    "platforms": {"zapier": "public"},
    "templates": [{"classes": "P1", "tags_any": "security"}],
    "retention": {"rules": [{"classes": "P1", "unless_tags": ["security"]}]},
    "change_note": {"approved_by": "ann"},
}


def replaced(path: Place, value: object) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    parent: Any = data
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return data


def renamed(path: Place) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    parent: Any = data
    for step in path[:-1]:
        parent = parent[step]
    parent[WRONG] = parent.pop(path[-1])
    return data


def paths(data: dict[str, Any]) -> set[Place]:
    return {finding.path for finding in check_references(data)}


def test_names_that_are_declared_are_no_problem() -> None:
    assert check_references(DATA) == []


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.pattern)
def test_a_name_that_nothing_declares_is_found(reference: Reference) -> None:
    path, value = next(iter(matching(DATA, tuple(reference.pattern.split("/")))))
    if reference.is_key:
        assert (*path, WRONG) in paths(renamed((*path, next(iter(value)))))
    else:
        assert {path, (*path, 0)} & paths(replaced(path, [WRONG] if isinstance(value, list) else WRONG))


@pytest.mark.parametrize("pattern", CONDITIONS)
def test_conditions_name_fields_and_their_values(pattern: str) -> None:
    path, _ = next(iter(matching(DATA, tuple(pattern.split("/")))))
    assert (*path, WRONG) in paths(replaced(path, {WRONG: "high"}))
    assert (*path, "impact") in paths(replaced(path, {"impact": WRONG}))
    assert (*path, "impact", "any_of", 1) in paths(replaced(path, {"impact": {"any_of": ["high", WRONG]}}))
    assert (*path, "loud") in paths(replaced(path, {"loud": "maybe"}))
    assert not paths(replaced(path, {"loud": True}))


@pytest.mark.parametrize("kind", TARGETS)
def test_targets_of_a_ladder_name_what_their_kind_says(kind: str) -> None:
    targets = ("ladders", 0, "levels", 0, "targets")
    assert targets in paths(replaced(targets, f"{kind}:{WRONG}"))
    assert (*targets, 1) in paths(replaced(targets, ["owner", {"kind": kind, "name": WRONG}]))


def test_points_and_defaults_name_values_of_their_field() -> None:
    weights: Place = ("score", "weights", "impact")
    assert (*weights, WRONG) in paths(replaced(weights, {WRONG: 1}))
    default: Place = ("intake", "fields", "service_line", "default")
    assert default in paths(replaced(default, WRONG))


def test_the_nearest_name_is_offered() -> None:
    (finding,) = check_references(replaced(("routing", "default_queue"), "frist"))
    assert (finding.what, finding.expected, finding.nearest) == ('unknown queue "frist"', "first", "first")


@pytest.mark.parametrize("section", ["classes", "severity", "intake", "calendars", "roles", "queues"])
def test_a_section_that_cannot_be_read_blames_no_name(section: str) -> None:
    data = copy.deepcopy(DATA)
    data[section] = 5
    assert paths(data) == set()


def test_a_policy_without_people_may_name_its_approver() -> None:
    assert not paths({"change_note": {"approved_by": WRONG}})
    assert paths({"change_note": {"approved_by": WRONG}, "people": [{"id": "ann"}]})

"""Do the JSON Schemas accept what loads, and refuse most of what does not?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from triage_core.domain.intake import IntakeForm
from triage_core.policyfile import PRESETS, dump_policy, intake_schema, load_policy, load_preset, policy_schema
from triage_core.policyfile.tree import Tree
from triage_core.policyfile.yaml_tree import compose

SCHEMA = Draft202012Validator(policy_schema())
HEAD = """\
extends: preset:p1-p3
policy: test
version: v1
effective_from: 2026-01-01
change_note: {what: A test., why: A test.}
"""


def read(text: str) -> Any:
    return Tree(compose(text, "f.yaml").root).data


def test_the_schema_is_one_of_2020_12() -> None:
    Draft202012Validator.check_schema(policy_schema())
    assert policy_schema()["$schema"].endswith("2020-12/schema")


def test_an_example_fits_as_it_is_written_and_as_it_is_dumped(example: Path) -> None:
    SCHEMA.validate(read(example.read_text(encoding="utf-8")))
    SCHEMA.validate(read(dump_policy(load_policy(example))))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fits(name: str) -> None:
    SCHEMA.validate(read(dump_policy(load_preset(name))))


@pytest.mark.parametrize(
    "part",
    [
        "classes: [P1, {name: P2, update_every: 4h}]",
        "tag_rules: [{id: r, tag: security, terms: one}]",
        "raise_rules: [{id: r, when: {regulated: true, users_affected: {at_least: 5}}, approvers: lead}]",
        "service_levels: {at_risk: 75%, classes: {P1: {targets: {update: 15m, resolution: {within: 4h}}}}}",
        "calendars: {office: {weekly: {mon: '09:00-12:00', tue: ['09:00-12:00', '13:00-17:00']}}}",
        "ladders: [{name: a, levels: [{targets: owner, timeout: 5m}]}]",
        "score: {weights: {impact: {medium: null}}}",
        "output: {link_domains: '*.example.com', required: {survey: greeting}, part_words: {state: stav}}",
        "output: {contacts: ['@example.com', '+49 30 901820'], amounts: {EUR: 50}, personal_data: iban}",
    ],
)
def test_shorthands_fit(part: str) -> None:
    assert not list(SCHEMA.iter_errors(read(HEAD + part)))


@pytest.mark.parametrize(
    "part",
    [
        "descripton: x",
        "classes: []",
        "classes: [{label: x}]",
        "reopen_window: 7",
        "reopen_window: a week",
        "stages: {start: soon}",
        "gates: {aprovals: []}",
        "platforms: {'zapier!': public}",
        "tag_rules: [{id: r}]",
        "ladders: [{name: a}]",
        "service_levels: {classes: {P1: {targets: {first_replay: 5m}}}}",
        "extends: base",
        "output: {link_domains: example}",
        "output: {contacts: ann}",
        "output: {required: {survey: hello}}",
    ],
)
def test_what_does_not_load_does_not_fit(part: str) -> None:
    key = part.partition(":")[0]
    head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(f"{key}:"))
    assert list(SCHEMA.iter_errors(read(head + part)))


def test_the_ten_mistakes_do_not_fit() -> None:
    broken = Path(__file__).with_name("ten_mistakes.yaml").read_text(encoding="utf-8")
    assert list(SCHEMA.iter_errors(read(broken)))


def test_a_file_without_a_preset_needs_every_section() -> None:
    head = HEAD.replace("extends: preset:p1-p3\n", "")
    missing = next(iter(SCHEMA.iter_errors(read(head))))
    assert "required" in missing.message


TICKET = {
    "impact": "high",
    "urgency": "low",
    "affected_system": "erp",
    "customer_tier": "standard",
    "data_sensitivity": "internal",
}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"users_affected": 12}, True),
        ({"asset_tag": "AB-12345"}, True),
        ({"impact": "gigantic"}, False),
        ({"impact": None}, False),
        ({"users_affected": 0}, False),
        ({"users_affected": "many"}, False),
        ({"asset_tag": "12345"}, False),
    ],
)
def test_the_intake_schema_and_the_intake_form_agree(internal_it: Path, change: dict[str, Any], fits: bool) -> None:  # noqa: FBT001 - a column of a table
    policy = load_policy(internal_it)
    ticket = {key: value for key, value in (TICKET | change).items() if value is not None}
    assert Draft202012Validator(intake_schema(policy)).is_valid(ticket) is fits
    assert (not IntakeForm(policy.intake).check(ticket).problems) is fits


def test_the_intake_schema_of_each_example_is_one_of_2020_12(example: Path) -> None:
    schema = intake_schema(load_policy(example))
    Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) >= set(TICKET)


def test_values_carry_their_labels_and_help(internal_it: Path) -> None:
    impact = intake_schema(load_policy(internal_it))["properties"]["impact"]
    assert impact["title"] == "Impact"
    assert impact["oneOf"][2] == {"const": "low", "title": "Low", "description": "One person."}

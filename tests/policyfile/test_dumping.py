"""Does a policy come back equal from its canonical text, and does the digest tell policies apart?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.policy.rules import SeverityScheme
from triage_core.policyfile import PRESETS, dump_policy, load_policy, load_preset, parse_policy, policy_digest
from triage_core.policyfile.tree import Tree
from triage_core.policyfile.yaml_tree import compose

#: A policy that is quick to write.
SHORT = load_preset("p1-p3").model_copy(update={"tag_rules": (), "severity": SeverityScheme(levels=(), default="x")})
TRAPS = [
    "no",
    "on",
    "0o17",
    "1e3",
    "09:00",
    "2026-01-01",
    "null",
    "~",
    ".5",
    "0x1F",
    "1_000",
    "=",
    "a: b",
    "# x",
    "é\u2028x",
    "{a}",
]


def test_an_example_comes_back_equal(example: Path) -> None:
    policy = load_policy(example)
    text = dump_policy(policy)
    assert parse_policy(text, "dumped.yaml") == policy
    assert dump_policy(parse_policy(text, "dumped.yaml")) == text


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_comes_back_equal(name: str) -> None:
    policy = load_preset(name)
    assert parse_policy(dump_policy(policy), "dumped.yaml") == policy


@given(texts=st.lists(st.one_of(st.sampled_from(TRAPS), st.text(min_size=1, max_size=30)), min_size=1, max_size=8))
def test_any_text_comes_back_equal(texts: list[str]) -> None:
    readable = [text for text in texts if text.isprintable() and text.strip()] or ["x"]
    changed = SHORT.model_copy(update={"description": "\n".join(readable)})
    assert Tree(compose(dump_policy(changed), "dumped.yaml").root).data["description"] == changed.description


@pytest.mark.parametrize("trap", TRAPS)
def test_readers_of_older_yaml_read_the_same_texts(trap: str) -> None:
    policy = SHORT.model_copy(update={"description": trap})
    assert yaml.safe_load(dump_policy(policy))["description"] == trap


def test_values_that_a_default_fills_are_shown(internal_it: Path) -> None:
    dumped = yaml.safe_load(dump_policy(load_policy(internal_it)))
    assert dumped["classes"][0]["draft_allowed"] is False
    assert dumped["people"][1]["capacity"] == 20


def test_the_digest_is_the_same_for_the_same_policy_only(internal_it: Path) -> None:
    policy = load_policy(internal_it)
    again = parse_policy(dump_policy(policy), "dumped.yaml")
    assert policy_digest(policy) == policy_digest(again)
    assert policy_digest(policy) != policy_digest(policy.model_copy(update={"version": "2026-02"}))

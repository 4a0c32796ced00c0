"""Is YAML read the way its writer sees it, with every place right and every trap refused?"""

from __future__ import annotations

from typing import Any

import pytest

from triage_core.domain.errors import PolicyInvalid
from triage_core.policyfile.tree import Tree, overlay
from triage_core.policyfile.yaml_tree import MAX_CHARACTERS, Position, compose, plain_value


def tree(text: str) -> Tree:
    return Tree(compose(text, "f.yaml").root)


@pytest.mark.parametrize(
    "text",
    ["no", "on", "off", "yes", "y", "NO", "09:00", "1:30", "2026-01-01", "1_000", "0b1", "1e", "<<", "=", "012x"],
)
def test_what_looks_like_a_word_stays_a_text(text: str) -> None:
    assert plain_value(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("FALSE", False), ("~", None), ("", None), ("null", None), ("12", 12), ("-3", -3), ("010", 10),
     ("0o17", 15), ("0xfF", 255), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("-.inf", float("-inf"))],
)  # fmt: skip
def test_the_core_schema_gives_the_other_values(text: str, value: Any) -> None:
    assert plain_value(text) == value


def test_a_quoted_value_is_a_text() -> None:
    assert tree("a: '12'\nb: \"true\"\n").data == {"a": "12", "b": "true"}


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert tree("no: 1\n2026: 2\ntrue: 3\n2026-12-24: 4\n").data == {"no": 1, "2026": 2, "true": 3, "2026-12-24": 4}


def test_keys_and_values_have_places_that_count_from_one() -> None:
    read = tree("a:\n  - x\n  - {b: y}\n")
    assert read.keys["a", 1, "b"] == Position("f.yaml", 3, 6)
    assert read.values["a", 1, "b"] == Position("f.yaml", 3, 9)


def test_columns_count_characters_and_not_bytes() -> None:
    assert tree("ä: {ü: é, b: 1}\n").values["ä", "b"].column == 14


def test_an_alias_repeats_the_value_and_points_to_its_anchor() -> None:
    read = tree("a: &x [1, 2]\nb: *x\n")
    assert read.data["b"] == [1, 2]
    assert read.values["b", 0].line == 1


def test_a_shorthand_is_found_at_the_value_that_stands_for_it() -> None:
    read = tree("when: {impact: high}\n")
    assert read.position(("when", "impact", "any_of", 0)) == read.values["when", "impact"]


def test_what_is_missing_is_told_at_the_key_it_is_missing_under() -> None:
    read = tree("desk:\n  page: x\n")
    assert read.position(("desk", "name")) == read.keys["desk",]


def test_a_duplicate_key_names_both_lines() -> None:
    (problem,) = compose("a: 1\nb: 2\na: 3\n", "f.yaml").problems
    assert (problem.line, problem.column, problem.code) == (3, 1, "duplicate_key")
    assert "line 1" in problem.what


def test_the_first_of_two_equal_keys_counts() -> None:
    assert tree("a: 1\na: 3\n").data == {"a": 1}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{chr(ord(name) - 1)}'] * 9)}]\n" for name in "bcdefgh"
)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", (1, 1)),
        ("# nothing\n", "empty", (1, 1)),
        ("a: 1\n---\nb: 2\n", "several_documents", (2, 1)),
        ("a: !!python/object/apply:os.system [ls]\n", "tag", (1, 4)),
        ("a: !secret x\n", "tag", (1, 4)),
        ("a: &a [*a]\n", "unknown_alias", (1, 8)),
        ("a: *b\n", "unknown_alias", (1, 4)),
        ("x: &x {a: 1}\ny:\n  <<: *x\n", "merge_key", (3, 3)),
        ("? [a]\n: b\n", "key_not_text", (1, 3)),
        ("a: \x00", "not_text", (1, 4)),
        ("a: b\nc: \x07\n", "not_text", (2, 4)),
        ("a: \ud800", "not_text", (1, 4)),
        ("[" * 100_000, "too_deep", (1, 42)),
        ("".join(f"{' ' * depth}a:\n" for depth in range(100)), "too_deep", (42, 42)),
        ("a: " + "x" * MAX_CHARACTERS, "too_large", (1, 1)),
        (BOMB, "too_many_values", (1, 8)),
        ("a:\n\tb: 1\n", "yaml_syntax", (2, 1)),
        ('a: "x\nb: 1\n', "yaml_syntax", (1, 4)),
        ("a: b: c\n", "yaml_syntax", (1, 5)),
        ("a:\n  b: 1\n c: 2\n", "yaml_syntax", (3, 2)),
        ("a: [1, 2\nb: 3\n", "yaml_syntax", (2, 2)),
        ("a: {b: 1\n", "yaml_syntax", (2, 1)),
        ('a: "\\q"\n', "yaml_syntax", (1, 5)),
        ("a\nb: 1\n", "yaml_syntax", (2, 2)),
        ("a: b\n...\nc: d\n", "yaml_syntax", (3, 1)),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str, place: tuple[int, int]) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        tree(text)
    (problem,) = refused.value.problems
    assert problem.code == code
    if code != "too_many_values":
        assert (problem.line, problem.column) == place


def test_a_document_laid_over_another_merges_mappings_and_replaces_lists() -> None:
    base = compose("a: {x: 1, y: [1, 2], z: {q: 1}}\n", "base.yaml").root
    top = compose("a: {y: [3], z: {r: 2}, x: null}\n", "top.yaml").root
    read = Tree(overlay(base, top))
    assert read.data == {"a": {"y": [3], "z": {"q": 1, "r": 2}}}
    assert read.values["a", "z", "q"].file == "base.yaml"
    assert read.values["a", "z", "r"].file == "top.yaml"

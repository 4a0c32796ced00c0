"""Does a policy file load, and are all of its mistakes told at once, each at its place?"""

from __future__ import annotations

from pathlib import Path

import pytest

from triage_core.domain.errors import PolicyInvalid
from triage_core.policyfile import Weight, lint_policy, lint_text, load_policy, parse_policy

TEN = Path(__file__).with_name("ten_mistakes.yaml")


def test_ten_mistakes_are_ten_problems_with_their_places() -> None:
    found = [(problem.line, problem.column, problem.code) for problem in lint_policy(TEN).problems]
    assert found == [
        (4, 10, "wrong_type"),
        (6, 1, "unknown_key"),
        (13, 24, "field_not_required"),
        (18, 7, "duplicate_key"),
        (22, 27, "rule_may_lower"),
        (26, 15, "unknown_name"),
        (31, 16, "pattern_invalid"),
        (32, 64, "term_repeated"),
        (37, 33, "wrong_value"),
        (40, 5, "missing_key"),
    ]


def test_the_error_reads_like_a_compiler() -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        load_policy(TEN)
    lines = str(invalid.value).splitlines()
    assert len(lines) == 10
    assert lines[5] == f'{TEN}:26:15: unknown class "P9"; expected one of P1, P2, P3 (did you mean P3?)'


def test_a_problem_points_into_the_document() -> None:
    problem = next(each for each in lint_policy(TEN).problems if each.code == "unknown_name")
    assert (problem.path, problem.nearest) == ("/raise_rules/1/at_least", "P3")


def test_an_example_has_no_problem_at_all(example: Path) -> None:
    assert lint_policy(example).problems == ()


def test_text_and_file_give_the_same_policy(internal_it: Path) -> None:
    assert parse_policy(internal_it.read_text(encoding="utf-8"), "x") == load_policy(internal_it)


def test_warnings_do_not_stop_a_policy(internal_it: Path) -> None:
    text = internal_it.read_text(encoding="utf-8").replace("start: shadow", "start: pilot")
    reading = lint_text(text, "x")
    assert reading.policy is not None
    assert [problem.severity for problem in reading.problems] == [Weight.WARNING]
    assert "warning: " in str(reading.problems[0])


def test_a_file_that_is_no_text_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"policy: x\nversion: \xff\n")
    (problem,) = lint_policy(path).problems
    assert (problem.line, problem.column, problem.code) == (2, 10, "not_text")


def test_a_byte_order_mark_does_not_count(tmp_path: Path, internal_it: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + internal_it.read_bytes())
    assert load_policy(path) == load_policy(internal_it)


def test_personal_data_is_not_repeated_in_a_message(internal_it: Path) -> None:
    text = internal_it.read_text(encoding="utf-8").replace("lena.brandt@example.com", "lena brandt at home")
    (problem,) = lint_text(text, "x").problems
    assert "lena brandt" not in str(problem)
    assert problem.expected == "an e-mail address"


@pytest.mark.parametrize("text", ["- a\n", "hello\n", "12\n"])
def test_what_is_no_mapping_is_no_policy(text: str) -> None:
    (problem,) = lint_text(text, "x").problems
    assert problem.code == "not_a_policy"

"""Does every wrong shape get a sentence in our own words?"""

from __future__ import annotations

import pytest

from triage_core.domain.policy import Policy
from triage_core.domain.policy.service_levels import Metric
from triage_core.policyfile import Problem, lint_text
from triage_core.policyfile.shapes import keys_at
from triage_core.policyfile.yaml_tree import Path

HEAD = """\
extends: preset:p1-p3
policy: test
version: v1
effective_from: 2026-01-01
change_note: {what: A test., why: A test.}
"""


def only(part: str) -> Problem:
    (problem,) = [each for each in lint_text(HEAD + part + "\n", "f.yaml").problems if each.file == "f.yaml"]
    return problem


@pytest.mark.parametrize(
    ("part", "code", "what", "expected"),
    [
        ("reopen_window: 7", "wrong_value", "7 does not fit here", "a duration such as 90s, 15m, 1h30m or 2d"),
        ("reopen_window: 0s", "wrong_value", '"0s" does not fit here', "a duration above zero"),
        ("reopen_window: [7d]", "wrong_value", "a list does not fit here", "a duration such as 90s, 15m, 1h30m or 2d"),
        ("description: {a: b}", "wrong_type", "a mapping does not fit here", "text (put a number in quotes)"),
        ("description: null", "wrong_type", "an empty value does not fit here", "text (put a number in quotes)"),
        ("gates: {review_warning: {words_over: 0}}", "wrong_value", "0 does not fit here", "a number of at least 1"),
        ("gates: {review_warning: {words_over: 1.5}}", "wrong_value", "1.5 does not fit here", "a whole number"),
        ("gates: {review_warning: {words_over: many}}", "wrong_type", '"many" does not fit here', "a whole number"),
        ("stages: {pilot_share: 100%}", "wrong_value", '"100%" does not fit here', "a number below 1"),
        ("stages: {pilot_share: 0}", "wrong_value", "0 does not fit here", "a number above 0"),
        ("stages: {pilot_share: .nan}", "wrong_value", "nan does not fit here", "a finite number"),
        ("stages: {start: soon}", "wrong_value", '"soon" does not fit here', "one of off, shadow, pilot, full"),
        ("stages: shadow", "wrong_type", '"shadow" does not fit here', "keys with values"),
        ("score: {weights: [1]}", "wrong_type", "a list does not fit here", "keys with values"),
        ("score: {points_per_hour: 5000}", "wrong_value", "5000 does not fit here", "a number of at most 1000"),
        ("classes: []", "wrong_value", "a list does not fit here", "at least 1 entry"),
        (
            "severity: {levels: [{name: sev1, labels: {deutsch: Ausfall}}, sev2, sev3, sev4]}",
            "wrong_value",
            '"deutsch" does not fit here',
            "a language code such as en or pt-BR",
        ),
        (
            "calendars: {office: {closed: [2026-13-01]}}",
            "wrong_type",
            '"2026-13-01" does not fit here',
            "a date such as 2026-12-24",
        ),
        (
            "calendars: {office: {weekly: {mon: '9 to 5'}}}",
            "wrong_value",
            '"9 to 5" does not fit here',
            "opening hours such as 09:00-17:30",
        ),
        (
            "calendars: {office: {holidays: {country: Germany}}}",
            "wrong_value",
            '"Germany" does not fit here',
            "a country code of two capital letters, such as DE",
        ),
        (
            "desk: {status_page: status}",
            "wrong_value",
            '"status" does not fit here',
            "a web address that begins with https://",
        ),
        (
            "intake: {fields: {users_affected: {required: perhaps}}}",
            "wrong_type",
            '"perhaps" does not fit here',
            "true or false",
        ),
        (
            "output: {link_domains: [a.example.com, 'https://b.example.com']}",
            "wrong_value",
            '"https://b.example.com" does not fit here',
            "a host such as help.example.com, or *.example.com for every host below it",
        ),
        (
            "output: {contacts: ann}",
            "wrong_value",
            "this text does not fit here",
            "a mail address, @ and a domain, or a telephone number that begins with + and the country",
        ),
        (
            "output: {amounts: {euro: 5}}",
            "wrong_value",
            '"euro" does not fit here',
            "a currency code of three capital letters, such as EUR",
        ),
        (
            "output: {phone_regions: Germany}",
            "wrong_value",
            '"Germany" does not fit here',
            "a country code of two capital letters, such as DE",
        ),
        (
            "service_levels: {at_risk: [90%, 50%]}",
            "wrong_value",
            "a mapping does not fit here",
            "at_risk shares in ascending order, each once",
        ),
        (
            "service_levels: {classes: {P1: {targets: {first_replay: 5m}}}}",
            "wrong_value",
            '"first_replay" does not fit here',
            f"one of {', '.join(Metric)}",
        ),
    ],
)
def test_a_wrong_shape_is_told_in_plain_words(part: str, code: str, what: str, expected: str) -> None:
    problem = only(part)
    assert (problem.code, problem.what, problem.expected) == (code, what, expected)


def test_an_unknown_key_is_told_with_the_nearest_valid_one() -> None:
    problem = only("gates: {aprovals: []}")
    assert (problem.line, problem.column, problem.code, problem.nearest) == (6, 9, "unknown_key", "approvals")
    names = "approvals, commander_clears, fresh_session, recipient_rate, address_rate, tenant_rate, review_warning"
    assert problem.expected == f"one of {names}, exceptions"


def test_a_missing_key_is_told_at_its_entry() -> None:
    problem = only("ladders: [{name: major}, {name: risk, levels: [{targets: owner, timeout: 5m}]}]")
    assert (problem.column, problem.path, problem.what) == (11, "/ladders/0/levels", 'the key "levels" is missing')


def test_a_list_is_not_called_too_short_for_the_entries_that_are_wrong() -> None:
    problem = only("ladders: [{name: up, levels: [{targets: owner}]}]")
    assert (problem.path, problem.code) == ("/ladders/0/levels/0/timeout", "missing_key")


def test_the_python_name_of_a_key_is_no_key_of_a_file() -> None:
    found = lint_text(HEAD + "matrix: {grid: null, rows: [{id: r, class_name: P3}]}\n", "f.yaml").problems
    assert [(each.code, each.nearest) for each in found] == [("missing_key", None), ("unknown_key", "class")]


def test_a_name_with_odd_characters_is_refused_as_a_key_too() -> None:
    problem = only("platforms: {'zapier!': public}")
    assert (problem.column, problem.code) == (13, "wrong_value")
    assert problem.expected.startswith("a name of letters")


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), "classes"),
        (("classes", 0), "gated"),
        (("matrix", "rows", 3), "class"),
        (("severity", "rules", 0, "when", "impact"), "at_least"),
        (("service_levels", "classes", "P1", "targets", "update"), "within"),
        (("ladders", 0, "levels", 0, "targets", 0), "kind"),
        (("calendars", "office", "holidays"), "pinned"),
    ],
)
def test_the_keys_of_every_place_are_known(path: Path, some: str) -> None:
    assert some in keys_at(Policy, path)


def test_a_place_with_free_names_has_no_keys_of_its_own() -> None:
    assert keys_at(Policy, ("calendars",)) == ()

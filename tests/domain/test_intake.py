"""Is everything that is missing or wrong named at once, and never repeated?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.small_policy import CHOICES, COMPLETE, document, policy
from triage_core.domain.intake import ON_FILE, Alarms, Checked, IntakeForm, as_given
from triage_core.domain.policy import Policy

PLANTED = "Q7-Mr-Smith-Q7"


def form(**fields: dict[str, Any]) -> IntakeForm:
    """Return the small policy's form with some fields more."""
    base = document()["intake"]
    return IntakeForm(policy(intake={**base, "fields": {**base["fields"], **fields}}).intake)


FORM = form()
OWN = form(
    account={"type": "text", "pattern": "[A-Z]{2}-[0-9]{4}|internal", "required": True},
    on_site={"type": "boolean"},
    seats={"type": "number", "minimum": 1, "maximum": 500},
    remark={"type": "text"},
)


def own(**values: Any) -> Checked:
    return OWN.check({**COMPLETE, "account": "AB-1234", **values})


def codes(checked: Checked) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in checked.problems}


def test_a_complete_intake_has_no_problem() -> None:
    checked = FORM.check(COMPLETE)
    assert (checked.problems, checked.values["impact"]) == ((), "medium")


def test_everything_missing_is_named_at_once_with_what_was_expected() -> None:
    expected = {
        f"/intake/{name}": f"one of {', '.join(values)}"
        for name, values in CHOICES.items()
        if name not in {"category", "service_line"}
    }
    checked = FORM.check({})
    assert {problem.pointer: problem.expected for problem in checked.problems} == expected
    assert {problem.code for problem in checked.problems} == {"missing"}


def test_missing_unlisted_and_mistyped_values_are_named_together() -> None:
    checked = OWN.check(
        {**COMPLETE, "impact": "huge", "urgency": "", "account": 7, "on_site": "maybe", "seats": "many"}
    )
    assert codes(checked) == {
        "/intake/impact": "not_listed",
        "/intake/urgency": "missing",
        "/intake/account": "not_text",
        "/intake/on_site": "not_a_boolean",
        "/intake/seats": "not_a_number",
    }


@pytest.mark.parametrize("empty", [None, "", "  ", "\n\t"])
def test_an_empty_value_is_a_missing_one(empty: object) -> None:
    assert codes(FORM.check({**COMPLETE, "impact": empty})) == {"/intake/impact": "missing"}


@pytest.mark.parametrize("spelled", ["High", " high ", "HIGH"])
def test_listed_values_are_found_whatever_their_case(spelled: str) -> None:
    assert FORM.check({**COMPLETE, "impact": spelled}).values["impact"] == "high"


@pytest.mark.parametrize("raw", [1, True, ["high"], {"value": "high"}, 2.5])
def test_a_choice_is_a_text(raw: object) -> None:
    assert codes(FORM.check({**COMPLETE, "impact": raw})) == {"/intake/impact": "not_listed"}


@pytest.mark.parametrize(("raw", "number"), [("40", 40.0), (" 40.5 ", 40.5), (40, 40.0), (40.0, 40.0)])
def test_numbers_may_come_as_texts(raw: object, number: float) -> None:
    assert own(seats=raw).values["seats"] == number


@pytest.mark.parametrize("raw", ["NaN", float("nan"), "inf", float("-inf"), True, "forty", [40], 10**400, "1e999"])
def test_what_is_no_finite_number_is_refused(raw: object) -> None:
    assert codes(own(seats=raw)) == {"/intake/seats": "not_a_number"}


@pytest.mark.parametrize("raw", [0, 501, "-1"])
def test_a_number_stays_in_its_range_and_the_range_is_said(raw: object) -> None:
    (problem,) = own(seats=raw).problems
    assert problem.expected == "a number from 1 up to 500"


@pytest.mark.parametrize(
    ("raw", "truth"), [(True, True), (False, False), ("yes", True), ("No", False), (" true", True), ("0", False)]
)
def test_yes_and_no_may_come_as_texts(raw: object, truth: bool) -> None:  # noqa: FBT001 - a sample
    assert own(on_site=raw).values["on_site"] is truth


@pytest.mark.parametrize("text", ["AB-1234", "internal", "  AB-1234 "])
def test_a_text_has_the_form_that_the_policy_gives_and_is_on_file_instead_of_in_the_ticket(text: str) -> None:
    assert own(account=text).values["account"] is ON_FILE


def test_what_is_on_file_is_not_asked_for_again() -> None:
    assert OWN.check(COMPLETE, {"account": ON_FILE}).values["account"] is ON_FILE


def test_only_the_ticket_itself_can_say_that_a_text_is_on_file() -> None:
    assert codes(own(account=ON_FILE)) == {"/intake/account": "not_text"}
    assert codes(OWN.check({**COMPLETE, "account": ON_FILE}, {"account": ON_FILE})) == {"/intake/account": "not_text"}


def test_values_as_given_can_be_stored_whatever_they_hold() -> None:
    assert as_given({"a": "x\ud83d", "b": [1, None]}) == {"given": '{"a":"x\ufffd","b":[1,null]}'}
    assert as_given({}) == {}


@pytest.mark.parametrize("text", ["AB-12345", "x AB-1234", "internally", "AB-1234\nAB-1234"])
def test_the_form_holds_for_the_whole_text(text: str) -> None:
    (problem,) = own(account=text).problems
    assert (problem.code, problem.expected) == ("wrong_form", "text of the form [A-Z]{2}-[0-9]{4}|internal")


def test_a_text_with_half_a_character_does() -> None:
    assert own(remark="a\ud83d").problems == ()


def test_a_text_is_at_most_five_hundred_characters() -> None:
    assert own(remark="x" * 500).problems == ()
    assert codes(own(remark="x" * 501)) == {"/intake/remark": "not_text"}


def test_a_missing_own_field_says_what_it_wants() -> None:
    wants = {
        "yes": {"type": "boolean", "required": True},
        "size": {"type": "number", "required": True},
        "name": {"type": "text", "required": True},
    }
    problems = form(**wants).check(COMPLETE).problems
    assert [problem.expected for problem in problems] == [
        "true or false",
        "a number",
        "text of at most 500 characters",
    ]


def test_defaults_are_filled_in_and_shown_as_such() -> None:
    checked = FORM.check(COMPLETE)
    assert (checked.values["category"], checked.defaulted) == ("incident", ("category", "service_line"))
    assert FORM.check({**COMPLETE, "category": "request"}).defaulted == ("service_line",)


def test_a_wrong_value_is_a_problem_and_not_replaced_by_the_default() -> None:
    checked = FORM.check({**COMPLETE, "category": "rant"})
    assert (codes(checked), "category" in checked.values) == ({"/intake/category": "not_listed"}, False)


def test_the_service_line_follows_from_the_system_unless_somebody_said_otherwise() -> None:
    systems = [{"value": "sso", "service_line": "identity"}, "mail"]
    derived = form(affected_system={"values": systems, "required": True})
    assert derived.check({**COMPLETE, "affected_system": "sso"}).values["service_line"] == "identity"
    assert derived.check({**COMPLETE, "affected_system": "mail"}).values["service_line"] == "workplace"
    said = {**COMPLETE, "affected_system": "sso", "service_line": "workplace"}
    assert derived.check(said).values["service_line"] == "workplace"


def test_values_outside_the_form_are_left_out() -> None:
    assert "password" not in FORM.check({**COMPLETE, "password": PLANTED}).values


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*CHOICES, "account", "on_site", "seats", "remark"]), anything))
def test_any_intake_is_checked_and_never_an_error(given_values: dict[str, Any]) -> None:
    checked = OWN.check(given_values)
    assert not {problem.pointer.removeprefix("/intake/") for problem in checked.problems} & set(checked.values)
    again = OWN.check(checked.values).values
    assert {name: again[name] for name in checked.values} == checked.values


@given(st.sets(st.sampled_from([*CHOICES, "account", "on_site", "seats"]), min_size=1))
def test_no_problem_repeats_the_value(names: set[str]) -> None:
    problems = own(**dict.fromkeys(names, PLANTED)).problems
    assert {problem.pointer for problem in problems} == {f"/intake/{name}" for name in names}
    assert PLANTED not in json.encode(problems).decode()


class TestAlarms:
    ALARMS = Alarms(policy())

    @pytest.mark.parametrize(
        ("text", "rules"),
        [
            ("PHISHING mail", ("security-words",)),
            ("the system is down", ()),
            ("System down since noon", ("outage",)),
            ("this is an emergency, an outage", ("intake:alert", "outage")),
            ("invoice", ()),
            ("good morning", ()),
        ],
    )
    def test_words_of_the_highest_class_and_of_loud_tags_ring(self, text: str, rules: tuple[str, ...]) -> None:
        assert self.ALARMS.ringing(text) == rules

    def test_a_word_of_several_rules_rings_for_each(self) -> None:
        rules = [
            {"id": "one", "tag": "security", "terms": ["data leak"]},
            {"id": "two", "tag": "security", "terms": ["Data Leak", "phishing"]},
        ]
        assert Alarms(policy(tag_rules=rules)).ringing("data  leak") == ("one", "two")

    def test_patterns_ring_like_words(self) -> None:
        rules = [{"id": "cve", "tag": "security", "patterns": ["CVE-[0-9]{4}-[0-9]+"]}]
        assert Alarms(policy(tag_rules=rules)).ringing("see cve-2026-1234") == ("cve",)

    def test_only_as_much_text_rings_as_the_rules_read(self) -> None:
        small: Policy = policy(intake={**document()["intake"], "max_text": 1_000})
        assert Alarms(small).ringing("x " * 600 + "phishing") == ()

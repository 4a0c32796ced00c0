"""Is every rule accounted for, on the words that are there, and is every promised change true?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.random_policies import FEWER, FREE, ORDERED, TAGS, Case, cases, policies
from tests.small_policy import COMPLETE, document, policy
from triage_core.domain.account import sentences, skipped_sentence
from triage_core.domain.decision import NOTHING_GIVEN, Given
from triage_core.domain.explanation import Explanation, explain
from triage_core.domain.folding import fold
from triage_core.domain.rulebook import Rulebook

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy

BOOK = Rulebook(policy())


def explained(book: Rulebook, case: Case) -> Explanation:
    decision = book.decide(case.fields, case.text, case.given)
    return explain(book, case.fields, decision, case.given)


def small(text: str = "", settled: Given = NOTHING_GIVEN, book: Rulebook = BOOK, **fields: Any) -> Explanation:
    return explained(book, Case(fields={**COMPLETE, **fields}, text=text, given=settled))


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text).text)


def class_of(book: Rulebook, case: Case, fields: dict[str, Any], settled: Given) -> str:
    return book.decide(fields, case.text, settled).outcome.class_name


def with_tag(settled: Given, tag: str) -> Given:
    cleared = tuple(name for name in settled.cleared if name != tag)
    return replace(settled, tags=(*settled.tags, tag), cleared=cleared)


@FEWER
@given(policies(), cases())
def test_every_rule_either_fired_or_lacked_something(of: Policy, case: Case) -> None:
    book = Rulebook(of)
    explanation = explained(book, case)
    fired = [rule.rule for rule in explanation.fired]
    assert tuple(fired) == book.decide(case.fields, case.text, case.given).outcome.fired
    everything = {fired[0], *(rule.id for rule in (*book.text_rules, *book.raise_rules))}
    skipped = [rule.rule for rule in explanation.skipped]
    assert set(fired) | set(skipped) == everything
    assert len(fired) + len(skipped) == len(everything)


@FEWER
@given(policies(), st.lists(cases(), max_size=4))
def test_the_offsets_hold_the_words_of_the_terms(of: Policy, tickets: list[Case]) -> None:
    book = Rulebook(of)
    terms = {rule.id: {str(words_of(term)) for term in rule.terms} for rule in book.text_rules}
    for case in tickets:
        for rule in explained(book, case).fired:
            assert bool(rule.words) is bool(terms.get(rule.rule))
            for word in rule.words:
                found = words_of(case.text[word.start : word.end])
                assert found == words_of(word.term)
                assert str(found) in terms[rule.rule]


@FEWER
@given(policies(), cases())
def test_the_changes_of_one_listed_value_are_true_and_complete(of: Policy, case: Case) -> None:
    book = Rulebook(of)
    now = class_of(book, case, case.fields, case.given)
    changes: dict[str, list[Any]] = {name: list(values) for name, values in {**ORDERED, **FREE}.items()}
    expected = {
        (name, value, other)
        for name, values in changes.items()
        for value in values
        if (other := class_of(book, case, {**case.fields, name: value}, case.given)) != now
    }
    found = {(change.fact, change.value, change.class_name) for change in explained(book, case).would_change}
    assert {change for change in found if change[0] in changes} == expected


@FEWER
@given(policies(), cases())
def test_the_changes_of_a_yes_or_a_number_are_true_and_complete(of: Policy, case: Case) -> None:
    book = Rulebook(of)
    now = class_of(book, case, case.fields, case.given)
    found = explained(book, case).would_change
    for truth in (True, False):
        other = class_of(book, case, {**case.fields, "outside": truth}, case.given)
        said = [change.class_name for change in found if (change.fact, change.value) == ("outside", str(truth).lower())]
        assert said == ([other] if other != now else [])
    sizes = {change.value: change.class_name for change in found if change.fact == "users"}
    for value, class_name in sizes.items():
        size = float(value.rpartition(" ")[2]) - (0.5 if value.startswith("under") else 0)
        assert class_of(book, case, {**case.fields, "users": size}, case.given) == class_name
    reachable = {class_of(book, case, {**case.fields, "users": n / 2}, case.given) for n in range(14)}
    assert reachable - {now} == set(sizes.values())


@FEWER
@given(policies(), cases())
def test_the_changes_of_a_tag_or_the_severity_are_true_and_complete(of: Policy, case: Case) -> None:
    book = Rulebook(of)
    outcome = book.decide(case.fields, case.text, case.given).outcome
    expected = {
        ("tag", tag): class_of(book, case, case.fields, with_tag(case.given, tag))
        for tag in TAGS
        if tag not in outcome.tags
    }
    expected |= {
        ("severity", level): class_of(book, case, case.fields, replace(case.given, severity=level))
        for level in book.severity_ranks
        if level != outcome.severity
    }
    found = {(change.fact, change.value): change.class_name for change in explained(book, case).would_change}
    assert {fact: name for fact, name in found.items() if fact[0] in {"tag", "severity"}} == {
        fact: name for fact, name in expected.items() if name != outcome.class_name
    }


def test_a_size_asked_for_by_a_row_of_the_matrix_is_a_change_too() -> None:
    rows = [
        {"id": "crowd", "when": {"users_affected": {"at_least": 100}}, "class": "P1"},
        {"id": "rest", "class": "P3"},
    ]
    book = Rulebook(policy(matrix={"rows": rows}))
    changes = [(change.fact, change.value) for change in small(book=book, users_affected=7.0).would_change]
    assert ("users_affected", "at least 100") in changes
    changes = [(change.fact, change.value) for change in small(book=book, users_affected=700.0).would_change]
    assert ("users_affected", "under 50") in changes


class TestPlainWords:
    def test_words_are_quoted_as_the_customer_wrote_them(self) -> None:
        text = "Was NOT  me!\nThe data-leak"
        told = sentences(small(text), text)
        assert told[0] == "P2, sev4, under policy small@1"
        assert "tag rule security-words gave security (“Was NOT  me” at 0, “data-leak” at 17)" in told

    def test_fields_and_reasons_are_told(self) -> None:
        told = sentences(small(customer_tier="vip", urgency="low"), "")
        assert "matrix rule matrix:medium/low gave P3 (impact=medium, urgency=low)" in told
        assert "raise rule vip raised the class by 1 (customer_tier=vip): VIP customers come first." in told

    def test_floors_name_the_tag_or_the_severity(self) -> None:
        told = sentences(small("outage", affected_system="sso"), "outage")
        assert "raise rule floor:security gave at least P2 (tags=security)" in told
        assert "raise rule floor:sev1 gave at least P1 (severity=sev1)" in told

    def test_a_rule_that_only_asks_for_approvers_says_so(self) -> None:
        rule = {"id": "board", "when": {"impact": "medium"}, "approvers": ["lead"]}
        told = sentences(small(book=Rulebook(policy(raise_rules=[rule]))), "")
        assert "raise rule board gave further approvers (impact=medium)" in told

    def test_what_people_settled_is_told(self) -> None:
        told = sentences(small(settled=Given(tags=("billing",), cleared=("security",), severity="sev2")), "")
        assert told[1:4] == (
            "tag billing was set by a person or the source",
            "tag security was taken off by a person or the source",
            "severity sev2 was set by a person or the source",
        )

    def test_a_text_that_was_cut_is_said_to_be(self) -> None:
        book = Rulebook(policy(intake={**document()["intake"], "max_text": 1_000}))
        text = "x " * 600
        assert sentences(small(text, book=book), text)[-1].startswith("the text is longer than the policy reads")

    def test_each_silent_rule_says_what_it_lacked(self) -> None:
        rules = [
            {"id": "all", "tags_all": ["security", "billing"], "by": 1},
            {"id": "any", "tags_any": ["security", "billing"], "by": 1},
            {"id": "worst", "severity_at_least": "sev1", "by": 1},
            {"id": "vip", "when": {"customer_tier": ["vip", "enterprise"]}, "by": 1},
        ]
        told = {
            sentence
            for rule in small(book=Rulebook(policy(raise_rules=rules))).skipped
            for sentence in [skipped_sentence(rule)]
        }
        assert told >= {
            "outage: none of its words stands in the text",
            "crowd: users_affected is missing, not at least 50",
            "security-systems: affected_system is mail, not sso",
            "all: the ticket has no tag security or billing",
            "any: the ticket has no tag security or billing",
            "worst: severity is sev4, milder than sev1",
            "vip: customer_tier is standard, not vip or enterprise",
        }

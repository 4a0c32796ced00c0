"""Do the compiled rules decide as the policy reads, and does more of anything never lower the class?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.random_policies import FEWER, Case, cases, more_serious, policies
from tests.small_policy import COMPLETE, document, policy
from triage_core.domain.conditions import all_hold
from triage_core.domain.decision import Given, Outcome
from triage_core.domain.errors import PolicyInvalid, UnknownName
from triage_core.domain.policy.rules import TermRule
from triage_core.domain.rulebook import Rulebook

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy

BOOK = Rulebook(policy())


def decided(text: str = "", settled: Given = Given(), **fields: Any) -> Outcome:  # noqa: B008 - a frozen value
    return BOOK.decide({**COMPLETE, **fields}, text, settled).outcome


@pytest.mark.parametrize(
    ("fields", "text", "class_name", "severity", "tags"),
    [
        ({}, "", "P2", "sev4", ()),
        ({"impact": "high", "urgency": "high"}, "", "P1", "sev4", ()),
        ({"impact": "low", "urgency": "low"}, "", "P3", "sev4", ()),
        ({"impact": "low", "urgency": "low", "customer_tier": "vip"}, "", "P2", "sev4", ()),
        ({"impact": "high", "urgency": "high", "customer_tier": "vip"}, "", "P1", "sev4", ()),
        ({"impact": "low", "urgency": "low"}, "total OUTAGE", "P1", "sev1", ()),
        ({"impact": "low", "urgency": "low"}, "outages", "P3", "sev4", ()),
        ({"impact": "low", "urgency": "low"}, "it was not  me!", "P2", "sev4", ("security",)),
        ({"impact": "low", "urgency": "low"}, "the invoice", "P3", "sev4", ("billing",)),
        ({"impact": "low", "urgency": "low", "affected_system": "sso"}, "", "P2", "sev4", ("security",)),
        ({"impact": "low", "urgency": "low", "users_affected": 50.0}, "", "P2", "sev2", ()),
        ({"impact": "low", "urgency": "low", "users_affected": 49.9}, "", "P3", "sev4", ()),
        ({"impact": "low", "urgency": "low", "users_affected": 90.0}, "outage", "P1", "sev1", ()),
    ],
)
def test_the_small_policys_examples(
    fields: dict[str, Any], text: str, class_name: str, severity: str, tags: tuple[str, ...]
) -> None:
    outcome = decided(text, **fields)
    assert (outcome.class_name, outcome.severity, outcome.tags) == (class_name, severity, tags)


def test_fired_rules_stand_in_the_order_of_the_policy() -> None:
    outcome = decided("invoice for phishing outage", impact="low", urgency="low", customer_tier="vip")
    assert outcome.fired == (
        "matrix:low/low",
        "security-words",
        "billing-words",
        "outage",
        "vip",
        "floor:security",
        "floor:sev1",
        "floor:sev2",
    )


@pytest.mark.parametrize(
    ("text", "gated", "draft", "escalates"),
    [
        ("", False, True, False),
        ("invoice", True, True, False),
        ("phishing", True, True, True),
        ("outage", True, False, True),
    ],
)
def test_class_and_tags_together_decide_gate_draft_and_escalation(
    text: str,
    gated: bool,  # noqa: FBT001 - a sample
    draft: bool,  # noqa: FBT001 - a sample
    escalates: bool,  # noqa: FBT001 - a sample
) -> None:
    outcome = decided(text)
    assert (outcome.gate_required, outcome.draft_allowed, outcome.must_escalate) == (gated, draft, escalates)


def test_approvers_of_all_rules_that_fired_are_named_once() -> None:
    rules = [
        {"id": "one", "tags_any": ["security"], "approvers": ["lead", "agent"]},
        {"id": "two", "when": {"impact": "medium"}, "approvers": "lead"},
        {"id": "three", "when": {"impact": "high"}, "approvers": "manager"},
    ]
    assert Rulebook(policy(raise_rules=rules)).decide(COMPLETE, "phishing").outcome.approvers == ("lead", "agent")


class TestGiven:
    def test_a_given_tag_counts_like_a_found_one(self) -> None:
        assert decided(settled=Given(tags=("security",)), urgency="low").class_name == "P2"

    def test_a_tag_that_was_taken_off_does_not_come_back(self) -> None:
        outcome = decided("phishing", Given(cleared=("security",)), urgency="low")
        assert (outcome.tags, outcome.class_name) == ((), "P3")

    @pytest.mark.parametrize("severity", ["sev1", "sev2", "sev3", "sev4"])
    def test_a_given_severity_wins_over_every_rule(self, severity: str) -> None:
        assert decided("outage", Given(severity=severity), users_affected=99.0).severity == severity

    @pytest.mark.parametrize("settled", [Given(tags=("fun",)), Given(cleared=("fun",)), Given(severity="bad")])
    def test_what_the_policy_does_not_declare_is_refused(self, settled: Given) -> None:
        with pytest.raises(UnknownName):
            decided(settled=settled)


class TestText:
    def test_hits_are_places_in_the_stored_text(self) -> None:
        hits = BOOK.decide(COMPLETE, "Grüße:\nPHISHING").hits
        assert [(BOOK.words[number], start, end) for number, start, end in hits] == [("phishing", 7, 15)]

    def test_patterns_and_words_give_the_same_rule(self) -> None:
        rule = {"id": "cve", "tag": "security", "terms": ["exploit"], "patterns": ["cve-[0-9]{4}-[0-9]+"]}
        book = Rulebook(policy(tag_rules=[rule]))
        for text in ("an exploit", "see CVE-2026-1234"):
            assert book.decide(COMPLETE, text).outcome.tags == ("security",)
        (hit,) = book.decide(COMPLETE, "see CVE-2026-1234").hits
        assert hit[1:] == (4, 17)

    def test_a_term_spelled_twice_fires_both_rules(self) -> None:
        rules = [
            {"id": "one", "tag": "security", "terms": ["Data Leak"]},
            {"id": "two", "tag": "billing", "terms": ["data-leak"]},
        ]
        outcome = Rulebook(policy(tag_rules=rules)).decide(COMPLETE, "data leak").outcome
        assert outcome.tags == ("security", "billing")

    def test_a_longer_text_is_read_to_the_limit_and_said_to_be_cut(self) -> None:
        rule = {"id": "cve", "tag": "security", "patterns": ["cve-[0-9]+"]}
        book = Rulebook(policy(intake={**document()["intake"], "max_text": 1_000}, tag_rules=[rule]))
        decision = book.decide(COMPLETE, "x " * 500 + "outage cve-1")
        assert (decision.truncated, decision.hits, decision.outcome.tags) == (True, [], ())
        assert not book.decide(COMPLETE, "x " * 500).truncated


def test_points_are_those_of_the_values() -> None:
    assert BOOK.decide({**COMPLETE, "customer_tier": "vip", "impact": "high"}, "").bonus == 50
    assert BOOK.decide({**COMPLETE, "impact": "low"}, "").bonus == 0


class TestRows:
    ROWS: ClassVar = [
        {"id": "crowd", "when": {"users_affected": {"at_least": 100}}, "class": "P1"},
        {"id": "soon", "when": {"urgency": ["high", "medium"]}, "class": "P2"},
        {"id": "rest", "class": "P3"},
    ]
    BOOK = Rulebook(policy(matrix={"rows": ROWS}))

    @pytest.mark.parametrize(
        ("fields", "row"),
        [({"users_affected": 100.0}, "crowd"), ({"urgency": "medium"}, "soon"), ({"urgency": "low"}, "rest")],
    )
    def test_the_first_row_that_fits_holds(self, fields: dict[str, Any], row: str) -> None:
        assert self.BOOK.decide({**COMPLETE, **fields}, "").outcome.fired[0] == row

    def test_a_table_with_a_hole_is_refused_when_a_ticket_falls_into_it(self) -> None:
        book = Rulebook(policy(matrix={"rows": self.ROWS[:2]}))
        with pytest.raises(PolicyInvalid, match="no row for these values"):
            book.decide({**COMPLETE, "urgency": "low"}, "")


@pytest.mark.parametrize(
    "section",
    [
        {"tag_rules": [{"id": "x", "tag": "fun", "terms": ["x"]}]},
        {"tag_rules": [{"id": "x", "tag": "security", "when": {"colour": "red"}}]},
        {"raise_rules": [{"id": "x", "at_least": "P9"}]},
        {"raise_rules": [{"id": "x", "tags_any": ["fun"]}]},
        {"raise_rules": [{"id": "x", "severity_at_least": "sev9"}]},
        {"matrix": {"rows": [{"id": "x", "class": "P9"}]}},
        {"severity": {"levels": ["sev1"], "default": "sev9"}},
    ],
)
def test_a_rule_that_names_what_the_policy_lacks_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(PolicyInvalid, match="which the policy does not declare; run the policy's lint"):
        Rulebook(policy(**section))


# --- laws -------------------------------------------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def says(text: str, term: str) -> bool:
    """Tell whether the words of a term stand one after the other in a text."""
    words, wanted = words_of(text), words_of(term)
    return any(words[place : place + len(wanted)] == wanted for place in range(len(words)))


def fires(rule: TermRule, case: Case) -> bool:
    return all_hold(rule.when, case.fields) and (not rule.terms or any(says(case.text, term) for term in rule.terms))


def as_it_reads(of: Policy, case: Case) -> tuple[str, str, set[str], list[str]]:
    """Decide by reading the policy from top to bottom: class, severity, tags, and the names of what fired."""
    settled, cell = case.given, (case.fields["impact"], case.fields["urgency"])
    tagging = [rule for rule in of.tag_rules if fires(rule, case)]
    rating = [rule for rule in of.severity.rules if fires(rule, case)]
    tags = ({rule.tag for rule in tagging} | set(settled.tags)) - set(settled.cleared)
    levels = [level.name for level in of.severity.levels]
    worst = min((levels.index(rule.severity) for rule in rating), default=levels.index(of.severity.default))
    worst = worst if settled.severity is None else levels.index(settled.severity)
    classes = [item.name for item in of.classes]
    base = classes.index(of.matrix.grid[cell[0]][cell[1]])
    raising = [
        rule
        for rule in of.raise_rules
        if all_hold(rule.when, case.fields)
        and (not rule.tags_any or set(rule.tags_any) & tags)
        and set(rule.tags_all) <= tags
        and (rule.severity_at_least is None or worst <= levels.index(rule.severity_at_least))
    ]
    floors = [(f"floor:{tag.name}", tag.at_least) for tag in of.tags if tag.at_least and tag.name in tags]
    floors += [
        (f"floor:{level.name}", level.at_least)
        for place, level in enumerate(of.severity.levels)
        if level.at_least and worst <= place
    ]
    lowest = [rule.at_least for rule in raising if rule.at_least] + [name for _, name in floors]
    rank = min([base - max((rule.by for rule in raising), default=0), *(classes.index(name) for name in lowest)])
    fired = [
        f"matrix:{cell[0]}/{cell[1]}",
        *(rule.id for rule in (*tagging, *rating)),
        *(rule.id for rule in raising),
        *(n for n, _ in floors),
    ]
    return classes[max(rank, 0)], levels[worst], tags, fired


@FEWER
@given(policies(), st.lists(cases(), min_size=1, max_size=6))
def test_the_compiled_rules_decide_as_the_policy_reads(of: Policy, tickets: list[Case]) -> None:
    book = Rulebook(of)
    for case in tickets:
        outcome = book.decide(case.fields, case.text, case.given).outcome
        found = (outcome.class_name, outcome.severity, set(outcome.tags), list(outcome.fired))
        assert found == as_it_reads(of, case)


@FEWER
@given(policies(), cases(), st.data())
def test_more_of_anything_never_lowers_the_class(of: Policy, case: Case, data: st.DataObject) -> None:
    book = Rulebook(of)
    before = book.decide(case.fields, case.text, case.given).outcome
    worse = data.draw(more_serious(case, before.severity))
    after = book.decide(worse.fields, worse.text, worse.given).outcome
    assert after.class_rank <= before.class_rank
    assert set(before.tags) <= set(after.tags)
    assert after.gate_required or not before.gate_required


@FEWER
@given(policies(), cases(), cases())
def test_what_was_decided_before_does_not_matter(of: Policy, first: Case, second: Case) -> None:
    used = Rulebook(of)
    used.decide(first.fields, first.text, first.given)
    fresh = Rulebook(of).decide(second.fields, second.text, second.given)
    assert used.decide(second.fields, second.text, second.given) == fresh


@FEWER
@given(policies(), cases())
def test_a_decision_stands_when_it_is_made_again_from_its_hits(of: Policy, case: Case) -> None:
    book = Rulebook(of)
    decision = book.decide(case.fields, case.text, case.given)
    assert book.redecide(decision, case.fields, case.given) == decision.outcome

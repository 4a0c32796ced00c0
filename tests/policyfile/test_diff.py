"""Is every difference between two policies named, and is it said which ones lower caution?"""

from __future__ import annotations

import pytest

from triage_core.domain.policy.people import Right
from triage_core.policyfile import Change, ChangeKind, diff_policies, load_preset, parse_policy

HEAD = """\
extends: preset:p1-p3
policy: test
version: v1
effective_from: 2026-01-01
change_note: {what: A test., why: A test.}
"""
ANN = "{id: ann, name: ann, email: ann@example.com, roles: [incident_lead, communications_lead, lead, manager]}"
RULE = "id: r, when: {impact: [high, medium]}"


def changes(old: str, new: str) -> tuple[Change, ...]:
    return diff_policies(parse_policy(HEAD + old, "old.yaml"), parse_policy(HEAD + new, "new.yaml"))


def test_a_policy_does_not_differ_from_itself() -> None:
    policy = load_preset("p1-p5")
    assert diff_policies(policy, policy) == ()


def test_rules_and_classes_are_named_and_not_counted() -> None:
    old = f"raise_rules: [{{id: a, when: {{impact: high}}, by: 1}}, {{{RULE}, by: 1}}]"
    (change,) = changes(old, f"raise_rules: [{{{RULE}, by: 1}}]")
    assert (change.pointer, change.kind) == ("/raise_rules/a", ChangeKind.REMOVED)


def test_a_changed_order_is_told_where_it_decides() -> None:
    approvals = (
        "{id: a, classes: P1, roles: lead, expires: 1h}",
        "{id: b, tags_any: [billing], roles: lead, expires: 1h}",
    )
    rest = "{id: c, roles: lead, expires: 1h}"
    old, new = (f"gates: {{approvals: [{one}, {two}, {rest}]}}" for one, two in (approvals, approvals[::-1]))
    (change,) = changes(old, new)
    assert (change.kind, change.before, change.after) == (ChangeKind.MOVED, ("a", "b", "c"), ("b", "a", "c"))


def test_changes_read_as_lines() -> None:
    (change,) = changes("reopen_window: 7d", "reopen_window: 9d")
    assert str(change) == "~ /reopen_window: 7d -> 9d"
    (change,) = changes("platforms: {make: internal}", "platforms: {make: confidential}")
    assert str(change) == "~ /platforms/make: internal -> confidential  [lowers caution]"
    (change,) = changes("rotas: []", "rotas: [night]")
    assert str(change) == "+ /rotas: night"


#: Old part, new part; the way there lowers caution, and the way back does not.
LOWERS = (
    ("platforms: {make: internal}", "platforms: {make: confidential}"),
    ("platforms: {make: null}", "platforms: {make: public}"),
    ("gates: {review_warning: {under: 20s}}", "gates: {review_warning: {under: 10s}}"),
    ("gates: {review_warning: {words_over: 40}}", "gates: {review_warning: {words_over: 60}}"),
    *(
        (f"gates: {{{name}: {careful}}}", f"gates: {{{name}: {careless}}}")
        for name, careful, careless in (
            ("fresh_session", "30m", "60m"),
            ("recipient_rate", 5, 10),
            ("address_rate", 5, 10),
            ("address_rate", 5, "null"),
            ("tenant_rate", 5, 10),
            ("tenant_rate", 5, "null"),
        )
    ),
    (
        "gates: {approvals: [{id: a, roles: lead, quorum: 2, expires: 1h}]}",
        "gates: {approvals: [{id: a, roles: lead, expires: 1h}]}",
    ),
    (
        "gates: {approvals: [{id: a, roles: lead, expires: 1h}]}",
        "gates: {approvals: [{id: a, roles: lead, expires: 2h}]}",
    ),
    (
        "gates: {approvals: [{id: a, roles: lead, expires: 1h}]}",
        "gates: {approvals: [{id: a, roles: [lead, manager], expires: 1h}]}",
    ),
    (f"raise_rules: [{{{RULE}, by: 2}}]", f"raise_rules: [{{{RULE}, by: 1}}]"),
    (f"raise_rules: [{{{RULE}, by: 1}}]", "raise_rules: []"),
    (f"raise_rules: [{{{RULE}, at_least: P1}}]", f"raise_rules: [{{{RULE}, at_least: P2}}]"),
    (f"raise_rules: [{{{RULE}, at_least: P2, by: 1}}]", f"raise_rules: [{{{RULE}, by: 1}}]"),
    (f"raise_rules: [{{{RULE}, by: 1}}]", "raise_rules: [{id: r, when: {impact: high}, by: 1}]"),
    (f"raise_rules: [{{{RULE}, by: 1, approvers: [lead]}}]", f"raise_rules: [{{{RULE}, by: 1}}]"),
    (f"raise_rules: [{{{RULE}, by: 1}}]", f"raise_rules: [{{{RULE}, tags_all: [billing], by: 1}}]"),
    (f"raise_rules: [{{{RULE}, by: 1}}]", f"raise_rules: [{{{RULE}, tags_any: [billing], by: 1}}]"),
    (
        f"raise_rules: [{{{RULE}, tags_any: [billing, security], by: 1}}]",
        f"raise_rules: [{{{RULE}, tags_any: [billing], by: 1}}]",
    ),
    (f"raise_rules: [{{{RULE}, by: 1}}]", f"raise_rules: [{{{RULE}, severity_at_least: sev2, by: 1}}]"),
    (
        f"raise_rules: [{{{RULE}, severity_at_least: sev2, by: 1}}]",
        f"raise_rules: [{{{RULE}, severity_at_least: sev1, by: 1}}]",
    ),
    (
        "raise_rules: [{id: r, when: {users_affected: {at_least: 5}}, by: 1}]",
        "raise_rules: [{id: r, when: {users_affected: {at_least: 50}}, by: 1}]",
    ),
    ("tag_rules: [{id: r, tag: billing, terms: [x, y]}]", "tag_rules: [{id: r, tag: billing, terms: [x]}]"),
    ("tag_rules: [{id: r, tag: billing, patterns: [x, y]}]", "tag_rules: [{id: r, tag: billing, patterns: [x]}]"),
    (
        "tag_rules: [{id: r, tag: billing, terms: x}]",
        "tag_rules: [{id: r, tag: billing, terms: x, when: {category: request}}]",
    ),
    (
        "tag_rules: [{id: r, tag: billing, terms: x}, {id: s, tag: billing, terms: y}]",
        "tag_rules: [{id: r, tag: billing, terms: x}]",
    ),
    ("manipulation: {kinds: [markup, encoded]}", "manipulation: {kinds: [markup]}"),
    ("intake: {alert_terms: [fire, smoke]}", "intake: {alert_terms: [fire]}"),
    ("intake: {fields: {category: {required: true}}}", "intake: {fields: {category: {required: false}}}"),
    ("intake: {fields: {category: {default: null}}}", "intake: {fields: {category: {default: incident}}}"),
    ("matrix: {grid: {high: {medium: P1}}}", "matrix: {grid: {high: {medium: P2}}}"),
    ("severity: {default: sev2}", "severity: {default: sev3}"),
    ("stages: {start: shadow}", "stages: {start: pilot}"),
    ("stages: {pilot_share: 10%}", "stages: {pilot_share: 20%}"),
    ("stages: {sign_offs: 2}", "stages: {sign_offs: 1}"),
    ("stages: {readiness: {attested_for: 30d}}", "stages: {readiness: {attested_for: 90d}}"),
    ("stages: {demote: [{id: t, measure: bypasses, at_least: 2}]}", "stages: {demote: []}"),
    (
        "stages: {demote: [{id: t, measure: bypasses, at_least: 2}]}",
        "stages: {demote: [{id: t, measure: bypasses, at_least: 3}]}",
    ),
    (
        "stages: {demote: [{id: t, measure: bypasses, at_least: 2}]}",
        "stages: {demote: [{id: t, measure: bypasses, at_least: 2, window: 1h}]}",
    ),
    (
        "stages: {demote: [{id: t, measure: bypasses, at_least: 2}]}",
        "stages: {demote: [{id: t, measure: bypasses, at_least: 2, share: 10%}]}",
    ),
    ("classes: [{name: P1, gated: true}, {name: P2, gated: true}, P3]", "classes: [{name: P1, gated: true}, P2, P3]"),
    ("classes: [{name: P1, must_escalate: true}, P2, P3]", "classes: [P1, P2, P3]"),
    ("classes: [P1, P2, P3]", "classes: [P1, {name: P2, draft_allowed: true}, P3]"),
    (
        "tags: [{name: security, at_least: P1}, billing, legal_regulatory]",
        "tags: [{name: security, at_least: P2}, billing, legal_regulatory]",
    ),
    (
        "tags: [security, billing, legal_regulatory]",
        "tags: [{name: security, gated: false}, billing, legal_regulatory]",
    ),
    (
        "tags: [security, billing, legal_regulatory]",
        "tags: [{name: security, must_escalate: false}, billing, legal_regulatory]",
    ),
    (
        "tags: [security, billing, legal_regulatory, {name: safety, must_escalate: false}]",
        "tags: [security, billing, legal_regulatory]",
    ),
    ("output: {link_domains: []}", "output: {link_domains: a.example.com}"),
    ("output: {longest: {sms: 160}}", "output: {longest: {sms: 320}}"),
    ("output: {required: {survey: greeting}}", "output: {required: {survey: []}}"),
    ("output: {part_words: {}}", "output: {part_words: {state: stav}}"),
    ("output: {part_words: {state: stav}}", "output: {part_words: {state: [stav, dnes]}}"),
    ("output: {abuse: {usual: true}}", "output: {abuse: {usual: false}}"),
    ("output: {promises: {terms: [x, y]}}", "output: {promises: {terms: [x]}}"),
    ("output: {prices: {patterns: [x]}}", "output: {prices: {patterns: []}}"),
    ("output: {admissions: {allowed: []}}", "output: {admissions: {allowed: our fault tree}}"),
    ("output: {amounts: {EUR: 50}}", "output: {amounts: {EUR: 90}}"),
    ("output: {amounts: {}}", "output: {amounts: {EUR: 50}}"),
    ("output: {forbidden_names: [x]}", "output: {forbidden_names: []}"),
    ("output: {contacts: []}", "output: {contacts: '@example.com'}"),
    ("output: {phone_regions: DE}", "output: {phone_regions: []}"),
    ("output: {personal_data: [iban, bic]}", "output: {personal_data: iban}"),
    ("people: []", f"people: [{ANN}, {ANN.replace('ann', 'bob')}]"),
)


@pytest.mark.parametrize(("careful", "careless"), LOWERS)
def test_what_lowers_caution_is_marked(careful: str, careless: str) -> None:
    assert any(change.weakens_gate for change in changes(careful, careless))


@pytest.mark.parametrize(("careful", "careless"), LOWERS)
def test_the_way_back_is_not_marked(careful: str, careless: str) -> None:
    assert not any(change.weakens_gate for change in changes(careless, careful))


@pytest.mark.parametrize("other", ["measure: overrides", "measure: bypasses, actions: calls"])
def test_a_trigger_for_something_else_counts_as_lowering_either_way(other: str) -> None:
    one, two = (f"stages: {{demote: [{{id: t, at_least: 2, {said}}}]}}" for said in ("measure: bypasses", other))
    assert any(change.weakens_gate for change in changes(one, two))
    assert any(change.weakens_gate for change in changes(two, one))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("desk: {name: A}", "desk: {name: B}"),
        ("tag_rules: [{id: r, tag: billing, terms: [x]}]", "tag_rules: [{id: r, tag: billing, terms: [x, y]}]"),
        ("calendars: {office: {zone: UTC}}", "calendars: {office: {zone: Europe/Berlin}}"),
        ("score: {points_per_hour: 1}", "score: {points_per_hour: 2}"),
    ],
)
def test_other_changes_are_not_marked(old: str, new: str) -> None:
    found = changes(old, new)
    assert found
    assert not any(change.weakens_gate for change in found)


def test_giving_a_role_the_right_to_approve_lowers_caution() -> None:
    old = load_preset("p1-p3")
    agent = old.roles[0].model_copy(update={"rights": (*old.roles[0].rights, Right.APPROVE)})
    new = old.model_copy(update={"roles": (agent, *old.roles[1:])})
    (change,) = diff_policies(old, new)
    assert (change.pointer, change.after, change.weakens_gate) == ("/roles/agent/rights", "approve", True)

"""Does a policy hold together, beyond the shape of its parts and the names it uses?

Each row is one check. It reads the sections it names and runs as soon as these are sound, so that a mistake in one
section hides nothing in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain.policy import Policy
from triage_core.domain.policy.problem import Weight
from triage_core.policyfile.checks import (
    form,
    hours,
    identities,
    output,
    paths,
    roster,
    rules,
    table,
    targets,
    wording,
)
from triage_core.policyfile.tree import Finding

_E: Final = Weight.ERROR
_W: Final = Weight.WARNING


class Check(NamedTuple):
    """One check: its code, the sections it reads, and what finds the problems."""

    code: str
    severity: Weight
    reads: tuple[str, ...]
    find: Callable[[Policy], Iterator[Finding]]


_RULES: Final = ("intake", "tag_rules", "severity", "raise_rules")
_NAMED: Final = (
    "classes",
    "severity",
    "tags",
    "roles",
    "people",
    "queues",
    "ladders",
    "templates",
    "gates",
    "escalation",
    "service_levels",
    "intake",
    "retention",
    "stages",
)

CHECKS: Final = (
    Check("field_missing", _E, ("intake",), form.asked_fields),
    Check("field_not_required", _E, ("intake",), form.required_fields),
    Check("field_not_ordered", _E, ("intake",), form.ordered_fields),
    Check("field_defaulted", _E, ("intake",), form.judged_fields),
    Check("choices", _E, ("intake",), form.choices),
    Check("setting_without_effect", _E, ("intake",), form.settings),
    Check("empty_range", _E, ("intake",), form.limits),
    Check("pattern_invalid", _E, ("intake",), form.form_patterns),
    Check("duplicate_name", _E, _NAMED, identities.names_once),
    Check("duplicate_rule", _E, (*_RULES, "matrix"), identities.rules_once),
    Check("reserved_name", _E, (*_RULES, "matrix"), identities.rules_unreserved),
    Check("identity_shared", _E, ("people",), identities.people_apart),
    Check("matrix_empty", _E, ("matrix",), table.has_cells),
    Check("matrix_twofold", _E, ("matrix",), table.one_form),
    Check("grid_incomplete", _E, ("matrix", "intake"), table.complete_grid),
    Check("rows_incomplete", _E, ("matrix",), table.catch_all),
    Check("matrix_lowers", _E, ("matrix", "intake", "classes"), table.never_lowers),
    Check("rule_may_lower", _E, _RULES, rules.upper_sets),
    Check(
        "wrong_test",
        _E,
        (*_RULES, "matrix", "service_levels", "escalation", "stages"),
        rules.test_kinds,
    ),
    Check("rule_without_condition", _E, ("tag_rules", "severity", "raise_rules"), rules.conditioned),
    Check("rule_without_effect", _E, ("raise_rules",), rules.effective),
    Check("term_invalid", _E, _RULES, rules.findable_terms),
    Check("term_repeated", _E, _RULES, rules.terms_once),
    Check("pattern_invalid", _E, ("tag_rules", "severity"), rules.patterns),
    Check("weights_fall", _E, ("score", "intake"), rules.weights),
    Check("tag_never_found", _W, ("tags", "tag_rules", "manipulation"), rules.found_tags),
    Check("manipulation_tag_unknown", _E, ("tags", "manipulation"), rules.manipulation_tag),
    Check("zone_unknown", _E, ("calendars",), hours.zones),
    Check("holidays_unknown", _E, ("calendars",), hours.holidays),
    Check("pinned_elsewhere", _E, ("calendars",), hours.pinned_years),
    Check("calendar_never_opens", _E, ("calendars",), hours.opens),
    Check("calendar_contradicts", _E, ("calendars",), hours.one_kind),
    Check("slots_overlap", _W, ("calendars",), hours.overlaps),
    Check("calendar_unused", _W, ("calendars", "service_levels", "people"), hours.used),
    Check("class_without_levels", _E, ("classes", "service_levels"), targets.every_class),
    Check("target_missing", _W, ("service_levels",), targets.promised_metrics),
    Check("targets_fall", _W, ("classes", "service_levels"), targets.rising_targets),
    Check("reply_after_resolution", _W, ("service_levels",), targets.reply_before_resolution),
    Check("cadence_differs", _W, ("classes", "service_levels"), targets.cadence),
    Check("right_missing", _E, ("roles", "gates", "raise_rules", "escalation", "ladders"), roster.role_rights),
    Check("person_unfit", _E, ("roles", "people", "routing", "ladders", "change_note"), roster.people_rights),
    Check("owner_twice", _E, ("routing",), roster.different_owners),
    Check("too_few_approvers", _E, ("roles", "people", "gates"), roster.enough_approvers),
    Check("approvers_not_separate", _W, ("roles", "people", "gates"), roster.separate_approvers),
    Check("too_few_signers", _E, ("roles", "people", "stages"), roster.enough_signers),
    Check("no_commander", _E, ("roles", "people", "gates"), roster.commander),
    Check("line_uncovered", _W, ("queues", "intake", "routing"), roster.covered_lines),
    Check("queue_unstaffed", _W, ("queues", "people", "routing"), roster.staffed_queues),
    Check("no_escalation_rule", _E, ("classes", "tags", "escalation"), paths.escalated),
    Check("no_approval_rule", _E, ("classes", "tags", "gates"), paths.approved),
    Check("rule_never_reached", _W, ("gates", "escalation"), paths.reached),
    Check("ladder_unused", _W, ("ladders", "escalation"), paths.used_ladders),
    Check("gated_draft", _E, ("classes",), paths.no_drafts),
    Check("top_class_open", _W, ("classes",), paths.top_gated),
    Check("starts_acting", _W, ("stages",), paths.rollout),
    Check("pilot_twofold", _E, ("stages",), paths.one_subset),
    Check("template_expression", _E, ("templates",), wording.no_expressions),
    Check("placeholder_unknown", _E, ("templates",), wording.known_placeholders),
    Check("placeholder_untellable", _E, ("templates",), wording.tellable_placeholders),
    Check("placeholder_empty", _E, ("templates", "desk"), wording.known_addresses),
    Check("term_invalid", _E, ("output",), output.findable_terms),
    Check("term_repeated", _E, ("output",), output.terms_once),
    Check("pattern_invalid", _E, ("output",), output.patterns),
    Check("link_domain_unfit", _E, ("output",), output.link_domains),
    Check("region_unknown", _E, ("output",), output.regions),
    Check("phrase_without_effect", _W, ("output",), output.allowed_phrases),
    Check("template_never_leaves", _W, ("templates", "desk", "output", "manipulation"), output.passing_templates),
)


def check_policy(policy: Policy, sound: Collection[str]) -> list[Finding]:
    """Run every check whose sections are sound."""
    return [
        replace(finding, code=check.code, severity=check.severity)
        for check in CHECKS
        if all(section in sound for section in check.reads)
        for finding in check.find(policy)
    ]

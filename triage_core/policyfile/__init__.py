"""How does a policy get from a file into the engine and back, and what is wrong with it when it does not?"""

from __future__ import annotations

from triage_core.domain.policy.problem import Problem, Weight
from triage_core.policyfile.diff import Change, ChangeKind, diff_policies
from triage_core.policyfile.dumping import dump_policy, policy_digest
from triage_core.policyfile.loading import Reading, lint_policy, lint_text, load_policy, load_preset, parse_policy
from triage_core.policyfile.presets import PRESETS
from triage_core.policyfile.schema import intake_schema, policy_schema

__all__ = [
    "PRESETS",
    "Change",
    "ChangeKind",
    "Problem",
    "Reading",
    "Weight",
    "diff_policies",
    "dump_policy",
    "intake_schema",
    "lint_policy",
    "lint_text",
    "load_policy",
    "load_preset",
    "parse_policy",
    "policy_digest",
    "policy_schema",
]

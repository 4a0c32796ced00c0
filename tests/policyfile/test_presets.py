"""Are the presets complete, and does a policy build on them as it says?"""

from __future__ import annotations

import pytest

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.playbook import Playbook
from triage_core.policyfile import PRESETS, lint_text, load_preset, parse_policy

HEAD = """\
extends: preset:p1-p4
policy: test
version: v1
effective_from: 2026-01-01
change_note: {what: A test., why: A test.}
"""
#: The parts that make a scheme; all else comes from the base.
SCHEME = {"version", "classes", "matrix", "severity", "tags", "service_levels", "escalation", "gates"}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_complete_policy_without_a_warning(name: str) -> None:
    Playbook(load_preset(name))
    assert lint_text(HEAD.replace("p1-p4", name), "f.yaml").problems == ()


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("p1-p3", "P1 P2 P3"),
        ("p1-p4", "P1 P2 P3 P4"),
        ("p1-p5", "P1 P2 P3 P4 P5"),
        ("sev1-sev4", "Sev1 Sev2 Sev3 Sev4"),
    ],
)
def test_a_preset_has_the_classes_of_its_name(name: str, classes: str) -> None:
    assert " ".join(item.name for item in load_preset(name).classes) == classes


@pytest.mark.parametrize("name", PRESETS)
def test_presets_differ_in_their_scheme_only(name: str) -> None:
    one, other = load_preset("p1-p3").model_dump(), load_preset(name).model_dump()
    assert {key for key in one if one[key] != other[key]} <= SCHEME


def test_a_policy_says_for_itself_who_it_is_and_why() -> None:
    missing = [each.path for each in lint_text("extends: preset:p1-p4\n", "f.yaml").problems]
    assert missing == ["/policy", "/version", "/effective_from", "/change_note"]


def test_mappings_merge_and_null_takes_a_key_away() -> None:
    part = "platforms: {make: null, zapier: public}\nqueues: [general, escalations]\nscore: {points_per_hour: 3}\n"
    policy = parse_policy(HEAD + part, "f.yaml")
    assert policy.platforms == {
        "power_automate": "restricted",
        "zapier": "public",
        "python": "restricted",
        "direct": "restricted",
    }
    assert [queue.name for queue in policy.queues] == ["general", "escalations"]
    assert (policy.score.points_per_hour, policy.score.weights["impact"]["high"]) == (3, 30)


@pytest.mark.parametrize(
    ("name", "nearest"), [("preset:p1-p6", "preset:p1-p5"), ("sev1-sev4", "preset:sev1-sev4"), ("[]", None)]
)
def test_an_unknown_preset_is_refused_with_the_nearest(name: str, nearest: str | None) -> None:
    (problem,) = lint_text(f"policy: x\nextends: {name}\n", "f.yaml").problems
    assert (problem.line, problem.column, problem.code) == (2, 10, "preset_unknown")
    if nearest:
        assert problem.nearest == nearest


def test_a_preset_by_another_name_is_refused() -> None:
    with pytest.raises(PolicyInvalid):
        load_preset("base")

"""Does the calibration find what was planted, and do the weeks after go as the backtest said?"""

from __future__ import annotations

import pytest

from triage_core.domain.calibration.edits import edited
from triage_core.domain.kpis.definitions import Kpi
from triage_core.policyfile import dump_policy, lint_text
from triage_core.study.planting import FAULTS, planted_policy, sound_policy
from triage_core.study.running import Shape, Study, run


@pytest.fixture(scope="module")
def study() -> Study:
    return run(Shape(weeks=5, after=2, each_week=300, sample=80))


def test_all_planted_faults_are_found_and_nothing_else_is_proposed(study: Study) -> None:
    assert [str(found.proposal) for found in study.found] == [
        "take the term “reset” out of security-words",
        "add the term “was not me” to security-words",
        # Nobody in the study counts 40 to 49 people, so any of these sizes is right.
        "set the threshold of crowd/users_affected from 5 to 40",
    ]
    assert {str(each) for each in study.proposals} == {str(found.proposal) for found in study.found}


def test_every_proposal_holds_together(study: Study) -> None:
    for each in study.proposals:
        assert lint_text(dump_policy(edited(planted_policy(), each.edits)), "proposal").policy is not None


def test_the_weeks_after_go_as_the_backtest_said(study: Study) -> None:
    assert [prediction.name for prediction in study.predictions if not prediction.holds] == []


def test_the_estimates_hold_the_truth(study: Study) -> None:
    for kpi, true in study.truth.items():
        found = study.judgement.rates[kpi]
        assert (found.low or 0) <= true <= (found.high or 0), kpi
    assert study.judgement.rates[Kpi.FALSE_PRIORITY_RATE].n == study.judgement.judged


def test_the_same_seed_gives_the_same_study() -> None:
    shape = Shape(weeks=1, after=1, each_week=60, sample=30)
    assert run(shape) == run(shape)


def test_the_sound_policy_has_none_of_the_faults() -> None:
    assert planted_policy() == edited(sound_policy(), [fault.planted for fault in FAULTS])
    assert run(Shape(weeks=1, after=1, each_week=40, sample=30)).tickets == 80

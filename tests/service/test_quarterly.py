"""Does somebody answer for every part of the policy each quarter, and on what?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sample_desk import TENANT
from tests.sample_learning import FLOW, LEAD, SECOND, LearningDesk
from triage_core.domain.changing.quarterly import QUESTIONS, EvidenceMissing, Outcome, Part, quarter_of
from triage_core.domain.errors import NotPermitted, ReasonMissing


@pytest.fixture
def desk() -> LearningDesk:
    return LearningDesk()


@pytest.mark.parametrize(("month", "quarter"), [(1, "2026-Q1"), (3, "2026-Q1"), (4, "2026-Q2"), (12, "2026-Q4")])
def test_a_moment_has_its_quarter(month: int, quarter: str) -> None:
    assert quarter_of(datetime(2026, month, 1, tzinfo=UTC)) == quarter


def test_every_part_has_a_question_and_names_what_it_is_about(desk: LearningDesk) -> None:
    looked_at = desk.reviews.looked_at(TENANT)
    assert set(QUESTIONS) == set(looked_at) == set(Part)
    assert "crowd: users_affected from 5" in looked_at[Part.THRESHOLDS]


def test_answers_are_kept_with_all_versions(desk: LearningDesk) -> None:
    desk.reviews.answer(desk.hand(LEAD, "They fit."), Part.SEVERITIES, Outcome.STAYS, ("2026-W10",))
    desk.reviews.answer(desk.hand(SECOND, "Too low."), Part.THRESHOLDS, Outcome.CHANGES, ("2026-W10",))
    review = desk.reviews.of(TENANT)
    assert (review.quarter, review.version, len(review.open_parts)) == ("2026-Q1", 2, 4)
    assert review.answers[Part.THRESHOLDS].policy_version == "study@1"
    assert [each.version for each in desk.reviews.versions(TENANT, "2026-Q1")] == [1, 2]


def test_an_answer_rests_on_something_and_says_why(desk: LearningDesk) -> None:
    with pytest.raises(EvidenceMissing):
        desk.reviews.answer(desk.hand(), Part.GATES, Outcome.STAYS, ())
    with pytest.raises(ReasonMissing):
        desk.reviews.answer(desk.hand(LEAD, ""), Part.GATES, Outcome.STAYS, ("t1",))


def test_only_who_may_change_the_policy_answers(desk: LearningDesk) -> None:
    with pytest.raises(NotPermitted):
        desk.reviews.answer(desk.hand(FLOW), Part.GATES, Outcome.STAYS, ("t1",))

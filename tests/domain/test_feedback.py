"""What may be said about the handling of a ticket, and where does it go?"""

from __future__ import annotations

import pytest

from tests.sample_cases import context
from triage_core.domain.entry import Kind
from triage_core.domain.errors import UnknownName
from triage_core.domain.feedback import About, Feedback, FeedbackIncomplete, give


def test_feedback_is_a_line_that_changes_nothing_and_its_words_lie_with_the_texts() -> None:
    (step,) = give(context(), Feedback(about=About.SATISFACTION, rating=4, text="Fast."))
    assert (step.kind, step.changes, step.texts) == (Kind.FEEDBACK_GIVEN, {}, {"feedback": "Fast."})
    assert step.facts == {"about": "satisfaction", "rating": 4}


@pytest.mark.parametrize(
    "given",
    [
        Feedback(about=About.SATISFACTION, text="fast"),
        Feedback(about=About.REMARK, text=" "),
        Feedback(about=About.CORRECTION, field="class"),
        Feedback(about=About.CORRECTION, should_be="P1"),
    ],
)
def test_feedback_that_lacks_what_it_is_about_is_refused(given: Feedback) -> None:
    with pytest.raises(FeedbackIncomplete, match="needs"):
        give(context(), given)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("class", "P1"),
        ("severity", "sev2"),
        ("risk_tag", "billing"),
        ("queue", "desk"),
        ("owner", "lee"),
        ("root_cause", "network"),
        ("impact", "high"),
        ("users_affected", "12"),
    ],
)
def test_a_correction_speaks_the_policys_language(field: str, value: str) -> None:
    (step,) = give(context(), Feedback(about=About.CORRECTION, field=field, should_be=value))
    assert (step.facts["field"], step.facts["should_be"], step.texts) == (field, value, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [("mood", "bad"), ("class", "P9"), ("owner", "nobody"), ("impact", "huge"), ("users_affected", "x")],
)
def test_a_correction_in_free_words_is_refused(field: str, value: str) -> None:
    with pytest.raises(UnknownName):
        give(context(), Feedback(about=About.CORRECTION, field=field, should_be=value))

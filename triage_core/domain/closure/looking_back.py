"""What does the review of a grave ticket lack?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from triage_core.domain.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.closure.facts import Review

MISSING: Final = "missing"
INVALID: Final = "invalid"
_MOMENTS: Final = ("started_at", "detected_at", "ended_at")
#: The free texts of a review beside its milestones.
PROSE: Final = ("impact", "went_well", "went_badly", "handoff_friction")
_TOLD: Final = {
    "started_at": "when the damage began",
    "detected_at": "when somebody saw it",
    "ended_at": "when the damage was over",
    "detected_by": "monitoring, staff, customer or third_party",
    "milestones": "what happened when, at least one line",
    "impact": "who could not do what",
    "went_well": "what helped",
    "went_badly": "what cost time",
    "handoff_friction": "what got lost or late between people and teams, or none",
}


def review_gaps(review: Review | None, *, is_grave: bool) -> Iterator[Problem]:
    """Name what a review lacks; only a grave ticket must have one."""
    if review is None:
        if is_grave:
            yield Problem(pointer="/review", expected="a review, because the ticket is grave", code=MISSING)
        return
    for name, expected in _TOLD.items():
        if _is_empty(getattr(review, name)):
            yield Problem(pointer=f"/review/{name}", expected=expected, code=MISSING)
    yield from _out_of_order(review)
    for number, milestone in enumerate(review.milestones):
        if _is_empty(milestone.what):
            yield Problem(pointer=f"/review/milestones/{number}/what", expected="what happened", code=MISSING)


def _is_empty(value: Any) -> bool:  # noqa: ANN401 - a field of any type
    return not (value.strip() if isinstance(value, str) else value)


def _out_of_order(review: Review) -> Iterator[Problem]:
    naive = [name for name in _MOMENTS if (at := getattr(review, name)) is not None and at.tzinfo is None]
    for name in naive:
        yield Problem(pointer=f"/review/{name}", expected="a moment with its time zone", code=INVALID)
    for number, milestone in enumerate(review.milestones):
        if milestone.at.tzinfo is None:
            pointer = f"/review/milestones/{number}/at"
            yield Problem(pointer=pointer, expected="a moment with its time zone", code=INVALID)
    moments = [(name, at) for name in _MOMENTS if (at := getattr(review, name)) is not None]
    for (earlier, before), (later, after) in pairwise(moments):
        if not naive and after < before:
            yield Problem(pointer=f"/review/{later}", expected=f"a moment not before {earlier}", code=INVALID)

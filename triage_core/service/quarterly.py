"""How is the quarterly review of the policy kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.changing.quarterly import (
    Outcome,
    Part,
    QuarterlyReview,
    ReviewAnswer,
    answer,
    looked_at,
    quarter_of,
)
from triage_core.domain.errors import NotPermitted
from triage_core.domain.model import ActorKind
from triage_core.domain.policy.people import Right
from triage_core.learning_ports import HasLearning
from triage_core.service.records import RecordBook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.service.controlling import Hand
    from triage_core.service.playbooks import Playbooks


class ReviewStore(HasLearning, Protocol):
    """What reviews are kept in."""


class QuarterlyReviews:
    """The quarterly reviews of all tenants."""

    def __init__(self, store: ReviewStore, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Keep reviews in a store."""
        self._playbooks, self._now = playbooks, now
        self._reviews: Final = RecordBook(store.learning, "quarterly_review", QuarterlyReview)

    def of(self, tenant: str, quarter: str | None = None) -> QuarterlyReview:
        """Return the review of a quarter as it stands, this one where none is named."""
        name = quarter or quarter_of(self._now())
        return self._reviews.get(tenant, name) or QuarterlyReview(tenant=tenant, quarter=name)

    def versions(self, tenant: str, quarter: str) -> tuple[QuarterlyReview, ...]:
        """Return all versions of a review, the oldest first."""
        return self._reviews.versions(tenant, quarter)

    def looked_at(self, tenant: str) -> dict[Part, tuple[str, ...]]:
        """Return what of the policy in force each part is about."""
        return looked_at(self._playbooks.active(tenant, self._now()).policy)

    def answer(self, hand: Hand, part: Part, outcome: Outcome, evidence: tuple[str, ...]) -> QuarterlyReview:
        """Answer for a part in this quarter, as a person who may change the policy; the reason is the note.

        Raises `NotPermitted`, `ReasonMissing`, `EvidenceMissing` and `RecordMoved`.
        """
        now = self._now()
        book = self._playbooks.active(hand.tenant, now)
        person = book.directory.people.get(hand.actor.id) if hand.actor.kind is ActorKind.PERSON else None
        if person is None or not book.directory.may(person.roles, Right.CHANGE_POLICY):
            raise NotPermitted("answer for a part of the policy", book.directory.holders(Right.CHANGE_POLICY))
        said = ReviewAnswer(
            outcome=outcome,
            note=hand.reason.strip(),
            evidence=evidence,
            by=hand.actor.id,
            at=now,
            policy_version=book.version,
        )
        review = answer(self.of(hand.tenant), part, said)
        self._reviews.put((hand.tenant, review.quarter), review.version, now, review)
        return review

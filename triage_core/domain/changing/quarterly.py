"""Which parts of the policy does somebody answer for every quarter, and on what evidence?

A review says of every part whether it stays or changes. It is kept with all of its versions, beside the policy versions
it looked at.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import field
from msgspec.structs import replace

from triage_core.domain.errors import ReasonMissing, TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.rules import RaiseRule, TermRule


class Part(StrEnum):
    """A part of the policy that is looked at every quarter."""

    SEVERITIES = "severities"
    THRESHOLDS = "thresholds"
    HAND_OFFS = "hand_offs"
    TARGETS = "targets"
    GATES = "gates"
    ROSTER = "roster"


class Outcome(StrEnum):
    """What a review says of a part."""

    STAYS = "stays"
    CHANGES = "changes"


#: What is asked of each part.
QUESTIONS: Final[dict[Part, str]] = {
    Part.SEVERITIES: "Do the severities and their words still say how bad things are?",
    Part.THRESHOLDS: "Do sizes, floors and uplifts lift the right tickets, and only those?",
    Part.HAND_OFFS: "Does every queue, owner and ladder still lead to somebody who answers?",
    Part.TARGETS: "Are the promised times kept, and are they the ones that customers need?",
    Part.GATES: "Do the right people approve, in the time that they have?",
    Part.ROSTER: "Is everybody on the roster still here, with no more rights than they need?",
}


class ReviewAnswer(Value, frozen=True, kw_only=True):
    """What somebody says of a part."""

    outcome: Outcome
    note: str
    evidence: tuple[str, ...]
    by: str
    at: datetime
    policy_version: str


class QuarterlyReview(Value, frozen=True, kw_only=True):
    """The review of one quarter."""

    tenant: str
    #: Such as 2026-Q1.
    quarter: str
    version: int = 0
    answers: dict[Part, ReviewAnswer] = field(default_factory=dict)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        """What nobody has answered for yet."""
        return tuple(part for part in Part if part not in self.answers)


class EvidenceMissing(TriageError):
    """An answer rests on nothing."""

    code = "evidence_missing"

    def __init__(self) -> None:
        """Say what counts."""
        super().__init__("name what the answer rests on, such as a sample, a report or a ticket")


def quarter_of(at: datetime) -> str:
    """Return the quarter of a moment, such as 2026-Q1."""
    return f"{at.year}-Q{(at.month + 2) // 3}"


def answer(review: QuarterlyReview, part: Part, said: ReviewAnswer) -> QuarterlyReview:
    """Write an answer down; a later one takes its place. Raises `ReasonMissing` and `EvidenceMissing`."""
    if not said.note.strip():
        raise ReasonMissing("answer for a part of the policy")
    if not said.evidence:
        raise EvidenceMissing
    return replace(review, version=review.version + 1, answers={**review.answers, part: said})


def looked_at(policy: Policy) -> dict[Part, tuple[str, ...]]:
    """Return what of a policy each part is about, line by line."""
    return {
        Part.SEVERITIES: tuple(_severities(policy)),
        Part.THRESHOLDS: tuple(_thresholds(policy)),
        Part.HAND_OFFS: tuple(_hand_offs(policy)),
        Part.TARGETS: tuple(_targets(policy)),
        Part.GATES: tuple(f"{gate.id}: {', '.join(gate.roles)}" for gate in policy.gates.approvals),
        Part.ROSTER: tuple(f"{person.id}: {', '.join(person.roles)}" for person in policy.people),
    }


def _severities(policy: Policy) -> list[str]:
    levels = [f"{level.name}: at least {level.at_least or 'any class'}" for level in policy.severity.levels]
    return [*levels, *(f"{rule.id}: {rule.severity}" for rule in policy.severity.rules)]


def _thresholds(policy: Policy) -> list[str]:
    rules: list[TermRule | RaiseRule] = [*policy.tag_rules, *policy.severity.rules, *policy.raise_rules]
    sizes = [
        f"{rule.id}: {name} from {test.at_least:g}"
        for rule in rules
        for name, test in rule.when.items()
        if test.at_least is not None
    ]
    floors = [f"{tag.name}: at least {tag.at_least}" for tag in policy.tags if tag.at_least]
    lifts = [f"{rule.id}: {f'up {rule.by}' if rule.by else f'at least {rule.at_least}'}" for rule in policy.raise_rules]
    return [*sizes, *floors, *lifts]


def _hand_offs(policy: Policy) -> list[str]:
    queues = [f"{queue.name}: {', '.join(queue.service_lines) or 'any service line'}" for queue in policy.queues]
    return [*queues, *(f"{ladder.name}: {len(ladder.levels)} levels" for ladder in policy.ladders)]


def _targets(policy: Policy) -> list[str]:
    return [
        f"{name}: {', '.join(metric.value.replace('_', ' ') for metric in levels.targets)}"
        for name, levels in policy.service_levels.classes.items()
    ]

"""What is counted to see whether automation goes wrong, and out of which cases?

One row for each measure. Only live tickets count: what is tried or drilled says nothing about customers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from triage_core.domain.entry import Entry, Kind
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.model import ActorKind, Mode
from triage_core.domain.policy.rollout import Measure

#: Corrections of what automation decided; one of what the customer had said is none of it.
_DECIDED: Final = frozenset({"class_name", "severity", "add_tags", "remove_tags"})


class Rule(NamedTuple):
    """Which lines of timelines are hits of a measure, and which are the cases that they are a share of."""

    hits: dict[Kind, Callable[[Entry], bool]]
    cases: dict[Kind, Callable[[Entry], bool]]
    #: A ticket counts once in a window, however often it happens to it.
    by_ticket: bool = False


class Moment(NamedTuple):
    """When it happened, and to what; the same thing counts once in a window."""

    at: datetime
    to: str


class Happened(NamedTuple):
    """When a measure was hit, and when there was a case."""

    hits: tuple[Moment, ...] = ()
    cases: tuple[Moment, ...] = ()


def _any(_: Entry) -> bool:
    return True


def _corrects(entry: Entry) -> bool:
    return entry.actor.kind is ActorKind.PERSON and not _DECIDED.isdisjoint(entry.facts["asked"])


def _must_escalate(entry: Entry) -> bool:
    return bool(entry.changes.get("must_escalate"))


def _is_asked(entry: Entry) -> bool:
    return bool(entry.facts["outcome"] == ApprovalOutcome.OPEN)


RULES: Final[dict[Measure, Rule]] = {
    Measure.EXPIRED_APPROVALS: Rule({Kind.APPROVAL_EXPIRED: _any}, {Kind.APPROVAL_REQUESTED: _is_asked}),
    Measure.FAILED_SENDS: Rule({Kind.MESSAGE_FAILED: _any}, {Kind.MESSAGE_RELEASED: _any}),
    Measure.OVERRIDES: Rule({Kind.OVERRIDDEN: _corrects}, {Kind.TRIAGED: _any}, by_ticket=True),
    Measure.BYPASSES: Rule({Kind.GATE_BYPASSED: _any}, {Kind.MESSAGE_RELEASED: _any, Kind.GATE_BYPASSED: _any}),
    # Automation let a ticket pass that a person then made one that must escalate; the rest of them it found itself.
    Measure.MISSED_ESCALATIONS: Rule(
        {Kind.OVERRIDDEN: lambda entry: entry.actor.kind is ActorKind.PERSON and _must_escalate(entry)},
        {Kind.TRIAGED: _must_escalate, Kind.OVERRIDDEN: _must_escalate},
        by_ticket=True,
    ),
}
#: Every kind of line that some measure counts; stores keep an index of them.
COUNTED: Final = tuple(sorted({kind for rule in RULES.values() for part in (rule.hits, rule.cases) for kind in part}))


def moments(
    entries: Iterable[Entry], counted: Mapping[Kind, Callable[[Entry], bool]], *, by_ticket: bool
) -> tuple[Moment, ...]:
    """Return when live lines were what is counted."""
    return tuple(
        Moment(entry.at, entry.ticket_id if by_ticket else entry.id)
        for entry in entries
        if entry.mode is Mode.LIVE and (counts := counted.get(entry.kind)) is not None and counts(entry)
    )


def happened_between(moments: Iterable[Moment], after: datetime, until: datetime) -> int:
    """Return to how many things it happened after a moment and no later than another."""
    return len({moment.to for moment in moments if after < moment.at <= until})

"""Do people still read what they approve? Each figure says what it counts and over how many.

The figures are about how decisions come about, and never rank people: who decided stands there so that somebody can ask
the person, and in the order of time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.entry import Entry, Kind
from triage_core.domain.gating.state import ApprovalOutcome, Verdict
from triage_core.domain.kpis.figures import Rate, Spread, spread
from triage_core.domain.kpis.lives import HOUR
from triage_core.domain.model import ActorKind, Mode
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage_core.domain.policy.gates import ReviewWarning

#: How a request ends that people could have decided; one that was withdrawn or replaced says nothing about them.
_DECIDED: Final = frozenset({ApprovalOutcome.APPROVED, ApprovalOutcome.REJECTED})


class PersonHour(Value, frozen=True, kw_only=True):
    """What one person approved within one hour by the clock."""

    hour: datetime
    person: str
    approvals: int = 0
    #: Long texts among them whose page was open for a short time only.
    quick: int = 0


class Oversight(Value, frozen=True, kw_only=True):
    """How decisions about requests came about."""

    #: Decisions of single people to approve or reject.
    decisions: int = 0
    #: Approvals of long texts whose page was open for a short time only, of those whose time is known.
    quick: Rate = Rate()
    #: Approvals of long texts of which nobody knows how long they were read.
    unmeasured: int = 0
    #: Decisions outside the person's working hours.
    off_hours: Rate = Rate()
    #: Texts put before people that a person changed.
    edited: Rate = Rate()
    #: Requests that were rejected, and that nobody decided in time, of all that ended in one of three ways.
    rejected: Rate = Rate()
    expired: Rate = Rate()
    #: From the request to its last decision, in hours.
    latency: Spread = Spread()
    #: In the order of time.
    hours: tuple[PersonHour, ...] = ()

    @property
    def warnings(self) -> tuple[PersonHour, ...]:
        """The hours in which somebody approved long texts quickly."""
        return tuple(known for known in self.hours if known.quick)


def oversight(entries: Iterable[Entry], rule: ReviewWarning) -> Oversight:
    """Count over lines of timelines; what was recorded for practice is left out."""
    lines: defaultdict[Kind, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.mode is Mode.LIVE:
            lines[entry.kind].append(entry)
    said = [entry for entry in lines[Kind.APPROVAL_DECIDED] if entry.facts["verdict"] != Verdict.LEAVE_TO_OTHERS]
    approved = [entry for entry in said if entry.facts["verdict"] == Verdict.APPROVE]
    long = [entry for entry in approved if entry.facts["words"] > rule.words_over]
    measured = [entry for entry in long if entry.facts["reviewed"] is not None]
    final = [entry for entry in said if entry.facts["outcome"] in _DECIDED]
    rejections = sum(entry.facts["outcome"] == ApprovalOutcome.REJECTED for entry in final)
    expiries = len(lines[Kind.APPROVAL_EXPIRED])
    ended = len(final) + expiries
    return Oversight(
        decisions=len(said),
        quick=Rate(count=sum(_is_quick(entry, rule) for entry in measured), n=len(measured)),
        unmeasured=len(long) - len(measured),
        off_hours=Rate(count=sum(entry.facts["off_hours"] for entry in said), n=len(said)),
        edited=_edited(lines),
        rejected=Rate(count=rejections, n=ended),
        expired=Rate(count=expiries, n=ended),
        latency=spread([_span(entry.facts["waited"]) / HOUR for entry in final]),
        hours=_hours(approved, rule),
    )


def _is_quick(entry: Entry, rule: ReviewWarning) -> bool:
    """Tell whether an approval of a long text looks like a rubber stamp."""
    reviewed, words = entry.facts["reviewed"], entry.facts["words"]
    return words > rule.words_over and reviewed is not None and reviewed < rule.under.total_seconds()


def _edited(lines: dict[Kind, list[Entry]]) -> Rate:
    asked = {_text(entry) for entry in lines[Kind.APPROVAL_REQUESTED] if entry.facts["message"] is not None}
    changed = {_text(entry) for entry in lines[Kind.MESSAGE_EDITED] if entry.actor.kind is ActorKind.PERSON}
    return Rate(count=len(asked & changed), n=len(asked))


def _text(entry: Entry) -> tuple[str, str, int]:
    return entry.tenant, entry.ticket_id, entry.facts["message"]


def _hours(approved: Sequence[Entry], rule: ReviewWarning) -> tuple[PersonHour, ...]:
    found: defaultdict[tuple[datetime, str], list[Entry]] = defaultdict(list)
    for entry in approved:
        found[entry.at.replace(minute=0, second=0, microsecond=0), entry.actor.id].append(entry)
    return tuple(
        PersonHour(hour=hour, person=person, approvals=len(known), quick=sum(_is_quick(entry, rule) for entry in known))
        for (hour, person), known in sorted(found.items())
    )


def _span(told: Any) -> timedelta:  # noqa: ANN401 - as the store gives it back
    """Read a span of time, which a store gives back as a text."""
    return msgspec.convert(told, timedelta)

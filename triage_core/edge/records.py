"""How are a ticket's timeline, the account of its decision and its clocks told?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.contract.reading import (
    ClockView,
    ExplanationView,
    FiredRule,
    FoundWord,
    OtherClass,
    SilentRule,
    SlaStatus,
    Timeline,
    TimelineLine,
)
from triage_core.domain import clocks
from triage_core.domain.account import paragraph, shown_value, skipped_sentence
from triage_core.domain.entry import Kind
from triage_core.domain.model import ActorKind
from triage_core.domain.platforms import withheld
from triage_core.domain.policy.service_levels import Metric
from triage_core.edge.paging import page_of
from triage_core.edge.views import due_of, explanation, next_due, running

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from triage_core.contract.messages import Paged
    from triage_core.domain.chain import Line
    from triage_core.domain.explanation import Explanation
    from triage_core.domain.model import Clock, Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.edge.views import Told

#: Names that the contract spells differently from the state.
_SPELT: Final = {"class_name": "class"}


def timeline(ticket_id: str, lines: Sequence[Line], page: Paged) -> Timeline:
    """Tell one page of a timeline."""
    shown, next_cursor = page_of(lines, page)
    return Timeline.of(ticket_id=ticket_id, items=tuple(_line(line) for line in shown), next_cursor=next_cursor)


def _line(line: Line) -> TimelineLine:
    entry = line.entry
    return TimelineLine.of(
        number=entry.number,
        kind=entry.kind,
        happened_at=entry.at,
        recorded_at=entry.recorded_at,
        actor_kind=entry.actor.kind,
        # A customer's id may be an address.
        actor="customer" if entry.actor.kind is ActorKind.CUSTOMER else entry.actor.id,
        changed_csv=",".join(_SPELT.get(name, name) for name in entry.changes),
        reason=entry.facts.get("reason") if entry.kind is Kind.ASSIGNED else None,
        source_event_id=entry.source_event_id,
        policy_version=entry.policy_version,
        irregular=entry.irregular,
        hash=line.hash,
    )


def account(shown: Told) -> ExplanationView:
    """Tell a decision rule by rule."""
    ticket, decided = shown.ticket, shown.account.explanation
    if decided is not None and not shown.carriage.allowed:
        decided = withheld(decided)
    return ExplanationView.of(
        ticket_id=ticket.id,
        class_name=ticket.class_name,
        severity=ticket.severity,
        risk_tags_csv=",".join(ticket.tag_names),
        gate_required=ticket.gate_required,
        platform_allowed=shown.carriage.allowed,
        platform_reason=shown.carriage.reason,
        policy_version=ticket.policy_version,
        explanation=explanation(shown),
        truncated=bool(decided and decided.truncated),
        fired=tuple(_fired(decided)),
        words=tuple(_words(decided)),
        skipped=tuple(_skipped(decided)),
        would_change=tuple(_would_change(decided)),
    )


def _fired(decided: Explanation | None) -> Iterable[FiredRule]:
    for rule in decided.fired if decided else ():
        fields = ", ".join(f"{name}={shown_value(value)}" for name, value in rule.fields.items())
        yield FiredRule.of(
            rule=rule.rule, kind=rule.kind, effect=rule.effect, because=rule.because or None, fields=fields
        )


def _words(decided: Explanation | None) -> Iterable[FoundWord]:
    for rule in decided.fired if decided else ():
        for word in rule.words:
            yield FoundWord.of(rule=rule.rule, term=word.term, start=word.start, end=word.end)


def _skipped(decided: Explanation | None) -> Iterable[SilentRule]:
    for rule in decided.skipped if decided else ():
        yield SilentRule.of(rule=rule.rule, lacks=rule.lacks, sentence=paragraph([skipped_sentence(rule)]))


def _would_change(decided: Explanation | None) -> Iterable[OtherClass]:
    for other in decided.would_change if decided else ():
        yield OtherClass.of(fact=other.fact, value=other.value, class_name=other.class_name)


def sla_status(ticket: Ticket, playbook: Playbook, now: datetime) -> SlaStatus:
    """Tell how every clock of a ticket stands."""
    due = next_due(ticket)
    return SlaStatus.of(
        ticket_id=ticket.id,
        class_name=ticket.class_name,
        state=ticket.state,
        next_due_at=due.due_at if due else None,
        next_due_metric=due.metric if due else None,
        at_risk=any(clock.warned for clock in running(ticket)),
        breached=any(clock.breached_at for clock in ticket.clocks),
        first_reply_due_at=due_of(ticket, Metric.FIRST_REPLY),
        resolution_due_at=due_of(ticket, Metric.RESOLUTION, Metric.FIRST_RESOLUTION),
        items=tuple(_clock(clock, playbook, now) for clock in ticket.clocks),
    )


def _clock(clock: Clock, playbook: Playbook, now: datetime) -> ClockView:
    spent = clocks.spent(clock, playbook.promises.calendar(clock.calendar), now)
    return ClockView.of(
        metric=clock.metric,
        number=clock.number,
        outcome=clock.outcome,
        paused=clock.paused,
        calendar=clock.calendar,
        target_minutes=_minutes(clock.target),
        spent_minutes=_minutes(spent),
        remaining_minutes=_minutes(clock.target - spent),
        started_at=clock.started_at,
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        breached_at=clock.breached_at,
        stopped_at=clock.stopped_at,
    )


def _minutes(span: timedelta) -> float:
    return round(span.total_seconds() / 60, 2)

"""What would another policy have said of the tickets of the past?

Both policies decide every ticket on what was known when it arrived. People are taken to have answered when they did, so
a deadline that moves is kept or missed by the same answer; that nobody works in another order is the one thing that a
backtest cannot know.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from triage_core.domain.changing.effects import Effect, JudgedEffect, Load
from triage_core.domain.kpis.definitions import BREACHES, Kpi
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.calibration.past import Past
    from triage_core.domain.decision import Outcome
    from triage_core.domain.playbook import Playbook

_Holds: TypeAlias = "Callable[[Outcome], bool]"
_Due: TypeAlias = "tuple[datetime | None, ...]"
#: So many flips are named; all of them are counted.
NAMED: Final = 200
_WEEK: Final = timedelta(days=7)
_METRICS: Final = (Metric.FIRST_REPLY, Metric.RESOLUTION)


class Flip(Value, frozen=True, kw_only=True):
    """A ticket that would have been decided otherwise."""

    ticket_id: str
    class_before: str
    class_after: str
    tags_gained: tuple[str, ...] = ()
    tags_lost: tuple[str, ...] = ()
    #: None where it stays as it is.
    gate: bool | None = None
    escalation: bool | None = None
    #: When the first reply and the solution would have been due: before and after.
    first_reply_due: tuple[datetime | None, datetime | None] | None = None
    resolution_due: tuple[datetime | None, datetime | None] | None = None


class Backtest(Value, frozen=True, kw_only=True):
    """What changes, for whom, and what that means for figures and people."""

    before: str
    after: str
    tickets: int
    #: The first and the last arrival.
    since: datetime | None = None
    until: datetime | None = None
    changed: int = 0
    #: `P2 > P3`: tickets.
    classes: dict[str, int]
    #: Tickets that lose or gain a gate, an escalation; whose deadlines move.
    gates: dict[str, int]
    escalations: dict[str, int]
    deadlines: int = 0
    flips: tuple[Flip, ...] = ()
    effects: tuple[Effect, ...] = ()
    loads: tuple[Load, ...] = ()
    #: Figures that only people can tell, on the tickets that they judged.
    judged: tuple[JudgedEffect, ...] = ()


class _Pair(NamedTuple):
    """What both policies say of some tickets."""

    before: Outcome
    after: Outcome


class _Dues:
    """When a policy's promises fall due; the same for both where the class is and the promises are the same."""

    def __init__(self, before: Playbook, after: Playbook) -> None:
        self._books = before, after
        old, new = before.policy, after.policy
        self.same: Final = (old.service_levels, old.calendars) == (new.service_levels, new.calendars)

    def of(self, past: Past, pair: _Pair) -> tuple[_Due, _Due]:
        first = _dues(self._books[0], past, pair.before.class_name)
        if self.same and pair.before.class_name == pair.after.class_name:
            return first, first
        return first, _dues(self._books[1], past, pair.after.class_name)


def _dues(book: Playbook, past: Past, class_name: str) -> _Due:
    promises = book.promises
    plans = promises.plans(class_name, past.intake)
    return tuple(
        promises.calendar(plan.calendar).add(past.created_at, plan.within) if (plan := plans.get(metric)) else None
        for metric in _METRICS
    )


def backtest(before: Playbook, after: Playbook, pasts: Iterable[Past]) -> Backtest:
    """Decide the tickets of the past under both policies."""
    run = _Run(before, after)
    for past in pasts:
        run.take(past)
    return run.told()


class _Run:
    """One pass over the past. Outcomes are few and shared, so they are counted in pairs and looked at once."""

    def __init__(self, before: Playbook, after: Playbook) -> None:
        self._before, self._after = before, after
        self._dues = _Dues(before, after)
        self._desk = after.promises.calendar(_desk_calendar(after))
        self._pairs: Counter[_Pair] = Counter()
        self._by_night: Counter[_Pair] = Counter()
        #: Metric; late under the old policy, and under the new one.
        self._late: Counter[tuple[str, bool, bool]] = Counter()
        self._flips: list[Flip] = []
        self._deadlines = self._changed = 0
        self._since: datetime | None = None
        self._until: datetime | None = None

    def take(self, past: Past) -> None:
        fields, text, given = past.intake, past.text, past.given
        pair = _Pair(
            self._before.rules.decide(fields, text, given).outcome,
            self._after.rules.decide(fields, text, given).outcome,
        )
        self._pairs[pair] += 1
        if pair.before.must_escalate or pair.after.must_escalate:
            self._by_night[pair] += not self._desk.is_open(past.created_at)
        self._note_time(past.created_at)
        dues = self._dues.of(past, pair)
        self._note_late(past, dues)
        if pair.before is not pair.after and (flip := _flip(past.id, pair, dues)):
            self._changed += 1
            self._deadlines += flip.first_reply_due is not None or flip.resolution_due is not None
            if len(self._flips) < NAMED:
                self._flips.append(flip)

    def _note_time(self, at: datetime) -> None:
        self._since = at if self._since is None else min(self._since, at)
        self._until = at if self._until is None else max(self._until, at)

    def _note_late(self, past: Past, dues: tuple[_Due, _Due]) -> None:
        ends = past.first_reply_at, past.resolved_at
        for metric, end, old, new in zip(_METRICS, ends, *dues, strict=True):
            if end is not None and old is not None and new is not None:
                self._late[metric.value, end > old, end > new] += 1

    def told(self) -> Backtest:
        tickets = self._pairs.total()
        moved = Counter({pair: n for pair, n in self._pairs.items() if pair.before.class_name != pair.after.class_name})
        classes: Counter[str] = Counter()
        for pair, count in moved.items():
            classes[f"{pair.before.class_name} > {pair.after.class_name}"] += count
        return Backtest(
            before=self._before.version,
            after=self._after.version,
            tickets=tickets,
            since=self._since,
            until=self._until,
            changed=self._changed,
            classes=dict(sorted(classes.items())),
            gates=self._moves(lambda outcome: outcome.gate_required),
            escalations=self._moves(lambda outcome: outcome.must_escalate),
            deadlines=self._deadlines,
            flips=tuple(self._flips),
            effects=(*self._shares(), *self._breaches()),
            loads=self._loads(),
        )

    def _moves(self, holds: _Holds) -> dict[str, int]:
        effect = self._effect("", holds)
        return {"gained": effect.gained, "lost": effect.lost}

    def _shares(self) -> Iterable[Effect]:
        names = dict.fromkeys(item.name for book in (self._before, self._after) for item in book.policy.classes)
        tags = dict.fromkeys(item.name for book in (self._before, self._after) for item in book.policy.tags)
        yield from (self._effect(f"class:{name}", _has_class(name)) for name in names)
        yield self._effect(Kpi.ESCALATION_RATE, lambda said: said.must_escalate)
        yield self._effect("gate_rate", lambda said: said.gate_required)
        yield from (self._effect(f"tag:{name}", _has_tag(name)) for name in tags)

    def _effect(self, name: str, holds: _Holds) -> Effect:
        found = Counter({(True, True): 0})
        for pair, count in self._pairs.items():
            found[holds(pair.before), holds(pair.after)] += count
        return _effect_of(name, found)

    def _breaches(self) -> Iterable[Effect]:
        for metric in _METRICS:
            found = Counter({key[1:]: count for key, count in self._late.items() if key[0] == metric.value})
            if found:
                yield _effect_of(BREACHES[metric], found)

    def _loads(self) -> tuple[Load, ...]:
        weeks = max(1.0, (self._until - self._since) / _WEEK) if self._since and self._until else 1.0
        gates, calls = (
            self._effect("", lambda said: said.gate_required),
            self._effect("", lambda said: said.must_escalate),
        )
        before = sum(count for pair, count in self._by_night.items() if pair.before.must_escalate)
        after = sum(count for pair, count in self._by_night.items() if pair.after.must_escalate)
        return (
            Load(name="tickets whose texts wait for approvers", weeks=weeks, before=gates.before, after=gates.after),
            Load(name="escalations for those on call", weeks=weeks, before=calls.before, after=calls.after),
            Load(name="escalations outside office hours", weeks=weeks, before=before, after=after),
        )


def _has_class(name: str) -> _Holds:
    return lambda said: said.class_name == name


def _has_tag(name: str) -> _Holds:
    return lambda said: name in said.tags


def _effect_of(name: str, found: Counter[tuple[bool, bool]]) -> Effect:
    both, gained, lost = found[True, True], found[False, True], found[True, False]
    return Effect(name=name, n=found.total(), before=both + lost, after=both + gained, gained=gained, lost=lost)


def _desk_calendar(book: Playbook) -> str:
    """Return the calendar of the lowest class, which keeps the desk's own hours."""
    lowest = book.policy.classes[-1].name
    return book.policy.service_levels.classes[lowest].calendar


def _flip(ticket_id: str, pair: _Pair, dues: tuple[_Due, _Due]) -> Flip | None:
    """Return what is not the same; none where only other rules lead to the same answer."""
    before, after = pair
    first, last = ((dues[0][n], dues[1][n]) if dues[0][n] != dues[1][n] else None for n in range(len(_METRICS)))
    flip = Flip(
        ticket_id=ticket_id,
        class_before=before.class_name,
        class_after=after.class_name,
        tags_gained=tuple(tag for tag in after.tags if tag not in before.tags),
        tags_lost=tuple(tag for tag in before.tags if tag not in after.tags),
        gate=after.gate_required if after.gate_required != before.gate_required else None,
        escalation=after.must_escalate if after.must_escalate != before.must_escalate else None,
        first_reply_due=first,
        resolution_due=last,
    )
    same = Flip(ticket_id=ticket_id, class_before=before.class_name, class_after=before.class_name)
    return None if flip == same else flip

"""Which laws does every timeline keep that holds escalations, whoever did what to the ticket in whatever order?

Read from the lines alone, with a reading of the policy of its own: none of the engine's code decides here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from triage_core.domain.entry import Entry, Kind
from triage_core.domain.escalating.state import Escalation, Standing
from triage_core.domain.policy import Policy
from triage_core.domain.policy.escalation import EscalationRule, Ladder, LadderTarget
from triage_core.domain.policy.people import Person, Right

_BERLIN: Final = ZoneInfo("Europe/Berlin")
_FALLBACK: Final = "(nobody's rule)"
_HALF_AN_HOUR: Final = timedelta(minutes=30)
_ENDS: Final = {Kind.ESCALATION_RESOLVED, Kind.ESCALATION_EXPIRED}
_TAKEN: Final = {Kind.ESCALATION_ACKNOWLEDGED, Kind.ESCALATION_TRANSFERRED}
#: Lines that belong to a holder.
_OF_A_HOLDER: Final = {
    Kind.CHECKPOINT_POSTED,
    Kind.CHECKPOINT_MISSED,
    Kind.ESCALATION_LAPSED,
    Kind.ESCALATION_OFFERED,
    Kind.ESCALATION_TRANSFERRED,
    Kind.ESCALATION_KEPT,
}
#: Where a call stands: round, level and turn, each counted from one.
Place = tuple[int, int, int]


@dataclass(frozen=True)
class Climb:
    """What a ladder asks for: every place in order, how long each level waits, and whom it means."""

    places: tuple[Place, ...]
    waits: tuple[timedelta, ...]
    targets: tuple[tuple[LadderTarget, ...], ...]
    most_calls: int
    any_hour: bool
    tells_gaps: bool = True


@dataclass
class Told:
    """What the lines so far say about the ticket and its escalation."""

    owner: str | None = None
    secondary: str | None = None
    queue: str | None = None
    escalation: Escalation | None = None
    gaps: list[tuple[datetime, int]] = field(default_factory=list)
    #: When the next call is due, as the lines before it say.
    due: datetime | None = None
    last: Place | None = None
    reached: set[str] = field(default_factory=set)
    called: set[tuple[int, int, Place]] = field(default_factory=set)
    over: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Laws:
    """The laws, over the policies of a tenant by moment and by version."""

    in_force: Callable[[datetime], Policy]
    version: Callable[[str], Policy]

    def check(self, entries: Iterable[Entry]) -> Told:
        """Go through a timeline and return what it came to; the first broken law is an assertion."""
        told = Told()
        for entry in entries:
            if entry.kind.startswith("escalation."):
                self._follow(told, entry)
            for name in ("owner", "secondary", "queue", "escalation"):
                if name in entry.changes:
                    setattr(told, name, entry.changes[name])
            if told.escalation is not None:
                _is_whole(told.escalation)
        return told

    def _follow(self, told: Told, entry: Entry) -> None:
        number = entry.facts["number"]
        assert number not in told.over, "a line after the end of its escalation"
        if entry.kind is Kind.ESCALATION_RAISED:
            assert told.escalation is None or not told.escalation.is_open
            told.last, told.due, told.gaps, told.reached = None, entry.at, [], set()
            return
        before = told.escalation
        assert before is not None
        assert before.number == number
        assert before.is_open
        if entry.kind in _OF_A_HOLDER:
            assert before.standing is Standing.HELD
        _STEPS.get(entry.kind, _nothing)(self, told, entry)
        if entry.kind in _ENDS:
            told.over.add(number)

    # --- calls ----------------------------------------------------------------------------------------------------

    def called(self, told: Told, entry: Entry) -> None:
        """Nobody holds it, the place is the next one, its moment has come, and exactly who is there is called."""
        before = _of(told)
        assert before.standing is Standing.CALLING, f"a call while {before.standing}"
        climb = self.climb_of(before)
        place = entry.facts["round"], entry.facts["level"], entry.facts["turn"]
        assert entry.facts["cycle"] == before.cycle
        key = before.number, before.cycle, place
        assert key not in told.called, "a place is called once in a cycle"
        told.called.add(key)
        assert told.due == entry.at, f"called at {entry.at}, due at {told.due}"
        skipped = _between(climb.places, told.last, place)
        if climb.tells_gaps:
            assert {level for _, level, _ in skipped} == {level for at, level in told.gaps if at == entry.at}
        for level in {level for _, level, _ in skipped}:
            assert not self.there(climb, level, told, entry.at), "somebody was there and was passed over"
        assert set(entry.facts["people"]) == self.there(climb, place[1], told, entry.at)
        assert entry.facts["people"]
        assert entry.facts["calls"] == before.calls + 1 <= climb.most_calls
        told.last, told.due = place, entry.at + climb.waits[place[1] - 1]
        told.reached |= set(entry.facts["people"])

    def exhausted(self, told: Told, entry: Entry) -> None:
        """Every place was called, or the most calls made, or nobody is there to be called."""
        before = _of(told)
        climb = self.climb_of(before)
        assert before.standing is Standing.CALLING
        assert told.due == entry.at
        rest = _between(climb.places, told.last, None)
        levels = {level for _, level, _ in rest[: len(climb.waits)]}
        nobody = not any(self.there(climb, level, told, entry.at) for level in levels)
        assert before.calls >= climb.most_calls or nobody
        told.due = None

    def held_back(self, told: Told, entry: Entry) -> None:
        """A call that is due waits for a moment that lies ahead."""
        assert _of(told).standing is Standing.CALLING
        assert told.due == entry.at
        assert entry.at < entry.facts["until"] <= _of(told).ends_at
        told.due = entry.facts["until"]

    def gap(self, told: Told, entry: Entry) -> None:
        """A level without anybody is named at the moment of its call."""
        assert told.due == entry.at
        level = entry.facts["level"]
        assert not self.there(self.climb_of(_of(told)), level, told, entry.at)
        told.gaps.append((entry.at, level))

    def joined(self, told: Told, entry: Entry) -> None:
        """Another cause starts an exhausted ladder again, and nothing else."""
        after: Escalation = entry.changes["escalation"]
        if _of(told).standing is Standing.EXHAUSTED:
            assert (after.standing, after.cycle) == (Standing.CALLING, _of(told).cycle + 1)
            told.last, told.due = None, entry.at
        else:
            assert (after.standing, after.holder) == (_of(told).standing, _of(told).holder)

    # --- holders --------------------------------------------------------------------------------------------------

    def acknowledged(self, told: Told, entry: Entry) -> None:
        """A person of the roster took over what nobody held: called before, or by right."""
        assert _of(told).standing in {Standing.CALLING, Standing.EXHAUSTED}
        policy = self.in_force(entry.at)
        assert entry.actor.id in {person.id for person in policy.people}
        assert entry.actor.id in told.reached or _may(policy, entry.actor.roles, Right.ACKNOWLEDGE)
        assert entry.changes["escalation"].holder == entry.actor.id

    def transferred(self, told: Told, entry: Entry) -> None:
        """Whoever was asked accepted in time; the checkpoint stays when it was due."""
        before, after = _of(told), entry.changes["escalation"]
        assert before.offer is not None
        assert (before.offer.to, after.holder) == (entry.actor.id, entry.actor.id)
        assert entry.at < before.offer.expires_at
        assert entry.actor.id in {person.id for person in self.in_force(entry.at).people}
        assert after.checkpoint_at == before.checkpoint_at

    def missed(self, told: Told, entry: Entry) -> None:
        """The reminder comes when news were due, once."""
        assert entry.at == _of(told).checkpoint_at
        assert not _of(told).reminded

    def lapsed(self, told: Told, entry: Entry) -> None:
        """An acknowledgement ends with its lease, and the ladder begins again."""
        assert entry.at == _of(told).lease_until
        assert entry.changes["escalation"].cycle == _of(told).cycle + 1
        told.last, told.due = None, entry.at

    # --- the policy -----------------------------------------------------------------------------------------------

    def climb_of(self, escalation: Escalation) -> Climb:
        """Return what the ladder asks for that is stamped on an escalation."""
        policy = self.version(escalation.policy_version)
        rule = next((rule for rule in policy.escalation.rules if rule.id == escalation.rule), None)
        if rule is None:
            assert escalation.rule == _FALLBACK
            return _fallback(policy)
        return _climb(rule, next(ladder for ladder in policy.ladders if ladder.name == rule.ladder))

    def there(self, climb: Climb, level: int, told: Told, at: datetime) -> set[str]:
        """Return everybody whom a level means and who is there."""
        policy = self.in_force(at)
        roster = {person.id: person for person in policy.people}
        found: set[str] = set()
        for target in climb.targets[level - 1]:
            meant = [roster[name] for name in _meant(policy, target, told) if name in roster]
            there = [person.id for person in meant if is_there(person, at, any_hour=climb.any_hour)]
            found.update(there[:1] if target.kind == "owner" else there)
        return found


def is_there(person: Person, at: datetime, *, any_hour: bool) -> bool:
    """Tell whether somebody can be called; the only working hours here are those of the office in Berlin."""
    local = at.astimezone(_BERLIN if person.calendar else UTC)
    if any(absence.first <= local.date() <= absence.last for absence in person.absences):
        return False
    return any_hour or person.calendar is None or (local.weekday() < 5 and 9 <= local.hour < 17)


def _meant(policy: Policy, target: LadderTarget, told: Told) -> Iterator[str]:
    if target.kind == "person":
        yield str(target.name)
    if target.kind == "role":
        yield from (person.id for person in policy.people if target.name in person.roles)
    if target.kind == "queue":
        yield from (person.id for person in policy.people if target.name in person.queues)
    if target.kind == "manager":
        named = told.queue or policy.routing.default_queue
        yield from (queue.manager for queue in policy.queues if queue.name == named and queue.manager)
    if target.kind == "owner":
        yield from (name for name in (told.owner, told.secondary) if name)


def _climb(rule: EscalationRule, ladder: Ladder) -> Climb:
    return Climb(
        places=tuple(
            (climb + 1, level + 1, turn + 1)
            for climb in range(ladder.repeat + 1)
            for level, each in enumerate(ladder.levels)
            for turn in range(each.repeat + 1)
        ),
        waits=tuple(level.timeout for level in ladder.levels),
        targets=tuple(level.targets for level in ladder.levels),
        most_calls=ladder.max_calls,
        any_hour=rule.any_hour,
    )


def _fallback(policy: Policy) -> Climb:
    takers = [role.name for role in policy.roles if Right.ACKNOWLEDGE in role.rights]
    written = (["owner"], ["manager"], [f"role:{name}" for name in takers])
    targets = tuple(tuple(LadderTarget(kind=k, name=n or None) for k, _, n in _parts(level)) for level in written)
    places = tuple((climb, level, 1) for climb in (1, 2, 3) for level in (1, 2, 3))
    return Climb(places, (_HALF_AN_HOUR,) * 3, targets, most_calls=100, any_hour=False, tells_gaps=False)


def _parts(level: Sequence[str]) -> Iterator[tuple[Any, str, str]]:
    return (target.partition(":") for target in level)


def _between(places: Sequence[Place], last: Place | None, place: Place | None) -> Sequence[Place]:
    start = 0 if last is None else places.index(last) + 1
    return places[start : len(places) if place is None else places.index(place)]


def _may(policy: Policy, roles: Iterable[str], right: Right) -> bool:
    return any(right in role.rights for role in policy.roles if role.name in set(roles))


def _of(told: Told) -> Escalation:
    assert told.escalation is not None
    return told.escalation


def _is_whole(escalation: Escalation) -> None:
    """Whatever stands in an escalation fits together, and while it is open something comes next or it shows its end."""
    held = escalation.standing is Standing.HELD
    assert held == (escalation.is_open and escalation.holder is not None)
    assert held == (escalation.lease_until is not None) == (escalation.checkpoint_at is not None)
    if escalation.lease_until is not None and escalation.checkpoint_at is not None:
        assert escalation.checkpoint_at <= escalation.lease_until
    assert held or escalation.offer is None
    assert (escalation.next_call_at is not None) == (escalation.standing is Standing.CALLING)
    assert (escalation.ended_at is None) == escalation.is_open


def _nothing(_laws: Laws, _told: Told, _entry: Entry) -> None:
    return


_STEPS: Final[Mapping[Kind, Callable[[Laws, Told, Entry], None]]] = {
    Kind.ESCALATION_CALLED: Laws.called,
    Kind.ESCALATION_EXHAUSTED: Laws.exhausted,
    Kind.ESCALATION_HELD_BACK: Laws.held_back,
    Kind.ESCALATION_GAP: Laws.gap,
    Kind.ESCALATION_JOINED: Laws.joined,
    Kind.ESCALATION_ACKNOWLEDGED: Laws.acknowledged,
    Kind.ESCALATION_TRANSFERRED: Laws.transferred,
    Kind.CHECKPOINT_MISSED: Laws.missed,
    Kind.ESCALATION_LAPSED: Laws.lapsed,
}

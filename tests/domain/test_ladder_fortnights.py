"""Does the ladder call whom a look at every minute of a fortnight would call, also where the clock changes?

The minute-by-minute story below is written from what the words mean, with hours and duties as they hang on the wall of
an office in Berlin; nothing of the engine is used in it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.sample_cases import MINUTE, after, blank
from tests.sample_ladders import URGENT, ladder_policy
from tests.small_policy import COMPLETE
from triage_core.domain import ticking, triaging
from triage_core.domain.consequences import followed
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.escalating import holding, raising
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Ticket
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from triage_core.domain.on_call import OnCall

BERLIN: Final = ZoneInfo("Europe/Berlin")
HOUR: Final = 60 * MINUTE
#: The Mondays on which the fortnights begin; the clock changes on the first Sunday of each.
SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)
CHANGES: Final = {SPRING: date(2026, 3, 29), AUTUMN: date(2026, 10, 25)}

# --- what hangs on the wall ---------------------------------------------------------------------------------------

#: Days of the week, from and to: who can be called when, in local time. Over midnight where the end is smaller.
HOURS: Final[dict[str, tuple[range, str, str]]] = {
    "ann": (range(5), "09:00", "17:00"),
    "bob": (range(7), "22:00", "06:00"),
    "lee": (range(7), "06:00", "14:00"),
    "zoe": (range(7), "01:30", "04:30"),
    "max": (range(5), "09:00", "17:00"),
}
ROLES: Final = {"ann": "agent", "bob": "agent", "lee": "lead", "zoe": "lead", "kim": "lead", "max": "boss"}
#: Whole local days on which somebody is away, counted from the first Monday of the fortnight.
AWAY: Final = {"lee": (6, 6), "ann": (4, 5), "bob": (9, 9), "max": (7, 8)}


def duty(rota: str, at: datetime) -> str | None:
    """Return who is on duty: by the week from Monday at nine on, and in the nights, with a hole on Sunday mornings."""
    local = at.astimezone(BERLIN).replace(tzinfo=None)
    weeks = (local - datetime(2026, 1, 5, 9)) // timedelta(days=7)  # noqa: DTZ001 - the clock on the wall
    if rota == "weekly":
        return ("kim", "ann", "zoe")[weeks % 3]
    if local.weekday() == 6 and 1 <= local.hour < 5:
        return None
    return ("bob", "lee")[weeks % 2] if local.hour >= 20 or local.hour < 7 else None


def maintenance(first: date, at: datetime) -> bool:
    """Tell whether the mail servers are worked on: in the night in which the clock changes, and on a Wednesday."""
    local = at.astimezone(BERLIN).replace(tzinfo=None)
    changes = CHANGES[first]
    return (local.date() == changes and 1 <= local.hour < 5) or (
        local.date() == changes + timedelta(days=3) and 9 <= local.hour < 12
    )


@dataclass(frozen=True)
class Wall:
    """The duties and the maintenance of one fortnight, as the engine asks for them."""

    first: date

    def on_duty(self, rota: str, at: datetime) -> str | None:
        """Return who is on duty."""
        return duty(rota, at)

    def held_until(self, intake: Any, tags: Any, never: Any, at: datetime) -> datetime | None:
        """Return when the maintenance of mail ends."""
        if intake["affected_system"] != "mail" or set(tags) & set(never) or not maintenance(self.first, at):
            return None
        return next(later for later in _minutes(at) if not maintenance(self.first, later))


def _minutes(at: datetime) -> Iterator[datetime]:
    while True:
        at += MINUTE
        yield at


# --- the policy, and the same as a table --------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """Whom a level means, how long it waits, and how often it repeats."""

    targets: tuple[str, ...]
    timeout: timedelta
    repeat: int = 0


@dataclass(frozen=True)
class Way:
    """How one kind of ticket is escalated."""

    levels: tuple[Level, ...]
    repeat: int
    max_age: timedelta
    any_hour: bool = False
    in_office_hours: bool = False
    lease: timedelta = HOUR
    grace: timedelta = 10 * MINUTE
    news: timedelta | None = None
    max_calls: int = 100


WAYS: Final = {
    "major": Way(
        levels=(
            Level(("owner",), 5 * MINUTE, 1),
            Level(("role:lead",), 10 * MINUTE),
            Level(("rota:weekly", "person:max"), 15 * MINUTE),
        ),
        repeat=1,
        max_age=48 * HOUR,
        any_hour=True,
        news=30 * MINUTE,
    ),
    "risk": Way(
        levels=(
            Level(("rota:nights",), 20 * MINUTE),
            Level(("queue:desk",), 25 * MINUTE, 1),
            Level(("person:zoe",), 30 * MINUTE),
        ),
        repeat=2,
        max_age=72 * HOUR,
        news=4 * HOUR,
        lease=90 * MINUTE,
    ),
    "office": Way(
        levels=(Level(("manager",), 30 * MINUTE), Level(("role:agent",), 45 * MINUTE)),
        repeat=4,
        max_age=96 * HOUR,
        in_office_hours=True,
        news=4 * HOUR,
        max_calls=6,
    ),
    "nobody's": Way(
        levels=(
            Level(("owner",), 30 * MINUTE),
            Level(("manager",), 30 * MINUTE),
            Level(("role:lead", "role:boss"), 30 * MINUTE),
        ),
        repeat=2,
        max_age=7 * 24 * HOUR,
    ),
}
#: What sets each of them off: an urgent ticket, one with a risk, and a person's word on those that are neither.
TEXTS: Final = {"major": "", "risk": "phishing", "office": "", "nobody's": ""}
INTAKES: Final = {
    "major": URGENT,
    "risk": COMPLETE,
    "office": COMPLETE,
    "nobody's": {**COMPLETE, "impact": "low", "affected_system": "wiki"},
}


@cache
def book(first: date) -> Playbook:
    """Return the policy of a fortnight, written from the tables."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    calendars = {
        name: {"zone": "Europe/Berlin", "weekly": {days[day]: [f"{start}-{end}"] for day in on}}
        for name, (on, start, end) in HOURS.items()
    }
    people = [
        {
            "id": name,
            "name": name.title(),
            "email": f"{name}@example.com",
            "roles": [role],
            "queues": ["desk"] if role == "agent" else [],
            **({"calendar": name} if name in HOURS else {}),
            "absences": [_absence(first, *AWAY[name])] if name in AWAY else [],
        }
        for name, role in ROLES.items()
    ]
    rule = {"acknowledge_within": "5m"}
    rules = [
        {**rule, "id": "major", "classes": ["P1"], "ladder": "major", "any_hour": True},
        {**rule, "id": "risk", "tags_any": ["security"], "ladder": "risk", "lease": "90m"},
        {**rule, "id": "office", "classes": ["P2"], "ladder": "office", "notify_in": "max"},
    ]
    return Playbook(
        ladder_policy(
            calendars={**calendars, "always": {"always_open": True}},
            service_levels={"classes": {name: {"calendar": "always", "targets": {}} for name in ("P1", "P2", "P3")}},
            people=people,
            rotas=["weekly", "nights"],
            ladders=[_ladder(name, way) for name, way in WAYS.items() if name != "nobody's"],
            escalation={"rules": rules, "starters": [{"roles": ["lead"]}]},
        )
    )


def _absence(first: date, since: int, until: int) -> dict[str, str]:
    return {"first": str(first + timedelta(days=since)), "last": str(first + timedelta(days=until))}


def _ladder(name: str, way: Way) -> dict[str, Any]:
    levels = [
        {"targets": list(level.targets), "timeout": f"{level.timeout // MINUTE}m", "repeat": level.repeat}
        for level in way.levels
    ]
    ends = {"repeat": way.repeat, "max_age": f"{way.max_age // HOUR}h", "max_calls": way.max_calls}
    return {"name": name, "levels": levels, **ends}


# --- what people do -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something that somebody does, or tries to, at a minute after the raising."""

    minute: int
    who: str
    what: str
    #: For whom an offer is, or in how many minutes the next news come.
    to: str = ""
    news: int | None = None


@dataclass(frozen=True)
class Case:
    """An escalation, and what people do about it."""

    first: date
    way: str
    raised: datetime
    deeds: tuple[Deed, ...]

    @property
    def ends(self) -> datetime:
        """When it ends by its age."""
        return self.raised + WAYS[self.way].max_age


def case_of(first: date, number: int) -> Case:
    """Draw a case; every third one lies around the change of the clock."""
    chance = random.Random(number)
    start = datetime(first.year, first.month, first.day, tzinfo=BERLIN).astimezone(UTC)
    minute = chance.randrange(14 * 24 * 60) if number % 3 else 5 * 24 * 60 + 18 * 60 + chance.randrange(16 * 60)
    way = list(WAYS)[number % len(WAYS)]
    longest = WAYS[way].max_age // MINUTE
    deeds: list[Deed] = []
    for _ in range(chance.choice((0, 2, 8, 20))):
        what = chance.choice(("acknowledge", "acknowledge", "report", "offer", "accept", "resolve"))
        if what == "resolve" and chance.random() < 0.7:
            continue
        deed = Deed(
            minute=chance.choice((chance.randrange(120), chance.randrange(longest))),
            who=chance.choice(list(ROLES)),
            what=what,
            to=chance.choice(list(ROLES)),
            news=chance.choice((None, 10, 45, 60)),
        )
        deeds.append(deed)
    return Case(first, way, start + minute * MINUTE, tuple(sorted(deeds, key=lambda deed: deed.minute)))


#: What happened at a moment: of a call the level and the people, of the rest its name alone.
Told = tuple[datetime, str, int, frozenset[str]]
NOBODY: Final[frozenset[str]] = frozenset()


# --- the engine ---------------------------------------------------------------------------------------------------

_NAMES: Final = {
    Kind.ESCALATION_CALLED: "called",
    Kind.ESCALATION_EXHAUSTED: "exhausted",
    Kind.ESCALATION_EXPIRED: "expired",
    Kind.CHECKPOINT_MISSED: "reminded",
    Kind.ESCALATION_LAPSED: "lapsed",
    Kind.ESCALATION_ACKNOWLEDGED: "acknowledged",
    Kind.ESCALATION_TRANSFERRED: "transferred",
    Kind.ESCALATION_RESOLVED: "resolved",
}


class Engine:
    """A ticket under the engine, looked at in some rhythm."""

    def __init__(self, case: Case, every: timedelta | None) -> None:
        """Take the ticket in and let its escalation begin."""
        self.case, self.every, self.now = case, every, case.raised
        self.told: list[Told] = []
        self.ticket: Ticket = replace(blank(), created_at=case.raised, updated_at=case.raised)
        seen = self.seen(SYSTEM)
        self.take(followed(seen, self.ticket, triaging.arrive(seen, self.ticket, INTAKES[case.way])))
        if self.ticket.escalation is None:
            self.take(raising.by_person(self.seen(_actor("lee")), self.ticket, "Look at this."))

    def seen(self, actor: Actor) -> Context:
        """Return what a decision sees now."""
        first = self.case.first
        text = TEXTS[self.case.way]
        return Context(playbook=book(first), now=self.now, actor=actor, text=text, on_call=cast("OnCall", Wall(first)))

    def take(self, steps: list[Step]) -> None:
        """Apply steps and keep what they tell."""
        if steps:
            self.ticket = replace(after(self.ticket, steps), updated_at=self.now)
        for step in steps:
            if (name := _NAMES.get(step.kind)) is not None:
                people = frozenset(step.facts.get("people", ()))
                self.told.append((step.at or self.now, name, step.facts.get("level", 0), people))

    def look(self, until: datetime) -> None:
        """Let time pass, with looks in between."""
        while self.every is not None and self.now + self.every < until:
            self.now += self.every
            self.take(ticking.due(self.seen(SYSTEM), self.ticket))
        self.now = until
        self.take(ticking.due(self.seen(SYSTEM), self.ticket))

    def lives(self) -> list[Told]:
        """Go through everything that people do, to the end, and return what is told."""
        for deed in self.case.deeds:
            self.look(self.case.raised + deed.minute * MINUTE)
            try:
                self.take(self._done(deed))
            except TriageError:
                continue
        self.look(self.case.ends)
        return self.told

    def _done(self, deed: Deed) -> list[Step]:
        seen = self.seen(_actor(deed.who))
        news = None if deed.news is None else self.now + deed.news * MINUTE
        match deed.what:
            case "acknowledge":
                return holding.acknowledge(seen, self.ticket, news)
            case "report":
                return holding.post_checkpoint(seen, self.ticket, "Looking.", news)
            case "offer":
                return holding.offer(seen, self.ticket, deed.to, "")
            case "accept":
                return holding.accept(seen, self.ticket)
            case _:
                return holding.resolve(seen, self.ticket, "Done.")


def _actor(who: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=who, roles=(ROLES[who],))


# --- minute by minute ---------------------------------------------------------------------------------------------


@cache
def is_away(first: date, who: str, day: date) -> bool:
    """Tell whether somebody is away on a day."""
    since, until = AWAY.get(who, (99, 99))
    return first + timedelta(days=since) <= day <= first + timedelta(days=until)


def is_at_work(who: str, at: datetime) -> bool:
    """Tell whether the clock on the wall shows one of somebody's hours."""
    if who not in HOURS:
        return True
    days, start, end = HOURS[who]
    local = at.astimezone(BERLIN)
    shown = f"{local:%H:%M}"
    if start < end:
        return local.weekday() in days and start <= shown < end
    return (shown >= start and local.weekday() in days) or (shown < end and (local.weekday() - 1) % 7 in days)


@dataclass
class Minutes:
    """The same escalation, told by looking at every minute."""

    case: Case
    owner: str | None = None
    secondary: str | None = None
    told: list[Told] = field(default_factory=list)
    #: Round, level and turn of the next call, counted from zero, and the minute from which it is due.
    next_call: tuple[int, int, int] = (0, 0, 0)
    due: datetime | None = None
    calls: int = 0
    reached: set[str] = field(default_factory=set)
    holder: str | None = None
    lease: datetime | None = None
    news: datetime | None = None
    reminded: bool = False
    offer: tuple[str, datetime] | None = None
    #: Until then it is known that nobody comes.
    nobody_before: datetime | None = None

    def lives(self) -> list[Told]:
        """Go through every minute to the end."""
        self.due = at = self.case.raised
        deeds = list(self.case.deeds)
        while at < self.case.ends:
            self._time(at)
            while deeds and self.case.raised + deeds[0].minute * MINUTE == at:
                if self._deed(at, deeds.pop(0)):
                    return self.told
            at += MINUTE
        self.told.append((at, "expired", 0, NOBODY))
        return self.told

    @property
    def way(self) -> Way:
        """How it is escalated."""
        return WAYS[self.case.way]

    def _time(self, at: datetime) -> None:
        """Do what a minute brings: an owner comes, an offer ends, a reminder, the end of a lease, a call."""
        if self.owner is None:
            self._find_owner(at)
        if self.offer is not None and at == self.offer[1]:
            self.offer = None
        if self.holder is not None and at == self.news and not self.reminded:
            assert self.lease is not None
            self.reminded, self.lease = True, min(self.lease, at + self.way.grace)
            self.told.append((at, "reminded", 0, NOBODY))
        if self.holder is not None and at == self.lease:
            self.holder = self.offer = None
            self.next_call, self.due = (0, 0, 0), at
            self.told.append((at, "lapsed", 0, NOBODY))
        if self.holder is None and self.due is not None and self.due <= at:
            self._call(at)

    def _find_owner(self, at: datetime) -> None:
        """Give an urgent ticket to its leads, and any ticket that those cannot take to an agent who is at work."""
        leads = ["lee", "kim"] if self.case.way == "major" else []
        at_work = [who for who in (*leads, "ann", "bob") if self._can(who, at, any_hour=False)]
        if at_work:
            self.owner = at_work[0]
            self.secondary = "kim" if self.owner == "lee" else None

    def _call(self, at: datetime) -> None:
        if self._must_wait(at) or (self.nobody_before is not None and at < self.nobody_before):
            return
        self.nobody_before = None
        if self.calls >= self.way.max_calls:
            self._exhaust(at)
            return
        ahead = list(self._ahead())
        for place in ahead:
            people = self._there(place[1], at)
            if people:
                self.calls, self.reached = self.calls + 1, self.reached | people
                self.due = at + self.way.levels[place[1]].timeout
                self.told.append((at, "called", place[1] + 1, frozenset(people)))
                self.next_call = (place[0], place[1], place[2] + 1)
                return
        later = at
        while later < self.case.ends:
            if any(self._there(place[1], later) for place in ahead):
                self.nobody_before = later
                return
            later += MINUTE
        self._exhaust(at)

    def _exhaust(self, at: datetime) -> None:
        self.due = None
        self.told.append((at, "exhausted", 0, NOBODY))

    def _must_wait(self, at: datetime) -> bool:
        """Maintenance holds back what is about mail and no risk; some may be called in office hours alone."""
        is_held = self.case.way in {"major", "office"} and maintenance(self.case.first, at)
        return is_held or (self.way.in_office_hours and not is_at_work("max", at))

    def _ahead(self) -> Iterator[tuple[int, int, int]]:
        """Yield the next place, and the first of each level above it, each level once."""
        climb, level, turn = self.next_call
        for _ in self.way.levels:
            if turn > self.way.levels[level].repeat:
                level, turn = level + 1, 0
            if level == len(self.way.levels):
                climb, level = climb + 1, 0
            if climb > self.way.repeat:
                return
            yield climb, level, turn
            level, turn = level + 1, 0
            if level == len(self.way.levels):
                climb, level = climb + 1, 0

    def _there(self, level: int, at: datetime) -> set[str]:
        """Return whom a level means and who is there."""
        found: set[str] = set()
        for target in self.way.levels[level].targets:
            kind, _, name = target.partition(":")
            if kind == "owner":
                any_hour = self.way.any_hour
                owners = [w for w in (self.owner, self.secondary) if w and self._can(w, at, any_hour=any_hour)]
                found.update(owners[:1])
            else:
                any_hour = self.way.any_hour or kind == "rota"
                found.update(who for who in self._meant(kind, name, at) if self._can(who, at, any_hour=any_hour))
        return found

    def _meant(self, kind: str, name: str, at: datetime) -> list[str]:
        on_duty = duty(name, at) if kind == "rota" else None
        return {
            "person": [name],
            "manager": ["max"],
            "role": [who for who, role in ROLES.items() if role == name],
            "queue": ["ann", "bob"],
            "rota": [on_duty] if on_duty else [],
        }[kind]

    def _can(self, who: str, at: datetime, *, any_hour: bool) -> bool:
        day = at.astimezone(BERLIN if who in HOURS else UTC).date()
        return not is_away(self.case.first, who, day) and (any_hour or is_at_work(who, at))

    def _deed(self, at: datetime, deed: Deed) -> bool:
        """Let somebody try something; tell whether the escalation is over."""
        may = deed.who in self.reached or ROLES[deed.who] in {"lead", "boss"}
        if deed.what == "acknowledge" and self.holder is None and may:
            if self._promise(at, deed):
                self.holder, self.reminded, self.due, self.nobody_before = deed.who, False, None, None
                self.told.append((at, "acknowledged", 0, NOBODY))
        elif deed.what == "report" and self.holder == deed.who:
            if self._promise(at, deed):
                self.reminded = False
        elif deed.what == "offer" and (self.holder == deed.who or (self.holder and may_end(deed.who))):
            self.offer = (deed.to, at + 30 * MINUTE)
        elif deed.what == "accept" and self.offer is not None and self.offer[0] == deed.who:
            assert self.news is not None
            self.holder, self.offer, self.lease = deed.who, None, at + self.way.lease
            self.news = min(self.news, self.lease)
            self.told.append((at, "transferred", 0, NOBODY))
        elif deed.what == "resolve" and (self.holder == deed.who or may_end(deed.who)):
            self.told.append((at, "resolved", 0, NOBODY))
            return True
        return False

    def _promise(self, at: datetime, deed: Deed) -> bool:
        """Promise news; refused where they would come after the lease."""
        lease = at + self.way.lease
        latest = lease - self.way.grace
        if deed.news is None:
            news = min(at + self.way.news, latest) if self.way.news else latest
        else:
            news = at + deed.news * MINUTE
        if news > lease:
            return False
        self.lease, self.news = lease, news
        return True


def may_end(who: str) -> bool:
    """Leads and the boss may end an escalation that is not theirs, and hand it on."""
    return ROLES[who] in {"lead", "boss"}


@pytest.mark.parametrize("first", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_ladder_equals_a_look_at_every_minute_of_a_fortnight(first: date) -> None:
    told = 0
    for number in range(CASES):
        case = case_of(first, number)
        late, often = Engine(case, None), Engine(case, 37 * MINUTE)
        expected = Minutes(case).lives()
        assert late.lives() == expected, case
        assert often.lives() == expected, case
        told += len(expected)
    assert told > 10 * CASES


CASES: Final = 120

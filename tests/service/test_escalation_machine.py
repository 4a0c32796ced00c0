"""Does every escalation keep its laws, whatever people, policies and time do, and whenever somebody sweeps?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import json

from tests.ladder_laws import Laws
from tests.random_policies import FEWER
from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_ladders import LADDERS, RULES, URGENT, LadderDesk, ladder_policy, people, person
from tests.small_policy import COMPLETE
from triage_core.adapters.memory import MemoryStore
from triage_core.domain import ticking
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.escalating.state import id_of
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Ticket
from triage_core.domain.overriding import Correction
from triage_core.domain.policy import Policy
from triage_core.service.escalations import Escalations, Progress
from triage_core.service.incidents import Incidents
from triage_core.service.outgoing import TOLD

PART = {name: value for name, value in COMPLETE.items() if name != "impact"}
AWAY = [{"first": "2026-03-02", "last": "2026-03-02"}]
ACTORS: Final[tuple[Actor, ...]] = (
    *(person(name) for name in ("ann", "lee", "kim", "max")),
    Actor(kind=ActorKind.PERSON, id="zoe", roles=("lead",)),
    Actor(kind=ActorKind.PLATFORM, id="platform:zapier:k1"),
    SYSTEM,
)
ROSTERS: Final[tuple[list[dict[str, Any]], ...]] = (
    people(),
    people(lee=AWAY, max=AWAY),
    [each for each in people(lee=AWAY) if each["id"] != "kim"],
    # Where tickets wait for an owner there is one agent: which of several has least to do is asked at the look.
    [{**each, "calendar": "office"} for each in people() if each["id"] != "bob"],
    [each for each in people(ann=AWAY, lee=AWAY, kim=AWAY) if each["id"] != "bob"],
)
QUICK: Final = [
    {
        "name": "major",
        "levels": [
            {"targets": ["manager", "queue:desk"], "timeout": "7m"},
            {"targets": ["owner", "person:max"], "timeout": "11m", "repeat": 2},
        ],
        "repeat": 2,
        "max_age": "3h",
    },
    {"name": "risk", "levels": [{"targets": ["person:max"], "timeout": "30m"}], "repeat": 0, "max_calls": 2},
]
NIGHT: Final = [{**each, "any_hour": False, "notify_in": "office", "lease": "25m"} for each in RULES]
WARNED: Final = [{**RULES[0], "classes": [], "triggers": [], "ladder": "risk"}, *RULES[2:]]
RIGHTS: Final = (
    ("work_tickets", "complete_intake", "override_class", "override_tags", "lower_gated", "escalate", "acknowledge"),
    ("work_tickets", "complete_intake", "override_class", "override_tags", "lower_gated"),
)
texts = st.sampled_from(("", "phishing", "emergency", "outage"))
waits = st.sampled_from((0, 1, 4, 5, 6, 10, 14, 15, 16, 29, 30, 31, 45, 60, 61, 90, 240, 720)).map(lambda n: n * MINUTE)
tickets = st.sampled_from(("t1", "t1", "t1", "t2", "t3"))
actors = st.sampled_from(ACTORS)
names = st.sampled_from(("ann", "lee", "kim", "max"))


@st.composite
def versions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what a new version of the policy says otherwise."""
    rules = draw(st.sampled_from((RULES, RULES, NIGHT, WARNED, [])))
    roles = [
        {"name": "agent", "rights": ["work_tickets", "complete_intake"]},
        {"name": "lead", "rights": draw(st.sampled_from(RIGHTS))},
        {"name": "boss", "rights": draw(st.sampled_from((["acknowledge", "escalate"], [])))},
    ]
    roster = draw(st.sampled_from(ROSTERS))
    known = {each["id"] for each in roster}
    owners = {"primary": "lee", **({"secondary": "kim"} if "kim" in known else {})}
    return {
        "ladders": draw(st.sampled_from((LADDERS, QUICK))),
        "people": roster,
        "roles": roles,
        "routing": {"default_queue": "desk", "escalation_queue": "escalations", "owners": {"P1": owners}},
        "escalation": {
            "rules": rules,
            "starters": [{"roles": ["lead", "boss"]}],
            "repeated_contact": draw(st.sampled_from((None, 2, 3))),
        },
    }


Action = Callable[["EscalationDesk"], object]


@dataclass
class Past:
    """What was done at which moment, so that the same can be done at another desk."""

    actions: list[tuple[datetime, Action, str]] = field(default_factory=list)
    #: Spans in which nobody swept: a report of what happened before a sweep comes too late for it.
    quiet: list[tuple[datetime, datetime]] = field(default_factory=list)


class EscalationDesk(LadderDesk):
    """A desk with incidents, whose policies keep their moments."""

    def __init__(self, **changes: Any) -> None:
        """Open for work."""
        super().__init__(MemoryStore(), **changes)
        self.incidents = Incidents(self.triage)

    def does(self, action: Action) -> str:
        """Do something that may be refused; a refusal changes nothing, and its code is told."""
        before = self.all()
        try:
            action(self)
        except TriageError as error:
            assert self.all() == before
            return error.code
        return ""

    def all(self) -> list[Ticket]:
        """Return every ticket and incident."""
        assert isinstance(self.store, MemoryStore)
        return list(self.store._tickets.values())

    def told(self, ticket_id: str) -> list[tuple[Kind, datetime, dict[str, Any]]]:
        """Return what the lines of a timeline say, whenever they were written."""
        # What waits for a second person is sealed with the key of each store.
        return [
            (entry.kind, entry.at, {name: value for name, value in entry.changes.items() if name != "approvals"})
            for entry in self.entries(ticket_id)
        ]

    def begin(self, policy: Policy) -> None:
        """Put a policy into force now."""
        self.triage.playbooks.activate(TENANT, policy, self.now)


class Escalated(RuleBasedStateMachine):
    """Three tickets at a desk with ladders."""

    def __init__(self) -> None:
        """Open the desk."""
        super().__init__()
        self.desk = EscalationDesk()
        self.past = Past()
        self.swept = self.desk.now
        self.versions = 1
        self.rhythm = MINUTE

    def does(self, action: Action) -> None:
        """Do something now, and remember it."""
        self.past.actions.append((self.desk.now, action, self.desk.does(action)))

    @initialize(
        changes=st.none() | versions(),
        bodies=st.tuples(texts, texts, texts),
        given=st.sampled_from((URGENT, COMPLETE)),
        rhythm=st.sampled_from((1, 7, 35)),
    )
    def open(self, changes: dict[str, Any] | None, bodies: tuple[str, ...], given: dict[str, Any], rhythm: int) -> None:
        """Take an urgent, a plain and an incomplete ticket in, or two plain ones."""
        self.rhythm = rhythm * MINUTE
        if changes is not None:
            self.adopt(changes)
        for number, (intake, body) in enumerate(zip((given, COMPLETE, PART), bodies, strict=True), 1):
            self.submitted(number, intake, body)

    def submitted(self, number: int, given: dict[str, Any], body: str) -> None:
        """Take a ticket in."""
        text = f"{body} {number}"
        self.does(lambda desk: desk.submit(number, intake=given, body=text, subject=f"subject {number}"))

    @rule(changes=versions())
    def adopt(self, changes: dict[str, Any]) -> None:
        """Put a new version into force, at a moment of its own."""
        self.versions += 1
        self.desk.now += timedelta(microseconds=1)
        policy = ladder_policy(version=str(self.versions), **changes)
        self.does(lambda desk: desk.begin(policy))

    @rule(time=waits)
    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.desk.passes(time)

    @rule(time=waits)
    def sweep(self, time: timedelta) -> None:
        """Let time pass and sweep, twice; the second sweep finds nothing."""
        self.desk.passes(time)
        self.desk.tick()
        self.swept = self.desk.now
        before = self.desk.all()
        self.desk.passes(2 * MINUTE)
        self.desk.now -= 2 * MINUTE
        assert self.desk.tick() == 0
        assert self.desk.all() == before

    @rule(ticket=tickets, actor=actors, ahead=st.none() | waits)
    def acknowledge(self, ticket: str, actor: Actor, ahead: timedelta | None) -> None:
        """Take an escalation over."""
        news = None if ahead is None else self.desk.now + ahead
        self.on(ticket, lambda desk, name: desk.escalations.acknowledge(TENANT, name, actor, news))

    @rule(ticket=tickets, actor=actors, ahead=st.none() | waits)
    def report(self, ticket: str, actor: Actor, ahead: timedelta | None) -> None:
        """Tell how things stand; mostly the holder does."""
        told = Progress(note="Looking.", next_checkpoint_at=None if ahead is None else self.desk.now + ahead)
        teller = self.holder_of(ticket) or actor
        self.on(ticket, lambda desk, name: desk.escalations.report(TENANT, name, told, teller))

    @rule(ticket=tickets, to=names, actor=actors)
    def offer(self, ticket: str, to: str, actor: Actor) -> None:
        """Offer an escalation to somebody else."""
        giver = self.holder_of(ticket) or actor
        self.on(ticket, lambda desk, name: desk.escalations.offer(TENANT, name, to, giver))

    @rule(ticket=tickets, accepts=st.booleans(), actor=actors)
    def answer(self, ticket: str, accepts: bool, actor: Actor) -> None:  # noqa: FBT001 - a sample
        """Answer an offer; mostly whoever was asked does."""
        found = self.read(ticket)
        offer = found.escalation.offer if found and found.escalation else None
        asked = person(offer.to) if offer else actor
        use = Escalations.accept if accepts else Escalations.decline
        self.on(ticket, lambda desk, name: use(desk.escalations, TENANT, name, asked))

    @rule(ticket=tickets, actor=actors, by_hand=st.booleans())
    def start_or_end(self, ticket: str, actor: Actor, by_hand: bool) -> None:  # noqa: FBT001 - a sample
        """Escalate by hand, or end an escalation."""
        if by_hand:
            self.does(lambda desk: desk.escalations.escalate(TENANT, ticket, "Look at this.", actor))
        else:
            self.on(ticket, lambda desk, name: desk.escalations.resolve(TENANT, name, "Done.", actor))

    @rule(
        ticket=tickets,
        class_name=st.sampled_from((None, "P1", "P2", "P3")),
        add=st.sampled_from(((), ("security",), ("billing",))),
        remove=st.sampled_from(((), ("security",))),
    )
    def override(self, ticket: str, class_name: str | None, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        """Correct class and tags."""
        wanted = Correction(class_name=class_name, add_tags=add, remove_tags=remove, reason="because")
        self.does(lambda desk: desk.triage.override(TENANT, ticket, wanted, person("lee")))

    @rule(ticket=tickets, impact=st.sampled_from(("high", "low")))
    def complete(self, ticket: str, impact: str) -> None:
        """Say what was missing."""
        self.does(lambda desk: desk.triage.complete(TENANT, ticket, {"impact": impact}, person("lee")))

    @rule(
        ticket=tickets,
        what=st.sampled_from((*Happened, Happened.CUSTOMER_REPLIED, Happened.CUSTOMER_REPLIED)),
        actor=st.sampled_from((person("ann"), person("kim"))),
        late=st.sampled_from((timedelta(), timedelta(), 5 * MINUTE, 90 * MINUTE)),
    )
    def record(self, ticket: str, what: Happened, actor: Actor, late: timedelta) -> None:
        """Report an event, at once or late; never one that lies before the last sweep."""
        at = max(self.desk.now - late, self.swept)
        if at < self.desk.now:
            self.past.quiet.append((at, self.desk.now))
        self.does(lambda desk: desk.record(what, actor, ticket, at=at, reason="because"))

    @rule(chosen=st.sets(st.sampled_from(("t1", "t2", "t3")), min_size=1, max_size=2))
    def declare(self, chosen: set[str]) -> None:
        """Declare an incident of some tickets."""
        wanted = sorted(chosen)
        self.does(lambda desk: desk.incidents.declare(TENANT, "Sign-in fails.", wanted, person("max")))

    @rule(ticket=tickets, joins=st.booleans())
    def join_or_leave(self, ticket: str, joins: bool) -> None:  # noqa: FBT001 - a sample
        """Put a ticket into the first incident, or take it out."""
        incident = next((each.id for each in self.desk.all() if each.record == "incident"), "t9")
        use = Incidents.join if joins else Incidents.leave
        self.does(lambda desk: use(desk.incidents, TENANT, incident, ticket, person("max")))

    # --- laws -----------------------------------------------------------------------------------------------------

    def read(self, ticket_id: str) -> Ticket | None:
        """Return a ticket, or none before it was taken in."""
        return self.desk.store.ticket(TENANT, ticket_id)

    def on(self, ticket_id: str, use: Callable[[EscalationDesk, str], object]) -> None:
        """Do something to a ticket's escalation; where no sweep has told of one yet, nobody can name it."""
        found = self.read(ticket_id)
        if found is not None and found.escalation is not None:
            name = id_of(ticket_id, found.escalation)
            self.does(lambda desk: use(desk, name))

    def holder_of(self, ticket_id: str) -> Actor | None:
        """Return who holds a ticket's escalation."""
        found = self.read(ticket_id)
        return person(found.escalation_holder) if found and found.escalation_holder else None

    @invariant()
    def each_timeline_keeps_the_laws_and_adds_up(self) -> None:
        """The lines keep the laws of escalations, and the row and its timers are what they add up to."""
        assert isinstance(self.desk.store, MemoryStore)
        books = self.desk.triage.playbooks
        laws = Laws(lambda at: books.active(TENANT, at).policy, lambda name: books.version(TENANT, name).policy)
        for ticket in self.desk.all():
            laws.check(self.desk.entries(ticket.id))
            assert rebuild(self.desk.store.timeline(TENANT, ticket.id)) == ticket
            kept = {(timer.purpose, timer.due_at, timer.edge) for timer in self.desk.store._timers[TENANT, ticket.id]}
            assert kept == {(due.purpose, due.at, due.edge) for due in ticking.timers(ticket)}
            running = ticket.escalation is not None and ticket.escalation.is_open
            assert running == ("escalation" in {purpose for purpose, *_ in kept})
            assert ticket.is_open or not running
            told = {entry.facts["edge"] for entry in self.desk.entries(ticket.id) if entry.kind is Kind.SLA_BREACHED}
            late = {f"{ticket.id}/{clock.id}/breached" for clock in ticket.clocks if clock.breached_at is not None}
            assert late <= told

    @invariant()
    def each_line_is_told_once(self) -> None:
        """One message for each line that leaves; the first call is told by the raising that made it."""
        for ticket in self.desk.all():
            entries = self.desk.entries(ticket.id)
            messages = {
                message.id: json.decode(message.payload) for message in self.desk.store.messages(TENANT, ticket.id)
            }
            first = dict(_first_calls(entries))
            expected = {entry.id for entry in entries if entry.kind in TOLD} - {call.id for call in first.values()}
            assert set(messages) == expected
            for raised, call in first.items():
                assert messages[raised]["called_csv"] == ",".join(call.facts["people"])

    def teardown(self) -> None:
        """Any rhythm of sweeps writes the same timelines, to the end of everything that runs."""
        evening = self.desk.now + 6 * HOUR
        self.desk.now = end = evening + 9 * 24 * HOUR
        self.desk.tick()
        self.each_timeline_keeps_the_laws_and_adds_up()
        other = EscalationDesk()
        for at, action, code in self.past.actions:
            self.swept_until(other, at)
            assert other.does(action) == code
        self.swept_until(other, evening)
        other.now = end
        other.tick()
        assert [each.id for each in other.all()] == [each.id for each in self.desk.all()]
        for ticket in other.all():
            for theirs, ours in zip_longest(other.told(ticket.id), self.desk.told(ticket.id)):
                assert theirs == ours, (ticket.id, theirs, ours)

    def swept_until(self, desk: EscalationDesk, until: datetime) -> None:
        """Sweep in the other rhythm up to a moment, outside of the quiet spans."""
        while desk.now < until:
            desk.now = min(desk.now + self.rhythm, until)
            if not any(start < desk.now <= end for start, end in self.past.quiet):
                desk.tick()


def _first_calls(entries: list[Entry]) -> Iterator[tuple[str, Entry]]:
    """Return each raising with the call that was made and written with it."""
    for entry in entries:
        if entry.kind is Kind.ESCALATION_RAISED:
            later = (each for each in entries if each.kind is Kind.ESCALATION_CALLED)
            call = next((each for each in later if each.facts["number"] == entry.facts["number"]), None)
            if call is not None and (call.at, call.recorded_at) == (entry.at, entry.recorded_at):
                yield entry.id, call


Escalated.TestCase.settings = settings(FEWER, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow])
TestEscalated = Escalated.TestCase

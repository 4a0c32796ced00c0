"""Does everything stay consistent, whatever people, sources and time do to a ticket in whatever order?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.random_policies import FEWER
from tests.sample_cases import AGENT, LEAD, MINUTE
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import CHOICES, COMPLETE
from triage_core.domain import chain, ticking
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Outcome, State, Ticket
from triage_core.domain.overriding import Correction

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.adapters.memory import MemoryStore

PEOPLE = ("ann", "bob", "lee", "kim")
actors = st.sampled_from(
    [
        AGENT,
        LEAD,
        Actor(kind=ActorKind.PERSON, id="bob", roles=("agent",)),
        Actor(kind=ActorKind.PERSON, id="kim", roles=("lead",)),
        SYSTEM,
    ]
)
fields = st.dictionaries(st.sampled_from(list(COMPLETE)), st.integers(0, 2), max_size=3).map(
    lambda chosen: {name: CHOICES[name][place] for name, place in chosen.items()}
)
corrections = st.builds(
    Correction,
    class_name=st.sampled_from((None, "P1", "P2", "P3")),
    severity=st.sampled_from((None, "sev1", "sev3")),
    add_tags=st.sampled_from(((), ("billing",), ("security",))),
    remove_tags=st.sampled_from(((), ("security",))),
    intake=fields,
    reason=st.just("because"),
)
times = st.integers(0, 600).map(lambda minutes: minutes * MINUTE)
GONE = {State.MERGED, State.VOID}


class Desk(RuleBasedStateMachine):
    """One ticket at a small desk."""

    def __init__(self) -> None:
        """Open the desk."""
        super().__init__()
        self.desk = SampleDesk()
        self.store: MemoryStore = self.desk.store  # type: ignore[assignment] # the sample desk opened a memory store
        self.before: Ticket | None = None
        self.told: list[str] = []

    @initialize(
        given=st.sampled_from((COMPLETE, {}, {**COMPLETE, "impact": "high", "urgency": "high"})),
        body=st.sampled_from(("", "outage", "phishing", "charged twice")),
        age=st.sampled_from((timedelta(), timedelta(minutes=50), timedelta(days=3))),
        severity=st.sampled_from((None, "sev2")),
    )
    def submit(self, given: dict[str, Any], body: str, age: timedelta, severity: str | None) -> None:
        """Take a ticket in."""
        created = self.desk.now - age
        self.desk.submit(intake=given, body=body, created_at=created, severity=severity)

    def tries(self, action: Callable[[], Ticket]) -> None:
        """Do something that may be refused; a refusal changes nothing."""
        self.before = self.desk.read()
        try:
            action()
        except TriageError:
            assert self.desk.read() == self.before

    @rule(given=fields, actor=actors)
    def complete(self, given: dict[str, Any], actor: Actor) -> None:
        """Answer some of the questions, or all."""
        self.tries(lambda: self.desk.triage.complete(TENANT, "t1", {**COMPLETE, **given}, actor))

    @rule(correction=corrections, actor=actors)
    def override(self, correction: Correction, actor: Actor) -> None:
        """Correct something."""
        self.tries(lambda: self.desk.triage.override(TENANT, "t1", correction, actor))

    @rule(to=st.sampled_from(PEOPLE), actor=actors)
    def assign(self, to: str, actor: Actor) -> None:
        """Give the ticket to somebody."""
        self.tries(lambda: self.desk.triage.assign(TENANT, "t1", to, actor, "because"))

    @rule(to=st.sampled_from(PEOPLE), actor=actors)
    def transfer(self, to: str, actor: Actor) -> None:
        """Offer the ticket; the owner keeps it."""
        owner = self.desk.read().owner
        self.tries(lambda: self.desk.triage.transfer(TENANT, "t1", to, actor, "note"))
        assert self.desk.read().owner == owner

    @precondition(lambda self: self.desk.read().handover is not None)
    @rule(accepts=st.booleans())
    def answer(self, accepts: bool) -> None:  # noqa: FBT001 - a sample
        """Let the person asked accept or decline."""
        handover = self.desk.read().handover
        assert handover is not None
        roles = ("agent",) if handover.to in {"ann", "bob"} else ("lead",)
        person = Actor(kind=ActorKind.PERSON, id=handover.to, roles=roles)
        chosen = self.desk.triage.accept if accepts else self.desk.triage.decline
        self.tries(lambda: chosen(TENANT, "t1", person))

    @rule(
        what=st.sampled_from(Happened),
        actor=actors,
        late=st.sampled_from((None, 5 * MINUTE, 90 * MINUTE)),
        event_id=st.sampled_from((None, None, "e1", "e2")),
        substantive=st.booleans(),
    )
    def record(self, what: Happened, actor: Actor, late: timedelta | None, **more: Any) -> None:
        """Report an event, at once or late."""
        at = None if late is None else max(self.desk.now - late, self.desk.read().created_at)
        more["source_event_id"] = more.pop("event_id")
        self.tries(lambda: self.desk.record(what, actor, at=at, reason="test", **more))

    @rule(time=times)
    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.desk.passes(time)

    @rule()
    def tick(self) -> None:
        """Sweep, twice; the second sweep finds nothing."""
        self.desk.tick()
        version = self.desk.read().version
        self.desk.passes(2 * MINUTE)
        self.desk.now -= 2 * MINUTE
        assert (self.desk.tick(), self.desk.read().version) == (0, version)

    @invariant()
    def the_timeline_adds_up_to_the_row(self) -> None:
        """Rebuilding gives the row, from fresh lines as from stored bytes."""
        lines = self.store.timeline(TENANT, "t1")
        stored = [chain.Line(entry=chain.read(line.body), body=line.body, hash=line.hash) for line in lines]
        assert rebuild(lines) == rebuild(stored) == self.desk.read()

    @invariant()
    def the_chain_is_sound_and_counts_every_line(self) -> None:
        """The version is the number of lines, and the row names the end of the chain."""
        lines = self.store.timeline(TENANT, "t1")
        ticket = self.desk.read()
        assert ticket.version == len(lines)
        rows = [(line.entry.number, line.body, line.hash) for line in lines]
        assert chain.flaws_of("t1", rows, chain.Head(ticket_id="t1", version=ticket.version, hash=ticket.head)) == []

    @invariant()
    def the_store_holds_the_timers_of_the_row(self) -> None:
        """One timer for each purpose, at its next moment."""
        kept = {(timer.purpose, timer.due_at, timer.edge) for timer in self.store._timers[TENANT, "t1"]}
        assert kept == {(due.purpose, due.at, due.edge) for due in ticking.timers(self.desk.read())}

    @invariant()
    def what_is_decided_is_complete(self) -> None:
        """A ticket has its class, queue and first class from the triage on; an incomplete one has none of them."""
        ticket = self.desk.read()
        decided = (ticket.class_name, ticket.queue, ticket.first_class, ticket.severity)
        blocked = ticket.class_name is None
        assert all(decided) or blocked
        assert not blocked or (not ticket.first_class and {clock.metric for clock in ticket.clocks} <= {"intake"})
        assert ticket.class_rank == (99 if blocked else ("P1", "P2", "P3").index(str(ticket.class_name)))

    @invariant()
    def an_owner_is_never_lost(self) -> None:
        """Once owned, always owned; an offer waits beside the owner and only on a ticket in work."""
        owners = [entry.changes.get("owner", "") for entry in self.desk.entries()]
        assert not (None in owners and any(owners))
        ticket = self.desk.read()
        assert ticket.handover is None or ticket.is_open

    @invariant()
    def nothing_runs_on_a_ticket_that_is_over(self) -> None:
        """After a solution no clock runs; after merging and voiding none is open and none is timed."""
        ticket = self.desk.read()
        if not ticket.is_open:
            assert not any(clock.outcome is Outcome.OPEN for clock in ticket.clocks)
            assert ticking.timers(ticket) == ()

    @invariant()
    def each_edge_is_written_once_and_breaches_stay(self) -> None:
        """Edge ids are unique, a breach of the row is the one that was written first."""
        entries = self.desk.entries()
        edges = [e.facts["edge"] for e in entries if e.kind in {Kind.SLA_AT_RISK, Kind.SLA_BREACHED}]
        assert len(edges) == len(set(edges))
        if self.before is not None:
            late = {clock.id: clock.breached_at for clock in self.before.clocks if clock.breached_at}
            now = {clock.id: clock.breached_at for clock in self.desk.read().clocks}
            assert all(now.get(name, at) == at for name, at in late.items())

    @invariant()
    def at_most_one_clock_of_a_metric_is_open(self) -> None:
        """A new instance begins when the old one has ended."""
        running = [clock.metric for clock in self.desk.read().clocks if clock.outcome is Outcome.OPEN]
        assert len(running) == len(set(running))

    @invariant()
    def lines_are_told_once(self) -> None:
        """Messages only ever grow, each with its own id."""
        told = [message.id for message in self.store.messages(TENANT, "t1")]
        assert told[: len(self.told)] == self.told
        assert len(told) == len(set(told))
        self.told = told


Desk.TestCase.settings = settings(FEWER, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow])
TestDesk = Desk.TestCase

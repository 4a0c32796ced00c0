"""How do a ticket's facts add up from its timeline?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec.structs import replace

from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.entry import Kind
from triage_core.domain.kpis.facts import ApprovalFacts, Closure, FeedbackFacts, OverrideFacts, TicketFacts
from triage_core.domain.kpis.lines import READS, Line, read
from triage_core.domain.kpis.raised import Raised
from triage_core.domain.model import ActorKind, State
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.model import Clock


class Rules(Protocol):
    """What the policies said that decided a ticket."""

    def calendar(self, policy_version: str, class_name: str | None) -> Calendar:
        """Return the hours of a class."""

    def escalates(self, policy_version: str, kind: Sort, trigger: Trigger, share: float | None) -> bool:
        """Tell whether a rule of the policy asks for an escalation of such a ticket."""


class Sort(Value, frozen=True, kw_only=True):
    """What escalation rules look at."""

    class_name: str | None = None
    tag_names: tuple[str, ...] = ()


_WAITS: Final = frozenset({State.WAITING_CUSTOMER, State.WAITING_THIRD_PARTY})
#: What changes the decision itself, and not the facts that it rests on.
_DECISION: Final = frozenset({"class_name", "severity", "add_tags", "remove_tags"})
#: Fields that stand on the facts as they stand on the ticket.
_SAME: Final[tuple[str, ...]] = (
    *("state", "record", "channel", "customer", "class_name", "first_class", "class_rank", "severity"),
    *("support_tier", "queue", "owner", "created_at", "first_reply_at", "unanswered"),
)
_INTAKE: Final = {
    "service_line": "service_line",
    "customer_tier": "customer_tier",
    "system": "affected_system",
    "category": "category",
}


def facts_of(bodies: Iterable[str | bytes], rules: Rules) -> TicketFacts | None:
    """Return the facts of a ticket whose timeline is stored in these lines; none of an empty timeline."""
    gathered: _Gathered | None = None
    for body in bodies:
        line = read(body)
        gathered = gathered or _Gathered(rules, line)
        gathered.take(line)
    return gathered.facts() if gathered else None


class _Gathered:
    """What the lines so far add up to."""

    def __init__(self, rules: Rules, first: Line) -> None:
        """Begin before the first line."""
        self._rules: Final = rules
        self._first: Final = first
        self._now: dict[str, Any] = {}
        self._more: dict[str, Any] = {"mode": first.mode}
        self._policy = ""
        self._clocks: dict[str, Clock] = {}
        self._approvals: dict[int, ApprovalFacts] = {}
        self._many: dict[str, list[Any]] = {}
        self._fired: tuple[str, ...] = ()
        self._raised: Final = Raised()
        self._reply: tuple[datetime, bool] | None = None
        self._waits_since: datetime | None = None
        self._waits: list[tuple[datetime, datetime]] = []

    def take(self, line: Line) -> None:
        """Add a line."""
        before = self._now
        said = {name: reads(raw) for name, raw in line.changes.items() if (reads := READS.get(name))}
        self._policy = line.policy_version or self._policy
        self._merge(said)
        if line.kind is Kind.OVERRIDDEN:
            self._overridden(line, before, said)
        self._now = {**before, **said}
        self._waiting(line, said)
        self._escalating(line, said)
        if event := _EVENTS.get(line.kind):
            event(self, line)
        if line.facts.fired or line.kind in {Kind.TRIAGED, Kind.UPDATED, Kind.OVERRIDDEN}:
            self._fired = line.facts.fired
        if "owner" in said and before.get("owner") is not None and said["owner"] != before["owner"]:
            self._more["reassigned"] = self._more.get("reassigned", 0) + 1

    def add(self, name: str, fact: Any) -> None:  # noqa: ANN401 - a fact of any kind
        """Keep one more of many facts."""
        self._many.setdefault(name, []).append(fact)

    def _merge(self, said: dict[str, Any]) -> None:
        for clock in said.pop("clocks", ()):
            self._clocks[clock.id] = clock
        for approval in said.pop("approvals", ()):
            self._approvals[approval.number] = approval
        running = said.pop("escalation", None)
        if running is not None and running.blast.since is not None:
            self._more["began_at"] = running.blast.since

    def _waiting(self, line: Line, said: dict[str, Any]) -> None:
        if "state" not in said:
            return
        if self._waits_since is not None:
            self._waits.append((self._waits_since, line.at))
        self._waits_since = line.at if said["state"] in _WAITS else None

    def _sort(self) -> Sort:
        return Sort(class_name=self._now.get("class_name"), tag_names=self._tags())

    def _tags(self) -> tuple[str, ...]:
        return tuple(tag.name for tag in self._now.get("tags", ()))

    def _escalating(self, line: Line, said: dict[str, Any]) -> None:
        """Note when the policy asks for an escalation: by the decision, or by a warning or a breach that it names."""
        asks = said.get("must_escalate") is True
        trigger = _EDGES.get(line.kind)
        if trigger is not None and line.facts.metric != "acknowledgement":
            asks = self._rules.escalates(self._policy, self._sort(), trigger, line.facts.share)
        if asks:
            self.least("escalation_due", line.at)

    def least(self, name: str, at: datetime) -> None:
        """Keep the earliest moment."""
        self._more[name] = min(at, self._more.get(name, at))

    def _overridden(self, line: Line, before: dict[str, Any], said: dict[str, Any]) -> None:
        if line.actor.kind is not ActorKind.PERSON:
            return
        rank = before.get("class_rank", 0)
        facts = OverrideFacts(
            at=line.at,
            by=line.actor.id,
            is_decision=not _DECISION.isdisjoint(line.facts.asked),
            raised=rank - said.get("class_rank", rank),
            asked=line.facts.asked,
            rules=self._fired,
        )
        self.add("overrides", facts)

    # --- events ---------------------------------------------------------------------------------------------------

    def blocked(self, line: Line) -> None:
        """Note what was missing at first."""
        if "blocked_at" not in self._more:
            missing = tuple(problem.pointer.rpartition("/")[2] for problem in self._now.get("problems", ()))
            self._more |= {"blocked_at": line.at, "missing": missing}

    def triaged(self, line: Line) -> None:
        """Note the first decision."""
        if "triaged_at" not in self._more:
            self._more |= {"triaged_at": line.at, "fired": line.facts.fired}

    def replied(self, line: Line) -> None:
        """Remember how the earliest reply began."""
        if self._reply is None or line.at < self._reply[0]:
            self._reply = line.at, line.facts.assisted

    def given(self, line: Line) -> None:
        """Keep feedback."""
        told = line.facts
        facts = FeedbackFacts(
            at=line.at, about=told.about, rating=told.rating, field=told.field, should_be=told.should_be
        )
        self.add("feedback", facts)

    def closed(self, line: Line) -> None:
        """Keep the codes of the closing."""
        told = line.facts
        self._more["closure"] = Closure(
            at=line.at,
            resolution_code=told.resolution_code,
            cause_category=told.cause_category,
            permanent_fix=told.permanent_fix,
        )

    def judged(self, line: Line) -> None:
        """Keep how the root cause of the closing turned out; the latest verdict holds."""
        if (closure := self._more.get("closure")) is not None:
            self._more["closure"] = replace(closure, cause_right=line.facts.verdict == CauseVerdict.RIGHT)

    def escalated(self, line: Line) -> None:
        """Let the escalations take a line."""
        self._raised.take(line)

    # --- the end --------------------------------------------------------------------------------------------------

    def facts(self) -> TicketFacts:
        """Return what all lines add up to."""
        now, first = self._now, self._first
        intake = now.get("intake", {})
        told = {name: now[name] for name in _SAME if name in now}
        told |= {name: str(intake[field]) for name, field in _INTAKE.items() if intake.get(field) is not None}
        many = {name: tuple(facts) for name, facts in self._many.items()}
        calendar = self._rules.calendar(self._policy, now.get("class_name"))
        more: dict[str, Any] = {"created_at": first.at, **told, **self._more, **many}
        facts = TicketFacts(
            tenant=first.tenant,
            ticket_id=first.ticket_id,
            policy_version=self._policy,
            tags=self._tags(),
            clocks=tuple(self._clocks.values()),
            approvals=tuple(self._approvals.values()),
            escalations=self._raised.facts(calendar),
            waits_since=self._waits_since,
            **more,
        )
        return replace(facts, **self._durations(facts, calendar))

    def _durations(self, facts: TicketFacts, calendar: Calendar) -> dict[str, Any]:
        found: dict[str, Any] = {}
        replied, solved = facts.first_reply_at, facts.solved_at
        if replied is not None:
            found["reply_open_time"] = _elapsed(calendar, facts.created_at, replied)
            if self._reply is not None and self._reply[0] == replied:
                found["assisted"] = self._reply[1]
        if solved is not None:
            found["solve_open_time"] = _elapsed(calendar, facts.created_at, solved)
            ends = ((max(start, facts.created_at), min(end, solved)) for start, end in self._waits)
            found["waited"] = sum((max(_ZERO, end - start) for start, end in ends), _ZERO)
        return found


_ZERO: Final = timedelta()


def _elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    return calendar.elapsed(start, max(start, end))


_EDGES: Final = {Kind.SLA_AT_RISK: Trigger.AT_RISK, Kind.SLA_BREACHED: Trigger.BREACH}
#: Kinds of lines of which figures need the moments alone.
_MOMENTS: Final = {
    "solved": Kind.RESOLVED,
    "reopened": Kind.REOPENED,
    "warned": Kind.SLA_AT_RISK,
    "sent": Kind.MESSAGE_SENT,
    "failed": Kind.MESSAGE_FAILED,
    "bypassed": Kind.GATE_BYPASSED,
}


def _moment(name: str) -> Callable[[_Gathered, Line], None]:
    return lambda gathered, line: gathered.add(name, line.at)


_EVENTS: Final[dict[Kind, Callable[[_Gathered, Line], None]]] = {
    **{kind: _moment(name) for name, kind in _MOMENTS.items()},
    Kind.BLOCKED: _Gathered.blocked,
    Kind.COMPLETED: lambda gathered, line: gathered.least("completed_at", line.at),
    Kind.TRIAGED: _Gathered.triaged,
    Kind.AGENT_REPLIED: _Gathered.replied,
    Kind.FEEDBACK_GIVEN: _Gathered.given,
    Kind.CLOSED: _Gathered.closed,
    Kind.CLOSURE_COMPLETED: _Gathered.closed,
    Kind.CAUSE_JUDGED: _Gathered.judged,
    Kind.INCIDENT_JOINED: lambda gathered, line: gathered.least("led_since", line.at),
    **dict.fromkeys(
        (
            *(Kind.ESCALATION_RAISED, Kind.ESCALATION_CALLED, Kind.ESCALATION_ACKNOWLEDGED, Kind.ESCALATION_LAPSED),
            *(Kind.CHECKPOINT_POSTED, Kind.CHECKPOINT_MISSED, Kind.ESCALATION_TRANSFERRED, Kind.ESCALATION_EXHAUSTED),
            *(Kind.ESCALATION_RESOLVED, Kind.ESCALATION_EXPIRED),
        ),
        _Gathered.escalated,
    ),
}

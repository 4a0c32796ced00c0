"""What is remembered of an incident between two of its rows?"""

from __future__ import annotations

from datetime import datetime

import msgspec

from triage_core.domain.kpis.lives import Life
from triage_core.domain.model import Pause, State, Ticket
from triage_core.domain.policy.service_levels import PauseReason
from triage_core.replay.mapping import StandIn
from triage_core.replay.rows import Row

_HELD_BY = {
    State.WAITING_CUSTOMER: PauseReason.WAITING_CUSTOMER,
    State.WAITING_THIRD_PARTY: PauseReason.WAITING_THIRD_PARTY,
}


class Incident(msgspec.Struct, array_like=True):
    """The ticket as the lifecycle has it, and beside it what the log itself says, by the definitions of the report."""

    ticket: Ticket
    opened_at: datetime
    #: The latest moment so far: the incident's own clock never runs backwards.
    now: datetime
    #: The last row: its moment as written, its state, its intake.
    at: datetime
    state: State
    intake: dict[str, str]
    rows: int = 0
    #: Rows that had their effect in an earlier import.
    known: int = 0
    first_class: str | None = None
    last_class: str | None = None
    #: Moments of the last Resolved and the last Closed row.
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    #: Moments of the first row past `triaged` and of the first row with somebody assigned.
    moved_at: datetime | None = None
    assigned_at: datetime | None = None
    #: Each row in a waiting state, up to the next row.
    waits: list[Pause] = []

    @classmethod
    def begun(cls, ticket: Ticket, row: Row, now: datetime, known: int = 0) -> Incident:
        """Remember a new incident; `note` then takes its first row in."""
        return cls(
            ticket=ticket,
            opened_at=row.opened_at,
            now=now,
            at=row.at,
            state=row.said.state,
            intake=row.said.intake,
            known=known,
        )

    def has_replied(self, stand_in: StandIn) -> bool:
        """Tell whether the stand-in for the first reply has happened."""
        return (self.moved_at if stand_in is StandIn.MOVED else self.assigned_at) is not None

    @property
    def life(self) -> Life:
        """The incident as KPIs see it."""
        return Life(
            opened_at=self.opened_at,
            resolved_at=self.resolved_at,
            closed_at=self.closed_at,
            waits=tuple(self.waits),
            first_class=self.first_class or "",
            last_class=self.last_class or "",
        )

    def note(self, row: Row, class_name: str | None) -> None:
        """Take a row in, after the ticket was moved by it."""
        state = row.said.state
        reason = _HELD_BY.get(self.state) if self.rows else None
        if reason is not None:
            self.waits = [*self.waits, Pause(start=self.at, end=row.at, reason=reason)]
        self.rows += 1
        self.at, self.state, self.intake = row.at, state, row.said.intake
        self.last_class = class_name or self.last_class
        self.first_class = self.first_class or self.last_class
        if state is State.RESOLVED:
            self.resolved_at = row.at
        elif state is State.CLOSED:
            self.closed_at = row.at
        if self.moved_at is None and state is not State.TRIAGED:
            self.moved_at = row.at
        if self.assigned_at is None and row.assigned:
            self.assigned_at = row.at

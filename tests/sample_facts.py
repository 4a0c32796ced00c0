"""Which facts of tickets do tests of figures use when their content does not matter?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from triage_core.domain.kpis.facts import TicketFacts
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.model import Clock, Outcome, State
from triage_core.domain.policy.service_levels import Metric

#: Monday of the tenth week.
START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = Span(start=START, end=START + timedelta(days=7))
NOW = Terms(now=WEEK.end)


def at(hours: float) -> datetime:
    """Return a moment, so many hours after the week began."""
    return START + timedelta(hours=hours)


def facts(number: int = 1, **changes: Any) -> TicketFacts:
    """Return a plain ticket of Monday nine o'clock."""
    base: dict[str, Any] = {
        "tenant": "acme",
        "ticket_id": f"t{number}",
        "state": State.ASSIGNED,
        "created_at": at(9),
        "triaged_at": at(9),
        "class_name": "P3",
        "first_class": "P3",
    }
    return TicketFacts(**{**base, **changes})


def clock(metric: Metric = Metric.FIRST_REPLY, outcome: Outcome = Outcome.MET, **changes: Any) -> Clock:
    """Return a clock of Monday nine o'clock with an hour to go."""
    base: dict[str, Any] = {
        "metric": metric,
        "calendar": "always",
        "target": timedelta(hours=1),
        "started_at": at(9),
        "outcome": outcome,
        "class_name": "P3",
    }
    if outcome is Outcome.OPEN:
        base["due_at"] = at(10)
    else:
        base["stopped_at"] = at(9.5)
    return Clock(**{**base, **changes})

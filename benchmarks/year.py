"""What does a made-up year of tickets look like, line by line as it is stored?"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 20_260_302
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
CLASSES: Final = ("P1", "P2", "P3")
#: Minutes for the first reply and for the solution.
TARGETS: Final = {"P1": (15, 240), "P2": (60, 480), "P3": (240, 1_440)}
#: The kind of a line, its moment, what it changes and what it tells beside that.
Step = tuple[str, datetime, dict[str, Any], dict[str, Any]]


def timelines(count: int) -> Iterator[list[str]]:
    """Make up tickets, each as its stored lines."""
    chance = random.Random(SEED)
    for number in range(count):
        yield _ticket(number, chance)


def _ticket(number: int, chance: random.Random) -> list[str]:
    name = chance.choices(CLASSES, (1, 4, 10))[0]
    created = START + timedelta(minutes=chance.randrange(365 * 24 * 60))
    passed = accumulate(chance.expovariate(1 / mean) for mean in (40, 60, 600, 300))
    replied, taken, solved, rated = (created + timedelta(minutes=minutes) for minutes in passed)
    clocks = [
        _clock(metric, name, created, target)
        for metric, target in zip(("first_reply", "resolution"), TARGETS[name], strict=True)
    ]
    changes = {**_decision(name, created, chance), "clocks": clocks}
    told: list[Step] = [("ticket.triaged", created, changes, {"fired": ["matrix:low/low"]})]
    told.append(("ticket.assigned", created, {"owner": "ann", "queue": "desk", "state": "assigned"}, {}))
    if name == "P1":
        told += _escalation(created, taken)
    if chance.random() < 0.05:
        lower = CLASSES[min(2, CLASSES.index(name) + 1)]
        changed = {"class_name": lower, "class_rank": CLASSES.index(lower)}
        told.append(("ticket.overridden", replied, changed, {"asked": ["class_name"], "fired": []}))
    answered = {"first_reply_at": replied.isoformat(), "clocks": [_stopped(clocks[0], replied)]}
    told.append(("ticket.agent_replied", replied, answered, {"assisted": chance.random() < 0.3}))
    over = {"state": "resolved", "resolved_at": solved.isoformat(), "clocks": [_stopped(clocks[1], solved)]}
    told.append(("ticket.resolved", solved, over, {}))
    if chance.random() < 0.2:
        told.append(("feedback.given", rated, {}, {"about": "satisfaction", "rating": chance.randint(1, 5)}))
    return [_line((number, place), line) for place, line in enumerate(told, start=1)]


def _decision(name: str, created: datetime, chance: random.Random) -> dict[str, Any]:
    return {
        "state": "triaged",
        "created_at": created.isoformat(),
        "class_name": name,
        "class_rank": CLASSES.index(name),
        "first_class": name,
        "severity": f"sev{chance.randint(1, 4)}",
        "channel": chance.choice(("mail", "chat", "phone", "form")),
        "customer": f"customer-{chance.randrange(300)}",
        "intake": {
            "service_line": chance.choice(("workplace", "identity", "network")),
            "customer_tier": chance.choice(("vip", "enterprise", "standard", "free")),
            "affected_system": chance.choice(("mail", "sso", "wiki", "shop")),
        },
    }


def _escalation(created: datetime, taken: datetime) -> list[Step]:
    raised = {"number": 1, "trigger": "class", "cause": "class:P1", "rule": "p1"}
    return [
        ("escalation.raised", created, {}, raised),
        ("escalation.called", created, {}, {"number": 1, "cycle": 1, "level": 1, "people": ["lee"]}),
        ("escalation.acknowledged", taken, {}, {"number": 1, "cycle": 1}),
    ]


def _clock(metric: str, class_name: str, started: datetime, minutes: int) -> dict[str, Any]:
    return {
        "metric": metric,
        "calendar": "always",
        "target": f"PT{minutes}M",
        "started_at": started.isoformat(),
        "due_at": (started + timedelta(minutes=minutes)).isoformat(),
        "class_name": class_name,
    }


def _stopped(clock: dict[str, Any], at: datetime) -> dict[str, Any]:
    due = datetime.fromisoformat(clock["due_at"])
    late = {"breached_at": clock["due_at"], "outcome": "breached"} if due < at else {"outcome": "met"}
    return {**{key: value for key, value in clock.items() if key != "due_at"}, "stopped_at": at.isoformat(), **late}


def _line(place: tuple[int, int], step: Step) -> str:
    """Write a line as it is stored."""
    (number, count), (kind, at, changes, facts) = place, step
    line = {
        "tenant": "acme",
        "ticket_id": f"t{number}",
        "number": count,
        "id": f"t{number}-{count}",
        "kind": kind,
        "at": at.isoformat(),
        "recorded_at": at.isoformat(),
        "actor": {"kind": "person", "id": "ann"},
        "policy_version": "year@1",
        "changes": changes,
        "facts": facts,
    }
    return json.dumps(line)

"""Which targets does a policy promise which ticket, and on which calendar?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.small_policy import COMPLETE, document, policy
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.promises import Promises

LEVELS = document()["service_levels"]
OVERRIDES = [
    {"id": "vip", "classes": ["P2", "P3"], "when": {"customer_tier": "vip"}, "targets": {"first_reply": "10m"}},
    {
        "id": "any",
        "classes": ["P2"],
        "when": {"impact": "high"},
        "targets": {"first_reply": "20m", "resolution": {"within": "5h", "calendar": "always"}},
    },
]
PROMISES = Promises(policy(service_levels={**LEVELS, "overrides": OVERRIDES}))


def within(class_name: str, **fields: Any) -> dict[str, Any]:
    plans = PROMISES.plans(class_name, {**COMPLETE, **fields})
    return {metric.value: (plan.within, plan.calendar) for metric, plan in plans.items()}


def test_a_target_runs_on_its_own_calendar_or_that_of_the_class() -> None:
    assert within("P2") == {"first_reply": (HOUR, "always"), "resolution": (8 * HOUR, "office")}
    assert within("P3")["first_reply"] == (4 * HOUR, "office")


def test_of_several_overrides_the_first_that_fits_holds_metric_by_metric() -> None:
    assert within("P2", customer_tier="vip", impact="high") == {
        "first_reply": (10 * MINUTE, "always"),
        "resolution": (5 * HOUR, "always"),
    }


def test_an_override_holds_for_its_classes_only() -> None:
    assert within("P1", customer_tier="vip")["first_reply"] == (15 * MINUTE, "always")
    assert within("P3", customer_tier="vip", impact="high")["first_reply"] == (10 * MINUTE, "office")


def test_every_plan_warns_at_the_shares_of_the_policy() -> None:
    assert {plan.warns for plan in PROMISES.plans("P1", COMPLETE).values()} == {(0.5, 0.75)}


def test_the_intake_has_calendar_time() -> None:
    plan = PROMISES.intake_plan()
    assert plan is not None
    assert (plan.metric, plan.within, plan.warns) == (Metric.INTAKE, 2 * HOUR, (0.5, 0.75))
    assert PROMISES.calendar(plan.calendar).add(MONDAY, plan.within) == MONDAY + 2 * HOUR


def test_a_described_calendar_keeps_hours_holidays_and_exceptions() -> None:
    spec = {
        "zone": "Europe/Berlin",
        "weekly": {"mon": ["09:00-12:00", "13:00-17:00"], "fri": "22:00-06:00"},
        "holidays": {"country": "DE", "subdivision": "BE", "pinned": {2026: ["2026-03-09"]}},
        "closed": ["2026-03-16"],
        "openings": {"2026-03-21": "10:00-12:00"},
    }
    calendar = Promises(policy(calendars={**document()["calendars"], "odd": spec})).calendar("odd")
    opened = calendar.intervals(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC))
    assert [(start.date(), (end - start) / HOUR) for start, end in opened] == [
        (date(2026, 3, 2), 3),
        (date(2026, 3, 2), 4),
        (date(2026, 3, 6), 8),
        (date(2026, 3, 13), 8),
        (date(2026, 3, 20), 8),
        (date(2026, 3, 21), 2),
    ]

"""Are weekly reports issued once, baselines kept as they were, and customers kept apart?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sample_cases import AGENT, LEAD, MONDAY
from tests.sample_desk import TENANT, SampleDesk
from tests.sample_rollout import rollout_policy
from tests.small_policy import COMPLETE
from triage_core.compose import open_store
from triage_core.domain.errors import NotPermitted
from triage_core.domain.happening import Happened
from triage_core.domain.kpis.baseline import BaselineEmpty, BaselineSpan
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.kpis.measuring import Dimension, share
from triage_core.domain.kpis.weekly import CalibrationResult, Learned
from triage_core.domain.kpis.weeks import Span, WeekUnknown
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import Item
from triage_core.service.reporting import Asked, BaselineMissing, Reporting

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def desk() -> SampleDesk:
    return SampleDesk(rules=rollout_policy())


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def any_desk(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[SampleDesk]:
    urls: dict[str, Callable[[], str]] = {
        "memory": lambda: "memory:",
        "sqlite": lambda: f"sqlite:///{tmp_path / 'triage.db'}",
        "postgres": lambda: str(request.getfixturevalue("clean_postgres_url")),
    }
    store = open_store(urls[request.param]())
    yield SampleDesk(store, rollout_policy())
    store.close()


def so_far(desk: SampleDesk) -> Span:
    return Span(start=MONDAY - DAY, end=desk.now)


def announced(desk: SampleDesk) -> list[str]:
    found = desk.store.latest_messages(TENANT, "report.weekly_ready", 50)
    return sorted(msgspec.json.decode(message.payload)["report_week"] for message in found)


# --- weekly -----------------------------------------------------------------------------------------------------------


def test_a_week_that_is_not_over_is_not_announced(any_desk: SampleDesk) -> None:
    any_desk.submit()
    any_desk.passes(6 * DAY)
    assert any_desk.triage.reporting.issue_everywhere() == {}
    assert announced(any_desk) == []


def test_a_week_is_announced_once_when_it_is_over_in_the_tenants_zone(any_desk: SampleDesk) -> None:
    any_desk.submit()
    any_desk.now = MONDAY.replace(hour=22, minute=59) + 6 * DAY
    assert any_desk.triage.reporting.issue_everywhere() == {}
    any_desk.now = MONDAY.replace(hour=23, minute=0) + 6 * DAY
    assert any_desk.triage.reporting.issue_everywhere() == {TENANT: ("2026-W10",)}
    assert any_desk.triage.reporting.issue_everywhere() == {}
    assert announced(any_desk) == ["2026-W10"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(gaps=st.lists(st.integers(1, 12 * 24), min_size=1, max_size=8))
def test_at_any_interval_every_week_is_announced_once(gaps: list[int]) -> None:
    desk = SampleDesk(rules=rollout_policy())
    desk.submit()
    desk.passes(WEEK)
    desk.triage.reporting.issue_everywhere()
    for hours in gaps:
        desk.passes(timedelta(hours=hours))
        desk.triage.reporting.issue_everywhere()
    over = (desk.now + timedelta(hours=1) - (MONDAY - timedelta(hours=9))) // WEEK
    assert announced(desk) == [f"2026-W{10 + number}" for number in range(over)]


def test_a_tenant_whose_first_ticket_came_this_week_has_no_report_of_the_last_one(desk: SampleDesk) -> None:
    desk.submit()
    assert desk.triage.reporting.issue(TENANT) == ()


def test_a_report_stays_as_it_was_issued(desk: SampleDesk) -> None:
    desk.submit()
    desk.passes(timedelta(hours=1))
    desk.record(Happened.RESOLVED)
    desk.passes(WEEK)
    desk.triage.reporting.issue(TENANT)
    before = desk.triage.reporting.weekly(TENANT, "2026-W10")
    assert before.figures.figures[Kpi.RESOLUTION_ALL].n == 1
    desk.submit(2)
    desk.passes(DAY)
    assert desk.triage.reporting.weekly(TENANT, "2026-W10") == before
    assert desk.triage.reporting.weekly(TENANT) == before


def test_a_week_that_runs_is_told_as_it_stands(desk: SampleDesk) -> None:
    desk.submit()
    report = desk.triage.reporting.weekly(TENANT, "2026-W10")
    assert (report.is_over, report.figures.tickets) == (False, 1)


def test_a_week_that_does_not_exist_is_refused(desk: SampleDesk) -> None:
    for name in ("2026-W54", "W10", "2026-10", "9999-W53", "0000-W01"):
        with pytest.raises(WeekUnknown):
            desk.triage.reporting.weekly(TENANT, name)


def test_exceptions_name_who_answers_for_them(desk: SampleDesk) -> None:
    desk.submit(1, intake={**COMPLETE, "impact": "high", "urgency": "high"})
    desk.passes(timedelta(hours=5))
    desk.tick()
    report = desk.triage.reporting.weekly(TENANT, "2026-W10")
    assert {each.trouble.value for each in report.exceptions} == {"target_missed", "escalation_unacknowledged"}
    assert {each.owner for each in report.exceptions} == {"lee"}


# --- the baseline -----------------------------------------------------------------------------------------------------


def test_a_baseline_says_who_froze_it_and_when_and_is_never_changed(any_desk: SampleDesk) -> None:
    any_desk.submit()
    any_desk.passes(DAY)
    book = any_desk.triage.reporting
    first = book.freeze(TENANT, LEAD, so_far(any_desk), "before the pilot")
    assert (first.number, first.by, first.frozen_at, first.note) == (1, "lee", any_desk.now, "before the pilot")
    assert {figure.version for figure in first.figures.figures.values()} == {1}
    any_desk.submit(2)
    any_desk.passes(DAY)
    second = book.freeze(TENANT, LEAD, so_far(any_desk))
    assert book.baselines(TENANT) == (first, second)
    assert book.baseline(TENANT) == second
    assert book.baseline(TENANT, 1) == first


def test_a_baseline_holds_what_people_labelled_in_its_last_week(desk: SampleDesk) -> None:
    asked: list[str] = []

    def learned(_: str, week: str) -> Learned:
        asked.append(week)
        recall = share(Kpi.ESCALATION_RECALL, Rate(count=27, n=30))
        return Learned(calibration=CalibrationResult(sampled=30, reviewed=30, figures={Kpi.ESCALATION_RECALL: recall}))

    desk.submit()
    desk.passes(WEEK)
    book = Reporting(desk.store, desk.triage.playbooks, lambda: desk.now, learned)
    frozen = book.freeze(TENANT, LEAD, book.week(TENANT, "2026-W10"))
    assert asked == ["2026-W10"]
    assert frozen.figures.figures[Kpi.ESCALATION_RECALL].value == 0.9


def test_only_a_person_by_right_freezes_a_baseline(desk: SampleDesk) -> None:
    desk.submit()
    desk.passes(DAY)
    with pytest.raises(NotPermitted):
        desk.triage.reporting.freeze(TENANT, AGENT, so_far(desk))


def test_nothing_and_the_future_are_no_baseline(desk: SampleDesk) -> None:
    book = desk.triage.reporting
    with pytest.raises(BaselineEmpty):
        book.freeze(TENANT, LEAD, so_far(desk))
    with pytest.raises(BaselineSpan):
        book.freeze(TENANT, LEAD, Span(start=MONDAY, end=MONDAY + WEEK))
    with pytest.raises(BaselineMissing):
        book.baseline(TENANT, 7)


def test_readiness_no_longer_asks_for_a_word_once_a_baseline_is_frozen(desk: SampleDesk) -> None:
    def still_open() -> tuple[str, ...]:
        points = desk.triage.rollout.checklist(TENANT, Action.MESSAGES)
        return next(point.still_open for point in points if point.item is Item.KPI_BASELINE)

    desk.submit()
    desk.passes(DAY)
    assert still_open()
    desk.triage.reporting.freeze(TENANT, LEAD, so_far(desk))
    assert not still_open()


def test_a_report_shows_the_movement_against_the_baseline_and_its_day(desk: SampleDesk) -> None:
    desk.submit()
    desk.passes(timedelta(hours=2))
    desk.record(Happened.AGENT_REPLIED)
    desk.passes(DAY)
    desk.triage.reporting.freeze(TENANT, LEAD, so_far(desk))
    desk.passes(5 * WEEK)
    desk.submit(2)
    desk.passes(timedelta(hours=1))
    desk.record(Happened.AGENT_REPLIED, ticket_id="t2")
    against = desk.triage.reporting.weekly(TENANT, "2026-W15").against
    assert against is not None
    moved = {movement.kpi: movement for movement in against.movements}[Kpi.FIRST_RESPONSE]
    assert (moved.better_by, against.check_day, against.target_day) == (0.5, 28, 60)
    assert against.targets[Kpi.FIRST_RESPONSE].value == "above"


# --- customers --------------------------------------------------------------------------------------------------------


def test_a_customers_report_holds_nothing_of_another_customer(desk: SampleDesk) -> None:
    desk.submit(1, customer="canary-one", subject="secret-one", channel="one-channel")
    desk.submit(2, customer="canary-two", subject="secret-two", channel="two-channel")
    desk.submit(3, customer="canary-two", subject="secret-two", channel="two-channel")
    desk.passes(DAY)
    one = desk.triage.reporting.customer(TENANT, "canary-one", so_far(desk))
    told = msgspec.json.encode(one).decode()
    assert one.tickets == 1
    assert "canary-one" in told
    assert not [
        word for word in ("two", "secret", "t2", "t3", "lee", "ann") if f'"{word}' in told or "canary-two" in told
    ]


def test_what_happens_to_one_customer_changes_nothing_in_the_report_of_another(desk: SampleDesk) -> None:
    desk.submit(1, customer="one")
    desk.passes(DAY)
    desk.tick()
    span = so_far(desk)
    before = desk.triage.reporting.customer(TENANT, "one", span)
    desk.submit(2, customer="two", intake={**COMPLETE, "impact": "high", "urgency": "high"})
    desk.tick()
    assert desk.triage.reporting.customer(TENANT, "one", span) == before


def test_a_report_of_a_week_holds_no_text_of_a_ticket(desk: SampleDesk) -> None:
    desk.submit(1, subject="canary-words", body="canary-words", requester="canary@example.org")
    desk.passes(WEEK)
    told = msgspec.json.encode(desk.triage.reporting.weekly(TENANT)).decode()
    assert "canary" not in told


def test_figures_are_told_apart_by_what_is_asked_for(desk: SampleDesk) -> None:
    desk.submit(1, channel="mail")
    desk.submit(2, channel="chat")
    desk.passes(DAY)
    found = desk.triage.reporting.figures(TENANT, Asked(so_far(desk), Dimension.CHANNEL))
    assert {name: figures.tickets for name, figures in found.parts.items()} == {"chat": 1, "mail": 1}

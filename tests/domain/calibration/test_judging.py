"""Do weighted figures say of the whole week what is true of it?"""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sample_learning import P2_SAFE, P3, drawn, past, sample
from triage_core.domain.calibration.drawing import Plan, draw
from triage_core.domain.calibration.judging import Judgement, cost_of, judge, judged_of, pooled
from triage_core.domain.calibration.labelling import Verdict
from triage_core.domain.calibration.past import Past, Sign
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.policy.calibration import Calibration

COSTS = Calibration()
RANKS = {"P1": 0, "P2": 1, "P3": 2}


def judged(week: list[tuple[Past, Verdict]], plan: Plan) -> Judgement:
    found = draw([each for each, _ in week], plan)
    known = sample(*found.tickets, population=found.population)
    held = {each.id: verdict for each, verdict in week}
    return judge(judged_of(known, held, RANKS), found.population, COSTS)


def a_week(count: int = 400) -> list[tuple[Past, Verdict]]:
    """Every fifth ticket breached, and most of those were put too low; few of the others were."""
    return [
        (
            past(f"t{number}", signs=(Sign.BREACHED,) if number % 5 == 0 else ()),
            P2_SAFE if (number % 5 == 0 and number % 3) or number % 40 == 1 else P3,
        )
        for number in range(count)
    ]


WEEK = a_week()
TRUE = fmean(verdict is P2_SAFE for _, verdict in WEEK)


def test_on_average_over_many_draws_the_estimate_is_the_truth() -> None:
    rates = [judged(WEEK, Plan(start=str(start), size=60)).rates for start in range(300)]
    values = [each[Kpi.FALSE_PRIORITY_RATE].value or 0.0 for each in rates]
    assert fmean(values) == pytest.approx(TRUE, abs=0.01)


def test_nineteen_intervals_in_twenty_hold_the_truth() -> None:
    rates = [judged(WEEK, Plan(start=str(start), size=60)).rates[Kpi.FALSE_PRIORITY_RATE] for start in range(300)]
    holds = sum((each.low or 0) <= TRUE <= (each.high or 0) for each in rates)
    assert holds >= 0.93 * len(rates)


@given(st.lists(st.sampled_from([P2_SAFE, P3, Verdict(class_name="P1", escalate=True)]), min_size=1, max_size=29))
@settings(max_examples=50)
def test_where_all_are_judged_the_estimate_is_a_plain_count(verdicts: list[Verdict]) -> None:
    week = [(past(f"t{number}", rank=1), verdict) for number, verdict in enumerate(verdicts)]
    found = judged(week, Plan(start="a"))
    wrong = fmean(verdict.class_name != "P2" for verdict in verdicts)
    assert found.rates[Kpi.FALSE_PRIORITY_RATE].value == pytest.approx(wrong)
    assert sum(found.escalation.values()) == pytest.approx(len(verdicts))


def test_the_matrix_says_judged_tickets_and_tickets_of_the_week() -> None:
    known = sample(drawn("t1"), drawn("t2"), population={"control:P3:kept": 10})
    found = judge(judged_of(known, {"t1": P3, "t2": P2_SAFE}, RANKS), known.population, COSTS)
    assert [(cell.said, cell.right, cell.n, cell.weight) for cell in found.classes] == [
        ("P3", "P2", 1, 5.0),
        ("P3", "P3", 1, 5.0),
    ]
    assert found.escalation == {"tp": 0.0, "fp": 0.0, "fn": 5.0, "tn": 5.0}
    assert found.cost == pytest.approx((COSTS.class_too_low + COSTS.missed_escalation) / 2)


def test_a_stratum_without_a_verdict_is_named() -> None:
    known = sample(drawn("t1"), population={"control:P3:kept": 3, "breached": 4})
    assert judge(judged_of(known, {"t1": P3}, RANKS), known.population, COSTS).unjudged == ("breached",)


@pytest.mark.parametrize(
    ("said", "verdict", "rank", "cost"),
    [
        (past(rank=2), P3, 2, 0.0),
        (past(rank=2), P2_SAFE, 1, 13.0),
        (past(rank=0, escalate=True), P3, 2, 3.0),
    ],
)
def test_an_error_costs_what_the_policy_says(said: Past, verdict: Verdict, rank: int, cost: float) -> None:
    assert cost_of(said.said, verdict, rank, COSTS) == cost


def test_weeks_stay_apart_when_they_are_judged_together() -> None:
    one = sample(drawn("t1"), population={"control:P3:kept": 3})
    found, population = pooled([(one, {"t1": P3})], RANKS)
    assert population == {"2026-W09/control:P3:kept": 3}
    assert [each.weight for each in found] == [3.0]

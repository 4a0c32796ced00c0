"""Is a sample drawn by lot, the same way every time, and does every stratum have its say?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_learning import past
from triage_core.domain.calibration.drawing import FEWEST, Plan, draw, stratum_of
from triage_core.domain.calibration.past import Past, Sign

PLAN = Plan(start="a1")


def many(count: int, prefix: str = "t", **more: Any) -> list[Past]:
    return [past(f"{prefix}{number}", **more) for number in range(count)]


@pytest.mark.parametrize(
    ("found", "stratum"),
    [
        (past(signs=(Sign.ESCALATED_LATE, Sign.BREACHED)), "missed_escalation"),
        (past(signs=(Sign.COMPLAINED,)), "missed_escalation"),
        (past(rank=0, escalate=True, signs=(Sign.BREACHED, Sign.LOWERED)), "breached"),
        (past(rank=0, escalate=True, signs=(Sign.LOWERED,)), "false_priority"),
        (past(fired=("new",)), "changed_rule"),
        (past(rank=1), "control:P2:kept"),
        (past(rank=1, escalate=True), "control:P2:escalated"),
    ],
)
def test_a_ticket_belongs_to_the_first_stratum_that_fits(found: Past, stratum: str) -> None:
    assert stratum_of(found, ("new",)) == stratum


@given(st.permutations(many(50)))
def test_the_order_in_which_tickets_are_read_does_not_matter(pasts: list[Past]) -> None:
    assert draw(pasts, Plan(start="a1", size=30)) == draw(many(50), Plan(start="a1", size=30))


def test_another_start_value_draws_other_tickets() -> None:
    pasts = many(500)
    assert draw(pasts, PLAN).tickets != draw(pasts, Plan(start="a2")).tickets


def test_all_are_taken_where_there_are_few() -> None:
    pasts = many(FEWEST - 1)
    assert {each.ticket_id for each in draw(pasts, PLAN).tickets} == {each.id for each in pasts}


def test_every_stratum_has_two_tickets_or_all_and_its_number_is_kept() -> None:
    pasts = [*many(900), *many(5, "b", signs=(Sign.BREACHED,)), *many(1, "m", signs=(Sign.COMPLAINED,))]
    drawn = draw(pasts, PLAN)
    counts = Counter(each.stratum for each in drawn.tickets)
    assert drawn.population == {"breached": 5, "control:P3:kept": 900, "missed_escalation": 1}
    assert (counts["breached"], counts["missed_escalation"], counts.total()) == (5, 1, 60)


def test_a_share_is_for_two_people() -> None:
    assert sum(each.double for each in draw(many(500), PLAN).tickets) == 12


def test_each_ticket_of_a_stratum_is_drawn_about_as_often() -> None:
    counts = Counter(
        each.ticket_id for start in range(400) for each in draw(many(60), Plan(start=str(start), size=30)).tickets
    )
    assert min(counts.values()) > 140
    assert max(counts.values()) < 260

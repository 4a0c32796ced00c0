"""Does a backtest say what another policy would have done, and for whom?"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import MONDAY
from tests.sample_learning import INTAKE, PLAIN, RESET, TAKEN, past
from triage_core.domain.calibration.edits import Edit, EditKind, edited
from triage_core.domain.calibration.past import Past
from triage_core.domain.changing.backtesting import Backtest, backtest
from triage_core.domain.changing.effects import Effect
from triage_core.domain.playbook import Playbook
from triage_core.study.planting import planted_policy, sound_policy

BEFORE = Playbook(planted_policy())
AFTER = Playbook(sound_policy().model_copy(update={"version": "2"}))


def ticket(name: str, text: str, **more: Any) -> Past:
    return past(name, text=f"hello\n{text}", intake=INTAKE, **more)


def effect(found: Backtest, name: str) -> Effect:
    return next(each for each in found.effects if each.name == name)


def test_who_changes_is_named_with_class_tags_gate_escalation_and_deadlines() -> None:
    found = backtest(BEFORE, AFTER, [ticket("t1", RESET), ticket("t2", PLAIN)])
    flip = found.flips[0]
    assert (found.tickets, found.changed, found.classes) == (2, 1, {"P2 > P3": 1})
    assert (flip.ticket_id, flip.tags_lost, flip.gate, flip.escalation) == ("t1", ("security",), False, False)
    assert flip.first_reply_due is not None
    before, after = flip.first_reply_due
    assert before is not None
    assert after is not None
    assert before < after
    assert (found.gates, found.escalations) == ({"gained": 0, "lost": 1}, {"gained": 0, "lost": 1})


def test_a_policy_against_itself_changes_nothing() -> None:
    again = Playbook(planted_policy().model_copy(update={"version": "1b"}))
    found = backtest(BEFORE, again, [ticket(f"t{number}", text) for number, text in enumerate((RESET, TAKEN, PLAIN))])
    assert (found.changed, found.flips, found.deadlines) == (0, (), 0)
    assert all(each.gained == each.lost == 0 for each in found.effects)


def test_an_answer_that_was_late_is_in_time_under_a_longer_target() -> None:
    at = {"first_reply_at": MONDAY + timedelta(hours=2), "resolved_at": MONDAY + timedelta(hours=3)}
    found = backtest(BEFORE, AFTER, [ticket("t1", RESET, **at)])
    breaches = effect(found, "breach_rate_first_reply")
    assert (breaches.n, breaches.before, breaches.after) == (1, 1, 0)


def test_what_nobody_answered_yet_is_neither_late_nor_in_time() -> None:
    names = {each.name for each in backtest(BEFORE, AFTER, [ticket("t1", RESET)]).effects}
    assert "breach_rate_first_reply" not in names


def test_new_targets_move_deadlines_of_tickets_that_keep_their_class() -> None:
    levels = sound_policy().service_levels
    slower = levels.model_copy(update={"classes": {**levels.classes, "P3": levels.classes["P2"]}})
    after = Playbook(sound_policy().model_copy(update={"version": "2", "service_levels": slower}))
    found = backtest(Playbook(sound_policy()), after, [ticket("t1", PLAIN)])
    assert (found.changed, found.deadlines, found.classes) == (1, 1, {})


def test_the_load_of_people_is_told_before_and_after() -> None:
    pasts = [ticket(f"t{number}", text) for number, text in enumerate((RESET, TAKEN, TAKEN, PLAIN))]
    loads = {each.name: (each.before, each.after) for each in backtest(BEFORE, AFTER, pasts).loads}
    assert loads["escalations for those on call"] == (1, 2)
    assert loads["tickets whose texts wait for approvers"] == (1, 2)


def test_by_night_the_desks_own_hours_count() -> None:
    by_night = past("n1", text=RESET, intake=INTAKE)
    moved = Past(
        **{**{name: getattr(by_night, name) for name in Past.__struct_fields__}, "created_at": MONDAY.replace(hour=1)}
    )
    found = backtest(BEFORE, AFTER, [moved])
    assert (found.loads[-1].before, found.loads[-1].after) == (1, 0)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_the_difference_lies_in_its_interval(both: int, gained: int, lost: int, neither: int) -> None:
    n = both + gained + lost + neither
    found = Effect(name="x", n=n, before=both + lost, after=both + gained, gained=gained, lost=lost)
    assert found.interval is not None
    assert found.difference is not None
    low, high = found.interval
    assert -1 <= low <= found.difference + 1 / (n + 2)
    assert found.difference - 1 / (n + 2) <= high <= 1


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_nineteen_in_twenty_counts_to_come_lie_within_their_bounds(share: float) -> None:
    rng = Random(7)
    holds, rounds, n, later = 0, 600, 500, 300
    for _ in range(rounds):
        seen = sum(rng.random() < share for _ in range(n))
        coming = sum(rng.random() < share for _ in range(later))
        bounds = Effect(name="x", n=n, before=seen, after=seen, gained=0, lost=0).coming(later)
        assert bounds is not None
        holds += bounds[0] <= coming <= bounds[1]
    assert holds >= 0.93 * rounds


def test_without_tickets_there_is_nothing_to_say() -> None:
    found = backtest(BEFORE, AFTER, [])
    assert (found.tickets, found.since) == (0, None)
    none = effect(found, "escalation_rate")
    assert (none.difference, none.interval, none.coming(10)) == (None, None, None)


def test_a_policy_may_gain_a_class() -> None:
    edit = Edit(kind=EditKind.CELL, place="low", field="medium", before="P3", after="P2")
    after = Playbook(edited(sound_policy(), [edit]).model_copy(update={"version": "2"}))
    assert backtest(Playbook(sound_policy()), after, [ticket("t1", PLAIN)]).classes == {"P3 > P2": 1}

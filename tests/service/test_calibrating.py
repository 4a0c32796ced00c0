"""Is a week's sample drawn once, judged blind, settled by a third person and learned from?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_desk import TENANT
from tests.sample_learning import (
    FLOW,
    LEAD,
    P2_SAFE,
    P3,
    RESET,
    RIGHT,
    SECOND,
    TAKEN,
    THIRD,
    WEEK,
    LearningDesk,
    person,
)
from triage_core.domain.calibration.edits import Edit, EditKind
from triage_core.domain.calibration.labelling import NothingToLabel, Seat
from triage_core.domain.calibration.past import Sign
from triage_core.domain.errors import NotPermitted
from triage_core.domain.feedback import About, Feedback
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.overriding import Correction
from triage_core.learning_ports import SeatTaken
from triage_core.service.learned import learned_from
from triage_core.service.policy_changes import Words
from triage_core.service.remembering import past_of, pasts
from triage_core.service.sampling import SampleNotFound, WeekNotOver


@pytest.fixture
def desk() -> LearningDesk:
    return LearningDesk()


class TestThePast:
    def test_a_ticket_comes_back_as_it_was_decided(self, desk: LearningDesk) -> None:
        ticket = desk.takes(RESET, 1)
        desk.triage.override(
            TENANT, ticket.id, Correction(class_name="P3", remove_tags=("security",), reason="no"), LEAD
        )
        past = past_of(desk.store, TENANT, ticket.id)
        assert past is not None
        assert (past.said.class_name, past.said.tags, past.said.escalate) == ("P2", ("security",), True)
        assert past.text == f"hello\n{RESET}"
        assert past.signs == (Sign.LOWERED,)

    def test_what_people_did_later_is_no_part_of_what_was_known(self, desk: LearningDesk) -> None:
        ticket = desk.takes(TAKEN, 1)
        desk.triage.override(TENANT, ticket.id, Correction(add_tags=("security",), reason="an attack"), LEAD)
        past = past_of(desk.store, TENANT, ticket.id)
        assert past is not None
        assert (past.given.tags, past.signs) == ((), (Sign.RAISED,))

    def test_a_correction_of_facts_is_no_error_of_automation(self, desk: LearningDesk) -> None:
        ticket = desk.takes(TAKEN, 1)
        desk.triage.override(TENANT, ticket.id, Correction(intake={"impact": "high"}, reason="it grew"), LEAD)
        past = past_of(desk.store, TENANT, ticket.id)
        assert past is not None
        assert (past.intake["impact"], past.signs) == ("low", ())

    @pytest.mark.parametrize(
        "said",
        [
            Feedback(about=About.SATISFACTION, rating=1),
            Feedback(about=About.CORRECTION, field="class", should_be="P2"),
        ],
    )
    def test_a_complaint_is_a_sign(self, desk: LearningDesk, said: Feedback) -> None:
        ticket = desk.takes(TAKEN, 1)
        desk.triage.hear(TENANT, ticket.id, said, LEAD)
        past = past_of(desk.store, TENANT, ticket.id)
        assert past is not None
        assert past.signs == (Sign.COMPLAINED,)

    def test_a_breach_is_a_sign(self, desk: LearningDesk) -> None:
        ticket = desk.takes(TAKEN, 1)
        desk.passes(timedelta(days=3))
        desk.tick()
        past = past_of(desk.store, TENANT, ticket.id)
        assert past is not None
        assert past.signs == (Sign.BREACHED,)

    def test_only_tickets_of_the_span_are_read(self, desk: LearningDesk) -> None:
        first = desk.takes(TAKEN, 1)
        desk.passes(timedelta(days=1))
        desk.takes(RESET, 2)
        span = Span(start=first.created_at, end=first.created_at + timedelta(hours=1))
        assert [past.id for past in pasts(desk.store, TENANT, span)] == [first.id]


class TestDrawing:
    def test_the_week_that_is_over_is_drawn_once(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        assert (sample.id, len(sample.tickets), sample.start) == (WEEK.replace("09", "10"), 24, "start")
        assert desk.calibration.samples.draw(TENANT, SECOND, start="another") == sample

    def test_without_a_start_value_one_is_made_and_kept(self, desk: LearningDesk) -> None:
        assert len(desk.week().calibration.samples.draw(TENANT, LEAD).start) == 16

    def test_a_week_that_goes_on_is_not_drawn(self, desk: LearningDesk) -> None:
        with pytest.raises(WeekNotOver, match="not over"):
            desk.calibration.samples.draw(TENANT, LEAD, "2026-W10")

    def test_rules_that_are_new_since_the_policy_before_are_looked_at(self, desk: LearningDesk) -> None:
        policy = desk.triage.playbooks.active(TENANT, desk.now).policy
        rules = tuple(rule.model_copy(update={"terms": (*rule.terms, "extra")}) for rule in policy.tag_rules[:1])
        changed = policy.model_copy(update={"version": "2", "tag_rules": (*rules, *policy.tag_rules[1:])})
        desk.passes(timedelta(minutes=1))
        desk.triage.playbooks.activate(TENANT, changed, desk.now)
        assert desk.week().sampled().changed_rules == ("security-words",)

    def test_an_unknown_sample_is_refused(self, desk: LearningDesk) -> None:
        with pytest.raises(SampleNotFound, match="no such sample"):
            desk.calibration.task(TENANT, "2026-W01", LEAD)

    def test_who_may_not_correct_decisions_judges_nothing(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        for actor in (FLOW, person("nobody")):
            with pytest.raises(NotPermitted, match="judge a sample"):
                desk.calibration.task(TENANT, sample.id, actor)


class TestJudging:
    def test_a_task_says_nothing_of_what_was_decided(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        task = desk.calibration.task(TENANT, sample.id, SECOND)
        assert task is not None
        assert (task.left, task.total, task.past.text[:5]) == (24, 24, "hello")

    def test_the_answer_shows_only_after_the_verdict(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        name = sample.tickets[0].ticket_id
        with pytest.raises(NotPermitted, match="before you judged it"):
            desk.calibration.seen(TENANT, sample.id, name, SECOND)
        seen = desk.calibration.label(TENANT, sample.id, name, P3, SECOND)
        assert seen.said == sample.tickets[0].said
        assert [label.by for label in seen.labels] == ["second"]

    def test_a_verdict_is_never_changed_and_the_same_one_again_changes_nothing(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        name = sample.tickets[0].ticket_id
        first = desk.calibration.label(TENANT, sample.id, name, P3, SECOND)
        assert desk.calibration.label(TENANT, sample.id, name, P3, SECOND) == first
        with pytest.raises(NothingToLabel):
            desk.calibration.label(TENANT, sample.id, name, P2_SAFE, SECOND)

    def test_a_disagreement_is_settled_by_a_third_person(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        name = next(each.ticket_id for each in sample.tickets if each.double)
        desk.calibration.label(TENANT, sample.id, name, P3, SECOND)
        seen = desk.calibration.label(TENANT, sample.id, name, P2_SAFE, THIRD)
        assert (seen.disputed, desk.calibration.result(TENANT).disputed) == (True, (name,))
        assert desk.calibration.result(TENANT).judged == ()
        ruled = desk.calibration.rule(TENANT, sample.id, name, P2_SAFE, LEAD)
        assert (ruled.disputed, {label.seat for label in ruled.labels}) == (False, set(Seat))
        assert [one.verdict for one in desk.calibration.result(TENANT).judged] == [P2_SAFE]

    def test_of_two_in_one_seat_the_slower_is_told(self, desk: LearningDesk) -> None:
        sample = desk.week().sampled()
        name = sample.tickets[0].ticket_id
        seen = desk.calibration.label(TENANT, sample.id, name, P3, SECOND)
        with pytest.raises(SeatTaken, match="faster"):
            desk.store.learning.add_label(seen.labels[0])


class TestLearning:
    def test_the_result_says_how_often_automation_was_right(self, desk: LearningDesk) -> None:
        desk.week().judged()
        result = desk.calibration.result(TENANT)
        rates = result.judgement.rates
        assert rates[Kpi.FALSE_PRIORITY_RATE].value == pytest.approx(2 / 3)
        assert rates[Kpi.ESCALATION_RECALL].value == 0
        assert (result.by_class.kappa, result.by_class.n) == (1, 5)

    def test_the_worst_rules_and_the_changes_that_mend_them_are_named(self, desk: LearningDesk) -> None:
        desk.week(20).judged()
        examples = desk.calibration.examples(TENANT, desk.calibration.result(TENANT))
        assert desk.calibration.rules(TENANT, examples)[0].wrong >= 20
        found = desk.calibration.proposals(TENANT, examples)
        assert "take the term “reset” out of security-words" in map(str, found)
        assert len(RIGHT) == 3


class TestTheReport:
    def test_the_weeks_figures_and_the_changes_that_wait_stand_in_it(self, desk: LearningDesk) -> None:
        sample = desk.week().judged()
        edit = Edit(kind=EditKind.ADD_TERM, place="security-words", after="was not me")
        desk.changes.propose_edits(desk.hand(), [edit], Words("Knows stolen accounts.", "Two of three were missed."))
        learned = learned_from(desk.store, desk.triage.playbooks, lambda: desk.now)(TENANT, sample.id)
        assert learned.calibration is not None
        assert (learned.calibration.reviewed, learned.calibration.kappa) == (24, 1)
        assert learned.calibration.figures[Kpi.ESCALATION_RECALL].value == 0
        assert learned.calibration.worst_rules[0].wrong == 16
        assert [(change.what, change.status) for change in learned.changes] == [
            ("Knows stolen accounts.", "not tried yet")
        ]

    def test_a_week_without_a_sample_says_nothing(self, desk: LearningDesk) -> None:
        learned = learned_from(desk.store, desk.triage.playbooks, lambda: desk.now)(TENANT, "2026-W10")
        assert (learned.calibration, learned.changes) == (None, ())

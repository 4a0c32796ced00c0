"""Do the pages let people judge blind, read what it came to, and change the policy by two persons?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.sample_desk import TENANT
from tests.sample_learning import LEAD, P2_SAFE, P3, SECOND, THIRD
from tests.sample_learning_console import LearningOffice
from triage_core.domain.calibration.edits import Edit, EditKind
from triage_core.domain.calibration.labelling import Seat, Verdict
from triage_core.domain.changing.change import Standing
from triage_core.service.policy_changes import Words

if TYPE_CHECKING:
    from triage_core.domain.changing.change import PolicyChange

WEEK = "2026-W10"
PAGE = f"/calibration/{WEEK}"
WIDER = Edit(kind=EditKind.ADD_TERM, place="security-words", after="was not me")
NARROWER = Edit(kind=EditKind.REMOVE_TERM, place="security-words", before="reset")
GIVEN = {"class": "P3", "escalate": "no", "draft_ok": "yes"}


@pytest.fixture
def office() -> LearningOffice:
    """A desk after its first week."""
    desk = LearningOffice()
    desk.week()
    return desk


def proposed(office: LearningOffice, edit: Edit = WIDER) -> PolicyChange:
    return office.changes.propose_edits(office.hand(), [edit], Words("Knows stolen accounts.", "They were missed."))


class TestJudging:
    def test_a_sample_is_drawn_and_leads_to_its_first_ticket(self, office: LearningOffice) -> None:
        answer = office.visitor("second").send("/calibration/draw")
        assert answer.headers["location"] == PAGE
        assert f"Judge {WEEK}" in office.visitor("second").words("/calibration")

    def test_the_page_of_a_ticket_says_nothing_of_the_answer(self, office: LearningOffice) -> None:
        sample = office.sampled()
        office.calibration.label(TENANT, WEEK, sample.tickets[0].ticket_id, P2_SAFE, THIRD)
        page = office.visitor("second").get(PAGE).text
        secrets = {drawn.stratum for drawn in sample.tickets} | {"security-words", "matrix:", "control", "third"}
        assert not [secret for secret in secrets if secret in page]

    def test_a_verdict_leads_to_the_answer_and_on(self, office: LearningOffice) -> None:
        ticket = office.sampled().tickets[0].ticket_id
        visitor = office.visitor("second")
        answer = visitor.send(f"{PAGE}/judge", ticket=ticket, **GIVEN)
        assert answer.headers["location"] == f"{PAGE}/tickets/{ticket}"
        words = visitor.words(f"{PAGE}/tickets/{ticket}")
        assert "What automation said" in words
        assert "second: P3, keep, no risk, draft allowed" in words
        assert "Next ticket" in words

    def test_the_answer_is_closed_before_the_verdict(self, office: LearningOffice) -> None:
        ticket = office.sampled().tickets[0].ticket_id
        answer = office.visitor("second").get(f"{PAGE}/tickets/{ticket}")
        assert answer.status_code == 403
        assert "before you judged it" in answer.text

    def test_risks_are_ticked(self, office: LearningOffice) -> None:
        ticket = office.sampled().tickets[0].ticket_id
        form = {"class": "P2", "escalate": "yes", "tag-security": "yes"}
        office.visitor("second").send(f"{PAGE}/judge", ticket=ticket, **form)
        verdict = office.store.learning.labels(TENANT, WEEK)[0].verdict
        assert verdict == Verdict(class_name="P2", escalate=True, tags=("security",))

    def test_who_is_slower_is_told_and_goes_on_with_the_next_ticket(self, office: LearningOffice) -> None:
        ticket = next(drawn.ticket_id for drawn in office.sampled().tickets if not drawn.double)
        office.calibration.label(TENANT, WEEK, ticket, P3, THIRD)
        answer = office.visitor("second").send(f"{PAGE}/judge", ticket=ticket, **GIVEN)
        assert answer.status_code == 409
        assert "needs no verdict of yours" in answer.text

    def test_a_form_of_another_site_is_refused(self, office: LearningOffice) -> None:
        ticket = office.sampled().tickets[0].ticket_id
        answer = office.visitor("second").client.post(f"{PAGE}/judge", data={"ticket": ticket, **GIVEN})
        assert answer.status_code == 403
        assert office.store.learning.labels(TENANT, WEEK) == ()

    def test_a_third_person_settles_what_two_disagree_about(self, office: LearningOffice) -> None:
        ticket = next(drawn.ticket_id for drawn in office.sampled().tickets if drawn.double)
        office.calibration.label(TENANT, WEEK, ticket, P3, SECOND)
        office.calibration.label(TENANT, WEEK, ticket, P2_SAFE, THIRD)
        assert "Settle it" not in office.visitor("second").words(f"{PAGE}/tickets/{ticket}")
        assert f"Ticket {ticket}" in office.visitor("lead").words(f"{PAGE}/result")
        office.visitor("lead").send(f"{PAGE}/tickets/{ticket}/rule", **GIVEN)
        assert {label.seat for label in office.store.learning.labels(TENANT, WEEK)} == set(Seat)
        again = office.visitor("second").send(f"{PAGE}/tickets/{ticket}/rule", **GIVEN)
        assert again.status_code == 409


class TestLearning:
    def test_the_result_shows_matrix_rules_and_proposals(self, office: LearningOffice) -> None:
        office.judged()
        words = office.visitor("lead").words(f"{PAGE}/result")
        for said in ("24 judged tickets stand for 24", "Escalation recall", "security-words: 8 of 8 wrong", "reset: 8"):
            assert said in words
        assert "take the term “reset” out of security-words" in words
        assert "Result of the latest weeks 24 judged" in office.visitor("lead").words("/calibration/latest/result")

    def test_a_proposal_becomes_a_change(self, office: LearningOffice) -> None:
        office.judged()
        edits = '[{"kind":"add_term","place":"security-words","after":"was not me"}]'
        answer = office.visitor("lead").send(f"{PAGE}/propose", edits=edits, why="They were missed.")
        change = office.changes.changes(TENANT)[0]
        assert answer.headers["location"] == f"/policy/{change.id}"
        assert (change.what, change.evidence) == ("Add the term “was not me” to security-words.", (WEEK,))

    def test_a_form_that_was_tampered_with_is_refused(self, office: LearningOffice) -> None:
        office.judged()
        assert office.visitor("lead").send(f"{PAGE}/propose", edits="{}", why="x").status_code == 403


class TestChanging:
    def test_a_change_is_tried_and_approved_by_another_person(self, office: LearningOffice) -> None:
        change = proposed(office)
        lead, other = office.visitor("lead"), office.visitor("second")
        lead.send(f"/policy/{change.id}/backtest")
        assert "8 of 24 tickets would have been decided otherwise" in other.words(f"/policy/{change.id}")
        assert "somebody else approves it" in lead.words(f"/policy/{change.id}")
        answer = other.send(f"/policy/{change.id}/approve", note="The sample shows it.")
        assert answer.headers["location"] == f"/policy/{change.id}"
        assert office.changes.change(TENANT, change.id).standing is Standing.APPROVED

    def test_who_proposed_it_is_refused(self, office: LearningOffice) -> None:
        change = proposed(office)
        office.changes.try_out(office.hand(), change.id)
        answer = office.visitor("lead").send(f"/policy/{change.id}/approve", note="mine")
        assert answer.status_code == 403
        assert "cannot confirm it" in answer.text

    def test_an_old_session_is_led_to_a_new_sign_in(self, office: LearningOffice) -> None:
        change = proposed(office)
        office.changes.try_out(office.hand(), change.id)
        visitor = office.visitor("second")
        office.passes(timedelta(minutes=30))
        visitor.get("/policy")
        office.passes(timedelta(minutes=29))
        visitor.get("/policy")
        office.passes(timedelta(minutes=29))
        answer = visitor.send(f"/policy/{change.id}/approve", note="It is right.")
        assert answer.status_code == 403
        assert f"/sign-in?next=%2Fpolicy%2F{change.id}" in answer.text
        assert "It is right." in answer.text

    def test_versions_are_listed_and_one_comes_back(self, office: LearningOffice) -> None:
        change = proposed(office, NARROWER)
        office.changes.try_out(office.hand(), change.id)
        office.changes.approve(office.hand(SECOND), change.id, office.proof)
        office.passes(timedelta(minutes=1))
        visitor = office.visitor("lead")
        assert f"{change.policy_version} (in force)" in visitor.words("/policy")
        assert "reset" in visitor.words("/policy/versions/study@1")
        answer = visitor.send("/policy/versions/study@1/roll-back", note="It let attacks through.")
        back = office.changes.change(TENANT, answer.headers["location"].removeprefix("/policy/"))
        assert (back.restores, back.standing) == ("study@1", Standing.APPROVED)

    def test_a_proposal_is_withdrawn(self, office: LearningOffice) -> None:
        change = proposed(office)
        office.visitor("lead").send(f"/policy/{change.id}/withdraw")
        assert office.changes.change(TENANT, change.id).standing is Standing.WITHDRAWN

    def test_an_unknown_change_is_told(self, office: LearningOffice) -> None:
        assert office.visitor("lead").get("/policy/pc-0").status_code == 404
        assert office.visitor("lead").send("/policy/pc-0/withdraw").status_code == 404
        assert LEAD.id == "lead"

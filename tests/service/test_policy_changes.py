"""Is a policy proposed by one, tried on the past, approved by another, and brought back when it fails?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.sample_desk import TENANT
from tests.sample_learning import FLOW, LEAD, SECOND, THIRD, LearningDesk
from triage_core.domain.calibration.edits import Edit, EditKind
from triage_core.domain.changing.change import (
    BacktestMissing,
    ChangeNotFound,
    ChangeSettled,
    NothingChanges,
    PolicyChange,
    PolicyMovedOn,
    Standing,
    StartsInThePast,
)
from triage_core.domain.errors import NotPermitted, PolicyInvalid, PolicyTaken, ReasonMissing
from triage_core.domain.gating.deciding import Proof
from triage_core.domain.gating.errors import NotInPerson
from triage_core.domain.policy import Policy
from triage_core.domain.policy.people import Right
from triage_core.service.playbooks import NoPolicy
from triage_core.service.policy_changes import Words
from triage_core.service.second_person import NotAdministrator, SamePerson

NARROWER = Edit(kind=EditKind.REMOVE_TERM, place="security-words", before="reset")
WIDER = Edit(kind=EditKind.ADD_TERM, place="security-words", after="was not me")
WORDS = Words("Knows stolen accounts.", "Two of three were missed.", ("2026-W10",))


@pytest.fixture
def desk() -> LearningDesk:
    return LearningDesk().week(3)


def proposed(desk: LearningDesk, edit: Edit = WIDER) -> PolicyChange:
    return desk.changes.propose_edits(desk.hand(), [edit], WORDS)


def tried(desk: LearningDesk, edit: Edit = WIDER) -> PolicyChange:
    return desk.changes.try_out(desk.hand(), proposed(desk, edit).id)


def approved(desk: LearningDesk, edit: Edit = WIDER) -> PolicyChange:
    change = desk.changes.approve(desk.hand(SECOND), tried(desk, edit).id, desk.proof)
    desk.passes(timedelta(minutes=1))
    return change


def in_force(desk: LearningDesk) -> Policy:
    return desk.triage.playbooks.active(TENANT, desk.now).policy


def test_a_change_goes_from_proposal_to_force_with_note_and_evidence(desk: LearningDesk) -> None:
    change = approved(desk)
    policy = in_force(desk)
    assert (policy.id, change.standing) == (change.policy_version, Standing.APPROVED)
    assert "was not me" in policy.tag_rules[0].terms
    note = policy.change_note
    assert (note.what, note.approved_by, note.rollback_to) == (WORDS.what, "second", "study@1")
    assert note.evidence == ("2026-W10", change.id)


def test_the_backtest_says_who_would_change(desk: LearningDesk) -> None:
    found = tried(desk).backtest
    assert found is not None
    assert (found.tickets, found.changed, found.classes) == (9, 3, {"P3 > P2": 3})


def test_the_backtest_says_what_verdicts_would_say(desk: LearningDesk) -> None:
    desk.judged()
    result = desk.calibration.result(TENANT)
    judged = desk.calibration.examples(TENANT, result), {one.stratum: 9 for one in result.judged}
    change = desk.changes.try_out(desk.hand(), proposed(desk).id, judged)
    assert change.backtest is not None
    recall = next(each for each in change.backtest.judged if each.kpi == "escalation_recall")
    assert (recall.before.value, recall.after.value) == (0, 1)


def test_what_changes_is_told_rule_by_rule(desk: LearningDesk) -> None:
    assert [str(each) for each in desk.changes.differences(proposed(desk))] == [
        "+ /tag_rules/security-words/terms: was not me"
    ]


def test_whoever_proposed_a_change_does_not_approve_it(desk: LearningDesk) -> None:
    change = tried(desk)
    with pytest.raises(SamePerson, match="cannot confirm"):
        desk.changes.approve(desk.hand(), change.id, desk.proof)
    assert in_force(desk).id == "study@1"


@pytest.mark.parametrize("proof", [Proof(), Proof(interactive=True)])
def test_an_approval_is_given_in_person(desk: LearningDesk, proof: Proof) -> None:
    with pytest.raises(NotInPerson):
        desk.changes.approve(desk.hand(SECOND), tried(desk).id, proof)


def test_a_session_of_yesterday_approves_nothing(desk: LearningDesk) -> None:
    change, proof = tried(desk), desk.proof
    desk.passes(timedelta(hours=8))
    with pytest.raises(NotInPerson):
        desk.changes.approve(desk.hand(SECOND), change.id, proof)


def test_a_change_that_nobody_tried_is_not_approved(desk: LearningDesk) -> None:
    with pytest.raises(BacktestMissing, match="not tried"):
        desk.changes.approve(desk.hand(SECOND), proposed(desk).id, desk.proof)


def test_an_approval_says_why(desk: LearningDesk) -> None:
    with pytest.raises(ReasonMissing):
        desk.changes.approve(desk.hand(SECOND, " "), tried(desk).id, desk.proof)


def test_a_change_comes_into_force_when_it_says(desk: LearningDesk) -> None:
    change = tried(desk)
    with pytest.raises(StartsInThePast):
        desk.changes.approve(desk.hand(SECOND), change.id, desk.proof, desk.now - timedelta(minutes=1))
    desk.changes.approve(desk.hand(SECOND), change.id, desk.proof, desk.now + timedelta(days=1))
    assert in_force(desk).id == "study@1"
    desk.passes(timedelta(days=1))
    assert in_force(desk).id == change.policy_version


def test_a_change_of_an_earlier_policy_is_proposed_again(desk: LearningDesk) -> None:
    other = tried(desk, NARROWER)
    approved(desk)
    with pytest.raises(PolicyMovedOn, match="propose it again"):
        desk.changes.approve(desk.hand(SECOND), other.id, desk.proof)


def test_the_same_approval_again_finishes_one_that_was_cut_off(desk: LearningDesk) -> None:
    change = approved(desk)
    assert desk.changes.approve(desk.hand(SECOND), change.id, desk.proof) == change
    with pytest.raises(ChangeSettled):
        desk.changes.approve(desk.hand(THIRD), change.id, desk.proof)


def test_what_lowers_caution_is_between_administrators(desk: LearningDesk) -> None:
    policy = in_force(desk)
    editor = policy.roles[0].model_copy(
        update={"name": "editor", "rights": (Right.OVERRIDE_CLASS, Right.CHANGE_POLICY)}
    )
    people = tuple(
        person.model_copy(update={"roles": ("editor",)}) if person.id == "third" else person for person in policy.people
    )
    staffed = policy.model_copy(update={"version": "2", "people": people, "roles": (*policy.roles, editor)})
    desk.triage.playbooks.activate(TENANT, Policy.model_validate_json(staffed.model_dump_json(by_alias=True)), desk.now)
    grave, harmless = tried(desk, NARROWER), tried(desk)
    with pytest.raises(NotAdministrator):
        desk.changes.approve(desk.hand(THIRD), grave.id, desk.proof)
    assert desk.changes.approve(desk.hand(THIRD), harmless.id, desk.proof).standing is Standing.APPROVED


def test_an_earlier_version_comes_back_at_once_by_one_person(desk: LearningDesk) -> None:
    approved(desk, NARROWER)
    back = desk.changes.roll_back(desk.hand(SECOND, "It let attacks through."), "study@1", desk.proof)
    policy = in_force(desk)
    assert (back.standing, policy.id, back.restores) == (Standing.APPROVED, back.policy_version, "study@1")
    assert "reset" in policy.tag_rules[0].terms


def test_bringing_back_what_lowers_caution_waits_for_a_second_person(desk: LearningDesk) -> None:
    approved(desk)
    back = desk.changes.roll_back(desk.hand(SECOND), "study@1", desk.proof)
    assert back.standing is Standing.PROPOSED
    with pytest.raises(SamePerson):
        desk.changes.approve(desk.hand(SECOND), back.id, desk.proof)
    desk.changes.approve(desk.hand(LEAD), back.id, desk.proof)
    assert "was not me" not in in_force(desk).tag_rules[0].terms


def test_a_version_that_never_was_in_force_does_not_come_back(desk: LearningDesk) -> None:
    with pytest.raises(NoPolicy):
        desk.changes.roll_back(desk.hand(), "study@9", desk.proof)


def test_the_history_names_versions_with_who_approved_them_and_why(desk: LearningDesk) -> None:
    change = approved(desk)
    newest, oldest = desk.changes.history(TENANT)
    assert newest.change is not None
    assert (newest.policy.id, newest.change.id, newest.change.settled_by) == (
        change.policy_version,
        change.id,
        "second",
    )
    assert (oldest.policy.id, oldest.change) == ("study@1", None)


def test_a_proposal_may_be_withdrawn_and_is_kept(desk: LearningDesk) -> None:
    change = desk.changes.withdraw(desk.hand(), proposed(desk).id)
    assert (change.standing, desk.changes.changes(TENANT)) == (Standing.WITHDRAWN, (change,))
    with pytest.raises(ChangeSettled):
        desk.changes.try_out(desk.hand(), change.id)


def test_a_policy_that_does_not_hold_together_is_not_proposed(desk: LearningDesk) -> None:
    cell = Edit(kind=EditKind.CELL, place="high", field="high", before="P1", after="P3")
    with pytest.raises(PolicyInvalid):
        proposed(desk, cell)


def test_a_proposal_changes_something_under_a_new_version(desk: LearningDesk) -> None:
    same = in_force(desk).model_copy(update={"version": "2"})
    with pytest.raises(NothingChanges):
        desk.changes.propose(desk.hand(), same, WORDS)
    changed = desk.changes.propose_edits(desk.hand(), [WIDER], WORDS)
    taken = Policy.model_validate_json(changed.document).model_copy(update={"version": "1"})
    with pytest.raises(PolicyTaken):
        desk.changes.propose(desk.hand(), taken, WORDS)


@pytest.mark.parametrize("words", [WORDS._replace(what=" "), WORDS._replace(why="")])
def test_a_proposal_says_what_and_why(desk: LearningDesk, words: Words) -> None:
    with pytest.raises(ReasonMissing):
        desk.changes.propose_edits(desk.hand(), [WIDER], words)


def test_a_platform_changes_no_policy(desk: LearningDesk) -> None:
    with pytest.raises(NotPermitted, match="propose a change"):
        desk.changes.propose_edits(desk.hand(FLOW), [WIDER], WORDS)


def test_an_unknown_change_is_refused(desk: LearningDesk) -> None:
    with pytest.raises(ChangeNotFound):
        desk.changes.change(TENANT, "pc-0")


def test_what_happened_to_a_change_is_kept_version_by_version(desk: LearningDesk) -> None:
    change = approved(desk)
    versions = desk.store.learning.versions(TENANT, "policy_change", change.id)
    assert [each.version for each in versions] == [1, 2, 3]
    assert replace(change, version=3) == change

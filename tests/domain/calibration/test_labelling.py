"""Do people judge blind, once, and does a third one settle what two disagree about?"""

from __future__ import annotations

import pytest

from tests.sample_learning import P2_SAFE, P3, drawn, label, sample
from triage_core.domain.calibration import labelling
from triage_core.domain.calibration.labelling import NothingToLabel, NotInSample, NotThirdPerson, Seat, Verdict
from triage_core.domain.errors import UnknownName
from triage_core.domain.playbook import Playbook
from triage_core.study.planting import sound_policy

SINGLE, DOUBLE = drawn("t1"), drawn("t2", double=True)
BOTH = sample(SINGLE, DOUBLE)
FIRST, OTHER = label("t2"), label("t2", by="third", seat=Seat.SECOND, verdict=P2_SAFE)


def test_a_person_is_led_from_ticket_to_ticket() -> None:
    assert labelling.next_for(BOTH, [], "second") == SINGLE
    assert labelling.next_for(BOTH, [label("t1")], "second") == DOUBLE
    assert labelling.next_for(BOTH, [label("t1"), label("t2")], "second") is None


def test_only_what_is_for_two_is_offered_to_a_second_person() -> None:
    assert labelling.next_for(BOTH, [label("t1"), label("t2")], "third") == DOUBLE
    assert labelling.seat_for(BOTH, [label("t2")], "t2", "third") is Seat.SECOND
    assert labelling.open_for(BOTH, [label("t1"), label("t2")], "third") == 1


@pytest.mark.parametrize(("ticket", "person"), [("t1", "third"), ("t2", "second")])
def test_a_verdict_that_is_not_needed_is_refused(ticket: str, person: str) -> None:
    with pytest.raises(NothingToLabel, match="needs no verdict of yours"):
        labelling.seat_for(BOTH, [label("t1"), label("t2")], ticket, person)


def test_a_ticket_outside_the_sample_is_refused() -> None:
    with pytest.raises(NotInSample, match="not in the sample"):
        labelling.seat_for(BOTH, [], "t9", "second")


def test_the_answer_is_hidden_from_who_can_still_judge_blind() -> None:
    assert not labelling.may_see(BOTH, [label("t2")], "t2", "third")
    assert labelling.may_see(BOTH, [label("t2")], "t2", "second")
    assert labelling.may_see(BOTH, [FIRST, OTHER], "t2", "lead")


def test_what_waits_for_a_second_person_has_no_verdict_that_holds() -> None:
    assert labelling.adjudicated(BOTH, [label("t1"), label("t2")]) == {"t1": P3}


def test_what_two_disagree_about_holds_once_a_third_ruled() -> None:
    assert labelling.disputed([FIRST, OTHER]) == ("t2",)
    assert labelling.adjudicated(BOTH, [FIRST, OTHER]) == {}
    ruled = label("t2", by="lead", seat=Seat.RULING, verdict=P2_SAFE)
    assert labelling.disputed([FIRST, OTHER, ruled]) == ()
    assert labelling.adjudicated(BOTH, [FIRST, OTHER, ruled]) == {"t2": P2_SAFE}


def test_only_a_third_person_rules_and_only_on_a_disagreement() -> None:
    with pytest.raises(NotThirdPerson, match="a third person settles it"):
        labelling.check_ruling(BOTH, [FIRST, OTHER], "t2", "third")
    with pytest.raises(NothingToLabel):
        labelling.check_ruling(BOTH, [FIRST], "t2", "lead")
    labelling.check_ruling(BOTH, [FIRST, OTHER], "t2", "lead")


@pytest.mark.parametrize(
    "verdict",
    [Verdict(class_name="P9", escalate=False), Verdict(class_name="P3", escalate=False, tags=("weather",))],
)
def test_a_verdict_speaks_the_policys_language(verdict: Verdict) -> None:
    with pytest.raises(UnknownName):
        labelling.check_verdict(Playbook(sound_policy()), verdict)

"""Does automation go up one signed step at a time, and down whenever somebody wants it?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import MONDAY
from tests.sample_desk import TENANT
from tests.sample_rollout import EVERYTHING, MARK, at
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import (
    AutomationKilled,
    PilotUndeclared,
    ReadinessOpen,
    ScopeFrozen,
    StageOutOfOrder,
)
from triage_core.domain.rollout.moving import (
    SIGN_OFF_LIFE,
    above,
    below,
    demoted,
    killed,
    narrows,
    promoted,
    released,
    rescoped,
    revived,
    stepped_down,
    thrown,
)
from triage_core.domain.rollout.state import ORDER, KillSwitch, Rollout, Scope, SignOff, stage_of

ACTION = Action.MESSAGES
STAGES = Stages(pilot_share=0.5)
TWO = Stages(pilot_share=0.5, sign_offs=2)
NAMES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple)
SCOPES = st.builds(Scope, classes=NAMES, queues=NAMES, channels=NAMES)


def sign(to: Stage, by: str = "lee", after: timedelta = timedelta()) -> SignOff:
    return SignOff(to=to, by=by, at=MONDAY + after, reason="It is time.")


def stage(rollout: Rollout, stages: Stages = STAGES) -> Stage:
    return stage_of(rollout, stages, ACTION)


class TestPromotion:
    @given(start=st.sampled_from(Stage), to=st.sampled_from(Stage))
    def test_no_step_is_skipped(self, start: Stage, to: Stage) -> None:
        rollout = at(start)
        if to is above(start):
            assert stage(promoted(rollout, STAGES, ACTION, sign(to), ())) is to
        elif to is start:
            assert promoted(rollout, STAGES, ACTION, sign(to), ()) is rollout
        else:
            with pytest.raises(StageOutOfOrder):
                promoted(rollout, STAGES, ACTION, sign(to), ())

    def test_it_is_signed_and_moves_one_kind_of_action(self) -> None:
        moved = promoted(at(Stage.SHADOW), STAGES, ACTION, sign(Stage.PILOT), ())
        assert moved.courses[ACTION].signed == (sign(Stage.PILOT),)
        assert moved.courses[Action.CALLS].stage is Stage.SHADOW

    def test_a_tenant_without_a_record_is_promoted_from_where_its_policy_starts(self) -> None:
        moved = promoted(Rollout(tenant=TENANT), STAGES, ACTION, sign(Stage.PILOT), ())
        assert stage(moved) is Stage.PILOT

    @pytest.mark.parametrize("start", [Stage.SHADOW, Stage.PILOT])
    def test_everything_that_is_open_is_named_at_once(self, start: Stage) -> None:
        to = above(start)
        assert to is not None
        with pytest.raises(ReadinessOpen, match="owners: one; runbook: two") as caught:
            promoted(at(start), STAGES, ACTION, sign(to), ("owners: one", "runbook: two"))
        assert caught.value.still_open == ("owners: one", "runbook: two")

    def test_a_stage_that_does_not_act_needs_nothing_ready(self) -> None:
        assert stage(promoted(at(Stage.OFF), STAGES, ACTION, sign(Stage.SHADOW), ("owners: one",))) is Stage.SHADOW

    def test_a_killed_automation_is_not_promoted(self) -> None:
        with pytest.raises(AutomationKilled):
            promoted(at(Stage.SHADOW, killed=MARK), STAGES, ACTION, sign(Stage.PILOT), ())

    def test_a_pilot_needs_its_subset(self) -> None:
        with pytest.raises(PilotUndeclared):
            promoted(at(Stage.SHADOW), Stages(), ACTION, sign(Stage.PILOT), ())


class TestSignOffs:
    def test_it_waits_until_enough_people_have_signed(self) -> None:
        once = promoted(at(Stage.SHADOW), TWO, ACTION, sign(Stage.PILOT), ())
        assert (stage(once), once.courses[ACTION].waiting) == (Stage.SHADOW, (sign(Stage.PILOT),))
        twice = promoted(once, TWO, ACTION, sign(Stage.PILOT, "kim"), ())
        assert stage(twice) is Stage.PILOT
        assert [each.by for each in twice.courses[ACTION].signed] == ["lee", "kim"]

    def test_one_person_signs_once(self) -> None:
        once = promoted(at(Stage.SHADOW), TWO, ACTION, sign(Stage.PILOT), ())
        assert promoted(once, TWO, ACTION, sign(Stage.PILOT, after=timedelta(hours=1)), ()) == once

    def test_a_sign_off_that_waits_too_long_lapses(self) -> None:
        once = promoted(at(Stage.SHADOW), TWO, ACTION, sign(Stage.PILOT), ())
        late = promoted(once, TWO, ACTION, sign(Stage.PILOT, "kim", SIGN_OFF_LIFE), ())
        assert stage(late) is Stage.SHADOW
        assert [each.by for each in late.courses[ACTION].waiting] == ["kim"]

    def test_a_step_down_takes_waiting_sign_offs_with_it(self) -> None:
        once = promoted(at(Stage.PILOT), TWO, ACTION, sign(Stage.FULL), ())
        down = demoted(once, TWO, ACTION, sign(Stage.SHADOW))
        assert down.courses[ACTION].waiting == ()

    def test_the_first_sign_off_of_a_tenant_without_a_record_leaves_the_stage(self) -> None:
        once = promoted(Rollout(tenant=TENANT), TWO, ACTION, sign(Stage.PILOT), ())
        assert stage(once, TWO) is Stage.SHADOW


class TestDemotion:
    @given(start=st.sampled_from(Stage), to=st.sampled_from(Stage), is_killed=st.booleans())
    def test_any_lower_stage_can_be_reached_at_any_time(self, start: Stage, to: Stage, *, is_killed: bool) -> None:
        rollout = at(start, killed=MARK if is_killed else None)
        if to in {start, *below(start)}:
            assert stage(demoted(rollout, STAGES, ACTION, sign(to))) is to
        else:
            with pytest.raises(StageOutOfOrder):
                demoted(rollout, STAGES, ACTION, sign(to))

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (Stage.FULL, Stage.PILOT),
            (Stage.PILOT, Stage.SHADOW),
            (Stage.SHADOW, Stage.SHADOW),
            (Stage.OFF, Stage.OFF),
        ],
    )
    def test_by_itself_it_goes_one_step_down_until_nothing_acts(self, start: Stage, end: Stage) -> None:
        assert stage(stepped_down(at(start), STAGES, ACTION, MONDAY)) is end

    def test_a_refusal_says_what_can_be_done(self) -> None:
        with pytest.raises(StageOutOfOrder) as caught:
            demoted(at(Stage.SHADOW), STAGES, ACTION, sign(Stage.FULL))
        said = (
            "messages stand in the stage shadow; they can be promoted to pilot, one step at a time, and demoted to off"
        )
        assert str(caught.value) == said


class TestTheSwitch:
    def test_a_second_kill_leaves_the_first_ones_name_on_it(self) -> None:
        once = killed(at(Stage.FULL), MARK)
        assert killed(once, sign_mark("kim")).killed == MARK
        assert thrown(thrown(KillSwitch(), MARK), sign_mark("kim")).killed == MARK

    def test_a_revival_goes_on_where_it_stood(self) -> None:
        assert revived(killed(at(Stage.PILOT), MARK)) == at(Stage.PILOT)
        assert released(thrown(KillSwitch(), MARK)) == KillSwitch()


def sign_mark(by: str) -> Any:
    return type(MARK)(by=by, at=MONDAY, reason="Again.")


class TestFreezing:
    def test_while_nothing_acts_a_scope_can_be_any(self) -> None:
        narrow = rescoped(at(Stage.SHADOW), STAGES, Scope(classes=("P3",)), MARK)
        assert rescoped(narrow, STAGES, EVERYTHING, MARK).scope == EVERYTHING

    def test_while_something_acts_it_only_narrows(self) -> None:
        acting = at(Stage.PILOT, scope=Scope(classes=("P2", "P3")))
        assert rescoped(acting, STAGES, Scope(classes=("P3",)), MARK).frozen == MARK
        with pytest.raises(ScopeFrozen):
            rescoped(acting, STAGES, Scope(classes=("P3", "P4")), MARK)
        with pytest.raises(ScopeFrozen):
            rescoped(acting, STAGES, EVERYTHING, MARK)

    def test_the_first_scope_of_what_acts_already_is_narrower_than_none(self) -> None:
        assert rescoped(at(Stage.FULL), STAGES, Scope(classes=("P3",)), MARK).scope == Scope(classes=("P3",))

    def test_the_same_scope_changes_nothing(self) -> None:
        acting = at(Stage.FULL, scope=Scope(classes=("P2",)), frozen=MARK)
        assert rescoped(acting, STAGES, Scope(classes=("P2",)), sign_mark("kim")) is acting

    @given(old=SCOPES, new=SCOPES, has=st.tuples(*[st.sampled_from(["a", "b", "c"])] * 3))
    def test_a_narrower_scope_takes_in_nothing_new(self, old: Scope, new: Scope, has: tuple[str, str, str]) -> None:
        if narrows(old, new):
            assert lies_in(new, has) <= lies_in(old, has)


def lies_in(scope: Scope, has: tuple[str, str, str]) -> bool:
    return all(not want or one in want for want, one in zip(limits(scope), has, strict=True))


def limits(scope: Scope) -> tuple[tuple[str, ...], ...]:
    return scope.classes, scope.queues, scope.channels


def test_stages_have_one_order() -> None:
    assert [above(stage) for stage in ORDER] == [*ORDER[1:], None]
    assert [below(stage) for stage in ORDER] == [(), ORDER[:1], (ORDER[1], ORDER[0]), (ORDER[2], ORDER[1], ORDER[0])]

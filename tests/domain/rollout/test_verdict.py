"""Does automation act where it may, and nowhere else?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import MONDAY, arrived, blank
from tests.sample_desk import TENANT
from tests.sample_rollout import MARK, at, rollout_policy
from triage_core.domain.model import Mode, Ticket
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.state import KillSwitch, Rollout, Scope
from triage_core.domain.rollout.verdict import (
    Outcome,
    Reason,
    Verdict,
    acts,
    covers,
    in_pilot,
    pilot_in_words,
    place_of,
)

RUNNING, KILLED = KillSwitch(), KillSwitch(killed=MARK)
TICKET = arrived()
IDS = st.text(max_size=40)
SHARES = st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True)
STAGES = st.sampled_from(Stage)
ACTIONS = st.sampled_from(Action)


def judged(rollout: Rollout, ticket: Ticket = TICKET, globally: KillSwitch = RUNNING, **stages: Any) -> Verdict:
    return acts(rollout, globally, rollout_policy(**stages), ticket, Action.MESSAGES)


@pytest.mark.parametrize(
    ("rollout", "changes", "outcome", "reason"),
    [
        (at(Stage.FULL), {}, Outcome.ACTS, Reason.STAGE_FULL),
        (at(Stage.SHADOW), {}, Outcome.SHADOW, Reason.STAGE_SHADOW),
        (at(Stage.OFF), {}, Outcome.OFF, Reason.STAGE_OFF),
        (at(Stage.FULL, killed=MARK), {}, Outcome.KILLED, Reason.KILLED_HERE),
        (at(Stage.OFF, killed=MARK), {}, Outcome.KILLED, Reason.KILLED_HERE),
        (at(Stage.FULL, scope=Scope(classes=("P1",))), {}, Outcome.OUT_OF_SCOPE, Reason.OUTSIDE_SCOPE),
        (at(Stage.SHADOW, scope=Scope(classes=("P1",))), {}, Outcome.OUT_OF_SCOPE, Reason.OUTSIDE_SCOPE),
        (at(Stage.FULL, scope=Scope(classes=("P2",))), {}, Outcome.ACTS, Reason.STAGE_FULL),
        (at(Stage.FULL), {"mode": Mode.SHADOW}, Outcome.SHADOW, Reason.TICKET_ON_TRIAL),
        (at(Stage.FULL), {"mode": Mode.DRILL}, Outcome.ACTS, Reason.STAGE_FULL),
        (Rollout(tenant=TENANT), {}, Outcome.SHADOW, Reason.STAGE_SHADOW),
    ],
)
def test_the_first_reason_that_holds_decides(
    rollout: Rollout, changes: dict[str, Any], outcome: Outcome, reason: Reason
) -> None:
    ticket = blank(**{"state": TICKET.state, "class_name": "P2", "queue": "desk", **changes})
    verdict = judged(rollout, ticket)
    assert (verdict.outcome, verdict.reason, verdict.acts) == (outcome, reason, outcome is Outcome.ACTS)


def test_a_tenant_without_a_record_stands_where_its_policy_starts() -> None:
    assert judged(Rollout(tenant=TENANT), start="full").outcome is Outcome.ACTS
    assert judged(Rollout(tenant=TENANT), start="off").stage is Stage.OFF


def test_kinds_of_action_stand_apart() -> None:
    courses = at(Stage.FULL).courses | {Action.CALLS: at(Stage.SHADOW).courses[Action.CALLS]}
    rollout = Rollout(tenant=TENANT, courses=courses)
    found = {action: acts(rollout, RUNNING, rollout_policy(), TICKET, action).acts for action in Action}
    assert found == {Action.MESSAGES: True, Action.CALLS: False, Action.WRITEBACK: True}


@given(stage=STAGES, action=ACTIONS, here=st.booleans(), scoped=st.booleans())
def test_nothing_acts_while_killed(stage: Stage, action: Action, here: bool, scoped: bool) -> None:  # noqa: FBT001 - drawn by name
    rollout = at(stage, killed=MARK if here else None, scope=Scope(classes=("P9",)) if scoped else None)
    verdict = acts(rollout, RUNNING if here else KILLED, rollout_policy(), TICKET, action)
    assert verdict.outcome is Outcome.KILLED


class TestScopes:
    @pytest.mark.parametrize(
        ("scope", "is_covered"),
        [
            (Scope(), True),
            (Scope(classes=("P1", "P2"), queues=("desk",), channels=("api",)), True),
            (Scope(classes=("P1",)), False),
            (Scope(classes=("P2",), queues=("identity",)), False),
            (Scope(channels=("email",)), False),
        ],
    )
    def test_every_limit_holds(self, scope: Scope, *, is_covered: bool) -> None:
        assert covers(scope, TICKET) is is_covered

    def test_a_ticket_that_is_not_decided_yet_lies_outside_a_scope_of_classes(self) -> None:
        assert not covers(Scope(classes=("P1", "P2", "P3")), blank())
        assert covers(Scope(), blank())


class TestPilots:
    def test_a_rule_chooses_the_subset(self) -> None:
        stages: dict[str, Any] = {"pilot_share": None, "pilot_when": {"impact": ["low"]}}
        assert judged(at(Stage.PILOT), **stages).reason is Reason.OUTSIDE_PILOT
        assert judged(at(Stage.PILOT), arrived(impact="low"), **stages).reason is Reason.INSIDE_PILOT

    def test_without_a_subset_nothing_acts(self) -> None:
        assert judged(at(Stage.PILOT), pilot_share=None).outcome is Outcome.SHADOW

    @given(ids=IDS, small=SHARES, more=SHARES)
    def test_a_larger_share_keeps_every_ticket_it_had(self, ids: str, small: float, more: float) -> None:
        low, high = sorted((small, more))
        ticket = blank(id=ids)
        assert in_pilot(Stages(pilot_share=low), ticket) <= in_pilot(Stages(pilot_share=high), ticket)

    @given(ids=IDS, share=SHARES, version=st.integers(0, 99))
    def test_a_ticket_is_in_or_out_for_good(self, ids: str, share: float, version: int) -> None:
        first = blank(id=ids)
        later = blank(id=ids, version=version, class_name="P1", updated_at=MONDAY)
        assert in_pilot(Stages(pilot_share=share), first) is in_pilot(Stages(pilot_share=share), later)

    @pytest.mark.parametrize(
        ("stages", "said"),
        [
            ({}, None),
            ({"pilot_share": 0.1}, "10.00% of all tickets"),
            (
                {"pilot_when": {"impact": ["low", "medium"], "users_affected": {"at_least": 5}}},
                "impact: low, medium; users_affected: at least 5",
            ),
        ],
    )
    def test_people_read_who_is_in_it(self, stages: dict[str, Any], said: str | None) -> None:
        assert pilot_in_words(Stages.model_validate(stages)) == said

    def test_the_share_is_about_what_it_says(self) -> None:
        inside = sum(place_of(f"0192f3a7c1d25b9e4a7f{number}") < 0.1 for number in range(10_000))
        assert 900 < inside < 1_100

    def test_places_never_change_between_versions_of_this_program(self) -> None:
        assert round(place_of("t1"), 6) == PLACE_OF_T1


PLACE_OF_T1 = 0.414739


def test_who_does_not_act_tells_what_would_have_been_done() -> None:
    assert judged(at(Stage.SHADOW)).told("paged lee") == "would have paged lee: the stage of messages is shadow"
    assert judged(at(Stage.FULL)).told("paged lee") == "paged lee"


@pytest.mark.parametrize("globally", [RUNNING, KILLED])
def test_every_verdict_says_why_in_a_sentence(globally: KillSwitch) -> None:
    for stage in Stage:
        said = judged(at(stage), globally=globally).sentence
        assert said.startswith("the ")
        assert "{" not in said

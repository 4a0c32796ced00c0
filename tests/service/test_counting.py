"""Is what goes wrong counted from the timelines, and does automation step down by it when time passes?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import json

from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_gates import SAYS_SECURITY, GateDesk, person
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.gating.releasing import DIRECT, Sent
from triage_core.domain.gating.state import message_id
from triage_core.domain.happening import Happened as Event
from triage_core.domain.model import Mode
from triage_core.domain.overriding import Correction
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.state import Rollout
from triage_core.domain.sending import Purpose, Send, SendSettlement, SendState, Surface
from triage_core.ports import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.ports import Store

SECOND = timedelta(seconds=1)


def trigger(measure: str, **changes: Any) -> dict[str, Any]:
    return {"id": "wrong", "measure": measure, "actions": "messages", "window": "1h", "at_least": 2, **changes}


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each kind."""
    opened = open_store("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield opened
    opened.close()


def opened(measure: str, store: Store | None = None, **changes: Any) -> GateDesk:
    """Return a desk at which everything acts, and steps down when a measure is hit twice within an hour."""
    desk = GateDesk(store, stages={"start": "full", "demote": [trigger(measure, **changes)]})
    desk.passes(SECOND)
    return desk


def stage(desk: GateDesk, action: Action = Action.MESSAGES) -> Stage:
    course = rollout(desk).courses.get(action)
    return course.stage if course else Stage.FULL


def rollout(desk: GateDesk) -> Rollout:
    return desk.triage.rollout.of(TENANT).rollout


def fails(desk: GateDesk, number: int) -> None:
    """Let a released text fail."""
    desk.begin(number)
    message = desk.draft()
    name = message_id(desk.at, message.number)
    desk.messages.release(TENANT, name, DIRECT, person("ann"))
    desk.messages.confirm(TENANT, name, None, Sent.FAILED, person("ann"))
    desk.passes(MINUTE)


def bypasses(desk: GateDesk, number: int) -> None:
    """Let a reply reach the customer of a gated ticket past its gate."""
    desk.begin(number, **SAYS_SECURITY)
    desk.record(Event.AGENT_REPLIED, person("ann"), desk.at, body_seal="unknown")
    desk.passes(MINUTE)


def expires(desk: GateDesk, number: int) -> None:
    """Let nobody decide about a text in time."""
    desk.begin(number, **SAYS_SECURITY)
    desk.bring()
    desk.passes(30 * MINUTE)


def corrects(desk: GateDesk, number: int) -> None:
    """Let a person correct a class."""
    desk.begin(number)
    desk.triage.override(TENANT, desk.at, Correction(class_name="P3", reason="It can wait."), person("lee"))
    desk.passes(MINUTE)


def raises(desk: GateDesk, number: int) -> None:
    """Let a person make a ticket one that must escalate."""
    desk.begin(number)
    desk.triage.override(TENANT, desk.at, Correction(class_name="P1", reason="Everybody waits."), person("lee"))
    desk.passes(MINUTE)


HITS = {
    "failed_sends": fails,
    "bypasses": bypasses,
    "expired_approvals": expires,
    "overrides": corrects,
    "missed_escalations": raises,
}


@pytest.mark.parametrize("measure", HITS)
def test_what_a_trigger_names_is_counted_and_takes_automation_down_when_time_passes(store: Store, measure: str) -> None:
    desk = opened(measure, store)
    HITS[measure](desk, 1)
    desk.triage.tick("sweeper", MINUTE)
    assert stage(desk) is Stage.FULL
    HITS[measure](desk, 2)
    assert desk.triage.tick("sweeper", MINUTE).fell == 1
    assert (stage(desk), stage(desk, Action.CALLS)) == (Stage.PILOT, Stage.FULL)
    assert desk.triage.tick("another", MINUTE).fell == 0


@pytest.mark.parametrize("measure", [name for name in HITS if name not in {"bypasses", "expired_approvals"}])
def test_what_happened_too_few_times_within_the_window_takes_nothing_down(measure: str) -> None:
    desk = opened(measure)
    for number in (1, 2):
        HITS[measure](desk, number)
        desk.passes(HOUR)
    assert (desk.triage.tick("sweeper", MINUTE).fell, stage(desk)) == (0, Stage.FULL)


@pytest.mark.parametrize(("others", "fell"), [(2, 1), (3, 0)])
def test_a_share_is_one_of_all_cases(others: int, fell: int) -> None:
    desk = opened("overrides", share="50%")
    for number in range(others):
        desk.submit(number + 3)
    corrects(desk, 1)
    corrects(desk, 2)
    assert desk.triage.tick("sweeper", MINUTE).fell == fell


def test_what_is_drilled_counts_nothing() -> None:
    desk = opened("overrides")
    for number in (1, 2):
        desk.begin(number, mode=Mode.DRILL)
        desk.triage.override(TENANT, desk.at, Correction(class_name="P3", reason="It can wait."), person("lee"))
    desk.passes(MINUTE)
    assert desk.triage.tick("sweeper", MINUTE).fell == 0


def test_one_ticket_that_is_corrected_again_and_again_counts_once() -> None:
    desk = opened("overrides")
    corrects(desk, 1)
    desk.triage.override(TENANT, "t1", Correction(severity="sev3", reason="A few."), person("lee"))
    desk.passes(MINUTE)
    assert desk.triage.tick("sweeper", MINUTE).fell == 0


@pytest.mark.parametrize("every", [MINUTE, 7 * MINUTE, 48 * HOUR])
def test_the_outcome_is_the_same_however_often_somebody_looks(store: Store, every: timedelta) -> None:
    desk = opened("overrides", store)
    end, look = desk.now + 48 * HOUR, desk.now + every
    for number in range(1, 6):
        corrects(desk, number)
        while look <= desk.now:
            desk.triage.tick("sweeper", MINUTE)
            look += every
    desk.now = end
    desk.triage.tick("sweeper", MINUTE)
    told = [json.decode(message.payload) for message in store.messages(TENANT, "rollout")]
    assert [(each["type"], each["rollout_stage"]) for each in told] == [
        ("rollout.demoted", "pilot"),
        ("rollout.demoted", "shadow"),
    ]
    (corrected,) = (entry.at for entry in desk.entries("t4") if entry.kind is Kind.OVERRIDDEN)
    assert rollout(desk).courses[Action.MESSAGES].since == corrected


def test_a_tenant_whose_judging_breaks_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = opened("overrides")
    desk.submit(1)
    desk.triage.playbooks.activate("other", desk.triage.playbooks.active(TENANT, desk.now).policy, desk.now)
    desk.submit(2, tenant="other")
    counted = desk.store.counted
    monkeypatch.setattr(
        desk.store, "counted", lambda tenant, *more: counted(tenant, *more) if tenant != "acme" else 1 / 0
    )
    assert desk.triage.tick("sweeper", MINUTE).failed == 1


def test_calls_that_do_not_arrive_are_failed_sends_of_calls(store: Store) -> None:
    desk = opened("failed_sends", store, actions=["messages", "calls"])
    ticket = desk.ticket()
    for number, state in enumerate((SendState.SENT, SendState.FAILED, SendState.FAILED)):
        intent = Send(
            id=f"s{number}",
            ticket_id=ticket.id,
            surface=Surface.SLACK,
            purpose=Purpose.ESCALATION_CARD,
            about=f"e{number}",
            at=desk.now,
        )
        store.save(Change(ticket=ticket, expected=ticket.version, lines=(), sends=(intent,)))
        lane = store.sends.lane(desk.now, desk.now + HOUR, f"c{number}", 9)
        assert lane is not None
        desk.passes(MINUTE)
        store.sends.settle(lane, lane.sends[0], SendSettlement(state=state, attempts=1, at=desk.now))
        store.sends.release(lane)
    assert desk.triage.tick("sweeper", MINUTE).fell == 1
    assert (stage(desk, Action.CALLS), stage(desk)) == (Stage.PILOT, Stage.FULL)

"""Do named people move the rollout with reasons, does one call stop everything, and is every change on record?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.adapters.decisions import change
from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT
from tests.sample_rollout import ADA, ANN, FLOW, KIM, LEE, RolloutDesk, person, runbook
from triage_core.compose import open_store
from triage_core.domain.delivery import Hook
from triage_core.domain.errors import ControlMoved, NotPermitted, ReasonMissing, StaleTicket, UnknownName
from triage_core.domain.model import SYSTEM, Actor, ActorKind
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import ReadinessOpen, StageOutOfOrder
from triage_core.domain.rollout.measuring import Happened, Moment
from triage_core.domain.rollout.readiness import Facts, Item, SurfaceTest
from triage_core.domain.rollout.rights import Deed
from triage_core.domain.rollout.state import Rollout, Scope
from triage_core.domain.rollout.verdict import acts
from triage_core.domain.sending import Surface
from triage_core.service.controlling import EVERYWHERE
from triage_core.service.rollout import RolloutBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.control_ports import ControlLine
    from triage_core.domain.rollout.falling import Watch

#: Each change as somebody would ask for it.
CHANGES: dict[Deed, Callable[[RolloutDesk, Actor, str], None]] = {
    Deed.KILLED: lambda desk, actor, reason: desk.book.kill(desk.by(actor, reason)),
    Deed.REVIVED: lambda desk, actor, reason: desk.book.revive(desk.by(actor, reason), desk.version),
    Deed.PROMOTED: lambda desk, actor, reason: desk.book.promote(
        desk.by(actor, reason), Action.CALLS, Stage.PILOT, desk.version
    ),
    Deed.DEMOTED: lambda desk, actor, reason: desk.book.demote(desk.by(actor, reason), Action.CALLS, Stage.OFF),
    Deed.SCOPE_FROZEN: lambda desk, actor, reason: desk.book.freeze(
        desk.by(actor, reason), Scope(classes=("P2",)), desk.version
    ),
    Deed.ATTESTED: lambda desk, actor, reason: desk.book.attest(desk.by(actor, reason), Item.ACCESS),
    Deed.RUNBOOK_PUT: lambda desk, actor, reason: desk.book.put_runbook(
        desk.by(actor, reason), runbook(rollback="Another way.")
    ),
}
HOOK: dict[str, Any] = {"url": "https://hooks.example.com/x", "event_type": "rollout.killed", "created_by": "lee"}
STAGE_ONLY = (Deed.PROMOTED, Deed.SCOPE_FROZEN)


@pytest.fixture
def desk() -> RolloutDesk:
    return RolloutDesk()


def deeds(desk: RolloutDesk, tenant: str = TENANT) -> list[str]:
    return [line.what for line in reversed(desk.book.log(tenant))]


def last(desk: RolloutDesk) -> ControlLine:
    return desk.book.log(TENANT)[0]


class TestRights:
    @pytest.mark.parametrize("deed", CHANGES)
    @pytest.mark.parametrize(
        "actor",
        [ANN, SYSTEM, FLOW, person("nobody", "lead"), Actor(kind=ActorKind.PLATFORM, id="lee", roles=("lead",))],
        ids=["without the right", "the engine", "a platform", "not on the roster", "with a person's name"],
    )
    def test_only_a_named_person_with_the_right_changes_anything(
        self, desk: RolloutDesk, deed: Deed, actor: Actor
    ) -> None:
        desk.get_ready()
        before = deeds(desk)
        if deed is Deed.KILLED and actor.kind is not ActorKind.PERSON:
            CHANGES[deed](desk, actor, "It went wrong.")
            assert deeds(desk) == [*before, "killed"]
            return
        with pytest.raises(NotPermitted):
            CHANGES[deed](desk, actor, "It is time.")
        assert deeds(desk) == before

    @pytest.mark.parametrize("deed", CHANGES)
    def test_an_administrator_does_what_is_no_sign_off(self, desk: RolloutDesk, deed: Deed) -> None:
        desk.get_ready()
        if deed is Deed.REVIVED:
            desk.book.kill(desk.by())
        if deed in STAGE_ONLY:
            with pytest.raises(NotPermitted, match="needs one of the roles: lead"):
                CHANGES[deed](desk, ADA, "It is time.")
        else:
            CHANGES[deed](desk, ADA, "It is time.")
            assert (last(desk).what, last(desk).actor) == (deed.value, "ada")

    @pytest.mark.parametrize("deed", [deed for deed in CHANGES if deed is not Deed.RUNBOOK_PUT])
    def test_every_change_needs_its_reason(self, desk: RolloutDesk, deed: Deed) -> None:
        desk.get_ready()
        with pytest.raises(ReasonMissing):
            CHANGES[deed](desk, LEE, " ")


class TestTheRecord:
    def test_every_change_is_written_with_who_when_what_why_and_before_and_after(self, desk: RolloutDesk) -> None:
        desk.book.demote(desk.by(LEE, "We start again."), Action.CALLS, Stage.OFF)
        line = last(desk)
        assert (line.actor, line.actor_kind, line.what, line.reason) == ("lee", "person", "demoted", "We start again.")
        assert (line.at, line.version) == (desk.now, 1)
        assert json.decode(line.before, type=Rollout) == Rollout(tenant=TENANT)
        assert json.decode(line.after, type=Rollout) == desk.book.of(TENANT).rollout

    def test_what_changes_nothing_leaves_no_line(self, desk: RolloutDesk) -> None:
        desk.get_ready()
        desk.promote(Stage.PILOT)
        before = deeds(desk)
        desk.book.promote(desk.by(), Action.MESSAGES, Stage.PILOT, 0)
        desk.book.demote(desk.by(), Action.MESSAGES, Stage.PILOT)
        desk.book.freeze(desk.by(), Scope(), 0)
        desk.book.attest(desk.by(KIM, "see the report"), Item.ACCESS)
        desk.book.put_runbook(desk.by(), runbook())
        desk.book.revive(desk.by(), 0)
        assert deeds(desk) == before

    def test_a_tenant_sees_nothing_of_another(self, desk: RolloutDesk) -> None:
        desk.book.kill(desk.by())
        assert desk.book.log("other") == ()
        assert desk.book.of("other").rollout == Rollout(tenant="other")


class TestPromotion:
    def test_it_is_refused_with_everything_that_is_open(self, desk: RolloutDesk) -> None:
        with pytest.raises(ReadinessOpen) as caught:
            desk.promote(Stage.PILOT)
        named = {line.partition(":")[0] for line in caught.value.still_open}
        assert named == {"channels_tested", "access", "scope_frozen", "kpi_baseline", "runbook"}
        assert desk.stage() is Stage.SHADOW

    def test_once_everything_is_settled_it_takes_place_step_by_step(self, desk: RolloutDesk) -> None:
        desk.get_ready()
        with pytest.raises(StageOutOfOrder):
            desk.promote(Stage.FULL)
        desk.promote(Stage.PILOT)
        desk.promote(Stage.FULL)
        assert (desk.stage(), desk.stage(Action.CALLS)) == (Stage.FULL, Stage.SHADOW)

    def test_a_word_that_lapsed_is_open_again_at_the_next_step(self, desk: RolloutDesk) -> None:
        desk.get_ready()
        desk.promote(Stage.PILOT)
        desk.passes(timedelta(days=30))
        with pytest.raises(ReadinessOpen, match="attested too long ago that every channel was tested"):
            desk.promote(Stage.FULL)

    def test_two_people_sign_where_the_policy_asks_for_two(self) -> None:
        desk = RolloutDesk(sign_offs=2)
        desk.get_ready()
        desk.promote(Stage.PILOT)
        desk.promote(Stage.PILOT)
        assert (desk.stage(), last(desk).what) == (Stage.SHADOW, "signed")
        desk.promote(Stage.PILOT, actor=KIM)
        assert (desk.stage(), last(desk).what) == (Stage.PILOT, "promoted")

    def test_whoever_signs_has_seen_what_stands(self, desk: RolloutDesk) -> None:
        desk.get_ready()
        seen = desk.version
        desk.book.demote(desk.by(KIM), Action.MESSAGES, Stage.OFF)
        with pytest.raises(ControlMoved):
            desk.book.promote(desk.by(), Action.MESSAGES, Stage.SHADOW, seen)

    def test_what_the_installation_knows_counts(self, desk: RolloutDesk) -> None:
        desk.get_ready()
        facts = Facts(surfaces=(SurfaceTest(name="mail"),), baseline_at=MONDAY)
        book = RolloutBook(desk.store, desk.triage.playbooks, lambda: desk.now, lambda _: facts)
        with pytest.raises(ReadinessOpen, match=r"settle first: channels_tested: mail has not passed a test$"):
            book.promote(desk.by(), Action.MESSAGES, Stage.PILOT, desk.version)

    def test_a_scope_names_what_the_policy_knows(self, desk: RolloutDesk) -> None:
        for scope in (Scope(classes=("P9",)), Scope(queues=("nowhere",))):
            with pytest.raises(UnknownName):
                desk.book.freeze(desk.by(), scope, 0)


class TestWhatTheInstallationKnows:
    """The checklist asks the service itself where it knows, and people where it does not."""

    class Set:
        """Two surfaces that are set up, and nothing behind them."""

        def sender(self, _tenant: str, _surface: Surface) -> None:
            return None

        def of(self, _tenant: str) -> tuple[Surface, ...]:
            return Surface.SLACK, Surface.EMAIL

        def record_url(self, _tenant: str, _source: str, _source_id: str) -> None:
            return None

    def test_each_surface_that_is_set_up_has_passed_a_test_lately(self, shared: RolloutDesk) -> None:
        book = shared.triage.rollout
        shared.get_ready()
        assert self.still_open(shared) == ()
        shared.triage.surfaces = self.Set()
        assert self.still_open(shared) == ("slack has not passed a test", "email has not passed a test")
        book.note_test(shared.by(SYSTEM), "slack", passed=True)
        book.note_test(shared.by(SYSTEM), "email", passed=False)
        assert self.still_open(shared) == ("email has not passed a test",)
        book.note_test(shared.by(SYSTEM), "email", passed=True)
        assert self.still_open(shared) == ()
        shared.passes(timedelta(days=30))
        assert self.still_open(shared) == ("slack was tested too long ago", "email was tested too long ago")
        assert deeds(shared).count("surface_tested") == 3

    @staticmethod
    def still_open(desk: RolloutDesk) -> tuple[str, ...]:
        points = {point.item: point for point in desk.triage.rollout.checklist(TENANT, Action.CALLS)}
        return points[Item.CHANNELS_TESTED].still_open


class TestTheSwitch:
    @pytest.mark.parametrize("everywhere", [False, True])
    def test_one_call_stops_everything_and_a_named_person_lets_it_go_on(
        self, desk: RolloutDesk, *, everywhere: bool
    ) -> None:
        desk.get_ready()
        desk.promote(Stage.PILOT)
        before = desk.book.of(TENANT)
        desk.book.kill(desk.by(FLOW, "It writes poems."), everywhere=everywhere)
        killed = desk.book.of(TENANT)
        mark = killed.globally.killed if everywhere else killed.rollout.killed
        assert mark is not None
        assert (mark.by, mark.reason) == (FLOW.id, "It writes poems.")
        seen = killed.globally.version if everywhere else killed.rollout.version
        desk.book.revive(desk.by(), seen, everywhere=everywhere)
        after = desk.book.of(TENANT)
        assert (after.rollout.courses, after.rollout.killed, after.globally.killed) == (
            before.rollout.courses,
            None,
            None,
        )
        assert deeds(desk, EVERYWHERE if everywhere else TENANT)[-2:] == ["killed", "revived"]

    def test_a_tenant_without_a_policy_can_be_stopped(self, desk: RolloutDesk) -> None:
        desk.book.kill(desk.by(FLOW)._replace(tenant="new"))
        assert desk.book.of("new").rollout.killed is not None

    def test_nobody_revives_what_was_killed_again_meanwhile(self, desk: RolloutDesk) -> None:
        desk.book.kill(desk.by(FLOW))
        seen = desk.version
        desk.book.revive(desk.by(), seen)
        desk.book.kill(desk.by(KIM))
        with pytest.raises(ControlMoved):
            desk.book.revive(desk.by(), seen)

    def test_a_revived_tenant_stays_stopped_while_the_switch_for_all_is_on(self, desk: RolloutDesk) -> None:
        desk.book.kill(desk.by())
        desk.book.kill(desk.by(), everywhere=True)
        desk.book.revive(desk.by(), desk.version)
        standing = desk.book.of(TENANT)
        ticket = desk.ticket()
        policy = desk.triage.playbooks.active(TENANT, desk.now).policy
        assert not acts(standing.rollout, standing.globally, policy, ticket, Action.CALLS).acts


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def shared(request: pytest.FixtureRequest) -> Iterator[RolloutDesk]:
    """A desk on each kind of store."""
    store = open_store("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield RolloutDesk(store)
    store.close()


class TestGuards:
    @pytest.mark.parametrize("everywhere", [False, True])
    def test_a_release_that_read_the_switch_before_a_kill_is_refused_after_it(
        self, shared: RolloutDesk, *, everywhere: bool
    ) -> None:
        ticket = shared.ticket()
        guards = shared.book.of(TENANT).guards
        shared.book.kill(shared.by(), everywhere=everywhere)
        with pytest.raises(StaleTicket):
            shared.store.save(replace(change(ticket), guards=guards))
        shared.store.save(replace(change(ticket), guards=shared.book.of(TENANT).guards))

    def test_an_attestation_holds_no_release_up(self, shared: RolloutDesk) -> None:
        ticket = shared.ticket()
        guards = shared.book.of(TENANT).guards
        shared.book.attest(shared.by(), Item.ACCESS)
        shared.store.save(replace(change(ticket), guards=guards))

    def test_kills_at_once_are_one_and_none_is_lost_among_other_changes(self, shared: RolloutDesk) -> None:
        start = threading.Barrier(8)

        def kill(number: int) -> None:
            start.wait()
            if number % 2:
                shared.book.kill(shared.by(reason=f"kill {number}"))
            else:
                shared.book.demote(shared.by(), list(Action)[number % 3], Stage.OFF)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(kill, range(8)))
        rollout = shared.book.of(TENANT).rollout
        assert rollout.killed is not None
        assert len(rollout.courses) == 3
        assert deeds(shared).count("killed") == 1


class TestSteppingDown:
    TRIGGER = ({"id": "failing", "measure": "failed_sends", "actions": "messages", "window": "1h", "at_least": 3},)

    @staticmethod
    def failed(desk: RolloutDesk, times: int) -> dict[Watch, Happened]:
        """Say that so much failed in the last minutes."""
        found = tuple(Moment(desk.now - number * MINUTE, f"m{number}") for number in range(times))
        return dict.fromkeys(desk.book.watches(TENANT), Happened(found, found))

    def test_a_trigger_takes_it_down_one_step_in_the_name_of_the_engine(self) -> None:
        desk = RolloutDesk(demote=self.TRIGGER)
        desk.get_ready()
        desk.promote(Stage.PILOT)
        desk.passes(HOUR)
        falls = desk.book.step_down(TENANT, self.failed(desk, 3))
        assert [fall.trigger for fall in falls] == ["failing"]
        assert desk.stage() is Stage.SHADOW
        assert (last(desk).what, last(desk).actor, last(desk).actor_kind) == ("stepped_down", "triage", "system")
        assert last(desk).reason.startswith("trigger failing: 3 failed sends in 3 cases")

    def test_without_cause_nothing_is_written(self) -> None:
        desk = RolloutDesk(demote=self.TRIGGER, start="full")
        desk.passes(HOUR)
        before = deeds(desk)
        assert (desk.book.step_down(TENANT, self.failed(desk, 2)), deeds(desk)) == ((), before)

    def test_counts_of_a_stage_that_somebody_has_changed_meanwhile_are_let_go(self) -> None:
        desk = RolloutDesk(demote=self.TRIGGER, start="full")
        desk.passes(HOUR)
        counts = self.failed(desk, 9)
        desk.book.demote(desk.by(), Action.MESSAGES, Stage.PILOT)
        assert desk.book.step_down(TENANT, counts) == ()
        assert desk.stage() is Stage.PILOT

    def test_each_step_is_a_line_of_its_own_however_late_somebody_looks(self) -> None:
        desk = RolloutDesk(demote=self.TRIGGER, start="full")
        desk.passes(HOUR)
        assert len(desk.book.step_down(TENANT, self.failed(desk, 7))) == 2
        assert (desk.stage(), deeds(desk)[-2:]) == (Stage.SHADOW, ["stepped_down", "stepped_down"])


def told(desk: RolloutDesk, tenant: str = TENANT, name: str = "rollout") -> list[dict[str, Any]]:
    """Return what was told to the outside about a control."""
    return [json.decode(message.payload) for message in desk.store.messages(tenant, name)]


class TestTelling:
    def test_kill_and_revival_are_told_with_who_did_it(self, shared: RolloutDesk) -> None:
        shared.book.kill(shared.by(FLOW))
        shared.book.kill(shared.by(KIM))
        shared.book.revive(shared.by(), shared.version)
        told_ = [(event["type"], event["rollout_by"], event["rollout_everywhere"]) for event in told(shared)]
        assert told_ == [("rollout.killed", FLOW.id, False), ("rollout.revived", "lee", False)]

    def test_the_switch_for_all_is_told_to_every_tenant_that_has_tickets(self, shared: RolloutDesk) -> None:
        shared.ticket()
        shared.book.kill(shared.by(), everywhere=True)
        (event,) = told(shared, name="kill_switch")
        assert (event["tenant"], event["type"], event["rollout_everywhere"]) == (TENANT, "rollout.killed", True)

    def test_a_stage_that_changes_is_told_with_where_it_stood_and_a_sign_off_that_waits_is_not(self) -> None:
        desk = RolloutDesk(sign_offs=2)
        desk.get_ready()
        desk.promote(Stage.PILOT)
        assert told(desk) == []
        desk.promote(Stage.PILOT, actor=KIM)
        desk.book.demote(desk.by(), Action.MESSAGES, Stage.OFF)
        moves = [(event["type"], event["rollout_stage_before"], event["rollout_stage"]) for event in told(desk)]
        assert moves == [("rollout.promoted", "shadow", "pilot"), ("rollout.demoted", "pilot", "off")]
        assert {event["rollout_action"] for event in told(desk)} == {"messages"}
        assert {event["ticket_id"] for event in told(desk)} == {None}

    def test_a_step_down_names_its_trigger(self) -> None:
        desk = RolloutDesk(demote=TestSteppingDown.TRIGGER, start="full")
        desk.passes(HOUR)
        desk.book.step_down(TENANT, TestSteppingDown.failed(desk, 3))
        (event,) = told(desk)
        assert (event["rollout_trigger"], event["rollout_by"]) == ("failing", "triage")

    def test_what_is_told_reaches_whoever_wants_it(self, shared: RolloutDesk) -> None:
        shared.store.put_hook(Hook(tenant=TENANT, id="h1", **HOOK, created_at=shared.now, since=shared.now))
        shared.book.kill(shared.by(FLOW))
        assert shared.store.fan_out(shared.now, 9) == 1
        (delivery,) = shared.store.deliveries(TENANT, "h1", None, 9)
        assert delivery.type == "rollout.killed"


def test_the_checklist_is_told_item_by_item(desk: RolloutDesk) -> None:
    points = {point.item: point for point in desk.book.checklist(TENANT, Action.CALLS)}
    assert points[Item.OWNERS].still_open == ()
    assert points[Item.RUNBOOK].still_open == ("calls have no runbook with a way back",)

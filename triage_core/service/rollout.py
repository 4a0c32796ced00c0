"""How is a tenant's rollout read and changed? One method for each use case.

Whoever acts on a ticket saves it guarded by what `of` returned. What was read before a kill, or before another policy
was put into force, can then not be saved after it, so both hold from the next release on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias, TypeVar

from msgspec.structs import replace

from triage_core.control_ports import Controls, Guard, Notice
from triage_core.domain.errors import ControlMoved
from triage_core.domain.model import SYSTEM, ActorKind
from triage_core.domain.rollout import falling, moving, readiness
from triage_core.domain.rollout.readiness import (
    Attestation,
    Examined,
    Facts,
    Item,
    Point,
    Readiness,
    Runbook,
    SurfaceTest,
)
from triage_core.domain.rollout.rights import Deed, check_person, check_reason
from triage_core.domain.rollout.state import KillSwitch, Mark, Rollout, Scope, SignOff, stage_of
from triage_core.identity_ports import HasVault
from triage_core.observability import logger
from triage_core.ports import Evidence
from triage_core.service import announcing
from triage_core.service.controlling import SWITCH, ControlDesk, Hand, adoption_of, readiness_of, rollout_of

if TYPE_CHECKING:
    from triage_core.control_ports import ControlLine
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy.gates import Stage, Stages
    from triage_core.domain.policy.rollout import Action
    from triage_core.domain.rollout.falling import Fall, Watch
    from triage_core.domain.rollout.measuring import Happened
    from triage_core.service.controlling import Document, Place
    from triage_core.service.playbooks import Playbooks

Switched = TypeVar("Switched", Rollout, KillSwitch)
Told: TypeAlias = tuple[Notice, ...]

_LOG: Final = logger("triage.rollout")
_LOGGED: Final = 20
#: What somebody should hear of who only watches for warnings.
_LOUD: Final = frozenset({Deed.KILLED, Deed.REVIVED, Deed.STEPPED_DOWN})


class RolloutStore(Controls, Evidence, HasVault, Protocol):
    """What the rollout is kept in."""


def _untold(*_change: object) -> Told:
    return ()


def _moved(stages: Stages, trigger: str | None = None) -> Callable[[ControlLine, Rollout, Rollout], Told]:
    """Tell about a stage that came to another."""
    return lambda line, before, after: announcing.moved(line, before, after, stages, trigger)


class Standing(NamedTuple):
    """What a release rests on, and the guards that it is saved with."""

    rollout: Rollout
    globally: KillSwitch
    guards: tuple[Guard, ...]


def nothing_known(_tenant: str) -> Facts:
    """Leave channels and figures to the word of people."""
    return Facts()


class RolloutBook:
    """The rollouts of all tenants."""

    def __init__(
        self,
        store: RolloutStore,
        playbooks: Playbooks,
        now: Callable[[], datetime],
        known: Callable[[str], Facts] = nothing_known,
    ) -> None:
        """Keep them in a store; `known` says what this installation knows of a tenant's channels and figures."""
        self._store, self._playbooks, self._now, self._known = store, playbooks, now, known
        self._desk: Final = ControlDesk(store, now)

    # --- reading --------------------------------------------------------------------------------------------------

    def of(self, tenant: str) -> Standing:
        """Return where automation stands now; policies that are read after it are no older than its guards."""
        here, policies = rollout_of(tenant), adoption_of(tenant)
        rollout, globally, adoption = self._desk.read(here), self._desk.read(SWITCH), self._desk.read(policies)
        self._playbooks.keep_up(tenant, adoption.version)
        return Standing(rollout, globally, (here.guard(rollout), SWITCH.guard(globally), policies.guard(adoption)))

    def readiness(self, tenant: str) -> Readiness:
        """Return what people have said and kept."""
        return self._desk.read(readiness_of(tenant))

    def checklist(self, tenant: str, action: Action) -> tuple[Point, ...]:
        """Return every item with what is open about it; raises `NoPolicy`."""
        return readiness.checklist(self._examined(self.of(tenant).rollout, action))

    def log(self, tenant: str, limit: int = _LOGGED) -> tuple[ControlLine, ...]:
        """Return the latest changes, the newest first."""
        return self._store.control_log(tenant, limit)

    # --- the kill switch ------------------------------------------------------------------------------------------

    def kill(self, hand: Hand, *, everywhere: bool = False) -> None:
        """Put all automation on manual; killing it again changes nothing.

        A person needs the right, a platform needs a key that administers, which the edge asks for.
        """
        if hand.actor.kind is ActorKind.PERSON:
            self._check(hand, Deed.KILLED)
        check_reason(Deed.KILLED, hand.reason)
        mark, tell = self._mark(hand), self._switched(hand.tenant, everywhere=everywhere)
        if everywhere:
            self._change(SWITCH, hand, lambda switch: (Deed.KILLED, moving.thrown(switch, mark)), tell)
        else:
            here = rollout_of(hand.tenant)
            self._change(here, hand, lambda rollout: (Deed.KILLED, moving.killed(rollout, mark)), tell)

    def revive(self, hand: Hand, seen: int, *, everywhere: bool = False) -> None:
        """Let automation go on where it stood, as a named person who has seen the switch at this version.

        Automation that runs is left alone. Raises `ControlMoved` where somebody has moved the switch since.
        """
        self._check(hand, Deed.REVIVED)
        check_reason(Deed.REVIVED, hand.reason)
        tell = self._switched(hand.tenant, everywhere=everywhere)
        if everywhere:
            self._change(SWITCH, hand, lambda switch: (Deed.REVIVED, moving.released(_if_killed(switch, seen))), tell)
        else:
            here = rollout_of(hand.tenant)
            self._change(here, hand, lambda rollout: (Deed.REVIVED, moving.revived(_if_killed(rollout, seen))), tell)

    def _switched(self, tenant: str, *, everywhere: bool) -> Callable[[ControlLine, object, object], Told]:
        """Tell the tenant about its own switch, and every tenant about the one for all."""

        def tell(line: ControlLine, _before: object, _after: object) -> Told:
            return announcing.switched(line, self._store.tenants() if everywhere else (tenant,), everywhere=everywhere)

        return tell

    # --- stages and scope -----------------------------------------------------------------------------------------

    def promote(self, hand: Hand, action: Action, to: Stage, seen: int) -> None:
        """Sign a step up, as a named person who has seen the rollout at this version."""
        playbook = self._check(hand, Deed.PROMOTED)
        check_reason(Deed.PROMOTED, hand.reason)
        stages, sign_off = playbook.policy.stages, self._sign_off(hand, to)

        def decide(rollout: Rollout) -> tuple[Deed, Rollout]:
            if stage_of(rollout, stages, action) is to:
                return Deed.PROMOTED, rollout
            _as_seen(rollout, seen)
            still_open = readiness.still_open(self._examined(rollout, action))
            after = moving.promoted(rollout, stages, action, sign_off, still_open)
            return (Deed.PROMOTED if stage_of(after, stages, action) is to else Deed.SIGNED), after

        self._change(rollout_of(hand.tenant), hand, decide, _moved(stages))

    def demote(self, hand: Hand, action: Action, to: Stage) -> None:
        """Step down, as a named person."""
        stages = self._check(hand, Deed.DEMOTED).policy.stages
        check_reason(Deed.DEMOTED, hand.reason)
        sign_off = self._sign_off(hand, to)

        def decide(rollout: Rollout) -> tuple[Deed, Rollout]:
            return Deed.DEMOTED, moving.demoted(rollout, stages, action, sign_off)

        self._change(rollout_of(hand.tenant), hand, decide, _moved(stages))

    def freeze(self, hand: Hand, scope: Scope, seen: int) -> None:
        """Limit automation to a scope, as a named person who has seen the rollout at this version."""
        policy = self._check(hand, Deed.SCOPE_FROZEN).policy
        check_reason(Deed.SCOPE_FROZEN, hand.reason)
        moving.check_scope(policy, scope)
        mark = self._mark(hand)

        def decide(rollout: Rollout) -> tuple[Deed, Rollout]:
            if rollout.scope != scope:
                _as_seen(rollout, seen)
            return Deed.SCOPE_FROZEN, moving.rescoped(rollout, policy.stages, scope, mark)

        self._change(rollout_of(hand.tenant), hand, decide)

    # --- readiness ------------------------------------------------------------------------------------------------

    def attest(self, hand: Hand, item: Item) -> None:
        """Give one's word that an item is settled; the reason is the evidence it rests on."""
        self._check(hand, Deed.ATTESTED)
        check_reason(Deed.ATTESTED, hand.reason)
        said = Attestation(item=item, by=hand.actor.id, at=self._now(), evidence=hand.reason)
        place = readiness_of(hand.tenant)
        self._change(place, hand, lambda known: (Deed.ATTESTED, readiness.attested(known, said)))

    def note_test(self, hand: Hand, surface: str, *, passed: bool) -> None:
        """Keep how a trial of a surface ended; whoever runs the service tries it, so no right is asked for."""
        test = SurfaceTest(name=surface, tested_at=self._now(), passed=passed)
        hand = hand._replace(reason=f"{surface} {'passed' if passed else 'did not pass'} its test")
        place = readiness_of(hand.tenant)
        self._change(place, hand, lambda known: (Deed.SURFACE_TESTED, readiness.tested(known, test)))

    def put_runbook(self, hand: Hand, runbook: Runbook) -> None:
        """Keep a runbook for a kind of action."""
        policy, now = self._check(hand, Deed.RUNBOOK_PUT).policy, self._now()
        hand = hand._replace(reason=hand.reason or f"runbook for {runbook.action}, kept by {runbook.owner}")
        place = readiness_of(hand.tenant)
        self._change(place, hand, lambda known: (Deed.RUNBOOK_PUT, readiness.kept(known, policy, runbook, now)))

    # --- stepping down by itself ----------------------------------------------------------------------------------

    def watches(self, tenant: str) -> tuple[Watch, ...]:
        """Return what has to be counted for `step_down`; raises `NoPolicy`."""
        now = self._now()
        stages = self._playbooks.active(tenant, now).policy.stages
        if not stages.demote:
            return ()
        return falling.watches(self.of(tenant).rollout, stages, self._playbooks.active_since(tenant, now), now)

    def step_down(self, tenant: str, happened: Mapping[Watch, Happened]) -> tuple[Fall, ...]:
        """Step down where the policy's triggers are reached, each step by itself, and return what fell."""
        stages = self._playbooks.active(tenant, self._now()).policy.stages
        falls: list[Fall] = []
        while (fall := falling.next_fall(self.of(tenant).rollout, stages, happened)) is not None:
            if not self._stepped_down(tenant, stages, fall, happened):
                break
            falls.append(fall)
        return tuple(falls)

    def _stepped_down(self, tenant: str, stages: Stages, fall: Fall, happened: Mapping[Watch, Happened]) -> bool:
        """Take one step; nothing where somebody else has moved the stage and the trigger is not reached any more."""

        def decide(rollout: Rollout) -> tuple[Deed, Rollout]:
            still = falling.next_fall(rollout, stages, happened) == fall
            after = moving.stepped_down(rollout, stages, fall.action, fall.at) if still else rollout
            return Deed.STEPPED_DOWN, after

        hand = Hand(tenant, SYSTEM, fall.because)
        return self._change(rollout_of(tenant), hand, decide, _moved(stages, fall.trigger))

    # --- what all of them share -----------------------------------------------------------------------------------

    def _check(self, hand: Hand, deed: Deed) -> Playbook:
        """Let the person do it, by the policy in force, which is returned."""
        playbook = self._playbooks.active(hand.tenant, self._now())
        check_person(playbook.directory, hand.actor, deed)
        return playbook

    def _change(
        self,
        place: Place[Document],
        hand: Hand,
        decide: Callable[[Document], tuple[Deed, Document]],
        tell: Callable[[ControlLine, Document, Document], Told] = _untold,
    ) -> bool:
        done = self._desk.change(place, hand, decide, tell)
        if done:
            deed, after = done
            log = _LOG.warning if deed in _LOUD else _LOG.info
            log(deed.value, tenant=place.tenant, actor=hand.actor.id, version=after.version)
        return done is not None

    def _examined(self, rollout: Rollout, action: Action) -> Examined:
        tenant, now = rollout.tenant, self._now()
        facts = replace(self._known(tenant), keys=self._store.vault.keys(tenant))
        policy = self._playbooks.active(tenant, now).policy
        return Examined(policy, rollout, self.readiness(tenant), facts, action, now)

    def _mark(self, hand: Hand) -> Mark:
        return Mark(by=hand.actor.id, at=self._now(), reason=hand.reason)

    def _sign_off(self, hand: Hand, to: Stage) -> SignOff:
        return SignOff(to=to, by=hand.actor.id, at=self._now(), reason=hand.reason)


def _if_killed(document: Switched, seen: int) -> Switched:
    return _as_seen(document, seen) if document.killed else document


def _as_seen(document: Document, seen: int) -> Document:
    if document.version != seen:
        raise ControlMoved
    return document

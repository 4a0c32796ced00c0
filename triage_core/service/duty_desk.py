"""How do people change who is on call and what is held back? With a right, a reason, and never the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.edit import Edit, check_reason
from triage_core.domain.errors import NaiveTime, NotPermitted, TriageError, UnknownName
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.people import Right
from triage_core.domain.rota import Override, Rota, RotaChanged, Summary, Version, shifts, summary
from triage_core.domain.rota.absences import away_by
from triage_core.domain.rota.edits import check_override, check_version
from triage_core.domain.suppression import Suppression, check
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.on_call import OnCall
    from triage_core.domain.playbook import Playbook
    from triage_core.service.duty import Duty
    from triage_core.service.playbooks import Playbooks

_WRITE_ROTAS: Final = (Right.ADMINISTER,)
_SWAP: Final = (Right.ADMINISTER, Right.ESCALATE)
_HOLD_BACK: Final = (Right.ESCALATE, Right.CHANGE_STAGE)


class OverrideNotFound(TriageError):
    """No override of the tenant that runs or is planned has the id."""

    code = "override_not_found"

    def __init__(self) -> None:
        """Say where they are listed."""
        super().__init__("no such override runs or is planned; see them with: triage rota show")


class SuppressionNotFound(TriageError):
    """No suppression of the tenant that runs or is planned has the id."""

    code = "suppression_not_found"

    def __init__(self) -> None:
        """Say where they are listed."""
        super().__init__("no such suppression runs or is planned; see them with: triage suppress list")


class RotaWish(Value, frozen=True, kw_only=True):
    """A rota as it shall be from a moment on; from now on without one."""

    rota: Rota
    reason: str
    effective_from: datetime | None = None
    #: The version that the writer saw last; whichever is the latest where it is not given.
    follows: int | None = None


class SwapWish(Value, frozen=True, kw_only=True):
    """Who shall be on duty in place of others; from now on without a beginning."""

    rota: str
    person: str
    starts_at: datetime | None = None
    ends_at: datetime
    reason: str


class Maintenance(Value, frozen=True, kw_only=True):
    """What shall be held back, for all of the tenant without systems and service lines; from now on without a start."""

    systems: tuple[str, ...] = ()
    service_lines: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime
    reason: str


class DutyDesk:
    """Changes to rotas, overrides and suppressions; whose right it is follows from the active policy."""

    def __init__(self, duty: Duty, playbooks: Playbooks) -> None:
        """Edit what `duty` reads."""
        self._duty, self._book, self._now, self._playbooks = duty, duty.book, duty.now, playbooks

    # --- rotas --------------------------------------------------------------------------------------------------------

    def set_rota(self, tenant: str, wish: RotaWish, actor: Actor) -> Version:
        """Write the next version of a rota; raises `RotaChanged` where somebody else was quicker."""
        now, playbook = self._begin(tenant)
        _check_right(playbook, actor, _WRITE_ROTAS, "change a rota")
        _check_known("rota", [wish.rota.name], playbook.policy.rotas)
        _check_known("person", wish.rota.people, playbook.directory.people)
        latest = len(self._duty.read(tenant).book(wish.rota.name).versions)
        if wish.follows not in {None, latest}:
            raise RotaChanged
        since = _utc(wish.effective_from, now)
        version = Version(
            number=latest + 1, effective_from=since, rota=wish.rota, by=actor.id, at=now, reason=wish.reason
        )
        check_version(version)
        self._book.add_version(tenant, version)
        self._duty.edited(tenant)
        return version

    def ahead(self, tenant: str, rota: str, span: timedelta) -> Summary:
        """Return what the coming time brings: shifts, hand-overs and gaps; whoever is absent leaves a gap."""
        now, playbook = self._begin(tenant)
        book = self._duty.of(tenant).book(rota)
        return summary(book, now, now + span, away_by(playbook.policy))

    def rotas(self, tenant: str) -> tuple[str, ...]:
        """Return the names of all rotas: those that the policy names, then those that are only written."""
        _, playbook = self._begin(tenant)
        return tuple(dict.fromkeys((*playbook.policy.rotas, *sorted(self._duty.of(tenant).books))))

    # --- overrides ----------------------------------------------------------------------------------------------------

    def override(self, tenant: str, wish: SwapWish, actor: Actor) -> Override:
        """Put somebody on duty in place of others; who is on duty all that time needs no right to hand it over."""
        now, playbook = self._begin(tenant)
        swap = Override(
            rota=wish.rota,
            person=wish.person,
            starts_at=_utc(wish.starts_at, now),
            ends_at=_utc(wish.ends_at, now),
            by=actor.id,
            at=now,
            reason=wish.reason,
        )
        check_override(swap)
        if not _hands_over(self._duty.read(tenant), swap, actor):
            _check_right(playbook, actor, _SWAP, "put somebody else on duty")
        _check_known("rota", [wish.rota], playbook.policy.rotas)
        _check_known("person", [wish.person], playbook.directory.people)
        stored = self._book.add_override(tenant, swap)
        self._duty.edited(tenant)
        return stored

    def end_override(self, tenant: str, override_id: int, reason: str, actor: Actor) -> Override:
        """Let an override end now; who made it needs no right to."""
        now, playbook = self._begin(tenant)
        check_reason(reason, "end an override")
        if not any(each.id == override_id and _is(each.by, actor) for each in self._book.overrides(tenant)):
            _check_right(playbook, actor, _SWAP, "end an override")
        if not self._book.end_override(tenant, override_id, Edit(by=actor.id, at=now, reason=reason)):
            raise OverrideNotFound
        self._duty.edited(tenant)
        return next(each for each in self._book.overrides(tenant) if each.id == override_id)

    # --- suppressions -------------------------------------------------------------------------------------------------

    def suppress(self, tenant: str, wish: Maintenance, actor: Actor) -> Suppression:
        """Hold back what maintenance sets off; never what is about security."""
        now, playbook = self._begin(tenant)
        _check_right(playbook, actor, _HOLD_BACK, "hold escalations back")
        for field, names in (("affected_system", wish.systems), ("service_line", wish.service_lines)):
            _check_known(field.replace("_", " "), names, _values(playbook, field))
        suppression = Suppression(
            systems=wish.systems,
            service_lines=wish.service_lines,
            starts_at=_utc(wish.starts_at, now),
            ends_at=_utc(wish.ends_at, now),
            by=actor.id,
            at=now,
            reason=wish.reason,
        )
        check(suppression)
        stored = self._book.add_suppression(tenant, suppression)
        self._duty.edited(tenant)
        return stored

    def end_suppression(self, tenant: str, suppression_id: int, reason: str, actor: Actor) -> Suppression:
        """Let escalations through again from now on."""
        now, playbook = self._begin(tenant)
        _check_right(playbook, actor, _HOLD_BACK, "end a suppression")
        check_reason(reason, "end a suppression")
        if not self._book.end_suppression(tenant, suppression_id, Edit(by=actor.id, at=now, reason=reason)):
            raise SuppressionNotFound
        self._duty.edited(tenant)
        return next(each for each in self._book.suppressions(tenant) if each.id == suppression_id)

    def _begin(self, tenant: str) -> tuple[datetime, Playbook]:
        now = self._now()
        return now, self._playbooks.active(tenant, now)


def _check_right(playbook: Playbook, actor: Actor, rights: Iterable[Right], action: str) -> None:
    directory = playbook.directory
    if not any(directory.may(actor.roles, right) for right in rights):
        holders = {role for right in rights for role in directory.holders(right)}
        raise NotPermitted(action, holders)


def _check_known(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    if not set(names) <= set(known):
        raise UnknownName(kind, known)


def _values(playbook: Playbook, field: str) -> tuple[str, ...]:
    declared = playbook.policy.intake.fields.get(field)
    return tuple(value.value for value in declared.values) if declared else ()


def _is(person: str | None, actor: Actor) -> bool:
    return actor.kind is ActorKind.PERSON and actor.id == person


def _hands_over(on_call: OnCall, swap: Override, actor: Actor) -> bool:
    """Tell whether somebody hands over duty that is all their own."""
    own = shifts(on_call.book(swap.rota), swap.starts_at, swap.ends_at)
    return all(_is(shift.person, actor) for shift in own)


def _utc(at: datetime | None, now: datetime) -> datetime:
    """Return a moment in UTC, or now where none is given; raises `NaiveTime`."""
    if at is not None and at.utcoffset() is None:
        raise NaiveTime("this moment")
    return now if at is None else at.astimezone(UTC)

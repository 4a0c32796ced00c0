"""How is a control changed? Read it, decide, write it with its line of the log; again from the start if it moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from triage_core.control_ports import ControlLine, Guard, Notice
from triage_core.domain.errors import ControlMoved
from triage_core.domain.model import Actor
from triage_core.domain.rollout.readiness import Readiness
from triage_core.domain.rollout.rights import Deed
from triage_core.domain.rollout.state import Adoption, KillSwitch, Rollout

if TYPE_CHECKING:
    from triage_core.control_ports import Controls

Document = TypeVar("Document", Rollout, Readiness, KillSwitch, Adoption)

#: The tenant of what holds for all tenants.
EVERYWHERE: Final = "*"
#: A change is tried so often; nobody moves a control many times a second.
_ATTEMPTS: Final = 20


class Hand(NamedTuple):
    """Who changes something, in which tenant, and why."""

    tenant: str
    actor: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place(Generic[Document]):
    """Which control, and what it says as long as nobody has written it."""

    tenant: str
    name: str
    blank: Document

    def guard(self, document: Document) -> Guard:
        """Return what a decision that rests on this document is saved with."""
        return Guard(tenant=self.tenant, name=self.name, version=document.version)


def rollout_of(tenant: str) -> Place[Rollout]:
    """Name a tenant's rollout."""
    return Place(tenant, "rollout", Rollout(tenant=tenant))


def readiness_of(tenant: str) -> Place[Readiness]:
    """Name what a tenant's people have said and kept."""
    return Place(tenant, "readiness", Readiness())


def adoption_of(tenant: str) -> Place[Adoption]:
    """Name which policy a tenant adopted last."""
    return Place(tenant, "adoption", Adoption())


#: No tenant has a control of this name.
SWITCH: Final = Place(EVERYWHERE, "kill_switch", KillSwitch())


def read_control(controls: Controls, place: Place[Document]) -> Document:
    """Return what a control of a store says."""
    stored = controls.control(place.tenant, place.name)
    if not stored.document:
        return replace(place.blank, version=stored.version)
    return replace(msgspec.json.decode(stored.document, type=type(place.blank)), version=stored.version)


def _untold(*_change: object) -> tuple[Notice, ...]:
    return ()


class ControlDesk:
    """Controls as values."""

    def __init__(self, controls: Controls, now: Callable[[], datetime]) -> None:
        """Keep controls in a store."""
        self._controls, self._now = controls, now

    def read(self, place: Place[Document]) -> Document:
        """Return what a control says."""
        return read_control(self._controls, place)

    def change(
        self,
        place: Place[Document],
        hand: Hand,
        decide: Callable[[Document], tuple[Deed, Document]],
        tell: Callable[[ControlLine, Document, Document], tuple[Notice, ...]] = _untold,
    ) -> tuple[Deed, Document] | None:
        """Decide on what stands and write it; a decision that changes nothing leaves no line and returns nothing.

        What the change tells to the outside is written with it.
        """
        for _ in range(_ATTEMPTS):
            before = self.read(place)
            deed, after = decide(before)
            if after == before:
                return None
            after = replace(after, version=before.version + 1)
            try:
                line = self._line(place, hand, deed, (before, after))
                self._controls.put_control(line, tell(line, before, after))
            except ControlMoved:
                continue
            return deed, after
        raise ControlMoved

    def _line(self, place: Place[Document], hand: Hand, deed: Deed, told: tuple[Document, Document]) -> ControlLine:
        before, after = (msgspec.json.encode(document).decode() for document in told)
        return ControlLine(
            tenant=place.tenant,
            name=place.name,
            version=told[1].version,
            at=self._now(),
            actor_kind=hand.actor.kind,
            actor=hand.actor.id,
            what=deed.value,
            reason=hand.reason,
            before=before,
            after=after,
        )

"""Who decides in whose place, and how is that changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from triage_core.control_ports import ControlLine
from triage_core.domain.errors import ControlMoved
from triage_core.domain.gating import standing_in
from triage_core.domain.gating.standing_in import DelegationNotFound
from triage_core.domain.gating.state import Delegation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.control_ports import Controls
    from triage_core.domain.model import Actor
    from triage_core.service.playbooks import Playbooks

_NAME: Final = "delegations"
_ATTEMPTS: Final = 20
_DECODER: Final = msgspec.json.Decoder(tuple[Delegation, ...])


class Delegations:
    """The delegations of all tenants; none is ever taken away, one that ends keeps the moment it ended."""

    def __init__(self, controls: Controls, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Keep them in a store, under the policy in force."""
        self._controls, self._playbooks, self._now = controls, playbooks, now

    def of(self, tenant: str) -> tuple[Delegation, ...]:
        """Return a tenant's delegations, the oldest first."""
        document = self._controls.control(tenant, _NAME).document
        return _DECODER.decode(document) if document else ()

    def add(self, tenant: str, wish: Delegation, actor: Actor) -> Delegation:
        """Let somebody decide in somebody's place for a while."""
        standing_in.check(self._playbooks.active(tenant, self._now()), wish, actor, self._now())

        def added(known: tuple[Delegation, ...]) -> tuple[Delegation, ...]:
            return (*known, replace(wish, id=f"d{len(known) + 1}", by=actor.id))

        return self._change(tenant, actor, ("delegated", wish.reason), added)[-1]

    def end(self, tenant: str, delegation_id: str, reason: str, actor: Actor) -> Delegation:
        """End a delegation now; whoever may make it may end it."""
        now, book = self._now(), self._playbooks.active(tenant, self._now())

        def over(known: tuple[Delegation, ...]) -> tuple[Delegation, ...]:
            found = next((each for each in known if each.id == delegation_id and each.ends_at > now), None)
            if found is None:
                raise DelegationNotFound
            standing_in.check(book, replace(found, reason=reason), actor, now)
            return tuple(replace(each, ends_at=max(now, each.starts_at)) if each is found else each for each in known)

        after = self._change(tenant, actor, ("delegation_ended", reason), over)
        return next(each for each in after if each.id == delegation_id)

    def _change(
        self,
        tenant: str,
        actor: Actor,
        why: tuple[str, str],
        decide: Callable[[tuple[Delegation, ...]], tuple[Delegation, ...]],
    ) -> tuple[Delegation, ...]:
        for _ in range(_ATTEMPTS):
            stored = self._controls.control(tenant, _NAME)
            after = decide(_DECODER.decode(stored.document) if stored.document else ())
            line = ControlLine(
                tenant=tenant,
                name=_NAME,
                version=stored.version + 1,
                at=self._now(),
                actor_kind=actor.kind,
                actor=actor.id,
                what=why[0],
                reason=why[1],
                before=stored.document,
                after=msgspec.json.encode(after).decode(),
            )
            try:
                self._controls.put_control(line)
            except ControlMoved:
                continue
            return after
        raise ControlMoved

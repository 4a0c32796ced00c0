"""What happens when a person presses a button on another surface, and what are they told?

Only one thing can be done so: taking an escalation over. It is the named person's act like any other. Everything else,
a decision about a text above all, is done on its page.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain import chain
from triage_core.domain.errors import TriageError
from triage_core.domain.escalating.errors import EscalationNotFound
from triage_core.domain.policy.people import Right
from triage_core.domain.value import Value
from triage_core.domain.zones import written, zone_of
from triage_core.service import action_tokens
from triage_core.service.action_tokens import ActionTokenExpired, ActionTokenInvalid
from triage_core.service.escalations import Escalations
from triage_core.service.repeating import Once, done_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Ticket
    from triage_core.service.access import Caller
    from triage_core.service.triage import Triage

#: The one action that a button may carry out.
ACKNOWLEDGE: Final = "acknowledge_escalation"
_PAGES: Final = "/escalations"
_GUEST: Final = "Only people of the desk's own workspace can do this here. Sign in on the page:"


class Pressed(Value, frozen=True, kw_only=True):
    """A button that somebody pressed."""

    #: The tenants that the surface may speak for; what the button carries says which one is meant.
    tenants: tuple[str, ...]
    #: The person as the surface knows them.
    user: str
    action: str
    value: str = ""
    #: The person belongs to another workspace, which nobody here vouches for.
    is_guest: bool = False
    #: Where the surface takes what the person is told; it is a secret of that press.
    answer_to: str = ""

    def __repr__(self) -> str:
        """Show nothing that only the surface should know."""
        return f"Pressed(action={self.action!r})"


class Door(Protocol):
    """Knows who presses buttons on a surface."""

    def pressed(self, headers: Mapping[str, str], body: bytes) -> Pressed:
        """Return what was pressed; raises `Unauthenticated`, and a refusal of what cannot be read."""

    def caller(self, tenant: str, user: str) -> Caller | None:
        """Return the person of the roster whom a user stands for."""

    def tell(self, pressed: Pressed, text: str) -> bool:
        """Tell the person what came of a press, and whether the surface took it."""


class Interactions:
    """What buttons do, over the use cases."""

    def __init__(self, triage: Triage, door: Door, address: str) -> None:
        """Act through the tickets' own way; the address is where the pages are."""
        self._triage, self._door, self._address = triage, door, address

    def answer(self, pressed: Pressed, request: bytes) -> str:
        """Do what was asked for, once for each request, and say what came of it."""
        if pressed.is_guest:
            return f"{_GUEST} {self._address}{_PAGES}"
        if pressed.action != ACKNOWLEDGE:
            return f"This is done on its page: {self._address}{_PAGES}"
        try:
            tenant, escalation_id = self._meant(pressed)
        except ActionTokenInvalid as error:
            return f"{_sentence(error)} {self._address}{_PAGES}"
        caller = self._door.caller(tenant, pressed.user)
        if caller is None:
            return f"{self._who_may(tenant)} {self._page(escalation_id)}"
        try:
            return self._acknowledged(caller, escalation_id, self._once(tenant, request))
        except TriageError as error:
            return f"{_sentence(error)} {self._page(escalation_id)}"

    def _meant(self, pressed: Pressed) -> tuple[str, str]:
        """Return tenant and escalation that the button names; raises `ActionTokenInvalid`."""
        refusal: ActionTokenInvalid = ActionTokenInvalid()
        for tenant in pressed.tenants:
            key = self._triage.store.digest_key(tenant)
            try:
                return tenant, action_tokens.read(key, tenant, pressed.value, self._triage.now())
            except ActionTokenExpired as error:
                refusal = error
            except ActionTokenInvalid:
                continue
        raise refusal

    def _once(self, tenant: str, request: bytes) -> Once:
        """Return what makes a request that is sent again have no second effect: its own bytes."""
        fingerprint = chain.digest(self._triage.store.digest_key(tenant), sha256(request).hexdigest())
        return Once(key=f"button:{fingerprint}", digest=fingerprint)

    def _acknowledged(self, caller: Caller, escalation_id: str, once: Once) -> str:
        tenant, actor, acting = caller.tenant, caller.actor, self._triage.under(once)
        use = Escalations(acting)
        try:
            done = done_once(acting, tenant, once, lambda: use.acknowledge(tenant, escalation_id, actor))
        except EscalationNotFound:
            raise
        except TriageError:
            # A press that was refused is used up too: what changes afterwards must not let it through.
            acting.act(tenant, use.ticket(tenant, escalation_id).id, actor, _nothing)
            raise
        return self._told(caller, done.ticket, self._page(escalation_id))

    def _told(self, caller: Caller, ticket: Ticket, page: str) -> str:
        escalation = ticket.escalation
        if escalation is None or escalation.holder != caller.actor.id or escalation.checkpoint_at is None:
            return f"This press was answered before. {page}"
        now = self._triage.now()
        zone = zone_of(self._triage.playbooks.active(caller.tenant, now).policy, caller.actor.id)
        return f"Acknowledged by {caller.name} until {written(escalation.checkpoint_at, now, zone)}. {page}"

    def _who_may(self, tenant: str) -> str:
        directory = self._triage.playbooks.active(tenant, self._triage.now()).directory
        roles = ", ".join(directory.holders(Right.ACKNOWLEDGE)) or "none"
        may = f"Whoever was called may take it over, and the roles: {roles}."
        return f"You are not on the roster of this desk. {may} Ask an administrator, or sign in on the page:"

    def _page(self, escalation_id: str) -> str:
        return f"{self._address}{_PAGES}/{escalation_id}"


def _nothing(*_: object) -> list[Step]:
    return []


def _sentence(error: TriageError) -> str:
    told = str(error)
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."

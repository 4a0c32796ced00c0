"""Which hooks do tests register, and how does a desk deliver its events to them?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.sample_desk import TENANT, SampleDesk
from triage_core.adapters.webhooks import WebhookSender
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.receivers import Receivers
from triage_core.service.access import Caller
from triage_core.service.delivering import Courier, Delivered
from triage_core.service.hooks import HookRegister

if TYPE_CHECKING:
    from tests.standins.receiver import Receiver
    from triage_core.ports import Store

HERE = Receivers(hosts=(), allow_loopback=True)
TIME_LIMIT = timedelta(seconds=0.5)


def caller(platform: str | None = "zapier", tenant: str = TENANT, **changes: Any) -> Caller:
    """Return somebody who may register hooks."""
    base: dict[str, Any] = {
        "tenant": tenant,
        "name": "Zaps",
        "scopes": frozenset({"hooks:write"}),
        "actor": Actor(kind=ActorKind.PLATFORM, id=f"platform:{platform}:k1"),
        "platform": platform,
    }
    return Caller(**{**base, **changes})


class HookedDesk(SampleDesk):
    """A desk that tells receivers on this machine what happens."""

    def __init__(self, store: Store | None = None, receivers: Receivers = HERE) -> None:
        """Open for work."""
        super().__init__(store)
        self.hooks = HookRegister(self.store, receivers, lambda: self.now)
        self.courier = Courier(self.store, WebhookSender(receivers, TIME_LIMIT), lambda: self.now)

    def hook(self, receiver: Receiver, event_type: str = "ticket.triaged", tenant: str = TENANT) -> str:
        """Register a receiver and return the id of its hook."""
        return self.hooks.create(caller(tenant=tenant), receiver.url, event_type).id

    def deliver(self, after: timedelta = timedelta()) -> Delivered:
        """Let time pass, then deliver what is due."""
        self.passes(after)
        return self.courier.round()

    def deliver_all(self, step: timedelta = timedelta(hours=13), rounds: int = 40) -> Delivered:
        """Deliver until nothing more happens, with enough time between the rounds for every wait."""
        done = self.deliver()
        for _ in range(rounds):
            done += self.deliver(step)
        return done

"""What is let go of once its time is over?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from triage_core.domain.value import Value
from triage_core.hook_ports import Deliveries
from triage_core.ports import Forgetting
from triage_core.send_ports import HasSends
from triage_core.service.repeating import KEPT_FOR

if TYPE_CHECKING:
    from datetime import datetime


class Kept(Forgetting, Deliveries, HasSends, Protocol):
    """What a store keeps for a while."""


class Cleaned(Value, frozen=True, kw_only=True):
    """What a clean-up removed."""

    answers: int
    #: Messages and deliveries on which nothing is left to do.
    deliveries: int
    #: What was sent directly, or was not, and whose end was told.
    sends: int


def clean(store: Kept, now: datetime) -> Cleaned:
    """Remove what was kept long enough; nothing of a ticket or its timeline is among it."""
    before = now - KEPT_FOR
    return Cleaned(
        answers=store.forget_answers(before),
        deliveries=store.forget(before),
        sends=store.sends.forget(before),
    )

"""What is let go of once its time is over?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.model import Value
from triage_core.service.repeating import KEPT_FOR

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.ports import Forgetting


class Cleaned(Value, frozen=True, kw_only=True):
    """What a clean-up removed."""

    answers: int


def clean(store: Forgetting, now: datetime) -> Cleaned:
    """Remove what was kept long enough; nothing of a ticket or its timeline is among it."""
    return Cleaned(answers=store.forget_answers(now - KEPT_FOR))

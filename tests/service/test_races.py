"""What happens to an action when somebody else changes the ticket in between?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_desk import SampleDesk
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.happening import Happened
from triage_core.domain.model import State
from triage_core.ports import Change


class RacingStore(MemoryStore):
    """A store in which somebody else is quicker a few times."""

    losses = 0
    rival: Any = None

    def save(self, *changes: Change) -> None:
        """Let the rival write first."""
        if self.losses:
            self.losses -= 1
            losses, self.losses = self.losses, 0
            self.rival()
            self.losses = losses
        super().save(*changes)


class TestRaces:
    def race(self, losses: int) -> tuple[SampleDesk, RacingStore]:
        store = RacingStore()
        desk = SampleDesk(store)
        desk.submit()
        store.rival = lambda: desk.record(Happened.NOTE_ADDED)
        store.losses = losses
        return desk, store

    def test_an_action_is_repeated_on_what_somebody_else_changed_in_between(self) -> None:
        desk, _ = self.race(3)
        assert desk.record(Happened.RESOLVED).state is State.RESOLVED
        assert desk.kinds()[3:] == [Kind.NOTE_ADDED] * 3 + [Kind.RESOLVED]

    def test_after_some_attempts_the_caller_is_asked_to_try_again(self) -> None:
        desk, _ = self.race(99)
        with pytest.raises(StaleTicket, match="read it again"):
            desk.record(Happened.RESOLVED)

    def test_an_event_that_somebody_else_recorded_in_between_has_no_second_effect(self) -> None:
        desk, store = self.race(1)
        store.rival = lambda: desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e1")
        desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e1")
        assert desk.kinds()[3:] == [Kind.CUSTOMER_REPLIED]

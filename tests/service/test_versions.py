"""Does each version of a source ticket have its effect once?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_cases import AGENT
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.domain.happening import Happened
from triage_core.domain.model import State


@pytest.fixture
def desk() -> SampleDesk:
    """A desk where nothing has happened."""
    return SampleDesk()


def snapshot(desk: SampleDesk, ticket_id: str = "t1") -> tuple[Any, ...]:
    """Return everything that is stored about a ticket."""
    store = desk.store
    return (
        store.ticket(TENANT, ticket_id),
        store.timeline(TENANT, ticket_id),
        store.texts(TENANT, ticket_id),
        store.messages(TENANT, ticket_id),
    )


class TestVersions:
    def test_a_newer_version_of_a_source_ticket_updates_it_once(self, desk: SampleDesk) -> None:
        desk.submit()
        newer = desk.submit(source_version="2", body="outage everywhere")
        assert (newer.ticket_id, newer.replayed, desk.read().class_name) == ("t1", False, "P1")
        assert desk.triage.text(TENANT, "t1") == "printer\noutage everywhere"
        before = snapshot(desk)
        assert desk.submit(source_version="2", body="outage everywhere").replayed
        assert snapshot(desk) == before

    def test_a_version_without_other_words_keeps_the_text_as_it_is(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.submit(source_version="2", intake={**COMPLETE, "impact": "high"})
        assert [text.kind for text in desk.store.texts(TENANT, "t1")].count("body") == 1

    def test_an_older_version_that_arrives_again_changes_nothing(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.submit(source_version="2", body="outage")
        before = snapshot(desk)
        assert desk.submit().replayed
        assert snapshot(desk) == before

    def test_versions_out_of_order_end_at_the_newest(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.submit(source_version="3", body="the newest words", severity="sev2")
        late = desk.submit(source_version="2", body="outage", intake={**COMPLETE, "impact": "high"})
        ticket = desk.read()
        assert (late.replayed, ticket.source_version, ticket.severity) == (False, "3", "sev2")
        assert ticket.intake["impact"] == "medium"
        assert desk.triage.text(TENANT, "t1") == "printer\nthe newest words"
        assert desk.entries()[-1].facts == {"superseded": True}
        before = snapshot(desk)
        assert desk.submit(source_version="2", body="outage").replayed
        assert snapshot(desk) == before

    def test_a_ticket_that_is_over_keeps_its_words(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.record(Happened.VOIDED, reason="test")
        desk.submit(source_version="2", body="outage")
        assert desk.read().state is State.VOID
        assert desk.triage.text(TENANT, "t1") == "printer\ndoes not print"

    @pytest.mark.parametrize("name", ["version 2", "\u0001version 2"])
    def test_an_event_of_a_caller_never_stands_for_a_version(self, desk: SampleDesk, name: str) -> None:
        desk.submit()
        desk.record(Happened.NOTE_ADDED, source_event_id=name)
        assert not desk.submit(source_version="2", body="outage").replayed
        assert desk.read().class_name == "P1"
        before = snapshot(desk)
        desk.record(Happened.NOTE_ADDED, source_event_id=name)
        assert snapshot(desk) == before

    def test_a_completed_ticket_keeps_the_values_as_given(self, desk: SampleDesk) -> None:
        desk.submit(intake={})
        desk.triage.complete(TENANT, "t1", COMPLETE, AGENT)
        kept = [text.content for text in desk.store.texts(TENANT, "t1") if text.kind == "given"]
        assert len(kept) == 1
        assert '"impact":"medium"' in kept[0]

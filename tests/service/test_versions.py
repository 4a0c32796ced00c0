"""Does each version of a source ticket have its effect once?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE


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

"""Is every event described, and does its sample look like what is sent?"""

from __future__ import annotations

import json

import pytest

from triage_core.contract.event_rows import EVENTS, sample_event
from triage_core.contract.events import Event, EventType
from triage_core.contract.shape import shapes_of


def test_every_kind_of_event_is_described() -> None:
    assert list(EVENTS) == list(EventType)


@pytest.mark.parametrize("event", EventType)
def test_a_sample_is_an_event_of_its_own_kind(event: EventType) -> None:
    sample = sample_event(event)
    assert Event.model_validate_json(json.dumps(sample)).type is event
    assert [name for name, value in sample.items() if value is None and name not in EVENTS[event].like] == [
        shape.name for shape in shapes_of(Event) if shape.name not in EVENTS[event].fills
    ]


@pytest.mark.parametrize("event", EventType)
def test_an_event_is_told_in_words_that_every_platform_accepts(event: EventType) -> None:
    row = EVENTS[event]
    assert row.description.startswith("Triggers when ")
    assert row.description.endswith(".")
    assert row.title == row.title.strip()


def test_no_event_has_a_field_for_words_of_the_customer() -> None:
    assert {"subject", "body", "text", "customer", "requester", "explanation", "note"}.isdisjoint(
        shape.name for shape in shapes_of(Event)
    )

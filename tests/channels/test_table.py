"""Does every channel turn its payloads into the one ticket, once, and survive everything else?"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channel_samples import CHANNELS as FOLDER
from tests.channel_samples import SETTINGS_OF, read, samples, submitted, told
from tests.sample_desk import SampleDesk
from triage_core.channels import CHANNELS, ChannelSettings, Normalised, normalise
from triage_core.channels.refusals import ChannelUnknown, MappingMissing, PayloadTooLarge
from triage_core.domain.errors import TriageError
from triage_core.domain.model import SYSTEM

SAMPLES = samples()
BARE = ChannelSettings(tenant="acme")
NAMES = st.sampled_from(sorted(CHANNELS))
FEWER = settings(max_examples=max(settings().max_examples // 2, 20))
KEYS = st.sampled_from((
    "id", "subject", "body", "text", "turns", "messages", "alerts", "groupKey", "labels", "startsAt", "status",
    "ticket", "detail", "event", "type", "payload", "parts", "headers", "name", "value", "from", "in_reply_to",
    "data", "essentials", "alertId", "result", "number", "impact", "fields",
))  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)


def survives(channel: str, payload: bytes) -> Normalised | None:
    """Normalise anything; only expected failures may come out, and what comes out can be stored."""
    try:
        found = told(channel, payload)
    except TriageError:
        return None
    if found.submission is not None:
        desk = SampleDesk()
        ticket_id = desk.triage.submit(found.submission, SYSTEM).ticket_id
        texts = {text.kind: text.content for text in desk.store.texts("acme", ticket_id)}
        assert (texts["subject"], texts["body"]) == (found.submission.subject, found.submission.body)
    return found


def test_every_channel_has_samples_and_says_what_they_are() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == set(CHANNELS)
    assert all((FOLDER / name / "README.md").is_file() for name in folders)


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_every_sample_is_a_ticket_an_event_or_ignored_for_a_reason(place: str) -> None:
    found = survives(place.partition("/")[0], SAMPLES[place])
    assert found is not None
    assert found.submission or found.events or found.ignored


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_the_same_payload_twice_is_one_ticket_with_the_same_events(place: str) -> None:
    desk, channel = SampleDesk(), place.partition("/")[0]
    first, again = (told(channel, SAMPLES[place]) for _ in range(2))
    assert first == again
    if first.submission and again.submission:
        answer = desk.triage.submit(first.submission, SYSTEM)
        repeated = desk.triage.submit(again.submission, SYSTEM)
        assert (repeated.ticket_id, repeated.replayed) == (answer.ticket_id, True)


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_the_original_is_kept_by_the_hash_of_its_exact_bytes(place: str) -> None:
    found = told(place.partition("/")[0], SAMPLES[place])
    assert found.original_digest == sha256(SAMPLES[place]).hexdigest()
    assert found.channel == place.partition("/")[0]


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_every_event_has_an_id_and_belongs_to_a_ticket(place: str) -> None:
    found = told(place.partition("/")[0], SAMPLES[place])
    assert all(event.source_event_id for event in found.events)
    assert bool(found.events) is (found.about is not None)
    assert (found.event is None) is (not found.events)


def test_one_mail_through_two_mailboxes_is_one_ticket() -> None:
    mail = b"From: mara@customer.example\nMessage-ID: <AM0PR01MB5555.eurprd01.prod.example.com>\n\nHello"
    one, other = submitted(read("outlook/html.json")), submitted(told("email", mail))
    assert (one.source, one.source_id) == (other.source, other.source_id)


def test_an_unknown_channel_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(ChannelUnknown, match=r"known: alertmanager, .*zendesk_webhook"):
        normalise("fax", b"", BARE)


def test_a_payload_above_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(PayloadTooLarge, match="10 bytes"):
        told("email", b"x" * 11, max_bytes=10)


@pytest.mark.parametrize("channel", ["csv", "jsonl"])
def test_rows_need_a_mapping_of_their_form(channel: str) -> None:
    with pytest.raises(MappingMissing):
        normalise(channel, b"a,b\n1,2\n", BARE)
    other = SETTINGS_OF["jsonl" if channel == "csv" else "csv"]
    with pytest.raises(MappingMissing):
        normalise(channel, b"a,b\n1,2\n", other)


@pytest.mark.parametrize("channel", sorted(set(CHANNELS) - {"email"}))
def test_an_error_says_what_is_expected_and_repeats_nothing(channel: str) -> None:
    with pytest.raises(TriageError, match="expected") as refused:
        told(channel, {"secret-key": "planted-value"})
    assert "planted" not in str(refused.value)


@given(NAMES, st.binary(max_size=300))
def test_no_bytes_make_a_channel_fail(channel: str, payload: bytes) -> None:
    survives(channel, payload)


@given(NAMES, TREES)
def test_no_json_makes_a_channel_fail(channel: str, tree: Any) -> None:
    survives(channel, json.dumps(tree).encode())


@FEWER
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_no_damage_to_a_sample_makes_its_channel_fail(place: str, chance: st.DataObject) -> None:
    payload = SAMPLES[place]
    start = chance.draw(st.integers(0, len(payload)))
    end = chance.draw(st.integers(start, min(len(payload), start + 40)))
    survives(place.partition("/")[0], payload[:start] + chance.draw(st.binary(max_size=40)) + payload[end:])


@FEWER
@given(st.sampled_from(sorted(name for name in SAMPLES if name.endswith(".json"))), TREES, st.data())
def test_no_other_value_in_a_sample_makes_its_channel_fail(place: str, tree: Any, chance: st.DataObject) -> None:
    document = json.loads(SAMPLES[place])
    holder: Any = document
    while True:
        key = chance.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or chance.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = tree
    survives(place.partition("/")[0], json.dumps(document).encode())


@pytest.mark.campaign
@given(NAMES, st.binary(max_size=3_000))
def test_no_long_bytes_make_a_channel_fail(channel: str, payload: bytes) -> None:
    survives(channel, payload)


@given(st.text(max_size=60))
def test_a_text_is_kept_exactly(text: str) -> None:
    found = submitted(told("web_form", {"id": "1", "subject": "s", "message": f"a{text}"}))
    assert found.body == f"a{text}"

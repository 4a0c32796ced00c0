"""Are moments, spans and lists said as people say them?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage_core.domain.drafting.voices import ENGLISH, FIGURES, GERMAN, Voice, listed, moment, span, voice_of

BERLIN = ZoneInfo("Europe/Berlin")
WINTER = datetime(2026, 3, 2, 8, 5, 59, tzinfo=UTC)
SUMMER = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("voice", "at", "zone", "said"),
    [
        (ENGLISH, WINTER, BERLIN, "Monday, 2 March 2026, 09:05 (CET)"),
        (ENGLISH, SUMMER, BERLIN, "Wednesday, 15 July 2026, 00:30 (CEST)"),
        (GERMAN, WINTER, BERLIN, "Montag, 2. März 2026, 09:05 Uhr (MEZ)"),
        (GERMAN, SUMMER, BERLIN, "Mittwoch, 15. Juli 2026, 00:30 Uhr (MESZ)"),
        (GERMAN, WINTER, ZoneInfo("UTC"), "Montag, 2. März 2026, 08:05 Uhr (UTC)"),
        (FIGURES, WINTER, BERLIN, "2026-03-02 09:05 (CET)"),
        (ENGLISH, WINTER, ZoneInfo("America/Sao_Paulo"), "Monday, 2 March 2026, 05:05 (UTC-03:00)"),
        (ENGLISH, WINTER, ZoneInfo("Asia/Kathmandu"), "Monday, 2 March 2026, 13:50 (UTC+05:45)"),
    ],
)
def test_a_moment_is_told_in_its_zone_with_its_name(voice: Voice, at: datetime, zone: ZoneInfo, said: str) -> None:
    assert moment(voice, at, zone) == said


@pytest.mark.parametrize(
    ("time", "english", "german"),
    [
        (timedelta(hours=4), "4 hours", "4 Stunden"),
        (timedelta(hours=1), "60 minutes", "60 Minuten"),
        (timedelta(minutes=90), "90 minutes", "90 Minuten"),
        (timedelta(minutes=30), "30 minutes", "30 Minuten"),
        (timedelta(minutes=1), "60 seconds", "60 Sekunden"),
        (timedelta(days=2), "48 hours", "48 Stunden"),
    ],
)
def test_a_span_can_follow_every(time: timedelta, english: str, german: str) -> None:
    assert (span(ENGLISH, time), span(GERMAN, time)) == (english, german)


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_ends_with_a_word(items: list[str], said: str) -> None:
    assert listed(items, ENGLISH.both) == said


def test_a_region_speaks_its_language_and_others_speak_in_figures() -> None:
    assert (voice_of("de-AT"), voice_of("en-GB"), voice_of("fr")) == (GERMAN, ENGLISH, FIGURES)


def test_both_languages_have_a_word_for_the_same_things() -> None:
    assert ENGLISH.events.keys() == GERMAN.events.keys()
    assert ENGLISH.expected.keys() == GERMAN.expected.keys()

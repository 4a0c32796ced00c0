"""Is every value the same after it was a column?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from triage_core.adapters.sql.encoding import EPOCH, escape, micros, moment, unescape

ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x00\x10\ud800\udfff0a")))


@given(ANY_TEXT)
@example("\x10")
@example("\x100010")
@example("\ud83d\ude92")
def test_escaping_is_reversible(text: str) -> None:
    assert unescape(escape(text)) == text


@given(ANY_TEXT)
def test_an_escaped_text_is_one_every_database_takes(text: str) -> None:
    assert "\x00" not in escape(text)
    escape(text).encode()


@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_stay_different(one: str, two: str) -> None:
    assert (escape(one) == escape(two)) == (one == two)


def test_an_ordinary_text_stays_readable() -> None:
    assert escape("C:\\temp\ttab\nline — 🚒 naïve") == "C:\\temp\ttab\nline — 🚒 naïve"


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone.min])))
def test_a_moment_keeps_its_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_microseconds_count_from_1970() -> None:
    assert micros(EPOCH) == 0
    assert micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1

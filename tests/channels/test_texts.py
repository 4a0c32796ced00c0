"""Are doubtful bytes, markup, quotes and times read for what they say?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.channels.charsets import decoded, storable
from triage_core.channels.document import Document, parse, scalar, text_of, value_of
from triage_core.channels.markup import text_of as shown
from triage_core.channels.moments import from_iso, from_mail, from_pattern, from_seconds
from triage_core.channels.normalised import headline, identity
from triage_core.channels.quoting import latest
from triage_core.channels.refusals import PayloadIncomplete


def newest(text: str) -> str | None:
    """Return the newest part of a text."""
    span = latest(text)
    return text[span.start : span.end] if span else None


class TestCharsets:
    @given(st.binary(max_size=80), st.sampled_from(["", "utf-8", "latin-1", "utf-7", "cp037", "idna", "nonsense"]))
    def test_any_bytes_become_a_text_that_can_be_stored(self, raw: bytes, charset: str) -> None:
        decoded(raw, charset).encode()

    @given(st.text(max_size=40))
    def test_utf_8_is_never_mistaken(self, text: str) -> None:
        assert decoded(text.encode()) == text

    def test_halves_of_characters_are_joined_or_replaced(self) -> None:
        assert storable("a\ud83d\ude00b\ud800c") == "a😀b\ufffdc"

    @given(st.text(max_size=20))
    def test_what_can_be_stored_stays(self, text: str) -> None:
        assert storable(text) == text


class TestMarkup:
    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("plain", "plain"),
            ("<p>a</p><p>b</p>", "a\n\nb"),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<ul><li>a<li>b</ul>", "a\nb"),
            ("<td>a</td><td>b</td>", "a b"),
            ("a &lt;b&gt; &eacute; &#128512;", "a <b> é 😀"),
            ("<script>x</script>a<style>y</style>", "a"),
            ("<style>y</style >a", "a"),
            ("a<!-- x --> b <!-- y", "a b y"),
            ("a < b and c > d", "a < b and c > d"),
            ("<script>never closed", "never closed"),
            ("<head><title>t</title></head>a", "a"),
            ("<!doctype html><?xml?>a", "a"),
            ("<b>bo</b>ld", "bold"),
            ("", ""),
        ],
    )
    def test_the_words_that_are_shown_remain(self, markup: str, text: str) -> None:
        assert shown(markup) == text

    @given(st.text(alphabet="<>!-/ab \"'&;scriptyle", max_size=80))
    def test_any_markup_is_read(self, markup: str) -> None:
        assert len(shown(markup)) <= len(markup)

    @given(st.lists(st.sampled_from(["wire", "fraud", "down"]), min_size=1, max_size=5))
    def test_words_between_tags_are_never_lost(self, words: list[str]) -> None:
        assert shown("".join(f"<div><b>{word}</b></div>" for word in words)).split() == words


class TestQuoting:
    @pytest.mark.parametrize(
        "quote",
        [
            "> old",
            "On Mon, Mar 2, 2026 at 9:00 AM Help <help@example.com> wrote:\n> old",
            "On Mon, Mar 2, 2026 at 9:00 AM Help\n<help@example.com> wrote:\n> old",
            "Am Mo., 2. März 2026 um 09:00 Uhr schrieb Help:\n> old",
            "Le lun. 2 mars 2026 à 09:00, Help a écrit :\n> old",
            "-----Original Message-----\nFrom: Help\nold",
            "----- Ursprüngliche Nachricht -----\nold",
            "________________________________\nFrom: Help\nold",
            "From: Help <help@example.com>\nSent: Monday\nold",
            "Von: Help\nGesendet: Montag\nold",
            "*From:* Help\n*Date:* Monday\nold",
            "##- Please type your reply above this line -##\nold",
        ],
    )
    def test_the_part_above_a_quote_is_the_newest(self, quote: str) -> None:
        assert newest(f"\nNew words\nof two lines \n\n{quote}") == "New words\nof two lines"

    @pytest.mark.parametrize(
        "text",
        ["All one part", "", "From: the start nothing works\nAnd more", "On it goes:", "> only a quote", "a -> b"],
    )
    def test_a_text_without_a_part_above_a_quote_has_none(self, text: str) -> None:
        assert newest(text) is None

    @given(st.text(alphabet="a >\nFrom:Sent-_On wrote", max_size=80))
    def test_a_span_lies_inside_the_text_and_holds_words(self, text: str) -> None:
        span = latest(text)
        assert span is None or (0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip())


class TestMoments:
    @pytest.mark.parametrize(
        "text", ["2026-03-02T08:15:00Z", "2026-03-02 08:15:00", "2026-03-02T09:15:00+01:00", " 2026-03-02T08:15Z "]
    )
    def test_iso_times_are_read(self, text: str) -> None:
        assert from_iso(text) == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)

    def test_a_time_without_offset_is_one_of_the_zone(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        assert from_iso("2026-03-02 09:15", berlin) == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
        assert from_pattern("02/03/2026 09:15", "%d/%m/%Y %H:%M", berlin) == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text", ["", "20260302", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "soon", "1e9"]
    )
    def test_what_cannot_be_meant_is_no_time(self, text: str) -> None:
        assert from_iso(text) is None

    @given(st.text(max_size=40))
    def test_any_text_is_a_time_or_none(self, text: str) -> None:
        for found in (from_iso(text), from_mail(text), from_pattern(text, "%d %b %Y", UTC)):
            assert found is None or found.tzinfo is UTC

    @pytest.mark.parametrize("text", ["99999999 Jan 2026 0:0:0 +9999", "1 Jan 99999 00:00:00", "Mon, 2 Mar 2026 09:00"])
    def test_any_date_of_a_mail_is_read_or_none(self, text: str) -> None:
        found = from_mail(text)
        assert found is None or found.year == 2026

    @given(st.floats())
    def test_any_number_of_seconds_is_a_time_or_none(self, seconds: float) -> None:
        found = from_seconds(seconds)
        assert found is None or found.year in range(1990, 2200)


class TestDocument:
    def test_pointers_reach_into_objects_and_lists(self) -> None:
        found = Document("x", {"a": [{"b": 7}], "c": True})
        assert (found.text("/a/0/b"), found.text("/a/1/b"), found.text("/a/b"), found.text("/c")) == ("7", "", "", "")

    def test_every_missing_place_is_named_at_once(self) -> None:
        with pytest.raises(PayloadIncomplete) as refused:
            Document("x", {"c": 1}).need({"/a": "an a", "/b or /d": "a b", "/c": "a c"})
        assert [problem.pointer for problem in refused.value.problems] == ["/a", "/b or /d"]
        assert "/a: expected an a" in str(refused.value)

    def test_an_inner_object_is_found_by_name(self) -> None:
        assert parse("x", b'{"ticket": {"id": 1}}', "ticket").text("/id") == "1"

    @pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}", b"\xff"])
    def test_what_is_no_json_says_nothing(self, raw: bytes) -> None:
        assert value_of(raw) is None

    def test_raw_line_breaks_in_texts_are_read(self) -> None:
        assert value_of(b'\xef\xbb\xbf{"a": "x\ny"}') == {"a": "x\ny"}

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            (True, True),
            (1, 1),
            (2**70, str(2**70)),
            (float("nan"), None),
            (float("inf"), None),
            ([], None),
            ("\ud800", "\ufffd"),
        ],
    )
    def test_a_scalar_can_be_stored(self, value: object, kept: object) -> None:
        assert scalar(value) == kept

    def test_truth_values_are_no_text(self) -> None:
        assert (text_of(True), text_of(None), text_of(1.5)) == ("", "", "1.5")


def test_equal_ids_stay_equal_when_they_are_too_long() -> None:
    assert identity(" a ") == "a"
    assert identity("a" * 300) == identity("a" * 300) != identity("a" * 301)
    assert identity("a\nb").startswith("sha256:")


def test_a_headline_is_the_first_line_that_says_something() -> None:
    assert headline("\n \n Hello \nyou") == "Hello"
    assert len(headline("x" * 500)) == 100
    assert headline("") == ""

"""Does a redacted text keep everything but what was found, and is it its own redaction?"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from triage_core.domain.redaction import redact
from triage_core.domain.sensitive import PERSONAL, Sensitive, find, mark

PIECES = st.sampled_from(
    [
        *(
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "ann@example.com",
            "ann (at) example (dot) com",
            "+49 30 901820",
        ),
        *(
            "(212) 555-2368",
            "536-90-4399",
            "SSN is ",
            "password: ",
            "Password=",
            "hunter2!x",
            "Sommer2026",
            "token: ",
            "://",
        ),
        *(
            "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
            "postgres://u:pa55@db",
            "u:",
            "@",
            "Bearer ",
        ),
        *(
            "abcdef0123456789ABCDEF",
            "-----BEGIN PRIVATE KEY-----",
            "MIIBVQIBADANBgkq",
            "-----END PRIVATE KEY-----",
            " ",
            "\n",
        ),
        *(
            "-",
            ".",
            "10.1.2.3",
            "2001:db8::1",
            "BIC ",
            "DEUTDEFF",
            "x",
            "1",
            "[",
            "]",
            "[email_address]",
            "[password]",
            "=",
            ":",
        ),
        *(
            ";",
            "?token=",
            "sk_live_",
            "A1b2C3d4E5f6G7h8J9k0",
            "https://hooks.slack.com/services/",
            "T00/B00/XXXX",
            "Tel ",
        ),
        *("é", "\u200b", "４１１１", "—", "٤", "version ", "BSN ", "111222333", "\ud800"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join))
REGIONS = st.sampled_from([(), ("US", "DE")])


@given(text=TEXTS, regions=REGIONS)
@example(text="[access_key]: hunter2!xyz", regions=())
@example(text="ann@example.com+49 30 901820", regions=())
def test_a_redacted_text_is_its_own_redaction(text: str, regions: tuple[str, ...]) -> None:
    once = redact(text, regions=regions)
    assert redact(once.text, regions=regions).text == once.text


@given(text=TEXTS, regions=REGIONS)
def test_nothing_is_found_in_a_redacted_text(text: str, regions: tuple[str, ...]) -> None:
    assert find(redact(text, regions=regions).text, regions) == []


@given(text=TEXTS)
def test_the_marks_stand_where_the_findings_stood(text: str) -> None:
    redacted = redact(text)
    found = find(text)
    assert redacted.kinds == tuple(each.kind for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    shift = 0
    for each in found:
        start = each.start + shift
        assert redacted.text[start : start + len(mark(each.kind))] == mark(each.kind)
        shift += len(mark(each.kind)) - (each.end - each.start)
    assert len(redacted.text) == len(text) + shift


def test_a_text_reads_on_around_the_marks() -> None:
    redacted = redact("Write to ann@example.com, the key is AKIAIOSFODNN7EXAMPLE.")
    assert redacted.text == "Write to [email_address], the key is [access_key]."
    assert redacted.kinds == (Sensitive.EMAIL_ADDRESS, Sensitive.ACCESS_KEY)


def test_kinds_that_are_not_asked_for_stay() -> None:
    text = "ann@example.com has password: Sommer2026"
    assert redact(text, kinds=frozenset(PERSONAL)).text == "[email_address] has password: Sommer2026"


def test_what_may_stay_stays() -> None:
    text = "ann@example.com and bob@example.com"
    assert redact(text, may_stay=lambda value: value.startswith("ann")).text == "ann@example.com and [email_address]"


def test_a_text_with_nothing_in_it_is_the_same_text() -> None:
    text = "The printer is on strike, since 09:00; order 4711. \ud800 é"
    assert redact(text).text == text

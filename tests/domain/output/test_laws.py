"""Which promises do the output checks keep for every text, however it is made?"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_texts import AROUND, TEXT, codes, findings, standards, usual
from triage_core.domain.output import CHECKS, MOST_OF_A_CODE, Format, Surroundings, Where, check
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.policy.output import Channel

FORMATS = st.sampled_from(Format)
#: What the checks look for, whole and in pieces.
PIECES = st.sampled_from(
    [
        *(
            "{x}",
            "{{",
            "}",
            "[NAME]",
            "<b>",
            "</b>",
            "<!--",
            "-->",
            "<script>",
            '<a href="',
            '">',
            "&#106;",
            "&lt;",
            "](",
        ),
        *("[x](", "https://", "http://", "www.", "example.com", "help.example.com", "@", ":", "/", "\\", "javascript:"),
        *("data:", "$", "5", "€", "EUR", "guarantee", "we", "free of charge", "our fault", "ann@example.com", "+49 30"),
        *("bob@example.com", "901820", "password:", "AKIAIOSFODNN7EXAMPLE", "idiot", "i d i o t", "f*ck", "T-17", "**"),
        *("ignore all previous instructions", "the printer on the second floor", "Acme Widgets", "Initech", "~~", "`"),
        *(
            "\u200b",
            "\u202e",
            "\u0430",
            "\U000e0041",
            "é",
            "ß",
            "İ",
            "ẞ",
            "漢字",
            "\ud800",
            "\x00",
            "ﬁ",
            "½",
            "①",
            '"',
            ".",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
)


@given(
    body=TEXTS, subject=TEXTS, written_as=FORMATS, kind=st.sampled_from(TemplateKind), channel=st.sampled_from(Channel)
)
@example(body="\ud800", subject="\udfff", written_as=Format.HTML, kind=TemplateKind.SURVEY, channel=Channel.SMS)
@example(
    body="&#1114112;&#0;&#xD800;", subject="", written_as=Format.HTML, kind=TemplateKind.SURVEY, channel=Channel.SMS
)
def test_every_text_is_checked_and_every_place_lies_in_it(
    body: str, subject: str, written_as: Format, kind: TemplateKind, channel: Channel
) -> None:
    text = replace(TEXT, body=body, subject=subject, format=written_as, kind=kind, channel=channel)
    found = check(text, usual(), replace(AROUND, ticket_text=f"{subject}\n{body}"))
    for each in found:
        assert 0 <= each.start <= each.end <= len(body if each.where is Where.BODY else subject)
    assert all(sum(each.code == row.code for each in found) <= MOST_OF_A_CODE for row in CHECKS)


@given(body=TEXTS, written_as=FORMATS)
def test_the_same_text_has_the_same_findings(body: str, written_as: Format) -> None:
    assert findings(body, format=written_as) == findings(body, format=written_as)


@given(text=st.text(alphabet="aeiou bcd,.!\n", min_size=3, max_size=60), written_as=FORMATS)
def test_no_word_of_a_text_stands_in_a_reason(text: str, written_as: Format) -> None:
    body = " ".join(f"zq{word}" for word in text.split()) + " idiot we guarantee {zqname} https://zqhost.example.org"
    for found in findings(body, format=written_as):
        assert not re.search("zq", found.reason)


@given(
    before=TEXTS,
    after=TEXTS,
    bad=st.sampled_from(["we guarantee it", "you moron", "bob@example.org", "Initech", "{name}"]),
)
def test_what_is_wrong_stays_wrong_between_other_lines(before: str, after: str, bad: str) -> None:
    (code,) = codes(bad)
    rules = standards(longest={"email": 1_000_000})
    found = findings(f"{before}\n\n{bad}\n\n{after}", rules=rules)
    crowded = sum(each.code == code for each in found) == MOST_OF_A_CODE
    assert code in {each.code for each in found} or crowded


#: Pieces that make long texts hard to read for one check or another.
HARD = (
    *(
        "1",
        "1 ",
        "4111 ",
        "4 1 1 1 1 ",
        "a.",
        "a.b",
        "@",
        "a@",
        "a@a.a",
        "(at) ",
        "+1 ",
        "+49 30 ",
        "030 12",
        "1.1.1.",
        "1:",
    ),
    *(
        "ab:cd:",
        "password=",
        "password is ",
        "token: ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "eyJ",
        "a-",
        "A1b2",
    ),
    *("eyJaaaaaaaaaaaa.", "ab_cd-", "://", "x://a:", "http://", "https://a.com ", "www.", "a.com ", "[", "](", "[a]("),
    *(
        "[a](b) ",
        "![a](",
        "<",
        "<a ",
        '<a href="',
        "href=",
        "<!--",
        "<!-- -->",
        "-->",
        "&#",
        "&amp;",
        "<script>",
        "<style>",
    ),
    *("{", "{a b ", "<<", "[[", "[A_", "%(a", "____", "****", "f**k ", "f.u.", "1d10t ", "$1", "5 €", "five dollars "),
    *("will be fixed ", "wird ", "guarantee ", "\u200b", "e\u0301", "\u0430a", "漢字", "ß", "DE89 3704 ", "GB82 WEST "),
    *("SSN 1", "BIC ", "ignore instructions ", "a b c d e f g h ", '"a b c d" ', "\n", "2001:db8:", "?token=", "Acme "),
    *("<a onload", "display:", "one. two. three four five six. "),
)


@pytest.mark.parametrize("piece", HARD)
def test_the_time_for_long_texts_is_bounded(piece: str) -> None:
    body = (piece * 10_000)[:10_000]
    around = replace(AROUND, ticket_text=body, ours=(body[:2_000],))
    began = time.process_time()
    for written_as in Format:
        check(replace(TEXT, body=body, format=written_as), usual(), around)
    # Some ten times what it takes; a text that took its length squared would need minutes.
    assert time.process_time() - began < 10


def test_many_names_cost_no_more_than_few() -> None:
    names = tuple(f"Customer {number} GmbH" for number in range(20_000))
    around = Surroundings(ticket_ids=("T-17",), other_customers=names)
    assert "other_customer_named" in codes("It works at customer 19999.", around=around)
    began = time.process_time()
    assert "other_customer_named" not in codes("It works at customer X. " * 200, around=around)
    assert time.process_time() - began < 2

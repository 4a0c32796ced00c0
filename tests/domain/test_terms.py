"""Are terms found where their words stand, by every backend alike, and with the right places?"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.errors import TriageError
from triage_core.domain.folding import fold
from triage_core.domain.terms import Backend, Hit, PatternIndex, PatternInvalid, TermIndex, TermInvalid, require_found

TERMS = (
    "invoice", "fake invoice", "sue", "fire", "zero-day", "data breach", "data", "data breach of contract", "hacked",
    "breach of contract", "503 errors", "cannot log in", "café", "straße", "İstanbul", "kapısı", "каско", "ΟΔΟΣ", "票",
    "sue sue",
)  # fmt: skip
JOINTS = (" ", "-", "_", "\n", "  ", "\u00a0", "\u2014", "’", "é", ",", "\u200b", "\u00ad", "\u0301", ". ", "")
SUFFIXES = ("", "", "", "", "s", "é", "ß", "İ", "\u0301", "\u200b")
CASINGS = (str.lower, str.upper, str.title, str.swapcase, str)
BOTH = {backend: TermIndex(TERMS, backend=backend) for backend in Backend}


def words_of(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


def end_of_phrase(words: Sequence[str], folded: str, start: int) -> int | None:
    """Where the phrase that starts here ends: word, separators, word and so on, and no alphanumeric behind."""
    place = start
    for number, word in enumerate(words):
        joint = place
        while number and place < len(folded) and not folded[place].isalnum():
            place += 1
        if (number and place == joint) or folded[place : place + len(word)] != word:
            return None
        place += len(word)
    return None if place < len(folded) and folded[place].isalnum() else place


def reference(terms: Sequence[str], text: str) -> list[Hit]:
    """The definition of a hit, slow and plain."""
    folded = fold(text)
    written = [words_of(fold(term).text) for term in terms]
    hits = []
    for start in range(len(folded.text)):
        if start and folded.text[start - 1].isalnum():
            continue
        for position, words in enumerate(written):
            end = end_of_phrase(words, folded.text, start)
            if end is not None and written.index(words) == position:
                hits.append((position, *folded.span(start, end)))
    return sorted(hits, key=lambda hit: (hit[1], hit[0]))


def hard_text(chance: random.Random) -> str:
    """Terms in random case, joined and followed by what separates, what does not, and what must be invisible."""
    in_ascii = chance.random() < 0.5
    terms, joints, suffixes = (
        [p for p in pieces if p.isascii() or not in_ascii] for pieces in (TERMS, JOINTS, SUFFIXES)
    )
    parts = []
    for _ in range(chance.randint(2, 8)):
        words = [chance.choice(CASINGS)(word) for word in chance.choice(terms).split()]
        parts += [chance.choice(joints).join(words), chance.choice(suffixes), chance.choice(joints)]
    return "".join(parts)


@pytest.fixture(params=list(Backend))
def backend(request: pytest.FixtureRequest) -> Backend:
    return Backend(request.param)


@pytest.fixture
def index(backend: Backend) -> TermIndex:
    return BOTH[backend]


def found(index: TermIndex, text: str) -> list[tuple[str, str]]:
    return [(TERMS[term], text[start:end]) for term, start, end in index.find(text)]


def test_hard_texts_give_the_hits_of_the_definition(index: TermIndex) -> None:
    chance = random.Random(20)
    for text in (hard_text(chance) for _ in range(2_000)):
        assert index.find(text) == reference(TERMS, text), ascii(text)


@given(st.lists(st.one_of(st.sampled_from([*TERMS, *JOINTS, *SUFFIXES]), st.text(max_size=3)), max_size=12))
def test_any_text_gives_the_hits_of_the_definition(parts: list[str]) -> None:
    text = "".join(parts)
    expected = reference(TERMS, text)
    assert [BOTH[backend].find(text) for backend in Backend] == [expected] * len(Backend)


pieces = st.text(alphabet="ab1 -_éßİ\u0301\u200b½", min_size=1, max_size=6)
searchable = pieces.filter(lambda term: bool(words_of(fold(term).text)))


@given(st.lists(searchable, max_size=6), st.lists(pieces, max_size=6))
def test_any_terms_give_the_hits_of_the_definition(terms: list[str], parts: list[str]) -> None:
    text = " ".join([*parts, *terms])
    expected = reference(terms, text)
    assert [TermIndex(terms, backend=backend).find(text) for backend in Backend] == [expected] * len(Backend)


@given(st.integers())
def test_a_hit_shows_the_words_of_its_term(seed: int) -> None:
    text = hard_text(random.Random(seed))
    for term, start, end in BOTH[Backend.AHO].find(text):
        assert words_of(fold(text[start:end]).text) == words_of(fold(TERMS[term]).text)


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("", []),
        ("invoice", [("invoice", "invoice")]),
        ("a fake invoice", [("fake invoice", "fake invoice"), ("invoice", "invoice")]),
        ("issue, pursue, tissue, firewall, fired", []),
        ("my_invoice_copy", [("invoice", "invoice")]),
        ("invoiceé éinvoice invoices", []),
        ("“invoice”, invoice—paid", [("invoice", "invoice"), ("invoice", "invoice")]),
        ("Zero_Day zero\u00a0day", [("zero-day", "Zero_Day"), ("zero-day", "zero\u00a0day")]),
        ("zeroday", []),
        ("sue, sue, sue", [("sue", "sue"), ("sue sue", "sue, sue")] * 2 + [("sue", "sue")]),
        (
            "data breach of contract",
            [
                ("data breach", "data breach"),
                ("data", "data"),
                ("data breach of contract", "data breach of contract"),
                ("breach of contract", "breach of contract"),
            ],
        ),
        ("data breached", [("data", "data")]),
        ("ＦＩＲＥ　ｆｉｒｅ", [("fire", "ＦＩＲＥ"), ("fire", "ｆｉｒｅ")]),
        ("İNVOİCE then in\u200bvo\u00adice", [("invoice", "İNVOİCE"), ("invoice", "in\u200bvo\u00adice")]),
        ("hac\u212aed", [("hacked", "hac\u212aed")]),
        ("STRASSE straße Stra\u1e9ee", [("straße", "STRASSE"), ("straße", "straße"), ("straße", "Stra\u1e9ee")]),
        ("CAFE\u0301 café cafe", [("café", "CAFE\u0301"), ("café", "café")]),
        ("istanbul İSTANBUL", [("İstanbul", "istanbul"), ("İstanbul", "İSTANBUL")]),
        ("KAPISI", [("kapısı", "KAPISI")]),
        ("КАСКО οδος", [("каско", "КАСКО"), ("ΟΔΟΣ", "οδος")]),
        ("😀 ﬁre \ud800 fire", [("fire", "ﬁre"), ("fire", "fire")]),
    ],
)
def test_examples_of_the_definition(index: TermIndex, text: str, hits: list[tuple[str, str]]) -> None:
    assert found(index, text) == hits


def test_equal_terms_report_the_first(backend: Backend) -> None:
    index = TermIndex(["zero day", "fire", "Zero-Day"], backend=backend)
    assert index.find("zero day") == [(0, 0, 8)]
    assert index.same_as == (0, 1, 0)


def test_no_terms_find_nothing(backend: Backend) -> None:
    assert TermIndex([], backend=backend).find("fire é") == []


@pytest.mark.parametrize("term", ["", " ", "--", "\u200b", "€"])
def test_a_term_without_a_word_is_refused_by_its_position(term: str) -> None:
    with pytest.raises(TermInvalid, match="term 1 has no letter or digit"):
        TermIndex(["fire", term])


def test_a_search_that_misses_a_term_is_refused_at_load() -> None:
    with pytest.raises(TermInvalid, match="term 3 is not found in its own spelling"):
        require_found(lambda _text: [], 3, ["fire"])


@pytest.mark.parametrize("lost", ["FIRE ALARM", "x-fire-alarm", "Fire\u2014Alarm\u2014x"])
def test_the_load_test_covers_casings_ends_and_separators(lost: str) -> None:
    index = TermIndex(["fire alarm"])
    with pytest.raises(TermInvalid):
        require_found(lambda text: [] if text == lost else index.find(text), 0, ["fire", "alarm"])


@pytest.mark.parametrize(
    ("text", "limit", "starts"),
    [
        ("fire fire", 8, [0]),
        ("fire firewall", 9, [0]),
        ("fire fire wall", 9, [0, 5]),
        ("fire\u0301d", 4, []),
        ("fire\u200bd fire", 6, []),
        ("票，票票", 3, [0]),
        ("fire", 0, []),
    ],
)
def test_a_long_text_is_read_up_to_a_word_boundary(index: TermIndex, text: str, limit: int, starts: list[int]) -> None:
    scan = index.scan(text, limit)
    assert ([start for _, start, _ in scan.hits], scan.truncated) == (starts, True)


def test_a_text_within_the_limit_is_read_whole(index: TermIndex) -> None:
    scan = index.scan("fire fire", 9)
    assert (scan.hits, scan.truncated) == (tuple(index.find("fire fire")), False)


@given(st.integers(), st.integers(min_value=0, max_value=60))
def test_a_truncated_scan_reports_no_hit_of_its_own(seed: int, limit: int) -> None:
    text = hard_text(random.Random(seed))
    assert set(BOTH[Backend.AHO].scan(text, limit).hits) <= set(BOTH[Backend.AHO].find(text))


def test_the_standard_library_serves_where_the_automaton_is_missing() -> None:
    program = (
        "import sys; sys.modules['ahocorasick_rs'] = None\n"
        "from triage_core.domain.terms import TermIndex\n"
        "print(TermIndex(['fake invoice', 'invoice']).find('A fake invoice'))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[(0, 2, 14), (1, 7, 14)]"


def matched(patterns: Iterable[str], text: str) -> list[tuple[int, str]]:
    return [(pattern, text[start:end]) for pattern, start, end in PatternIndex(list(patterns)).find(text)]


def test_patterns_ignore_case_and_come_in_the_order_of_the_text() -> None:
    assert matched([r"inv-\d+", "b.d"], "BAD INV-17, bed") == [(1, "BAD"), (0, "INV-17"), (1, "bed")]


def test_pattern_places_count_characters_not_bytes() -> None:
    assert PatternIndex(["é+", "fire"]).find("😀 éÉ İ fire") == [(0, 2, 4), (1, 7, 11)]


def test_half_pairs_in_a_text_do_not_stop_the_patterns() -> None:
    assert PatternIndex(["fire"]).find("\ud83d\ude00 fire") == [(0, 3, 7)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(a)\1", r"pattern 1 cannot be used: invalid escape sequence: \\1"),
        ("(?=a)", r"pattern 1 .*invalid perl operator"),
        ("(", "pattern 1 .*missing"),
        ("a*", "pattern 1 .*matches the empty text"),
        ("", "pattern 1 .*matches the empty text"),
        ("\ud800", "pattern 1 .*half of a character pair"),
    ],
)
def test_a_pattern_that_cannot_run_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternInvalid, match=reason):
        PatternIndex(["fine", pattern])


def test_a_pattern_reports_at_most_a_hundred_matches() -> None:
    assert len(PatternIndex(["a"]).find("a" * 500)) == 100


def test_empty_matches_are_not_reported() -> None:
    assert PatternIndex([r"\b"]).find("one two") == []


def test_nested_repetition_ends() -> None:
    assert PatternIndex(["(a+)+$"]).find("a" * 20_000 + "!") == []


def test_term_and_pattern_errors_are_expected_failures() -> None:
    assert {TermInvalid.code, PatternInvalid.code} == {"term_invalid", "pattern_invalid"}
    assert issubclass(TermInvalid, TriageError)
    assert issubclass(PatternInvalid, TriageError)

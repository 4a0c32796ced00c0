"""Is nothing timed before the answers are equal, and does a race report everyone?"""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.measure import QUICK, AnswersDiffer, Contestant, prove, race
from benchmarks.report import Report, Table, told


def test_equal_answers_are_counted() -> None:
    assert prove("peer", [1, 2], iter([1, 2])) == "peer on 2 of 2"


def test_a_different_answer_ends_the_run_and_is_shown() -> None:
    with pytest.raises(AnswersDiffer, match=r"peer differs on 1 inputs(.|\n)*input 1: expected 2, got 3"):
        prove("peer", [1, 2], [1, 3])


def test_a_missing_answer_is_no_equality() -> None:
    with pytest.raises(ValueError, match="shorter"):
        prove("peer", [1, 2], [1])


def test_every_contestant_is_reported_once_with_ratios_to_the_first() -> None:
    measured = race("absolute value", [Contestant("a", abs, [1, 2, 3]), Contestant("b", abs, [1, 2, 3])], QUICK)
    assert [result.name for result in measured.results] == ["a", "b"]
    assert measured.baseline == "a"
    assert measured.results[0].ratio_of_medians == 1


def test_a_report_reads_as_text_and_as_json() -> None:
    table = Table(title="cases", columns=("hours", "right"), rows=(("office", "18:00"),))
    report = Report(section="clock", question="who is right?", proven=("ours on 1 of 1",), tables=(table,))
    expected = "== clock: who is right?\nequal: ours on 1 of 1\n\n-- cases\nhours   right\noffice  18:00"
    assert told(report) == expected
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report

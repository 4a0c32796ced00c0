"""Which files of tickets are read, and is every bad one refused with its line?"""

from __future__ import annotations

import pytest

from triage_core.ticketfile import TicketsUnreadable, Written, read_tickets


def read(text: str | bytes, name: str = "tickets.jsonl") -> list[Written]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [written for _, written in read_tickets(raw, name)]


def refused(text: str, name: str = "tickets.jsonl") -> tuple[str, ...]:
    with pytest.raises(TicketsUnreadable) as error:
        read(text, name)
    return error.value.problems


DEEP = "[" * 100_000


class TestDeepNesting:
    @pytest.mark.parametrize("text", [DEEP, f'{{"intake": {{"x": {DEEP}}}}}'])
    def test_it_is_a_problem_with_file_and_line(self, text: str) -> None:
        assert refused(text, "tickets.json") == ("tickets.json:1: this is nested too deeply",)

    def test_it_is_told_beside_the_other_lines(self) -> None:
        lines = ('{"subject": "a"}', f'{{"subject": "b", "intake": {{"x": {DEEP}}}}}', '{"subject": 1}')
        problems = refused("\n".join(lines))
        assert problems[0] == "tickets.jsonl:2: this is nested too deeply"
        assert problems[1].startswith("tickets.jsonl:3: subject: ")


class TestFieldsThatStandTwice:
    def test_a_field_that_stands_twice_is_told_with_its_line(self) -> None:
        problems = refused('{"subject": "a"}\n{"subject": "b", "body": "c", "subject": "d"}')
        assert problems == ('tickets.jsonl:2: field "subject" stands there twice',)

    def test_one_inside_the_intake_counts_too(self) -> None:
        problems = refused('[\n{"subject": "a"},\n{"subject": "b", "intake": {"x": 1, "x": 1}}]', "tickets.json")
        assert problems == ('tickets.json:3: field "x" stands there twice',)

    def test_the_same_name_in_two_objects_is_no_problem(self) -> None:
        assert read('{"subject": "a", "intake": {"subject": "b"}}')[0].subject == "a"

    def test_a_strange_name_is_not_repeated(self) -> None:
        twice = '"\\u001b[31m": 1'
        problems = refused(f'{{"subject": "a", "intake": {{{twice}, {twice}}}}}')
        assert problems == ("tickets.jsonl:1: field with a strange name stands there twice",)

    def test_long_numbers_beside_it_do_no_harm(self) -> None:
        assert read(f'{{"subject": "a", "intake": {{"x": {"1" * 300}}}}}')


class TestHalvesOfCharacterPairs:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r"a\ud83d", "a�"),
            (r"\uDE00a", "�a"),
            (r"\ud83d\ud83d\ude00", "�😀"),
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d\n", "�\n"),
            (r"\\ud83d", r"\ud83d"),
            (r"\\\ud83d", "\\�"),
            (r"\"\ud83d\"", '"�"'),
        ],
    )
    def test_each_half_is_replaced_as_in_a_submission(self, written: str, meant: str) -> None:
        assert read(f'{{"subject": "{written}"}}')[0].subject == meant
        assert read(f'[{{"subject": "{written}"}}]', "tickets.json")[0].subject == meant

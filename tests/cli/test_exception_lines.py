"""Do exceptions on a terminal say the gravest first, in words, and in few lines?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage_core.cli.exception_lines import FIRST, of_exceptions
from triage_core.contract.reports import ExceptionRow
from triage_core.domain.kpis.exceptions import Trouble

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def row(ticket: str, trouble: Trouble = Trouble.TARGET_MISSED, about: str = "", hours: int = 0) -> ExceptionRow:
    since = BEGAN + timedelta(hours=hours)
    return ExceptionRow.of(
        trouble=trouble, ticket_id=ticket, class_name="P1", about=about, since=since, is_open=True, owner="petra"
    )


def told(*rows: ExceptionRow, everything: bool = False) -> list[str]:
    return list(of_exceptions(rows, "Europe/Berlin", everything))


def test_a_ticket_of_a_person_is_one_line_in_words_with_its_class_and_since_when() -> None:
    assert told(
        row("T1", Trouble.SEND_FAILED, hours=2),
        row("T1", about="communication"),
    ) == [
        "exceptions: 2 on 1 ticket, 2 still open; the gravest first",
        "  petra: T1, P1, a text could not be sent; target missed (communication); since Mon 02 Mar 10:00 CET",
    ]


def test_what_exactly_is_told_in_words_and_once() -> None:
    assert "target missed (first reply, update);" in told(*(row("T1", about=it) for it in ("first_reply", "update")))[1]


def test_many_are_cut_and_all_are_told_where_asked_for() -> None:
    rows = [row(f"T{number}") for number in range(170)]
    assert len(told(*rows)) == FIRST + 2
    assert told(*rows)[-1] == f"  and {170 - FIRST} more (--all or --json)"
    assert len(told(*rows, everything=True)) == 171


def test_none_are_told_as_none() -> None:
    assert told() == ["exceptions: none"]

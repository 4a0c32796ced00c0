"""Can an id be copied from a list, however narrow the page is?"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from triage_core.cli.listing import print_list

HOOK, MESSAGE = "h" + "2" * 24, "m" + "3" * 31
TITLES = ("message_id", "hook_id", "type", "last_failure")
ROW = (MESSAGE, HOOK, "ticket.triaged", "the receiver could not be reached " * 3)


def printed(width: int, *rows: tuple[str, ...], terminal: bool) -> str:
    out = io.StringIO()
    print_list(Console(file=out, width=width, force_terminal=terminal, color_system=None), TITLES, rows)
    return out.getvalue()


@pytest.mark.parametrize("width", [20, 40, 80, 100, 300])
@pytest.mark.parametrize("terminal", [True, False])
def test_ids_are_whole_at_any_width(width: int, *, terminal: bool) -> None:
    assert {HOOK, MESSAGE} <= set(printed(width, ROW, ROW, terminal=terminal).split())


@pytest.mark.parametrize("width", [20, 100])
def test_a_list_for_a_program_has_one_line_for_each_row(width: int) -> None:
    _, *lines = printed(width, ROW, ROW, terminal=False).splitlines()
    assert [line.split("  ")[0] for line in lines] == [MESSAGE, MESSAGE]
    assert all(ROW[-1].strip() in line for line in lines)


@pytest.mark.parametrize("width", [20, 80])
def test_on_a_terminal_other_cells_are_folded_and_nothing_is_lost(width: int) -> None:
    said = printed(width, ROW, terminal=True)
    assert "…" not in said
    third = [line[len(MESSAGE) + len(HOOK) + 4 :].split("  ")[0] for line in said.splitlines()]
    assert "".join(third).replace(" ", "") == "typeticket.triaged"


def test_an_empty_list_says_so() -> None:
    assert printed(80, terminal=True) == "none\n"

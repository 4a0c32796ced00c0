"""How is a list printed, so that an id in it can be given to the next command?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

#: On a narrow terminal a column keeps so many characters; its cells go on in the next line.
_LEAST: Final = 8
_GAP: Final = 2


def print_list(out: Console, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below their titles, or that there are none.

    Ids stay in one piece at any width, past the edge where they must. Where no terminal sets a width, nothing is
    folded, so that each row is one line.
    """
    written = [titles, *rows]
    if len(written) == 1:
        out.print("none")
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    needed = 0
    for title, *cells in zip(*written, strict=True):
        widest = max(map(cell_len, (title, *cells)))
        is_whole = not out.is_terminal or _names(title)
        least = widest if is_whole else min(widest, _LEAST)
        table.add_column(title, overflow="fold", no_wrap=is_whole, min_width=least)
        needed += least + _GAP
    for row in written[1:]:
        table.add_row(*row)
    # Columns that are given less room than they need would vanish.
    table.width = needed if needed > out.width else None
    out.print(table, crop=False)


def _names(title: str) -> bool:
    return title.replace("_", " ").split()[-1] == "id"

"""Where does a page of a list begin that is read as a whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from triage_core.domain.errors import CursorInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.contract.messages import Paged

Item = TypeVar("Item")

#: No list is longer than a number of so many digits.
_DIGITS: Final = 9


def page_of(items: Sequence[Item], page: Paged) -> tuple[Sequence[Item], str | None]:
    """Return one page and the cursor of the next; a cursor is the number of items before it."""
    first = start_of(page)
    stop = first + page.limit
    return items[first:stop], str(stop) if stop < len(items) else None


def start_of(page: Paged) -> int:
    """Return how many items lie before a page; raises `CursorInvalid`."""
    cursor = page.cursor
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _DIGITS):
        raise CursorInvalid
    return int(cursor)

"""How far is a long piece of work, for somebody who watches a terminal?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")


def bar(total: int | None) -> Progress:
    """Return a bar on standard error that shows itself on a terminal only and goes away at the end."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Console(stderr=True)
    progress = Progress(*columns, console=shown, transient=True, disable=not sys.stderr.isatty())
    progress.add_task("", total=total)
    return progress


def watched(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Go through items and show how many are done."""
    with bar(len(items)) as progress:
        task = progress.task_ids[0]
        progress.update(task, description=what)
        for item in items:
            yield item
            progress.advance(task)


def counter(progress: Progress, what: str) -> Callable[[int], None]:
    """Return a function that shows a count whose end is not known."""
    task = progress.task_ids[0]
    progress.update(task, description=what)

    def tell(count: int) -> None:
        progress.update(task, completed=count)

    return tell

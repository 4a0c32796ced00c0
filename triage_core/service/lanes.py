"""How are pieces of work that must not hold each other up done at the same time, a few at once?"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Lane = TypeVar("Lane")
Done = TypeVar("Done")


def served(take: Callable[[], Lane | None], serve: Callable[[Lane], Done], lanes: int) -> Iterator[Done]:
    """Take lanes until there is none and serve so many of them at a time; yield what was done on each."""
    running: set[Future[Done]] = set()
    with ThreadPoolExecutor(lanes, thread_name_prefix="triage-lane") as pool:
        while True:
            if len(running) < lanes and (lane := take()) is not None:
                running.add(pool.submit(serve, lane))
            elif running:
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ended)
            else:
                return

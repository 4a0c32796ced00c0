"""How do many callers share one writer, and one wait for the disk?

SQLite takes one writer at a time, and connections that compete for it starve each other for seconds. So one thread
writes: it takes all work that waits, writes it in one transaction, and releases every caller after the commit.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from triage_core.adapters.failures import StoreClosed, WriterStopped

if TYPE_CHECKING:
    import sqlite3

#: Longer groups gain nothing more and only make the first caller wait.
LARGEST_GROUP = 256


class Task(ABC):
    """Work for the writer; its caller waits until it is settled."""

    def __init__(self) -> None:
        """Start unsettled."""
        self.result: Sequence[tuple[Any, ...]] = ()
        self.error: BaseException | None = None
        # A lock is the cheapest thing to wait for; it is held until the work is settled.
        self._waiting = threading.Lock()
        self._waiting.acquire()

    @abstractmethod
    def run(self, cursor: sqlite3.Cursor) -> None:
        """Do the work inside the writer's transaction and keep its result."""

    def settle(self, error: BaseException | None = None) -> None:
        """Release the caller, with an error unless the work has one of its own."""
        self.error = self.error or error
        self._waiting.release()

    def outcome(self) -> Sequence[tuple[Any, ...]]:
        """Wait, then return the result or raise what went wrong."""
        self._waiting.acquire()
        if self.error is not None:
            raise self.error
        return self.result


class GroupCommit:
    """Runs tasks on one thread, as many in one transaction as wait for it."""

    def __init__(self, write: Callable[[Sequence[Task]], None]) -> None:
        """Start the thread; `write` does a group of tasks durably, and notes an error at each task that failed."""
        self._write = write
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._is_closed = False
        self._is_ending = False
        self._has_failed = False
        self._thread = threading.Thread(target=self._serve, name="triage-writer", daemon=True)
        self._thread.start()

    def run(self, task: Task) -> Sequence[tuple[Any, ...]]:
        """Hand a task to the writer and wait until it is durable."""
        with self._gate:
            if self._is_closed:
                raise StoreClosed
            if self._has_failed or not self._thread.is_alive():
                raise WriterStopped
            self._queue.put(task)
        return task.outcome()

    def close(self) -> None:
        """Take no more work, finish what waits, and end the thread."""
        with self._gate:
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        group: list[Task] = []
        try:
            while group := self._next_group():
                self._do(group)
        except BaseException:
            self._give_up(group)
            raise

    def _next_group(self) -> list[Task]:
        group: list[Task] = []
        while not self._is_ending and len(group) < LARGEST_GROUP and not (group and self._queue.empty()):
            task = self._queue.get()
            if task is None:
                self._is_ending = True
            else:
                group.append(task)
        return group

    def _do(self, group: Sequence[Task]) -> None:
        failure: Exception | None = None
        try:
            self._write(group)
        except Exception as error:  # noqa: BLE001 - every caller gets it, and the writer serves the next ones
            failure = error
        for task in group:
            task.settle(failure)

    def _give_up(self, group: Sequence[Task]) -> None:
        with self._gate:
            self._has_failed = True
        rest = [*group]
        while not self._queue.empty():
            if (task := self._queue.get()) is not None:
                rest.append(task)
        for task in rest:
            task.settle(WriterStopped())

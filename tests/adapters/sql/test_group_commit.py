"""Does one writer serve many callers, each with its own outcome?"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from triage_core.adapters.failures import StoreClosed, WriterStopped
from triage_core.adapters.sql.group_commit import LARGEST_GROUP, GroupCommit, Task

Result = Sequence[tuple[Any, ...]]


class Word(Task):
    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def run(self, cursor: sqlite3.Cursor) -> None:
        raise NotImplementedError


class Fatal(BaseException):
    """Ends the thread that it reaches, as the interpreter's own end would."""


class Disk:
    """Takes groups of words, and can be held until more of them wait."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.is_free = threading.Event()
        self.is_reached = threading.Event()

    def write(self, tasks: Sequence[Task]) -> None:
        words = [task.word for task in tasks if isinstance(task, Word)]
        self.groups.append(words)
        self.is_reached.set()
        self.is_free.wait()
        if "fatal" in words:
            raise Fatal
        if "disk full" in words:
            raise OSError("no space left")
        for task in tasks:
            if isinstance(task, Word) and task.word == "bad":
                task.error = ValueError("bad")
            task.result = [(words.index("bad") if "bad" in words else len(words),)]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writer(disk: Disk) -> Iterator[GroupCommit]:
    made = GroupCommit(disk.write)
    yield made
    disk.is_free.set()
    made.close()


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(LARGEST_GROUP + 50) as pool:
        yield pool


def call(callers: ThreadPoolExecutor, writer: GroupCommit, words: Sequence[str]) -> list[Future[Result]]:
    """Have every word wait at the writer before the next one comes."""
    calls: list[Future[Result]] = []
    for word in words:
        waiting = writer._queue.qsize()
        calls.append(callers.submit(writer.run, Word(word)))
        while writer._queue.qsize() == waiting and not calls[-1].done():
            time.sleep(0)  # the caller is on its way
    return calls


def hold(disk: Disk, callers: ThreadPoolExecutor, writer: GroupCommit, word: str) -> Future[Result]:
    first = callers.submit(writer.run, Word(word))
    disk.is_reached.wait()
    return first


def test_all_that_waits_is_written_together(disk: Disk, writer: GroupCommit, callers: ThreadPoolExecutor) -> None:
    first = hold(disk, callers, writer, "first")
    rest = call(callers, writer, ["a", "b", "c"])
    disk.is_free.set()
    assert [one.result() for one in (first, *rest)] == [[(1,)], [(3,)], [(3,)], [(3,)]]
    assert disk.groups == [["first"], ["a", "b", "c"]]


def test_a_group_has_a_largest_size(disk: Disk, writer: GroupCommit, callers: ThreadPoolExecutor) -> None:
    hold(disk, callers, writer, "first")
    rest = call(callers, writer, ["w"] * (LARGEST_GROUP + 3))
    disk.is_free.set()
    for one in rest:
        one.result()
    assert [len(group) for group in disk.groups] == [1, LARGEST_GROUP, 3]


def test_an_error_reaches_its_own_caller_only(disk: Disk, writer: GroupCommit, callers: ThreadPoolExecutor) -> None:
    hold(disk, callers, writer, "first")
    good, bad = call(callers, writer, ["good", "bad"])
    disk.is_free.set()
    assert good.result() == [(1,)]
    with pytest.raises(ValueError, match="bad"):
        bad.result()


def test_a_commit_that_fails_is_told_to_every_caller(
    disk: Disk,
    writer: GroupCommit,
    callers: ThreadPoolExecutor,
) -> None:
    hold(disk, callers, writer, "first")
    both = call(callers, writer, ["good", "disk full"])
    disk.is_free.set()
    for one in both:
        with pytest.raises(OSError, match="no space"):
            one.result()
    assert writer.run(Word("later")) == [(1,)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_fails_loudly(disk: Disk, writer: GroupCommit, callers: ThreadPoolExecutor) -> None:
    first = hold(disk, callers, writer, "fatal")
    rest = call(callers, writer, ["a", "b"])
    disk.is_free.set()
    for one in (first, *rest):
        with pytest.raises(WriterStopped):
            one.result()
    with pytest.raises(WriterStopped):
        writer.run(Word("later"))


def test_closing_writes_what_waits_and_takes_no_more(
    disk: Disk,
    writer: GroupCommit,
    callers: ThreadPoolExecutor,
) -> None:
    hold(disk, callers, writer, "first")
    rest = call(callers, writer, ["a", "b"])
    closing = callers.submit(writer.close)
    while not writer._is_closed:
        time.sleep(0)  # the closing thread is on its way
    with pytest.raises(StoreClosed):
        writer.run(Word("late"))
    disk.is_free.set()
    closing.result()
    assert [one.result() for one in rest] == [[(2,)], [(2,)]]
    assert not writer._thread.is_alive()


def test_closing_twice_does_no_harm(disk: Disk, writer: GroupCommit) -> None:
    disk.is_free.set()
    writer.close()
    writer.close()

"""How much of the speed of rows written by hand does a whole durable submit keep?

Ours is the complete use case: decide, start the clocks, route, seal the chain, write row, timeline, texts, timers,
intents and the answer to the idempotency key, durable on return. The rival writes exactly these rows, chain hashes
included, statement by statement in one transaction, and decides nothing. Both write into tables that our migrations
made; after each round the contents of both databases are compared, row by row. Rounds alternate on fresh databases.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import local
from typing import TYPE_CHECKING, NamedTuple, Protocol

import sqlalchemy

from benchmarks import ours
from benchmarks.handwritten_store import Decision, HandwrittenPostgres, HandwrittenSqlite, contents, decision_of
from benchmarks.measure import AnswersDiffer, Difference
from benchmarks.report import Report, Table
from benchmarks.tickets import tickets
from tests import postgres
from triage_core.adapters.memory import MemoryStore
from triage_core.compose import open_store
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.submission import Submission
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from triage_core.ports import Change

QUESTION = "how much of the speed of rows written by hand does a durable submit keep?"
DISTRIBUTIONS = ("sqlalchemy", "psycopg")
TENANT = "acme"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = bytes(range(32))
ACTOR = Actor(kind=ActorKind.PLATFORM, id="bench")
ROUNDS, COUNT = 7, 2_000
QUICK_ROUNDS, QUICK_COUNT = 2, 100
#: A server that really waits for the disk.
DURABLE = ("listen_addresses=",)


class Writer(Protocol):
    """Somebody who writes decisions by hand."""

    def save(self, made: Decision) -> None:
        """Write one decision."""

    def close(self) -> None:
        """Release the connection."""


class Place(NamedTuple):
    """A kind of database: fresh ones of it, who writes by hand into them, and how many at a time."""

    name: str
    fresh: Callable[[], str]
    by_hand: Callable[[str], Writer]
    writers: int
    target: float


class _Recorder(MemoryStore):
    """A store in memory that remembers what was saved."""

    def __init__(self) -> None:
        super().__init__()
        self._digest_keys[TENANT] = KEY
        self.changes: list[Change] = []

    def save(self, *changes: Change) -> None:
        super().save(*changes)
        self.changes += changes


def run(*, quick: bool) -> Report:
    """Return decisions per second of both sides, and the share that ours keeps."""
    submissions = _submissions(QUICK_COUNT if quick else COUNT)
    decisions = _decisions(submissions)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with _places() as places:
        rows = [_measured(place, submissions, decisions, rounds) for place in places]
    title = f"durable submits per second, medians of {rounds} rounds of {len(submissions):,}"
    columns = ("database", "ours", "by hand", "ours / by hand", "lowest", "highest", "target")
    proven = f"equal rows in all tables after each round of {len(submissions):,} submits"
    return Report(
        section="submit",
        question=QUESTION,
        proven=(proven,),
        tables=(Table(title=title, columns=columns, rows=tuple(rows)),),
    )


@contextmanager
def _places() -> Iterator[list[Place]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        postgres.open_home()
        stack.callback(postgres.close_home)
        numbers = count()

        def file() -> str:
            return f"sqlite:///{folder / f'{next(numbers)}.db'}"

        def database() -> str:
            return postgres.fresh_database(f"bench_{next(numbers)}", DURABLE)

        yield [
            Place("SQLite, 1 caller", file, _sqlite_by_hand, 1, 0.35),
            Place("SQLite, 8 callers (by hand: 1)", file, _sqlite_by_hand, 8, 0.35),
            Place("PostgreSQL, 8 writers", database, HandwrittenPostgres, 8, 0.45),
        ]


def _sqlite_by_hand(url: str) -> HandwrittenSqlite:
    return HandwrittenSqlite(url.removeprefix("sqlite:///"))


def _submissions(number: int) -> list[Submission]:
    return [
        Submission(
            tenant=TENANT,
            source="bench",
            source_id=str(place),
            created_at=NOW,
            subject=ticket.subject,
            body=ticket.description,
            customer="initech",
            requester="someone@example.com",
            intake=ours.fields_of(ticket),
        )
        for place, ticket in enumerate(tickets(200, number))
    ]


def _triage(store: MemoryStore) -> Triage:
    triage = Triage(store, lambda: NOW, _next_id)
    triage.playbooks.activate(TENANT, ours.policy(), datetime(2026, 1, 1, tzinfo=UTC))
    return triage


_wanted = local()


def _next_id() -> str:
    return f"t{_wanted.number:08}"


def _submit(triage: Triage, number: int, submission: Submission) -> None:
    """Submit under the number's own id, so that threads in any order write the same rows."""
    _wanted.number = number
    triage.submit(submission, ACTOR, f"key-{number}")


def _decisions(submissions: Sequence[Submission]) -> list[Decision]:
    recorder = _Recorder()
    triage = _triage(recorder)
    for number, submission in enumerate(submissions):
        _submit(triage, number, submission)
    return [decision_of(change) for change in recorder.changes]


def _measured(
    place: Place, submissions: Sequence[Submission], decisions: Sequence[Decision], rounds: int
) -> tuple[str, ...]:
    mine, theirs = [], []
    for _ in range(rounds):
        first, second = place.fresh(), place.fresh()
        mine.append(len(submissions) / _time_ours(place, first, submissions))
        theirs.append(len(decisions) / _time_by_hand(place, second, decisions))
        _prove(place, contents(second), contents(first))
    ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
    figures = (median(mine), median(theirs))
    shares = (median(ratios), min(ratios), max(ratios), place.target)
    return (place.name, *(f"{figure:,.0f}" for figure in figures), *(f"{share:.2f}" for share in shares))


def _prepare(url: str) -> None:
    """Make the tables, and give both sides the same key for fingerprints."""
    open_store(url).close()
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text("INSERT INTO digest_keys (tenant, key) VALUES (:tenant, :key)"),
            {"tenant": TENANT, "key": KEY},
        )
    engine.dispose()


def _time_ours(place: Place, url: str, submissions: Sequence[Submission]) -> float:
    _prepare(url)
    with closing(open_store(url)) as store:
        triage = _triage(store)
        return _spent(place.writers, lambda number: _submit(triage, number, submissions[number]), len(submissions))


def _time_by_hand(place: Place, url: str, decisions: Sequence[Decision]) -> float:
    _prepare(url)
    writers = 1 if url.startswith("sqlite") else place.writers
    mine = local()
    opened: list[Writer] = []

    def save(number: int) -> None:
        if not hasattr(mine, "writer"):
            mine.writer = place.by_hand(url)
            opened.append(mine.writer)
        mine.writer.save(decisions[number])

    spent = _spent(writers, save, len(decisions))
    for writer in opened:
        writer.close()
    return spent


def _spent(writers: int, act: Callable[[int], None], number: int) -> float:
    with ThreadPoolExecutor(writers) as pool:
        start = time.perf_counter()
        for _ in pool.map(lambda first: [act(each) for each in range(first, number, writers)], range(writers)):
            pass
        return time.perf_counter() - start


def _prove(
    place: Place, expected: dict[str, list[tuple[object, ...]]], got: dict[str, list[tuple[object, ...]]]
) -> None:
    for table, rows in expected.items():
        wrong = [
            Difference(number, want, have)
            for number, (want, have) in enumerate(zip(rows, got[table], strict=False))
            if want != have
        ]
        if wrong or len(rows) != len(got[table]):
            raise AnswersDiffer(f"{place.name}, table {table}", wrong[:2], max(len(wrong), 1))

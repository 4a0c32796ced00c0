"""After an erasure, is any byte of the erased words left in the files of the database?

The write-ahead log of PostgreSQL is not among them: it is cut by the server's own schedule.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from msgspec.structs import replace

from tests import postgres
from tests.sample_cases import AGENT, HOUR
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from triage_core.adapters.failures import CompactionDenied, StoreBusy
from triage_core.adapters.sql.postgres import PostgresStore
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.compose import open_store
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.closure.judging import Judgement
from triage_core.domain.feedback import About, Feedback
from triage_core.domain.happening import Happened
from triage_core.domain.knowledge.article import Article, ArticleState
from triage_core.domain.kpis.measuring import Figures
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.profile import Profile
from triage_core.ports import ProfileRow, Store
from triage_core.service.persons import Persons
from triage_core.service.reporting import Asked
from triage_core.service.verification import verify

PERSON = "wilhelmina.quartz@example.com"
#: Words that stand nowhere else; short enough that no database packs them.
WORDS = ("zephyrine", "wilhelmina", "quixotry", "obsidianly")
SECONDS = timedelta(seconds=1)


def worked(store: Store) -> SampleDesk:
    """Return a desk with a closed ticket full of words, among others that stay."""
    desk = SampleDesk(store)
    for number in range(2, 30):
        desk.submit(number, subject="other", body="these words stay " * 20)
    desk.submit(1, requester=PERSON, subject="zephyrine printer", body="quixotry of a printer " * 5)
    ticket_id = desk.triage.store.by_source(TENANT, "mail", "m1")
    assert ticket_id is not None
    key = desk.read(ticket_id.id).requester_key
    store.put_profiles(TENANT, (ProfileRow(requester_key=key, profile=Profile(name="Wilhelmina Quartz")),))
    desk.passes(HOUR)
    desk.record(Happened.RESOLVED, ticket_id=ticket_id.id)
    desk.triage.close(TENANT, ticket_id.id, replace(PLAIN, summary="An obsidianly dark print."), AGENT)
    for number in range(2, 8):
        name = next(one.id for one in [store.by_source(TENANT, "mail", f"m{number}")] if one is not None)
        desk.passes(HOUR)
        desk.record(Happened.AGENT_REPLIED, ticket_id=name)
        desk.record(Happened.RESOLVED, ticket_id=name)
        desk.triage.close(TENANT, name, PLAIN, AGENT)
        desk.triage.hear(TENANT, name, Feedback(about=About.SATISFACTION, rating=4, text="fine"), AGENT)
    desk.triage.judge_cause(TENANT, ticket_id.id, Judgement(verdict=CauseVerdict.WRONG, reason="quixotry"), AGENT)
    desk.tick()
    return desk


def erased(desk: SampleDesk) -> None:
    report = Persons(desk.store, lambda: desk.now, lambda: "x", str).erase(TENANT, PERSON, AGENT)
    assert report.texts >= 5


def left(files: Iterator[Path]) -> set[str]:
    found: set[str] = set()
    for path in files:
        raw = path.read_bytes().lower()
        found |= {word for word in WORDS if word.encode() in raw}
    return found


def files_of_postgres(url: str) -> Iterator[Path]:
    """The relation files of one database, as they lie on the disk."""
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        oid = connection.execute(sqlalchemy.text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        folder = Path(os.environ[postgres.HOME_VARIABLE], "data", "base", str(oid.scalar_one()))
    engine.dispose()
    return (path for path in folder.iterdir() if path.is_file())


def flushed(url: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def figures(desk: SampleDesk) -> Figures:
    """Every figure over all that ever happened."""
    ever = Span(start=desk.now - timedelta(days=9), end=desk.now + SECONDS)
    return desk.triage.reporting.figures(TENANT, Asked(ever)).parts[""]


def is_sound(desk: SampleDesk) -> bool:
    """The record verifies and rows add up."""
    tickets = [desk.read(f"t{number}") for number in range(1, 30)]
    rebuilt = all(rebuild(desk.store.timeline(TENANT, ticket.id)) == ticket for ticket in tickets)
    return rebuilt and verify(desk.store, TENANT).is_sound


def test_no_byte_is_left_in_the_files_of_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    desk = worked(store)
    before = figures(desk)
    assert left(tmp_path.iterdir()) == set(WORDS)
    erased(desk)
    store.compact()
    assert left(tmp_path.iterdir()) == set()
    assert (tmp_path / "triage.db-wal").stat().st_size == 0
    assert (is_sound(desk), figures(desk)) == (True, before)
    store.close()
    assert left(tmp_path.iterdir()) == set()


def test_no_byte_is_left_in_the_relation_files_of_postgres(clean_postgres_url: str) -> None:
    store = open_store(clean_postgres_url.replace("+psycopg", ""))
    desk = worked(store)
    before = figures(desk)
    flushed(clean_postgres_url)
    assert left(files_of_postgres(clean_postgres_url)) == set(WORDS)
    erased(desk)
    store.compact()
    assert left(files_of_postgres(clean_postgres_url)) == set()
    assert (is_sound(desk), figures(desk)) == (True, before)
    store.close()


def test_words_of_an_article_that_was_rewritten_leave_the_index_of_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    article = Article(
        tenant=TENANT,
        id="a",
        title="zephyrine",
        state=ArticleState.PUBLISHED,
        review_by=date(2026, 9, 1),
        changed_at=now,
        changed_by="lee",
    )
    stored = store.knowledge.put(article)
    store.knowledge.put(replace(stored, title="new"))
    store.compact()
    raw = (tmp_path / "triage.db").read_bytes()
    # The old version itself is kept, in its table; the index knows only the new one.
    assert raw.count(b"zephyrin") == 1
    store.close()


def test_whoever_reads_at_length_keeps_the_file_from_being_compacted(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url, patience=SECONDS / 10)
    worked(store)
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM texts").fetchall()
        with pytest.raises(StoreBusy):
            store.compact()
    reader.close()
    store.compact()
    store.close()


def test_a_user_without_the_right_is_told_what_it_takes(clean_postgres_url: str) -> None:
    open_store(clean_postgres_url.replace("+psycopg", "")).close()
    with psycopg.connect(clean_postgres_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS lowly")
        connection.execute("CREATE ROLE lowly LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO lowly")
    store = PostgresStore(clean_postgres_url.replace("postgres@", "lowly@"))
    with pytest.raises(CompactionDenied, match="pg_checkpoint"):
        store.compact()
    store.close()


def test_the_figures_that_an_erasure_leaves_alone_count_something(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    counted = str(figures(worked(store)))
    assert "root_cause_accuracy" in counted
    assert "satisfaction" in counted
    store.close()

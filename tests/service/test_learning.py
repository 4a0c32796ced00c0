"""Does a ticket get advice by itself soon after it came, and teach by itself what its closing said?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Happened
from triage_core.domain.knowledge.article import ArticleState
from triage_core.domain.knowledge.ranking import Query
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Lesson, Mode
from triage_core.ports import Store
from triage_core.service.persons import Persons
from triage_core.service.verification import verify

PRINT = {"subject": "no print", "body": "the print queue hangs, jobs are stuck, nothing comes out"}
DAY = timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    urls: dict[str, Callable[[], str]] = {
        "memory": lambda: "memory:",
        "sqlite": lambda: str(request.getfixturevalue("sqlite_url")),
        "postgres": lambda: str(request.getfixturevalue("clean_postgres_url")).replace("+psycopg", ""),
    }
    opened = open_store(urls[request.param]())
    yield opened
    opened.close()


def closed(store: Store | None = None) -> SampleDesk:
    """Return a desk whose first ticket is closed."""
    desk = SampleDesk(store)
    desk.submit(requester="cy@example.com")
    desk.triage.knowing.note(TENANT, "t1", "cy@example.com says: the spooler was stuck", AGENT)
    desk.passes(MINUTE)
    desk.record(Happened.RESOLVED)
    desk.triage.close(TENANT, "t1", PLAIN, AGENT)
    return desk


def taught(store: Store | None = None) -> SampleDesk:
    """Return a desk whose first ticket taught an article that others read."""
    desk = closed(store)
    desk.tick()
    desk.triage.knowing.publish(TENANT, "t1", "ann", LEAD)
    return desk


class TestTheWholeWay:
    def test_a_closing_teaches_the_next_ticket(self, store: Store) -> None:
        desk = taught(store)
        desk.submit(2, **PRINT)
        desk.tick()
        (line,) = [entry for entry in desk.entries("t2") if entry.kind is Kind.ARTICLES_SUGGESTED]
        assert (line.facts, line.actor) == ({"articles": ["t1"]}, SYSTEM)
        assert all(rebuild(store.timeline(TENANT, name)) == desk.read(name) for name in ("t1", "t2"))
        assert verify(store, TENANT).is_sound

    def test_a_later_sweep_does_nothing_more(self, store: Store) -> None:
        desk = taught(store)
        desk.submit(2, **PRINT)
        desk.tick()
        before = [desk.read(name) for name in ("t1", "t2")]
        desk.passes(MINUTE)
        assert desk.tick() == 0
        assert [desk.read(name) for name in ("t1", "t2")] == before

    def test_it_is_told_to_the_outside_by_name(self) -> None:
        desk = taught()
        desk.submit(2, **PRINT)
        desk.tick()
        told = {
            (ticket, each.type): json.loads(each.payload)
            for ticket in ("t1", "t2")
            for each in desk.store.messages(TENANT, ticket)
        }
        assert told["t1", "article.drafted"]["article_id"] == "t1"
        assert told["t1", "article.published"]["article_owner"] == "ann"
        assert told["t2", "articles.suggested"]["article_ids_csv"] == "t1"


class TestAdvice:
    def test_the_answer_to_a_new_ticket_does_not_wait_for_it(self) -> None:
        desk = taught()
        desk.submit(2, **PRINT)
        assert desk.read("t2").lesson is Lesson.ADVICE
        assert Kind.ARTICLES_SUGGESTED not in desk.kinds("t2")

    def test_a_desk_without_articles_looks_for_none(self) -> None:
        desk = SampleDesk()
        desk.submit()
        assert (desk.read().lesson, desk.tick()) == (None, 0)

    def test_that_none_fits_is_written_down_and_not_told(self) -> None:
        desk = taught()
        desk.submit(2, subject="holiday", body="when does the cafeteria close before the next night shift")
        desk.tick()
        assert desk.entries("t2")[-1].facts == {"articles": []}
        assert "articles.suggested" not in [each.type for each in desk.store.messages(TENANT, "t2")]

    def test_a_blocked_ticket_gets_it_once_it_is_complete(self) -> None:
        desk = taught()
        desk.submit(2, **PRINT, intake={name: value for name, value in COMPLETE.items() if name != "impact"})
        desk.tick()
        assert Kind.ARTICLES_SUGGESTED not in desk.kinds("t2")
        desk.triage.complete(TENANT, "t2", {"impact": "low"}, AGENT)
        desk.tick()
        assert Kind.ARTICLES_SUGGESTED in desk.kinds("t2")

    @pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.DRILL])
    def test_trials_and_drills_get_none(self, mode: Mode) -> None:
        desk = taught()
        assert desk.ticket(number=2, mode=mode).lesson is None

    def test_a_ticket_that_is_solved_before_anybody_looked_needs_none(self) -> None:
        desk = taught()
        desk.submit(2, **PRINT)
        desk.record(Happened.RESOLVED, ticket_id="t2")
        desk.tick()
        assert Kind.ARTICLES_SUGGESTED not in desk.kinds("t2")


class TestDrafting:
    def test_a_draft_is_redacted_and_has_owner_and_day_of_review(self) -> None:
        desk = closed()
        desk.tick()
        draft = desk.triage.knowing.article(TENANT, "t1")
        assert (draft.state, draft.owner) == (ArticleState.DRAFT, desk.read().owner)
        assert draft.review_by == (desk.now + timedelta(days=180)).date()
        assert draft.notes == ("[email_address] says: the spooler was stuck",)
        assert desk.triage.knowing.search(TENANT, Query(text="spooler")) == ()

    def test_a_sweep_that_died_between_draft_and_line_is_gone_on_with(self) -> None:
        desk = closed()
        made = desk.triage.knowing.draft(TENANT, "t1", SYSTEM)
        desk.tick()
        assert desk.entries()[-1].facts == {"article": "t1", "version": 1, "owner": made.owner}
        assert len(desk.triage.knowing.versions(TENANT, "t1")) == 1

    def test_a_closing_whose_words_were_erased_teaches_nothing(self) -> None:
        desk = closed()
        Persons(desk.store, lambda: desk.now, lambda: "x", str).erase(TENANT, "cy@example.com", LEAD)
        assert (desk.read().lesson, desk.tick()) == (None, 0)

    def test_a_drill_teaches_nothing(self) -> None:
        desk = SampleDesk()
        desk.submit(mode=Mode.DRILL)
        desk.record(Happened.RESOLVED)
        assert desk.triage.close(TENANT, "t1", PLAIN, AGENT).lesson is None


class TestStaleArticles:
    def test_the_day_of_review_is_told_once_on_the_ticket_it_came_from(self) -> None:
        desk = taught()
        desk.passes(200 * DAY)
        assert [desk.triage.remind_of_articles(TENANT) for _ in range(2)] == [1, 0]
        (line,) = [entry for entry in desk.entries() if entry.kind is Kind.ARTICLE_STALE]
        assert line.facts["review_by"] == "2026-08-29"
        assert "article.stale" in [each.type for each in desk.store.messages(TENANT, "t1")]

    def test_a_review_begins_a_new_term(self) -> None:
        desk = taught()
        desk.passes(200 * DAY)
        desk.triage.remind_of_articles(TENANT)
        desk.triage.knowing.review(TENANT, "t1", AGENT)
        assert desk.triage.remind_of_articles(TENANT) == 0
        desk.passes(200 * DAY)
        assert desk.triage.remind_of_articles(TENANT) == 1


def test_a_first_article_of_another_process_is_noticed_soon(store: Store) -> None:
    here, there = SampleDesk(store), SampleDesk(store)
    here.submit(requester="cy@example.com")
    here.record(Happened.RESOLVED)
    here.triage.close(TENANT, "t1", PLAIN, AGENT)
    here.tick()
    assert not there.triage.articles.are_there(TENANT, there.now)
    here.triage.knowing.publish(TENANT, "t1", "ann", LEAD)
    assert not there.triage.articles.are_there(TENANT, there.now + MINUTE / 2)
    assert there.triage.articles.are_there(TENANT, there.now + HOUR)

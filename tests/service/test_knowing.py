"""Does a closed ticket teach the next one, and nothing more than it may?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, LEAD, MINUTE
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing
from triage_core.domain.happening import Happened
from triage_core.domain.knowledge.article import Article, ArticleNotFound, ArticleState, StaleArticle
from triage_core.domain.knowledge.ranking import Query
from triage_core.domain.model import SYSTEM
from triage_core.service.knowing import Imported, Knowing, NothingToLearn

SECRET = "cy@example.com"


def redact(text: str) -> str:
    return text.replace(SECRET, "[address]")


def closed(**facts: Any) -> tuple[SampleDesk, Knowing]:
    """Return a desk whose first ticket is closed."""
    desk = SampleDesk()
    knowing = Knowing(desk.triage, redact)
    desk.submit(subject="printer", body="print jobs hang in the queue")
    knowing.note(TENANT, "t1", f"{SECRET} says: the spooler was stuck", AGENT)
    desk.passes(MINUTE)
    desk.record(Happened.RESOLVED)
    desk.triage.close(TENANT, "t1", replace(PLAIN, **facts), AGENT)
    return desk, knowing


def taught(**facts: Any) -> tuple[SampleDesk, Knowing, Article]:
    """Return a desk whose first ticket taught an article that others read."""
    desk, knowing = closed(**facts)
    knowing.draft(TENANT, "t1", SYSTEM)
    return desk, knowing, knowing.publish(TENANT, "t1", "ann", LEAD)


class TestLearning:
    def test_a_closure_becomes_a_draft_once(self) -> None:
        _, knowing = closed()
        first = knowing.draft(TENANT, "t1", SYSTEM)
        assert (first.state, first.version) == (ArticleState.DRAFT, 1)
        assert knowing.draft(TENANT, "t1", SYSTEM) == first

    def test_it_takes_notes_along_and_redacts_everything(self) -> None:
        _, knowing = closed(summary=f"{SECRET} could not print. The queue was full.")
        made = knowing.draft(TENANT, "t1", SYSTEM)
        assert made.notes == ("[address] says: the spooler was stuck",)
        assert made.title == "[address] could not print"
        assert SECRET not in str(made)

    def test_an_open_ticket_teaches_nothing(self) -> None:
        desk = SampleDesk()
        desk.submit()
        with pytest.raises(NothingToLearn):
            Knowing(desk.triage, redact).draft(TENANT, "t1", SYSTEM)

    def test_a_note_says_something_and_comes_from_the_desk(self) -> None:
        desk = SampleDesk()
        desk.submit()
        knowing = Knowing(desk.triage, redact)
        with pytest.raises(ReasonMissing):
            knowing.note(TENANT, "t1", " ", AGENT)
        with pytest.raises(NotPermitted):
            knowing.note(TENANT, "t1", "x", SYSTEM)
        desk.record(Happened.VOIDED, reason="spam")
        with pytest.raises(ActionNotAllowed):
            knowing.note(TENANT, "t1", "x", AGENT)

    def test_a_note_is_a_text_and_no_part_of_the_timeline(self) -> None:
        desk, _ = closed()
        assert not any("spooler" in line.body for line in desk.store.timeline(TENANT, "t1"))


class TestSuggesting:
    def test_the_next_ticket_gets_the_article_by_name(self) -> None:
        desk, knowing, article = taught()
        new = desk.ticket(number=2, subject="no print", body="the print queue hangs, jobs are stuck, nothing comes out")
        (found,) = knowing.suggest(TENANT, new.id)
        assert (found.id, found.title) == (article.id, article.title)
        assert found.__struct_fields__ == ("id", "title", "score")

    def test_a_draft_and_what_was_retired_is_not_suggested(self) -> None:
        desk, knowing = closed()
        knowing.draft(TENANT, "t1", SYSTEM)
        desk.submit(2, subject="print", body="print jobs hang in the queue")
        assert knowing.suggest(TENANT, "t2") == ()
        knowing.publish(TENANT, "t1", "ann", LEAD)
        assert len(knowing.suggest(TENANT, "t2")) == 1
        knowing.retire(TENANT, "t1", LEAD)
        assert knowing.suggest(TENANT, "t2") == ()

    def test_a_ticket_is_not_told_its_own_article(self) -> None:
        _, knowing, _ = taught()
        assert knowing.suggest(TENANT, "t1") == ()

    def test_one_word_of_many_is_not_enough(self) -> None:
        desk, knowing, _ = taught()
        desk.submit(2, subject="holiday", body="when does the cafeteria close before the next night shift")
        assert knowing.suggest(TENANT, "t2") == ()

    def test_what_is_looked_for_is_redacted(self) -> None:
        asked: list[str] = []
        desk, _, _ = taught()
        desk.submit(2, subject="print", body=f"from {SECRET}")

        def watched(text: str) -> str:
            asked.append(text)
            return "queue jobs night disk"

        assert len(Knowing(desk.triage, watched).suggest(TENANT, "t2")) == 1
        assert asked == [f"print\nfrom {SECRET}"]

    def test_another_tenant_is_told_nothing(self) -> None:
        _, knowing, _ = taught()
        assert knowing.search("other", Query(text="print queue")) == ()


class TestPeople:
    def test_what_was_read_is_what_is_changed(self) -> None:
        _, knowing, article = taught()
        newer = knowing.revise(replace(article, title="Print jobs hang"), AGENT)
        assert (newer.version, newer.title) == (3, "Print jobs hang")
        with pytest.raises(StaleArticle):
            knowing.revise(replace(article, title="lost"), AGENT)
        assert [one.title for one in knowing.versions(TENANT, "t1")][-1] == "Print jobs hang"

    def test_what_is_due_for_a_look_is_listed_until_somebody_looked(self) -> None:
        desk, knowing, article = taught()
        assert knowing.stale(TENANT) == ()
        desk.passes(timedelta(days=200))
        assert [one.id for one in knowing.stale(TENANT)] == [article.id]
        knowing.review(TENANT, article.id, AGENT)
        assert knowing.stale(TENANT) == ()
        assert knowing.stale(TENANT, date(2030, 1, 1)) != ()

    def test_an_unknown_article_is_told(self) -> None:
        _, knowing = closed()
        with pytest.raises(ArticleNotFound):
            knowing.retire(TENANT, "a9", AGENT)


class TestTakingIn:
    def written(self, **parts: Any) -> Article:
        desk = SampleDesk()
        return Article(tenant=TENANT, id="a", title="t", changed_at=desk.now, changed_by="lee", **parts)

    def test_what_is_new_or_differs_is_stored(self) -> None:
        _, knowing = closed()
        first = self.written(problem="one")
        assert knowing.take_in([first], LEAD) == Imported(added=1)
        assert knowing.take_in([first], LEAD) == Imported(unchanged=1)
        assert knowing.take_in([replace(first, problem="two")], LEAD) == Imported(changed=1)
        assert [one.problem for one in knowing.versions(TENANT, "a")] == ["one", "two"]

    def test_what_a_file_leaves_out_stays(self) -> None:
        _, knowing = closed()
        knowing.take_in([self.written(problem="p", solution="s")], LEAD)
        shown = knowing.publish(TENANT, "a", "bob", LEAD)
        knowing.take_in([self.written(problem="p", solution="better")], LEAD)
        newest = knowing.article(TENANT, "a")
        assert (newest.state, newest.owner, newest.review_by) == (ArticleState.PUBLISHED, "bob", shown.review_by)

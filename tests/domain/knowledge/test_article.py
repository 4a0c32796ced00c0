"""Does an article hold what a closure teaches, and go through people's hands before others read it?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, LEAD, MONDAY, arrived, context
from tests.sample_closures import GRAVE, PLAIN
from triage_core.domain.errors import NotPermitted, UnknownName
from triage_core.domain.knowledge.article import (
    LONGEST_PART,
    LONGEST_TITLE,
    MOST_TAGS,
    Article,
    ArticleIncomplete,
    ArticleState,
    draft_of,
    published,
    retired,
    reviewed,
    revised,
    titled,
)
from triage_core.domain.model import Actor, ActorKind

HERE = context(MONDAY, AGENT)
GUEST = context(MONDAY, Actor(kind=ActorKind.PERSON, id="eve", roles=("guest",)))


def unchanged(text: str) -> str:
    return text


def draft(**parts: Any) -> Article:
    return replace(draft_of(HERE, replace(arrived(), owner="ann"), PLAIN, unchanged), **parts)


class TestDraft:
    def test_it_says_what_the_closure_says(self) -> None:
        made = draft()
        assert (made.id, made.sources, made.state, made.version) == ("t1", ("t1",), ArticleState.DRAFT, 0)
        assert made.title == "The print server had no space left; its queue was cleared"
        assert (made.problem, made.cause) == (PLAIN.summary, "Old jobs filled the disk.")
        assert made.solution == "Jobs older than a day are deleted at night."
        assert (made.affected_system, made.service_line, made.tags) == ("mail", "workplace", ("capacity", "mail"))
        assert (made.owner, made.review_by) == ("ann", date(2026, 8, 29))

    def test_a_fix_that_is_not_done_is_no_solution(self) -> None:
        made = draft_of(HERE, arrived(), GRAVE, unchanged)
        assert (made.solution, made.workaround) == ("", "Sign in with a recovery code.")

    def test_every_text_is_redacted(self) -> None:
        made = draft_of(HERE, arrived(), GRAVE, lambda text: "R" if text else "")
        assert {made.title, made.problem, made.cause, made.workaround, made.solution} == {"R", ""}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One. Two.", "One"),
        ("Version 1.2 fails! Really.", "Version 1.2 fails"),
        (" no\n end ", "no end"),
        ("", ""),
        ("x" * 200, "x" * 149 + "…"),
    ],
)
def test_a_title_is_the_first_sentence(text: str, title: str) -> None:
    assert titled(text) == title


class TestPublishing:
    def test_somebody_answers_for_what_others_read(self) -> None:
        shown = published(context(MONDAY + HOUR, LEAD), draft(), "bob")
        assert (shown.state, shown.owner, shown.changed_by) == (ArticleState.PUBLISHED, "bob", "lee")
        assert shown.changed_at == MONDAY + HOUR

    def test_the_owner_is_of_the_roster(self) -> None:
        with pytest.raises(UnknownName, match="ann, bob"):
            published(HERE, draft(), "nobody")

    @pytest.mark.parametrize(
        ("parts", "lacks"),
        [
            ({"title": " "}, "a title"),
            ({"problem": ""}, "the problem"),
            ({"solution": "", "workaround": ""}, "a solution or a workaround"),
            ({"title": "x" * (LONGEST_TITLE + 1)}, "at most 150 characters"),
            ({"cause": "x" * (LONGEST_PART + 1)}, "parts of at most"),
            ({"tags": ("a",) * (MOST_TAGS + 1)}, "at most 30 tags"),
            ({"tags": ("a,b",)}, "without commas"),
            ({"language": "english"}, "a language"),
        ],
    )
    def test_what_lacks_a_part_is_not_read_by_others(self, parts: dict[str, Any], lacks: str) -> None:
        with pytest.raises(ArticleIncomplete, match=lacks):
            published(HERE, draft(**parts), "ann")

    @pytest.mark.parametrize(
        "change", [lambda c, a: published(c, a, "ann"), retired, reviewed, lambda c, a: revised(c, a, a)]
    )
    def test_whoever_may_not_work_on_tickets_changes_nothing(self, change: Any) -> None:
        with pytest.raises(NotPermitted):
            change(GUEST, draft())


class TestLater:
    shown = published(HERE, draft(), "ann")

    def test_a_review_moves_the_next_one(self) -> None:
        later = context(MONDAY + timedelta(days=100), AGENT)
        assert reviewed(later, self.shown).review_by == date(2026, 12, 7)

    def test_it_is_stale_after_its_day(self) -> None:
        assert not self.shown.is_stale(date(2026, 8, 29))
        assert self.shown.is_stale(date(2026, 8, 30))
        assert not retired(HERE, self.shown).is_stale(date(2030, 1, 1))
        assert not replace(self.shown, review_by=None).is_stale(date(2030, 1, 1))

    def test_a_change_keeps_what_the_article_is(self) -> None:
        newer = replace(self.shown, title="New", id="x", tenant="y", state=ArticleState.RETIRED, sources=(), version=9)
        after = revised(context(MONDAY + HOUR, LEAD), self.shown, newer)
        assert after == replace(self.shown, title="New", changed_at=MONDAY + HOUR, changed_by="lee")

    def test_what_others_read_stays_fit_to_be_read(self) -> None:
        with pytest.raises(ArticleIncomplete):
            revised(HERE, self.shown, replace(self.shown, problem=""))
        assert revised(HERE, draft(), replace(draft(), problem="")).problem == ""

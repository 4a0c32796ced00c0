"""Is a file of articles read whole, or everything told that is wrong with it?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from triage_core.articlefile import ArticleFileInvalid, read_articles
from triage_core.domain.knowledge.article import Article

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def read(text: str) -> tuple[Article, ...]:
    return read_articles(text.encode(), "acme", NOW, "lee")


def test_an_article_is_read() -> None:
    (article,) = read("- {id: a, title: T, problem: P, tags: [x, two words], review_by: 2026-09-01, language: de}")
    assert article == Article(
        tenant="acme",
        id="a",
        title="T",
        problem="P",
        tags=("x", "two words"),
        review_by=date(2026, 9, 1),
        language="de",
        changed_at=NOW,
        changed_by="lee",
    )


def test_an_empty_file_holds_none() -> None:
    assert read("") == read("[]") == ()


def test_everything_wrong_is_told_by_its_place() -> None:
    with pytest.raises(ArticleFileInvalid) as refused:
        read("- {id: a, title: T, problem: P, tags: [1], colour: red}\n- {id: b b!, title: '', problem: P}")
    places = [problem.partition(":")[0] for problem in refused.value.problems]
    assert places == ["article 1, tags/0", "article 1, colour", "article 2, id", "article 2, title"]
    assert "red" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["a: [", "\x00", "- {id: a, title: T, problem: P}\n- {id: a, title: T, problem: P}", "5", "{}x"]
)
def test_what_is_no_list_of_articles_is_refused(text: str) -> None:
    with pytest.raises(ArticleFileInvalid):
        read(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ArticleFileInvalid):
        read_articles(b"\xff\xfe\x00", "acme", NOW, "lee")

"""Which operations find articles, teach the knowledge base, and look after it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import knowledge, tickets, views
from triage_core.contract.operation import Operation, Repeat, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_TICKET: Final = f"{_V1}/tickets/{{ticket_id}}"
_ARTICLES: Final = f"{_V1}/knowledge"
_ARTICLE: Final = f"{_ARTICLES}/{{article_id}}"


def _looks_after(name: str, part: str, request: type[BaseModel] | None, said: tuple[str, str]) -> Operation:
    """Return an operation by which a person changes an article; said twice it has one effect."""
    fixed: dict[str, Any] = {"surface": Surface.CONSOLE, "scope": Scope.TICKETS_WRITE, "repeat": Repeat.NATURAL}
    return works(name, _ARTICLE + part, (request, knowledge.ArticleView), said, params=knowledge.ArticlePath, **fixed)


ROWS: Final = (
    reads(
        "SearchKnowledge",
        f"{_V1}/search/knowledge",
        knowledge.FoundArticles,
        ("Find articles", "Finds published articles of the knowledge base, the one that fits best in front."),
        query=knowledge.KnowledgeSearch,
    ),
    reads(
        "GetArticle",
        _ARTICLE,
        knowledge.ArticleView,
        ("Get an article", "Returns an article of the knowledge base as it is read now."),
        params=knowledge.ArticlePath,
    ),
    reads(
        "SuggestArticles",
        f"{_TICKET}/articles",
        knowledge.FoundArticles,
        ("Suggest articles", "Returns published articles that may help with a ticket."),
        params=tickets.TicketPath,
        query=knowledge.Suggested,
    ),
    works(
        "WriteNote",
        f"{_TICKET}/notes",
        (knowledge.Learnt, views.TicketView),
        ("Write a note", "Keeps what was learnt on the way; the article from the closure takes it along."),
        params=tickets.TicketPath,
        carries_text=True,
    ),
    reads(
        "ListArticles",
        _ARTICLES,
        knowledge.ArticlePage,
        ("List articles", "Lists drafts, published, retired or stale articles by their day of review."),
        query=knowledge.ArticleList,
        surface=Surface.CONSOLE,
    ),
    _looks_after(
        "EditArticle",
        "/edit",
        knowledge.ArticleEdit,
        ("Edit an article", "Writes an article anew, on top of the version that was read."),
    ),
    _looks_after(
        "PublishArticle",
        "/publish",
        knowledge.Publication,
        ("Publish an article", "Lets others find an article for which somebody answers."),
    ),
    _looks_after(
        "ReviewArticle",
        "/review",
        None,
        ("Review an article", "Keeps that a published article still holds."),
    ),
    _looks_after(
        "RetireArticle",
        "/retire",
        None,
        ("Retire an article", "Takes an article out of what others find."),
    ),
)

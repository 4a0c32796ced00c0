"""What does the knowledge base still have to do for a ticket, and what does the timeline say once it is done?

Searching and drafting take longer than a decision may, so a ticket only says that they are due, and the next sweep
sees to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Lesson, State, Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.domain.knowledge.article import Article


def due(ticket: Ticket) -> Lesson | None:
    """Return what is due now: advice while somebody can use it, an article once the ticket is closed."""
    is_ready = {
        Lesson.ADVICE: ticket.is_open and ticket.class_name is not None,
        Lesson.ARTICLE: ticket.state is State.CLOSED,
    }
    return ticket.lesson if ticket.lesson is not None and is_ready[ticket.lesson] else None


def advised(ticket: Ticket, articles: Sequence[str]) -> list[Step]:
    """Write down which articles may help; that none was found is written down as well, so nobody looks again."""
    if due(ticket) is not Lesson.ADVICE:
        return []
    return [Step(kind=Kind.ARTICLES_SUGGESTED, changes={"lesson": None}, facts={"articles": list(articles)})]


def drafted(ticket: Ticket, article: Article) -> list[Step]:
    """Write down which article the closing became."""
    if due(ticket) is not Lesson.ARTICLE:
        return []
    return [Step(kind=Kind.ARTICLE_DRAFTED, changes={"lesson": None}, facts=_about(article))]


def published(article: Article) -> list[Step]:
    """Write down on the ticket that an article came from that others read it."""
    return [Step(kind=Kind.ARTICLE_PUBLISHED, changes={}, facts=_about(article))]


def stale(article: Article) -> list[Step]:
    """Write down that nobody has looked at an article in time."""
    day = article.review_by.isoformat() if article.review_by else None
    return [Step(kind=Kind.ARTICLE_STALE, changes={}, facts={**_about(article), "review_by": day})]


def _about(article: Article) -> dict[str, Any]:
    return {"article": article.id, "version": article.version, "owner": article.owner}

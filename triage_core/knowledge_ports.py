"""What does the knowledge base need from the world outside? A part of the store that keeps and finds articles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage_core.domain.knowledge.article import Article, ArticleState
    from triage_core.domain.knowledge.ranking import Hit, Query, Which


class KnowledgeBase(Protocol):
    """Keeps every version of every article, and finds the newest ones."""

    def put(self, article: Article) -> Article:
        """Store an article as the version after its own, and return that; raises `StaleArticle` where it moved on."""

    def get(self, tenant: str, article_id: str) -> Article | None:
        """Return the newest version of an article."""

    def versions(self, tenant: str, article_id: str) -> tuple[Article, ...]:
        """Return all versions of an article, the oldest first."""

    def search(self, tenant: str, query: Query, which: Which, limit: int) -> tuple[Hit, ...]:
        """Return the articles that answer a query, the best first; whatever a query holds, it is words."""

    def listed(self, tenant: str, state: ArticleState, first: int, limit: int) -> tuple[Article, ...]:
        """Return articles of a state by their day of review; those without one come last."""

    def drop_draft(self, tenant: str, article_id: str) -> bool:
        """Let go of an article, every version of it, that nobody has published; tell whether it was one."""

    def stale(self, tenant: str, before: date, limit: int) -> tuple[Article, ...]:
        """Return published articles that were to be looked at before a day, the longest due first."""


class HasKnowledge(Protocol):
    """A store that keeps articles too."""

    @property
    def knowledge(self) -> KnowledgeBase:
        """Where articles are."""

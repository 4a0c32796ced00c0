"""How are articles kept in dictionaries? For tests and first tries."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.knowledge.article import ArticleState, StaleArticle
from triage_core.domain.knowledge.ranking import ranked

if TYPE_CHECKING:
    from triage_core.domain.knowledge.article import Article
    from triage_core.domain.knowledge.ranking import Hit, Query, Which


class MemoryKnowledge:
    """Every version in a list, every change under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._versions: defaultdict[tuple[str, str], list[Article]] = defaultdict(list)

    def put(self, article: Article) -> Article:
        """Store an article as the version after its own; raises `StaleArticle` where it moved on."""
        with self._lock:
            versions = self._versions[article.tenant, article.id]
            if len(versions) != article.version:
                raise StaleArticle
            versions.append(replace(article, version=article.version + 1))
            return versions[-1]

    def get(self, tenant: str, article_id: str) -> Article | None:
        """Return the newest version of an article."""
        versions = self.versions(tenant, article_id)
        return versions[-1] if versions else None

    def versions(self, tenant: str, article_id: str) -> tuple[Article, ...]:
        """Return all versions of an article, the oldest first."""
        return tuple(self._versions.get((tenant, article_id), ()))

    def search(self, tenant: str, query: Query, which: Which, limit: int) -> tuple[Hit, ...]:
        """Return the articles that answer a query, the best first."""
        return ranked(query, filter(which.holds, self._newest(tenant)), limit)

    def listed(self, tenant: str, state: ArticleState, first: int, limit: int) -> tuple[Article, ...]:
        """Return articles of a state by their day of review; those without one come last."""
        found = [article for article in self._newest(tenant) if article.state is state]
        found.sort(key=lambda article: (article.review_by or date.max, article.id))
        return tuple(found[first : first + limit])

    def drop_draft(self, tenant: str, article_id: str) -> bool:
        """Let go of an article, every version of it, that nobody has published; tell whether it was one."""
        with self._lock:
            versions = self._versions.get((tenant, article_id), [])
            if not versions or versions[-1].state is not ArticleState.DRAFT:
                return False
            del self._versions[tenant, article_id]
            return True

    def stale(self, tenant: str, before: date, limit: int) -> tuple[Article, ...]:
        """Return published articles that were to be looked at before a day, the longest due first."""
        found = [article for article in self._newest(tenant) if article.is_stale(before)]
        return tuple(sorted(found, key=attrgetter("review_by", "id"))[:limit])

    def _newest(self, tenant: str) -> list[Article]:
        with self._lock:
            return [versions[-1] for (owner, _), versions in self._versions.items() if owner == tenant and versions]

"""Has a tenant articles that a ticket could be pointed to? Asked with every ticket, and looked up once in a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.knowledge.article import ArticleState

if TYPE_CHECKING:
    from triage_core.knowledge_ports import HasKnowledge

#: So soon a first article that another process publishes is noticed.
_KEPT: Final = timedelta(minutes=1)


class ArticlesKnown:
    """Remembers the answer for each tenant."""

    def __init__(self, store: HasKnowledge) -> None:
        """Look up nothing yet."""
        self._store: Final = store
        self._known: Final[dict[str, tuple[datetime, bool]]] = {}

    def are_there(self, tenant: str, now: datetime) -> bool:
        """Tell whether others can find an article."""
        known = self._known.get(tenant)
        if known is None or known[0] <= now:
            found = bool(self._store.knowledge.listed(tenant, ArticleState.PUBLISHED, 0, 1))
            known = self._known[tenant] = now + _KEPT, found
        return known[1]

    def changed(self, tenant: str) -> None:
        """Look again with the next ticket."""
        self._known.pop(tenant, None)

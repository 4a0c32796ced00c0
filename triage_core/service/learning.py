"""When does a ticket get advice from the knowledge base, and when does it teach it something?

Not while it is decided: the ticket is stored first, and the next sweep looks for articles, or makes one of a closing.
What is done twice has one effect, and what fails is tried again with a later sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.happening import Event, Happened
from triage_core.domain.knowledge import lessons
from triage_core.domain.model import SYSTEM, Lesson, Mode
from triage_core.service.acting import Acting
from triage_core.service.knowing import Knowing

if TYPE_CHECKING:
    from triage_core.domain.knowledge.article import Article
    from triage_core.domain.model import Ticket

#: Articles that a ticket is pointed to.
_ADVISED: Final = 3
#: Articles that one run looks at.
_STALE: Final = 1_000


class Learning(Acting):
    """Advice and lessons, as use cases over a store."""

    @property
    def knowing(self) -> Knowing:
        """The knowledge base of the same store."""
        return Knowing(self, self.redact)

    def wanted(self, tenant: str, mode: Mode) -> Lesson | None:
        """Return that a new ticket wants advice, where there is any to give; trials and drills want none."""
        return Lesson.ADVICE if mode is Mode.LIVE and self.articles.are_there(tenant, self.now()) else None

    def learn(self, ticket: Ticket) -> Ticket:
        """Do what the knowledge base still has to do for a ticket."""
        match lessons.due(ticket):
            case Lesson.ADVICE:
                return self._advised(ticket)
            case Lesson.ARTICLE:
                return self._drafted(ticket)
            case None:
                return ticket

    def _advised(self, ticket: Ticket) -> Ticket:
        found = self.knowing.suggest(ticket.tenant, ticket.id, _ADVISED)
        names = [each.id for each in found]
        return self.act(ticket.tenant, ticket.id, SYSTEM, lambda _, it: lessons.advised(it, names))

    def _drafted(self, ticket: Ticket) -> Ticket:
        article = self.knowing.draft(ticket.tenant, ticket.id, SYSTEM)
        return self.act(ticket.tenant, ticket.id, SYSTEM, lambda _, it: lessons.drafted(it, article))

    def remind_of_articles(self, tenant: str) -> int:
        """Write down, once for each day of review, which articles nobody has looked at in time; return how many.

        That stands on the ticket that an article came from; one that came from nowhere is found in the list alone.
        """
        return sum(map(self._told_stale, self.knowing.stale(tenant, limit=_STALE)))

    def _told_stale(self, article: Article) -> bool:
        before = self.store.ticket(article.tenant, article.sources[0]) if article.sources else None
        if before is None:
            return False
        event = Event(what=Happened.NOTE_ADDED, source_event_id=f"{article.id}/stale/{article.review_by}")
        after = self.act(before.tenant, before.id, SYSTEM, lambda *_: lessons.stale(article), event)
        return after.version > before.version

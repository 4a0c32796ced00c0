"""How does a closed ticket teach the next one: as a draft, read by a person, found by others, looked at again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.context import Context
from triage_core.domain.errors import TriageError
from triage_core.domain.knowledge import article as articles
from triage_core.domain.knowledge import lessons
from triage_core.domain.knowledge.article import Article, ArticleNotFound, ArticleState, StaleArticle
from triage_core.domain.knowledge.noting import KNOWLEDGE_NOTE, note
from triage_core.domain.knowledge.ranking import Query, Which
from triage_core.domain.value import Value
from triage_core.service.closing import said_at_closing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from triage_core.domain.knowledge.ranking import Hit
    from triage_core.domain.model import Actor, Ticket
    from triage_core.service.acting import Acting

#: A question of more words than these shares at least two of them with what is suggested.
_SHORT_QUESTION: Final = 3
_SHARED: Final = 2


class NothingToLearn(TriageError):
    """The ticket has no closure that an article could come from."""

    code = "nothing_to_learn"

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("this ticket has no closure to learn from: it is not closed, or its texts were erased")


class Suggestion(Value, frozen=True, kw_only=True):
    """An article that may help: no more of it than its name."""

    id: str
    title: str
    score: float


class Imported(Value, frozen=True, kw_only=True):
    """What an import of articles did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class Knowing:
    """The knowledge base, as use cases over a store; `redact` takes personal data and secrets out of a text."""

    def __init__(self, triage: Acting, redact: Callable[[str], str]) -> None:
        """Work with the tickets, the policies and the clock of the use cases."""
        self._triage: Final = triage
        self._articles: Final = triage.store.knowledge
        self._redact: Final = redact

    # --- learning -----------------------------------------------------------------------------------------------------

    def note(self, tenant: str, ticket_id: str, text: str, actor: Actor) -> Ticket:
        """Keep what was learned on the way; the article from the closure takes it along."""
        return self._triage.act(tenant, ticket_id, actor, lambda seen, ticket: note(seen, ticket, text))

    def draft(self, tenant: str, ticket_id: str, actor: Actor) -> Article:
        """Return the article that a closed ticket teaches, made at the first call; nobody else reads it yet.

        Raises `NothingToLearn`.
        """
        if (known := self._articles.get(tenant, ticket_id)) is not None:
            return known
        ticket = self._triage.ticket(tenant, ticket_id)
        if (facts := said_at_closing(self._triage.store, tenant, ticket_id)) is None:
            raise NothingToLearn
        made = articles.draft_of(self._context(tenant, actor), ticket, facts, self._redact)
        try:
            return self._articles.put(replace(made, notes=self._notes(ticket)))
        except StaleArticle:  # somebody else made it in between
            return self.article(tenant, ticket_id)

    def _notes(self, ticket: Ticket) -> tuple[str, ...]:
        texts = self._triage.store.texts(ticket.tenant, ticket.id)
        return tuple(self._redact(text.content) for text in texts if text.kind == KNOWLEDGE_NOTE)

    def take_in(self, written: Sequence[Article], actor: Actor) -> Imported:
        """Take articles over that were written elsewhere; what differs from the newest version becomes the next one."""
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        for article in written:
            counts[self._take_one(article, actor)] += 1
            self._triage.articles.changed(article.tenant)
        return Imported(**counts)

    def _take_one(self, written: Article, actor: Actor) -> str:
        known = self._articles.get(written.tenant, written.id)
        if known is None:
            self._articles.put(written)
            return "added"
        newer = _laid_over(known, written)
        if newer == known:
            return "unchanged"
        self._articles.put(articles.revised(self._context(written.tenant, actor), known, newer))
        return "changed"

    # --- by people ----------------------------------------------------------------------------------------------------

    def publish(self, tenant: str, article_id: str, owner: str, actor: Actor) -> Article:
        """Let others read an article for which somebody answers."""
        made = self._change(tenant, article_id, actor, lambda seen, it: articles.published(seen, it, owner))
        self._triage.articles.changed(tenant)
        for source in made.sources[:1]:
            if self._triage.store.ticket(tenant, source) is not None:
                self._triage.act(tenant, source, actor, lambda _, __: lessons.published(made))
        return made

    def revise(self, article: Article, actor: Actor) -> Article:
        """Store what somebody wrote anew on top of the version that was read; raises `StaleArticle`."""
        known = self.article(article.tenant, article.id)
        if known.version != article.version:
            raise StaleArticle
        return self._articles.put(articles.revised(self._context(article.tenant, actor), known, article))

    def review(self, tenant: str, article_id: str, actor: Actor) -> Article:
        """Say that a published article still holds."""
        return self._change(tenant, article_id, actor, articles.reviewed)

    def retire(self, tenant: str, article_id: str, actor: Actor) -> Article:
        """Take an article out of what others find."""
        return self._change(tenant, article_id, actor, articles.retired)

    def _change(
        self, tenant: str, article_id: str, actor: Actor, change: Callable[[Context, Article], Article]
    ) -> Article:
        return self._articles.put(change(self._context(tenant, actor), self.article(tenant, article_id)))

    def _context(self, tenant: str, actor: Actor) -> Context:
        now = self._triage.now()
        return Context(playbook=self._triage.playbooks.active(tenant, now), now=now, actor=actor)

    # --- finding ------------------------------------------------------------------------------------------------------

    def article(self, tenant: str, article_id: str) -> Article:
        """Return the newest version of an article; raises `ArticleNotFound`."""
        if (found := self._articles.get(tenant, article_id)) is None:
            raise ArticleNotFound
        return found

    def versions(self, tenant: str, article_id: str) -> tuple[Article, ...]:
        """Return all versions of an article, the oldest first."""
        return self._articles.versions(tenant, article_id)

    def search(self, tenant: str, query: Query, which: Which = Which(), limit: int = 10) -> tuple[Hit, ...]:  # noqa: B008 - immutable
        """Return the articles that answer a question, the best first."""
        return self._articles.search(tenant, query, which, limit)

    def suggest(self, tenant: str, ticket_id: str, limit: int = 3) -> tuple[Suggestion, ...]:
        """Return published articles that may help with a ticket, by name only; its own article is not among them.

        What is looked for is redacted first, and a ticket whose texts were erased is told nothing.
        """
        hits = self.fitting(tenant, ticket_id, limit)
        return tuple(Suggestion(id=hit.article.id, title=hit.article.title, score=round(hit.score, 3)) for hit in hits)

    def fitting(self, tenant: str, ticket_id: str, limit: int = 3) -> tuple[Hit, ...]:
        """Return the same articles as they were found."""
        ticket = self._triage.ticket(tenant, ticket_id)
        system = ticket.intake.get("affected_system")
        text = self._redact(self._triage.text(tenant, ticket_id))
        query = Query(text=text, system=str(system) if system else None, tags=ticket.tag_names)
        found = self._articles.search(tenant, query, Which(), limit + 1)
        least = _SHARED if len(query.words) > _SHORT_QUESTION else 1
        fit = [hit for hit in found if hit.shared >= least and ticket_id not in hit.article.sources]
        return tuple(fit[:limit])

    def listed(self, tenant: str, state: ArticleState, first: int, limit: int) -> tuple[Article, ...]:
        """Return articles of a state by their day of review, so many after the first ones."""
        return self._articles.listed(tenant, state, first, limit)

    def stale(self, tenant: str, today: date | None = None, limit: int = 100) -> tuple[Article, ...]:
        """Return published articles that should have been looked at by now, the longest due first."""
        return self._articles.stale(tenant, today or self._triage.now().date(), limit)


#: What an import says nothing about, and what it may leave out.
_UNSAID: Final = ("version", "state", "changed_at", "changed_by", "sources")
_OPTIONAL: Final = ("owner", "review_by")


def _laid_over(known: Article, written: Article) -> Article:
    """Return what an import says, on top of what is known."""
    kept = {name: getattr(known, name) for name in _UNSAID}
    kept |= {name: getattr(written, name) or getattr(known, name) for name in _OPTIONAL}
    return replace(written, **kept)

"""How are articles found, told and looked after?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.contract import knowledge as told
from triage_core.contract.messages import names_in
from triage_core.domain.knowledge.article import Article, ArticleNotFound, ArticleState, StaleArticle
from triage_core.domain.knowledge.ranking import Query, Which
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.paging import start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.knowledge.ranking import Hit
    from triage_core.service.knowing import Knowing


# --- finding ----------------------------------------------------------------------------------------------------------


def search(call: Call) -> Answer:
    """Find published articles."""
    asked = call.query
    which = Which(affected_system=asked.affected_system, service_line=asked.service_line, language=asked.language)
    hits = call.triage.knowing.search(call.tenant, Query(text=asked.query), which, asked.limit)
    return Answer(_found(call, hits))


def suggest(call: Call) -> Answer:
    """Find published articles for a ticket."""
    return Answer(_found(call, call.triage.knowing.fitting(call.tenant, call.params.ticket_id, call.query.limit)))


def _found(call: Call, hits: Iterable[Hit]) -> told.FoundArticles:
    return told.FoundArticles.of(items=tuple(_hit(call, hit) for hit in hits))


def _hit(call: Call, hit: Hit) -> told.FoundArticle:
    article = hit.article
    return told.FoundArticle.of(
        article_id=article.id,
        title=article.title,
        score=round(hit.score, 3),
        state=article.state,
        tags_csv=",".join(article.tags),
        affected_system=article.affected_system,
        service_line=article.service_line,
        owner=article.owner,
        review_by=_day(article),
        is_stale=article.is_stale(call.now.date()),
    )


def shown(call: Call) -> Answer:
    """Tell an article; what is not published is told to people alone."""
    article = call.triage.knowing.article(call.tenant, call.params.article_id)
    if article.state is not ArticleState.PUBLISHED and not call.caller.is_person:
        raise ArticleNotFound
    return Answer(_view(call, article))


def _day(article: Article) -> str | None:
    return article.review_by.isoformat() if article.review_by else None


def _view(call: Call, article: Article) -> told.ArticleView:
    people = call.playbook.directory.people
    keeper = people.get(article.owner or "")
    return told.ArticleView.of(
        article_id=article.id,
        version=article.version,
        state=article.state,
        title=article.title,
        problem=article.problem,
        cause=article.cause,
        workaround=article.workaround,
        solution=article.solution,
        notes="\n".join(article.notes),
        tags_csv=",".join(article.tags),
        affected_system=article.affected_system,
        service_line=article.service_line,
        language=article.language,
        owner=article.owner,
        owner_name=keeper.name if keeper else None,
        review_by=_day(article),
        is_stale=article.is_stale(call.now.date()),
        sources_csv=",".join(article.sources),
        changed_at=article.changed_at,
        changed_by=article.changed_by,
    )


# --- teaching ---------------------------------------------------------------------------------------------------------


def write_note(call: Call) -> Worked:
    """Keep what was learnt on the way."""
    text, ticket_id = call.given.text, call.params.ticket_id
    return call.worked(lambda triage: triage.knowing.note(call.tenant, ticket_id, text, call.actor))


# --- looking after ----------------------------------------------------------------------------------------------------


def listed(call: Call) -> Answer:
    """List articles by their day of review."""
    asked, first = call.query, start_of(call.query)
    found = _SHELVES[asked.shelf](call.triage.knowing, call.tenant, first, asked.limit + 1)
    more = str(first + asked.limit) if len(found) > asked.limit else None
    return Answer(told.ArticlePage.of(items=tuple(_item(call, one) for one in found[: asked.limit]), next_cursor=more))


def _of_state(state: ArticleState) -> Callable[[Knowing, str, int, int], tuple[Article, ...]]:
    return lambda knowing, tenant, first, limit: knowing.listed(tenant, state, first, limit)


_SHELVES: dict[told.Shelf, Callable[[Knowing, str, int, int], tuple[Article, ...]]] = {
    told.Shelf.DRAFT: _of_state(ArticleState.DRAFT),
    told.Shelf.PUBLISHED: _of_state(ArticleState.PUBLISHED),
    told.Shelf.RETIRED: _of_state(ArticleState.RETIRED),
    told.Shelf.STALE: lambda knowing, tenant, first, limit: knowing.stale(tenant, limit=first + limit)[first:],
}


def _item(call: Call, article: Article) -> told.ArticleItem:
    return told.ArticleItem.of(
        article_id=article.id,
        version=article.version,
        state=article.state,
        title=article.title,
        owner=article.owner,
        review_by=_day(article),
        is_stale=article.is_stale(call.now.date()),
        changed_at=article.changed_at,
    )


def edit(call: Call) -> Answer:
    """Write an article anew; what was left out stays."""
    given, knowing = call.given, call.triage.knowing
    known = knowing.article(call.tenant, call.params.article_id)
    if known.version != given.version:
        raise StaleArticle
    named = given.model_dump(exclude_unset=True, exclude={"version", "tags_csv"})
    parts: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if given.tags_csv is not None:
        parts["tags"] = names_in(given.tags_csv)
    return Answer(_view(call, knowing.revise(replace(known, **parts), call.actor)))


def publish(call: Call) -> Answer:
    """Let others read an article."""
    owner = call.given.owner
    return Answer(_view(call, call.triage.knowing.publish(call.tenant, call.params.article_id, owner, call.actor)))


def review(call: Call) -> Answer:
    """Keep that an article still holds."""
    return Answer(_view(call, call.triage.knowing.review(call.tenant, call.params.article_id, call.actor)))


def retire(call: Call) -> Answer:
    """Take an article out of what others find."""
    return Answer(_view(call, call.triage.knowing.retire(call.tenant, call.params.article_id, call.actor)))

"""How is the knowledge base searched, filled and kept fresh from the command line?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.articlefile import read_articles
from triage_core.cli.options import AsJson, Database, Tenant, bytes_of, existing, opened
from triage_core.cli.people import By, actor_of
from triage_core.cli.shapes import Shape, emit
from triage_core.compose import system_clock
from triage_core.domain.knowledge.article import Article, ArticleNotFound, ArticleState
from triage_core.domain.knowledge.ranking import Query, Which
from triage_core.service.knowing import Knowing
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.service.triage import Triage

app = typer.Typer(help="Search what solved tickets taught, and keep it fresh.", no_args_is_help=True)

ArticleId = Annotated[str, typer.Argument(metavar="ID", help="The article.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100, help="So many at most.")]


def _knowing(triage: Triage) -> Knowing:
    # None of these commands takes words of a ticket over, so there is nothing to redact.
    return Knowing(triage, str)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What is looked for, in any order and form.")],
    db: Database,
    tenant: Tenant = "default",
    system: Annotated[str | None, typer.Option("--system", help="Only about this affected system.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Only in this language, such as en.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Also what nobody published yet.")] = False,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Find articles, the best first."""
    states = (ArticleState.PUBLISHED, ArticleState.DRAFT) if drafts else (ArticleState.PUBLISHED,)
    which = Which(states=states, affected_system=system, language=language)
    with existing(db) as triage:
        hits = _knowing(triage).search(tenant, Query(text=" ".join(words)), which, limit)
    if as_json:
        emit({"articles": [{**_brief(hit.article), "score": round(hit.score, 3)} for hit in hits]})
        return
    _list(hit.article for hit in hits)


@app.command()
def show(
    article: ArticleId,
    db: Database,
    tenant: Tenant = "default",
    version: Annotated[int | None, typer.Option("--version", help="This version instead of the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one article."""
    with existing(db) as triage:
        versions = _knowing(triage).versions(tenant, article)
    chosen = [each for each in versions[::-1] if version in {None, each.version}]
    if not chosen:
        raise ArticleNotFound
    if as_json:
        emit(_whole(chosen[0]))
    else:
        console().print("\n".join(_page(chosen[0])), soft_wrap=True)


@app.command()
def stale(db: Database, tenant: Tenant = "default", limit: Limit = 50, as_json: AsJson = False) -> None:
    """List published articles that should have been looked at by now, the longest due first."""
    with existing(db) as triage:
        found = _knowing(triage).stale(tenant, limit=limit)
    if as_json:
        emit({"articles": [_brief(article) for article in found]})
        return
    _list(found)


@app.command()
def publish(
    article: ArticleId,
    db: Database,
    by: By,
    owner: Annotated[str, typer.Option("--owner", metavar="PERSON", help="Who answers for the article.")],
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Let others read an article."""
    with existing(db) as triage:
        done = _knowing(triage).publish(tenant, article, owner, actor_of(triage, tenant, by))
    _told(done, f"published: {done.id}, version {done.version}, to be looked at by {done.review_by}", as_json)


@app.command()
def retire(article: ArticleId, db: Database, by: By, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Take an article out of what others find; its versions stay."""
    with existing(db) as triage:
        done = _knowing(triage).retire(tenant, article, actor_of(triage, tenant, by))
    _told(done, f"retired: {done.id}, version {done.version}", as_json)


@app.command("import")
def import_articles(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file with a list of articles.")],
    db: Database,
    by: By,
    tenant: Tenant = "default",
    publish_for: Annotated[
        str | None,
        typer.Option("--publish-for", metavar="PERSON", help="Publish what is new, with this person as its owner."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take articles over; what differs from the newest version becomes the next one.

    A file with anything wrong in it is refused whole, with all that is wrong.
    """
    read = read_articles(bytes_of(file)[1], tenant, system_clock(), by)
    with opened(db) as triage:
        actor = actor_of(triage, tenant, by)
        knowing = _knowing(triage)
        done = knowing.take_in(read, actor)
        drafts = [each.id for each in read if knowing.article(tenant, each.id).state is ArticleState.DRAFT]
        shown = [knowing.publish(tenant, name, publish_for, actor) for name in drafts] if publish_for else []
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged, "published": len(shown)}
    if as_json:
        emit({"tenant": tenant, **counts})
    else:
        told = ", ".join(f"{number} {what}" for what, number in counts.items())
        console().print(f"articles of {tenant}: {told}")


def _told(article: Article, text: str, as_json: bool) -> None:
    if as_json:
        emit(_brief(article))
    else:
        console().print(text)


def _list(articles: Iterable[Article]) -> None:
    out = console()
    count = 0
    for count, article in enumerate(articles, start=1):  # noqa: B007 - the last number is the count
        due = f", look by {article.review_by}" if article.review_by else ""
        out.print(f"{article.id}  {visible(article.title)}", soft_wrap=True)
        out.print(f"    {article.state}, version {article.version}, {article.affected_system or 'any system'}{due}")
    out.print(f"articles: {count}")


def _brief(article: Article) -> Shape:
    names = ("id", "version", "state", "title", "affected_system", "service_line", "language", "owner", "review_by")
    return {name: getattr(article, name) for name in names}


def _whole(article: Article) -> Shape:
    names = ("tags", "problem", "cause", "workaround", "solution", "notes", "sources", "changed_at", "changed_by")
    return {**_brief(article), **{name: getattr(article, name) for name in names}}


def _page(article: Article) -> list[str]:
    parts = {
        "Problem": article.problem,
        "Cause": article.cause,
        "Workaround": article.workaround,
        "Solution": article.solution,
        "Notes": "\n".join(article.notes),
        "Tags": ", ".join(article.tags),
    }
    head = f"{visible(article.title)}  [{article.state}, version {article.version}, {article.owner or 'no owner'}]"
    return [head, *(f"{name}: {visible(text)}" for name, text in parts.items() if text)]

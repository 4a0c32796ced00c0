"""What is an article of the knowledge base, and what may be done with it?

An article is one version of itself: every change makes the next one, and none is lost. It holds what a ticket's closure
said, redacted, and nothing of any other ticket.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.closure.facts import FixState
from triage_core.domain.errors import NotPermitted, TriageError, UnknownName
from triage_core.domain.policy.people import Right
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.closure.facts import ClosureFacts
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

LONGEST_TITLE: Final = 150
#: No part of an article is longer.
LONGEST_PART: Final = 20_000
MOST_TAGS: Final = 30
_TAG: Final = re.compile(r"[^\s,;][^,;\n]{0,59}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


class ArticleState(StrEnum):
    """How far an article is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Article(Value, frozen=True, kw_only=True):
    """One version of an article."""

    tenant: str
    id: str
    #: Counts from 1; 0 was never stored.
    version: int = 0
    state: ArticleState = ArticleState.DRAFT
    title: str
    problem: str = ""
    cause: str = ""
    workaround: str = ""
    solution: str = ""
    #: What engineers and agents noted while they worked on it.
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    affected_system: str | None = None
    service_line: str | None = None
    language: str = "en"
    #: Who answers for it; a published one has somebody.
    owner: str | None = None
    #: When it is looked at again.
    review_by: date | None = None
    #: The tickets that it was learned from.
    sources: tuple[str, ...] = ()
    changed_at: datetime
    changed_by: str

    def is_stale(self, today: date) -> bool:
        """Tell whether an article that others read should have been looked at by now."""
        return self.state is ArticleState.PUBLISHED and self.review_by is not None and self.review_by < today


class ArticleNotFound(TriageError):
    """No article of this tenant has the id."""

    code = "article_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such article in this tenant; search for it, or check the id")


class StaleArticle(TriageError):
    """Somebody else changed the article in between."""

    code = "stale_article"

    def __init__(self) -> None:
        """Tell the caller to read again."""
        super().__init__("the article changed while you worked on it; read it again and repeat the change")


class ArticleIncomplete(TriageError):
    """An article cannot be published as it is."""

    code = "article_incomplete"

    def __init__(self, lacks: Iterable[str]) -> None:
        """Name what it lacks."""
        super().__init__(f"the article needs {', '.join(lacks)} before others read it; add it and publish again")


def draft_of(context: Context, ticket: Ticket, facts: ClosureFacts, redact: Callable[[str], str]) -> Article:
    """Return what a closure teaches, as a draft that a person reads before others do.

    `redact` takes personal data and secrets out of every text. The ticket's id is the article's: closing teaches once.
    """
    fix = facts.permanent_fix
    system, line = (ticket.intake.get(name) for name in ("affected_system", "service_line"))
    category = facts.root_cause.category
    return Article(
        tenant=ticket.tenant,
        id=ticket.id,
        title=titled(redact(facts.summary)),
        problem=redact(facts.summary),
        cause=redact(facts.root_cause.text),
        workaround=redact(facts.workaround.text),
        solution=redact(fix.description) if fix.state is FixState.DONE else "",
        tags=tuple(dict.fromkeys(str(tag) for tag in (category, system, *ticket.tag_names) if tag)),
        affected_system=str(system) if system else None,
        service_line=str(line) if line else None,
        owner=ticket.owner,
        review_by=_review_by(context),
        sources=(ticket.id,),
        changed_at=context.now,
        changed_by=context.actor.id,
    )


def titled(text: str) -> str:
    """Return the first sentence of a text as a title."""
    line = " ".join(text.split())
    end = re.search(r"[.!?](?=\s|$)", line)
    first = line[: end.start()] if end else line
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"


def _review_by(context: Context) -> date:
    return (context.now + context.playbook.policy.closing.review_articles_after).date()


def published(context: Context, article: Article, owner: str) -> Article:
    """Let others read an article that somebody answers for.

    Raises `NotPermitted`, `UnknownName` and `ArticleIncomplete`.
    """
    _check_right(context, "publish an article")
    if owner not in context.playbook.directory.people:
        raise UnknownName("owner", context.playbook.directory.people)
    if lacks := _lacks(article):
        raise ArticleIncomplete(lacks)
    return _changed(context, article, state=ArticleState.PUBLISHED, owner=owner, review_by=_review_by(context))


def _lacks(article: Article) -> list[str]:
    parts = {
        "a title": article.title.strip(),
        "the problem": article.problem.strip(),
        "a solution or a workaround": article.solution.strip() or article.workaround.strip(),
    }
    wrong = {
        f"a title of at most {LONGEST_TITLE} characters": len(article.title) <= LONGEST_TITLE,
        f"parts of at most {LONGEST_PART} characters": all(len(part) <= LONGEST_PART for part in texts_of(article)),
        f"at most {MOST_TAGS} tags": len(article.tags) <= MOST_TAGS,
        "tags of at most 60 characters without commas": all(_TAG.fullmatch(tag) for tag in article.tags),
        "a language such as en or pt-BR": _LANGUAGE.fullmatch(article.language) is not None,
    }
    return [what for what, is_there in {**parts, **wrong}.items() if not is_there]


def texts_of(article: Article) -> tuple[str, ...]:
    """Return every free text of an article."""
    return (article.title, article.problem, article.cause, article.workaround, article.solution, *article.notes)


def retired(context: Context, article: Article) -> Article:
    """Take an article out of what others find; its versions stay."""
    _check_right(context, "retire an article")
    return _changed(context, article, state=ArticleState.RETIRED)


def reviewed(context: Context, article: Article) -> Article:
    """Say that a published article still holds."""
    _check_right(context, "review an article")
    return _changed(context, article, review_by=_review_by(context))


def revised(context: Context, article: Article, newer: Article) -> Article:
    """Take over what somebody wrote anew; a published article must stay fit to be read."""
    _check_right(context, "change an article")
    kept = {"tenant": article.tenant, "id": article.id, "state": article.state, "sources": article.sources}
    after = _changed(context, replace(newer, **kept, version=article.version))
    if article.state is ArticleState.PUBLISHED and (lacks := _lacks(after)):
        raise ArticleIncomplete(lacks)
    return after


def _changed(context: Context, article: Article, **parts: object) -> Article:
    return replace(article, **parts, changed_at=context.now, changed_by=context.actor.id)


def _check_right(context: Context, what: str) -> None:
    directory = context.playbook.directory
    if not directory.may(context.actor.roles, Right.WORK_TICKETS):
        raise NotPermitted(what, directory.holders(Right.WORK_TICKETS))

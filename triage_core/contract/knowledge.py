"""How are articles of the knowledge base found, read and looked after?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from triage_core.contract import fields as f
from triage_core.contract.closing import day
from triage_core.contract.messages import Given, Paged, Told
from triage_core.domain.knowledge.article import LONGEST_PART, LONGEST_TITLE, ArticleState

_TITLE: Final = "Sign-in fails with an expired certificate"
_PROBLEM: Final = "Nobody can sign in; the browser names an expired certificate."

ArticleId = Annotated[str, f.text("Article", "Identifier of the article.", "0192f3a7c1d25b9e4a7f03", 200)]
ArticleVersion = Annotated[int, f.field("Version", "Version of the article, counted from one.", 2, ge=1)]
ArticleStateName = Annotated[ArticleState, f.field("State", "How far the article is.", "published")]
Title = Annotated[str, f.text("Title", "What the article is about.", _TITLE, LONGEST_TITLE)]
Score = Annotated[float, f.field("Score", "How well it fits; compares inside one search only.", 7.25)]
Tags = Annotated[str, f.csv("Tags", "Words by which it is found.", "sign-in,certificate")]
System = Annotated[str, f.text("Affected System", "System that the article is about.", "sign-in", f.LONGEST_NAME)]
Line = Annotated[str, f.text("Service Line", "Service line that the article belongs to.", "identity", f.LONGEST_NAME)]
Language = Annotated[str, f.text("Language", "Language of the article.", "en", 5)]
ReviewBy = Annotated[str, day("Review By", "When somebody looks at it again.")]
Keeper = Annotated[str, f.text("Owner", "Person who answers for the article.", "ann", f.LONGEST_NAME)]


def _part(title: str, description: str, example: str) -> Any:  # noqa: ANN401 - what pydantic reads
    return f.text(title, description, example, LONGEST_PART)


Problem = Annotated[str, _part("Problem", "How it shows.", _PROBLEM)]
Why = Annotated[str, _part("Cause", "What produces it.", "The certificate ran out.")]
Workaround = Annotated[str, _part("Workaround", "What helps meanwhile.", "Sign in with a recovery code.")]
Solution = Annotated[str, _part("Solution", "What takes it away.", "Renew the certificate.")]


class ArticlePath(Given):
    """Which article."""

    article_id: ArticleId


class KnowledgeSearch(Given):
    """What is looked for; whatever it holds, it is words."""

    query: Annotated[str, f.text("Query", "What is looked for, in anybody's words.", "cannot sign in", 2_000)]
    affected_system: System | None = None
    service_line: Line | None = None
    language: Language | None = None
    limit: Annotated[int, f.field("Limit", "How many articles to return at most.", 3, ge=1, le=25)] = 10


class Suggested(Given):
    """How many articles."""

    limit: Annotated[int, f.field("Limit", "How many articles to return at most.", 3, ge=1, le=10)] = 3


class FoundArticle(Told):
    """An article that was found."""

    article_id: ArticleId
    title: Title
    score: Score
    state: ArticleStateName
    tags_csv: Tags
    affected_system: System | None
    service_line: Line | None
    owner: Keeper | None
    review_by: ReviewBy | None
    is_stale: Annotated[bool, f.flag("Is Stale", "Whether its day of review is over.", example=False)]


class FoundArticles(Told):
    """Articles, the one that fits best in front."""

    items: Annotated[tuple[FoundArticle, ...], f.listing("Items", "The articles.")]


class ArticleView(Told):
    """An article as it is read; everything in it was redacted."""

    article_id: ArticleId
    version: ArticleVersion
    state: ArticleStateName
    title: Title
    problem: Problem
    cause: Why
    workaround: Workaround
    solution: Solution
    notes: Annotated[str, f.field("Notes", "What was noted during the work, line by line.", "The log names the host.")]
    tags_csv: Tags
    affected_system: System | None
    service_line: Line | None
    language: Language
    owner: Keeper | None
    owner_name: f.OwnerName | None
    review_by: ReviewBy | None
    is_stale: Annotated[bool, f.flag("Is Stale", "Whether its day of review is over.", example=False)]
    sources_csv: Annotated[str, f.csv("Source Tickets", "Tickets that it was learnt from.", "0192f3a7c1d25b9e4a7f03")]
    changed_at: Annotated[f.Moment, f.field("Changed At", "When this version was written.", f.AT)]
    changed_by: Annotated[str, f.field("Changed By", "Who wrote it.", "ann")]


class Learnt(Given):
    """Something that was learnt during the work or an escalation."""

    text: Annotated[
        str, f.text("Text", "What was learnt, for people inside.", "The host's certificate had run out.", 10_000)
    ]


# --- looking after them -----------------------------------------------------------------------------------------------


class Shelf(StrEnum):
    """Which articles a list shows."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"
    #: Published, and the day of review is over.
    STALE = "stale"


class ArticleList(Paged):
    """Which articles."""

    shelf: Annotated[Shelf, f.field("Shelf", "Which articles are listed.", "stale")] = Shelf.PUBLISHED


class ArticleItem(Told):
    """An article in a list."""

    article_id: ArticleId
    version: ArticleVersion
    state: ArticleStateName
    title: Title
    owner: Keeper | None
    review_by: ReviewBy | None
    is_stale: Annotated[bool, f.flag("Is Stale", "Whether its day of review is over.", example=False)]
    changed_at: Annotated[f.Moment, f.field("Changed At", "When this version was written.", f.AT)]


class ArticlePage(Told):
    """Articles, by their day of review."""

    items: Annotated[tuple[ArticleItem, ...], f.listing("Items", "The articles of this page.")]
    next_cursor: f.NextCursor | None


class ArticleEdit(Given):
    """What is changed about an article; what is left out stays."""

    version: ArticleVersion
    title: Title | None = None
    problem: Problem | None = None
    cause: Why | None = None
    workaround: Workaround | None = None
    solution: Solution | None = None
    tags_csv: Tags | None = None
    affected_system: System | None = None
    service_line: Line | None = None
    language: Language | None = None

    like: ClassVar[dict[str, Any]] = {"version": 2}


class Publication(Given):
    """Who answers for the article from now on."""

    owner: Keeper

"""How are articles kept in tables, every version of them, and found by their words?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from msgspec.structs import replace
from sqlalchemy import Integer, Text, bindparam, cast, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql import knowledge_tables as tables
from triage_core.adapters.sql.encoding import escape, unescape
from triage_core.adapters.sql.knowledge_tables import article_versions, articles, words
from triage_core.adapters.sql.tables import KEY
from triage_core.domain.knowledge.article import Article, ArticleState, StaleArticle
from triage_core.domain.knowledge.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from triage_core.adapters.sql.hooks import Act
    from triage_core.adapters.sql.reading import Found, Given, Statement
    from triage_core.domain.knowledge.ranking import Hit, Query, Which

_ENCODER: Final = msgspec.json.Encoder()
_ARTICLES: Final = msgspec.json.Decoder(Article)


class Runs(Protocol):
    """Runs statements on a database."""

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement."""

    def together(self, work: Callable[[Act], Found]) -> Found:
        """Run several writing statements for good, all or none."""


class SqlKnowledge:
    """Articles in the tables of a store."""

    def __init__(self, store: Runs, dialect: str) -> None:
        """Use the store's connections."""
        self._store, self._dialect = store, dialect
        insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
        values = _values(dialect)
        self._add = insert(articles).values(values).on_conflict_do_nothing().returning(articles.c.version)
        self._move = articles.update().where(*_KEY, _IS_EXPECTED).values(values).returning(articles.c.version)

    def put(self, article: Article) -> Article:
        """Store an article as the version after its own; raises `StaleArticle` where it moved on."""
        after = replace(article, version=article.version + 1)
        document = _ENCODER.encode(after).decode()
        given = {**tables.columns_of(after, document), **self._words(after)}

        def work(act: Act) -> Found:
            step = (self._move, {**given, "expected": article.version}) if article.version else (self._add, given)
            if not (found := act(*step)):
                raise StaleArticle
            act(_ADD_VERSION, {name: given[name] for name in ("tenant", "id", "version", "document")})
            if self._dialect == "sqlite":
                act(_DROP_WORDS, {"rowid": given["place"]})
                act(_ADD_WORDS, tables.fts_row(after))
            return found

        self._store.together(work)
        return after

    def _words(self, article: Article) -> dict[str, str]:
        return {"words": tables.lexemes_of(article)} if self._dialect != "sqlite" else {}

    def get(self, tenant: str, article_id: str) -> Article | None:
        """Return the newest version of an article."""
        found = self._read(_GET, {"tenant": escape(tenant), "id": escape(article_id)})
        return found[0] if found else None

    def versions(self, tenant: str, article_id: str) -> tuple[Article, ...]:
        """Return all versions of an article, the oldest first."""
        return self._read(_VERSIONS, {"tenant": escape(tenant), "id": escape(article_id)})

    def search(self, tenant: str, query: Query, which: Which, limit: int) -> tuple[Hit, ...]:
        """Return the articles that answer a query, the best first."""
        if not query.words:
            return ()
        return ranked(query, self._read(*tables.question(self._dialect, tenant, query, which)), limit)

    def listed(self, tenant: str, state: ArticleState, first: int, limit: int) -> tuple[Article, ...]:
        """Return articles of a state by their day of review; those without one come last."""
        given: Given = {"tenant": escape(tenant), "state": state.value, "first": first, "limit": limit}
        return self._read(tables.LISTED, given)

    def drop_draft(self, tenant: str, article_id: str) -> bool:
        """Let go of an article, every version of it, that nobody has published; tell whether it was one."""
        key: Given = {"tenant": escape(tenant), "id": escape(article_id)}

        def work(act: Act) -> Found:
            if found := act(_DROP_DRAFT, key):
                act(_DROP_VERSIONS, key)
                if self._dialect == "sqlite":
                    act(_DROP_WORDS, {"rowid": found[0][0]})
            return found

        return bool(self._store.together(work))

    def stale(self, tenant: str, before: date, limit: int) -> tuple[Article, ...]:
        """Return published articles that were to be looked at before a day, the longest due first."""
        given: Given = {"tenant": escape(tenant), "before": before.isoformat(), "limit": limit}
        return self._read(tables.STALE, given)

    def _read(self, statement: Statement, given: Given) -> tuple[Article, ...]:
        return _articles(document for (document,) in self._store.rows(statement, given))


def _articles(documents: Iterable[str]) -> tuple[Article, ...]:
    return tuple(_ARTICLES.decode(unescape(document)) for document in documents)


def _values(dialect: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        column.name: bindparam(column.name, type_=column.type) for column in articles.columns if column.name != "words"
    }
    if dialect != "sqlite":
        values["words"] = cast(bindparam("words", type_=Text), postgresql.TSVECTOR)
    return values


_TENANT, _ID = bindparam("tenant", type_=KEY), bindparam("id", type_=KEY)
_KEY: Final = articles.c.tenant == _TENANT, articles.c.id == _ID
_IS_EXPECTED: Final = articles.c.version == bindparam("expected", type_=Integer)
_GET: Final = select(articles.c.document).where(*_KEY)
_VERSIONS: Final = (
    select(article_versions.c.document)
    .where(article_versions.c.tenant == _TENANT, article_versions.c.article_id == _ID)
    .order_by(article_versions.c.version)
)
_ADD_VERSION: Final = article_versions.insert().values(
    tenant=_TENANT,
    article_id=_ID,
    version=bindparam("version", type_=Integer),
    document=bindparam("document", type_=Text),
)
_DROP_DRAFT: Final = (
    articles.delete()
    .where(*_KEY, articles.c.state == literal_column(f"'{ArticleState.DRAFT.value}'"))
    .returning(articles.c.place)
)
_DROP_VERSIONS: Final = article_versions.delete().where(
    article_versions.c.tenant == _TENANT, article_versions.c.article_id == _ID
)
_DROP_WORDS: Final = words.delete().where(words.c.rowid == bindparam("rowid", type_=Integer))
_ADD_WORDS: Final = words.insert().values(
    {column.name: bindparam(column.name, type_=column.type) for column in words.c}
)

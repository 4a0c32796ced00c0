"""Which tables hold articles, and how does each database index their words?

The words are those that the domain found, in ASCII, so neither database takes them apart again. PostgreSQL keeps them
in a column of weighted lexemes, SQLite in a table of its own (FTS5). The tenant is a word of every article and of every
question, so that no index is searched beyond it.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    event,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL, TSQUERY, TSVECTOR, array

from triage_core.adapters.sql.encoding import escape, escape_optional
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.knowledge.article import ArticleState
from triage_core.domain.knowledge.ranking import NARROWED, WEIGHTS, parts_of

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement

    from triage_core.adapters.sql.reading import Given
    from triage_core.domain.knowledge.article import Article
    from triage_core.domain.knowledge.ranking import Query, Which

#: How the tables and indexes begin that no other part of the schema knows of.
FULL_TEXT: Final = "article_words"
#: So many articles are read to be put in order.
_CANDIDATES: Final = 200
_PARTS: Final = ("title", "tags", "body", "more")

#: The newest version of each article. `place` is its number in the index of SQLite.
articles = Table(
    "articles",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("id", KEY, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    *(Column(name, KEY) for name in NARROWED),
    Column("review_by", KEY),
    Column("place", BigInteger, nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql")),
    Column("document", Text, nullable=False),
)
article_versions = Table(
    "article_versions",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("article_id", KEY, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
#: SQLite's index, a table that SQLAlchemy need not know more of.
words = table(FULL_TEXT, column("rowid", BigInteger), column("scope", Text), *(column(name, Text) for name in _PARTS))

_CREATE: Final = {
    "sqlite": f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(scope, {', '.join(_PARTS)}, tokenize = 'ascii')",
    "postgresql": f"CREATE INDEX {FULL_TEXT}_index ON articles USING gin (words)",
}


@event.listens_for(articles, "after_create")
def _create_index(_table: Table, connection: Connection, **_how: object) -> None:
    connection.exec_driver_sql(_CREATE[connection.dialect.name])


@event.listens_for(articles, "before_drop")
def _drop_index(_table: Table, connection: Connection, **_how: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {FULL_TEXT}")


def _scope(tenant: str) -> str:
    """Return the word that stands for a tenant; no text has one like it."""
    return f"tenant{blake2b(tenant.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}"


def place_of(tenant: str, article_id: str) -> int:
    """Return an article's number in the index."""
    key = f"{len(tenant)}/{tenant}/{article_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(key, digest_size=8).digest()) >> 1


def columns_of(article: Article, document: str) -> Given:
    """Lay an article out as the values of its row."""
    return {
        "tenant": escape(article.tenant),
        "id": escape(article.id),
        "version": article.version,
        "state": article.state.value,
        **{name: escape_optional(getattr(article, name)) for name in NARROWED},
        "review_by": article.review_by.isoformat() if article.review_by else None,
        "place": place_of(article.tenant, article.id),
        "document": escape(document),
    }


# --- SQLite -----------------------------------------------------------------------------------------------------------


def fts_row(article: Article) -> Given:
    """Lay an article's words out for FTS5."""
    parts = dict(zip(_PARTS, map(" ".join, parts_of(article)), strict=True))
    return {"rowid": place_of(article.tenant, article.id), "scope": _scope(article.tenant), **parts}


def _fts_query(tenant: str, query: Query) -> str:
    wanted = " OR ".join(f'"{word}"' for word in query.words)
    return f'scope : "{_scope(tenant)}" AND {{{" ".join(_PARTS)}}} : ({wanted})'


_FTS_RANK: Final = func.bm25(literal_column(FULL_TEXT), 0.0, *WEIGHTS)
_SQLITE: Final = (
    select(articles.c.document)
    .select_from(articles.join(words, articles.c.place == words.c.rowid))
    .where(literal_column(FULL_TEXT).op("MATCH")(bindparam("query", type_=Text)))
    .order_by(_FTS_RANK, articles.c.id)
)

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

#: The last position that a lexeme can have.
_LAST: Final = 16_383
#: PostgreSQL names weights by letter, and ranks by those of D, C, B and A.
_LETTERS: Final = "ABCD"


def lexemes_of(article: Article) -> str:
    """Write an article's words as PostgreSQL reads them: each with its places and weights."""
    found: dict[str, list[str]] = {_scope(article.tenant): ["1D"]}
    place = 1
    for letter, part in zip(_LETTERS, parts_of(article), strict=True):
        for word in part:
            place = min(place + 1, _LAST)
            found.setdefault(word, []).append(f"{place}{letter}")
    return " ".join(f"'{word}':{','.join(dict.fromkeys(places))}" for word, places in found.items())


def _lexeme_query(tenant: str, query: Query) -> str:
    wanted = " | ".join(f"'{word}'" for word in query.words)
    return f"'{_scope(tenant)}' & ({wanted})"


_TSQUERY: Final = cast(bindparam("query", type_=Text), TSQUERY)
_BY_WEIGHT: Final = cast(array([weight / WEIGHTS[0] for weight in reversed(WEIGHTS)]), ARRAY(REAL))
_POSTGRES: Final = (
    select(articles.c.document)
    .where(articles.c.words.op("@@")(_TSQUERY))
    .order_by(func.ts_rank(_BY_WEIGHT, articles.c.words, _TSQUERY).desc(), articles.c.id)
)

# --- questions --------------------------------------------------------------------------------------------------------


def question(dialect: str, tenant: str, query: Query, which: Which) -> tuple[Select[Any], Given]:
    """Return the statement that finds what may answer a query, and its values."""
    narrowed = {name: value for name in NARROWED if (value := getattr(which, name)) is not None}
    asked = _fts_query(tenant, query) if dialect == "sqlite" else _lexeme_query(tenant, query)
    given = {"tenant": escape(tenant), "query": asked, **{name: escape(value) for name, value in narrowed.items()}}
    return _narrowed(dialect, frozenset(narrowed), which.states), given


@cache
def _narrowed(dialect: str, names: frozenset[str], states: tuple[ArticleState, ...]) -> Select[Any]:
    base = _SQLITE if dialect == "sqlite" else _POSTGRES
    wanted = articles.c.tenant == bindparam("tenant", type_=KEY), *(_is_given(name) for name in sorted(names))
    stated = or_(false(), *(articles.c.state == literal_column(f"'{state.value}'") for state in states))
    return base.where(*wanted, stated).limit(_CANDIDATES)


def _is_given(name: str) -> ColumnElement[bool]:
    return articles.c[name] == bindparam(name, type_=KEY)


STALE: Final = (
    select(articles.c.document)
    .where(
        articles.c.tenant == bindparam("tenant", type_=KEY),
        articles.c.state == literal_column(f"'{ArticleState.PUBLISHED.value}'"),
        articles.c.review_by < bindparam("before", type_=KEY),
    )
    .order_by(articles.c.review_by, articles.c.id)
    .limit(bindparam("limit", type_=BigInteger))
)
LISTED: Final = (
    select(articles.c.document)
    .where(articles.c.tenant == bindparam("tenant", type_=KEY), articles.c.state == bindparam("state", type_=Text))
    .order_by(articles.c.review_by.is_(None), articles.c.review_by, articles.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("first", type_=BigInteger))
)

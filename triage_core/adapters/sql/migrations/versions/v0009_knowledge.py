"""Which tables hold closings that owe their facts, and articles of the knowledge base?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Make them all."""
    _open_closures()
    _articles()


def _open_closures() -> None:
    op.create_table(
        "open_closures",
        *map(_key, ("tenant", "ticket_id")),
        _number("closed_at"),
        sa.PrimaryKeyConstraint("tenant", "ticket_id"),
    )
    op.create_index("open_closures_by_time", "open_closures", ["tenant", "closed_at", "ticket_id"])


def _articles() -> None:
    op.create_table(
        "articles",
        *map(_key, ("tenant", "id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        *(sa.Column(name, _KEY) for name in ("affected_system", "service_line", "language", "review_by")),
        _number("place"),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_words USING fts5(scope, title, tags, body, more, tokenize = 'ascii')")
    else:
        op.execute("CREATE INDEX article_words_index ON articles USING gin (words)")
    op.create_table(
        "article_versions",
        *map(_key, ("tenant", "article_id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "article_id", "version"),
    )

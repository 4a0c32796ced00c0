"""Which tables hold rotas, overrides and suppressions?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    """Make them all."""
    op.create_table(
        "rota_versions",
        *map(_key, ("tenant", "rota")),
        *map(_number, ("number", "effective_from")),
        *map(_text, ("document", "made_by")),
        _number("made_at"),
        _text("reason"),
        sa.PrimaryKeyConstraint("tenant", "rota", "number"),
    )
    _term("rota_overrides", "rota", "person")
    _term("suppressions", "systems", "service_lines")


def _term(name: str, *own: str) -> None:
    op.create_table(
        name,
        _key("tenant"),
        _number("id"),
        *map(_text, own),
        *map(_number, ("starts_at", "ends_at")),
        _text("made_by"),
        _number("made_at"),
        _text("reason"),
        _number("ended_at", nullable=True),
        _text("ended_by", nullable=True),
        _text("end_reason"),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )

"""Which tables hold switches and stages, and every change of them?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "controls",
        *map(_key, ("tenant", "name")),
        _number("version"),
        _text("document"),
        sa.PrimaryKeyConstraint("tenant", "name"),
    )
    op.create_table(
        "control_log",
        *map(_key, ("tenant", "name")),
        *map(_number, ("version", "at")),
        *map(_text, ("actor_kind", "actor", "what", "reason", "before", "after")),
        sa.PrimaryKeyConstraint("tenant", "name", "version"),
    )
    op.create_index("control_log_by_time", "control_log", ["tenant", "at"])

"""Which tables hold closings that owe their facts, and articles of the knowledge base?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0004"
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


def _open_closures() -> None:
    op.create_table(
        "open_closures",
        *map(_key, ("tenant", "ticket_id")),
        _number("closed_at"),
        sa.PrimaryKeyConstraint("tenant", "ticket_id"),
    )
    op.create_index("open_closures_by_time", "open_closures", ["tenant", "closed_at", "ticket_id"])

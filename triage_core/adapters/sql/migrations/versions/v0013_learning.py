"""Which tables hold samples, verdicts, changes of the policy and reviews?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "learning_records",
        *map(_key, ("tenant", "kind", "id")),
        sa.Column("version", sa.Integer, nullable=False),
        *map(_number, ("at", "begun_at")),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "id", "version"),
    )
    op.create_index("learning_records_by_time", "learning_records", ["tenant", "kind", "begun_at"])
    op.create_table(
        "calibration_labels",
        *map(_key, ("tenant", "sample", "ticket_id", "seat", "by")),
        _number("at"),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "sample", "ticket_id", "seat"),
        sa.UniqueConstraint("tenant", "sample", "ticket_id", "by", name="calibration_labels_one_each"),
    )

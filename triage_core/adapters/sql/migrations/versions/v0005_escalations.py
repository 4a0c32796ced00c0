"""Which columns find tickets by their running escalation, and by what people have to decide?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add them, and an index for each list."""
    for name in ("escalation_queue", "escalation_holder"):
        op.add_column("tickets", sa.Column(name, _KEY))
    op.add_column("tickets", sa.Column("waits_for_approval", sa.SmallInteger))
    waits = sa.column("waits_for_approval").is_not(None)
    is_escalated = sa.column("escalation_queue").is_not(None)
    place = ["tenant", "class_rank", "order_key", "id"]
    op.create_index("tickets_escalated", "tickets", place, sqlite_where=is_escalated, postgresql_where=is_escalated)
    op.create_index("tickets_waiting", "tickets", place, sqlite_where=waits, postgresql_where=waits)

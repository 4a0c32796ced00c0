"""Which tables hold what tickets are compared by, and the profiles of customers?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=nullable)


def upgrade() -> None:
    """Make them all."""
    _candidates()
    _profiles()


def _candidates() -> None:
    keys = ("requester_key", "customer", "system")
    op.create_table(
        "candidates",
        *map(_key, ("tenant", "ticket_id")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        *(_key(name, nullable=True) for name in keys),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "ticket_id"),
    )
    op.create_index("candidates_by_time", "candidates", ["tenant", "created_at"])
    for name in keys:
        held = sa.text(f"{name} IS NOT NULL")
        columns = ["tenant", name, "created_at"]
        op.create_index(f"candidates_by_{name}", "candidates", columns, sqlite_where=held, postgresql_where=held)
    op.create_table(
        "candidate_threads",
        *map(_key, ("tenant", "thread_key", "ticket_id")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "thread_key", "ticket_id"),
    )


def _profiles() -> None:
    op.create_table(
        "profiles",
        *map(_key, ("tenant", "customer", "requester_key")),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "customer", "requester_key"),
    )
    person = sa.text("requester_key != ''")
    columns = ["tenant", "requester_key"]
    op.create_index("profiles_by_person", "profiles", columns, sqlite_where=person, postgresql_where=person)
    held = sa.text("customer IS NOT NULL")
    columns = ["tenant", "customer", "created_at", "id"]
    op.create_index("tickets_by_customer", "tickets", columns, sqlite_where=held, postgresql_where=held)

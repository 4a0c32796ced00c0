"""Which tables hold intents to send directly, and how each surface fares?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger, nullable=False)


def upgrade() -> None:
    """Make them all."""
    _sends()
    _indexes()
    op.create_table(
        "send_lanes",
        *map(_key, ("tenant", "surface")),
        _number("failures"),
        _number("resume_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "surface"),
    )


def _sends() -> None:
    op.create_table(
        "sends",
        *map(_key, ("tenant", "id", "ticket_id")),
        *map(_number, ("number", "position")),
        _key("surface"),
        _text("purpose"),
        *map(_key, ("about", "recipients")),
        _number("at"),
        _flag("at_most_once"),
        _key("state"),
        _number("attempts"),
        *(_number(name, nullable=True) for name in ("next_at", "began_at")),
        _text("claimed_by", nullable=True),
        _number("claimed_until", nullable=True),
        _text("failure", nullable=True),
        _text("receipt"),
        _flag("may_have_arrived"),
        _number("over_at", nullable=True),
        _flag("is_reported"),
        _text("retried_by", nullable=True),
        _number("retried_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def _indexes() -> None:
    waiting = "next_at IS NOT NULL"
    _index("sends_waiting", ["next_at", "tenant", "surface"], waiting)
    _index("sends_in_order", ["tenant", "surface", "ticket_id"], waiting)
    _index("sends_claimed", ["tenant", "surface", "claimed_until"], "claimed_until IS NOT NULL")
    _index("sends_untold", ["over_at", "tenant"], "is_reported = 0 AND next_at IS NULL")
    _index("sends_amiss", ["tenant", "state"], "state IN ('failed', 'unknown')")
    op.create_index("sends_by_ticket", "sends", ["tenant", "ticket_id", "at"])
    op.create_index("sends_by_time", "sends", ["tenant", "at"])


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "sends", columns, sqlite_where=where, postgresql_where=where)

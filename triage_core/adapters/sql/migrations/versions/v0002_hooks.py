"""Which tables hold hooks, deliveries and what they are signed with?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    """Make them all."""
    _outbox()
    _hooks()
    _deliveries()
    _signing_secrets()


def _outbox() -> None:
    is_queued = sa.text("state = 'queued'")
    op.create_index(
        "outbox_queued",
        "outbox",
        ["created_at", "tenant", "id"],
        sqlite_where=is_queued,
        postgresql_where=is_queued,
    )
    op.create_index("outbox_by_type", "outbox", ["tenant", "type", "created_at"])


def _hooks() -> None:
    op.create_table(
        "hooks",
        *map(_key, ("tenant", "id")),
        _text("url"),
        _key("event_type"),
        _text("platform", nullable=True),
        _text("created_by"),
        *map(_number, ("created_at", "since")),
        _text("state"),
        _number("failures"),
        *(_number(name, nullable=True) for name in ("last_status", "expires_at", "resume_at")),
        *map(_text, ("header_name", "header_value")),
        _text("claimed_by", nullable=True),
        _number("claimed_until", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("hooks_by_type", "hooks", ["tenant", "event_type"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *map(_key, ("tenant", "message_id", "hook_id", "ticket_id")),
        *map(_number, ("number", "position")),
        _text("state"),
        _number("attempts"),
        *(_number(name, nullable=True) for name in ("next_at", "last_status")),
        _text("last_failure", nullable=True),
        _number("created_at"),
        sa.PrimaryKeyConstraint("tenant", "message_id", "hook_id"),
    )
    is_waiting = sa.text("next_at IS NOT NULL")
    for name, columns in (
        ("deliveries_waiting", ("next_at",)),
        ("deliveries_in_order", ("ticket_id", "number", "position")),
    ):
        op.create_index(
            name,
            "deliveries",
            ["tenant", "hook_id", *columns],
            sqlite_where=is_waiting,
            postgresql_where=is_waiting,
        )
    op.create_index("deliveries_by_time", "deliveries", ["tenant", "created_at"])


def _signing_secrets() -> None:
    op.create_table(
        "signing_secrets",
        _key("tenant"),
        _number("number"),
        _text("secret"),
        *(_number("made_at"), _number("until", nullable=True)),
        sa.PrimaryKeyConstraint("tenant", "number"),
    )

"""Which tables did the first version have?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _key(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, _KEY, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    """Make them all."""
    _tickets()
    _timelines()
    _beside()
    _of_tenants()


def _tickets() -> None:
    op.create_table(
        "tickets",
        *map(_key, ("tenant", "id", "source", "source_id", "source_version", "mode", "state")),
        sa.Column("is_open", sa.SmallInteger, nullable=False),
        _key("class_name", nullable=True),
        sa.Column("class_rank", sa.SmallInteger, nullable=False),
        _number("order_key"),
        *(_key(name, nullable=True) for name in ("queue", "owner", "customer", "requester_key")),
        *map(_number, ("created_at", "updated_at", "version")),
        _key("head"),
        _text("document"),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("tickets_by_source", "tickets", ["tenant", "source", "source_id"], unique=True)
    place = "class_rank", "order_key", "id"
    is_open = sa.text("is_open = 1")
    for name, columns in (
        ("tickets_open", ()),
        ("tickets_open_by_queue", ("queue",)),
        ("tickets_open_by_owner", ("owner",)),
    ):
        op.create_index(
            name,
            "tickets",
            ["tenant", *columns, *place],
            sqlite_where=is_open,
            postgresql_where=is_open,
        )


def _timelines() -> None:
    op.create_table(
        "entries",
        *map(_key, ("tenant", "ticket_id")),
        _number("number"),
        *map(_text, ("body", "hash", "kind")),
        _number("at"),
        _key("source_event_id", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "ticket_id", "number"),
    )
    has_event = sa.text("source_event_id IS NOT NULL")
    op.create_index(
        "entries_by_event",
        "entries",
        ["tenant", "ticket_id", "source_event_id"],
        unique=True,
        sqlite_where=has_event,
        postgresql_where=has_event,
    )


def _beside() -> None:
    op.create_table(
        "texts",
        *map(_key, ("tenant", "ticket_id", "id")),
        *map(_number, ("number", "position")),
        *map(_text, ("kind", "content")),
        _number("at"),
        sa.PrimaryKeyConstraint("tenant", "ticket_id", "id"),
    )
    op.create_table(
        "timers",
        *map(_key, ("tenant", "ticket_id", "purpose")),
        _number("due_at"),
        _text("edge"),
        _text("claimed_by", nullable=True),
        _number("claimed_until", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "ticket_id", "purpose"),
    )
    op.create_index("timers_due", "timers", ["due_at", "tenant", "ticket_id", "purpose"])
    op.create_table(
        "outbox",
        *map(_key, ("tenant", "id", "ticket_id")),
        *map(_number, ("number", "position")),
        *map(_text, ("type", "payload", "state")),
        *map(_number, ("attempts", "next_at", "created_at")),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("outbox_by_ticket", "outbox", ["tenant", "ticket_id", "number", "position"])
    op.create_table(
        "answers",
        *map(_key, ("tenant", "key")),
        *map(_text, ("request_digest", "body")),
        _number("created_at"),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )


def _of_tenants() -> None:
    op.create_table(
        "policies",
        *map(_key, ("tenant", "version")),
        *map(_text, ("document", "digest")),
        _number("active_from"),
        sa.PrimaryKeyConstraint("tenant", "version"),
    )
    op.create_table(
        "digest_keys",
        _key("tenant"),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
    op.create_table(
        "checkpoints",
        _key("tenant"),
        *map(_number, ("number", "at", "count")),
        _text("root"),
        sa.PrimaryKeyConstraint("tenant", "number"),
    )

"""Which tables hold keys, sessions, links for signing in, and changes that wait for a second person?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
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
    _api_keys()
    _sessions()
    _pending_changes()


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        *map(_key, ("tenant", "prefix")),
        *map(_text, ("secret_hash", "name", "platform", "scopes", "created_by")),
        *map(_number, ("created_at", "expires_at")),
        *(_number(name, nullable=True) for name in ("last_used_at", "revoked_at")),
        _text("rotated_from", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "prefix"),
    )
    op.create_index("api_keys_by_prefix", "api_keys", ["prefix", "tenant"], unique=True)


def _sessions() -> None:
    op.create_table(
        "sessions",
        *map(_key, ("tenant", "id", "person_id")),
        _text("method"),
        *map(_number, ("auth_time", "last_seen_at")),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("sessions_by_id", "sessions", ["id", "tenant"], unique=True)
    op.create_index("sessions_by_person", "sessions", ["tenant", "person_id"])
    op.create_table(
        "sign_in_links",
        *map(_key, ("tenant", "id", "person_id")),
        _number("expires_at"),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("sign_in_links_by_id", "sign_in_links", ["id", "tenant"], unique=True)


def _pending_changes() -> None:
    op.create_table(
        "pending_changes",
        *map(_key, ("tenant", "id")),
        *map(_text, ("kind", "summary", "document", "proposed_by")),
        _number("proposed_at"),
        _text("settled_by", nullable=True),
        _number("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )

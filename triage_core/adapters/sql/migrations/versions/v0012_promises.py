"""Which table holds what closings promised and nobody has done yet?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_CLOSED = sa.text("SELECT tenant, id, document FROM tickets WHERE state = 'closed'")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Make it, and fill it from the tickets that are closed."""
    table = op.create_table(
        "promises",
        *(sa.Column(name, _KEY, nullable=False) for name in ("tenant", "ticket_id", "action", "owner")),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "ticket_id", "action"),
    )
    op.create_index("promises_by_time", "promises", ["tenant", "due_at", "ticket_id", "action"])
    if rows := list(_open()):
        op.bulk_insert(table, rows)


def _open() -> Iterator[dict[str, str | int]]:
    for tenant, ticket_id, document in op.get_bind().execute(_CLOSED):
        for item in json.loads(document).get("actions", ()):
            if item.get("done_at") is None:
                due_at = (datetime.fromisoformat(item["due_at"]) - _EPOCH) // timedelta(microseconds=1)
                row = {"tenant": tenant, "ticket_id": ticket_id, "action": item["id"]}
                yield {**row, "owner": item["owner"], "due_at": due_at}

"""Which index finds the lines of timelines that are counted to see whether automation goes wrong?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COUNTED = (
    *("approval.expired", "approval.requested", "gate.bypassed", "message.failed", "message.released"),
    *("ticket.overridden", "ticket.triaged"),
)


def upgrade() -> None:
    """Make it."""
    is_counted = sa.column("kind").in_([sa.literal_column(f"'{kind}'") for kind in _COUNTED])
    columns = ["tenant", "kind", "at"]
    op.create_index("entries_counted", "entries", columns, sqlite_where=is_counted, postgresql_where=is_counted)

"""How does Alembic reach the database? On the connection that it is given."""

from __future__ import annotations

from alembic import context

from triage_core.adapters.sql import (  # noqa: F401 - they add tables
    closures,
    controls,
    customers,
    identity,
    knowledge_tables,
    neighbours,
    reports,
)
from triage_core.adapters.sql.schema import VERSION_TABLE
from triage_core.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

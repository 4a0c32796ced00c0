"""What can go wrong with a database in a way its operator can answer?"""

from __future__ import annotations

from triage_core.domain.errors import TriageError


class UrlUnsupported(TriageError):
    """No adapter knows this kind of database."""

    code = "url_unsupported"

    def __init__(self) -> None:
        """List what can be opened; the URL may hold a password and is not repeated."""
        super().__init__(
            "this store URL is of no known kind; use memory:, sqlite:///FILE or postgresql://HOST/DATABASE"
        )


class DriverMissing(TriageError):
    """The driver of this kind of database is not installed."""

    code = "driver_missing"

    def __init__(self, extra: str) -> None:
        """Say how to install it."""
        super().__init__(f"this database needs a driver; install it with: pip install 'triage-core[{extra}]'")


class SchemaOutdated(TriageError):
    """The database was made by an older version."""

    code = "schema_outdated"

    def __init__(self, found: str, needed: str) -> None:
        """Name both schemas and the way up."""
        super().__init__(f"the database has schema {found}, this version needs {needed}; back it up, then upgrade it")


class SchemaNewer(TriageError):
    """The database was made by a newer version."""

    code = "schema_newer"

    def __init__(self, known: str) -> None:
        """Name the schema this version knows."""
        super().__init__(f"the database is newer than schema {known}; open it with the version that wrote it, or later")


class StoreUnavailable(TriageError):
    """The connection to the database broke or could not be made."""

    code = "store_unavailable"

    def __init__(self) -> None:
        """Say what is unknown: a write may have arrived before the connection broke."""
        super().__init__(
            "the database cannot be reached; check that it runs and its URL, then repeat the request with the same key",
        )


class StoreBusy(TriageError):
    """Another process held the database for too long."""

    code = "store_busy"

    def __init__(self) -> None:
        """Say why it happens and what helps."""
        super().__init__("another process writes to this database file; repeat the request, or let one process write")


class StoreClosed(TriageError):
    """The store was used after its end."""

    code = "store_closed"

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__("this store is closed; open a new one")


class WriterStopped(TriageError):
    """The thread that writes is gone, so nothing can be saved."""

    code = "writer_stopped"

    def __init__(self) -> None:
        """Say how to go on: after a fork the thread lives in the parent only."""
        super().__init__("the thread that writes is not running; open a new store in this process (not before a fork)")


class CompactionDenied(TriageError):
    """The database user may not write the tables anew."""

    code = "compaction_denied"

    def __init__(self) -> None:
        """Say which rights it takes."""
        super().__init__(
            "this database user may not compact; run VACUUM (FULL) as the owner of the tables and CHECKPOINT as a "
            "member of pg_checkpoint, see docs/retention.md"
        )

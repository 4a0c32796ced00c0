"""Which adapters does this installation use? The only module that puts them together."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from triage_core.adapters.failures import DriverMissing, UrlUnsupported
from triage_core.adapters.ids import time_ordered
from triage_core.ports import Store
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Callable


def system_clock() -> datetime:
    """Return the moment it is now."""
    return datetime.now(UTC)


def open_triage(
    url: str, now: Callable[[], datetime] = system_clock, new_id: Callable[[], str] | None = None
) -> Triage:
    """Open the use cases over the store that a URL names; without a clock and ids of the caller's, over real ones."""
    return Triage(open_store(url), now, new_id or time_ordered(now))


def open_store(url: str) -> Store:
    """Open the store that a URL names: `memory:`, `sqlite:///FILE` or `postgresql://HOST/DATABASE`."""
    kind = url.partition(":")[0].partition("+")[0]
    if kind not in _OPENERS:
        raise UrlUnsupported
    return _OPENERS[kind](url)


# Each opener imports its own adapter, so that nobody pays for a database that is not used.


def _open_memory(_url: str) -> Store:
    from triage_core.adapters.memory import MemoryStore  # noqa: PLC0415 - see above

    return MemoryStore()


def _open_sqlite(url: str) -> Store:
    from triage_core.adapters.sql.sqlite import SqliteStore  # noqa: PLC0415 - see above

    return SqliteStore(url)


def _open_postgres(url: str) -> Store:
    if find_spec("psycopg") is None:
        raise DriverMissing("postgres")
    from triage_core.adapters.sql.postgres import PostgresStore  # noqa: PLC0415 - see above

    return PostgresStore("postgresql+psycopg:" + url.partition(":")[2])


_OPENERS = {"memory": _open_memory, "sqlite": _open_sqlite, "postgresql": _open_postgres, "postgres": _open_postgres}

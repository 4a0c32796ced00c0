"""How do a tenant's decisions about texts and corrections come about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain import chain
from triage_core.domain.oversight import Oversight, oversight

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage_core.domain.entry import Entry
    from triage_core.domain.policy.gates import ReviewWarning
    from triage_core.ports import Evidence


def oversight_of(store: Evidence, tenant: str, rule: ReviewWarning, since: datetime | None = None) -> Oversight:
    """Read a tenant's timelines, from a moment on where one is given."""
    return oversight(_entries(store, tenant, since), rule)


def _entries(store: Evidence, tenant: str, since: datetime | None) -> Iterator[Entry]:
    for _, lines in store.chains(tenant):
        entries = (chain.read(body) for _, body, _ in lines)
        yield from (entry for entry in entries if since is None or entry.at >= since)

"""From which tables is everything generated?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from triage_core.contract.event_rows import EVENTS
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.contract.event_rows import EventRow
    from triage_core.contract.events import EventType
    from triage_core.contract.operation import Operation
    from triage_core.contract.problems import Row


class Tables(NamedTuple):
    """The contract as it stands, unless somebody asks what another one would give."""

    operations: Mapping[str, Operation] = MappingProxyType(OPERATIONS)
    events: Mapping[EventType, EventRow] = MappingProxyType(EVENTS)
    problems: Mapping[str, Row] = MappingProxyType(PROBLEMS)

    def codes(self, status: int) -> tuple[str, ...]:
        """Return the codes of all problems that are told with a status."""
        return tuple(sorted(code for code, row in self.problems.items() if row.status == status))

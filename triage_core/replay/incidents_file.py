"""How is each incident of a replay written down, one line for each?"""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Final

from triage_core.domain.kpis import lives
from triage_core.replay.figures import wall

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.replay.incident import Incident

COLUMNS: Final = ("number", "opened", "first", "last", "resolved", "closed", "pause", "hours")
_PLACES: Final = 6


class IncidentsFile:
    """A CSV file; classes stand as their place in the policy, 1 the highest, and durations in hours."""

    def __init__(self, text: IO[str], classes: dict[str, int]) -> None:
        """Write the header; `classes` gives the rank of each class, from 0."""
        self._ranks: Final = classes
        self._writer: Final = csv.writer(text, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, number: str, incident: Incident) -> None:
        """Write one incident."""
        life = incident.life
        took = life.resolution
        self._writer.writerow(
            (
                number,
                wall(life.opened_at),
                self._place(life.first_class),
                self._place(life.last_class),
                _moment(life.resolved_at),
                _moment(life.closed_at),
                round(lives.waited(life.waits) / lives.HOUR, _PLACES),
                "" if took is None else round(lives.in_hours(took), _PLACES),
            )
        )

    def _place(self, class_name: str) -> int | str:
        return self._ranks[class_name] + 1 if class_name else ""


def _moment(at: datetime | None) -> str:
    return "" if at is None else wall(at)

"""Who is on call when: layers of turns, overrides that go before them, and a past that no edit changes?"""

from __future__ import annotations

from triage_core.domain.rota.book import (
    Away,
    Book,
    Override,
    RotaChanged,
    Shift,
    ShiftChange,
    Summary,
    Version,
    gaps,
    nobody_away,
    on_duty,
    shifts,
    summary,
    version_at,
)
from triage_core.domain.rota.document import Layer, Rota, RotaInvalid, Weekday

__all__ = [
    "Away",
    "Book",
    "Layer",
    "Override",
    "Rota",
    "RotaChanged",
    "RotaInvalid",
    "Shift",
    "ShiftChange",
    "Summary",
    "Version",
    "Weekday",
    "gaps",
    "nobody_away",
    "on_duty",
    "shifts",
    "summary",
    "version_at",
]

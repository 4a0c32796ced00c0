"""Who is on duty and what is held back, as one decision sees it?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from triage_core.domain.conditions import FieldValues
from triage_core.domain.rota import Book, on_duty
from triage_core.domain.suppression import Suppression, held_until
from triage_core.domain.value import Value

_NOTHING = Book()


class OnCall(Value, frozen=True, kw_only=True):
    """The rotas and suppressions of a tenant, as they were read at one time."""

    books: Mapping[str, Book] = msgspec.field(default_factory=dict)
    #: All that there ever were.
    suppressions: tuple[Suppression, ...] = ()

    def on_duty(self, rota: str, at: datetime) -> str | None:
        """Return who is on duty; nobody on a rota that nobody wrote yet."""
        return on_duty(self.book(rota), at)

    def held_until(
        self, fields: FieldValues, tags: Collection[str], never_suppressed: Collection[str], at: datetime
    ) -> datetime | None:
        """Return until when maintenance holds the escalation of such a ticket back."""
        return held_until(self.suppressions, fields, tags, never_suppressed, at)

    def book(self, rota: str) -> Book:
        """Return all that was written about a rota, which may be nothing."""
        return self.books.get(rota, _NOTHING)

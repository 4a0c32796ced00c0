"""What is wrong with a policy file, exactly where, and what would do instead?"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Weight(StrEnum):
    """Whether a problem stops the policy or only deserves a look."""

    ERROR = "error"
    WARNING = "warning"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a policy file; line and column count from 1."""

    file: str
    line: int
    column: int
    #: JSON pointer of the place.
    path: str
    what: str
    expected: str = ""
    #: The valid name that comes nearest to the one written.
    nearest: str | None = None
    code: str
    severity: Weight = Weight.ERROR

    def __str__(self) -> str:
        """Read like a compiler: place, what is wrong, what would do."""
        weight = "warning: " if self.severity is Weight.WARNING else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        nearest = f" (did you mean {self.nearest}?)" if self.nearest else ""
        return f"{self.file}:{self.line}:{self.column}: {weight}{self.what}{expected}{nearest}"

"""What have all values of the domain in common?"""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of all domain values; fields that hold their default are left out of the stored form."""

"""How does a new ticket get an id that nobody else has and that sorts by time?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def time_ordered(now: Callable[[], datetime]) -> Callable[[], str]:
    """Return a source of ids: twelve hexadecimal digits of milliseconds, then ten of chance."""

    def new_id() -> str:
        return f"{int(now().timestamp() * 1000):012x}{secrets.token_hex(5)}"

    return new_id

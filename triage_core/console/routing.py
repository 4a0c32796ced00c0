"""What is a table of pages: each with its method, its address and what shows it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from triage_core.console.visit import Visit

Routes: TypeAlias = "tuple[tuple[str, str, Callable[[Visit], Response]], ...]"

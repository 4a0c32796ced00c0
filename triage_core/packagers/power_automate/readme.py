"""What do people read who look at the connector? The page that certification asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.packagers.overlay import Visibility
from triage_core.packagers.power_automate.rendering import rendered
from triage_core.packagers.spoken import operations_of
from triage_core.packagers.swagger import swagger_document

if TYPE_CHECKING:
    from triage_core.packagers.overlay import Overlay
    from triage_core.packagers.tables import Tables

#: What people try a new connection with.
_TEST: Final = "GetMe"
_FIRST: Final = (Visibility.IMPORTANT, None, Visibility.ADVANCED)


def readme(tables: Tables, overlay: Overlay) -> str:
    """Return the page."""
    offered = [operation for _, operation in operations_of(swagger_document(tables, overlay))]
    actions = [each for each in offered if "x-ms-trigger" not in each and each.get("x-ms-visibility") in _FIRST]
    return rendered(
        "connector.md.jinja",
        overlay=overlay,
        actions=sorted(actions, key=_rank),
        triggers=[each for each in offered if "x-ms-trigger" in each],
        test=next(each for each in offered if each["operationId"] == _TEST),
    )


def _rank(operation: dict[str, Any]) -> int:
    return _FIRST.index(operation.get("x-ms-visibility"))

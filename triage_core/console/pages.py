"""Which pages are there, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from triage_core.console import approvals, escalations, home, incidents, renewing, reports, rewording, signing_in
from triage_core.console.answering import endpoint
from triage_core.console.rendering import HERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.identity.desk import Identity
    from triage_core.service.access import Services

_STATIC: Final = "static"
_ROUTES: Final = (
    *home.ROUTES,
    *signing_in.ROUTES,
    *escalations.ROUTES,
    *incidents.ROUTES,
    *approvals.ROUTES,
    *rewording.ROUTES,
    *renewing.ROUTES,
    *reports.ROUTES,
)
#: The first words of all addresses, for hosts that must know them before.
NOUNS: Final = tuple(sorted({path.split("/")[1] for _, path, _ in _ROUTES if path != "/"} | {_STATIC}))


def routes(identity: Callable[[], Identity], services: Callable[[], Services]) -> list[BaseRoute]:
    """Return the pages, for an application that may serve other things beside them."""
    pages = [Route(path, endpoint(identity, services, show), methods=[method]) for method, path, show in _ROUTES]
    return [*pages, Mount(f"/{_STATIC}", StaticFiles(directory=HERE / _STATIC))]

"""How does the desk do, against what was frozen, and who has to look at what?

Whoever may look at tickets sees more than a report says, so no right beside that is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.console.rendering import page
from triage_core.domain.kpis.weeks import last_over, week_at, weeks_back
from triage_core.reports.pages import weekly_body
from triage_core.reports.telling import weekly_view

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit

#: So many weeks can be chosen from.
_CHOICE: Final = 12


def week(visit: Visit) -> Response:
    """Show the report of a week: figures, exceptions with those who answer for them, and patterns."""
    caller = visit.reader
    reporting, now = visit.triage.reporting, visit.services.now()
    zone = reporting.zone(caller.tenant)
    wanted = visit.request.query_params.get("week") or last_over(now, zone)
    view = weekly_view(reporting.weekly(caller.tenant, wanted))
    return page(
        "report.html",
        caller=caller,
        week=view.week,
        weeks=sorted({view.week, *weeks_back(week_at(now, zone), _CHOICE, zone)}, reverse=True),
        report=weekly_body(view),
    )


ROUTES: Final[Routes] = (("GET", "/reports", week),)

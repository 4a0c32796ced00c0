"""How are figures and reports asked for through the API?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TimeOrder
from triage_core.domain.kpis.weeks import Span
from triage_core.edge.call import Answer, Call
from triage_core.reports import telling
from triage_core.service.reporting import Asked

if TYPE_CHECKING:
    from triage_core.contract.reports import SpanQuery


def weekly(call: Call) -> Answer:
    """Tell the report of a week."""
    return Answer(telling.weekly_view(call.triage.reporting.weekly(call.tenant, call.query.week)))


def kpis(call: Call) -> Answer:
    """Tell figures, told apart where asked."""
    asked = Asked(_span(call, call.query), call.query.by, call.query.customer)
    return Answer(telling.kpi_view(call.triage.reporting.figures(call.tenant, asked)))


def customer(call: Call) -> Answer:
    """Tell what one customer may read."""
    span = _span(call, call.query)
    return Answer(telling.customer_view(call.triage.reporting.customer(call.tenant, call.query.customer, span)))


def _span(call: Call, query: SpanQuery) -> Span:
    """Return the time that is asked for; one end alone leaves the other at the week's."""
    week = call.triage.reporting.week(call.tenant, query.week)
    span = Span(start=query.since or week.start, end=query.until or (call.now if query.since else week.end))
    if span.start >= span.end:
        raise TimeOrder("the end of the time", span.start)
    return span

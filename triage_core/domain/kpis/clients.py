"""What may a customer read about its own tickets?

Only the customer's own tickets are looked at, so nothing of another customer can be in it. What concerns people and
rules inside the desk is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.measuring import Dimension, Figure, Figures, Observed
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.observing import Terms
    from triage_core.domain.kpis.weeks import Span

#: What clients read, in this order.
FOR_CLIENTS: Final = (
    *(Kpi.FIRST_RESPONSE, Kpi.RESOLUTION_ALL, Kpi.RESOLUTION, Kpi.BREACH_RATE, Kpi.WITHIN_TARGET),
    *(Kpi.ESCALATION_RATE, Kpi.ON_TIME_ESCALATION, Kpi.ACKNOWLEDGEMENT, Kpi.CHECKPOINT_ADHERENCE),
    *(Kpi.REOPEN_RATE, Kpi.PARTIAL_RESOLUTION_RATE, Kpi.SATISFACTION),
)


class ClassFigures(Value, frozen=True, kw_only=True):
    """One class of a customer's tickets."""

    class_name: str
    tickets: int
    figures: tuple[Figure, ...]


class CustomerReport(Value, frozen=True, kw_only=True):
    """Escalation statistics for one customer."""

    tenant: str
    customer: str
    span: Span
    made_at: datetime
    tickets: int
    escalated: int
    figures: tuple[Figure, ...]
    classes: tuple[ClassFigures, ...]


def customer_report(facts: Iterable[TicketFacts], who: tuple[str, str], span: Span, terms: Terms) -> CustomerReport:
    """Return what one customer of a tenant may read; `who` is the tenant and the customer."""
    tenant, customer = who
    own = [each for each in facts if (each.tenant, each.customer) == (tenant, customer)]
    observed = Observed(own, terms)
    found = observed.figures(span)
    return CustomerReport(
        tenant=tenant,
        customer=customer,
        span=span,
        made_at=terms.now,
        tickets=found.tickets,
        escalated=found.figures[Kpi.ESCALATION_RATE].count or 0,
        figures=_for_clients(found),
        classes=tuple(
            ClassFigures(class_name=name, tickets=part.tickets, figures=_for_clients(part))
            for name, part in observed.by(span, Dimension.CLASS).items()
        ),
    )


def _for_clients(found: Figures) -> tuple[Figure, ...]:
    return tuple(found.figures[kpi] for kpi in FOR_CLIENTS)

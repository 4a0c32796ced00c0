"""Which texts, rules and surroundings do tests of outgoing texts begin with?"""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec.structs import replace

from tests.small_policy import policy
from triage_core.domain.output import Finding, Outgoing, Standards, Surroundings, check
from triage_core.domain.policy.gates import Placeholder, TemplateKind

TICKET = "T-17"
TEXT = Outgoing(
    kind=TemplateKind.FIRST_RESPONSE,
    subject="T-17: we are working on it",
    body="Hello Ann,\n\nwe are looking into it.\n\nYour desk",
    recipients=("ann@example.com",),
    facts={
        Placeholder.TICKET_ID: TICKET,
        Placeholder.NEXT_UPDATE_DUE: "2 March 2026, 11:00",
        Placeholder.RESOLUTION_DUE: "3 March 2026, 09:00",
        Placeholder.IMPACT_STATEMENT: "Mail is slow for 40 people.",
        Placeholder.CURRENT_STATE: "The cause is found.",
        Placeholder.NEXT_STEPS: "We restart the service.",
        Placeholder.RESOLUTION_SUMMARY: "The disk was cleaned.",
    },
)
AROUND = Surroundings(
    own=("ann@example.com", "+49 30 901820", "DE89 3704 0044 0532 0130 00"),
    own_names=("Ann Miller", "Globex Research GmbH"),
    ticket_ids=(TICKET,),
    other_tenants=("Northgate Operations",),
    other_customers=("Acme Widgets GmbH", "Initech", "Globex"),
    ticket_text="""Printer
The printer on the second floor shows "out of cheese now" since this morning and hums very loudly.""",
)
RULES: dict[str, Any] = {
    "link_domains": ["help.example.com", "*.apps.example.com", "münchen.example"],
    "forbidden_names": ["Project Heron"],
    "contacts": ["desk@example.com", "@desk.example.com", "+49 30 555 0100"],
    "phone_regions": ["DE", "US"],
}
STATUS_PAGE = "https://status.example.com"


@cache
def usual() -> Standards:
    """Return the standards that most tests use."""
    return standards()


def standards(**output: Any) -> Standards:
    """Return the usual standards with some of the rules changed."""
    return Standards(policy(output={**RULES, **output}, desk={"status_page": STATUS_PAGE}))


def findings(
    body: str, *, around: Surroundings = AROUND, rules: Standards | None = None, **changes: Any
) -> list[Finding]:
    """Check a text with another body."""
    return list(check(replace(TEXT, body=body, **changes), rules or usual(), around))


def codes(body: str, **changes: Any) -> set[str]:
    """Return the codes of what is found."""
    return {finding.code for finding in findings(body, **changes)}

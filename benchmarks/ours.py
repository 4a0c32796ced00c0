"""How does the product itself decide the benchmark policy?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.tickets import SYSTEMS
from benchmarks.yardstick import (
    LEVELS,
    MATRIX,
    OVERRIDES,
    SENSITIVITIES,
    SLA_MINUTES,
    TERM_RULES,
    TIERS,
    MatrixRow,
    Override,
)
from triage_core.domain.decision import Decision
from triage_core.domain.policy import Policy
from triage_core.domain.rulebook import Rulebook

if TYPE_CHECKING:
    from benchmarks.yardstick import Answer, Ticket

CLASSES = {"P1": 1, "P2": 2, "P3": 3}
NAMES = {number: name for name, number in CLASSES.items()}
LISTS = {
    "impact": LEVELS,
    "urgency": LEVELS,
    "customer_tier": TIERS,
    "affected_system": SYSTEMS,
    "data_sensitivity": SENSITIVITIES,
}
ORDERED = {"impact", "urgency", "customer_tier", "data_sensitivity"}


def _row(row: MatrixRow) -> dict[str, Any]:
    tests = {"impact": row.impact, "urgency": row.urgency, "customer_tier": list(row.tiers)}
    return {"id": row.id, "when": {name: test for name, test in tests.items() if test}, "class": NAMES[row.severity]}


def _raise(rule: Override) -> dict[str, Any]:
    tests = {"affected_system": rule.systems, "urgency": rule.urgencies, "data_sensitivity": rule.sensitivities}
    return {
        "id": rule.id,
        "when": {name: list(test) for name, test in tests.items() if test},
        "tags_any": list(rule.tags),
        "at_least": NAMES[rule.severity],
        "approvers": [rule.approval] if rule.approval else [],
    }


def policy() -> Policy:
    """Return the yardstick as a policy of the product."""
    return Policy.model_validate(
        {
            "policy": "yardstick",
            "version": "1",
            "effective_from": "2026-01-01",
            "change_note": {"what": "The benchmark policy.", "why": "To be measured.", "approved_by": "bench"},
            "classes": list(CLASSES),
            "severity": {"levels": ["sev1", "sev4"], "default": "sev4"},
            "intake": {
                "fields": {
                    name: {"values": list(values), "ordered": name in ORDERED, "required": True}
                    for name, values in LISTS.items()
                }
            },
            "matrix": {"rows": [_row(row) for row in MATRIX]},
            "raise_rules": [_raise(rule) for rule in OVERRIDES],
            "tags": [{"name": rule.id} for rule in TERM_RULES],
            "tag_rules": [{"id": rule.id, "tag": rule.id, "terms": list(rule.terms)} for rule in TERM_RULES],
            "calendars": {
                "office": {
                    "zone": "Europe/Berlin",
                    "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00"),
                    "holidays": {"country": "DE"},
                }
            },
            "service_levels": {
                "at_risk": ["75%"],
                "classes": {
                    name: {
                        "calendar": "office",
                        "targets": {"first_reply": f"{SLA_MINUTES[number]}m", "resolution": "24h"},
                    }
                    for name, number in CLASSES.items()
                },
            },
            "roles": [{"name": "lead", "rights": ["approve"]}],
            "queues": ["desk"],
            "routing": {"default_queue": "desk"},
            "gates": {"approvals": [{"id": "all", "roles": ["lead"], "expires": "2h"}]},
            "platforms": {"zapier": "internal"},
            # Comparing each ticket with those around it reads other rows; a rival of plain writes has nothing like it.
            "related": None,
            # The yardstick knows no search for manipulation; what it costs is a row of its own in the report.
            "manipulation": {"kinds": []},
        }
    )


BOOK = Rulebook(policy())


def fields_of(ticket: Ticket) -> dict[str, str]:
    """Return the intake as the product takes it."""
    return {
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "customer_tier": ticket.customer_tier,
        "affected_system": ticket.affected_system,
        "data_sensitivity": ticket.data_sensitivity,
    }


def decide(ticket: Ticket) -> Decision:
    """Decide, with every word that hit and where it stands."""
    return BOOK.decide(fields_of(ticket), f"{ticket.subject}\n{ticket.description}")


def answer(decision: Decision) -> Answer:
    """Put the decision into the yardstick's words."""
    outcome = decision.outcome
    number = CLASSES[outcome.class_name]
    return number, outcome.fired, outcome.approvers, SLA_MINUTES[number]

"""Which policies, tickets and words of people do tests of drafts begin with?"""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE, MONDAY, after, blank, context
from triage_core.domain import triaging
from triage_core.domain.drafting.draft import Said
from triage_core.domain.drafting.facts import Telling
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.escalating.state import Escalation, Standing
from triage_core.domain.model import SYSTEM, Link, RiskTag, State, TagSource, Ticket
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.related import DUPLICATE
from triage_core.policyfile import PRESETS, load_policy, load_preset

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "policies"
#: Every policy that is shipped with templates.
SHIPPED = (*PRESETS, "internal-it", "saas", "msp")
NAMES = {"ann": "Ann Lee", "bob": "Bob Rey"}
SAID = Said(
    current_state="The mail server runs again.",
    next_steps="We watch it until tomorrow.",
    workaround="Use the web client.",
    root_cause="A full disk.",
    resolution_summary="We made room on the disk.",
    prevention="The disk is watched from now on.",
)
_SOLVED = {TemplateKind.CLOSING_NOTE, TemplateKind.POST_INCIDENT_NOTE, TemplateKind.SURVEY}


@cache
def shipped(name: str) -> Playbook:
    """Return a policy that is shipped, ready to work."""
    return Playbook(load_preset(name) if name in PRESETS else load_policy(EXAMPLES / f"{name}.yaml"))


def telling(**changes: Any) -> Telling:
    """Return how it is told: in English, an hour after the ticket came."""
    base: dict[str, Any] = {"now": MONDAY + HOUR, "customer": "Cem Öz", "names": NAMES, "said": SAID}
    return Telling(**{**base, **changes})


def complete_intake(policy: Policy, **changes: Any) -> dict[str, Any]:
    """Return an intake with every field that has a list of values: the mildest where they have an order."""
    fields = policy.intake.fields.items()
    return {
        **{name: field.values[-1 if field.ordered else 0].value for name, field in fields if field.values},
        **changes,
    }


def of_class(book: Playbook, class_name: str, *tags: str) -> Ticket:
    """Return a triaged ticket of a class, whatever impact and urgency give it."""
    for impact, urgency in product(("low", "medium", "high"), repeat=2):
        given = complete_intake(book.policy, impact=impact, urgency=urgency)
        ticket = after(blank(), triaging.arrive(context(book=book), blank(), given))
        if ticket.class_name == class_name:
            return tagged(ticket, *tags)
    raise LookupError(class_name)


def tagged(ticket: Ticket, *tags: str) -> Ticket:
    """Return a ticket with risk tags, gated as they ask."""
    found = tuple(RiskTag(name=tag, source=TagSource.RULE) for tag in tags)
    return replace(ticket, tags=found, gate_required=ticket.gate_required or bool(found), owner="ann")


def ready_for(kind: TemplateKind, ticket: Ticket) -> Ticket:
    """Return a ticket as it stands when a text of a kind is due."""
    if kind is TemplateKind.INTAKE_REQUEST:
        return ticket
    if kind in _SOLVED:
        return solved(ticket)
    return escalated(ticket) if kind in {TemplateKind.ESCALATION_NOTICE, TemplateKind.EXECUTIVE_BRIEF} else ticket


def escalated(ticket: Ticket, **changes: Any) -> Ticket:
    """Return a ticket whose escalation Bob holds."""
    base: dict[str, Any] = {
        "number": 1,
        "trigger": Trigger.PERSON,
        "cause": "person:1",
        "policy_version": "x@1",
        "rule": "all",
        "ladder": "up",
        "queue": "desk",
        "raised_at": MONDAY + 5 * MINUTE,
        "standing": Standing.HELD,
        "holder": "bob",
        "acknowledged_at": MONDAY + 8 * MINUTE,
        "checkpoint_at": MONDAY + 90 * MINUTE,
        "ends_at": MONDAY + 24 * HOUR,
    }
    return replace(ticket, escalation=Escalation(**{**base, **changes}))


def solved(ticket: Ticket) -> Ticket:
    """Return a ticket that was escalated and is solved."""
    over = escalated(ticket, standing=Standing.RESOLVED)
    return replace(over, state=State.RESOLVED, resolved_at=MONDAY + 50 * MINUTE)


def blocked(book: Playbook, text: str = "") -> Ticket:
    """Return a ticket that says nothing of what it is asked for."""
    return after(blank(), triaging.arrive(context(text=text, book=book), blank(), {}))


def repeated(ticket: Ticket) -> Ticket:
    """Return a ticket that repeats another one."""
    return replace(ticket, links=(Link(kind=DUPLICATE, to="t0"),))


def line(kind: Kind, number: int = 1, **changes: Any) -> Entry:
    """Return a line of the timeline, so many minutes after the ticket came."""
    at = MONDAY + number * MINUTE
    base: dict[str, Any] = {
        "tenant": "acme",
        "ticket_id": "t1",
        "number": number,
        "id": f"t1-{number}",
        "kind": kind,
        "at": at,
        "recorded_at": at,
        "actor": SYSTEM,
    }
    return Entry(**{**base, **changes})

"""What do the checks say about a text on its way to the customer of a ticket?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.output import Outgoing, Surroundings, Weight, check
from triage_core.domain.output.outgoing import Format
from triage_core.domain.policy.output import Channel

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.texts import Text
    from triage_core.domain.model import Ticket
    from triage_core.domain.output import Finding
    from triage_core.domain.policy.gates import TemplateKind
    from triage_core.service.acting import Acting

#: A channel that the rules do not know is held to the strictest length of those that carry a letter.
_UNKNOWN: Final = Channel.EMAIL
_KNOWN: Final = frozenset(Channel)


def findings_of(acting: Acting, seen: Context, ticket: Ticket, kind: TemplateKind, text: Text) -> tuple[str, ...]:
    """Return the codes of everything that keeps a text from leaving, under the policy in force."""
    found = checked(acting, seen, ticket, kind, text)
    return tuple(dict.fromkeys(finding.code for finding in found if finding.weight is Weight.BLOCKS))


def checked(acting: Acting, seen: Context, ticket: Ticket, kind: TemplateKind, text: Text) -> tuple[Finding, ...]:
    """Return everything that the checks find, what only warns included, under the policy in force."""
    return tuple(check(_outgoing(kind, text), seen.in_force.standards, _surroundings(acting, ticket, text)))


def _outgoing(kind: TemplateKind, text: Text) -> Outgoing:
    return Outgoing(
        kind=kind,
        channel=Channel(text.channel) if text.channel in _KNOWN else _UNKNOWN,
        format=Format(text.format),
        subject=text.subject,
        body=text.body,
        recipients=(*text.to, *text.cc, *text.bcc),
    )


def _surroundings(acting: Acting, ticket: Ticket, text: Text) -> Surroundings:
    stored = {each.kind: each.content for each in acting.store.texts(ticket.tenant, ticket.id)}
    own = tuple(name for name in (stored.get("requester"), *text.to) if name)
    return Surroundings(
        own=own,
        own_names=tuple(name for name in (ticket.customer,) if name),
        ticket_ids=(ticket.id, ticket.source_id),
        other_tenants=tuple(name for name in acting.store.tenants() if name != ticket.tenant),
        ticket_text=acting.text(ticket.tenant, ticket.id),
    )

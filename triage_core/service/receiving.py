"""How does a payload of any channel become a ticket, or something that happened to one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.channels import ChannelSettings, Normalised, normalise, reconcile
from triage_core.domain.model import Actor, Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.service.triage import Triage


class Received(Value, frozen=True, kw_only=True):
    """What came of a payload."""

    #: triaged, blocked, ignored, recorded, or unknown where it speaks of a ticket that we do not have
    outcome: str
    ticket_id: str | None = None
    #: Why it was ignored, and what showed that.
    ignored: str | None = None
    sign: str = ""
    #: Events that were recorded.
    recorded: int = 0
    #: SHA-256 of the payload's exact bytes.
    original_digest: str = ""


def receive(triage: Triage, channel: str, raw: bytes, settings: ChannelSettings, actor: Actor) -> Received:
    """Take in what a channel delivered; the same payload twice has one effect, and mail that answers itself none.

    Raises the errors of the channel's normaliser, and those of `Triage.submit`.
    """
    found = normalise(channel, raw, settings)
    if found.ignored is not None:
        return Received(
            outcome="ignored", ignored=found.ignored, sign=found.sign, original_digest=found.original_digest
        )
    answer = triage.submit(found.submission, actor) if found.submission is not None else None
    ticket = triage.ticket(settings.tenant, answer.ticket_id) if answer else _spoken_of(triage, found, settings.tenant)
    if ticket is None:
        return Received(outcome="unknown", original_digest=found.original_digest)
    recorded = _record(triage, found, ticket, actor)
    return Received(
        outcome=answer.outcome if answer else "recorded",
        ticket_id=ticket.id,
        recorded=recorded,
        original_digest=found.original_digest,
    )


def _spoken_of(triage: Triage, found: Normalised, tenant: str) -> Ticket | None:
    about = found.about
    if about is None:
        return None
    if about.ticket_id is not None:
        return triage.store.ticket(tenant, about.ticket_id)
    return triage.store.by_source(tenant, about.source or "", about.source_id or "")


def _record(triage: Triage, found: Normalised, ticket: Ticket, actor: Actor) -> int:
    recorded = 0
    for event in found.events:
        for meant in reconcile(event, ticket):
            ticket = triage.record(ticket.tenant, ticket.id, meant, actor)
            recorded += 1
    return recorded

"""Did so many texts leave lately that the next one has to wait? Counted by ticket, by address and over all.

An address is known by its keyed digest, which a text keeps from its release on. The counts are read and not locked: of
texts that are released at the very same moment, each may be the last one that fits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.context import Context
    from triage_core.domain.gating.state import Outgoing
    from triage_core.domain.gating.texts import Text
    from triage_core.domain.model import Ticket
    from triage_core.ports import Histories

_HOUR: Final = timedelta(hours=1)


def recipients_of(seen: Context, text: Text) -> tuple[str, ...]:
    """Return the keyed digests of everybody who gets a text."""
    named = (*text.to, *text.cc, *text.bcc)
    return tuple(dict.fromkeys(seen.seal(f"address/{address.strip().casefold()}") for address in named))


def crowded(store: Histories, seen: Context, ticket: Ticket, recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Return which limits of the policy the next text would be above, as codes."""
    limits = seen.in_force.policy.gates
    found = ["recipient_rate"] if _count(seen, ticket.messages) >= limits.recipient_rate else []
    if limits.address_rate is None and limits.tenant_rate is None:
        return tuple(found)
    lately = list(_lately(seen, store, ticket))
    if limits.tenant_rate is not None and len(lately) >= limits.tenant_rate:
        found.append("tenant_rate")
    most = limits.address_rate
    if most is not None and any(sum(who in each.recipients for each in lately) >= most for who in recipients):
        found.append("address_rate")
    return tuple(found)


def _count(seen: Context, messages: Iterable[Outgoing]) -> int:
    return sum(_is_recent(seen, message) for message in messages)


def _lately(seen: Context, store: Histories, ticket: Ticket) -> Iterator[Outgoing]:
    for known in store.lately_released(ticket.tenant, seen.now - _HOUR):
        yield from (message for message in known.messages if _is_recent(seen, message))


def _is_recent(seen: Context, message: Outgoing) -> bool:
    return message.released_at is not None and seen.now - message.released_at < _HOUR

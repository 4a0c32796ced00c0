"""Is a reply that was seen in the source system a text that was released?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage_core.domain.gating import texts
from triage_core.domain.gating.state import named
from triage_core.service.messages import Messages

if TYPE_CHECKING:
    from triage_core.service.acting import Acting


class Recognised(NamedTuple):
    """The number of the text that a reply is, and the seal of its words; nothing where neither is known."""

    message: int | None = None
    body_seal: str = ""


def recognised(acting: Acting, about: tuple[str, str], message: str | None, body: str | None) -> Recognised:
    """Return what is known of a reply on a ticket of a tenant, by the name that is said and by its words.

    A text of another ticket is none of this one's, and neither is one whose words the reply does not carry.
    """
    tenant, ticket_id = about
    seal = acting.sealing(tenant)(texts.recognisable(body)) if body else ""
    found = named(message or "", "m")
    if found is None or found[0] != ticket_id:
        return Recognised(body_seal=seal)
    is_his = not body or _carries(acting, about, found[1], body)
    return Recognised(found[1] if is_his else None, seal)


def _carries(acting: Acting, about: tuple[str, str], number: int, body: str) -> bool:
    ticket = acting.ticket(*about)
    message = next((known for known in ticket.messages if known.number == number), None)
    text = Messages(acting).released_text(ticket, message) if message is not None else None
    return text is not None and texts.carries(body, text.body)

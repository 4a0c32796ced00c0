"""What does a webhook of Zendesk become, whether a trigger or an event subscription sent it?

Three forms are known: the body that our own trigger writes (`zendesk_setup`), the documented default body of a ticket
event, and the envelope of an event subscription (`zen:event-type:ticket...`). Every one shows the ticket, so each is a
submission as well; where the ticket is known already, only the events have an effect.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from triage_core.channels.document import Document, parse
from triage_core.channels.normalised import ChannelSettings, Ignored, Normalised, TicketKey
from triage_core.channels.zendesk_ticket import SOURCE, status_events, submitted
from triage_core.domain.happening import Event, Happened

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX: Final = "zen:event-type:ticket."
_VOIDED: Final = {
    "marked_as_spam": "marked as spam in Zendesk",
    "soft_deleted": "deleted in Zendesk",
    "permanently_deleted": "deleted in Zendesk",
}
#: Keys that only events of users, organizations and ratings have.
_FOREIGN: Final = ("/role", "/domain_names", "/score", "/shared_tickets")


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a webhook's body; what our own user did there is ignored, so that a write-back does not echo."""
    body = parse(SOURCE, raw)
    if body.text("/type").startswith("zen:event-type:"):
        return _subscribed(body, settings)
    ticket = body.part("/ticket") if body.part("/ticket").data else body
    if any(ticket.at(pointer) is not None for pointer in _FOREIGN):
        return Normalised(ignored=Ignored.UNSUPPORTED, sign="no ticket")
    ticket.need({"/id": "the ticket's id"})
    if settings.is_own(body.text("/actor_id", "/actor_email")):
        return Normalised(ignored=Ignored.OWN_ADDRESS, sign="actor")
    key = _key(ticket, settings)
    stamp = ticket.text("/audit_id", "/updated_at")
    status = status_events(key.source_id or "", ticket.text("/status").lower(), stamp, ticket)
    comment = _comment(ticket, settings)
    return _told(ticket, settings, (*comment, *status), ticket.text("/latest_comment/body") if comment else "")


def _subscribed(body: Document, settings: ChannelSettings) -> Normalised:
    kind = body.text("/type")
    detail = body.part("/detail")
    if not kind.startswith(_PREFIX):
        return Normalised(ignored=Ignored.UNSUPPORTED, sign="no ticket")
    detail.need({"/id": "the ticket's id, inside of detail"})
    if settings.is_own(detail.text("/actor_id")):
        return Normalised(ignored=Ignored.OWN_ADDRESS, sign="actor")
    name = kind.removeprefix(_PREFIX)
    read = _SUBSCRIBED.get(name, _nothing)
    text = body.text("/event/comment/body") if name == "comment_added" else ""
    return _told(detail, settings, read(body, name), text)


def _told(ticket: Document, settings: ChannelSettings, events: tuple[Event, ...], text: str) -> Normalised:
    submission, constants = submitted(ticket, settings)
    about = _key(ticket, settings) if events else None
    return Normalised(submission=submission, events=events, about=about, text=text, constants=constants)


def _key(ticket: Document, settings: ChannelSettings) -> TicketKey:
    return TicketKey(source=settings.source or SOURCE, source_id=ticket.text("/id"))


def _comment(ticket: Document, settings: ChannelSettings) -> tuple[Event, ...]:
    """Return what the newest comment reports; the first one is the ticket itself."""
    comment = ticket.part("/latest_comment")
    author, text = comment.text("/author_id"), comment.text("/body")
    is_first = text == ticket.text("/description") and ticket.text("/updated_at") == ticket.text("/created_at")
    if not text or is_first or settings.is_own(author):
        return ()
    # Later updates of the ticket carry the same comment again, so its stamp must not hold the time of the update.
    stamp = comment.text("/id") or _digest(author, text, comment.text("/created_at"))
    return (_reply(ticket, author, public=comment.is_true("/public"), stamp=stamp),)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _reply(ticket: Document, author: str, *, public: bool, stamp: str) -> Event:
    by_customer = bool(author) and author == ticket.text("/requester_id")
    what = Happened.CUSTOMER_REPLIED if by_customer else Happened.AGENT_REPLIED if public else Happened.NOTE_ADDED
    source_event_id = f"zendesk:{ticket.text('/id')}:comment:{stamp}"
    return Event(what=what, at=ticket.moment("/updated_at"), source_event_id=source_event_id)


def _comment_added(body: Document, _: str) -> tuple[Event, ...]:
    comment = body.part("/event/comment")
    staff = comment.is_true("/author/is_staff")
    what = Happened.AGENT_REPLIED if comment.is_true("/is_public") else Happened.NOTE_ADDED
    return (_event(body, what if staff else Happened.CUSTOMER_REPLIED, f"comment:{comment.text('/id')}"),)


def _status_changed(body: Document, _: str) -> tuple[Event, ...]:
    detail = body.part("/detail")
    return status_events(detail.text("/id"), body.text("/event/current").lower(), body.text("/id", "/time"), detail)


def _merged(body: Document, _: str) -> tuple[Event, ...]:
    into = body.text("/event/target_ticket_id", "/event/ticket_id") or None
    return (_event(body, Happened.MERGED, "merged", into=into, reason="merged in Zendesk"),)


def _voided(body: Document, name: str) -> tuple[Event, ...]:
    return (_event(body, Happened.VOIDED, name, reason=_VOIDED[name]),)


def _nothing(body: Document, name: str) -> tuple[Event, ...]:
    del body, name
    return ()


def _event(body: Document, what: Happened, stamp: str, *, into: str | None = None, reason: str = "") -> Event:
    source_event_id = f"zendesk:{body.text('/detail/id')}:{stamp}"
    return Event(what=what, at=body.moment("/time"), source_event_id=source_event_id, into=into, reason=reason)


_SUBSCRIBED: Final[dict[str, Callable[[Document, str], tuple[Event, ...]]]] = {
    "comment_added": _comment_added,
    "status_changed": _status_changed,
    "merged": _merged,
    **dict.fromkeys(_VOIDED, _voided),
}

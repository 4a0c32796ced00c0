"""What does a ticket of the Zendesk API become?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.channels.document import Document, Scalar, parse
from triage_core.channels.normalised import ChannelSettings, Normalised, TicketKey, headline
from triage_core.domain.happening import Event, Happened
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE: Final = "zendesk"
#: What a status reports; a new ticket reports nothing. `reported.reconcile` fits it to the ticket's state.
STATUSES: Final = {
    "open": Happened.RESUMED,
    "pending": Happened.WAITING_CUSTOMER,
    "hold": Happened.WAITING_THIRD_PARTY,
    "on-hold": Happened.WAITING_THIRD_PARTY,
    "solved": Happened.RESOLVED,
    "closed": Happened.CLOSED,
}
#: Through which channel of Zendesk the ticket came in.
CHANNELS: Final = {
    "email": "email",
    "mail": "email",
    "web": "web_form",
    "web_widget": "web_form",
    "web form": "web_form",
    "chat": "chat",
    "messaging": "chat",
    "native_messaging": "chat",
    "voice": "phone",
    "phone": "phone",
    "twitter": "social",
    "facebook": "social",
    "instagram_dm": "social",
    "any_channel": "social",
}
#: Fields of every ticket that settings may map to intake fields, beside the custom ones by their ids; what is not
#: mapped stays in Zendesk.
_GIVEN: Final = ("priority", "type", "group_id", "ticket_form_id", "brand_id", "problem_id")


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a ticket, alone or under `ticket`; custom fields are known by their ids."""
    ticket = parse(SOURCE, raw, "ticket")
    ticket.need({"/id": "the ticket's id"})
    status = ticket.text("/status").lower()
    key = TicketKey(source=settings.source or SOURCE, source_id=ticket.text("/id"))
    events = status_events(key.source_id or "", status, ticket.text("/updated_at"), ticket)
    submission, constants = submitted(ticket, settings)
    return Normalised(submission=submission, events=events, about=key if events else None, constants=constants)


def submitted(ticket: Document, settings: ChannelSettings) -> tuple[Submission, tuple[str, ...]]:
    """Return the whole ticket, and which intake fields hold declared constants."""
    body = ticket.text("/description", "/comment/body")
    intake, constants = settings.intake(_given(ticket, settings))
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=ticket.text("/id"),
        source_version=ticket.text("/updated_at") or "1",
        channel=CHANNELS.get(ticket.text("/via/channel", "/via").lower(), "zendesk"),
        created_at=ticket.moment("/created_at"),
        subject=ticket.text("/raw_subject", "/subject", "/title") or headline(body),
        body=body,
        customer=ticket.text("/organization_name", "/organization_id") or None,
        requester=_requester(ticket),
        intake=intake,
        tags=tags_of(ticket),
        mode=settings.mode,
    )
    return submission, constants


def status_events(ticket_id: str, status: str, stamp: str, ticket: Document) -> tuple[Event, ...]:
    """Return what a status reports, once for each time it is taken on."""
    what = STATUSES.get(status)
    if what is None:
        return ()
    at = ticket.moment("/updated_at", "/solved_at")
    return (Event(what=what, at=at, source_event_id=f"zendesk:{ticket_id}:status:{status}:{stamp}"),)


def tags_of(ticket: Document) -> tuple[str, ...]:
    """Return the tags, from a list or from the text that a placeholder gives."""
    listed = ticket.texts("/tags")
    return listed or tuple(ticket.text("/tags").replace(",", " ").split())


def _requester(ticket: Document) -> str | None:
    email = ticket.text("/requester_email", "/requester/email", "/via/source/from/address")
    user = ticket.text("/requester_id")
    return email or (f"zendesk-user:{user}" if user else None)


def _given(ticket: Document, settings: ChannelSettings) -> dict[str, object]:
    given: dict[str, Scalar] = {name: ticket.text(f"/{name}") for name in _GIVEN}
    given |= _custom(ticket.parts("/custom_fields") or ticket.parts("/fields"))
    given |= ticket.scalars("/fields") | ticket.scalars("/custom_fields")
    return {name: value for name, value in given.items() if name in settings.fields}


def _custom(fields: Iterable[Document]) -> dict[str, Scalar]:
    return {field.text("/id"): field.scalars().get("value") for field in fields}

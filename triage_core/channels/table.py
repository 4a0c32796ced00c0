"""Which normaliser reads which channel?"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from triage_core.channels import (
    alertmanager,
    azure_monitor,
    chat,
    gmail,
    notes,
    outlook,
    raw_mail,
    rows,
    servicenow,
    zendesk_ticket,
    zendesk_webhook,
)
from triage_core.channels.mapping import Form
from triage_core.channels.refusals import ChannelUnknown, PayloadTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.channels.normalised import ChannelSettings, Normalised

Normaliser: TypeAlias = "Callable[[bytes, ChannelSettings], Normalised]"

CHANNELS: Final[dict[str, Normaliser]] = {
    "zendesk_ticket": zendesk_ticket.normalise,
    "zendesk_webhook": zendesk_webhook.normalise,
    "servicenow_incident": servicenow.normalise,
    "outlook": outlook.normalise,
    "gmail": gmail.normalise,
    "email": raw_mail.normalise,
    "chat": chat.normalise,
    "phone": partial(notes.normalise, notes.PHONE),
    "web_form": partial(notes.normalise, notes.WEB_FORM),
    "social": partial(notes.normalise, notes.SOCIAL),
    "alertmanager": alertmanager.normalise,
    "azure_monitor": azure_monitor.normalise,
    "csv": partial(rows.normalise, Form.CSV),
    "jsonl": partial(rows.normalise, Form.JSONL),
}


def normalise(channel: str, raw: bytes, settings: ChannelSettings) -> Normalised:
    """Turn a channel's payload into a ticket, events on a known one, or the reason to ignore it.

    Raises `ChannelUnknown`, `PayloadTooLarge`, `PayloadUnreadable`, `PayloadIncomplete`, `MappingMissing`.
    """
    reader = CHANNELS.get(channel)
    if reader is None:
        raise ChannelUnknown(CHANNELS)
    if len(raw) > settings.max_bytes:
        raise PayloadTooLarge(settings.max_bytes)
    return replace(_threaded(reader(raw, settings)), channel=channel, original_digest=sha256(raw).hexdigest())


def _threaded(found: Normalised) -> Normalised:
    """Tie a ticket to its conversation, by its own id for those that answer it and by the ids of what it answers."""
    if found.submission is None:
        return found
    keys = (found.submission.source_id, *found.thread_keys)
    return replace(found, submission=replace(found.submission, thread_keys=keys))

"""How does a payload of any channel become the one ticket, the same for the same thing sent twice?

Everything here is pure: bytes and settings in, values out. A caller submits what `normalise` found, then records what
`reconcile` makes of each event on the ticket that `about` names. What identifies a ticket and an event of each channel:

| Channel | source, source_id | source_version | source_event_id |
|---|---|---|---|
| zendesk_ticket | zendesk, ticket id | updated_at | ticket id, status, updated_at |
| zendesk_webhook | zendesk, ticket id | updated_at | ticket id with comment id, else digest of the comment, its author and time; ticket id with status and audit id, else updated_at; the event's id for subscriptions |
| servicenow_incident | servicenow, number | sys_mod_count, else sys_updated_on | number, state, version |
| outlook | email, internetMessageId, else the Graph id | 1 | `mail:` and the source id |
| gmail | email, Message-ID, else `gmail:` and the message id | 1 | as outlook |
| email | email, Message-ID, else digest of sender, date, subject, text | 1 | as outlook |
| chat | chat, id of the chat, else digest of the bytes | number of turns | none |
| phone | phone, call id, else digest | 1, or `version` | none |
| web_form | web_form, submission id, else digest | 1, or `version` | none |
| social | social, network and message id, else digest | 1, or `version` | none |
| alertmanager | alertmanager, group key and start of the oldest alert | 1 | digest of the source id and the end |
| azure_monitor | azure_monitor, alert id | 1 | alert id and resolvedDateTime |
| csv, jsonl | the mapping's source and source id columns | the mapping's, else 1 | digest of source id, event and moment |

An id that is long or unprintable is replaced by its SHA-256, so that equal ids stay equal.
"""  # noqa: E501 - rows of a table cannot be broken

from __future__ import annotations

from triage_core.channels.mapping import MappingFile
from triage_core.channels.mapping_file import parse_mapping
from triage_core.channels.normalised import (
    Attachment,
    ChannelSettings,
    Ignored,
    Normalised,
    Span,
    TicketKey,
)
from triage_core.channels.reported import reconcile
from triage_core.channels.table import CHANNELS, normalise

__all__ = [
    "CHANNELS",
    "Attachment",
    "ChannelSettings",
    "Ignored",
    "MappingFile",
    "Normalised",
    "Span",
    "TicketKey",
    "normalise",
    "parse_mapping",
    "reconcile",
]

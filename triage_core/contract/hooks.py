"""How does a receiver subscribe to events, and what does it get to see beforehand?"""

from __future__ import annotations

from typing import Annotated

from triage_core.contract import fields as f
from triage_core.contract.events import Event, EventType
from triage_core.contract.messages import Given, Told

HookId = Annotated[str, f.text("Hook", "Identifier of the registration.", "h0192f3a7c1d2", 64)]
EventTypeName = Annotated[EventType, f.field("Event Type", "Kind of event to receive.", "ticket.triaged")]


class HookRequest(Given):
    """Where which events shall go."""

    callback_url: f.CallbackUrl
    event_type: EventTypeName


class EventTypePath(Given):
    """Which kind of event."""

    event_type: EventTypeName


class HookAddress(Given):
    """Where the events shall go."""

    callback_url: f.CallbackUrl


class HookPath(Given):
    """Which registration."""

    hook_id: HookId


class HookView(Told):
    """A registration."""

    id: HookId
    event_type: EventTypeName
    callback_host: Annotated[str, f.field("Receiver", "Host that receives the events.", "hooks.example.com")]
    active: Annotated[bool, f.flag("Active", "Whether events are delivered.", example=True)]
    created_at: Annotated[f.Moment, f.field("Created At", "When it was registered.", f.AT)]


class HookPage(Told):
    """Registrations, the newest first."""

    items: Annotated[tuple[HookView, ...], f.listing("Items", "The registrations.")]
    next_cursor: f.NextCursor | None


class SampleQuery(Given):
    """Which events to show."""

    event_type: EventTypeName
    limit: Annotated[int, f.field("Limit", "How many events to return at most.", 3, ge=1, le=25)] = 3


class SamplePage(Told):
    """Events as receivers get them, the newest first."""

    items: Annotated[tuple[Event, ...], f.listing("Items", "The events.")]
    next_cursor: f.NextCursor | None

"""How does each kind of event become a trigger that starts a flow?

Registering is one operation whose address names the event, so every trigger has a path of its own, and its fields are
those that the event fills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.events import Event
from triage_core.contract.shape import shapes_of
from triage_core.packagers import downgrade
from triage_core.packagers.answers import answers
from triage_core.packagers.schemas import field_schema

if TYPE_CHECKING:
    from triage_core.contract.event_rows import EventRow
    from triage_core.packagers.overlay import Overlay
    from triage_core.packagers.tables import Tables

Part = dict[str, Any]

_OPENING: Final = "Triggers when "


def trigger_paths(tables: Tables, source: Part, overlay: Overlay) -> Part:
    """Return one path for each event, made of the operation that registers receivers."""
    row = tables.operations[overlay.triggers.operation]
    said = source["paths"][row.path][row.method.lower()]
    declared = {"parameters": [_address(source, said, overlay)], "responses": answers(source, said)}
    place = f"{{{overlay.triggers.parameter}}}"
    return {
        row.path.replace(place, str(event.type)): {
            "x-ms-notification-content": _content(event),
            "post": {**_labels(event), "x-ms-trigger-hint": overlay.triggers.hint, **declared},
        }
        for event in tables.events.values()
    }


def trigger_name(event: str) -> str:
    """Return the stable name of an event's trigger; it follows from the event's own name, which is a promise."""
    return "When" + "".join(part.capitalize() for part in event.replace("_", ".").split("."))


def _labels(event: EventRow) -> Part:
    return {
        "operationId": trigger_name(event.type),
        "summary": f"When {event.description.removeprefix(_OPENING).removesuffix('.')}",
        "description": event.description,
        "x-ms-visibility": "important",
        "x-ms-trigger": "single",
    }


def _address(source: Part, said: Part, overlay: Overlay) -> Part:
    """Return the body of a registration; the platform itself fills in where it wants the events."""
    name = said["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = downgrade.downgraded(source["components"]["schemas"][name], name)
    schema["properties"][overlay.triggers.callback] |= {"x-ms-notification-url": True, "x-ms-visibility": "internal"}
    return {"name": "body", "in": "body", "required": True, "schema": schema}


def _content(event: EventRow) -> Part:
    """Return what starts the flow: only the fields that this event fills."""
    fields = {
        shape.name: downgrade.downgraded(field_schema(shape, is_given=False), event.type)
        for shape in shapes_of(Event)
        if shape.name in event.fills
    }
    fields["type"] |= {"enum": [str(event.type)], "example": str(event.type)}
    return {"description": f"{event.title}.", "schema": {"type": "object", "properties": fields}}

"""What does the service offer to Zapier: triggers, steps, searches, and how each of them calls?

The words and fields are those of the platform's own schema. What calls the service is told in words of ours under
`calls`, and a few lines of JavaScript make functions of it: the platform's own way of saying it encodes no path, leaves
marks where an optional value is missing, and cannot join a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import Event
from triage_core.contract.operation import Repeat
from triage_core.contract.shape import Shape, sample_of, shapes_of
from triage_core.packagers.zapier.fields import Form, outputs
from triage_core.packagers.zapier.overlay import Finding

if TYPE_CHECKING:
    from pydantic import BaseModel

    from triage_core.contract.event_rows import EventRow
    from triage_core.contract.operation import Operation
    from triage_core.packagers.tables import Tables
    from triage_core.packagers.zapier.overlay import Item, Listing, Search, ZapierOverlay

Part = dict[str, Any]

_CHOICE: Final = {"id": "P1", "name": "P1 critical"}
#: What a step that waits says beside the message that it waits for.
_DECIDED: Final = (
    {"key": "decided_by_csv", "label": "Decided By", "type": "string"},
    {"key": "decided_at", "label": "Decided At", "type": "datetime"},
)
_DECIDED_SAMPLE: Final = {"decided_by_csv": "lee", "decided_at": "2026-03-02T09:10:00Z"}
_FEW: Final = 3
#: More than this nobody looks through.
_MANY: Final = 100


def integration(tables: Tables, overlay: ZapierOverlay) -> Part:
    """Return everything that the integration holds but its functions."""
    return _Integration(tables, overlay).whole()


class _Integration:
    def __init__(self, tables: Tables, overlay: ZapierOverlay) -> None:
        self._rows: Final = tables.operations
        self._events: Final = tables.events
        self._overlay: Final = overlay
        self._form: Final = Form(overlay)

    def whole(self) -> Part:
        said = self._overlay
        events = {trigger_key(row.type): row for row in self._events.values()}
        return {
            "connection": self._connection(),
            "triggers": {
                **{key: _trigger(key, row) for key, row in events.items()},
                **{key: _list(key, listing) for key, listing in said.lists.items()},
            },
            "creates": {item.key: self._create(name, item) for name, item in said.creates.items()},
            "searches": {item.key: self._search(name, item) for name, item in said.searches.items()},
            "searchOrCreates": self._search_or_creates(),
            "calls": self._calls(events),
        }

    def _connection(self) -> Part:
        said, page = self._overlay.connection, self._overlay.app.keys_page
        address = {"key": "base_url", "label": said.address, "helpText": said.address_help, "type": "string"}
        key = {"key": "api_key", "label": said.key, "helpText": said.key_help.format(keys_page=page)}
        return {
            "fields": [
                {**address, "required": True, "placeholder": "https://triage.example.com"},
                {**key, "type": "password", "required": True},
            ],
            "connectionLabel": said.label,
        }

    # --- what people see ----------------------------------------------------------------------------------------------

    def _create(self, name: str, item: Item) -> Part:
        row = self._rows[name]
        inputs = self._inputs(row)
        if row.repeat is Repeat.KEY and not item.waits:
            inputs.append(self._form.asked(self._overlay.once))
        waits = item.waits
        return {
            **_words(item, row),
            "operation": {
                "inputFields": inputs,
                "outputFields": [*outputs(shapes_of(row.response)), *(_DECIDED if waits else ())],
                "sample": sample_of(row.response) | (_after_a_wait() if waits else {}),
            },
        }

    def _search(self, name: str, item: Search) -> Part:
        row = self._rows[name]
        found = _record_of(row) if item.kind is not Finding.ONE else None
        inputs = [self._form.asked(item.asks)] if item.asks else self._inputs(row)
        return {
            **_words(item, row),
            "operation": {
                "inputFields": inputs,
                "outputFields": outputs(found.records if found else shapes_of(row.response)),
                "sample": found.example[0] if found else sample_of(row.response),
            },
        }

    def _search_or_creates(self) -> Part:
        return {
            search: {
                "key": search,
                "display": {"label": said.label, "description": said.about},
                "search": search,
                "create": said.create,
            }
            for search, said in self._overlay.search_or_creates.items()
        }

    def _inputs(self, row: Operation) -> list[Part]:
        return self._form.fields(shape for model in (row.params, row.query, row.request) for shape in _shapes(model))

    # --- how it calls -------------------------------------------------------------------------------------------------

    def _calls(self, events: dict[str, EventRow]) -> Part:
        said = self._overlay
        return {
            "test": self._call("GetMe"),
            "events": {
                "subscribe": self._call("CreateHook"),
                "unsubscribe": self._call("DeleteHook"),
                "samples": self._call("ListSampleEvents") | {"fixed": {"limit": _FEW}},
                "kinds": {key: str(row.type) for key, row in events.items()},
            },
            "lists": {key: self._listing(listing) for key, listing in said.lists.items()},
            "creates": {item.key: self._call(name) for name, item in said.creates.items()},
            "searches": {
                item.key: self._call(name) | {"finds": str(item.kind)} | ({"by": item.asks.key} if item.asks else {})
                for name, item in said.searches.items()
            },
            "approval": {"message": self._call("GetMessage"), "approval": self._call("GetApproval")},
        }

    def _listing(self, listing: Listing) -> Part:
        row = self._rows[listing.operation]
        limit = next(shape for shape in _shapes(row.query) if shape.name == "limit")
        return {
            "operation": row.name,
            "method": row.method,
            "path": row.path,
            "query": ["limit"],
            "fixed": {"limit": min(int(limit.most or _MANY), _MANY), **listing.parameters},
            "id": listing.id,
            "name": listing.name,
            "needs": [listing.needs] if listing.needs else [],
        }

    def _call(self, name: str) -> Part:
        row = self._rows[name]
        call: Part = {"operation": name, "method": row.method, "path": row.path}
        if row.query:
            call["query"] = [shape.name for shape in shapes_of(row.query)]
        if row.request:
            call["body"] = [shape.name for shape in shapes_of(row.request)]
        return call | ({"once_per": self._overlay.once.key} if row.repeat is Repeat.KEY else {})


def trigger_key(event: str) -> str:
    """Return the stable key of an event's trigger."""
    return event.replace(".", "_")


def _words(item: Item, row: Operation) -> Part:
    return {
        "key": item.key,
        "noun": item.noun,
        "display": {"label": item.label, "description": item.about or row.description},
    }


def _trigger(key: str, row: EventRow) -> Part:
    """A trigger gives only the fields that its event fills."""
    shown = [shape for shape in shapes_of(Event) if shape.name in row.fills]
    sample = sample_event(row.type)
    return {
        "key": key,
        "noun": row.title,
        "display": {"label": row.title, "description": row.description},
        "operation": {
            "type": "hook",
            "outputFields": outputs(shown),
            "sample": {shape.name: sample[shape.name] for shape in shown},
        },
    }


def _list(key: str, listing: Listing) -> Part:
    about = f"Triggers when a list of the kind {listing.noun.lower()} is needed to choose from."
    return {
        "key": key,
        "noun": listing.noun,
        "display": {"label": f"List {listing.noun}", "description": about, "hidden": True},
        "operation": {
            "type": "polling",
            "outputFields": [
                {"key": "id", "label": "Value", "type": "string"},
                {"key": "name", "label": "Label", "type": "string"},
            ],
            "sample": _CHOICE,
        },
    }


def _shapes(model: type[BaseModel] | None) -> tuple[Shape, ...]:
    return shapes_of(model) if model else ()


def _record_of(row: Operation) -> Shape:
    """Return the list of what an operation finds."""
    return next(shape for shape in shapes_of(row.response) if shape.records)


def _after_a_wait() -> Part:
    return {"state": "approved", "approval_outcome": "approved", **_DECIDED_SAMPLE}

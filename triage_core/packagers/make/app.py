"""Which files is the Make app made of, as its editor lays them out?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import Event, EventType
from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.shape import Kind, Shape, sample_of, shapes_of
from triage_core.packagers.make import calls, service
from triage_core.packagers.make.fields import Form, interface
from triage_core.packagers.make.names import dashed, list_name, module_name
from triage_core.packagers.make.overlay import MakeOverlay, make_overlay
from triage_core.packagers.make.readme import readme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.packagers.overlay import Dropdown
    from triage_core.packagers.tables import Tables

Part = dict[str, Any]

_KEY: Final[Part] = {
    "name": calls.KEY,
    "type": "text",
    "label": "Repeat Key",
    "help": "Something of the trigger that stays the same when this run is repeated; the same key has one effect.",
    "required": True,
    "validate": {"max": 255},
}
_LIMIT: Final[Part] = {
    "name": "limit",
    "type": "uinteger",
    "label": "Limit",
    "help": "The most bundles that this module shall give.",
    "required": True,
    "default": 10,
}


def app_files(tables: Tables) -> dict[str, str]:
    """Return the text of every file of the app by its path in the app's folder."""
    return _App(tables, make_overlay()).files()


class _App:
    """The files of one app; each part is put down with the manifest's entry for it."""

    def __init__(self, tables: Tables, overlay: MakeOverlay) -> None:
        self._tables: Final = tables
        self._overlay: Final = overlay
        self._form: Final = Form(overlay)
        self._files: Final[dict[str, str]] = {}
        self._parts: Final[dict[str, Part]] = {
            part: {} for part in ("connection", "webhook", "module", "rpc", "function", "endpoint")
        }

    def files(self) -> dict[str, str]:
        """Return them all."""
        self._connection()
        self._webhook()
        for name in self._overlay.offered:
            self._module(self._tables.operations[name])
        self._trigger()
        self._universal()
        for dropdown in self._overlay.dropdowns.values():
            self._list(dropdown)
        self._put("general/base.iml.json", service.base(self._tables))
        self._put("modules/groups.json", self._groups())
        self._files["README.md"] = readme(self._tables, self._overlay)
        self._put("makecomapp.json", self._manifest())
        return self._files

    def _connection(self) -> None:
        code = {"communication": service.connection_test(self._me), "params": service.CONNECTION_FIELDS}
        files = self._code("connections", service.CONNECTION, code)
        said = {"label": self._overlay.connection, "connectionType": "basic"}
        self._parts["connection"][service.CONNECTION] = {**said, "codeFiles": {**files, "common": None}}

    @property
    def _me(self) -> Operation:
        return self._tables.operations["GetMe"]

    def _webhook(self) -> None:
        code = {
            "communication": service.DELIVERY,
            "params": [service.event_choice(self._tables)],
            "attach": service.attach(self._tables.operations["CreateHook"]),
            "detach": service.detach(self._tables.operations["DeleteHook"]),
        }
        said = {"label": self._overlay.webhook, "webhookType": "web", "connection": service.CONNECTION}
        files = self._code("webhooks", service.WEBHOOK, code)
        self._parts["webhook"][service.WEBHOOK] = {**said, "codeFiles": files}

    def _module(self, row: Operation) -> None:
        listed = self._is_search(row)
        given = _items(row) if listed else shapes_of(row.response)
        sample = sample_of(row.response)
        code = {
            "communication": calls.search(row) if listed else calls.action(row),
            "staticParams": [],
            "mappableParams": self._asked(row),
            "interface": interface(given),
            "samples": sample["items"][0] if listed else _sample(given, sample),
        }
        said = {"label": row.summary, "description": row.description}
        kind = {"moduleType": "search"} if listed else {"moduleType": "action", "actionCrud": self._crud(row)}
        self._add_module(module_name(row.name), {**said, **kind, "connection": service.CONNECTION}, code)

    def _asked(self, row: Operation) -> list[Part]:
        limit = [_LIMIT] if any(shape.name == "limit" for shape in calls.shapes(row.query)) else []
        key = [_KEY] if calls.needs_key(row) else []
        return [*self._form.parameters(calls.asked(row)), *key, *limit]

    def _is_search(self, row: Operation) -> bool:
        pages = any(shape.name == "next_cursor" for shape in shapes_of(row.response))
        return pages or row.name in self._overlay.searches

    def _crud(self, row: Operation) -> str:
        if row.repeat is Repeat.SAFE:
            return "read"
        return "create" if row.name in self._overlay.creates else "update"

    def _trigger(self) -> None:
        said = {"label": self._overlay.trigger.label, "description": self._overlay.trigger.about}
        kind = {"moduleType": "instant_trigger", "connection": service.CONNECTION, "webhook": service.WEBHOOK}
        code = {
            "communication": {},
            "staticParams": [],
            "interface": interface(shapes_of(Event)),
            "samples": sample_event(EventType.TICKET_TRIAGED),
        }
        self._add_module(service.TRIGGER, {**said, **kind}, code)

    def _universal(self) -> None:
        said = {"label": self._overlay.universal.label, "description": self._overlay.universal.about}
        kind = {"moduleType": "universal", "connection": service.CONNECTION}
        self._add_module(service.UNIVERSAL, {**said, **kind}, service.universal())

    def _add_module(self, name: str, entry: Part, code: Part) -> None:
        self._parts["module"][name] = {**entry, "codeFiles": self._code("modules", name, code)}

    def _list(self, dropdown: Dropdown) -> None:
        name, row = list_name(dropdown), self._tables.operations[dropdown.operation]
        files = self._code("rpcs", name, {"communication": calls.choices(row, dropdown.parameters)})
        label = " ".join((row.summary, *dropdown.parameters.values()))
        self._parts["rpc"][name] = {"label": label, "connection": service.CONNECTION, "codeFiles": files}

    def _groups(self) -> list[Part]:
        grouped = [
            {"label": label, "modules": [module_name(name) for name in names]}
            for label, names in self._overlay.groups.items()
        ]
        return [*grouped, {"label": "Events and other", "modules": [service.TRIGGER, service.UNIVERSAL]}]

    def _manifest(self) -> Part:
        general = {
            "base": "general/base.iml.json",
            "common": None,
            "readme": "README.md",
            "groups": "modules/groups.json",
        }
        return {"fileVersion": 1, "generalCodeFiles": general, "components": self._parts, "origins": []}

    def _code(self, folder: str, name: str, code: Part) -> dict[str, str]:
        """Put down the files of one part and return where they lie, by the names of the manifest."""
        paths = {kind: f"{folder}/{name}/{dashed(name)}.{dashed(kind)}.iml.json" for kind in code}
        for kind, path in paths.items():
            self._put(path, code[kind])
        return paths

    def _put(self, path: str, value: object) -> None:
        self._files[path] = json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _items(row: Operation) -> tuple[Shape, ...]:
    (listed,) = (shape for shape in shapes_of(row.response) if shape.name == "items")
    return listed.records


def _sample(given: Iterable[Shape], sample: Part) -> Part:
    """Return an example with a list where the interface has one."""
    return {shape.name: _listed(shape, sample[shape.name]) for shape in given}


def _listed(shape: Shape, value: object) -> object:
    return value or [] if shape.kind is Kind.RECORDS else value

"""How does the designer of flows show the fields of a request: where, and with which list to choose from?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.packagers.overlay import Visibility

if TYPE_CHECKING:
    from triage_core.packagers.overlay import Dropdown, Overlay

Part = dict[str, Any]


class FormHints:
    """The overlay's hints on fields, by their names."""

    def __init__(self, overlay: Overlay) -> None:
        """Take the overlay's fields and drop-downs."""
        self._overlay: Final = overlay

    def on_parameter(self, parameter: Part) -> Part:
        """Return a parameter of an address or a header with its hints."""
        encoded = {"x-ms-url-encoding": "single"} if parameter["in"] == "path" else {}
        return parameter | encoded | self._of(parameter["name"])

    def on_schema(self, schema: Part) -> Part:
        """Return the schema of a request with hints on its fields, those of records as well."""
        if "items" in schema:
            return schema | {"items": self.on_schema(schema["items"])}
        if "properties" not in schema:
            return schema
        fields = {name: self.on_schema(field) | self._of(name) for name, field in schema["properties"].items()}
        return schema | {"properties": fields}

    def _of(self, name: str) -> Part:
        visibility = self._overlay.fields.get(name, Visibility.NORMAL)
        shown = {} if visibility is Visibility.NORMAL else {"x-ms-visibility": str(visibility)}
        dropdown = self._overlay.dropdowns.get(name)
        return shown | (_listed(dropdown) if dropdown else {})


def _listed(dropdown: Dropdown) -> Part:
    """Return a drop-down in both forms: older designers read one, newer ones the other."""
    values = {
        "operationId": dropdown.operation,
        "parameters": dropdown.parameters,
        "value-collection": "items",
        "value-path": "id",
        "value-title": "name",
    }
    items = {
        "operationId": dropdown.operation,
        "parameters": {name: {"value": value} for name, value in dropdown.parameters.items()},
        "itemsPath": "items",
        "itemValuePath": "id",
        "itemTitlePath": "name",
    }
    return {"x-ms-dynamic-values": values, "x-ms-dynamic-list": items}

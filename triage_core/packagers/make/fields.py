"""How does Make show the fields of a message: in the form of a module, and in what a module gives?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.shape import Kind, Shape
from triage_core.packagers.make.names import identifier, list_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.packagers.make.overlay import MakeOverlay
    from triage_core.packagers.overlay import Dropdown

Part = dict[str, Any]

_TYPES: Final[dict[Kind, str]] = {
    Kind.TEXT: "text",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.MOMENT: "date",
    Kind.RECORDS: "array",
}
#: A text that may be longer than this gets a field of several lines.
_ONE_LINE: Final = 500
_BOUNDS: Final = {Kind.TEXT: ("min", "max"), Kind.RECORDS: ("minItems", "maxItems")}


class Form:
    """The forms of the app's modules."""

    def __init__(self, overlay: MakeOverlay) -> None:
        """Take what the app says of fields."""
        self._overlay: Final = overlay

    def parameters(self, shapes: Iterable[Shape]) -> list[Part]:
        """Return the parameters for the fields of a request."""
        return [self._parameter(shape) for shape in shapes]

    def _parameter(self, shape: Shape) -> Part:
        dropdown = self._overlay.dropdowns.get(shape.name)
        optional: Part = {"advanced": True} if shape.name in self._overlay.advanced else {}
        if shape.has_default:
            optional["default"] = shape.default
        limits = _limits(shape)
        if limits and not dropdown:
            optional["validate"] = limits
        return {
            "name": shape.name,
            **(_chosen(dropdown) if dropdown else self._kind(shape)),
            "label": shape.title,
            "help": shape.description,
            "required": shape.required,
            **optional,
        }

    def _kind(self, shape: Shape) -> Part:
        if shape.choices:
            return {"type": "select", "options": [option(choice) for choice in shape.choices]}
        if shape.records:
            return {"type": "array", "spec": self.parameters(shape.records)}
        long = shape.kind is Kind.TEXT and (shape.longest or 0) > _ONE_LINE
        return {"type": _TYPES[shape.kind], **({"multiline": True} if long else {})}


def interface(shapes: Iterable[Shape]) -> list[Part]:
    """Return what later modules can map of a message."""
    return [_given(shape) for shape in shapes]


def _given(shape: Shape) -> Part:
    records = {"spec": interface(shape.records)} if shape.records else {}
    return {"name": shape.name, "type": _TYPES[shape.kind], "label": shape.title, **records}


def option(value: str, label: str | None = None) -> Part:
    """Return one choice of a list."""
    return {"label": label or identifier(value), "value": value}


def _chosen(dropdown: Dropdown) -> Part:
    """Return a list that the service fills; what another module gives can be mapped into it as well."""
    return {"type": "select", "options": f"rpc://{list_name(dropdown)}", "mappable": True}


def _limits(shape: Shape) -> Part:
    low, high = _BOUNDS.get(shape.kind, ("", ""))
    limits = {low: shape.shortest, high: shape.longest, "min": shape.least, "max": shape.most}
    return {name: _whole(limit) for name, limit in limits.items() if name and limit is not None}


def _whole(limit: float) -> float:
    return int(limit) if limit == int(limit) else limit

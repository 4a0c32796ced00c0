"""How does Zapier show the fields of a message: in the form of a step, and among what later steps can map?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.shape import Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.packagers.zapier.overlay import Asked, ZapierOverlay

Part = dict[str, Any]

_TYPES: Final[dict[Kind, str]] = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.MOMENT: "datetime",
}
#: A text that may be longer than this gets a field of several lines.
_ONE_LINE: Final = 500
#: Lists that travel as one text; people choose several entries, and the app joins them.
_JOINED: Final = "_csv"


class Form:
    """The forms of the integration's steps."""

    def __init__(self, overlay: ZapierOverlay) -> None:
        """Take what the integration says of fields."""
        self._overlay: Final = overlay

    def fields(self, shapes: Iterable[Shape]) -> list[Part]:
        """Return the fields of a request that people fill in, those first that they must."""
        asked = [shape for shape in shapes if not self._is_left_out(shape)]
        shown = [self._field(shape) for shape in sorted(asked, key=lambda shape: not shape.required)]
        return [*self._helpers(shown), *shown]

    def asked(self, asked: Asked, *, required: bool = True) -> Part:
        """Return a field of the integration's own."""
        return {
            "key": asked.key,
            "label": asked.label,
            "type": "string",
            "helpText": asked.help,
            "required": required,
        }

    def _is_left_out(self, shape: Shape) -> bool:
        said = self._overlay.fields.get(shape.name)
        return said is not None and said.left_out

    def _helpers(self, shown: list[Part]) -> list[Part]:
        """Return what has to be chosen first, so that the lists of the other fields are known; it is not sent."""
        keys = {field["key"] for field in shown}
        needed = {self._overlay.lists[name].needs for name in map(_list_of, shown) if name is not None}
        missing = sorted(name for name in needed if name is not None and name not in keys)
        return [self._helper(name) for name in missing]

    def _helper(self, name: str) -> Part:
        said = self._overlay.fields[name]
        noun = self._overlay.lists[said.list or ""].noun
        help_text = f"Choose it to see a list in the next field; a mapped value there needs no {noun.lower()} here."
        return {
            "key": name,
            "label": noun,
            "type": "string",
            "helpText": help_text,
            "required": False,
            "dynamic": f"{said.list}.id.name",
            "altersDynamicFields": True,
        }

    def _field(self, shape: Shape) -> Part:
        if shape.records:
            return {"key": shape.name, "label": shape.title, "children": [*map(self._child, shape.records)]}
        field: Part = {
            "key": shape.name,
            "label": shape.title,
            "type": _input_type(shape),
            "helpText": shape.description.removesuffix(" Separated by commas, empty when there are none."),
            "required": shape.required,
        }
        return field | self._choices(shape) | _default(shape)

    def _child(self, shape: Shape) -> Part:
        """A field of a line item holds one value."""
        return {name: said for name, said in self._field(shape).items() if name != "list"}

    def _choices(self, shape: Shape) -> Part:
        if shape.choices:
            return {"choices": {choice: worded(choice) for choice in shape.choices}}
        said = self._overlay.fields.get(shape.name)
        chosen: Part = {"list": True} if shape.name.endswith(_JOINED) else {}
        if said is not None and said.list:
            chosen["dynamic"] = f"{said.list}.id.name"
        if said is not None and said.search:
            chosen["search"] = said.search
        return chosen


def outputs(shapes: Iterable[Shape]) -> list[Part]:
    """Return what later steps can map of a message, its flat fields first."""
    given = list(shapes)
    flat = [{"key": each.name, "label": each.title, "type": _TYPES[each.kind]} for each in given if not each.records]
    records = [
        {"key": each.name, "label": each.title, "children": outputs(each.records)} for each in given if each.records
    ]
    return [*flat, *records]


def worded(choice: str) -> str:
    """Return a name as people read it."""
    words = choice.replace("_", " ").replace(".", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _list_of(field: Part) -> str | None:
    found = field.get("dynamic")
    return None if found is None else str(found).partition(".")[0]


def _input_type(shape: Shape) -> str:
    is_long = shape.kind is Kind.TEXT and (shape.longest or 0) > _ONE_LINE and not shape.name.endswith(_JOINED)
    return "text" if is_long else _TYPES[shape.kind]


def _default(shape: Shape) -> Part:
    """Zapier takes texts alone as what a field begins with."""
    if shape.default in {None, ""}:
        return {}
    said = str(shape.default)
    return {"default": said.lower() if shape.kind is Kind.BOOLEAN else said}

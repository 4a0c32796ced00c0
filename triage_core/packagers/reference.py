"""What does a person read who calls the service? The reference page, made of the same tables."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import jinja2

from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import Event
from triage_core.contract.messages import Given
from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.problems import CONTENT_TYPE, Problem
from triage_core.contract.shape import Shape, shapes_of
from triage_core.packagers.problem_responses import problem_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from triage_core.contract.event_rows import EventRow
    from triage_core.packagers.tables import Tables

_FOLDER: Final = resources.files("triage_core.packagers") / "templates"
_REPEATS: Final = {
    Repeat.SAFE: "changes nothing",
    Repeat.NATURAL: "by its own fields, or a key",
    Repeat.KEY: "key required",
}


def reference_page(tables: Tables) -> str:
    """Return the page."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, of our own words
    template = environment.from_string(_text("api.md.jinja"))
    return template.render(
        operations=tables.operations.values(),
        messages=_messages(tables),
        events=tables.events.values(),
        problems=sorted(tables.problems.items(), key=lambda entry: (entry[1].status, entry[0])),
        problem_type=CONTENT_TYPE,
        problem_example=_json(problem_sample(tables, "malformed")),
        verification=_text("verification.py.txt").rstrip(),
        repeats=_REPEATS,
        inputs=_inputs,
        shapes_of=shapes_of,
        chosen=_chosen,
        kind=_kind,
        about=_about,
        is_given=lambda message: issubclass(message, Given),
        event_example=_event_example,
    )


def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _json(value: Any) -> str:  # noqa: ANN401 - any document
    return json.dumps(value, indent=2, ensure_ascii=False)


def _messages(tables: Tables) -> list[type[BaseModel]]:
    """Return all messages by name, each once."""
    rows = tables.operations.values()
    found = {model for row in rows for model in (row.request, row.response) if model}
    return sorted(found | {Problem, Event}, key=lambda model: model.__name__)


def _inputs(row: Operation) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """Yield what stands in the address of a request."""
    for place, model in (("path", row.params), ("query", row.query)):
        if model and shapes_of(model):
            yield place, shapes_of(model)


def _kind(shape: Shape) -> str:
    return f"{_chosen(shape)}{' or null' if shape.nullable else ''}"


def _chosen(shape: Shape) -> str:
    """Say what a field holds where there is no way to say null."""
    told = "list of records" if shape.records else str(shape.kind)
    return f"{told}: {', '.join(f'`{choice}`' for choice in shape.choices)}" if shape.choices else told


def _about(message: type[BaseModel]) -> str:
    return (message.__doc__ or "").partition("\n")[0]


def _event_example(row: EventRow) -> str:
    return _json({name: value for name, value in sample_event(row.type).items() if name in row.fills})

"""Which operations may a flow use: what do they take, what do they answer, and what is in their answers?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.operation import Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.lowcode.power_automate.flow import Part, part, text
from triage_core.lowcode.power_automate.native import NATIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage_core.lowcode.power_automate.flow import Flow, Step
    from triage_core.lowcode.power_automate.native import Native

ACTION: Final = "openapiconnection"
WEBHOOK: Final = "openapiconnectionwebhook"
#: Words that people wrote, in what an operation is given or answers.
WORDS: Final = frozenset(
    {"subject", "body", "text", "note", "customer", "requester", "bodypreview", "from", "explanation"}
)
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
CORRELATION: Final = "X-Correlation-Id"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_ENCODED: Final = re.compile(r"-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What an operation takes."""

    is_required: bool = False
    kind: str = ""
    choices: tuple[Any, ...] = ()
    is_internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An operation that a flow may use."""

    name: str
    #: The types of step that may call it, in one spelling.
    types: tuple[str, ...]
    is_trigger: bool = False
    is_internal: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    #: What comes back; None where nobody knows.
    answer: Part | None = None
    #: Whether the same request twice has one effect only with a key, or changes nothing at all.
    repeat: Repeat = Repeat.SAFE
    answers_words: bool = False
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class Catalogue:
    """Our connector's operations and those of Microsoft's that are known."""

    def __init__(self, swagger: Part) -> None:
        """Read the connector's definition."""
        self._definitions: Final = swagger["definitions"]
        self._title: Final = swagger["info"]["title"].lower()
        self._ours: Final = {known.name: known for known in self._read(swagger)}
        self._native: Final = {
            api: {name: _native(name, row) for name, row in rows.items()} for api, rows in NATIVE.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The operations of our connector."""
        return tuple(self._ours)

    def is_ours(self, flow: Flow, step: Step) -> bool:
        """Whether a step calls our connector, whatever the environment has made of its name."""
        connection = part(flow.references, text(step.host, "connectionName"))
        api = part(connection, "api")
        return any(self._title in _decoded(name) for name in (text(api, "logicalName"), _api(flow, step)))

    def is_known(self, flow: Flow, step: Step) -> bool:
        """Whether the operations of the step's connector are in a table."""
        return self.is_ours(flow, step) or _api(flow, step) in self._native

    def of(self, flow: Flow, step: Step) -> Known | None:
        """Return the operation that a step calls."""
        if self.is_ours(flow, step):
            return self._ours.get(step.operation)
        return self._native.get(_api(flow, step), {}).get(step.operation)

    def looked_up(self, schema: Part) -> Part:
        """Return a schema that may stand elsewhere."""
        named = text(schema, "$ref").rpartition("/")[2]
        return part(self._definitions, named) if named else schema

    def _read(self, swagger: Part) -> Iterator[Known]:
        for item in swagger["paths"].values():
            content = item.get("x-ms-notification-content")
            for method in _METHODS:
                if method in item:
                    yield self._known(item[method], content)

    def _known(self, said: Part, content: Part | None) -> Known:
        name = said["operationId"]
        is_trigger = "x-ms-trigger" in said
        row = OPERATIONS.get(name)
        parameters = dict(self._parameters(said))
        return Known(
            name=name,
            types=(WEBHOOK,) if is_trigger else (ACTION,),
            is_trigger=is_trigger,
            is_internal=said.get("x-ms-visibility") == "internal",
            parameters=parameters,
            answer=content["schema"] if is_trigger and content else self._answer(said),
            repeat=row.repeat if row else Repeat.SAFE,
            answers_words=bool(row and row.carries_text),
            words=tuple(each for each in parameters if each.rpartition("/")[2] in WORDS),
        )

    def _answer(self, said: Part) -> Part:
        """Return what a step may be answered with, whether it succeeded or failed."""
        schemas = [self.looked_up(part(answer, "schema")) for answer in said["responses"].values()]
        named = {name: inner for schema in reversed(schemas) for name, inner in part(schema, "properties").items()}
        return {"type": "object", "properties": named}

    def _parameters(self, said: Part) -> Iterator[tuple[str, Parameter]]:
        for given in said["parameters"]:
            if given["in"] != "body":
                yield given["name"], _parameter(given, is_required=given.get("required", False))
                continue
            schema = self.looked_up(given["schema"])
            required = schema.get("required", ())
            for name, inner in schema.get("properties", {}).items():
                yield f"{given['name']}/{name}", _parameter(inner, is_required=name in required)


def _parameter(said: Part, *, is_required: bool) -> Parameter:
    return Parameter(
        is_required=is_required,
        kind=said.get("type", ""),
        choices=tuple(said.get("enum", ())),
        is_internal=said.get("x-ms-visibility") == "internal",
    )


def _native(name: str, row: Native) -> Known:
    named = {each: Parameter(choices=row.choices.get(each, ())) for each in (*row.optional, *row.places)}
    required = {each: Parameter(is_required=True, choices=row.choices.get(each, ())) for each in row.required}
    waiting = (WEBHOOK,) if row.waits else (ACTION,)
    return Known(
        name=name,
        types=(ACTION, "openapiconnectionnotification") if row.is_trigger else waiting,
        is_trigger=row.is_trigger,
        parameters=named | required,
        repeat=Repeat.SAFE,
        answers_words=row.answers_words,
        words=row.words,
        places=row.places,
    )


def _api(flow: Flow, step: Step) -> str:
    """Return the name of the connector that a step calls, as the step or its reference says it."""
    named = text(step.host, "apiId").rpartition("/")[2]
    return named or text(part(part(flow.references, text(step.host, "connectionName")), "api"), "name")


def _decoded(name: str) -> str:
    """Return the name of a custom connector as people wrote it: the platform writes a space as `-20`."""
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), name.lower())

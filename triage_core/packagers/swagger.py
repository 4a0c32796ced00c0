"""What does the service offer to the connector of Power Automate, in the words of Swagger 2.0?

It is made of the OpenAPI document: what the older format cannot say is refused, and what the connector does not get is
listed. Only operations for platforms are in it; each kind of event is a trigger of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.operation import Surface
from triage_core.packagers import downgrade
from triage_core.packagers.answers import answers, looked_up
from triage_core.packagers.form_hints import FormHints
from triage_core.packagers.openapi import openapi_document
from triage_core.packagers.overlay import OperationLabel, Visibility
from triage_core.packagers.triggers import trigger_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.packagers.overlay import Overlay
    from triage_core.packagers.tables import Tables

Part = dict[str, Any]

_SECURITY: Final = "API Key"
_JSON: Final = "application/json"


def swagger_document(tables: Tables, overlay: Overlay) -> Part:
    """Return the connector's definition; raises `CannotSay` for what the format has no word for."""
    source = openapi_document(tables)
    paths = _Paths(source, overlay).all() | trigger_paths(tables, source, overlay)
    return {
        "swagger": "2.0",
        "info": overlay.info.model_dump(),
        "host": overlay.host,
        "basePath": overlay.base_path,
        "schemes": ["https"],
        "consumes": [_JSON],
        "produces": [_JSON],
        "securityDefinitions": {_SECURITY: {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        "security": [{_SECURITY: []}],
        "paths": paths,
        "definitions": _definitions(source, overlay, paths),
        "x-ms-connector-metadata": [
            {"propertyName": "Website", "propertyValue": overlay.website},
            {"propertyName": "Privacy policy", "propertyValue": overlay.privacy_policy},
            {"propertyName": "Categories", "propertyValue": ";".join(overlay.categories)},
        ],
    }


class _Paths:
    """The operations of one document, with the overlay's words."""

    def __init__(self, source: Part, overlay: Overlay) -> None:
        self._source: Final = source
        self._overlay: Final = overlay
        self._hints: Final = FormHints(overlay)

    def all(self) -> Part:
        """Return every path on which an operation is offered."""
        paths: Part = {}
        for path, methods in self._source["paths"].items():
            for method, said in methods.items():
                if said["x-surface"] == Surface.PLATFORM and said["operationId"] not in self._overlay.hidden:
                    paths.setdefault(path, {})[method] = self._operation(said)
        return paths

    def _operation(self, said: Part) -> Part:
        name = said["operationId"]
        label = self._overlay.operations.get(name, OperationLabel())
        operation = {
            "operationId": name,
            "summary": label.summary or said["summary"],
            "description": label.description or said["description"],
            "parameters": [*self._parameters(said)],
            "responses": answers(self._source, said),
        }
        if label.visibility is Visibility.NORMAL:
            return operation
        return operation | {"x-ms-visibility": str(label.visibility)}

    def _parameters(self, said: Part) -> Iterator[Part]:
        for given in said["parameters"]:
            whole = looked_up(self._source, given)
            yield self._hints.on_parameter(downgrade.parameter(whole, said["operationId"]))
        if "requestBody" in said:
            schema = said["requestBody"]["content"][_JSON]["schema"]
            yield {
                "name": "body",
                "in": "body",
                "required": True,
                "schema": downgrade.downgraded(schema, said["operationId"]),
            }


def _definitions(source: Part, overlay: Overlay, paths: Part) -> Part:
    """Return the messages that the paths name; only requests get hints, since nobody fills in an answer."""
    hints = FormHints(overlay)
    requests = set(_named(paths, "parameters"))
    definitions: Part = {}
    for name in sorted(requests | set(_named(paths, "responses"))):
        schema = downgrade.downgraded(source["components"]["schemas"][name], name)
        definitions[name] = hints.on_schema(schema) if name in requests else schema
    return definitions


def _named(paths: Part, part: str) -> Iterator[str]:
    for methods in paths.values():
        for operation in methods.values():
            given = operation.get(part, ())
            for each in given.values() if isinstance(given, dict) else given:
                if reference := each.get("schema", {}).get("$ref"):
                    yield reference.rpartition("/")[2]

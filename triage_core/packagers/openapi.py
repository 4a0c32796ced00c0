"""What does the service offer, in the words of OpenAPI 3.1? All operations and all events, for any reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import Event
from triage_core.contract.operation import Operation, Repeat, Surface
from triage_core.contract.problems import Problem
from triage_core.contract.shape import shapes_of
from triage_core.packagers.problem_responses import problem_response, response_name
from triage_core.packagers.schemas import form_schema, message_schema, parameter_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from triage_core.contract.event_rows import EventRow
    from triage_core.packagers.tables import Tables

_INFO: Final = {
    "title": "Triage Loop",
    "version": "1.0",
    "summary": "Support tickets, decided by rules that explain themselves.",
    "description": (
        "Classifies support tickets, keeps their deadlines, and tells every decision with its reasons. Each answer has"
        " every field every time: null where there is nothing to say. Identifiers are texts, moments are in UTC."
        " A refusal is a problem document; its code is stable. A text field takes a number as its digits, and an empty"
        " text in an optional field counts as left out."
    ),
    "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
}
_SERVERS: Final = [
    {
        "url": "https://{host}",
        "description": "Your own installation.",
        "variables": {"host": {"default": "triage.example.com", "description": "Host name of the installation."}},
    }
]
_SECURITY_SCHEMES: Final = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "A key of one tenant and one platform, with the rights that were granted to it.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the organisation's own sign-in service.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-triage",
        "description": "The session of a person who signed in with a browser.",
    },
}
_SCHEMES_OF: Final = {
    Surface.PLATFORM: ("apiKey", "bearer"),
    Surface.CONSOLE: ("session", "bearer"),
    Surface.SYSTEM: ("apiKey", "bearer"),
}
_KEY_SCHEMA: Final = {
    "title": "Idempotency Key",
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "pattern": "^[!-~]([ -~]*[!-~])?$",
    "examples": ["run-08585-step-3"],
}
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Same value for the same request, so that repeating it has one effect, such as a run's name.",
        "schema": _KEY_SCHEMA,
    },
    "IdempotencyKeyOptional": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Same value for the same request; without it, the request's own fields tell a repetition.",
        "schema": _KEY_SCHEMA,
    },
    "Correlation": {
        "name": "X-Correlation-Id",
        "in": "header",
        "required": False,
        "description": "The caller's name for its run, which the answer and the service's log repeat.",
        "schema": {"title": "Correlation", "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"},
    },
}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "Correlation": {
        "description": "Name of this request in the service's log.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Location": {
        "description": "Address used to remove the registration.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Replayed": {
        "description": "Says true where the request was carried out before.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RetryAfter": {
        "description": "Whole seconds to wait before the request is repeated.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}
#: Which parameter a way to repeat a request safely asks for.
_KEYS: Final = {Repeat.KEY: "IdempotencyKey", Repeat.NATURAL: "IdempotencyKeyOptional"}
_SUCCESS: Final = {200: "The answer.", 201: "Registered."}
_CREATED: Final = 201
_SIGNED: Final = {
    "webhook-id": "Identifier of the event, the same for each delivery of it.",
    "webhook-timestamp": "When this delivery was sent, in seconds since 1970.",
    "webhook-signature": "Signatures of identifier, timestamp and body, one for each valid secret.",
}


def openapi_document(tables: Tables) -> dict[str, Any]:
    """Return the document."""
    rows = tables.operations.values()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": _INFO,
        "servers": _SERVERS,
        "security": [{"apiKey": []}, {"bearer": []}],
        "paths": _paths(rows),
        "webhooks": {str(row.type): {"post": _webhook(row)} for row in tables.events.values()},
        "components": {
            "schemas": {model.__name__: message_schema(model) for model in _messages(rows)},
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "responses": {response_name(status): problem_response(tables, status) for status in _failures(rows)},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _paths(rows: Iterable[Operation]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row)
    return paths


def _messages(rows: Iterable[Operation]) -> list[type[BaseModel]]:
    """Return all messages by name, each once."""
    found: set[type[BaseModel]] = {Problem, Event}
    for row in rows:
        found |= {model for model in (row.request, row.response) if model}
    return sorted(found, key=lambda model: model.__name__)


def _failures(rows: Iterable[Operation]) -> list[int]:
    return sorted({status for row in rows for status in row.failures})


def _operation(row: Operation) -> dict[str, Any]:
    said = {
        "operationId": row.name,
        "summary": row.summary,
        "description": row.description,
        "x-surface": str(row.surface),
        "security": [{scheme: [str(row.scope)]} for scheme in _SCHEMES_OF[row.surface]] if row.scope else [],
        "parameters": [*_parameters(row)],
        "responses": _responses(row),
    }
    return {**said, "requestBody": _body(row.request)} if row.request else said


def _parameters(row: Operation) -> Iterator[dict[str, Any]]:
    for place, model in (("path", row.params), ("query", row.query)):
        for shape in shapes_of(model) if model else ():
            yield {
                "name": shape.name,
                "in": place,
                "required": shape.required,
                "description": shape.description,
                "schema": parameter_schema(shape),
            }
    for name in filter(None, (_KEYS.get(row.repeat), "Correlation")):
        yield {"$ref": f"#/components/parameters/{name}"}


def _body(request: type[BaseModel]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{request.__name__}"}
    has_records = any(shape.records for shape in shapes_of(request))
    return {
        "required": any(shape.required for shape in shapes_of(request)),
        "content": {
            "application/json": {"schema": reference},
            "application/x-www-form-urlencoded": {"schema": form_schema(request) if has_records else reference},
        },
    }


def _responses(row: Operation) -> dict[str, Any]:
    headers = {"X-Correlation-Id": {"$ref": "#/components/headers/Correlation"}}
    if row.repeat is not Repeat.SAFE:
        headers["Idempotency-Replayed"] = {"$ref": "#/components/headers/Replayed"}
    if row.success == _CREATED:
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    answer = {"schema": {"$ref": f"#/components/schemas/{row.response.__name__}"}}
    success = {"description": _SUCCESS[row.success], "headers": headers, "content": {"application/json": answer}}
    failures = {str(status): {"$ref": f"#/components/responses/{response_name(status)}"} for status in row.failures}
    return {str(row.success): success, **failures}


def _webhook(row: EventRow) -> dict[str, Any]:
    sample = {"schema": {"$ref": "#/components/schemas/Event"}, "example": sample_event(row.type)}
    return {
        "summary": row.title,
        "description": row.description,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}
            for name, said in _SIGNED.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": sample}},
        "responses": {
            "200": {"description": "The event was taken; any status from 200 to 299 says so."},
            "410": {"description": "The receiver is gone for good, and nothing more is sent to it."},
        },
    }

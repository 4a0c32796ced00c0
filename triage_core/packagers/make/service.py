"""How does the app reach the service: address, key, errors, events?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.packagers.make.calls import VERSION
from triage_core.packagers.make.fields import option

if TYPE_CHECKING:
    from triage_core.contract.operation import Operation
    from triage_core.packagers.tables import Tables

Part = dict[str, Any]

CONNECTION: Final = "apiKey"
WEBHOOK: Final = "events"
TRIGGER: Final = "watchEvents"
UNIVERSAL: Final = "makeApiCall"

_HEADER: Final = "x-api-key"
#: What Make writes into its own log must not hold the key.
_LOG: Final[Part] = {"sanitize": [f"request.headers.{_HEADER}"]}
#: In milliseconds; the service answers within thirty seconds.
_TIMEOUT: Final = 60_000
_SENTENCE: Final = "[{{statusCode}}] {{ifempty(body.detail, 'The service did not say why.')}}"
#: What Make does about each status. A call that can never work as it is goes to the incomplete executions, where a
#: person sees it; only a key that is refused stops the scenario.
_ERRORS: Final[dict[int, str]] = {
    400: "DataError",
    401: "InvalidAccessTokenError",
    403: "DataError",
    404: "DataError",
    405: "RuntimeError",
    409: "DuplicateDataError",
    413: "DataError",
    415: "RuntimeError",
    422: "DataError",
    429: "RateLimitError",
    500: "RuntimeError",
    502: "ConnectionError",
    503: "ConnectionError",
    504: "ConnectionError",
}

CONNECTION_FIELDS: Final[list[Part]] = [
    {
        "name": "baseUrl",
        "type": "url",
        "label": "Base URL",
        "help": "The address of your service, such as https://triage.example.com, without a slash at the end.",
        "required": True,
        "editable": False,
    },
    {
        "name": "apiKey",
        "type": "password",
        "label": "API Key",
        "help": "A key made for Make, with `triage keys create`.",
        "required": True,
        "editable": True,
    },
]
#: How an event that arrives becomes a bundle.
DELIVERY: Final[Part] = {
    "condition": "{{body.type}}",
    "output": "{{body}}",
    "respond": {"type": "json", "status": 202, "body": {"accepted": True}},
}


def base(tables: Tables) -> Part:
    """Return what all calls share; raises `KeyError` for a status of the contract that Make is told nothing about."""
    told = {row.status for row in tables.problems.values()}
    for status in told:
        _ERRORS[status]
    errors = {str(status): {"type": kind, "message": _SENTENCE} for status, kind in _ERRORS.items()}
    return {
        "baseUrl": f"{{{{connection.baseUrl}}}}{VERSION}",
        "timeout": _TIMEOUT,
        "headers": {_HEADER: "{{connection.apiKey}}", "accept": "application/json"},
        "response": {"error": {"type": "RuntimeError", "message": _SENTENCE, **errors}},
        "log": _LOG,
    }


def connection_test(row: Operation) -> Part:
    """Return the call that tries a new connection; its answer labels it."""
    return {
        "url": f"{{{{parameters.baseUrl}}}}{row.path}",
        "method": row.method,
        "headers": {_HEADER: "{{parameters.apiKey}}", "accept": "application/json"},
        "response": {"metadata": {"type": "text", "value": "{{body.name}}"}, "error": {"message": _SENTENCE}},
        "log": _LOG,
    }


def attach(row: Operation) -> Part:
    """Return the call that registers a webhook of Make."""
    return {
        "url": row.path.removeprefix(VERSION),
        "method": row.method,
        "body": {"callback_url": "{{webhook.url}}", "event_type": "{{parameters.event_type}}"},
        "response": {"data": {"externalHookId": "{{body.id}}"}},
        "log": _LOG,
    }


def detach(row: Operation) -> Part:
    """Return the call that removes it again."""
    path = row.path.removeprefix(VERSION).replace("{hook_id}", "{{webhook.externalHookId}}")
    return {"url": path, "method": row.method, "log": _LOG}


def event_choice(tables: Tables) -> Part:
    """Return the field in which somebody chooses the kind of event."""
    return {
        "name": "event_type",
        "type": "select",
        "label": "Event Type",
        "help": "The kind of event that starts the scenario.",
        "required": True,
        "options": [option(row.type, row.title) for row in tables.events.values()],
    }


def universal() -> Part:
    """Return the module that calls anything; a relative path keeps the key from going to another host."""
    return {
        "communication": {
            "url": "{{connection.baseUrl}}/{{parameters.url}}",
            "method": "{{parameters.method}}",
            "headers": {"{{...}}": "{{toCollection(parameters.headers, 'key', 'value')}}"},
            "qs": {"{{...}}": "{{toCollection(parameters.qs, 'key', 'value')}}"},
            "body": "{{parameters.body}}",
            "type": "text",
            "response": {"output": {"body": "{{body}}", "headers": "{{headers}}", "statusCode": "{{statusCode}}"}},
        },
        "staticParams": [],
        "mappableParams": _ANY_CALL,
        "interface": _ANY_ANSWER,
        "samples": {"body": {"items": []}, "headers": {"content-type": "application/json"}, "statusCode": 200},
    }


_PAIRS: Final[list[Part]] = [
    {"name": "key", "type": "text", "label": "Key"},
    {"name": "value", "type": "text", "label": "Value"},
]
_ANY_CALL: Final[list[Part]] = [
    {
        "name": "url",
        "type": "text",
        "label": "URL",
        "required": True,
        "help": f"A path of your service, such as {VERSION}/tickets.",
    },
    {
        "name": "method",
        "type": "select",
        "label": "Method",
        "required": True,
        "default": "GET",
        "options": [option(method, method) for method in ("GET", "POST", "DELETE")],
    },
    {"name": "headers", "type": "array", "label": "Headers", "help": "The key is added.", "spec": _PAIRS},
    {"name": "qs", "type": "array", "label": "Query String", "spec": _PAIRS},
    {"name": "body", "type": "any", "label": "Body", "help": "A JSON object."},
]
_ANY_ANSWER: Final[list[Part]] = [
    {"name": "body", "type": "any", "label": "Body"},
    {"name": "headers", "type": "collection", "label": "Headers"},
    {"name": "statusCode", "type": "number", "label": "Status Code"},
]

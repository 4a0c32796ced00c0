"""Which members must a step of each type have, and of which kind?"""

from __future__ import annotations

from typing import Any, Final

Path = tuple[str, ...]
_TEXT: Final = (str,)
_OBJECT: Final = (dict,)
_LIST: Final = (list, str)
_ANY: Final = (object,)

#: Paths that must be there, with what may stand at their end.
ACTIONS: Final[dict[str, dict[Path, tuple[type[Any], ...]]]] = {
    "openapiconnection": {("inputs", "host"): _OBJECT},
    "openapiconnectionwebhook": {("inputs", "host"): _OBJECT},
    "openapiconnectionnotification": {("inputs", "host"): _OBJECT},
    "if": {("expression",): (dict, str), ("actions",): _OBJECT},
    "switch": {("expression",): (str, int), ("cases",): _OBJECT},
    "foreach": {("foreach",): _LIST, ("actions",): _OBJECT},
    "until": {("expression",): _TEXT, ("actions",): _OBJECT},
    "scope": {("actions",): _OBJECT},
    "terminate": {("inputs", "runStatus"): _TEXT},
    "compose": {("inputs",): _ANY},
    "parsejson": {("inputs", "content"): _ANY, ("inputs", "schema"): _OBJECT},
    "select": {("inputs", "from"): _LIST, ("inputs", "select"): _ANY},
    "query": {("inputs", "from"): _LIST, ("inputs", "where"): (str, dict)},
    "join": {("inputs", "from"): _LIST, ("inputs", "joinWith"): _TEXT},
    "table": {("inputs", "from"): _LIST, ("inputs", "format"): _TEXT},
    "initializevariable": {("inputs", "variables"): (list,)},
    "setvariable": {("inputs", "name"): _TEXT, ("inputs", "value"): _ANY},
    "incrementvariable": {("inputs", "name"): _TEXT},
    "decrementvariable": {("inputs", "name"): _TEXT},
    "appendtoarrayvariable": {("inputs", "name"): _TEXT, ("inputs", "value"): _ANY},
    "appendtostringvariable": {("inputs", "name"): _TEXT, ("inputs", "value"): _ANY},
    "wait": {("inputs",): _OBJECT},
    "response": {("inputs",): _OBJECT},
    "http": {("inputs", "method"): _TEXT, ("inputs", "uri"): _TEXT},
    "httpwebhook": {("inputs", "subscribe"): _OBJECT},
    "workflow": {("inputs", "host", "workflowReferenceName"): _TEXT},
    "expression": {("inputs",): _ANY},
    "xslt": {("inputs",): _OBJECT},
    "function": {("inputs",): _OBJECT},
}
TRIGGERS: Final[dict[str, dict[Path, tuple[type[Any], ...]]]] = {
    "openapiconnection": {("inputs", "host"): _OBJECT, ("recurrence",): _OBJECT},
    "openapiconnectionwebhook": {("inputs", "host"): _OBJECT},
    "openapiconnectionnotification": {("inputs", "host"): _OBJECT},
    "recurrence": {("recurrence", "frequency"): _TEXT, ("recurrence", "interval"): (int, str)},
    "request": {("inputs",): _OBJECT},
    "http": {("inputs", "uri"): _TEXT},
    "httpwebhook": {("inputs", "subscribe"): _OBJECT},
}
#: What may stand in a step beside its type.
MEMBERS: Final = frozenset({
    "type", "inputs", "runAfter", "metadata", "description", "limit", "runtimeConfiguration", "operationOptions",
    "trackedProperties", "actions", "else", "expression", "cases", "default", "foreach", "kind", "recurrence",
    "conditions", "splitOn", "splitOnConfiguration", "correlation",
})  # fmt: skip
STATES: Final = ("Succeeded", "Failed", "Skipped", "TimedOut")
ENDINGS: Final = ("Succeeded", "Failed", "Cancelled")
VARIABLE_TYPES: Final = ("array", "boolean", "float", "integer", "object", "string")
PARAMETER_TYPES: Final = ("array", "bool", "float", "int", "object", "secureobject", "securestring", "string")

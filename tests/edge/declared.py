"""Is an answer one that the OpenAPI document declares for its operation?"""

from __future__ import annotations

import json
from typing import Any, Final

from jsonschema import Draft202012Validator

from triage_core.contract.operations import OPERATIONS
from triage_core.edge.message import Reply
from triage_core.packagers.answers import looked_up
from triage_core.packagers.openapi import openapi_document
from triage_core.packagers.tables import Tables

DOCUMENT: Final = openapi_document(Tables())


def complaints(name: str, reply: Reply) -> list[str]:
    """Return all that an answer does otherwise than the document declares."""
    row = OPERATIONS[name]
    responses = DOCUMENT["paths"][row.path][row.method.lower()]["responses"]
    if str(reply.status) not in responses:
        return [f"{name} declares no {reply.status}: {reply.body!r}"]
    return _against(looked_up(DOCUMENT, responses[str(reply.status)]), reply)


def _against(declared: dict[str, Any], reply: Reply) -> list[str]:
    needed = [header for header, said in declared["headers"].items() if looked_up(DOCUMENT, said).get("required")]
    found = [f"no header {header}" for header in needed if header.lower() not in reply.headers]
    kind = reply.headers["content-type"]
    if kind not in declared["content"]:
        return [*found, f"undeclared type {kind}"]
    schema = {**declared["content"][kind]["schema"], "components": DOCUMENT["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return found + [f"{error.json_path}: {error.message}" for error in checker.iter_errors(json.loads(reply.body))]

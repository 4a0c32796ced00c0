"""What do public schemas of services say against a document? They lie beside the repository; a plain clone has none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

REPOSITORY = Path(__file__).resolve().parents[2]
VARIABLE = "TRIAGE_SHARED_SCHEMAS"
MISSING = f"no public schemas: set {VARIABLE} to the folder that holds them"


def folder() -> Path:
    return Path(os.environ.get(VARIABLE, REPOSITORY.parent / "shared" / "schemas")) / "payloads"


def are_there() -> bool:
    return folder().is_dir()


def _file(name: str) -> Any:
    text = (folder() / name).read_text("utf-8")
    return yaml.safe_load(text) if name.endswith(".yml") else json.loads(text)


def _slack() -> Validator:
    return Draft7Validator(_file("slack/slack-message.limits.schema.json"))


def _card() -> Validator:
    return Draft7Validator(_file("adaptivecards/adaptive-card-1.5.0.json"))


def _notion_page() -> Validator:
    return Draft7Validator(_file("notion/NotionCreatePage.generated.schema.json"))


def _notion_blocks() -> Validator:
    return Draft7Validator(_file("notion/NotionAppendBlocks.generated.schema.json"))


def _pagerduty() -> Validator:
    document = _file("pagerduty/events-v2.openapiv3.json")
    body = document["paths"]["/enqueue"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return Draft4Validator({**body, "components": document["components"]})


def _opsgenie() -> Validator:
    definitions = _file("opsgenie/swagger.json")["definitions"]
    return Draft4Validator({"$ref": "#/definitions/CreateAlertPayload", "definitions": definitions})


def _zendesk() -> Validator:
    document = _file("zendesk/zendesk-tickets-api-openapi.yml")
    update = {"$ref": "#/components/schemas/TicketUpdate"}
    return Draft202012Validator({"properties": {"ticket": update}, "components": document["components"]})


_SCHEMAS: dict[str, Callable[[], Validator]] = {
    "slack message": _slack,
    "adaptive card": _card,
    "notion page": _notion_page,
    "notion blocks": _notion_blocks,
    "pagerduty event": _pagerduty,
    "opsgenie alert": _opsgenie,
    "zendesk update": _zendesk,
}


@cache
def _validator(name: str) -> Validator:
    return _SCHEMAS[name]()


def load(names: Iterable[str]) -> None:
    """Read schemas, where there are some."""
    for name in names if are_there() else ():
        _validator(name)


def complaints(name: str, document: Any) -> list[str]:
    """Return what a public schema says against a document; nothing where there are no schemas."""
    if not are_there():
        return []
    faults = _validator(name).iter_errors(document)
    return [f"{name} /{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}" for fault in faults]

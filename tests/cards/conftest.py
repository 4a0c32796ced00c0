"""What judges the payloads: the published schemas of the surfaces, where they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft6Validator, Draft7Validator
from jsonschema.protocols import Validator


def _load(folder: Path, *names: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(folder.joinpath("payloads", *names).read_text("utf-8"))
    return document


@pytest.fixture(scope="session")
def slack_messages(shared_schemas: Path) -> Validator:
    """What Slack takes, with its limits."""
    return Draft7Validator(_load(shared_schemas, "slack", "slack-message.limits.schema.json"))


@pytest.fixture(scope="session")
def adaptive_cards(shared_schemas: Path) -> Validator:
    """What an Adaptive Card of version 1.5 is."""
    return Draft6Validator(_load(shared_schemas, "adaptivecards", "adaptive-card-1.5.0.json"))


@pytest.fixture(scope="session")
def teams_host(shared_schemas: Path) -> dict[str, Any]:
    """How Teams shows cards."""
    return _load(shared_schemas, "adaptivecards", "microsoft-teams-light.json")


@pytest.fixture(scope="session")
def pagerduty_events(shared_schemas: Path) -> Validator:
    """What PagerDuty takes as an event."""
    document = _load(shared_schemas, "pagerduty", "events-v2.openapiv3.json")
    body = document["paths"]["/enqueue"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return Draft4Validator({**body, "components": document["components"]})


@pytest.fixture(scope="session")
def opsgenie_interface(shared_schemas: Path) -> dict[str, Any]:
    """What Opsgenie says of its interface."""
    return _load(shared_schemas, "opsgenie", "swagger.json")

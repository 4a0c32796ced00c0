"""Do our samples and documents have the form that Zendesk publishes?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.channel_samples import POLICY, ZENDESK, data
from tests.small_policy import COMPLETE
from tests.zendesk_samples import P1, filled, plan, ticket
from triage_core.channels.zendesk_fields import (
    risk_tag,
)
from triage_core.channels.zendesk_setup import body, ticket_fields
from triage_core.channels.zendesk_writeback import requests


@pytest.fixture
def zendesk_schemas(shared_data: Path) -> Path:
    """The public schemas of Zendesk, which lie beside the sample data."""
    folder = shared_data.parent / "schemas" / "payloads" / "zendesk"
    if not folder.is_dir():
        pytest.skip("no schemas beside the sample data")
    return folder


class TestSchemas:
    def test_the_samples_are_tickets_of_the_public_schema(self, zendesk_schemas: Path) -> None:
        schema = json.loads((zendesk_schemas / "zendesk-ticket-schema.json").read_text(encoding="utf-8"))
        for name in ("new", "pending"):
            jsonschema.validate(data(f"zendesk_ticket/{name}.json")["ticket"], schema)

    @pytest.mark.parametrize("name", ["created", "customer_replied", "agent_solved"])
    def test_the_webhook_samples_have_the_public_form(self, zendesk_schemas: Path, name: str) -> None:
        jsonschema.validate(data(f"zendesk_webhook/{name}.json"), webhook_schema(zendesk_schemas))

    def test_what_the_trigger_sends_has_the_public_form_but_for_tags_and_author(self, zendesk_schemas: Path) -> None:
        values = {"id": 1, "requester_id": 5, "public": True, "status": "open", "priority": "high"}
        validator = jsonschema.Draft202012Validator(webhook_schema(zendesk_schemas))
        wrong = validator.iter_errors(json.loads(filled(body(ZENDESK), values)))
        # A placeholder gives the tags as one text, and an author may be empty, so these two stand in quotes.
        assert {error.absolute_path[0] for error in wrong} <= {"tags", "latest_comment"}

    def test_an_update_has_the_public_form(self, zendesk_schemas: Path) -> None:
        schemas = yaml.safe_load((zendesk_schemas / "zendesk-tickets-api-openapi.yml").read_text(encoding="utf-8"))
        schema = {
            **nullable(schemas["components"]["schemas"]["TicketUpdate"]),
            "components": nullable(schemas["components"]),
        }
        schema["additionalProperties"] = False
        for intake in (COMPLETE, {}, P1):
            jsonschema.validate(requests(plan(ticket(intake=intake)))[-1]["body"]["ticket"], schema)

    def test_field_types_are_those_that_the_api_creates(self, zendesk_schemas: Path) -> None:
        told_by = (zendesk_schemas / "zendesk-ticket-fields-api-openapi.yml").read_text(encoding="utf-8")
        types = set(re.findall(r"^ +\| (\w+) +\|", told_by, re.MULTILINE))
        assert {field["ticket_field"]["type"] for field in ticket_fields(POLICY)} <= types
        assert risk_tag("Legal & Regulatory") == "triage_risk_legal_regulatory"


def webhook_schema(folder: Path) -> dict[str, Any]:
    """Return the schema of a ticket event's body."""
    told_by = yaml.safe_load((folder / "zendesk-webhooks-asyncapi.yml").read_text(encoding="utf-8"))
    schema: dict[str, Any] = nullable(told_by["components"]["schemas"]["TicketEventPayload"])
    return schema


def nullable(schema: Any) -> Any:
    """Write `nullable: true` the way JSON Schema does, and leave out examples."""
    if isinstance(schema, list):
        return [nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: nullable(value) for key, value in schema.items() if key not in {"nullable", "example", "examples"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain

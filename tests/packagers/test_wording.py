"""Does every wording rule find its bad case and let its good one pass, and does the connector break none?"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from triage_core.packagers.overlay import Overlay
from triage_core.packagers.wording import findings

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]

COLOUR = "#2b4c7e"
GOOD: Document = {
    "info": {
        "title": "Ticket Desk",
        "description": "Classifies support tickets and keeps their deadlines.",
        "contact": {"name": "Desk", "url": "https://example.com", "email": "desk@example.com"},
    },
    "paths": {
        "/tickets": {
            "get": {
                "operationId": "ListTickets",
                "summary": "List tickets (open ones)",
                "description": "Lists open tickets.",
                "parameters": [
                    {"name": "limit", "in": "query", "x-ms-summary": "Limit of Items", "description": "How many."}
                ],
                "responses": {"200": {"description": "The tickets.", "schema": {"$ref": "#/definitions/Tickets"}}},
            }
        }
    },
    "definitions": {"Tickets": {"properties": {"id": {"x-ms-summary": "Ticket (Main)", "description": "Which one."}}}},
    "x-ms-connector-metadata": [
        {"propertyName": "Website", "propertyValue": "https://example.com"},
        {"propertyName": "Privacy policy", "propertyValue": "https://example.com/privacy"},
        {"propertyName": "Categories", "propertyValue": "IT Operations;Productivity"},
    ],
}


def test_connector_breaks_no_rule(swagger: Document, connector: Overlay) -> None:
    assert findings(swagger, connector.brand_colour) == []


def test_good_case_breaks_no_rule() -> None:
    assert findings(GOOD, COLOUR) == []


def _info(**changes: Any) -> Callable[[Document], object]:
    return lambda document: document["info"].update(changes)


def _operation(**changes: Any) -> Callable[[Document], object]:
    return lambda document: document["paths"]["/tickets"]["get"].update(changes)


def _field(**changes: Any) -> Callable[[Document], object]:
    return lambda document: document["definitions"]["Tickets"]["properties"]["id"].update(changes)


def _label(text: str) -> Callable[[Document], object]:
    return _field(**{"x-ms-summary": text})


def _categories(text: str) -> Callable[[Document], object]:
    return lambda document: document["x-ms-connector-metadata"][2].update(propertyValue=text)


def _twice(document: Document) -> None:
    document["paths"]["/again"] = deepcopy(document["paths"]["/tickets"])


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("title-length", _info(title="Ticket Desk of the Whole Company")),
        ("title-length", _info(title="Ticket Desk!")),
        ("title-words", _info(title="Ticket API")),
        ("title-words", _info(title="Ticket connector")),
        ("title-missing", _info(title="")),
        ("about-length", _info(description="Too short.")),
        ("about-length", _info(description=f"{'Far too long. ' * 40}End.")),
        ("about-missing", _info(description="")),
        ("description-sentence", _info(description="Classifies support tickets and keeps their deadlines")),
        ("contact", _info(contact={"name": "Desk"})),
        ("summary-phrase", _operation(summary="List tickets.")),
        ("summary-phrase", _operation(summary="List tickets/cards")),
        ("summary-phrase", _operation(summary="List tickets " * 8)),
        ("summary-missing", _operation(summary="")),
        ("description-sentence", _operation(description="lists tickets.")),
        ("description-sentence", _operation(description="Lists tickets")),
        ("description-missing", _operation(description="")),
        ("product-name", _operation(description="Lists tickets in Power Automate.")),
        ("product-name", _info(title="Desk for Copilot")),
        ("label-title-case", _label("Ticket number")),
        ("label-title-case", _label("Ticket: Number")),
        ("label-title-case", _label("T" * 81)),
        ("label-missing", _label("")),
        ("description-missing", _field(description="")),
        ("operation-id-case", _operation(operationId="listTickets")),
        ("operation-id-case", _operation(operationId="List_Tickets")),
        ("operation-id-unique", _twice),
        ("response-schema", _operation(responses={"200": {"description": "The tickets."}})),
        ("response-explicit", _operation(responses={"default": {"description": "Any."}})),
        ("categories", _categories("IT Operations;Gardening")),
        ("categories", _categories("IT Operations;Productivity;Data;Security")),
        ("categories", _categories("")),
        ("metadata", lambda document: document["x-ms-connector-metadata"].pop()),
    ],
)
def test_each_rule_finds_its_bad_case(rule: str, spoil: Callable[[Document], object]) -> None:
    document = deepcopy(GOOD)
    spoil(document)
    assert rule in {finding.rule for finding in findings(document, COLOUR)}


@pytest.mark.parametrize("colour", ["#007ee5", "#ffffff", "blue", "#12345"])
def test_forbidden_colours_are_found(colour: str) -> None:
    assert [finding.rule for finding in findings(GOOD, colour)] == ["brand-colour"]


def test_a_finding_names_the_place() -> None:
    document = deepcopy(GOOD)
    _operation(summary="List tickets.")(document)
    assert [finding.place for finding in findings(document, COLOUR)] == ["get /tickets"]

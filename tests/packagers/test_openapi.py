"""Does the OpenAPI document say what the tables say, so that others can read it?"""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from triage_core.contract.event_rows import EVENTS, sample_event
from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import PROBLEMS
from triage_core.identity.gatekeeper import COOKIE

Document = dict[str, Any]


def validator(document: Document, name: str) -> Draft202012Validator:
    """Return what checks a message of the document."""
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_document_is_valid(openapi: Document) -> None:
    assert not list(OpenAPIV31SpecValidator(openapi).iter_errors())


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_each_operation_declares_its_statuses(openapi: Document, row: Operation) -> None:
    declared = openapi["paths"][row.path][row.method.lower()]
    assert declared["operationId"] == row.name
    assert {int(status) for status in declared["responses"]} == {row.success, *row.failures}


def test_operations_that_anybody_may_call_ask_for_no_key(openapi: Document) -> None:
    for row in OPERATIONS.values():
        security = openapi["paths"][row.path][row.method.lower()]["security"]
        assert bool(security) == (row.scope is not None), row.name
        assert all(list(each.values()) == [[str(row.scope)]] for each in security)


def test_the_cookie_is_the_one_that_sign_in_sets(openapi: Document) -> None:
    assert openapi["components"]["securitySchemes"]["session"]["name"] == COOKIE


def test_the_idempotency_key_is_required_where_nothing_else_tells_a_repetition(openapi: Document) -> None:
    wanted = {Repeat.KEY: {"IdempotencyKey"}, Repeat.NATURAL: {"IdempotencyKeyOptional"}, Repeat.SAFE: set()}
    for row in OPERATIONS.values():
        given = openapi["paths"][row.path][row.method.lower()]["parameters"]
        named = {each["$ref"].rpartition("/")[2] for each in given if "$ref" in each}
        assert named - {"Correlation"} == wanted[row.repeat], row.name


def test_every_body_may_be_sent_as_a_form(openapi: Document) -> None:
    bodies = [
        each["requestBody"] for path in openapi["paths"].values() for each in path.values() if "requestBody" in each
    ]
    assert bodies
    assert all(body["content"].keys() == {"application/json", "application/x-www-form-urlencoded"} for body in bodies)


def test_a_form_carries_a_list_of_records_as_json_in_a_text(openapi: Document) -> None:
    content = openapi["paths"]["/api/v1/bulk/tickets"]["post"]["requestBody"]["content"]
    tickets = content["application/x-www-form-urlencoded"]["schema"]["properties"]["tickets"]
    assert (tickets["type"], tickets["contentMediaType"]) == ("string", "application/json")


def test_every_example_of_a_message_fits_its_schema(openapi: Document) -> None:
    for name, schema in openapi["components"]["schemas"].items():
        faults = list(validator(openapi, name).iter_errors(schema["examples"][0]))
        assert not faults, (name, faults[0].json_path, faults[0].message)


def test_every_event_is_a_webhook_whose_sample_fits(openapi: Document) -> None:
    assert list(openapi["webhooks"]) == [str(event) for event in EVENTS]
    for event in EVENTS:
        assert not list(validator(openapi, "Event").iter_errors(sample_event(event))), event


def test_every_code_has_an_example_under_its_status(openapi: Document) -> None:
    told = {
        code: int(name.removeprefix("Problem"))
        for name, response in openapi["components"]["responses"].items()
        for code in response["content"]["application/problem+json"]["examples"]
    }
    # No operation can be asked with a wrong method, so that status is nobody's.
    assert told == {code: row.status for code, row in PROBLEMS.items() if code != "method_not_allowed"}


def test_every_example_of_a_problem_fits(openapi: Document) -> None:
    problem = validator(openapi, "Problem")
    for response in openapi["components"]["responses"].values():
        for example in response["content"]["application/problem+json"]["examples"].values():
            assert not list(problem.iter_errors(example["value"]))


def test_answers_have_every_field_every_time(openapi: Document) -> None:
    for row in OPERATIONS.values():
        schema = openapi["components"]["schemas"][row.response.__name__]
        assert list(schema["properties"]) == schema.get("required", []), row.name

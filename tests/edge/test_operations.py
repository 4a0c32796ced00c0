"""Does every operation of the table do what it promises, without any host between?"""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from tests.edge.script import SCRIPT, expected
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.handlers import ALONE, HANDLERS
from triage_core.edge.message import Reply

REPLIES = list(zip(SCRIPT, expected(), strict=True))


def test_every_operation_has_a_handler_and_no_handler_is_left_over() -> None:
    assert sorted([*HANDLERS, *ALONE]) == sorted(OPERATIONS)


def test_the_script_calls_every_operation() -> None:
    assert {ask.name for ask in SCRIPT} == OPERATIONS.keys()


@pytest.mark.parametrize(("name", "reply"), [(ask.name, reply) for ask, reply in REPLIES])
def test_an_answer_has_the_status_and_the_shape_that_the_table_promises(name: str, reply: Reply) -> None:
    operation = OPERATIONS[name]
    assert reply.status == operation.success, reply.body
    schema = operation.response.model_json_schema(by_alias=True)
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [error.message for error in checker.iter_errors(json.loads(reply.body))]


def test_every_answer_names_its_request_and_can_be_kept_nowhere() -> None:
    for _, reply in REPLIES:
        assert reply.headers["x-correlation-id"] == "run-1"
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_a_hook_is_told_where_it_is_removed_and_its_secret_address_is_not_repeated() -> None:
    created = next(reply for ask, reply in REPLIES if ask.name == "CreateHook")
    assert created.headers["location"] == "https://triage.example.com/api/v1/hooks/h0"
    assert b"secret" not in created.body


def test_removing_a_hook_answers_with_an_empty_object() -> None:
    assert next(reply.body for ask, reply in REPLIES if ask.name == "DeleteHook") == b"{}"

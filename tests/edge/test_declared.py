"""Does the service answer exactly what the documents declare, when all is well and when nothing is?"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.edge import sample_edge
from tests.edge.declared import complaints
from tests.edge.sample_edge import ALL, TIRED, Office
from tests.edge.script import SCRIPT, Ask, expected
from triage_core.contract.operation import Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.handlers import ALONE
from triage_core.edge.http import Edge
from triage_core.edge.message import Reply, Request
from triage_core.edge.parsing import LONGEST_BODY
from triage_core.service.access import HooksUnavailable, Services

ASKS = {ask.name: ask for ask in SCRIPT}
GUARDED = [ask for ask in ASKS.values() if OPERATIONS[ask.name].scope]
WITH_BODY = [ask for ask in ASKS.values() if OPERATIONS[ask.name].request]
WITH_KEY = [ask for ask in ASKS.values() if OPERATIONS[ask.name].repeat is not Repeat.SAFE]
ON_TICKETS = [ask for ask in ASKS.values() if "{ticket_id}" in OPERATIONS[ask.name].path]
#: A right that no operation asks for.
USELESS = "nobody"


def by_name(asks: list[Ask]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("ask", asks, ids=[ask.name for ask in asks])


def answered(ask: Ask, body: bytes | None = None, path: str | None = None, **headers: str) -> Reply:
    """Ask an office where nothing has happened yet."""
    given = ask.request()
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    request = msgspec.structs.replace(
        given,
        body=given.body if body is None else body,
        path=path or given.path,
        headers={name: value for name, value in {**given.headers, **changed}.items() if value},
    )
    return Office().edge.reply(request)


def assert_declared(ask: Ask, reply: Reply, status: int) -> None:
    assert reply.status == status, reply.body
    assert complaints(ask.name, reply) == []


def test_every_answer_of_the_script_is_declared() -> None:
    for ask, reply in zip(SCRIPT, expected(), strict=True):
        assert_declared(ask, reply, OPERATIONS[ask.name].success)


@by_name(GUARDED)
def test_a_caller_without_a_key_is_told_401(ask: Ask) -> None:
    assert_declared(ask, answered(ask, x_api_key=""), 401)


@by_name(GUARDED)
def test_a_key_without_the_right_is_told_403(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {str(OPERATIONS[ask.name].scope)}
    key = msgspec.structs.replace(sample_edge.CALLERS["flows"], scopes=ALL - needed)
    monkeypatch.setitem(sample_edge.CALLERS, USELESS, key)
    assert_declared(ask, answered(ask, x_api_key=USELESS), 403)


@by_name(GUARDED)
def test_a_tired_key_is_told_429(ask: Ask) -> None:
    assert_declared(ask, answered(ask, x_api_key=TIRED), 429)


@by_name(WITH_BODY)
def test_a_body_of_another_kind_is_told_415(ask: Ask) -> None:
    assert_declared(ask, answered(ask, content_type="text/plain"), 415)


@by_name(WITH_BODY)
def test_a_body_that_is_too_large_is_told_413(ask: Ask) -> None:
    assert_declared(ask, answered(ask, b" " * (LONGEST_BODY + 1)), 413)


@by_name(WITH_BODY)
def test_an_unknown_field_is_told_400(ask: Ask) -> None:
    assert_declared(ask, answered(ask, json.dumps({**ask.given, "odd": 1}).encode()), 400)


@by_name(WITH_KEY)
def test_an_unusable_idempotency_key_is_told_400(ask: Ask) -> None:
    assert_declared(ask, answered(ask, idempotency_key="k" * 201), 400)


@by_name([ask for ask in WITH_KEY if OPERATIONS[ask.name].repeat is Repeat.KEY])
def test_a_missing_idempotency_key_is_told_400(ask: Ask) -> None:
    assert_declared(ask, answered(ask, idempotency_key=""), 400)


@by_name([ask for ask in ASKS.values() if OPERATIONS[ask.name].query])
def test_an_unknown_name_in_a_query_is_told_400(ask: Ask) -> None:
    request = msgspec.structs.replace(ask.request(), query={"odd": "1"})
    assert_declared(ask, Office().edge.reply(request), 400)


@by_name(ON_TICKETS)
def test_an_unknown_ticket_is_told_404(ask: Ask) -> None:
    assert_declared(ask, answered(ask, path=OPERATIONS[ask.name].path.format(ticket_id="nowhere")), 404)


@by_name([ask for ask in ON_TICKETS if OPERATIONS[ask.name].repeat is Repeat.KEY and ask.given])
def test_a_key_that_comes_with_another_body_is_told_409(ask: Ask) -> None:
    office = Office()
    asked = [each.request() for each in SCRIPT]
    for request in asked:
        office.edge.reply(request)
    other = {**ask.given, "reason": "Another one."} if "reason" in ask.given else {**ask.given, **_OTHER[ask.name]}
    again = msgspec.structs.replace(ask.request(), body=json.dumps(other).encode())
    assert_declared(ask, office.edge.reply(again), 409)


_OTHER: dict[str, dict[str, Any]] = {
    "CompleteIntake": {"urgency": "high"},
    "TransferTicket": {"note": "Another one."},
    "GiveFeedback": {"rating": 1},
    "PrepareMessage": {"subject": "Another one."},
    "WriteNote": {"text": "Another one."},
    "CloseTicket": {"summary": "Another one."},
    "JudgeRootCause": {"verdict": "right"},
    "RequestClearance": {"summary": "Another one."},
}


@pytest.mark.parametrize(("failure", "status"), [(HooksUnavailable, 503), (ZeroDivisionError, 500)])
@by_name([ask for ask in ASKS.values() if ask.name not in ALONE])
def test_a_service_that_cannot_be_opened_is_told(ask: Ask, failure: type[Exception], status: int) -> None:
    def services() -> Services:
        raise failure

    assert_declared(ask, Edge(services).reply(ask.request()), status)


def test_an_address_that_nobody_serves_is_a_problem_document() -> None:
    reply = Office().edge.reply(Request(method="GET", path="/api/v2/tickets"))
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")

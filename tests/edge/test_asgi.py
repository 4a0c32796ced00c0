"""Does the local server answer as the table does, and does it keep the timers going?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.edge.sample_edge import TENANT, Office, ticket
from tests.edge.script import SCRIPT, Ask, expected
from tests.sample_cases import HOUR
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.asgi import application
from triage_core.edge.parsing import LONGEST_BODY

if TYPE_CHECKING:
    from starlette.applications import Starlette

BASE = "https://triage.example.com"


def asked(app: Starlette, *requests: tuple[str, str, dict[str, str], Any]) -> list[httpx.Response]:
    async def send() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
            return [
                await client.request(method, path, headers=headers, content=body)
                for method, path, headers, body in requests
            ]

    return asyncio.run(send())


def spoken(ask: Ask) -> tuple[str, str, dict[str, str], bytes]:
    request = ask.request()
    return OPERATIONS[ask.name].method, ask.path, dict(request.headers), request.body


def test_every_operation_answers_as_without_a_server() -> None:
    office = Office()
    responses = asked(application(lambda: office.services), *map(spoken, SCRIPT))
    for response, reply in zip(responses, expected(), strict=True):
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        assert (response.status_code, response.content, headers) == (reply.status, reply.body, dict(reply.headers))


def test_what_is_not_in_the_table_is_a_problem_and_no_page() -> None:
    (missing, root) = asked(application(lambda: Office().services), ("GET", "/odd", {}, b""), ("GET", "/", {}, b""))
    assert (missing.status_code, root.status_code) == (404, 404)
    assert missing.headers["content-type"] == "application/problem+json"


def test_an_escaped_slash_is_part_of_a_name() -> None:
    (response,) = asked(
        application(lambda: Office().services), ("GET", "/api/v1/tickets/a%2Fsla", {"x-api-key": "lee"}, b"")
    )
    assert response.json()["code"] == "ticket_not_found"


def test_a_line_break_in_a_path_is_answered_as_everywhere() -> None:
    (response,) = asked(
        application(lambda: Office().services), ("GET", "/api/v1/tickets/a%0Ab", {"x-api-key": "lee"}, b"")
    )
    assert response.json()["code"] == "ticket_not_found"


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10 * LONGEST_BODY:
            taken += 100_000
            yield b" " * 100_000

    headers = {"x-api-key": "lee", "content-type": "application/json"}
    (response,) = asked(application(lambda: Office().services), ("POST", "/api/v1/tickets", headers, endless()))
    assert response.status_code == 413
    assert taken <= LONGEST_BODY + 200_000


def test_routes_of_others_come_first() -> None:
    page = Route("/sign-in", lambda _request: PlainTextResponse("welcome"))
    (response,) = asked(application(lambda: Office().services, [page]), ("GET", "/sign-in", {}, b""))
    assert response.text == "welcome"


def test_the_timers_run_while_the_server_does() -> None:
    office = Office()
    office.told("POST", "/api/v1/tickets", ticket())
    office.passes(24 * HOUR)
    app = application(lambda: office.services, with_timers=True)

    async def live() -> None:
        async with app.router.lifespan_context(app):
            while "sla.breached" not in [line.entry.kind for line in office.store.timeline(TENANT, "t1")]:  # noqa: ASYNC110 - a thread signals nobody
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(live(), timeout=30))


def test_a_timer_that_fails_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = 0

    def broken() -> Any:
        nonlocal calls
        calls += 1
        raise RuntimeError("secret")

    app = application(broken, with_timers=True)

    async def live() -> None:
        async with app.router.lifespan_context(app):
            while calls < 2:  # noqa: ASYNC110 - a thread signals nobody
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(live(), timeout=30))
    assert "RuntimeError in timer Sweep" in caplog.text
    assert "secret" not in caplog.text

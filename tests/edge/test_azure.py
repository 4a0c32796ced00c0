"""Does the Functions host find every operation, timer and page, and do they answer as they do elsewhere?"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import azure.functions as func
import pytest

from tests.conftest import REPOSITORY
from tests.edge.sample_edge import TENANT, Office, ticket
from tests.edge.script import SCRIPT, Ask, expected
from tests.sample_cases import HOUR
from tests.sample_console import HOME, SESSION, ConsoleDesk
from tests.sample_desk import TENANT as DESK_TENANT
from triage_core.console.pages import routes
from triage_core.contract.operations import OPERATIONS
from triage_core.edge import slack
from triage_core.edge.azure import function_app
from triage_core.edge.timers import TIMERS
from triage_core.identity.sessions import csrf_of

if TYPE_CHECKING:
    from azure.functions.decorators.function_app import Function

BASE = "https://triage.example.com"
#: Six fields of NCRONTAB: a number, a star, a step or a range each.
NCRONTAB = re.compile(r"(?:(?:\*|\d{1,2})(?:/\d{1,2}|-\d{1,2})? ){5}(?:\*|\d)")


class Tick(func.TimerRequest):
    """What the host hands to a timer."""

    @property
    def past_due(self) -> bool:
        return False


def functions_of(office: Office) -> dict[str, Function]:
    return {str(made.get_function_name()): made for made in function_app(lambda: office.services).get_functions()}


def trigger_of(made: Function) -> dict[str, Any]:
    bindings = [json.loads(binding) for binding in made.get_raw_bindings()]
    return next(binding for binding in bindings if binding["direction"] == "IN")


def spoken(ask: Ask) -> func.HttpRequest:
    request, address = ask.request(), urlsplit(ask.path)
    return func.HttpRequest(
        request.method,
        BASE + ask.path,
        headers=dict(request.headers),
        params=dict(parse_qsl(address.query)),
        body=request.body,
    )


def test_every_operation_is_a_function_of_its_own() -> None:
    made = functions_of(Office())
    assert made.keys() == OPERATIONS.keys() | TIMERS.keys() | {slack.NAME}
    for name, operation in OPERATIONS.items():
        found = {key: trigger_of(made[name])[key] for key in ("type", "route", "methods", "authLevel")}
        assert found == {
            "type": "httpTrigger",
            "route": operation.path.removeprefix("/"),
            "methods": [operation.method],
            "authLevel": "ANONYMOUS",
        }


def test_no_two_functions_share_a_route_and_a_method() -> None:
    places = [(re.sub(r"\{\w+\}", "{}", row.path.lower()), row.method) for row in OPERATIONS.values()]
    assert len(set(places)) == len(places)


def test_the_prefix_of_routes_is_that_of_the_host() -> None:
    host = json.loads((REPOSITORY / "host.json").read_text())
    assert host["extensions"]["http"]["routePrefix"] == ""
    assert all(row.path.startswith("/api/v1/") for row in OPERATIONS.values())


@pytest.mark.parametrize("timer", TIMERS.values(), ids=lambda timer: timer.name)
def test_a_timer_has_a_schedule_that_the_host_can_read(timer: Any) -> None:
    assert NCRONTAB.fullmatch(timer.schedule)
    assert trigger_of(functions_of(Office())[timer.name])["schedule"] == timer.schedule


def test_every_operation_answers_as_without_a_host() -> None:
    office = Office()
    made = functions_of(office)
    for ask, reply in zip(SCRIPT, expected(), strict=True):
        response = made[ask.name].get_user_function()(spoken(ask))
        said = (response.status_code, response.get_body(), dict(response.headers))
        assert said == (reply.status, reply.body, dict(reply.headers))


def test_what_people_press_in_slack_has_a_function() -> None:
    made = functions_of(Office())[slack.NAME]
    found = {key: trigger_of(made)[key] for key in ("route", "methods", "authLevel")}
    assert found == {"route": "slack/interactions", "methods": ["POST"], "authLevel": "ANONYMOUS"}
    request = func.HttpRequest("POST", f"{BASE}{slack.PATH}", body=b"payload=%7B%7D")
    assert made.get_user_function()(request).status_code == 404  # no workspace is set up


def paged(desk: ConsoleDesk) -> dict[str, Function]:
    app = function_app(lambda: desk.services, routes(lambda: desk.identity, lambda: desk.services))
    return {str(made.get_function_name()): made for made in app.get_functions()}


def test_every_noun_of_the_pages_is_a_function() -> None:
    made = {name: trigger_of(function) for name, function in paged(ConsoleDesk()).items() if name.startswith("Pages")}
    assert {name: (trigger["route"], trigger["methods"], trigger["authLevel"]) for name, trigger in made.items()} == {
        name: (f"{noun}/{{*rest}}", ["GET", "POST"], "ANONYMOUS")
        for name, noun in (
            *(("PagesApprovals", "approvals"), ("PagesCalibration", "calibration"), ("PagesPolicy", "policy")),
            *(("PagesChanges", "changes"), ("PagesEscalations", "escalations"), ("PagesHome", "home")),
            *(("PagesIncidents", "incidents"), ("PagesSessions", "sessions"), ("PagesSignIn", "sign-in")),
            *(("PagesReports", "reports"), ("PagesSignOut", "sign-out"), ("PagesStatic", "static")),
        )
    }


def test_a_page_and_its_form_work_as_on_another_server() -> None:
    desk = ConsoleDesk()
    desk.urgent()
    visitor = desk.visitor("lee")
    show = paged(desk)["PagesEscalations"].get_user_function()
    cookie = {"cookie": f"{SESSION}={visitor.token}", "host": "desk.example.com"}
    address = f"{HOME}/escalations/t1-e1"

    async def asked(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> func.HttpResponse:
        request = func.HttpRequest(method, path, headers={**cookie, **headers}, body=body)
        answer: func.HttpResponse = await show(request, None)
        return answer

    page = asyncio.run(asked("GET", address, {}))
    assert page.status_code == 200
    assert "Nobody has taken it over yet" in page.get_body().decode()
    assert page.headers["content-security-policy"]
    form = urlencode({"csrf": csrf_of(visitor.token), "once": "first"}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": HOME}
    answer = asyncio.run(asked("POST", f"{address}/acknowledge", kind, form))
    assert (answer.status_code, answer.headers["location"]) == (303, "/escalations/t1-e1")
    assert desk.escalation().holder == "lee"


def test_two_cookies_reach_the_browser() -> None:
    desk = ConsoleDesk()
    show = paged(desk)["PagesSignIn"].get_user_function()
    form = urlencode({"token": desk.identity.links.make(DESK_TENANT, "lee")}).encode()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": HOME,
        "host": "desk.example.com",
        "cookie": "__Host-triage-wanted=/escalations",
    }
    request = func.HttpRequest("POST", f"{HOME}/sign-in/local", headers=headers, body=form)
    answer = asyncio.run(show(request, None))
    assert answer.headers["location"] == "/escalations"
    cookies = answer.headers.get_all("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-triage-wanted", SESSION]


def test_the_timers_do_their_work() -> None:
    office = Office()
    office.told("POST", "/api/v1/tickets", ticket(), idempotency_key="k")
    office.passes(1000 * HOUR)
    for name, made in functions_of(office).items():
        if name in TIMERS:
            made.get_user_function()(Tick())
    assert "sla.breached" in [line.entry.kind for line in office.store.timeline(TENANT, "t1")]
    assert office.store.answer(TENANT, "k") is None

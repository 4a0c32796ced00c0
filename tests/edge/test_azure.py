"""Does the Functions host find every operation and every timer, and do they answer as the table does?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
import pytest

from tests.conftest import REPOSITORY
from tests.edge.sample_edge import TENANT, Office, ticket
from tests.edge.script import SCRIPT, Ask, expected
from tests.sample_cases import HOUR
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.azure import function_app
from triage_core.edge.timers import TIMERS

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
    assert made.keys() == OPERATIONS.keys() | TIMERS.keys()
    for name, operation in OPERATIONS.items():
        found = {key: trigger_of(made[name])[key] for key in ("type", "route", "methods", "authLevel")}
        assert found == {
            "type": "httpTrigger",
            "route": operation.path.removeprefix("/api/"),
            "methods": [operation.method],
            "authLevel": "ANONYMOUS",
        }


def test_no_two_functions_share_a_route_and_a_method() -> None:
    places = [(re.sub(r"\{\w+\}", "{}", row.path.lower()), row.method) for row in OPERATIONS.values()]
    assert len(set(places)) == len(places)


def test_the_prefix_of_routes_is_that_of_the_host() -> None:
    host = json.loads((REPOSITORY / "host.json").read_text())
    assert host["extensions"]["http"]["routePrefix"] == "api"
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


def test_the_timers_do_their_work() -> None:
    office = Office()
    office.told("POST", "/api/v1/tickets", ticket(), idempotency_key="k")
    office.passes(1000 * HOUR)
    for name, made in functions_of(office).items():
        if name in TIMERS:
            made.get_user_function()(Tick())
    assert "sla.breached" in [line.entry.kind for line in office.store.timeline(TENANT, "t1")]
    assert office.store.answer(TENANT, "k") is None

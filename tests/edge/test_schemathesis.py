"""Does the local server keep to its document whatever is sent, and never break?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from tests.edge.declared import DOCUMENT
from tests.edge.sample_edge import Office, ticket
from tests.edge.script import SCRIPT
from tests.small_policy import policy
from triage_core.compose import Installation, system_clock
from triage_core.console.pages import routes
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.asgi import application
from triage_core.identity.first_steps import first_key
from triage_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from starlette.applications import Starlette

#: How often an operation is asked: over a database, over test doubles, and in a campaign.
FEWER, FEW, MANY = 12, 40, 1_000
CONFORMANCE = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def not_broken(_context: Any, response: Any, _case: Any) -> None:
    """Refuse every failure of the server, except that this installation may be without hooks, which it says."""
    assert response.status_code < 500 or response.json()["code"] == "hooks_unavailable", response.text


#: Answers depend on who asks: a person with all rights, platforms with different limits, and nobody.
CALLERS = ("lee", "flows", "zaps", "reader", "")


class Server(NamedTuple):
    """Somebody to ask, about which records, as which callers, and what no answer may break."""

    app: Starlette
    records: dict[str, str]
    callers: Sequence[str]
    checks: Sequence[Any]


def office() -> Server:
    """Return a server over test doubles in which everything has happened once."""
    open_office = Office()
    for ask in SCRIPT:
        open_office.edge.reply(ask.request())
    known = {"ticket_id": "t1", "field": "impact", "hook_id": "h1"}
    return Server(application(lambda: open_office.services), known, CALLERS, (not_a_server_error, *CONFORMANCE))


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Server]:
    """The server as it is installed, over a database, with its sign-in pages, a policy and a key."""
    installation = Installation(lambda: Settings(database_url=f"sqlite:///{tmp_path}/triage.db"))
    services, identity = installation.services(), installation.identity()
    services.triage.playbooks.activate("default", policy(), system_clock())
    key = first_key(identity, "default") or ""
    app = application(installation.services, routes(installation.identity, installation.services))
    with TestClient(app) as client:
        answer = client.post("/api/v1/tickets", json=ticket(1), headers={"x-api-key": key})
    records = {"ticket_id": answer.json()["ticket_id"], "field": "impact"}
    yield Server(app, records, (key, key, ""), (not_broken, *CONFORMANCE))
    installation.close()


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", schemathesis.GenerationMode, ids=str)
def test_whatever_is_sent_the_answer_is_declared(name: str, mode: schemathesis.GenerationMode) -> None:
    ask_and_check(name, mode, FEW, office())


@pytest.mark.campaign
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", schemathesis.GenerationMode, ids=str)
def test_many_more_requests_find_nothing_else(name: str, mode: schemathesis.GenerationMode) -> None:
    ask_and_check(name, mode, MANY, office())


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_installed_server_keeps_to_its_document_as_well(name: str, installed: Server) -> None:
    ask_and_check(name, schemathesis.GenerationMode.POSITIVE, FEWER, installed)


def ask_and_check(name: str, mode: schemathesis.GenerationMode, examples: int, server: Server) -> None:
    """Send generated requests, good ones or bad ones, half of them about records that exist."""
    api = schemathesis.openapi.from_dict(DOCUMENT)
    api.app = server.app
    requests = api[OPERATIONS[name].path][OPERATIONS[name].method].as_strategy(generation_mode=mode)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(case=requests, caller=st.sampled_from(server.callers), known=st.booleans())
    def asked(case: schemathesis.Case[Any], caller: str, known: bool) -> None:  # noqa: FBT001 - drawn by name
        case.headers["x-api-key"] = caller
        for parameter in case.path_parameters.keys() & server.records.keys() if known else ():
            case.path_parameters[parameter] = server.records[parameter]
        case.call_and_validate(checks=list(server.checks))

    asked()

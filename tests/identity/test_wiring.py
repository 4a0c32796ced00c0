"""Does an installation put keys, pages and operations together, and does it let in nobody else?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from tests.sample_identity import staffed_policy
from triage_core.compose import Installation
from triage_core.console.pages import routes
from triage_core.edge.asgi import application
from triage_core.identity.first_steps import first_key, invitation
from triage_core.settings import settings_from

if TYPE_CHECKING:
    from triage_core.identity.desk import Identity

HOME = "http://127.0.0.1:8000"


@pytest.fixture
def installation(sqlite_url: str) -> Iterator[Installation]:
    opened = Installation(lambda: settings_from({"TRIAGE_DATABASE_URL": sqlite_url}))
    services = opened.services()
    services.triage.playbooks.activate("default", staffed_policy(), services.now())
    yield opened
    opened.close()


@pytest.fixture
def identity(installation: Installation) -> Identity:
    return installation.identity()


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient]:
    app = application(installation.services, routes(installation.identity, installation.services))
    with TestClient(app, HOME, follow_redirects=False) as opened:
        yield opened


def test_the_first_key_works(client: TestClient, identity: Identity) -> None:
    answer = client.get("/api/v1/me", headers={"x-api-key": first_key(identity, "default") or ""})
    assert (answer.status_code, answer.json()["platform"]) == (200, "direct")


def test_nobody_gets_in_without_proof(client: TestClient) -> None:
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/health").status_code == 200


def test_a_person_who_signed_in_calls_operations_with_the_pages_mark(client: TestClient, identity: Identity) -> None:
    invited = invitation(identity, "default", "lee")
    assert invited is not None
    token = invited.path.partition("=")[2]
    client.post("/sign-in/local", data={"token": token}, headers={"origin": HOME})
    assert client.get("/api/v1/me").status_code == 401
    page = client.get("/").text
    mark = page.partition('name="csrf" value="')[2].partition('"')[0]
    told = client.get("/api/v1/me", headers={"x-csrf-token": mark}).json()
    assert (told["person"], told["roles_csv"], told["platform"]) == ("lee", "lead", None)

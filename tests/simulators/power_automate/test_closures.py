"""What comes of a closing that has no page yet, or no facts?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulators.power_automate.environment import OPERATIONS, Environment
from tests.simulators.power_automate.plays import CLOSING, closed, event, submitted

FLOW = "closure-to-notion"


@pytest.fixture(scope="module", name="servers")
def _servers() -> Iterator[Environment]:
    with Environment() as opened:
        yield opened


@pytest.fixture(name="env")
def _env(servers: Environment) -> Environment:
    servers.clear()
    servers.install(FLOW)
    return servers


def test_without_a_page_the_summary_is_mailed_and_shows_in_no_history(env: Environment) -> None:
    closed(env)
    (run,) = env.start(FLOW, event(env, FLOW))
    assert run.status == "Succeeded"
    (mail,) = env.mails("report@example.com")
    assert "print server had no space left" in mail["emailMessage/Body"]
    assert "print server had no space left" not in env.history()
    assert env.posts() == []


def test_facts_that_are_owed_are_asked_for_once(env: Environment) -> None:
    path = f"/api/v1/tickets/{submitted(env)}/events"
    for number, happened in enumerate(("resolved", "closed")):
        env.office.told("POST", path, {"event": happened, "source_event_id": f"z{number}"})
    body = event(env, FLOW)
    assert [env.start(FLOW, body)[0].status for _ in range(2)] == ["Succeeded"] * 2
    (mail,) = env.mails(OPERATIONS)
    assert env.ticket().id in mail["emailMessage/Subject"]
    assert CLOSING["summary"] not in mail["emailMessage/Body"]

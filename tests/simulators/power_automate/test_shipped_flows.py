"""Does every shipped flow do its work once: the first time, again, and when the service was away meanwhile?"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.simulators.power_automate.connecting import Answer
from tests.simulators.power_automate.environment import TEMPLATES, WORDS, Environment
from tests.simulators.power_automate.plays import PLAYS, Play

if TYPE_CHECKING:
    from collections.abc import Callable

every_flow = pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.flow)
every_worker = pytest.mark.parametrize(
    "play", [play for play in PLAYS if not play.is_check], ids=lambda play: play.flow
)


@pytest.fixture(scope="module", name="servers")
def _servers() -> Iterator[Environment]:
    with Environment() as opened:
        yield opened


@pytest.fixture(name="env")
def _env(servers: Environment) -> Environment:
    servers.clear()
    return servers


def run_of(env: Environment, play: Play, body: dict[str, object]) -> str:
    (run,) = env.start(play.flow, body)
    return run.status


def test_every_shipped_flow_is_played() -> None:
    assert sorted(play.flow for play in PLAYS) == sorted(path.stem for path in TEMPLATES.glob("*.json"))


@every_flow
def test_a_flow_does_its_work(play: Play, env: Environment) -> None:
    env.install(play.flow)
    assert run_of(env, play, play.begin(env)) == "Succeeded"
    play.check(env)
    assert env.alarms() == []


@every_worker
def test_a_flow_does_its_work_whether_or_not_nulls_are_sent(play: Play, env: Environment) -> None:
    env.install(play.flow)
    env.connectors.leaves_nulls_out = True
    assert run_of(env, play, play.begin(env)) == "Succeeded"
    play.check(env)


@every_worker
def test_a_flow_waits_for_a_service_that_is_busy(play: Play, env: Environment) -> None:
    env.install(play.flow)
    body = play.begin(env)
    busy = [Answer(503, headers={"retry-after": "5"}), Answer(429, headers={"retry-after": "30"}), Answer(500)]
    env.connectors.instead.extend(busy)
    assert run_of(env, play, body) == "Succeeded"
    play.check(env)


@every_flow
def test_a_trigger_that_comes_again_has_one_effect(play: Play, env: Environment) -> None:
    env.install(play.flow)
    body = play.begin(env)
    assert [run_of(env, play, body) for _ in range(3)] == ["Succeeded"] * 3
    play.check(env)


@every_worker
def test_while_the_service_is_away_somebody_is_told_and_nothing_is_lost(play: Play, env: Environment) -> None:
    env.install(play.flow)
    body = play.begin(env)
    env.goes_down()
    assert run_of(env, play, body) == "Failed"
    (alarm,) = env.alarms()
    assert play.flow in alarm["emailMessage/Subject"]
    assert env.runs[-1].name in alarm["emailMessage/Body"]
    assert (env.mails(), env.posts()) == ([], [])
    env.comes_back()
    assert run_of(env, play, body) == "Succeeded"
    play.check(env)


def lost(env: Environment, play: Play, loses: Callable[[int, int], bool]) -> Iterator[tuple[str, dict[str, object]]]:
    """Run a flow once for each request that it sends, and lose answers from or at that one."""
    env.install(play.flow)
    body = play.begin(env)
    before = len(env.connectors.asked)
    run_of(env, play, body)
    for number in range(len(env.connectors.asked) - before):
        env.clear()
        env.install(play.flow)
        body = play.begin(env)
        at = len(env.connectors.asked) + number
        env.connectors.loses = partial(loses, at)
        yield run_of(env, play, body), body


@every_worker
def test_an_answer_that_is_lost_does_no_harm(play: Play, env: Environment) -> None:
    for status, _ in lost(env, play, operator.eq):
        assert status == "Succeeded"
        play.check(env)


@every_worker
def test_after_a_connection_broke_off_nothing_is_done_twice_or_lost_unseen(play: Play, env: Environment) -> None:
    """Once the run is repeated: what was claimed or handed out before is not done again, and people know of it."""
    for status, body in lost(env, play, operator.le):
        assert (status, len(env.alarms())) == ("Failed", 1)
        env.comes_back()
        assert run_of(env, play, body) == "Succeeded"
        assert len(env.tickets()) == 1
        assert max(len(env.mails()), len(env.posts())) <= 1
        assert all(message["state"] != "sent" for message in env.messages()) or env.mails()


@every_flow
def test_in_the_shadow_a_flow_tells_nobody(play: Play, env: Environment) -> None:
    env.install(play.flow, **({} if play.is_check else {"tri_Stage": "shadow"}))
    run_of(env, play, play.begin(env))
    assert play.is_check or (env.mails(), env.posts()) == ([], [])


@every_flow
def test_the_history_shows_nothing_that_people_wrote(play: Play, env: Environment) -> None:
    env.install(play.flow)
    run_of(env, play, play.begin(env))
    assert WORDS not in env.history()


@every_worker
def test_the_history_of_a_failure_shows_nothing_that_people_wrote(play: Play, env: Environment) -> None:
    env.install(play.flow)
    body = play.begin(env)
    env.goes_down()
    run_of(env, play, body)
    assert WORDS not in env.history()
    assert WORDS not in str(env.alarms())


@every_worker
def test_every_request_names_the_run(play: Play, env: Environment) -> None:
    env.install(play.flow)
    run_of(env, play, play.begin(env))
    run = env.runs[-1]
    calls = [each for each in run.history if each.inputs and isinstance(each.inputs, dict) and "host" in each.inputs]
    ours = [each for each in calls if each.inputs["host"]["connectionName"] == "shared_triage"]
    assert {each.inputs["parameters"]["X-Correlation-Id"] for each in ours} == {run.name}

"""Does Microsoft's own runtime find and run everything, just as the local server does?"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.edge.script import SCRIPT, expected
from triage_core.contract.operations import OPERATIONS
from triage_core.edge.timers import TIMERS

HAS_RUNTIME = importlib.util.find_spec("azure_functions_runtime") is not None

pytestmark = pytest.mark.skipif(not HAS_RUNTIME, reason="the Functions runtime needs Python 3.13 or later")


@pytest.fixture(scope="module")
def found() -> Any:
    """What the runtime answered, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_SCRIPT_FILE_NAME"}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.edge.functions_host"],
        cwd=REPOSITORY,
        env={**environment, "TRIAGE_DATABASE_URL": "memory:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_it_finds_exactly_the_operations_and_the_timers(found: Any) -> None:
    triggers = {
        name: next(binding for binding in bindings if binding["direction"] == "IN")
        for name, bindings in found["bindings"].items()
    }
    operations = {
        name: (trigger["route"], trigger["methods"], trigger["authLevel"])
        for name, trigger in triggers.items()
        if trigger["type"] == "httpTrigger"
    }
    assert operations == {
        name: (row.path.removeprefix("/api/"), [row.method], "ANONYMOUS") for name, row in OPERATIONS.items()
    }
    timers = {name: trigger["schedule"] for name, trigger in triggers.items() if trigger["type"] == "timerTrigger"}
    assert timers == {name: timer.schedule for name, timer in TIMERS.items()}


def test_every_operation_answers_as_the_local_server_does(found: Any) -> None:
    for ask, reply, told in zip(SCRIPT, expected(), found["replies"], strict=True):
        assert told == {
            "status": reply.status,
            "headers": {**reply.headers},
            "body": base64.b64encode(reply.body).decode(),
        }, ask.name


def test_a_fresh_installation_lets_nobody_in(found: Any) -> None:
    statuses = {ask.name: reply["status"] for ask, reply in zip(SCRIPT, found["strangers"], strict=True)}
    assert statuses == {name: 200 if row.scope is None else 401 for name, row in OPERATIONS.items()}


def test_every_timer_runs(found: Any) -> None:
    assert found["timers"] == dict.fromkeys(TIMERS, {})

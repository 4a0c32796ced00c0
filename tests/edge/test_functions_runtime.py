"""Does Microsoft's own runtime find and run everything, just as the local server does?"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import REPOSITORY
from tests.edge.script import SCRIPT, expected
from triage_core.contract.operations import OPERATIONS
from triage_core.edge import slack
from triage_core.edge.timers import TIMERS

if TYPE_CHECKING:
    from pathlib import Path

NOUNS = {
    *("approvals", "calibration", "changes", "escalations", "home", "incidents", "policy", "reports", "sessions"),
    *("sign-in", "sign-out", "static"),
}
HAS_RUNTIME = importlib.util.find_spec("azure_functions_runtime") is not None

pytestmark = pytest.mark.skipif(not HAS_RUNTIME, reason="the Functions runtime needs Python 3.13 or later")


def _answered(mode: str, document: Path) -> Any:
    """Let the runtime answer in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_SCRIPT_FILE_NAME"}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.edge.functions_host", str(document), mode],
        cwd=REPOSITORY,
        env={**environment, "TRIAGE_DATABASE_URL": "memory:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(document.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the runtime answered for an office that knows its callers."""
    return _answered("office", tmp_path_factory.mktemp("runtime") / "found.json")


def test_it_finds_exactly_the_operations_the_timers_and_the_pages(found: Any) -> None:
    triggers = {
        name: next(binding for binding in bindings if binding["direction"] == "IN")
        for name, bindings in found["bindings"].items()
    }
    operations = {
        name: (trigger["route"], trigger["methods"], trigger["authLevel"])
        for name, trigger in triggers.items()
        if trigger["type"] == "httpTrigger"
    }
    pages = {name for name in operations if name.startswith("Pages")}
    assert {name: found for name, found in operations.items() if name not in pages} == {
        **{name: (row.path.removeprefix("/"), [row.method], "ANONYMOUS") for name, row in OPERATIONS.items()},
        slack.NAME: (slack.PATH.removeprefix("/"), [slack.METHOD], "ANONYMOUS"),
    }
    assert {operations[name][0].partition("/")[0] for name in pages} == NOUNS
    timers = {name: trigger["schedule"] for name, trigger in triggers.items() if trigger["type"] == "timerTrigger"}
    assert timers == {name: timer.schedule for name, timer in TIMERS.items()}


def test_every_operation_answers_as_the_local_server_does(found: Any) -> None:
    for ask, reply, told in zip(SCRIPT, expected(), found["replies"], strict=True):
        assert told == {
            "status": reply.status,
            "headers": {**reply.headers},
            "body": base64.b64encode(reply.body).decode(),
        }, ask.name


def test_a_fresh_installation_lets_nobody_in(tmp_path: Path) -> None:
    alone = _answered("alone", tmp_path / "found.json")
    statuses = {ask.name: reply["status"] for ask, reply in zip(SCRIPT, alone["replies"], strict=True)}
    closed = {name: 401 for name, row in OPERATIONS.items() if row.scope is not None}
    # Without a policy it runs, and is honest that it cannot work yet.
    assert statuses == {**closed, "GetHealth": 200, "GetReady": 503}


def test_every_timer_runs(found: Any) -> None:
    assert found["timers"] == {name: {} for name in TIMERS}

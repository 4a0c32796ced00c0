"""Does the service run with one command, and stop when it is told to?"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.conftest import REPOSITORY
from triage_core.cli.serve import prepared
from triage_core.compose import Installation
from triage_core.domain.errors import PolicyInvalid
from triage_core.service.playbooks import NoPolicy
from triage_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage_core.service.access import Services

POLICY = REPOSITORY / "examples" / "policies" / "saas.yaml"


@pytest.fixture
def services() -> Iterator[Services]:
    installation = Installation(lambda: Settings(database_url="memory:"))
    yield installation.services()
    installation.close()


def test_a_policy_is_put_into_force_where_there_is_none(services: Services) -> None:
    version = prepared(services, POLICY, "default")
    assert version == services.triage.playbooks.active("default", services.now()).version


def test_a_policy_that_is_in_force_stays(services: Services, tmp_path: Path) -> None:
    version = prepared(services, POLICY, "default")
    assert prepared(services, tmp_path / "missing.yaml", "default") == version


def test_without_a_policy_there_is_none(services: Services) -> None:
    assert prepared(services, None, "default") is None
    with pytest.raises(NoPolicy):
        services.triage.playbooks.active("default", services.now())


def test_a_policy_that_is_not_sound_is_refused(services: Services, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("policy: odd\n")
    with pytest.raises(PolicyInvalid):
        prepared(services, tmp_path / "policy.yaml", "default")


def test_the_service_answers_until_it_is_interrupted(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "triage_core", "serve", "--port", str(port), "--policy", str(POLICY)]
    server = subprocess.Popen(
        [*command, "--db", f"sqlite:///{tmp_path / 'triage.db'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = until_it_answers(f"http://127.0.0.1:{port}/api/v1/health", server)
        assert answer.json()["status"] == "ok"
    finally:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in said
    assert "saas@" in said
    assert "Traceback" not in said


def until_it_answers(address: str, server: subprocess.Popen[str]) -> httpx.Response:
    while server.poll() is None:
        try:
            return httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server ended before it answered")

"""Does the app do in the platform's own handler what it promises, against the running service?"""

from __future__ import annotations

import re

import pytest

from tests.zapier.node import APP, run
from tests.zapier.service import running


def test_the_app_runs_in_the_platforms_handler() -> None:
    tests = sorted(str(path.relative_to(APP)) for path in (APP / "test").glob("*.test.js"))
    with running() as address:
        done = run("--test", "--test-force-exit", "--test-concurrency=1", *tests, TRIAGE_TEST_SERVICE=address)
    if done.returncode:
        pytest.fail(_failures(done.stdout) or done.stdout[-4_000:] + done.stderr[-4_000:])


def _failures(told: str) -> str:
    """Return what is told of each test that failed."""
    return "\n".join(re.findall(r"(?ms)^not ok .*?^  \.\.\.$", told))

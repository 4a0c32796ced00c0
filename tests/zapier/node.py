"""How do tests run JavaScript? With the platform's own packages, installed once for each state of the lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
APP: Final = REPOSITORY / "zapier"
_LOCK: Final = APP / "package-lock.json"
_MODULES: Final = APP / "node_modules"
#: Says for which lock file the packages were installed.
_MARK: Final = _MODULES / ".installed-for"
_INSTALL: Final = ("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts")
_LONGEST: Final = 300


@cache
def node() -> str:
    """Return the program, with the platform's packages in place.

    Where it is missing the tests are skipped, but never in continuous integration.
    """
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        _without("Node is not installed, so the Zapier app is not run")
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if not _MARK.exists() or _MARK.read_text() != digest:
        installed = subprocess.run(_INSTALL, cwd=APP, capture_output=True, text=True, timeout=_LONGEST, check=False)
        if installed.returncode:
            _without(f"the packages of the Zapier app cannot be installed: {installed.stderr[-500:]}")
        _MARK.write_text(digest)
    return str(found)


def _without(reason: str) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the app; usage is told to nobody."""
    return subprocess.run(
        (node(), *arguments),
        cwd=APP,
        env={**os.environ, "NODE_ENV": "test", **environment},
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )

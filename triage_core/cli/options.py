"""Which options do several commands share, and how is each one read?"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from triage_core.compose import open_triage, system_clock
from triage_core.domain.errors import NaiveTime, TriageError
from triage_core.domain.policy import Policy
from triage_core.policyfile import load_policy, load_preset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from triage_core.service.triage import Triage

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]
Database = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="TRIAGE_DATABASE_URL",
        help="The database, such as sqlite:///triage.db or postgresql://host/name.",
        metavar="URL",
    ),
]
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant whose tickets are meant.")]
PolicyFile = Annotated[
    Path, typer.Option("--policy", help="The policy file that holds the rules.", metavar="FILE", show_default=False)
]
Now = Annotated[
    str | None,
    typer.Option("--now", help="Decide as if it were this moment, such as 2026-07-14T08:30:00+02:00.", metavar="ISO"),
]

#: How a preset is named where a file could stand.
PRESET: Final = "preset:"
_SQLITE: Final = "sqlite:///"
_BARE_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_STANDARD_INPUT: Final = "-"


class FileUnreadable(TriageError):
    """A file cannot be opened."""

    code = "file_unreadable"

    def __init__(self, path: Path, reason: str) -> None:
        """Name the file as it was given, and what the system says."""
        super().__init__(f"{path}: {reason[:1].lower()}{reason[1:]}; check the path")


class DatabaseMissing(TriageError):
    """The database file does not exist."""

    code = "database_missing"

    def __init__(self) -> None:
        """Say how one comes into being."""
        super().__init__("there is no such database file; activating a policy or the demo makes one")


class MomentUnreadable(TriageError):
    """A moment is not written in ISO form."""

    code = "moment_unreadable"

    def __init__(self) -> None:
        """Give an example."""
        super().__init__("this is no moment; write it like 2026-07-14T08:30:00+02:00")


def moment_of(written: str | None, zone: ZoneInfo | None = None) -> datetime:
    """Read a moment; without one it is now. A bare date is midnight where a zone is given, and else refused."""
    if written is None:
        return system_clock()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise MomentUnreadable from error
    if zone is not None and _BARE_DATE.fullmatch(written):
        return datetime.combine(moment, time(), zone)
    if moment.utcoffset() is None:
        raise NaiveTime("this moment")
    return moment


def bytes_of(path: Path) -> tuple[str, bytes]:
    """Read a file, or standard input for `-`; return its name for messages, and its content."""
    if str(path) == _STANDARD_INPUT:
        return "(standard input)", sys.stdin.buffer.read()
    try:
        return str(path), path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be read") from error


def policy_of(source: Path | str) -> Policy:
    """Read a policy file or a preset that must be sound; raises `PolicyInvalid` with all of its problems."""
    if str(source).startswith(PRESET):
        return load_preset(str(source).removeprefix(PRESET))
    try:
        return load_policy(source)
    except OSError as error:
        raise FileUnreadable(Path(source), error.strerror or "cannot be read") from error


@contextmanager
def opened(url: str) -> Iterator[Triage]:
    """Open a database, made where there is none, and close it at the end."""
    triage = open_triage(url)
    try:
        yield triage
    finally:
        triage.store.close()


@contextmanager
def existing(url: str) -> Iterator[Triage]:
    """Open a database that must be there, so that a misspelled path is an error and not an empty database."""
    path = url.removeprefix(_SQLITE)
    if path not in {url, ""} and not Path(path.partition("?")[0]).is_file():
        raise DatabaseMissing
    with opened(url) as triage:
        yield triage

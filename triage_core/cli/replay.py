"""What does a recorded log say under a policy, and how do its tickets get into the database?"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import msgspec
import typer

from triage_core.cli.options import AsJson, Database, FileUnreadable, PolicyFile, Tenant, existing, policy_of
from triage_core.cli.progress import bar, counter
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.model import Mode
from triage_core.domain.playbook import Playbook
from triage_core.replay.incidents_file import IncidentsFile
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.replay.page import show
from triage_core.replay.replaying import replay as replayed
from triage_core.service.importing import Imported, Importer
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.replay.log import Log
    from triage_core.replay.mapping import Mapping

LogFile = Annotated[
    Path, typer.Argument(metavar="LOG", help="A CSV log of ticket updates: plain, .gz, or inside a .zip.")
]
MappingFile = Annotated[
    Path, typer.Option("--mapping", help="The file that says what the log's columns mean.", metavar="FILE")
]
PerIncident = Annotated[
    Path | None, typer.Option("--per-incident", help="Also write one line for each incident.", metavar="FILE")
]


def replay(
    log: LogFile, mapping: MappingFile, policy: PolicyFile, per_incident: PerIncident = None, as_json: AsJson = False
) -> None:
    """Run a recorded log through a policy, row by row, and report its figures; nothing is stored.

    The rows go through the same lifecycle and clocks as live tickets, each at its own moment. Rows that cannot be used
    are set aside and counted; columns that know the future are never read.
    """
    read = _mapping(mapping)
    playbook = Playbook(policy_of(policy))
    with _opened(log, read) as (rows, told):
        if per_incident is None:
            report = replayed(rows, read, playbook, told)
        else:
            with _written(per_incident) as text:
                lines = IncidentsFile(text, playbook.rules.ranks)
                report = replayed(rows, read, playbook, told, lines.add)
    if as_json:
        emit(report)
    else:
        show(report, console())


def import_log(
    log: LogFile,
    mapping: MappingFile,
    db: Database,
    tenant: Tenant,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Whether KPIs count the tickets: only live ones count.")
    ] = Mode.LIVE,
    as_json: AsJson = False,
) -> None:
    """Import a recorded log into a tenant's tickets, under the tenant's active policy.

    Every line of a timeline tells when it happened and when it was imported. Importing the same log again, or a longer
    one, has no second effect; nothing is sent about the past.
    """
    read = _mapping(mapping)
    with existing(db) as triage, _opened(log, read) as (rows, told):
        now = system_clock()
        importer = Importer(triage.store, tenant, read, triage.playbooks.active(tenant, now), mode)
        done = importer.run(rows, now, told)
    if as_json:
        emit(done)
    else:
        _print(done)


def _mapping(path: Path) -> Mapping:
    try:
        return load_mapping(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be read") from error


@contextmanager
def _opened(path: Path, mapping: Mapping) -> Iterator[tuple[Log, Callable[[float], None]]]:
    """Open a log, and show on a terminal how far it is."""
    with open_log(path, mapping.form) as log, bar(100) as progress:
        percent = counter(progress, "replaying, %")
        yield log, lambda share: percent(int(share * 100))


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("w", encoding="utf-8", newline="") as text:
            yield text
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be written") from error


def _print(done: Imported) -> None:
    shown = console()
    shown.print(
        f"{done.tickets_created:,} tickets imported from {done.events:,} rows, {done.lines_written:,} lines written"
    )
    for name, value in msgspec.to_builtins(done).items():
        if value and name not in {"tickets_created", "events", "lines_written"}:
            shown.print(f"  {name.replace('_', ' ')}: {value}", style="dim")

"""Are the timelines in a database as they were written?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.exits import Exit
from triage_core.cli.options import AsJson, Database, bytes_of, existing
from triage_core.cli.progress import bar, counter
from triage_core.cli.shapes import Shape, emit
from triage_core.domain.errors import TriageError
from triage_core.service import checkpoints
from triage_core.service.verification import Report
from triage_core.service.verification import verify as verified
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.ports import Store
    from triage_core.service.checkpoints import Checkpoint

_TOLD = 20


class KeyNeeded(TriageError):
    """A checkpoint came without the key that proves it, or a key without a checkpoint."""

    code = "key_needed"

    def __init__(self) -> None:
        """Say that both belong together."""
        super().__init__("a checkpoint proves something only with its signer's key; give --checkpoint and --public-key")


class TenantEmpty(TriageError):
    """The tenant that was asked for has nothing to verify."""

    code = "ticket_not_found"

    def __init__(self) -> None:
        """Say how to find out what there is."""
        super().__init__("the tenant that you asked for has no tickets here; leave --tenant out to see all")


def verify(
    db: Database,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Only this tenant; all of them otherwise.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="A signed checkpoint.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", metavar="FILE", help="The key that proves the checkpoint.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every line of every timeline, and say how far the check reaches.

    Without a checkpoint it finds edits, gaps and reorderings. With one that was kept outside the database it finds
    also lines that were cut off and timelines that were written anew. Ends with 1 if anything was found.
    """
    proven = _proven(checkpoint, public_key)
    with existing(db) as triage:
        reports = tuple(_reports(triage.store, tenant, proven))
    if tenant and not proven and not reports[0].chains:
        raise TenantEmpty
    if as_json:
        emit({"sound": all(report.is_sound for report in reports), "tenants": [_shape(each) for each in reports]})
    else:
        _print(reports)
    if not all(report.is_sound for report in reports):
        raise typer.Exit(Exit.FINDINGS)


def _proven(checkpoint: Path | None, public_key: Path | None) -> Checkpoint | None:
    if checkpoint is None and public_key is None:
        return None
    if checkpoint is None or public_key is None:
        raise KeyNeeded
    bytes_of(checkpoint)  # a missing file is told as such
    return checkpoints.check(checkpoints.read(checkpoint), bytes_of(public_key)[1])


def _reports(store: Store, tenant: str | None, proven: Checkpoint | None) -> Iterator[Report]:
    only = tenant or (proven.tenant if proven else None)
    for each in (only,) if only else store.tenants():
        with bar(None) as progress:
            yield verified(store, each, proven, counter(progress, f"reading the lines of {each}"))


def _shape(report: Report) -> Shape:
    return {
        "tenant": report.tenant,
        "sound": report.is_sound,
        "chains": report.chains,
        "lines": report.lines,
        "flaws": [
            {"ticket_id": flaw.ticket_id, "line": flaw.number, "code": flaw.code, "what": flaw.what}
            for flaw in report.flaws
        ],
        "checkpoint": report.checkpoint,
        "checkpoint_at": report.checkpoint_at,
        "reach": report.reach,
    }


def _print(reports: tuple[Report, ...]) -> None:
    shown = console()
    for report in reports:
        found = "sound" if report.is_sound else f"{len(report.flaws)} flaws"
        style = "green" if report.is_sound else "bold red"
        shown.print(f"{report.tenant}: {found} ({report.chains} timelines, {report.lines} lines)", style=style)
        for flaw in report.flaws[:_TOLD]:
            shown.print(f"  ticket {visible(flaw.ticket_id)}, line {flaw.number}: {flaw.what} [{flaw.code}]")
        if len(report.flaws) > _TOLD:
            shown.print(f"  and {len(report.flaws) - _TOLD} more; --json lists all")
        shown.print(f"  this check sees {report.reach}", style="dim")
    if not reports:
        shown.print("no tenant has a ticket yet")

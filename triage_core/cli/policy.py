"""What does a policy file say, is it sound, and what would a new version change?"""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from triage_core.cli.exits import Exit
from triage_core.cli.options import (
    PRESET,
    AsJson,
    Database,
    FileUnreadable,
    Tenant,
    moment_of,
    opened,
    policy_of,
)
from triage_core.cli.shapes import emit, problem_shape
from triage_core.compose import system_clock
from triage_core.identity.desk import open_identity
from triage_core.identity.keys import SecondPersonNeeded
from triage_core.policyfile import (
    PRESETS,
    ChangeKind,
    Reading,
    Weight,
    diff_policies,
    dump_policy,
    intake_schema,
    lint_policy,
    load_preset,
    policy_digest,
    policy_schema,
)
from triage_core.terminal import console, home_zone, moment

if TYPE_CHECKING:
    from triage_core.domain.credentials import PendingChange
    from triage_core.domain.policy import Policy
    from triage_core.identity.changes import Changes

app = typer.Typer(help="Check, show, compare and activate policy files.", no_args_is_help=True)
Source = Annotated[str, typer.Argument(metavar="FILE|preset:NAME", help="A policy file, or a preset.")]
_STYLES: Final = {
    ChangeKind.ADDED: "green",
    ChangeKind.REMOVED: "red",
    ChangeKind.CHANGED: "yellow",
    ChangeKind.MOVED: "yellow",
}


@app.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Policy files.")],
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as problems.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show every problem with its line and column, what was expected, and the nearest valid name.

    Ends with 1 if there is one.
    """
    problems = [problem for path in files for problem in _linted(path).problems]
    errors = [problem for problem in problems if problem.severity is Weight.ERROR]
    if as_json:
        shapes = [problem_shape(problem) for problem in problems]
        emit({"sound": not errors, "files": [str(path) for path in files], "problems": shapes})
    else:
        shown = console()
        for problem in problems:
            shown.print(str(problem), style="red" if problem.severity is Weight.ERROR else "yellow", soft_wrap=True)
        shown.print(f"files: {len(files)}, problems: {len(errors)}, warnings: {len(problems) - len(errors)}")
    if errors or (strict and problems):
        raise typer.Exit(Exit.FINDINGS)


def _linted(path: Path) -> Reading:
    try:
        return lint_policy(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be read") from error


@app.command()
def show(source: Source, as_json: AsJson = False) -> None:
    """Show the policy that holds in the end: presets laid under, defaults filled in, in one canonical order."""
    policy = policy_of(source)
    if as_json:
        document = policy.model_dump(mode="json", by_alias=True)
        emit({"policy_version": policy.id, "digest": policy_digest(policy), "document": document})
    else:
        console().print(dump_policy(policy), soft_wrap=True, end="")


@app.command()
def diff(old: Source, new: Source, as_json: AsJson = False) -> None:
    """Show what a new version changes, rule by rule, and which of it lowers caution."""
    changes = diff_policies(policy_of(old), policy_of(new))
    weaker = sum(change.weakens_gate for change in changes)
    if as_json:
        emit({"changes": changes, "lowers_caution": weaker})
        return
    shown = console()
    for change in changes:
        shown.print(str(change), style="bold red" if change.weakens_gate else _STYLES[change.kind], soft_wrap=True)
    shown.print(f"changes: {len(changes)}, of which lower caution: {weaker}")


@app.command()
def schema(
    intake: Annotated[
        str | None,
        typer.Option("--intake", metavar="FILE|preset:NAME", help="The schema of this policy's intake form instead."),
    ] = None,
    as_json: AsJson = True,
) -> None:
    """Print the JSON Schema of policy files, for an editor that completes and checks while you write."""
    del as_json  # a schema has no other form; the option is taken for scripts that pass it everywhere
    emit(policy_schema() if intake is None else intake_schema(policy_of(intake)))


@app.command()
def presets(as_json: AsJson = False) -> None:
    """List the schemes that a policy can build on with `extends: preset:NAME`."""
    found = {name: load_preset(name) for name in PRESETS}
    if as_json:
        shapes = [
            {"name": PRESET + name, "classes": [item.name for item in each.classes]} for name, each in found.items()
        ]
        emit({"presets": shapes})
        return
    table = Table.grid(padding=(0, 3))
    for name, each in found.items():
        table.add_row(PRESET + name, " ".join(item.name for item in each.classes))
    console().print(table)


@app.command()
def activate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy file with an approver in its change note.")],
    db: Database,
    tenant: Tenant = "default",
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="ISO", help="From when on; the policy's effective_from when left out."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="PERSON", help="Which administrator proposes it, if it needs a second one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a policy into force for a tenant; tickets that were decided before keep the version stamped on them.

    Where it changes people or roles, or lowers caution, in a tenant that has two administrators, it waits until the
    other one confirms it.
    """
    policy = policy_of(file)
    start = moment_of(since) if since else datetime.combine(policy.effective_from, time(), UTC)
    with opened(db) as triage:
        changes = open_identity(triage.store.vault, triage.playbooks, system_clock).changes
        if changes.needs_second(tenant, policy):
            _tell_waiting(_proposed(changes, tenant, policy, start, by), as_json)
            return
        triage.playbooks.activate(tenant, policy, start)
    if as_json:
        emit({"tenant": tenant, "policy_version": policy.id, "active_from": start, "digest": policy_digest(policy)})
    else:
        console().print(f"{policy.id} decides for {tenant} from {moment(start, home_zone(policy))} on")


def _proposed(changes: Changes, tenant: str, policy: Policy, start: datetime, by: str | None) -> PendingChange:
    if by is None:
        raise SecondPersonNeeded
    return changes.propose_policy(tenant, policy, start, by)


def _tell_waiting(change: PendingChange, as_json: bool) -> None:
    if as_json:
        emit({"tenant": change.tenant, "waits_for": change.id})
    else:
        console().print(f"{change.summary}: waits until another administrator confirms the change {change.id}")

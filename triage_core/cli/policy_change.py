"""How does a policy change on the command line: proposed, tried, approved by somebody else, taken back?

An approval is a signature, so it comes with a sign-in link of one's own. Who proposes or tries says a name, which is
what somebody says and not what somebody proved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli import calibrate_page as page
from triage_core.cli.calibrate import By, actor_of, desk_of
from triage_core.cli.kill import Link, person_of
from triage_core.cli.options import AsJson, Database, Tenant, existing, moment_of, policy_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.changing.change import Standing
from triage_core.domain.gating.deciding import Proof
from triage_core.policyfile import dump_policy
from triage_core.service.change_checks import rules_changed
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import WEEKS, PolicyChanges, Words
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.domain.changing.change import PolicyChange
    from triage_core.service.policy_changes import Adopted
    from triage_core.service.triage import Triage

Change = Annotated[str, typer.Argument(metavar="CHANGE", help="The change, as proposing it named it.")]
Note = Annotated[str, typer.Option("--note", help="Why it is right, in a sentence; it is kept with the change.")]


def changes_of(triage: Triage) -> PolicyChanges:
    """Open the changes of a database."""
    return PolicyChanges(triage.store, triage.playbooks, system_clock)


def propose(
    source: Annotated[
        str, typer.Argument(metavar="FILE|preset:NAME", help="The whole new policy, with a new version.")
    ],
    db: Database,
    by: By,
    what: Annotated[str, typer.Option("--what", help="What changes, in a sentence.")],
    why: Annotated[str, typer.Option("--why", help="Why, in a sentence.")],
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="The week of a sample that it rests on; several times.")
    ] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Propose a policy that holds together and changes something."""
    policy = policy_of(source)
    with existing(db) as triage:
        changes = changes_of(triage)
        words = Words(what, why, tuple(evidence or ()))
        for named in words.evidence:
            desk_of(triage).samples.get(tenant, named)
        change = changes.propose(Hand(tenant, actor_of(by)), policy, words)
        _tell(changes, change, as_json)


def backtest(
    change: Change,
    db: Database,
    by: By,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=52, help="Try it on so many weeks.")] = WEEKS,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Decide the tickets of the last weeks under a proposed change, and keep what comes of it as evidence."""
    with existing(db) as triage:
        desk = desk_of(triage)
        judged = desk.to_rejudge(tenant)
        tried = changes_of(triage).try_out(Hand(tenant, actor_of(by)), change, judged, weeks)
    if as_json:
        emit({"change": tried.id, "backtest": tried.backtest})
    elif tried.backtest is not None:
        page.backtest(console(), tried.backtest)


def approve(
    change: Change,
    db: Database,
    note: Note,
    link: Link,
    since: Annotated[
        str | None, typer.Option("--from", metavar="ISO", help="From when on it holds; from now on when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a change into force, as the person whose sign-in link this is; never the one who proposed it."""
    start = moment_of(since) if since else None
    with existing(db) as triage:
        hand, changes = person_of(triage, link, note), changes_of(triage)
        _tell(changes, changes.approve(hand, change, _proof(), start), as_json)


def rollback(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The stamp of the version that comes back.")],
    db: Database,
    note: Note,
    link: Link,
    as_json: AsJson = False,
) -> None:
    """Bring an earlier version back at once; where that lowers caution it waits for a second person."""
    with existing(db) as triage:
        hand, changes = person_of(triage, link, note), changes_of(triage)
        _tell(changes, changes.roll_back(hand, version, _proof()), as_json)


def history(
    db: Database,
    tenant: Tenant = "default",
    show: Annotated[str | None, typer.Option("--show", metavar="VERSION", help="Print this version.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="VERSION", help="Print what differs from this one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every version of a tenant's policy and every change that waits; print one, or what differs between two."""
    with existing(db) as triage:
        changes = changes_of(triage)
        if show is not None:
            _print(triage, tenant, show, against)
            return
        adopted = changes.history(tenant)
        waiting = [each for each in changes.changes(tenant) if each.settled_at is None]
    if as_json:
        emit({"versions": [_shape(each) for each in adopted], "waiting": [_brief(each) for each in waiting]})
        return
    for each in adopted:
        note = each.policy.change_note
        by = note.approved_by or "nobody"
        console().print(f"{each.active_from:%Y-%m-%d %H:%M}  {each.policy.id}  {by}: {note.what}", soft_wrap=True)
    for change in waiting:
        console().print(f"waits  {change.id}  {change.policy_version}  {change.proposed_by}: {change.what}")


def _print(triage: Triage, tenant: str, version: str, against: str | None) -> None:
    policy = triage.playbooks.version(tenant, version).policy
    if against is None:
        console().print(dump_policy(policy), soft_wrap=True, end="")
        return
    for change in rules_changed(triage.playbooks.version(tenant, against).policy, policy):
        console().print(str(change), soft_wrap=True)


def _proof() -> Proof:
    """Return what a sign-in link proves: it was made for the person, and was used up just now."""
    return Proof(interactive=True, authenticated_at=system_clock())


def _tell(changes: PolicyChanges, change: PolicyChange, as_json: bool) -> None:
    differences = changes.differences(change)
    if as_json:
        emit({**_brief(change), "changes": differences})
        return
    console().print(f"{change.id}: {change.policy_version} is {change.standing}", soft_wrap=True)
    for each in differences:
        console().print(f"  {each}", style="bold red" if each.weakens_gate else None, soft_wrap=True)
    if change.standing is Standing.PROPOSED and change.restores is None and change.backtest is None:
        console().print(f"try it with: triage policy backtest {change.id} --by PERSON", soft_wrap=True)


def _brief(change: PolicyChange) -> dict[str, object]:
    return {
        "id": change.id,
        "standing": change.standing,
        "policy_version": change.policy_version,
        "based_on": change.based_on,
        "what": change.what,
        "why": change.why,
        "evidence": change.evidence,
        "proposed_by": change.proposed_by,
        "settled_by": change.settled_by,
        "effective_from": change.effective_from,
    }


def _shape(each: Adopted) -> dict[str, object]:
    note = each.policy.change_note
    return {
        "policy_version": each.policy.id,
        "active_from": each.active_from,
        "what": note.what,
        "why": note.why,
        "approved_by": note.approved_by,
        "evidence": note.evidence,
        "change": each.change.id if each.change else None,
    }

"""How is a week's sample drawn, judged blind and learned from on the command line?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from triage_core.cli import calibrate_page as page
from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.calibration.labelling import Verdict, VerdictIncomplete
from triage_core.domain.model import Actor, ActorKind
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges, Words
from triage_core.study import running
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.domain.calibration.searching import Proposal
    from triage_core.service.calibrating import Result
    from triage_core.service.triage import Triage

app = typer.Typer(help="Judge a sample of decisions every week, and learn from it.", no_args_is_help=True)
By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who does this, as the roster names it.")]
Week = Annotated[
    str | None, typer.Option("--week", metavar="WEEK", help="Such as 2026-W09; the last one that is over.")
]
Sample = Annotated[str, typer.Argument(metavar="WEEK", help="The sample's week.")]
Samples = Annotated[
    list[str] | None, typer.Option("--week", metavar="WEEK", help="Only this week; give it several times.")
]


def desk_of(triage: Triage) -> Calibration:
    """Open the calibration of a database."""
    return Calibration(triage.store, triage.playbooks, system_clock)


def actor_of(by: str) -> Actor:
    """Return who somebody says they are."""
    return Actor(kind=ActorKind.PERSON, id=by)


@app.command()
def sample(
    db: Database,
    by: By,
    tenant: Tenant = "default",
    week: Week = None,
    start: Annotated[
        str | None, typer.Option("--start", help="The start value of the draw; one is made and kept when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the sample of a week, once; the same start value would draw the same tickets again."""
    with existing(db) as triage:
        drawn = desk_of(triage).samples.draw(tenant, actor_of(by), week, start)
    told = {
        "sample": drawn.id,
        "start": drawn.start,
        "tickets": len(drawn.tickets),
        "double": sum(each.double for each in drawn.tickets),
        "population": drawn.population,
        "policy_version": drawn.policy_version,
    }
    if as_json:
        emit(told)
    else:
        console().print(page.sample(drawn), soft_wrap=True)


@app.command()
def label(
    sample: Sample,
    db: Database,
    by: By,
    tenant: Tenant = "default",
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="ID", help="The ticket that you judge.")] = None,
    class_name: Annotated[str | None, typer.Option("--class", help="The class that would have been right.")] = None,
    escalate: Annotated[
        bool | None, typer.Option("--escalate/--keep", help="Whether it should have been escalated.")
    ] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="A risk that it has; give it several times.")] = None,
    draft_ok: Annotated[bool, typer.Option("--draft-ok", help="A first reply could have been drafted.")] = False,
    ruling: Annotated[bool, typer.Option("--ruling", help="Settle what two others disagree about.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the next ticket to judge, or judge one: for good, and before you see what automation said of it."""
    with existing(db) as triage:
        desk = desk_of(triage)
        if ticket is None and class_name is None and escalate is None:
            task = desk.task(tenant, sample, actor_of(by))
            if as_json:
                emit({"task": msgspec.to_builtins(_blind(task))})
            else:
                rules = triage.playbooks.active(tenant, system_clock()).rules
                console().print(page.task(task, page.how(task, by, rules) if task else ""), soft_wrap=True)
            return
        if ticket is None or class_name is None or escalate is None:
            raise VerdictIncomplete
        verdict = Verdict(class_name=class_name, escalate=escalate, tags=tuple(tags or ()), draft_ok=draft_ok)
        keep = desk.rule if ruling else desk.label
        seen = keep(tenant, sample, ticket, verdict, actor_of(by))
    if as_json:
        emit({"ticket_id": seen.ticket_id, "said": seen.said, "verdicts": seen.labels, "disputed": seen.disputed})
    else:
        console().print(page.seen(seen))


def _blind(task: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a task, or none
    """Tell a task without what was decided."""
    if task is None:
        return None
    past = task.past
    return {
        "ticket_id": past.id,
        "created_at": past.created_at,
        "intake": past.intake,
        "text": past.text,
        "left": task.left,
        "total": task.total,
    }


@app.command()
def matrix(db: Database, tenant: Tenant = "default", week: Samples = None, as_json: AsJson = False) -> None:
    """Show how often automation was right, weighted for the whole week, and the errors of each rule."""
    with existing(db) as triage:
        desk = desk_of(triage)
        result = desk.result(tenant, tuple(week or ()))
        rules = desk.rules(tenant, desk.examples(tenant, result))
    if as_json:
        emit({**_result_shape(result), "rules": rules})
    else:
        page.matrix(console(), result, rules)


def _result_shape(result: Result) -> dict[str, Any]:
    return {
        "samples": [each.id for each in result.samples],
        "judgement": result.judgement,
        "kappa_class": result.by_class,
        "kappa_escalation": result.by_escalation,
        "disputed": result.disputed,
    }


@app.command()
def propose(
    db: Database,
    tenant: Tenant = "default",
    week: Samples = None,
    take: Annotated[int | None, typer.Option("--take", min=1, help="Propose this one as a change.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="PERSON", help="Who proposes it.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why, in a sentence.")] = "",
    as_json: AsJson = False,
) -> None:
    """Search for changes of the policy that would have avoided errors, each with what it would newly get wrong."""
    with existing(db) as triage:
        desk = desk_of(triage)
        result = desk.result(tenant, tuple(week or ()))
        found = desk.proposals(tenant, desk.examples(tenant, result))
        if take is not None:
            _take(triage, tenant, found, (take, by, why), result)
            return
    if as_json:
        emit({"proposals": [{"says": str(each), "net": each.net, "proposal": each} for each in found]})
    else:
        page.offered(console(), found)


def _take(triage: Triage, tenant: str, found: tuple[Proposal, ...], wish: tuple[int, str, str], result: Result) -> None:
    number, by, why = wish
    if number > len(found):
        raise typer.BadParameter(f"there are {len(found)} proposals")
    chosen = found[number - 1]
    words = Words(f"{str(chosen)[:1].upper()}{str(chosen)[1:]}.", why, tuple(each.id for each in result.samples))
    changes = PolicyChanges(triage.store, triage.playbooks, system_clock)
    change = changes.propose_edits(Hand(tenant, actor_of(by)), chosen.edits, words)
    console().print(f"{change.id} proposes {change.policy_version}; try it with: triage policy backtest {change.id}")


@app.command()
def study(
    weeks: Annotated[int, typer.Option("--weeks", min=1, help="Weeks under the policy with the bad rules.")] = 8,
    each_week: Annotated[int, typer.Option("--tickets", min=40, help="Tickets of a week.")] = 500,
    seed: Annotated[int, typer.Option("--seed", help="Another seed gives other tickets.")] = running.Shape().seed,
    as_json: AsJson = False,
) -> None:
    """Let the calibration find three rules that were made bad on purpose, and hold the backtest against what follows.

    Ends with 1 where a fault is not found or a prediction does not hold.
    """
    found = running.run(running.Shape(weeks=weeks, each_week=each_week, seed=seed))
    emit(found) if as_json else page.study(console(), found)
    if not (found.finds_all and all(prediction.holds for prediction in found.predictions)):
        raise typer.Exit(1)

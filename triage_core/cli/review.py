"""How does somebody answer for the parts of the policy once in a quarter?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.calibrate import actor_of
from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.changing.quarterly import QUESTIONS, Outcome, Part
from triage_core.service.controlling import Hand
from triage_core.service.quarterly import QuarterlyReviews
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.domain.changing.quarterly import QuarterlyReview

app = typer.Typer(help="Answer for the policy once in a quarter.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the group's name in front of its one command."""


@app.command()
def quarterly(
    db: Database,
    tenant: Tenant = "default",
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="QUARTER", help="Such as 2026-Q1.")] = None,
    part: Annotated[Part | None, typer.Option("--part", help="The part that you answer for.")] = None,
    outcome: Annotated[Outcome, typer.Option("--outcome", help="Whether it stays.")] = Outcome.STAYS,
    note: Annotated[str, typer.Option("--note", help="Why, in a sentence.")] = "",
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="What it rests on; several times.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="PERSON", help="Who answers.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the checklist of a quarter, or answer for one part of it with evidence."""
    with existing(db) as triage:
        reviews = QuarterlyReviews(triage.store, triage.playbooks, system_clock)
        if part is not None:
            reviews.answer(Hand(tenant, actor_of(by), note), part, outcome, tuple(evidence or ()))
        review, looked_at = reviews.of(tenant, quarter), reviews.looked_at(tenant)
    if as_json:
        emit({"review": review, "open": review.open_parts, "looked_at": looked_at})
        return
    console().print(f"{review.quarter}, version {review.version}: {len(review.open_parts)} of {len(Part)} open")
    for each in Part:
        console().print(f"{each.value:<12}{QUESTIONS[each]}", style="bold")
        console().print(f"  {_said(review, each)}")
        for line in looked_at[each]:
            console().print(f"    {line}", style="dim", soft_wrap=True)


def _said(review: QuarterlyReview, part: Part) -> str:
    said = review.answers.get(part)
    if said is None:
        return "open"
    return f"{said.outcome}: {said.note} ({said.by}, {said.policy_version}, on {', '.join(said.evidence)})"

"""What do people read of a calibration on a terminal?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.domain.kpis.figures import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from triage_core.domain.calibration.agreement import Agreement
    from triage_core.domain.calibration.examples import RuleErrors
    from triage_core.domain.calibration.judging import Estimate, Judgement
    from triage_core.domain.calibration.labelling import Sample
    from triage_core.domain.calibration.searching import Proposal
    from triage_core.domain.changing.backtesting import Backtest
    from triage_core.domain.rulebook import Rulebook
    from triage_core.service.calibrating import Result, Seen, Task
    from triage_core.study.running import Study

_RULES = 8
_NOTHING = "nothing is left for you to judge in this sample"


def sample(drawn: Sample) -> str:
    """Tell a sample."""
    strata = ", ".join(f"{name} {there}" for name, there in drawn.population.items())
    twice = sum(each.double for each in drawn.tickets)
    return (
        f"{drawn.id}: {len(drawn.tickets)} tickets, {twice} of them for two people, start value {drawn.start}\n"
        f"drawn from {sum(drawn.population.values())}: {strata}"
    )


def how(found: Task, by: str, rules: Rulebook) -> str:
    """Tell the command that judges a ticket."""
    return (
        f"judge it, with the same --db and --tenant: triage calibrate label {found.sample} --by {by} "
        f"--ticket {found.past.id} --class {'|'.join(rules.ranks)} --escalate|--keep\n"
        f"add --tag for each risk that it has ({', '.join(rules.tag_bits)}), and --draft-ok where a first reply could "
        "have been drafted"
    )


def task(found: Task | None, next_step: str = "") -> str:
    """Tell a ticket to judge, and nothing of what was decided."""
    if found is None:
        return _NOTHING
    past = found.past
    said = ", ".join(f"{name} {value}" for name, value in past.intake.items())
    text = past.text or "(its text was erased)"
    head = f"{found.left} of {found.total} left\n{past.id}, {past.created_at:%Y-%m-%d %H:%M} UTC"
    return f"{head}\n{said}\n\n{text}\n\n{next_step}"


def seen(found: Seen) -> str:
    """Tell what automation and others said of a ticket that was judged."""
    said = found.said
    lines = [f"automation said {said.class_name}, {_escalated(said.escalate)}: {', '.join(said.fired)}"]
    for each in found.labels:
        verdict = each.verdict
        tags = f", {', '.join(verdict.tags)}" if verdict.tags else ""
        lines.append(f"{each.by} ({each.seat}) said {verdict.class_name}, {_escalated(verdict.escalate)}{tags}")
    return "\n".join([*lines, *(["a third person settles what the two disagree about"] if found.disputed else [])])


def _escalated(holds: bool) -> str:
    return "escalated" if holds else "kept"


def matrix(shown: Console, result: Result, rules: Sequence[RuleErrors]) -> None:
    """Tell a result: the matrix, the rates with intervals, agreement, and the worst rules."""
    found = result.judgement
    if not found.judged:
        shown.print(_first_step(result), soft_wrap=True)
        return
    shown.print(f"{found.judged} judged tickets stand for {found.stands_for:.0f}")
    judgement(shown, found)
    shown.print(f"agreement on the class: {kappa(result.by_class)}; on escalation: {kappa(result.by_escalation)}")
    if result.disputed:
        shown.print(f"to be settled by a third person: {', '.join(result.disputed)}")
    errors(shown, rules)


def _first_step(result: Result) -> str:
    if not result.samples:
        return "no sample is drawn yet; draw one with: triage calibrate sample --by PERSON"
    week = result.samples[0].id
    return f"no ticket of {week} is judged to the end yet; judge with: triage calibrate label {week} --by PERSON"


def judgement(shown: Console, found: Judgement) -> None:
    """Tell the matrix and the rates."""
    cells = Table("automation", "right", "judged", "of the week", box=None, padding=(0, 2))
    for cell in found.classes:
        mark = "" if cell.said == cell.right else "red"
        cells.add_row(cell.said, cell.right, str(cell.n), f"{cell.weight:.0f}", style=mark)
    shown.print(cells)
    for kpi, rate in found.rates.items():
        shown.print(f"{DEFINITIONS[kpi].title:<24}{estimate(rate)}")
    for name in found.unjudged:
        shown.print(f"nothing is judged yet of {name}", style="yellow")


def estimate(rate: Estimate) -> str:
    """Tell a rate with its interval."""
    if rate.value is None or rate.low is None or rate.high is None:
        return "-"
    return f"{rate.value:.1%}  ({rate.low:.1%} to {rate.high:.1%}, n {rate.n})"


def kappa(found: Agreement) -> str:
    """Tell how far two people agree."""
    if found.kappa is None:
        return f"not told (n {found.n})"
    return f"kappa {found.kappa:.2f} ({found.low:.2f} to {found.high:.2f}, n {found.n})"


def errors(shown: Console, rules: Sequence[RuleErrors]) -> None:
    """Tell the rules with the costliest errors."""
    table = Table("rule", "wrong", "of", "too high", "too low", "missed", "words", box=None, padding=(0, 2))
    for row in rules[:_RULES]:
        numbers = (row.wrong, row.fired, row.too_high, row.too_low, row.missed)
        table.add_row(row.rule, *map(str, numbers), ", ".join(row.words))
    shown.print(table)


def offered(shown: Console, found: Sequence[Proposal]) -> None:
    """Tell proposals, each with its other side."""
    if not found:
        shown.print("no change is worth it on tickets that the search did not see")
    for number, each in enumerate(found, start=1):
        shown.print(f"{number}  {each}", style="bold", soft_wrap=True)
        shown.print(f"   mends {len(each.mends)} judged tickets, newly gets {len(each.breaks)} wrong; {_worth(each)}")


def _worth(each: Proposal) -> str:
    held = each.held_out
    return f"worth {each.net:.0f} in the policy's weights, {held.net:.0f} of it on {held.mended + held.broken} held out"


def backtest(shown: Console, found: Backtest) -> None:
    """Tell a backtest."""
    if found.tickets < FEW:
        proves = "ticket proves" if found.tickets == 1 else "tickets prove"
        shown.print(f"{found.tickets} {proves} nothing; try more weeks with --weeks, or wait for {FEW} tickets")
    shown.print(f"{found.changed} of {found.tickets} tickets would have been decided otherwise")
    moves = [f"{name}: {count}" for name, count in found.classes.items()]
    shown.print(f"classes: {', '.join(moves) or 'none'}; deadlines that move: {found.deadlines}")
    shown.print(
        f"gates: {found.gates['gained']} more, {found.gates['lost']} fewer; "
        f"escalations: {found.escalations['gained']} more, {found.escalations['lost']} fewer"
    )
    table = Table("figure", "before", "after", "difference, 95 %", box=None, padding=(0, 2))
    for effect in found.effects:
        if effect.n and effect.interval:
            low, high = effect.interval
            shares = (effect.before / effect.n, effect.after / effect.n)
            table.add_row(effect.name, *(f"{share:.1%}" for share in shares), f"{low:+.1%} to {high:+.1%}")
    for each in found.judged:
        table.add_row(f"{each.kpi} (judged)", estimate(each.before), estimate(each.after), "")
    shown.print(table)
    for load in found.loads:
        before, after = load.each_week
        low, high = load.interval
        shown.print(f"{load.name}, each week: {before:.1f} before, {after:.1f} after ({low:.1f} to {high:.1f})")


def study(shown: Console, found: Study) -> None:
    """Tell the study from the samples to the weeks after."""
    shown.print(f"{found.tickets} tickets, {found.samples} weekly samples, {found.labels} labels", style="bold")
    shown.print(f"agreement on the class: {kappa(found.agreement)}")
    judgement(shown, found.judgement)
    for kpi, true in found.truth.items():
        shown.print(f"  the truth of {DEFINITIONS[kpi].title.lower()}: {true:.1%}")
    errors(shown, found.rules)
    for fault in found.found:
        shown.print(f"planted: {fault.planted} ({fault.fault})", soft_wrap=True)
        told = str(fault.proposal) if fault.proposal else "NOT FOUND"
        shown.print(f"  proposed: {told}", style="green" if fault.proposal else "bold red", soft_wrap=True)
    shown.print(f"{len(found.proposals)} proposals in all")
    backtest(shown, found.backtest)
    table = Table("in the weeks after", "before", "predicted", "bounds", "came", "holds", box=None, padding=(0, 2))
    for each in found.predictions:
        bounds = f"{each.low:.0f} to {each.high:.0f} of {each.tickets}"
        shares = (f"{each.before:.1%}", f"{each.predicted:.1%}")
        table.add_row(each.name, *shares, bounds, str(each.observed), "yes" if each.holds else "NO")
    shown.print(table)

"""How long does a backtest take beside a batch triage of the same tickets?

The batch triage decides every ticket once, starts its clocks with their due and warning moments, and settles the gate.
The backtest decides every ticket under two policies, which differ in one word, and counts who changes, what happens to
the deadlines, and the effect on figures and people. Both have the tickets in memory.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks import ours
from benchmarks.measure import Contestant, Effort, prove, race
from benchmarks.pipeline import Parsed, decide
from benchmarks.report import Report
from benchmarks.tickets import tickets
from triage_core.domain.calibration.edits import Edit, EditKind, edited
from triage_core.domain.calibration.past import Past, said_of
from triage_core.domain.changing.backtesting import backtest
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTION = "how long does a backtest of 50,000 tickets take beside a batch triage of them?"
DISTRIBUTIONS = ()
SIZE, COUNT, QUICK_COUNT = 200, 50_000, 500
FULL = Effort(rounds=5, seconds=0, fewest=1)
QUICK = Effort(rounds=1, seconds=0, fewest=1)
BEFORE = Playbook(ours.policy())
_RULE = ours.policy().tag_rules[0]
_EDIT = Edit(kind=EditKind.REMOVE_TERM, place=_RULE.id, before=_RULE.terms[0])
AFTER = Playbook(edited(ours.policy(), [_EDIT]).model_copy(update={"version": "2"}))


def pasts(count: int) -> list[Past]:
    """Return tickets of the past, answered after an hour and solved after a day."""
    found = []
    for number, drawn in enumerate(tickets(SIZE, count)):
        fields, text = ours.fields_of(drawn), f"{drawn.subject}\n{drawn.description}"
        at = datetime.fromtimestamp(drawn.created, UTC)
        found.append(
            Past(
                id=f"t{number}",
                created_at=at,
                intake=fields,
                text=text,
                said=said_of(BEFORE.rules.decide(fields, text).outcome),
                first_reply_at=at + timedelta(hours=1),
                resolved_at=at + timedelta(days=1),
            )
        )
    return found


def answer(book: Playbook, past: Past) -> tuple[str, tuple[str, ...], bool]:
    """Return what a policy says of a ticket."""
    outcome = book.rules.decide(past.intake, past.text).outcome
    return outcome.class_name, outcome.tags, outcome.gate_required


def triage(batch: Sequence[Past]) -> int:
    """Decide a batch once."""
    for past in batch:
        decide(Parsed(past.intake, past.text, past.created_at))
    return len(batch)


def tried(batch: Sequence[Past]) -> int:
    """Decide a batch under both policies and say what changes."""
    return backtest(BEFORE, AFTER, batch).tickets


def run(*, quick: bool) -> Report:
    """Return the times of both over the same tickets."""
    batch = pasts(QUICK_COUNT if quick else COUNT)
    expected = [answer(BEFORE, past) != answer(AFTER, past) for past in batch].count(True)
    proven = prove("changed tickets", [expected], [backtest(BEFORE, AFTER, batch).changed])
    contestants = [
        Contestant("batch triage", triage, [batch], "decision, clocks, gate"),
        Contestant("backtest", tried, [batch], "target: at most 2.5 times the batch triage"),
    ]
    title = f"{len(batch):,} tickets of {SIZE} characters"
    return Report(
        section="backtest",
        question=QUESTION,
        proven=(proven,),
        races=(race(title, contestants, QUICK if quick else FULL),),
    )

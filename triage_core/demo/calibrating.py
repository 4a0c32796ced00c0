"""Chapter 14: how is a week of decisions judged, and how does the policy learn from it?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from triage_core.demo.stage import FLOW, Stage
from triage_core.domain.gating.deciding import Proof
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.playbook import Playbook
from triage_core.domain.submission import Submission
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges, Words
from triage_core.study.generating import arriving
from triage_core.study.planting import planted_policy, sound_policy
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from triage_core.domain.calibration.labelling import Sample, Verdict
    from triage_core.domain.calibration.searching import Proposal
    from triage_core.domain.changing.change import PolicyChange
    from triage_core.domain.changing.effects import JudgedEffect
    from triage_core.domain.policy import Policy

#: A desk of its own, in whose policy three rules were made bad on purpose.
DESK: Final = "learning-desk"
_TICKETS, _SEED = 120, 7
_WEEK: Final = timedelta(days=7)
#: Who leads this desk, in the place of the study's nameless leads.
_LEADS: Final = ("nora.weiss", "paul.okoro", "ines.duarte")
_LEAD, _SECOND, _THIRD = (Actor(kind=ActorKind.PERSON, id=name, roles=("lead",)) for name in _LEADS)


class _Loop(NamedTuple):
    """The use cases of the chapter, and what would be right for each ticket."""

    calibration: Calibration
    changes: PolicyChanges
    right: dict[str, Verdict]


def calibration(stage: Stage) -> None:
    """Go round the loop once: sample, verdicts, matrix, proposal, backtest, approval, and back."""
    store, books, now = stage.triage.store, stage.triage.playbooks, stage.clock.now
    loop = _Loop(Calibration(store, books, now), PolicyChanges(store, books, now), _filled(stage))
    notice = "people judge without seeing the answer; rules change by two persons"
    stage.chapter(14, "Calibration: the policy learns from its errors", notice)
    stage.say(f"{DESK} is a desk of its own, a week later; its leads are {_LEAD.id}, {_SECOND.id} and {_THIRD.id}")
    sample = _drawn(stage, loop)
    _judged(stage, loop, sample)
    best = _learned(stage, loop)
    change = _approved(stage, loop, best, sample)
    _rolled_back(stage, loop, change)


def _filled(stage: Stage) -> dict[str, Verdict]:
    """Take made-up tickets in, and go on to the week after theirs."""
    stage.triage.playbooks.activate(DESK, _small(), stage.clock.now() - _WEEK)
    right: dict[str, Verdict] = {}
    for truth in arriving(Playbook(sound_policy()), 0, _TICKETS, _SEED):
        subject, _, body = truth.past.text.partition("\n")
        given = Submission(
            tenant=DESK, source="mail", source_id=truth.past.id, subject=subject, body=body, intake=truth.past.intake
        )
        right[stage.triage.submit(given, FLOW).ticket_id] = truth.verdict
    stage.clock.wait(days=7)
    return right


def _small() -> Policy:
    """Return the study's planted policy with named people, and a sample that is quickly judged."""
    policy = planted_policy()
    people = tuple(
        person.model_copy(
            update={"id": name, "name": name.replace(".", " ").title(), "email": f"{name}@lindwerk.example.com"}
        )
        for person, name in zip(policy.people, _LEADS, strict=True)
    )
    return policy.model_copy(
        update={
            "people": people,
            "change_note": policy.change_note.model_copy(update={"approved_by": _LEAD.id}),
            "calibration": policy.calibration.model_copy(update={"sample_size": 40}),
        }
    )


def _drawn(stage: Stage, loop: _Loop) -> Sample:
    sample = loop.calibration.samples.draw(DESK, _LEAD, start="demo")
    twice = sum(drawn.double for drawn in sample.tickets)
    drawn = f"{len(sample.tickets)} of {_TICKETS} tickets drawn by the start value “{sample.start}”"
    stage.say(f"{sample.id} of {DESK}: {drawn}, {twice} for two people")
    again = loop.calibration.samples.draw(DESK, _LEAD, start="another")
    stage.claim("a week is drawn once", again == sample)
    return sample


def _judged(stage: Stage, loop: _Loop, sample: Sample) -> None:
    first = next(drawn.ticket_id for drawn in sample.tickets if drawn.double)
    told = stage.refused(lambda: loop.calibration.seen(DESK, sample.id, first, _SECOND))
    stage.say(Text(f"{_SECOND.id} asks for the answer first: {told}", style="red"))
    for person in (_SECOND, _THIRD):
        seen = loop.calibration.label(DESK, sample.id, first, loop.right[first], person)
        verdict = seen.labels[-1].verdict
        stage.say(f"{person.id} judges {first}: {verdict.class_name}; automation said {seen.said.class_name}")
        while (task := loop.calibration.task(DESK, sample.id, person)) is not None:
            loop.calibration.label(DESK, sample.id, task.past.id, loop.right[task.past.id], person)


def _learned(stage: Stage, loop: _Loop) -> Proposal:
    result = loop.calibration.result(DESK)
    examples = loop.calibration.examples(DESK, result)
    for kpi in (Kpi.FALSE_PRIORITY_RATE, Kpi.ESCALATION_PRECISION, Kpi.ESCALATION_RECALL):
        found = result.judgement.rates[kpi]
        bounds = f"{found.low or 0:.0%} to {found.high or 0:.0%}"
        stage.say(f"{kpi.replace('_', ' ')}: {found.value or 0:.0%} of the week ({bounds})")
    worst = next(row for row in loop.calibration.rules(DESK, examples) if row.words)
    stage.say(f"rule {worst.rule}: {worst.wrong} of {worst.fired} wrong, {', '.join(worst.words)}")
    offered = loop.calibration.proposals(DESK, examples)
    for each in offered:
        stage.say(f"proposed: {each}; mends {len(each.mends)}, newly gets {len(each.breaks)} wrong")
    return next(each for each in offered if "“reset”" in str(each))


def _approved(stage: Stage, loop: _Loop, best: Proposal, sample: Sample) -> PolicyChange:
    words = Words("Knows that a reset is no attack.", "Most of its alarms were false.", (sample.id,))
    change = loop.changes.propose_edits(Hand(DESK, _LEAD), best.edits, words)
    tried = loop.changes.try_out(Hand(DESK, _LEAD), change.id, loop.calibration.to_rejudge(DESK), weeks=2)
    if tried.backtest is None:
        raise LookupError(change.id)
    precision = next(each for each in tried.backtest.judged if each.kpi is Kpi.ESCALATION_PRECISION)
    stage.say(f"backtest: {tried.backtest.changed} of {tried.backtest.tickets} tickets change; {_moves(precision)}")
    proof = Proof(interactive=True, authenticated_at=stage.clock.now())
    hand = Hand(DESK, _LEAD, "The backtest shows it.")
    told = stage.refused(lambda: loop.changes.approve(hand, change.id, proof))
    stage.say(Text(f"{_LEAD.id} approves the change: {told}", style="red"))
    done = loop.changes.approve(hand._replace(actor=_SECOND), change.id, proof)
    at = stage.at(stage.clock.now())
    stage.say(f"{at} {done.settled_by} approves it: {done.policy_version} is in force, {quoted(done.what, 60)}")
    return done


def _moves(effect: JudgedEffect) -> str:
    return f"escalation precision {effect.before.value or 0:.0%} to {effect.after.value or 0:.0%} on the judged ones"


def _rolled_back(stage: Stage, loop: _Loop, change: PolicyChange) -> None:
    now = stage.clock.wait(minutes=5)
    proof = Proof(interactive=True, authenticated_at=now)
    back = loop.changes.roll_back(Hand(DESK, _LEAD, "Only to show it."), change.based_on, proof)
    versions = loop.changes.history(DESK)
    stage.say(
        f"{stage.at(now)} {_LEAD.id} rolls back: {back.restores} is in force again, under a number of its own, "
        f"{back.policy_version}"
    )
    listed = ", ".join(f"{each.policy.id} from {each.active_from:%d %B %H:%M}" for each in reversed(versions))
    stage.say(f"`triage policy history` lists them in UTC, two hours behind this page: {listed}")
    stage.claim("every version of the policy is kept", versions[0].policy.id == back.policy_version)

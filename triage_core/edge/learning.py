"""How do people judge samples and change the policy through the API?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.contract import calibration as told
from triage_core.contract.messages import names_in
from triage_core.domain.calibration.labelling import Verdict
from triage_core.domain.gating.deciding import Proof
from triage_core.edge import policy_view
from triage_core.edge.call import Answer, Call
from triage_core.policyfile import parse_policy
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.calibration.labelling import Sample
    from triage_core.service.calibrating import Result, Seen, Task

#: How the text of a policy is named in messages.
_SENT: Final = "policy"


def _calibration(call: Call) -> Calibration:
    return Calibration(call.triage.store, call.triage.playbooks, lambda: call.now)


def _changes(call: Call) -> PolicyChanges:
    return PolicyChanges(call.triage.store, call.triage.playbooks, lambda: call.now)


# --- the calibration --------------------------------------------------------------------------------------------------


def draw(call: Call) -> Answer:
    """Draw a sample."""
    use, start = _calibration(call), call.triage.new_id()
    return Answer(_sample(call, use, use.samples.draw(call.tenant, call.actor, call.given.week, start)))


def samples(call: Call) -> Answer:
    """List the latest samples."""
    use = _calibration(call)
    return Answer(
        told.WeeklySamples.of(items=tuple(_sample(call, use, each) for each in use.samples.latest(call.tenant)))
    )


def _sample(call: Call, use: Calibration, sample: Sample) -> told.SampleView:
    left, settled = use.progress(sample, call.actor.id)
    return told.SampleView.of(
        week=sample.id,
        tickets=len(sample.tickets),
        double=sum(each.double for each in sample.tickets),
        settled=settled,
        left=left,
        start=sample.start,
        policy_version=sample.policy_version,
        drawn_by=sample.drawn_by,
        drawn_at=sample.drawn_at,
        population_csv=",".join(f"{name}={there}" for name, there in sample.population.items()),
    )


def task(call: Call) -> Answer:
    """Tell the next ticket to judge."""
    return Answer(_task(_calibration(call).task(call.tenant, call.params.week, call.actor)))


def _task(found: Task | None) -> told.TaskView:
    if found is None:
        return told.TaskView.of(ticket_id=None, text=None, created_at=None, intake=(), left=0)
    past = found.past
    known = tuple(told.Known.of(name=name, value=str(value)) for name, value in past.intake.items())
    return told.TaskView.of(
        ticket_id=past.id, text=past.text, created_at=past.created_at, intake=known, left=found.left
    )


def judge(call: Call) -> Answer:
    """Keep a verdict."""
    given, use = call.given, _calibration(call)
    verdict = Verdict(
        class_name=given.class_name,
        escalate=given.escalate,
        tags=names_in(given.tags_csv),
        draft_ok=given.draft_ok,
    )
    keep = use.rule if given.ruling else use.label
    return Answer(_answer(keep(call.tenant, call.params.week, given.ticket_id, verdict, call.actor)))


def _answer(seen: Seen) -> told.AnswerView:
    said = seen.said
    return told.AnswerView.of(
        ticket_id=seen.ticket_id,
        class_name=said.class_name,
        escalate=said.escalate,
        tags_csv=",".join(said.tags),
        rules_csv=",".join(said.fired),
        disputed=seen.disputed,
        verdicts=tuple(
            told.VerdictLine.of(
                by=each.by,
                seat=each.seat,
                class_name=each.verdict.class_name,
                escalate=each.verdict.escalate,
                tags_csv=",".join(each.verdict.tags),
                draft_ok=each.verdict.draft_ok,
            )
            for each in seen.labels
        ),
    )


def result(call: Call) -> Answer:
    """Tell what a sample came to."""
    use, week = _calibration(call), call.params.week
    found = use.result(call.tenant, (week,))
    examples = use.examples(call.tenant, found)
    rules = tuple(
        told.RuleView.of(**{name: getattr(row, name) for name in told.RuleView.model_fields})
        for row in use.rules(call.tenant, examples)
        if row.wrong
    )
    proposals = tuple(
        told.ProposalView.of(
            says=str(each),
            mends=len(each.mends),
            breaks=len(each.breaks),
            held_out_mended=each.held_out.mended,
            held_out_broken=each.held_out.broken,
            worth=each.net,
        )
        for each in use.proposals(call.tenant, examples)
    )
    return Answer(_result(week, found, rules, proposals))


def _result(
    week: str, found: Result, rules: tuple[told.RuleView, ...], proposals: tuple[told.ProposalView, ...]
) -> told.ResultView:
    judgement = found.judgement
    return told.ResultView.of(
        week=week,
        judged=judgement.judged,
        stands_for=judgement.stands_for,
        kappa=found.by_class.kappa,
        kappa_escalation=found.by_escalation.kappa,
        disputed_csv=",".join(found.disputed),
        matrix=tuple(
            told.MatrixCell.of(said=cell.said, right=cell.right, count=cell.n, weight=cell.weight)
            for cell in judgement.classes
        ),
        rates=tuple(
            told.RateView.of(kpi=kpi, judged=rate.n, value=rate.value, low=rate.low, high=rate.high)
            for kpi, rate in judgement.rates.items()
        ),
        rules=rules,
        proposals=proposals,
    )


# --- changes of the policy --------------------------------------------------------------------------------------------


def history(call: Call) -> Answer:
    """Tell every version, and what waits."""
    use = _changes(call)
    return Answer(policy_view.history(use.history(call.tenant), use.changes(call.tenant)))


def change(call: Call) -> Answer:
    """Tell one change."""
    use = _changes(call)
    return Answer(policy_view.change(use, use.change(call.tenant, call.params.change_id)))


def propose(call: Call) -> Answer:
    """Keep a proposal."""
    given, use = call.given, _changes(call)
    words = Words(given.what, given.why, names_in(given.evidence_csv))
    return Answer(policy_view.change(use, use.propose(_hand(call), parse_policy(given.policy, _SENT), words)))


def try_out(call: Call) -> Answer:
    """Try a change on the past."""
    use, judged = _changes(call), _calibration(call).to_rejudge(call.tenant)
    return Answer(policy_view.change(use, use.try_out(_hand(call), call.params.change_id, judged)))


def approve(call: Call) -> Answer:
    """Put a change into force."""
    use, given = _changes(call), call.given
    done = use.approve(_hand(call, given.note), call.params.change_id, _proof(call), given.effective_from)
    return Answer(policy_view.change(use, done))


def roll_back(call: Call) -> Answer:
    """Bring a version back."""
    use, given = _changes(call), call.given
    return Answer(policy_view.change(use, use.roll_back(_hand(call, given.note), given.version, _proof(call))))


def _hand(call: Call, reason: str = "") -> Hand:
    return Hand(call.tenant, call.actor, reason)


def _proof(call: Call) -> Proof:
    return Proof(interactive=call.caller.interactive, authenticated_at=call.caller.authenticated_at)


HANDLERS: Final[dict[str, Callable[[Call], Answer]]] = {
    "DrawSample": draw,
    "ListSamples": samples,
    "GetSampleTask": task,
    "JudgeTicket": judge,
    "GetSampleResult": result,
    "GetPolicyHistory": history,
    "GetPolicyChange": change,
    "ProposePolicyChange": propose,
    "BacktestPolicyChange": try_out,
    "ApprovePolicyChange": approve,
    "RollBackPolicy": roll_back,
}

"""How does a person judge a sample blind, and read what it came to?

The page of a ticket to judge holds what was known when it arrived, and nothing of what was decided. The answer stands
on another page, which opens once the verdict is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from triage_core.console.answering import sentence
from triage_core.console.moments import Moments
from triage_core.console.rendering import moved, page
from triage_core.console.visit import FormRefused
from triage_core.contract.problems import PROBLEMS
from triage_core.domain.calibration.edits import Edit
from triage_core.domain.calibration.labelling import NothingToLabel, Verdict
from triage_core.domain.errors import TriageError
from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.learning_ports import SeatTaken
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges, Words

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.policy import Policy
    from triage_core.service.access import Caller
    from triage_core.service.calibrating import Result

ROOT: Final = "/calibration"
#: Stands for the latest samples together.
ALL: Final = "latest"
_RULES: Final = 10
_TAG: Final = "tag-"
_EDITS: Final = msgspec.json.Decoder(tuple[Edit, ...])


def _use_of(visit: Visit) -> Calibration:
    return Calibration(visit.triage.store, visit.triage.playbooks, visit.services.now)


def _policy(visit: Visit, caller: Caller) -> Policy:
    return visit.triage.playbooks.active(caller.tenant, visit.services.now()).policy


def _week(visit: Visit) -> str:
    return str(visit.request.path_params["week"])


def _place(week: str, *parts: str) -> str:
    return "/".join((ROOT, *(quote(part, safe="") for part in (week, *parts))))


# --- the list ---------------------------------------------------------------------------------------------------------


def board(visit: Visit) -> Response:
    """Show the latest samples, and what is left to judge of each."""
    return _board(visit)


def _board(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller, use = visit.reader, _use_of(visit)
    rows = [(sample, *use.progress(sample, str(caller.person_id))) for sample in use.samples.latest(caller.tenant)]
    return page(
        "calibration.html",
        _status(refusal),
        caller=caller,
        moments=Moments.of(visit, caller),
        rows=rows,
        told=sentence(refusal) if refusal else "",
        csrf=visit.csrf,
    )


def _status(refusal: TriageError | None) -> int:
    return PROBLEMS[refusal.code].status if refusal else 200


def draw(visit: Visit) -> Response:
    """Draw the sample of the last week that is over."""
    visit.check_form()
    caller = visit.reader
    try:
        sample = _use_of(visit).samples.draw(caller.tenant, caller.actor)
    except TriageError as error:
        return _board(visit, error)
    return moved(_place(sample.id))


# --- judging ----------------------------------------------------------------------------------------------------------


def look(visit: Visit) -> Response:
    """Show the next ticket to judge, or that none is left."""
    return _task(visit)


def _task(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller = visit.reader
    task = _use_of(visit).task(caller.tenant, _week(visit), caller.actor)
    policy = _policy(visit, caller)
    return page(
        "label.html",
        _status(refusal),
        caller=caller,
        moments=Moments.of(visit, caller),
        week=_week(visit),
        task=task,
        intake=_intake(policy, task.past.intake) if task else (),
        classes=policy.classes,
        tags=policy.tags,
        told=sentence(refusal) if refusal else "",
        csrf=visit.csrf,
    )


def _intake(policy: Policy, intake: dict[str, Any]) -> list[tuple[str, str]]:
    names = [name for name in policy.intake.fields if name in intake]
    return [(name.replace("_", " "), str(intake[name])) for name in names]


def judge(visit: Visit) -> Response:
    """Keep a verdict, and lead to what automation said; where somebody was faster, go on with the next ticket."""
    visit.check_form()
    caller, ticket = visit.reader, visit.form.get("ticket", "")
    try:
        _use_of(visit).label(caller.tenant, _week(visit), ticket, _verdict(visit), caller.actor)
    except (SeatTaken, NothingToLabel) as error:
        return _task(visit, error)
    return moved(_place(_week(visit), "tickets", ticket))


def rule(visit: Visit) -> Response:
    """Settle what two disagree about."""
    visit.check_form()
    caller, ticket = visit.reader, _ticket(visit)
    try:
        _use_of(visit).rule(caller.tenant, _week(visit), ticket, _verdict(visit), caller.actor)
    except TriageError as error:
        return _seen(visit, error)
    return moved(_place(_week(visit), "tickets", ticket))


def _ticket(visit: Visit) -> str:
    return str(visit.request.path_params["ticket_id"])


def _verdict(visit: Visit) -> Verdict:
    """Read a verdict; raises `FormRefused` for a form that says neither yes nor no."""
    if visit.form.get("escalate") not in {"yes", "no"}:
        raise FormRefused
    return Verdict(
        class_name=visit.form.get("class", ""),
        escalate=visit.form["escalate"] == "yes",
        tags=tuple(name.removeprefix(_TAG) for name in visit.form if name.startswith(_TAG)),
        draft_ok="draft_ok" in visit.form,
    )


def answer(visit: Visit) -> Response:
    """Show what was said of a ticket that the reader cannot judge blind any more."""
    return _seen(visit)


def _seen(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller, use = visit.reader, _use_of(visit)
    seen = use.seen(caller.tenant, _week(visit), _ticket(visit), caller.actor)
    policy = _policy(visit, caller)
    is_mine = any(label.by == caller.person_id for label in seen.labels)
    return page(
        "labelled.html",
        _status(refusal),
        caller=caller,
        week=_week(visit),
        seen=seen,
        rules=seen.disputed and not is_mine,
        left=use.progress(use.samples.get(caller.tenant, _week(visit)), str(caller.person_id))[0],
        classes=policy.classes,
        tags=policy.tags,
        told=sentence(refusal) if refusal else "",
        csrf=visit.csrf,
    )


# --- learning ---------------------------------------------------------------------------------------------------------


def result(visit: Visit) -> Response:
    """Show the matrix, the worst rules and what would have done better."""
    return _result(visit)


def _result(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller, use = visit.reader, _use_of(visit)
    week = _week(visit)
    found = use.result(caller.tenant, () if week == ALL else (week,))
    examples = use.examples(caller.tenant, found)
    proposals = use.proposals(caller.tenant, examples)
    return page(
        "calibration_result.html",
        _status(refusal),
        caller=caller,
        week=week,
        found=found,
        titles=DEFINITIONS,
        disputed=_disputed(found),
        rules=[row for row in use.rules(caller.tenant, examples) if row.wrong][:_RULES],
        proposals=[(each, msgspec.json.encode(each.edits).decode()) for each in proposals],
        told=sentence(refusal) if refusal else "",
        csrf=visit.csrf,
    )


def _disputed(found: Result) -> list[tuple[str, str]]:
    """Return the tickets to settle, each with the page where that is done."""
    weeks = {drawn.ticket_id: sample.id for sample in found.samples for drawn in sample.tickets}
    return [(name, _place(weeks[name], "tickets", name)) for name in found.disputed]


def propose(visit: Visit) -> Response:
    """Make a change of the policy out of what was found."""
    visit.check_form()
    caller, week = visit.reader, _week(visit)
    try:
        edits = _EDITS.decode(visit.form.get("edits", ""))
    except msgspec.DecodeError:
        raise FormRefused from None
    said = " and ".join(map(str, edits))
    words = Words(f"{said[:1].upper()}{said[1:]}.", visit.form.get("why", ""), () if week == ALL else (week,))
    changes = PolicyChanges(visit.triage.store, visit.triage.playbooks, visit.services.now)
    try:
        change = changes.propose_edits(Hand(caller.tenant, caller.actor), edits, words)
    except TriageError as error:
        return _result(visit, error)
    return moved(f"/policy/{change.id}")


_ONE: Final = f"{ROOT}/{{week}}"
_TICKET: Final = f"{_ONE}/tickets/{{ticket_id}}"
ROUTES: Final[Routes] = (
    ("GET", ROOT, board),
    ("POST", f"{ROOT}/draw", draw),
    ("GET", _ONE, look),
    ("POST", f"{_ONE}/judge", judge),
    ("GET", _TICKET, answer),
    ("POST", f"{_TICKET}/rule", rule),
    ("GET", f"{_ONE}/result", result),
    ("POST", f"{_ONE}/propose", propose),
)

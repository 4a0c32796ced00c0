"""How does a request say what a closing must say, and how is it closed, read and judged?"""

from __future__ import annotations

import re
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.contract import closing as told
from triage_core.contract.problems import Wrong
from triage_core.domain.closure import facts as said
from triage_core.domain.closure.closing import ClosureIncomplete
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.closure.gaps import is_grave
from triage_core.domain.closure.judging import Judgement
from triage_core.domain.gating.state import Subject
from triage_core.domain.model import Problem
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.closure_view import MOMENTS, PROSE, closure_view
from triage_core.edge.outbound import approval_view
from triage_core.edge.refusals import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.contract.outbound import ApprovalView
    from triage_core.domain.model import Ticket
    from triage_core.service.triage import Triage


def close(call: Call) -> Worked:
    """Close a ticket with its facts; what lacks is named by the fields of the request."""
    return call.worked(_with_facts(call, lambda triage: triage.close), _told)


def request_clearance(call: Call) -> Worked:
    """Ask somebody else to agree to a closing, and tell the request."""
    return call.worked(_with_facts(call, lambda triage: triage.request_clearance), _asked)


def _with_facts(call: Call, use: Callable[[Triage], Callable[..., Ticket]]) -> Callable[[Triage], Ticket]:
    """Return what is done with the facts of the request; what lacks is named by its fields."""
    ticket = call.triage.ticket(call.tenant, call.params.ticket_id)
    policy = call.triage.playbooks.stamped(ticket, call.now).policy
    facts = facts_of(call.given, is_grave=is_grave(policy, ticket))

    def work(triage: Triage) -> Ticket:
        try:
            return use(triage)(call.tenant, ticket.id, facts, call.actor)
        except ClosureIncomplete as error:
            raise ClosureIncomplete(_in_fields(call.given, error.problems)) from error

    return work


def _asked(call: Call, worked: Worked) -> ApprovalView:
    closings = [each for each in worked.ticket.approvals if each.subject is Subject.CLOSING]
    return approval_view(call, worked.ticket, max(closings, key=attrgetter("number")))


def judge(call: Call) -> Worked:
    """Keep how a root cause turned out."""
    given = call.given
    verdict = Judgement(verdict=given.verdict, category=given.category, reason=given.reason or "")
    ticket_id = call.params.ticket_id
    return call.worked(lambda triage: triage.judge_cause(call.tenant, ticket_id, verdict, call.actor), _told)


def facts_of(given: told.Closing, *, is_grave: bool) -> ClosureFacts:
    """Return what a request says, in the words of the domain; raises `Malformed` for days that are none."""
    days = _Days()
    facts = ClosureFacts(
        summary=given.summary or "",
        resolution_code=given.resolution_code,
        closure_cause=given.closure_cause,
        root_cause=said.RootCause(
            text=given.root_cause or "", category=given.root_cause_category, confidence=given.root_cause_confidence
        ),
        workaround=said.Workaround(text=given.workaround or "", none=given.no_workaround),
        permanent_fix=said.PermanentFix(
            state=given.permanent_fix_state,
            description=given.permanent_fix or "",
            owner=given.permanent_fix_owner,
            due=days.read("permanent_fix_due_on", given.permanent_fix_due_on),
        ),
        prevention=tuple(_prevention(given, days)),
        prevention_declined=given.prevention_declined or "",
        known_error_id=given.known_error_id,
        problem_id=given.problem_id,
        change_id=given.change_id,
        review=_review(given, is_grave=is_grave),
    )
    days.check()
    return facts


class _Days:
    """Reads days, and remembers what was none."""

    def __init__(self) -> None:
        self._wrong: list[Wrong] = []

    def read(self, place: str, text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self._wrong.append(Wrong.of(pointer=f"/{place}", expected="a day such as 2026-03-20", code="wrong_form"))
            return None

    def check(self) -> None:
        if self._wrong:
            raise Malformed(self._wrong)


def _has_first(given: told.Closing) -> bool:
    return any((given.prevention, given.prevention_owner, given.prevention_due_on))


def _prevention(given: told.Closing, days: _Days) -> Iterator[said.Prevention]:
    if _has_first(given):
        due = days.read("prevention_due_on", given.prevention_due_on)
        yield said.Prevention(description=given.prevention or "", owner=given.prevention_owner, due=due)
    for number, action in enumerate(given.more_prevention):
        due = days.read(f"more_prevention/{number}/due_on", action.due_on)
        yield said.Prevention(description=action.description or "", owner=action.owner, due=due)


def _review(given: told.Closing, *, is_grave: bool) -> said.Review | None:
    """Return the look back; of a grave ticket also an empty one, so that every part it lacks is named."""
    parts = {name: getattr(given, f"review_{name}") for name in (*MOMENTS, "detected_by", *PROSE)}
    if not (is_grave or given.review_milestones or any(parts.values())):
        return None
    milestones = tuple(said.Milestone(at=each.at, what=each.what) for each in given.review_milestones)
    return said.Review(milestones=milestones, **{name: part for name, part in parts.items() if part is not None})


#: Where a request carries what the domain names otherwise.
_FIELDS: Final = {
    "/root_cause/text": "/root_cause",
    "/root_cause/category": "/root_cause_category",
    "/root_cause/confidence": "/root_cause_confidence",
    "/workaround/text": "/workaround",
    "/permanent_fix/description": "/permanent_fix",
    "/permanent_fix/state": "/permanent_fix_state",
    "/permanent_fix/owner": "/permanent_fix_owner",
    "/permanent_fix/due": "/permanent_fix_due_on",
}
_FIRST: Final = {"description": "/prevention", "owner": "/prevention_owner", "due": "/prevention_due_on"}
_ACTION: Final = re.compile(r"/prevention/(\d+)/(description|owner|due)")


def _in_fields(given: told.Closing, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(replace(problem, pointer=_field(given, problem.pointer)) for problem in problems)


def _field(given: told.Closing, pointer: str) -> str:
    if found := _ACTION.fullmatch(pointer):
        number, part = int(found[1]) - _has_first(given), found[2]
        return _FIRST[part] if number < 0 else f"/more_prevention/{number}/{'due_on' if part == 'due' else part}"
    return _FIELDS.get(pointer, pointer.replace("/review/", "/review_", 1))


def shown(call: Call) -> Answer:
    """Tell a closure as it stands."""
    return Answer(closure_view(call, call.triage.ticket(call.tenant, call.params.ticket_id)))


def _told(call: Call, worked: Worked) -> told.ClosureView:
    return closure_view(call, worked.ticket)

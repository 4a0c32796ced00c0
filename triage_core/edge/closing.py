"""How does a request say what a closing must say, and how are closures and follow-ups told?"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from triage_core.cards.closure import Links, summarise
from triage_core.cards.markdown import document
from triage_core.closure_ports import Promises
from triage_core.contract import closing as told
from triage_core.contract.problems import Wrong
from triage_core.domain.closure import facts as said
from triage_core.domain.closure.closing import ClosureIncomplete, page_of
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.closure.following import FollowUpNotFound
from triage_core.domain.closure.gaps import is_grave
from triage_core.domain.closure.judging import Judgement
from triage_core.domain.model import Problem, State
from triage_core.domain.platforms import carriage
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.paging import start_of
from triage_core.edge.refusals import Malformed
from triage_core.service.closing import told_in_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.closure.items import ActionItem
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy

_FOLLOW_UP: Final = re.compile(r"(.+)-(fix|prevention-\d{1,3})")


# --- closing ----------------------------------------------------------------------------------------------------------


def close(call: Call) -> Worked:
    """Close a ticket with its facts; what lacks is named by the fields of the request."""
    ticket = call.triage.ticket(call.tenant, call.params.ticket_id)
    policy = call.triage.playbooks.stamped(ticket, call.now).policy
    facts = facts_of(call.given, is_grave=is_grave(policy, ticket))

    def work(triage: Any) -> Ticket:  # noqa: ANN401 - the use cases
        try:
            closed: Ticket = triage.close(call.tenant, ticket.id, facts, call.actor)
        except ClosureIncomplete as error:
            raise ClosureIncomplete(_in_fields(call.given, error.problems)) from error
        return closed

    return call.worked(work, _told)


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
    parts = {name: getattr(given, f"review_{name}") for name in (*_MOMENTS, "detected_by", *_PROSE)}
    if not (is_grave or given.review_milestones or any(parts.values())):
        return None
    milestones = tuple(said.Milestone(at=each.at, what=each.what) for each in given.review_milestones)
    return said.Review(milestones=milestones, **{name: part for name, part in parts.items() if part is not None})


_MOMENTS: Final = ("started_at", "detected_at", "ended_at")
_PROSE: Final = ("impact", "went_well", "went_badly", "handoff_friction")
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


# --- telling a closure ------------------------------------------------------------------------------------------------


def shown(call: Call) -> Answer:
    """Tell a closure as it stands."""
    return Answer(_view(call, call.triage.ticket(call.tenant, call.params.ticket_id)))


def _told(call: Call, worked: Worked) -> told.ClosureView:
    return _view(call, worked.ticket)


class _Seen(NamedTuple):
    """A ticket with what its closing said, as far as this caller may read it."""

    ticket: Ticket
    policy: Policy
    standing: told.Standing
    facts: ClosureFacts
    may_read: bool

    def words(self, text: str) -> str | None:
        return (text or None) if self.may_read else None


def _seen(call: Call, ticket: Ticket) -> _Seen:
    policy = call.triage.playbooks.stamped(ticket, call.now).policy
    may_read = carriage(policy, call.caller.platform, ticket).allowed
    facts = call.triage.closure(call.tenant, ticket.id) if ticket.state is State.CLOSED else None
    if facts is None:
        return _Seen(ticket, policy, _without_words(ticket), _codes(call, ticket), may_read)
    # A person reads what was said; whatever goes through a platform is redacted.
    clean = facts if call.caller.is_person else said.with_words(facts, call.triage.redact)
    return _Seen(ticket, policy, told.Standing.COMPLETE, clean, may_read)


def _without_words(ticket: Ticket) -> told.Standing:
    if ticket.state is not State.CLOSED:
        return told.Standing.OPEN
    return told.Standing.OWED if ticket.closure_missing or ticket.cause is None else told.Standing.ERASED


def _codes(call: Call, ticket: Ticket) -> ClosureFacts:
    return told_in_codes(line.entry for line in call.triage.store.timeline(call.tenant, ticket.id))


def _view(call: Call, ticket: Ticket) -> told.ClosureView:
    seen = _seen(call, ticket)
    allowed = carriage(seen.policy, call.caller.platform, ticket)
    links = links_of(call, ticket)
    return told.ClosureView.of(
        ticket_id=ticket.id,
        source=ticket.source,
        source_id=ticket.source_id,
        state=ticket.state,
        standing=seen.standing,
        class_name=ticket.class_name,
        severity=ticket.severity,
        closed_at=ticket.closed_at,
        platform_allowed=allowed.allowed,
        platform_reason=allowed.reason,
        summary=seen.words(seen.facts.summary),
        markdown=_markdown(call, seen, links),
        page_url=links.page,
        source_url=links.source,
        prevention_declined=seen.words(seen.facts.prevention_declined),
        root_cause_verdict=ticket.cause.verdict if ticket.cause else None,
        follow_ups=tuple(_promise(call, seen, item) for item in ticket.actions),
        **_causes(seen),
        **_looked_back(seen),
    )


def links_of(call: Call, ticket: Ticket) -> Links:
    """Return where a reader gets from here."""
    return Links(source=call.source_url(ticket), page=page_of(ticket))


def _markdown(call: Call, seen: _Seen, links: Links) -> str | None:
    if seen.standing is not told.Standing.COMPLETE or not seen.may_read:
        return None
    return document(summarise(seen.ticket, seen.facts, seen.policy, links, call.triage.redact))


def _causes(seen: _Seen) -> dict[str, Any]:
    facts = seen.facts
    fix = facts.permanent_fix
    return {
        "resolution_code": facts.resolution_code,
        "closure_cause": facts.closure_cause,
        "root_cause": seen.words(facts.root_cause.text),
        "root_cause_category": facts.root_cause.category,
        "root_cause_confidence": facts.root_cause.confidence,
        "workaround": seen.words(facts.workaround.text),
        "no_workaround": facts.workaround.none,
        "permanent_fix": seen.words(fix.description),
        "permanent_fix_state": fix.state,
        "permanent_fix_owner": fix.owner,
        "permanent_fix_due_on": fix.due.isoformat() if fix.due else None,
        **{name: getattr(facts, name) for name in ("known_error_id", "problem_id", "change_id")},
    }


def _looked_back(seen: _Seen) -> dict[str, Any]:
    review = seen.facts.review or said.Review()
    moments = {f"review_{name}": getattr(review, name) for name in _MOMENTS}
    milestones = review.milestones if seen.may_read else ()
    return {
        **moments,
        "review_lasted_minutes": review.duration.total_seconds() / 60 if review.duration is not None else None,
        "review_detected_by": review.detected_by,
        "review_milestones": tuple(told.Line.of(at=each.at, what=each.what) for each in milestones),
        **{f"review_{name}": seen.words(getattr(review, name)) for name in _PROSE},
    }


# --- follow-ups -------------------------------------------------------------------------------------------------------


def follow_ups(call: Call) -> Answer:
    """List open promises, the first due in front."""
    asked = call.query
    first = start_of(asked)
    which = Promises(owner=asked.owner, due_by=call.now if asked.overdue_only else None)
    found = call.triage.store.promised(call.tenant, which, first, asked.limit + 1)
    items = tuple(_follow_up(call, ticket, action) for ticket, action in found[: asked.limit])
    more = str(first + asked.limit) if len(found) > asked.limit else None
    return Answer(told.FollowUpPage.of(items=items, next_cursor=more))


def finish(call: Call) -> Worked:
    """Keep that a promise is kept."""
    found = _FOLLOW_UP.fullmatch(call.params.follow_up_id)
    if found is None:
        raise FollowUpNotFound
    ticket_id, action, note = found[1], found[2], call.given.note or ""

    def work(triage: Any) -> Ticket:  # noqa: ANN401 - the use cases
        ticket: Ticket = triage.settle(call.tenant, ticket_id, action, call.actor, note)
        return ticket

    return call.worked(work, lambda again, worked: _follow_up(again, worked.ticket, action))


def _what(facts: ClosureFacts, action: str) -> str:
    """Return the words of a promise; its id names its place."""
    if action == "fix":
        return facts.permanent_fix.description
    number = int(action.rpartition("-")[2]) - 1
    return facts.prevention[number].description if number < len(facts.prevention) else ""


def _standing(call: Call, item: ActionItem) -> told.FollowUpStanding:
    if item.done_at is not None:
        return told.FollowUpStanding.DONE
    return told.FollowUpStanding.OVERDUE if item.due_at <= call.now else told.FollowUpStanding.OPEN


def _common(call: Call, seen: _Seen, item: ActionItem) -> dict[str, Any]:
    return {
        "follow_up_id": f"{seen.ticket.id}-{item.id}",
        "what": seen.words(_what(seen.facts, item.id)),
        "owner": item.owner,
        "due_at": item.due_at,
        "standing": _standing(call, item),
        "done_at": item.done_at,
    }


def _promise(call: Call, seen: _Seen, item: ActionItem) -> told.Promise:
    return told.Promise.of(**_common(call, seen, item))


def _follow_up(call: Call, ticket: Ticket, action: str) -> told.FollowUpView:
    seen = _seen(call, ticket)
    item = next(item for item in ticket.actions if item.id == action)
    person = call.playbook.directory.people.get(item.owner)
    return told.FollowUpView.of(
        ticket_id=ticket.id,
        source=ticket.source,
        source_id=ticket.source_id,
        class_name=ticket.class_name,
        owner_name=person.name if person else None,
        closed_at=ticket.closed_at,
        platform_allowed=seen.may_read,
        **_common(call, seen, item),
    )

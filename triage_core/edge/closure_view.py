"""How is a closure told to a caller, and which of its words may the caller read?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.cards.closure import Links, summarise
from triage_core.cards.markdown import document
from triage_core.contract import closing as told
from triage_core.contract.follow_ups import FollowUpStanding, Promise
from triage_core.domain.closure import facts as said
from triage_core.domain.closure.closing import page_of
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.model import State
from triage_core.domain.platforms import carriage
from triage_core.service.closing import told_in_codes

if TYPE_CHECKING:
    from triage_core.domain.closure.items import ActionItem
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy
    from triage_core.edge.call import Call

MOMENTS: Final = ("started_at", "detected_at", "ended_at")
PROSE: Final = ("impact", "went_well", "went_badly", "handoff_friction")


class Seen(NamedTuple):
    """A ticket with what its closing said, as far as this caller may read it."""

    ticket: Ticket
    policy: Policy
    standing: told.Standing
    facts: ClosureFacts
    may_read: bool

    def words(self, text: str) -> str | None:
        return (text or None) if self.may_read else None


def seen_by(call: Call, ticket: Ticket) -> Seen:
    policy = call.triage.playbooks.stamped(ticket, call.now).policy
    may_read = carriage(policy, call.caller.platform, ticket).allowed
    facts = call.triage.closure(call.tenant, ticket.id) if ticket.state is State.CLOSED else None
    if facts is None:
        return Seen(ticket, policy, _without_words(ticket), _codes(call, ticket), may_read)
    # A person reads what was said; whatever goes through a platform is redacted.
    clean = facts if call.caller.is_person else said.with_words(facts, call.triage.redact)
    return Seen(ticket, policy, told.Standing.COMPLETE, clean, may_read)


def _without_words(ticket: Ticket) -> told.Standing:
    if ticket.state is not State.CLOSED:
        return told.Standing.OPEN
    return told.Standing.OWED if ticket.closure_missing or ticket.cause is None else told.Standing.ERASED


def _codes(call: Call, ticket: Ticket) -> ClosureFacts:
    return told_in_codes(line.entry for line in call.triage.store.timeline(call.tenant, ticket.id))


def closure_view(call: Call, ticket: Ticket) -> told.ClosureView:
    seen = seen_by(call, ticket)
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


def _markdown(call: Call, seen: Seen, links: Links) -> str | None:
    if seen.standing is not told.Standing.COMPLETE or not seen.may_read:
        return None
    return document(summarise(seen.ticket, seen.facts, seen.policy, links, call.triage.redact))


def _causes(seen: Seen) -> dict[str, Any]:
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


def _looked_back(seen: Seen) -> dict[str, Any]:
    review = seen.facts.review or said.Review()
    moments = {f"review_{name}": getattr(review, name) for name in MOMENTS}
    milestones = review.milestones if seen.may_read else ()
    return {
        **moments,
        "review_lasted_minutes": review.duration.total_seconds() / 60 if review.duration is not None else None,
        "review_detected_by": review.detected_by,
        "review_milestones": tuple(told.Line.of(at=each.at, what=each.what) for each in milestones),
        **{f"review_{name}": seen.words(getattr(review, name)) for name in PROSE},
    }


# --- what was promised ------------------------------------------------------------------------------------------------


def _what(facts: ClosureFacts, action: str) -> str:
    """Return the words of a promise; its id names its place."""
    if action == "fix":
        return facts.permanent_fix.description
    number = int(action.rpartition("-")[2]) - 1
    return facts.prevention[number].description if number < len(facts.prevention) else ""


def _standing(call: Call, item: ActionItem) -> FollowUpStanding:
    if item.done_at is not None:
        return FollowUpStanding.DONE
    return FollowUpStanding.OVERDUE if item.due_at <= call.now else FollowUpStanding.OPEN


def told_promise(call: Call, seen: Seen, item: ActionItem) -> dict[str, Any]:
    return {
        "follow_up_id": f"{seen.ticket.id}-{item.id}",
        "what": seen.words(_what(seen.facts, item.id)),
        "owner": item.owner,
        "due_at": item.due_at,
        "standing": _standing(call, item),
        "done_at": item.done_at,
    }


def _promise(call: Call, seen: Seen, item: ActionItem) -> Promise:
    return Promise.of(**told_promise(call, seen, item))

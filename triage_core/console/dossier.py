"""What does a page tell of a request for a decision, beside the words that are decided about?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from triage_core.console.reasons import barred, missing, why
from triage_core.console.sheet import Labels, customers
from triage_core.domain.escalating.telling import Voice
from triage_core.domain.gating import deciding
from triage_core.domain.gating.barring import Bar, bar_of
from triage_core.domain.gating.state import (
    Approval,
    ApprovalOutcome,
    Decision,
    MessageState,
    Origin,
    Outgoing,
    Subject,
    Verdict,
    approval_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.console.moments import Moments
    from triage_core.console.visit import Visit
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.service.access import Caller

_OVER: Final = {
    ApprovalOutcome.APPROVED: "It is approved.",
    ApprovalOutcome.REJECTED: "It is rejected.",
    ApprovalOutcome.EXPIRED: "Nobody decided in time. It expired, and nothing is approved by that.",
    ApprovalOutcome.WITHDRAWN: "It was withdrawn; there is nothing left to decide.",
    ApprovalOutcome.NO_CHANNEL: "Nobody on the roster may decide this. An administrator has to change that.",
    ApprovalOutcome.SUPERSEDED: "It changed since; a newer request took the place of this one.",
}
#: What a request is called that is about no text, and what follows from a decision about it.
_WHAT: Final = {
    Subject.MESSAGE: "Text",
    Subject.CORRECTION: "Less caution",
    Subject.CLOSING: "Closing",
    Subject.EXCEPTION: "Exception from the checks",
}
_FOLLOWS: Final = {
    (Subject.CORRECTION, ApprovalOutcome.APPROVED): "The correction took effect.",
    (Subject.CORRECTION, ApprovalOutcome.REJECTED): "The ticket stays as it was.",
    (Subject.CLOSING, ApprovalOutcome.REJECTED): "The ticket is not closed.",
    (Subject.EXCEPTION, ApprovalOutcome.REJECTED): "The text does not leave as it is; it has to be changed.",
}
_SAID: Final = {
    Verdict.APPROVE: "approved it",
    Verdict.REJECT: "rejected it",
    Verdict.LEAVE_TO_OTHERS: "could not decide and passed it on",
}
#: What became of a text after it was approved.
_BECAME: Final = {
    MessageState.EXPIRED: "It was not released in time, so it has to be approved anew.",
    MessageState.SENT: "The text was sent.",
    MessageState.FAILED: "The text was released, and sending it failed.",
    MessageState.UNKNOWN: "The text was released; nobody said whether it was sent.",
    MessageState.WITHDRAWN: "The text was withdrawn and does not leave.",
}


class Line(NamedTuple):
    """A request at a glance, without a word of what is decided about."""

    name: str
    ticket: str
    what: str
    grade: tuple[str, ...]
    tags: tuple[str, ...]
    system: str
    why: tuple[str, ...]
    asked_by: str
    words: int
    deadline: Markup
    #: The reader may decide it now.
    is_mine: bool


class Dossier(NamedTuple):
    """Everything on the page of one request that is no word of the text."""

    line: Line
    ticket: Ticket
    approval: Approval
    message: Outgoing | None
    #: Who wrote the text, and who changed it.
    author: str
    #: How it looks at a glance: `alarm` while it waits for the reader, `held` once approved, else `over`.
    tone: str
    standing: str
    missing: str
    #: What keeps the reader from deciding.
    barred: str
    next: tuple[str, ...]
    decided: tuple[tuple[str, Markup], ...]
    facts: tuple[tuple[str, str], ...]
    #: The request that took this one's place.
    newer: str
    #: A gentle word to somebody who approved a long text quickly.
    note: str


def line_of(seen: Context, ticket: Ticket, approval: Approval, moments: Moments) -> Line:
    """Tell of a request what a list tells."""
    labels, voice = Labels(seen.playbook.policy), voice_of(seen, moments)
    is_open = approval.is_open and moments.now < approval.expires_at
    return Line(
        name=approval_id(ticket.id, approval.number),
        ticket=ticket.id,
        what=_what(ticket, approval),
        grade=labels.grade(ticket),
        tags=labels.tags(ticket),
        system=labels.system(ticket),
        why=tuple(why(reason, labels) for reason in approval.reasons),
        asked_by=voice.person(approval.requested_by),
        words=approval.words,
        deadline=_deadline(approval, moments) if is_open else Markup(""),
        is_mine=is_open and bar_of(seen, ticket, approval) is None,
    )


def voice_of(seen: Context, moments: Moments) -> Voice:
    """Return how people and moments are named."""
    return Voice({known.id: known.name for known in seen.in_force.directory.people.values()}, moments.text)


def _what(ticket: Ticket, approval: Approval) -> str:
    message = deciding.message_of(ticket, approval)
    if message is not None and approval.subject is Subject.MESSAGE:
        return message.kind.replace("_", " ").capitalize()
    return _WHAT[approval.subject]


def _deadline(approval: Approval, moments: Moments) -> Markup:
    return Markup("Decide by {}, {}").format(moments.at(approval.expires_at), moments.away(approval.expires_at))


def dossier_of(visit: Visit, caller: Caller, moments: Moments, found: tuple[Ticket, Approval]) -> Dossier:
    """Gather what the page tells to a person."""
    ticket, approval = found
    seen = visit.triage.seen(ticket, caller.actor, moments.now)
    line, message = line_of(seen, ticket, approval, moments), deciding.message_of(ticket, approval)
    voice = voice_of(seen, moments)
    bar = bar_of(seen, ticket, approval)
    is_open = bool(line.deadline)
    direct = message is not None and message.channel in visit.services.direct(caller.tenant)
    return Dossier(
        line=line,
        ticket=ticket,
        approval=approval,
        message=message,
        author=_author(message, voice) if message else "",
        tone=_tone(line, approval),
        standing=_standing(approval, is_open=is_open),
        missing=missing(approval) if is_open else "",
        barred=barred(bar, approval) if is_open and bar is not None else "",
        next=tuple(_next(approval, message, voice, direct=direct)),
        decided=tuple(_decided(each, voice, moments) for each in approval.decisions),
        facts=_facts(visit, ticket),
        newer=_newer(ticket, approval, message),
        note=_note(seen, approval, bar),
    )


def _author(message: Outgoing, voice: Voice) -> str:
    wrote = {Origin.TEMPLATE: "a template, for ", Origin.MODEL: "a language model, for "}.get(message.origin, "")
    changed = f", changed by {voice.person(message.editor)}" if message.editor else ""
    return f"{wrote}{voice.person(message.author)}{changed}"


def _tone(line: Line, approval: Approval) -> str:
    if approval.outcome is ApprovalOutcome.APPROVED:
        return "held"
    return "alarm" if line.is_mine else "over"


def _standing(approval: Approval, *, is_open: bool) -> str:
    if approval.is_open and not is_open:
        return _OVER[ApprovalOutcome.EXPIRED]
    return _OVER.get(approval.outcome, "It waits for a decision.")


def _decided(decision: Decision, voice: Voice, moments: Moments) -> tuple[str, Markup]:
    instead = f" in place of {voice.person(decision.for_person)}" if decision.for_person else ""
    said = f"{voice.person(decision.person)} {_SAID[decision.verdict]}{instead}"
    return said, moments.at(decision.at)


def _next(approval: Approval, message: Outgoing | None, voice: Voice, *, direct: bool) -> Iterator[str]:
    """Say what follows from what was decided."""
    if message is None or approval.subject is not Subject.MESSAGE:
        yield from _follows(approval, voice)
        return
    author = voice.person(message.author)
    if approval.outcome is ApprovalOutcome.REJECTED and message.approval == approval.number:
        yield f"The text does not leave. {author} sees the reason, and a changed text is put before people anew."
    if approval.outcome is ApprovalOutcome.APPROVED and message.approval == approval.number:
        yield _BECAME.get(message.state) or _released(approval, message, voice, direct=direct)


def _follows(approval: Approval, voice: Voice) -> Iterator[str]:
    until = f" until {voice.moment(approval.valid_until)}" if approval.valid_until else ""
    told = {
        (Subject.CLOSING, ApprovalOutcome.APPROVED): f"The ticket can be closed with exactly these facts{until}.",
        (Subject.EXCEPTION, ApprovalOutcome.APPROVED): f"The text may leave as it is{until}, if nothing else stands "
        "against it.",
        **_FOLLOWS,
    }
    if (said := told.get((approval.subject, approval.outcome))) is not None:
        yield said


def _released(approval: Approval, message: Outgoing, voice: Voice, *, direct: bool) -> str:
    if message.released_at is not None:
        return f"The text was released at {voice.moment(message.released_at)} to {message.released_to}."
    until = f" until {voice.moment(approval.valid_until)}" if approval.valid_until else ""
    way = ", and the service then sends it itself" if direct else ""
    return (
        f"Nothing has left yet. {voice.person(message.author)} can release it{until}{way}; "
        "everything is checked once more at that moment."
    )


def _newer(ticket: Ticket, approval: Approval, message: Outgoing | None) -> str:
    if approval.subject is Subject.MESSAGE:
        newest = message.approval if message is not None else None
    else:
        about = approval.subject, approval.message
        newest = max(each.number for each in ticket.approvals if (each.subject, each.message) == about)
    return approval_id(ticket.id, newest) if newest not in {None, approval.number} else ""


def _facts(visit: Visit, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    statement, escalation = visit.triage.statement(ticket), ticket.escalation
    facts = [("Impact", f"{statement.impact} {statement.rationale}".strip() if statement else "")]
    if escalation is not None:
        blast = escalation.blast
        facts += [
            ("Customers affected", customers(blast)),
            ("Services affected", ", ".join(blast.services) or "not known"),
            ("Data affected", ", ".join(blast.data_classes) or "not known"),
        ]
    return tuple(fact for fact in facts if fact[1])


def _note(seen: Context, approval: Approval, bar: Bar | None) -> str:
    rule = seen.in_force.policy.gates.review_warning
    own = next((each for each in approval.decisions if each.person == seen.actor.id), None)
    if bar is not Bar.DECIDED or own is None or own.reviewed is None or own.verdict is not Verdict.APPROVE:
        return ""
    if approval.words <= rule.words_over or own.reviewed >= rule.under.total_seconds():
        return ""
    return (
        f"You approved {approval.words} words {own.reviewed:.0f} s after you opened them. If you have not read all of "
        "them, read them now: what has not left can still be changed."
    )

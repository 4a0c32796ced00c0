"""How does a text get ready to be released: written, checked, judged, and put before the people who must agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, ReasonMissing
from triage_core.domain.gating import deciding
from triage_core.domain.gating.errors import MessageNotFound, MessageNotOpen, NoDraftAllowed, NotSendable
from triage_core.domain.gating.needing import Gate, gate_of
from triage_core.domain.gating.state import (
    CHANGEABLE,
    ApprovalOutcome,
    MessageState,
    Origin,
    Outgoing,
    Subject,
)
from triage_core.domain.gating.texts import Text, canonical, kind_of, recognisable
from triage_core.domain.lifecycle import Step, allowed
from triage_core.domain.model import ActorKind, State
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket


#: Texts that a machine of ours makes.
_MADE = frozenset({Origin.TEMPLATE, Origin.MODEL})


class Wish(Value, frozen=True, kw_only=True):
    """A text that somebody wants sent."""

    kind: TemplateKind
    text: Text
    origin: Origin
    template: str = ""
    #: Codes of what the checks found and a person has to mend.
    findings: tuple[str, ...] = ()


def prepare(context: Context, ticket: Ticket, wish: Wish) -> list[Step]:
    """Keep a text, judge it, and ask for approval where its gate is closed. Nothing leaves by that.

    Raises `ActionNotAllowed` on a ticket that is gone, `NotSendable`, and `NoDraftAllowed` for a text that no person
    wrote on a ticket for which only people write.
    """
    _check(context, ticket, wish)
    number = max((known.number for known in ticket.messages), default=0) + 1
    message = Outgoing(
        number=number,
        kind=wish.kind,
        channel=wish.text.channel,
        origin=wish.origin,
        template=wish.template,
        author=context.actor.id,
        seal=context.seal(canonical(wish.text)),
        body_seal=context.seal(recognisable(wish.text.body)),
        words=wish.text.words,
        findings=wish.findings,
        state=MessageState.READY,
        prepared_at=context.now,
    )
    return _judged(context, ticket, message, Kind.MESSAGE_PREPARED, wish.text)


def _check(context: Context, ticket: Ticket, wish: Wish) -> None:
    if ticket.state in {State.MERGED, State.VOID}:
        raise ActionNotAllowed("prepare a message on", ticket.state, allowed(ticket.state))
    if ticket.state is State.INCOMPLETE and wish.kind is not TemplateKind.INTAKE_REQUEST:
        raise ActionNotAllowed("prepare this message on", ticket.state, allowed(ticket.state))
    for lacks, there in (("a recipient", wish.text.to), ("a text", wish.text.body.strip())):
        if not there:
            raise NotSendable(lacks)
    if wish.origin in _MADE and not may_be_drafted(context, ticket):
        raise NoDraftAllowed


def may_be_drafted(context: Context, ticket: Ticket) -> bool:
    """Tell whether a text that no person wrote may be prepared; both policies have to agree."""
    if ticket.class_name is None:
        return not ticket.alerts
    books = (context.playbook, context.in_force)
    return all(
        known.draft_allowed for book in books for known in book.policy.classes if known.name == ticket.class_name
    )


def _judged(context: Context, ticket: Ticket, message: Outgoing, kind: Kind, text: Text) -> list[Step]:
    """Say where the text stands, and ask the people who must agree."""
    gate = gate_of(context, ticket, message.origin)
    asks = _asks(context, ticket, message, gate) if gate.is_closed and not message.findings else []
    state = MessageState.BLOCKED if message.findings else MessageState.WAITING if asks else MessageState.READY
    approval = asks[0].changes["approvals"][0].number if asks else None
    judged = replace(message, state=state, approval=approval)
    facts: dict[str, Any] = {
        "message": judged.number,
        "version": judged.version,
        "kind": judged.kind,
        "channel": judged.channel,
        "origin": judged.origin,
        "template": judged.template,
        "seal": judged.seal,
        "words": judged.words,
        "findings": judged.findings,
        "gate": gate.reasons,
        "state": judged.state,
    }
    texts = {kind_of(judged.number, judged.version): canonical(text)}
    return [Step(kind=kind, changes={"messages": (judged,)}, facts=facts, texts=texts), *asks]


def _asks(context: Context, ticket: Ticket, message: Outgoing, gate: Gate, asked_by: str | None = None) -> list[Step]:
    asked_by = asked_by or context.actor.id
    about = (message.seal, message.words, message.number, (message.author, message.editor, asked_by))
    approval = deciding.requested(context, ticket, Subject.MESSAGE, gate, about)
    return [deciding.asked(replace(approval, requested_by=asked_by))]


def find(ticket: Ticket, number: int) -> Outgoing:
    """Return a text of the ticket; raises `MessageNotFound`."""
    for message in ticket.messages:
        if message.number == number:
            return message
    raise MessageNotFound


def _changeable(ticket: Ticket, number: int) -> Outgoing:
    message = find(ticket, number)
    if message.state not in CHANGEABLE:
        raise MessageNotOpen
    return message


def edit(context: Context, ticket: Ticket, number: int, text: Text, findings: tuple[str, ...]) -> list[Step]:
    """Change a text; whatever was decided about the old one is void, and the gate is asked anew.

    Raises `MessageNotFound`, `MessageNotOpen` and `NotSendable`.
    """
    message = _changeable(ticket, number)
    if not text.body.strip() or not text.to:
        raise NotSendable("a text" if text.to else "a recipient")
    seal = context.seal(canonical(text))
    if seal == message.seal and findings == message.findings:
        return []
    changed = replace(
        message,
        version=message.version + 1,
        origin=Origin.PERSON if context.actor.kind is ActorKind.PERSON else Origin.FLOW,
        editor=context.actor.id,
        channel=text.channel,
        seal=seal,
        body_seal=context.seal(recognisable(text.body)),
        words=text.words,
        findings=findings,
        withheld=(),
    )
    void = _void(context, ticket, message)
    return [*void, *_judged(context, _without(ticket, void), changed, Kind.MESSAGE_EDITED, text)]


def _void(context: Context, ticket: Ticket, message: Outgoing) -> list[Step]:
    """End what waits or was approved about a text that is no longer what it was, even should it become so again."""
    void = [each for each in ticket.approvals if each.message == message.number and each.is_standing]
    return deciding.superseded(
        tuple(deciding.ended(each, ApprovalOutcome.SUPERSEDED, context.now) for each in void), message.number
    )


def _without(ticket: Ticket, void: list[Step]) -> Ticket:
    ended = {each.number: each for step in void for each in step.changes["approvals"]}
    return replace(ticket, approvals=tuple(ended.get(each.number, each) for each in ticket.approvals))


def ask_again(context: Context, ticket: Ticket, number: int) -> list[Step]:
    """Ask for approval of a text as it stands, where nobody decided in time or nobody could; asking twice asks once.

    Raises `MessageNotFound`, and `MessageNotOpen` for a text that was rejected or blocked: it has to be changed first.
    """
    message = _changeable(ticket, number)
    if message.state in {MessageState.REJECTED, MessageState.BLOCKED}:
        raise MessageNotOpen
    if any(each.message == number and each.is_open and each.subject is Subject.MESSAGE for each in ticket.approvals):
        return []
    return gated_again(context, ticket, message)


def gated_again(context: Context, ticket: Ticket, message: Outgoing, asked_by: str | None = None) -> list[Step]:
    """Put a text before its gate as the gate stands now, in the name of whoever asked; nothing where it is open."""
    gate = gate_of(context, ticket, message.origin)
    if not gate.is_closed:
        return []
    asks = _asks(context, ticket, message, gate, asked_by)
    waits = replace(message, state=MessageState.WAITING, approval=asks[0].changes["approvals"][0].number)
    return [replace(asks[0], changes={**asks[0].changes, "messages": (waits,)})]


def withdraw(context: Context, ticket: Ticket, number: int, reason: str) -> list[Step]:
    """Take a text back that has not left; raises `MessageNotFound`, `MessageNotOpen` and `ReasonMissing`."""
    message = _changeable(ticket, number)
    if not reason.strip():
        raise ReasonMissing("withdraw a message")
    over = replace(message, state=MessageState.WITHDRAWN, ended_at=context.now)
    waiting = [each for each in ticket.approvals if each.message == number and each.is_open]
    ended = tuple(deciding.ended(each, ApprovalOutcome.WITHDRAWN, context.now) for each in waiting)
    changes: dict[str, Any] = {"messages": (over,), **({"approvals": ended} if ended else {})}
    return [Step(kind=Kind.MESSAGE_WITHDRAWN, changes=changes, facts={"message": number}, texts={"reason": reason})]

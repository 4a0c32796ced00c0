"""What does a person read before deciding about a request?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from triage_core.domain.closure.facts import ClosureFacts, read
from triage_core.domain.gating import deciding, excepting, texts
from triage_core.domain.gating.state import Approval, Outgoing, Subject
from triage_core.domain.gating.texts import Text
from triage_core.domain.overriding import Correction
from triage_core.service.checking import checked

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.deciding import Proof
    from triage_core.domain.model import Actor, Ticket
    from triage_core.domain.output import Finding
    from triage_core.service.acting import Acting
    from triage_core.service.messages import Messages

_CHANGED_ONCE: Final = 2
#: The ticket's own words, as the customer sent them.
_ASKED: Final = ("subject", "body")


class Asked(NamedTuple):
    """What the customer wrote; empty where it was erased."""

    subject: str
    body: str


class Matter(NamedTuple):
    """What is decided about, word for word, and what belongs to it."""

    asked: Asked
    #: All that would leave; none where it was changed or erased, or no text is the matter.
    text: Text | None = None
    #: The text before its last change.
    earlier: Text | None = None
    findings: tuple[Finding, ...] = ()
    correction: Correction | None = None
    closing: ClosureFacts | None = None
    #: Why a text is to pass that the checks refuse.
    exception: str = ""


def matter_of(
    acting: Acting, messages: Messages, asked: tuple[str, str], proof: Proof, actor: Actor
) -> tuple[Ticket, Approval, Matter]:
    """Return what a request of a tenant is about, to whoever may read it; raises what `put_before` raises."""
    ticket, approval, written = messages.put_before(*asked, proof, actor)
    stored = {each.kind: each.content for each in acting.store.texts(ticket.tenant, ticket.id)}
    words = Asked(*(stored.get(kind, "") for kind in _ASKED))
    if not written:
        return ticket, approval, Matter(words)
    if approval.subject is Subject.CORRECTION:
        return ticket, approval, Matter(words, correction=msgspec.json.decode(written, type=Correction))
    if approval.subject is Subject.CLOSING:
        return ticket, approval, Matter(words, closing=read(written))
    text = texts.read(written)
    message = deciding.message_of(ticket, approval)
    if message is None:
        return ticket, approval, Matter(words, text)
    seen = acting.seen(ticket, actor, acting.now())
    before = stored.get(texts.kind_of(message.number, message.version - 1)) if _knows(seen, ticket, approval) else None
    found = found_in(acting, seen, ticket, message, text)
    said = stored.get(excepting.kind_of(approval.number), "") if approval.subject is Subject.EXCEPTION else ""
    earlier = texts.read(before) if before else None
    return ticket, approval, Matter(words, text, earlier, found, exception=said)


def _knows(seen: Context, ticket: Ticket, approval: Approval) -> bool:
    """Tell whether somebody may read the text before its last change: who decides, or wrote that one as well."""
    message = deciding.message_of(ticket, approval)
    if any(seen.actor.id in deciding.eligible(seen, ticket, approval, need) for need in approval.needs):
        return True
    return message is not None and (message.version, message.author) == (_CHANGED_ONCE, seen.actor.id)


def found_in(acting: Acting, seen: Context, ticket: Ticket, message: Outgoing, text: Text) -> tuple[Finding, ...]:
    """Return what the checks find in a text as it stands, or as somebody would change it."""
    return checked(acting, seen, ticket, message.kind, text)

"""What can be done with texts to the customer and with approvals? One method for each use case.

A text is kept with its ticket's texts from the moment it is prepared, and leaves this module in three ways: to the
page of a person who decides about it, in the answer to its release, and to the service's own sender after its release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain.drafting.draft import Drafted, Wanted
from triage_core.domain.gating import barring, clearing, deciding, excepting, preparing, releasing, texts, weakening
from triage_core.domain.gating.errors import (
    ApprovalNotFound,
    MessageNotFound,
    NoDraftAllowed,
    NotApprover,
    NotSendable,
    TextChanged,
)
from triage_core.domain.gating.preparing import Wish
from triage_core.domain.gating.releasing import DIRECT, Way
from triage_core.domain.gating.state import Approval, MessageState, Origin, Outgoing, Subject, message_id, named
from triage_core.domain.gating.texts import Text
from triage_core.domain.model import SYSTEM, ActorKind
from triage_core.domain.platforms import carriage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.verdict import acts
from triage_core.domain.value import Value
from triage_core.ports import TicketFilter
from triage_core.service.checking import findings_of
from triage_core.service.crowding import crowded, recipients_of
from triage_core.service.drafting import Drafting, material_of

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.deciding import Choice, Proof
    from triage_core.domain.gating.releasing import Sent
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.domain.policy.gates import TemplateKind
    from triage_core.ports import Page
    from triage_core.service.acting import Acting

#: Under which kind lies what is no text to the customer.
KINDS: Final = {Subject.CORRECTION: weakening.kind_of, Subject.CLOSING: clearing.kind_of}
#: Which source the customer's address stands for where no mailbox is known.
_NO_ADDRESS: Final = "{source}:{source_id}"


class Own(Value, frozen=True, kw_only=True):
    """A text that somebody brings."""

    kind: TemplateKind
    text: Text


class Order(Value, frozen=True, kw_only=True):
    """A text that a template makes, and how it is to leave."""

    wanted: Wanted
    channel: str = "email"
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()


class Handed(NamedTuple):
    """What a release hands out: the ticket after it and, where it was released to the caller, text and permit."""

    ticket: Ticket
    message: Outgoing
    text: Text | None = None
    permit: str | None = None


class Messages:
    """The use cases about texts and approvals."""

    def __init__(self, acting: Acting, drafting: Drafting | None = None) -> None:
        """Act through the tickets' own way; templates speak where no writer is set up."""
        self._acting: Final = acting
        self._drafting: Final = drafting or Drafting()

    # --- preparing ------------------------------------------------------------------------------------------------

    def bring(self, tenant: str, ticket_id: str, own: Own, actor: Actor) -> Ticket:
        """Prepare a text of the caller's own; one that a flow brings needs a person whatever the ticket."""
        origin = Origin.PERSON if actor.kind is ActorKind.PERSON else Origin.FLOW

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            text = self._addressed(ticket, own.text)
            found = findings_of(self._acting, seen, ticket, own.kind, text)
            return preparing.prepare(seen, ticket, Wish(kind=own.kind, text=text, origin=origin, findings=found))

        return self._acting.act(tenant, ticket_id, actor, steps)

    def draft(self, tenant: str, ticket_id: str, order: Order, actor: Actor) -> Ticket:
        """Prepare a text that a template makes; raises `NoDraftAllowed` where people write."""

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            drafted = self._drafted(seen, ticket, order)
            text = self._addressed(ticket, _text_of(drafted, order))
            found = findings_of(self._acting, seen, ticket, order.wanted.kind, text)
            origin = Origin.MODEL if drafted.model else Origin.TEMPLATE
            wish = Wish(kind=order.wanted.kind, text=text, origin=origin, template=drafted.template, findings=found)
            return preparing.prepare(seen, ticket, wish)

        return self._acting.act(tenant, ticket_id, actor, steps)

    def _drafted(self, seen: Context, ticket: Ticket, order: Order) -> Drafted:
        material = material_of(self._acting.store, ticket.tenant, ticket.id)
        drafted = self._drafting.draft(seen.playbook, ticket, order.wanted, material, seen.now)
        if not isinstance(drafted, Drafted) or not drafted.to_customer:
            raise NoDraftAllowed
        return drafted

    def _addressed(self, ticket: Ticket, text: Text) -> Text:
        """Address a text to whoever asked, where it names nobody."""
        if text.to:
            return text
        stored = self._acting.store.texts(ticket.tenant, ticket.id)
        asked = next((each.content for each in reversed(stored) if each.kind == "requester"), None)
        return replace(text, to=(asked or _NO_ADDRESS.format(source=ticket.source, source_id=ticket.source_id),))

    def edit(self, tenant: str, message: str, text: Text, actor: Actor, read: str | None = None) -> Ticket:
        """Change a text; its approval is asked for anew. `read` is the seal of the text that was changed, if known.

        Raises `TextChanged` where somebody else changed it in between.
        """
        number = _message(message)[1]

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            known = preparing.find(ticket, number)
            addressed = self._addressed(ticket, text)
            if read is not None and known.seal not in {read, seen.seal(texts.canonical(addressed))}:
                raise TextChanged
            found = findings_of(self._acting, seen, ticket, known.kind, addressed)
            return preparing.edit(seen, ticket, number, addressed, found)

        return self._acting.act(tenant, self._ticket(tenant, message).id, actor, steps)

    def ask_again(self, tenant: str, message: str, actor: Actor) -> Ticket:
        """Ask for approval of a text as it stands."""
        number = _message(message)[1]
        return self._acting.act(
            tenant,
            self._ticket(tenant, message).id,
            actor,
            lambda seen, ticket: preparing.ask_again(seen, ticket, number),
        )

    def request_exception(self, tenant: str, message: str, reason: str, actor: Actor) -> Ticket:
        """Ask people to let a text pass that the checks refuse, where the policy allows it."""
        number = _message(message)[1]
        return self._acting.act(
            tenant,
            self._ticket(tenant, message).id,
            actor,
            lambda seen, ticket: excepting.request(seen, ticket, number, reason),
        )

    def withdraw(self, tenant: str, message: str, reason: str, actor: Actor) -> Ticket:
        """Take a text back that has not left."""
        number = _message(message)[1]
        return self._acting.act(
            tenant,
            self._ticket(tenant, message).id,
            actor,
            lambda seen, ticket: preparing.withdraw(seen, ticket, number, reason),
        )

    # --- deciding -------------------------------------------------------------------------------------------------

    def decide(self, tenant: str, approval: str, choice: Choice, proof: Proof, actor: Actor) -> Ticket:
        """Let a person decide; what follows from the last decision follows at once."""
        ticket_id, number = _approval(approval)

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            waiting = deciding.find(ticket, number)
            written = self._subject(ticket, waiting) if waiting.subject is Subject.CORRECTION else None
            return weakening.decide(seen, ticket, number, (choice, proof), written)

        return self._acting.act(tenant, self._approved(tenant, ticket_id).id, actor, steps)

    def put_before(self, tenant: str, approval: str, proof: Proof, actor: Actor) -> tuple[Ticket, Approval, str]:
        """Return what a person decides about, word for word; only to who may decide it or wrote it, in person.

        Raises `NotInPerson`, `ApprovalNotFound` and `NotApprover`.
        """
        ticket_id, number = _approval(approval)
        ticket = self._approved(tenant, ticket_id)
        found = deciding.find(ticket, number)
        seen = self._acting.seen(ticket, actor, self._acting.now())
        may = any(actor.id in deciding.eligible(seen, ticket, found, need) for need in found.needs)
        if not may and not barring.has_written(ticket, found, actor.id):
            raise NotApprover(dict.fromkeys(role for need in found.needs for role in need.roles))
        deciding.check_proof(seen, proof)
        return ticket, found, self._subject(ticket, found)

    def _subject(self, ticket: Ticket, approval: Approval) -> str:
        if (kind_of := KINDS.get(approval.subject)) is not None:
            return self._text_of_kind(ticket, kind_of(approval.number)) or ""
        message = deciding.message_of(ticket, approval)
        if message is None:
            return ""
        seen = self._acting.seen(ticket, SYSTEM, self._acting.now())
        is_same = approval.seal in {message.seal, excepting.seal_of(seen, message, excepting.codes_of(approval))}
        return self._written(ticket, message) if is_same else ""

    # --- releasing ------------------------------------------------------------------------------------------------

    def release(self, tenant: str, message: str, to: str, actor: Actor) -> Ticket:
        """Let a text leave once, to a platform or by the service's own sender, or write down why it stays."""
        number = _message(message)[1]

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            found = preparing.find(ticket, number)
            permit = seen.seal(permit_of(seen, ticket, found))
            recipients = self._recipients(seen, ticket, found)
            in_the_way = self._in_the_way(seen, ticket, found, to) + crowded(
                self._acting.store, seen, ticket, recipients
            )
            way = Way(to=to, permit=permit, recipients=recipients, obstacles=in_the_way)
            return releasing.release(seen, ticket, number, way)

        return self._acting.guarded().act(tenant, self._ticket(tenant, message).id, actor, steps)

    def _recipients(self, seen: Context, ticket: Ticket, message: Outgoing) -> tuple[str, ...]:
        written = self._written(ticket, message)
        return recipients_of(seen, texts.read(written)) if written else ()

    def _in_the_way(self, seen: Context, ticket: Ticket, message: Outgoing, to: str) -> tuple[str, ...]:
        """Return what stands against a release outside the ticket's own state, as it is now."""
        policy = seen.in_force.policy
        verdict = acts(seen.rollout, seen.globally, policy, ticket, Action.MESSAGES)
        written = self._written(ticket, message)
        found = (
            findings_of(self._acting, seen, ticket, message.kind, texts.read(written)) if written else ("text_gone",)
        )
        obstacles = [
            (not verdict.acts, str(verdict.reason)),
            (to != DIRECT and not carriage(policy, to, ticket).allowed, "platform_not_allowed"),
            (bool(set(found) - excepting.waived(seen, ticket, message)), "checks_failed"),
            (bool(written) and seen.seal(written) != message.seal, "text_gone"),
        ]
        return tuple(code for holds, code in obstacles if holds)

    def handed(self, tenant: str, message: str, ticket: Ticket, to: str) -> Handed:
        """Return what a release hands to its caller: the text, while its permit holds and it left by that way."""
        found = preparing.find(ticket, _message(message)[1])
        now = self._acting.now()
        current = preparing.find(self._ticket(tenant, message), found.number)
        is_his = found.state is MessageState.RELEASED and found.released_to == to != DIRECT
        holds = current.permit == found.permit and found.permit_until is not None and now < found.permit_until
        if not (is_his and holds):
            return Handed(ticket, found)
        seen = self._acting.seen(ticket, SYSTEM, now)
        written = self._written(ticket, found)
        return Handed(ticket, found, texts.read(written) if written else None, permit_of(seen, ticket, found))

    def confirm(self, tenant: str, message: str, permit: str | None, outcome: Sent, actor: Actor) -> Ticket:
        """Write down what became of a released text."""
        number = _message(message)[1]

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            shown = seen.seal(permit) if permit is not None else None
            return releasing.confirm(seen, ticket, number, shown, outcome)

        return self._acting.act(tenant, self._ticket(tenant, message).id, actor, steps)

    def released_text(self, ticket: Ticket, message: Outgoing) -> Text | None:
        """Return a text that was released, for the service's own sender; nothing where it was erased."""
        written = self._written(ticket, message)
        return texts.read(written) if written else None

    def confirm_sent(self, ticket: Ticket, message: Outgoing, outcome: Sent) -> Ticket:
        """Write down what became of a text that the service itself sent."""
        permit = permit_of(self._acting.seen(ticket, SYSTEM, self._acting.now()), ticket, message)
        return self.confirm(ticket.tenant, message_id(ticket.id, message.number), permit, outcome, SYSTEM)

    # --- reading --------------------------------------------------------------------------------------------------

    def of(self, tenant: str, message: str) -> tuple[Ticket, Outgoing]:
        """Return a text without its words; raises `MessageNotFound`."""
        ticket = self._ticket(tenant, message)
        return ticket, preparing.find(ticket, _message(message)[1])

    def approval(self, tenant: str, approval: str) -> tuple[Ticket, Approval]:
        """Return an approval; raises `ApprovalNotFound`."""
        ticket_id, number = _approval(approval)
        ticket = self._approved(tenant, ticket_id)
        return ticket, deciding.find(ticket, number)

    def waiting(self, tenant: str, cursor: str | None, limit: int) -> Page:
        """List the tickets on which an approval waits, in queue order."""
        return self._acting.store.page(tenant, TicketFilter(open_only=False, waiting_only=True), cursor, limit)

    def _ticket(self, tenant: str, message: str) -> Ticket:
        ticket = self._acting.store.ticket(tenant, _message(message)[0])
        if ticket is None:
            raise MessageNotFound
        return ticket

    def _approved(self, tenant: str, ticket_id: str) -> Ticket:
        ticket = self._acting.store.ticket(tenant, ticket_id)
        if ticket is None:
            raise ApprovalNotFound
        return ticket

    def _written(self, ticket: Ticket, message: Outgoing) -> str:
        """Return a text as it was sealed, or nothing where it was erased."""
        return self._text_of_kind(ticket, texts.kind_of(message.number, message.version)) or ""

    def _text_of_kind(self, ticket: Ticket, kind: str) -> str | None:
        stored = self._acting.store.texts(ticket.tenant, ticket.id)
        return next((each.content for each in reversed(stored) if each.kind == kind), None)


def permit_of(seen: Context, ticket: Ticket, message: Outgoing) -> str:
    """Return the permit of a version of a text: nobody without the tenant's key can make one up."""
    return seen.seal(f"permit/{ticket.id}/{message.number}/{message.version}/{message.seal}")


def _text_of(drafted: Drafted, order: Order) -> Text:
    if not drafted.body.strip():
        raise NotSendable("a text")
    return Text(
        channel=order.channel,
        to=order.to,
        cc=order.cc,
        bcc=order.bcc,
        subject=drafted.subject,
        body=drafted.body,
    )


def _message(public: str) -> tuple[str, int]:
    found = named(public, "m")
    if found is None:
        raise MessageNotFound
    return found


def _approval(public: str) -> tuple[str, int]:
    found = named(public, "a")
    if found is None:
        raise ApprovalNotFound
    return found

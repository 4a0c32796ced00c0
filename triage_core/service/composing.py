"""What does an intent say, when it goes out? What is true then; nothing where it is no longer true.

Whatever the rollout holds back is not sent, and is told in the log as what would have been.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from triage_core.cards import mail, opsgenie, pagerduty, slack, teams
from triage_core.cards.approval import Asked
from triage_core.cards.escalation import Backdrop, EscalationCard, card_of
from triage_core.cards.wording import headline
from triage_core.channels.zendesk_writeback import requests, write_back
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import Escalation, Standing
from triage_core.domain.gating import releasing
from triage_core.domain.gating.releasing import DIRECT, Sent
from triage_core.domain.gating.state import MessageState
from triage_core.domain.model import SYSTEM
from triage_core.domain.platforms import carriage
from triage_core.domain.rollout.verdict import acts
from triage_core.domain.sending import Act, Envelope, Purpose, Send, SendState, Surface
from triage_core.observability import logger
from triage_core.service import action_tokens
from triage_core.service.closure_sheets import ClosureSheets
from triage_core.service.intents import action_of, is_about, is_written_back
from triage_core.service.messages import Messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.channels.zendesk_fields import ZendeskMapping
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy
    from triage_core.service.acting import Acting

_LOG: Final = logger("triage.sending")
#: A button on a call that nobody answered; the page does it afterwards.
_BUTTON_LASTS: Final = timedelta(hours=24)
#: Lines of the timeline that a card can tell of.
_MOST_LINES: Final = 200


def _unmapped(_tenant: str) -> None:
    return None


class Composer:
    """Puts together what intents say."""

    def __init__(
        self,
        acting: Acting,
        base_url: str,
        *,
        has_buttons: bool = False,
        mapping: Callable[[str], ZendeskMapping | None] = _unmapped,
    ) -> None:
        """Read from the tickets' store; cards get buttons where somebody can tell who pressed them.

        `mapping` has the ids of what is written back to a tenant's tickets.
        """
        self._acting: Final = acting
        self._messages: Final = Messages(acting)
        self._closures: Final = ClosureSheets(acting)
        self._base: Final = base_url
        self._has_buttons: Final = has_buttons
        self._mapping: Final = mapping

    def compose(self, tenant: str, send: Send) -> Envelope | None:
        """Return what goes out now, or nothing where it is no longer true or nobody may be told."""
        ticket = self._acting.store.ticket(tenant, send.ticket_id)
        if ticket is None:
            return None
        standing = self._acting.rollout.of(tenant)
        policy = self._acting.playbooks.active(tenant, self._acting.now()).policy
        action = action_of(send)
        verdict = acts(standing.rollout, standing.globally, policy, ticket, action)
        if not verdict.acts:
            deed = _DEEDS.get(send.purpose, f"told {send.purpose} through {send.surface}")
            _LOG.info("withheld", tenant=tenant, ticket_id=ticket.id, told=verdict.told(deed), reason=verdict.reason)
            return None
        return _BY_PURPOSE[send.purpose](self, ticket, send)

    # --- escalations ----------------------------------------------------------------------------------------------

    def call(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Tell a call that is the latest one and that nobody has answered."""
        escalation = ticket.escalation
        if escalation is None or not is_about(escalation, send.about) or escalation.standing is not Standing.CALLING:
            return None
        if not send.about.endswith(f"/{escalation.calls}"):
            return None
        return self._on_surface(ticket, escalation, send, is_call=True)

    def news(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Tell how an escalation stands."""
        escalation = ticket.escalation
        if escalation is None or not is_about(escalation, send.about):
            return None
        return self._on_surface(ticket, escalation, send, is_call=False)

    def reminder(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Remind whoever still owes news."""
        escalation = ticket.escalation
        is_owed = escalation is not None and escalation.standing is Standing.HELD and escalation.reminded
        return self.news(ticket, send) if is_owed else None

    def alert(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Tell a manager what went wrong; a missed target stays missed."""
        if ticket.escalation is None:
            return None
        return self._on_surface(ticket, ticket.escalation, send, is_call=False)

    def _on_surface(self, ticket: Ticket, escalation: Escalation, send: Send, *, is_call: bool) -> Envelope | None:
        card = self._card(ticket, escalation)
        to = self._addresses(ticket.tenant, send)
        if send.surface is Surface.EMAIL:
            letter = mail.mail(card)
            return Envelope(to=to, title=letter.subject, text=letter.body) if to else None
        if send.surface is Surface.TEAMS:
            return Envelope(title=headline(card), body=teams.face(card))
        token = self._token(ticket.tenant, card.escalation_id)
        body = slack.call(card, token) if is_call else slack.news(card)
        return Envelope(text=str(body.pop("text", "")), body=body)

    def _token(self, tenant: str, escalation_id: str) -> str | None:
        if not self._has_buttons:
            return None
        acting = self._acting
        key = acting.store.digest_key(tenant)
        return action_tokens.issue(key, tenant, escalation_id, acting.now() + _BUTTON_LASTS)

    def _card(self, ticket: Ticket, escalation: Escalation) -> EscalationCard:
        acting = self._acting
        seen = acting.seen(ticket, SYSTEM, acting.now())
        policy = seen.in_force.policy
        call = next(iter(ahead(seen, ticket, most=1)), None)
        lines = acting.store.timeline(ticket.tenant, ticket.id)[-_MOST_LINES:]
        is_readable = carriage(policy, DIRECT, ticket).allowed
        backdrop = Backdrop(
            page_url=f"{self._base}/escalations/{ticket.id}-e{escalation.number}",
            ticket_url=None,
            title=_subject(seen) if is_readable else None,
            zone=_zone_of(policy),
            upcoming=call.people if call else (),
            upcoming_level=call.level if call else None,
            upcoming_at=call.at if call else None,
            entries=tuple(line.entry for line in lines),
        )
        return card_of(ticket, escalation, policy, backdrop)

    # --- pages ----------------------------------------------------------------------------------------------------

    def page(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Page, as long as nobody has answered."""
        return self._paged(ticket, send, Act.POST, frozenset({Standing.CALLING, Standing.EXHAUSTED}))

    def page_taken(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Tell the pager that somebody has answered."""
        return self._paged(ticket, send, Act.ACKNOWLEDGE, frozenset({Standing.HELD}))

    def page_over(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Tell the pager that it is over."""
        return self._paged(ticket, send, Act.CLOSE, frozenset(Standing) - {Standing.CALLING, Standing.HELD})

    def _paged(self, ticket: Ticket, send: Send, act: Act, while_: frozenset[Standing]) -> Envelope | None:
        escalation = ticket.escalation
        if escalation is None or not is_about(escalation, send.about) or escalation.standing not in while_:
            return None
        card = self._card(ticket, escalation)
        body = _PAGERS[send.surface, act](card)
        return Envelope(act=act, title=headline(card), body=body, about=card.escalation_id)

    # --- texts and approvals --------------------------------------------------------------------------------------

    def request(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Ask for a decision, as long as it is open; what is decided about stands on the page alone."""
        _, approval = self._messages.approval(ticket.tenant, send.about)
        if not approval.is_open:
            return None
        asked = Asked(
            approval_id=send.about,
            ticket_id=ticket.id,
            class_name=ticket.class_name or "",
            tags=ticket.tag_names,
            reasons=approval.reasons,
            expires_at=approval.expires_at,
            words=approval.words,
            subject=approval.subject,
            page_url=f"{self._base}/approvals/{send.about}",
        )
        to = self._addresses(ticket.tenant, send)
        if send.surface is Surface.EMAIL and not to:
            return None
        return Envelope(to=to, title=asked.title, text=asked.text)

    def customer(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Send a text that was released to the service's own sender and to nobody else.

        Its gate is judged once more: until now the text was here, and what closed the gate since then holds it back.
        """
        _, message = self._messages.of(ticket.tenant, send.about)
        if message.state is not MessageState.RELEASED or message.released_to != DIRECT:
            return None
        if not releasing.is_open(self._acting.seen(ticket, SYSTEM, self._acting.now()), ticket, message):
            _LOG.info("withheld", tenant=ticket.tenant, ticket_id=ticket.id, reason="approval_missing")
            return None
        text = self._messages.released_text(ticket, message)
        if text is None:
            return None
        to = (ticket.source_id,) if send.surface is Surface.ZENDESK else text.to
        return Envelope(to=to, title=text.subject, text=text.body, is_released=True)

    def write_back(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Write what is decided now into the ticket's own system; nothing where a later line does so."""
        mapping = self._mapping(ticket.tenant)
        lines = self._acting.store.timeline(ticket.tenant, ticket.id)
        number = int(send.about.rpartition("/")[2])
        if mapping is None or any(is_written_back(line.entry) for line in lines if line.entry.number > number):
            return None
        policy = self._acting.playbooks.stamped(ticket, self._acting.now()).policy
        plan = write_back(ticket, policy, mapping)
        return None if plan is None else Envelope(to=(ticket.source_id,), body={"requests": list(requests(plan))})

    def closure(self, ticket: Ticket, send: Send) -> Envelope | None:
        """Show a closure."""
        return self._closures.envelope(ticket, send)

    def settled(self, tenant: str, send: Send, state: SendState, receipt: str) -> None:
        """Write down on the ticket what became of a text to the customer, or of a page; twice changes nothing."""
        if send.purpose is Purpose.CLOSURE:
            self._closures.settled(tenant, send, state, receipt)
            return
        outcome = _OUTCOMES.get(state)
        if send.purpose is not Purpose.CUSTOMER_MESSAGE or outcome is None:
            return
        ticket, message = self._messages.of(tenant, send.about)
        if message.state not in {MessageState.RELEASED, MessageState.UNKNOWN}:
            return
        self._messages.confirm_sent(ticket, message, outcome)

    def _addresses(self, tenant: str, send: Send) -> tuple[str, ...]:
        people = self._acting.playbooks.active(tenant, self._acting.now()).directory.people
        return tuple(people[person].email for person in send.to if person in people)


def _zone_of(policy: Policy) -> str:
    """Return the zone of the first calendar that has one of its own."""
    return next((each.zone for each in policy.calendars.values() if not each.always_open), "UTC")


def _subject(seen: Context) -> str | None:
    return seen.text.partition("\n")[0] or None


_PAGERS: Final = {
    (Surface.PAGERDUTY, Act.POST): pagerduty.trigger,
    (Surface.PAGERDUTY, Act.ACKNOWLEDGE): pagerduty.acknowledge,
    (Surface.PAGERDUTY, Act.CLOSE): pagerduty.resolve,
    (Surface.OPSGENIE, Act.POST): opsgenie.create,
    (Surface.OPSGENIE, Act.ACKNOWLEDGE): opsgenie.acknowledge,
    (Surface.OPSGENIE, Act.CLOSE): opsgenie.close,
}
_OUTCOMES: Final = {SendState.SENT: Sent.SENT, SendState.FAILED: Sent.FAILED, SendState.DROPPED: Sent.FAILED}
_DEEDS: Final = {Purpose.WRITEBACK: "written status, class, tags and people to the ticket in Zendesk"}
_BY_PURPOSE: Final[dict[Purpose, Callable[[Composer, Ticket, Send], Envelope | None]]] = {
    Purpose.ESCALATION_CARD: Composer.call,
    Purpose.ESCALATION_NEWS: Composer.news,
    Purpose.REMINDER: Composer.reminder,
    Purpose.MANAGER_ALERT: Composer.alert,
    Purpose.PAGE: Composer.page,
    Purpose.PAGE_TAKEN: Composer.page_taken,
    Purpose.PAGE_OVER: Composer.page_over,
    Purpose.APPROVAL_REQUEST: Composer.request,
    Purpose.CUSTOMER_MESSAGE: Composer.customer,
    Purpose.WRITEBACK: Composer.write_back,
    Purpose.CLOSURE: Composer.closure,
}

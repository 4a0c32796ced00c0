"""How are texts prepared, released and told, and how are approvals told and decided?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import outbound as told
from triage_core.contract.messages import names_in
from triage_core.domain.drafting.draft import Said, Wanted
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.needing import gate_of
from triage_core.domain.gating.releasing import DIRECT
from triage_core.domain.gating.state import Approval, MessageState, Outgoing, approval_id, message_id, named
from triage_core.domain.gating.texts import Text
from triage_core.domain.model import SYSTEM
from triage_core.domain.platforms import carriage
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.paging import page_of
from triage_core.service.messages import Messages, Order, Own

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.model import Ticket
    from triage_core.service.triage import Triage

_PAGE: Final = "/approvals/"
_SAID: Final = ("current_state", "next_steps", "workaround", "root_cause", "resolution_summary", "prevention")
#: A person who calls directly stands for no platform.
_IN_PERSON: Final = "python"
#: What stands in the way of a release, in words.
_WHY: Final = {
    "approval_missing": "a named person must approve exactly this text first",
    "checks_failed": "the checks found something that a person has to mend",
    "platform_not_allowed": "this platform may not carry texts of this ticket",
    "recipient_rate": "the customer got as many texts in this hour as the policy allows",
    "address_rate": "an address got as many texts in this hour as the policy allows",
    "tenant_rate": "as many texts left in this hour as the policy allows",
    "draft_not_allowed": "only a person writes to the customer of this ticket",
    "ticket_over": "the ticket was merged or is void",
    "text_gone": "the text was erased or is not what was prepared",
    "killed_everywhere": "all automation is on manual",
    "killed_here": "all automation of this tenant is on manual",
    "stage_off": "the rollout stage is off",
    "stage_shadow": "the rollout is in shadow: this is what would have been sent",
    "outside_pilot": "the ticket is outside the pilot",
    "outside_scope": "the ticket is outside the frozen scope",
    "ticket_on_trial": "the ticket is a trial",
    "message_blocked": "the checks found something that a person has to mend",
    "message_waiting": "people have not decided yet",
    "message_rejected": "a person rejected the text",
    "message_expired": "nobody decided in time; ask again",
}


def _use(call: Call, triage: Triage | None = None) -> Messages:
    return Messages(triage or call.triage, call.drafting)


# --- preparing --------------------------------------------------------------------------------------------------------


def prepare(call: Call) -> Worked:
    """Keep a text of the caller's, or one of a template."""
    given = call.given
    to, cc, bcc = (names_in(csv) for csv in (given.to_csv, given.cc_csv, given.bcc_csv))
    if given.body is not None:
        text = _text(given, given.channel)
        own = Own(kind=given.kind, text=text)
        return _last(call, lambda use: use.bring(call.tenant, call.params.ticket_id, own, call.actor))
    said = Said(**{name: value for name in _SAID if (value := getattr(given, name)) is not None})
    wanted = Wanted(kind=given.kind, language=given.language, said=said)
    order = Order(wanted=wanted, channel=given.channel, to=to, cc=cc, bcc=bcc)
    return _last(call, lambda use: use.draft(call.tenant, call.params.ticket_id, order, call.actor))


def _text(given: told.Preparation | told.TextGiven, channel: str) -> Text:
    return Text(
        channel=channel,
        to=names_in(given.to_csv),
        cc=names_in(given.cc_csv),
        bcc=names_in(given.bcc_csv),
        subject=given.subject,
        format=str(given.format),
        body=given.body or "",
    )


def edit(call: Call) -> Worked:
    """Change a text."""
    _, known = _use(call).of(call.tenant, call.params.message_id)
    text = _text(call.given, known.channel)
    return _on(call, lambda use, name: use.edit(call.tenant, name, text, call.actor))


def ask_again(call: Call) -> Worked:
    """Ask for approval again."""
    return _on(call, lambda use, name: use.ask_again(call.tenant, name, call.actor))


def request_exception(call: Call) -> Worked:
    """Ask people to let a text pass."""
    reason = call.given.reason
    return _on(call, lambda use, name: use.request_exception(call.tenant, name, reason, call.actor))


def withdraw(call: Call) -> Worked:
    """Take a text back."""
    reason = call.given.reason
    return _on(call, lambda use, name: use.withdraw(call.tenant, name, reason, call.actor))


def confirm(call: Call) -> Worked:
    """Write down what became of a text."""
    given = call.given
    return _on(call, lambda use, name: use.confirm(call.tenant, name, given.permit, given.outcome, call.actor))


def _on(call: Call, work: Callable[[Messages, str], Ticket]) -> Worked:
    name = call.params.message_id
    return call.worked(lambda triage: work(_use(call, triage), name), _as_message)


def _as_message(call: Call, worked: Worked) -> told.MessageView:
    found = named(call.params.message_id, "m")
    number = found[1] if found else 0
    return _view(call, worked.ticket, next(known for known in worked.ticket.messages if known.number == number))


def _last(call: Call, work: Callable[[Messages], Ticket]) -> Worked:
    """Tell the newest text of the ticket: the one that was just prepared."""
    return call.worked(
        lambda triage: work(_use(call, triage)),
        lambda again, worked: _view(again, worked.ticket, max(worked.ticket.messages, key=lambda known: known.number)),
    )


# --- releasing --------------------------------------------------------------------------------------------------------


def release(call: Call) -> Worked:
    """Judge a text anew, and give it out once."""
    name, to = call.params.message_id, _way(call)
    return call.worked(lambda triage: _use(call, triage).release(call.tenant, name, to, call.actor), _as_released)


def _way(call: Call) -> str:
    """Return who would be given the text: by default the service's own sender where a gate holds and one is set up."""
    given, caller = call.given.via, call.caller.platform or _IN_PERSON
    if given is told.Via.DIRECT:
        return DIRECT
    if given is told.Via.PLATFORM:
        return caller
    ticket, message = _use(call).of(call.tenant, call.params.message_id)
    gate = gate_of(call.triage.seen(ticket, SYSTEM, call.now), ticket, message.origin)
    return DIRECT if gate.is_closed and call.sends_directly(message.channel) else caller


def _as_released(call: Call, worked: Worked) -> told.Released:
    """Tell what came of it; a repetition gets the text again only while its permit holds."""
    name = call.params.message_id
    handed = _use(call).handed(call.tenant, name, worked.ticket, call.caller.platform or _IN_PERSON)
    message, text = handed.message, handed.text
    policy = call.triage.playbooks.stamped(worked.ticket, call.now).policy
    is_out = message.state is MessageState.RELEASED
    outcome = told.Came.WITHHELD if not is_out else told.Came.RELEASED
    if is_out and message.released_to == DIRECT:
        outcome = told.Came.QUEUED
    return told.Released.of(
        message_id=name,
        ticket_id=worked.ticket.id,
        outcome=outcome,
        state=message.state,
        withheld_csv=",".join(message.withheld),
        reason=_sentence(message.withheld),
        approval_id=approval_id(worked.ticket.id, message.approval) if message.approval else None,
        channel=message.channel,
        to_csv=",".join(text.to) if text else None,
        cc_csv=",".join(text.cc) if text else None,
        bcc_csv=",".join(text.bcc) if text else None,
        subject=text.subject if text else None,
        body=text.body if text else None,
        format=told.TextFormat(text.format) if text else None,
        permit=handed.permit,
        permit_until=message.permit_until if text else None,
        platform_allowed=carriage(policy, call.caller.platform, worked.ticket).allowed,
    )


def _sentence(withheld: tuple[str, ...]) -> str | None:
    told_as = "; ".join(_WHY.get(code, code.replace("_", " ")) for code in withheld)
    return f"{told_as[:1].upper()}{told_as[1:]}." if told_as else None


# --- reading ----------------------------------------------------------------------------------------------------------


def shown(call: Call) -> Answer:
    """Tell one text, without its words."""
    return Answer(_view(call, *_use(call).of(call.tenant, call.params.message_id)))


def listed(call: Call) -> Answer:
    """Tell the texts of a ticket, without their words."""
    ticket = call.triage.ticket(call.tenant, call.params.ticket_id)
    page, next_cursor = page_of(ticket.messages, call.query)
    items = tuple(_view(call, ticket, message) for message in page)
    return Answer(told.MessagePage.of(items=items, next_cursor=next_cursor))


def _view(call: Call, ticket: Ticket, message: Outgoing) -> told.MessageView:
    gate = gate_of(call.triage.seen(ticket, SYSTEM, call.now), ticket, message.origin)
    approval = next((known for known in ticket.approvals if known.number == message.approval), None)
    public = approval_id(ticket.id, approval.number) if approval else None
    return told.MessageView.of(
        message_id=message_id(ticket.id, message.number),
        ticket_id=ticket.id,
        state=message.state,
        gate_required=gate.is_closed,
        gate_reasons_csv=",".join(gate.reasons),
        approval_id=public,
        approval_outcome=approval.outcome if approval else None,
        approval_expires_at=approval.expires_at if approval else None,
        approval_page=f"{call.base_url}{_PAGE}{public}" if public else None,
        findings_csv=",".join(message.findings),
        withheld_csv=",".join(message.withheld),
        kind=message.kind,
        channel=message.channel,
        origin=message.origin,
        template=message.template or None,
        version=message.version,
        words=message.words,
        author=message.author,
        editor=message.editor or None,
        prepared_at=message.prepared_at,
        released_at=message.released_at,
        released_to=message.released_to or None,
    )


# --- approvals --------------------------------------------------------------------------------------------------------


def approvals(call: Call) -> Answer:
    """Tell what waits for people."""
    page = _use(call).waiting(call.tenant, call.query.cursor, call.query.limit)
    items = tuple(
        told.ApprovalItem.of(**_facts(call, ticket, approval))
        for ticket in page.tickets
        for approval in ticket.approvals
        if approval.is_open
    )
    return Answer(told.ApprovalPage.of(items=items, next_cursor=page.next_cursor))


def approval(call: Call) -> Answer:
    """Tell one request."""
    return Answer(approval_view(call, *_use(call).approval(call.tenant, call.params.approval_id)))


def decide(call: Call) -> Worked:
    """Let the person of a session decide."""
    given, name = call.given, call.params.approval_id
    choice = Choice(verdict=given.verdict, seal=given.seal, reason=given.reason or "")
    proof = Proof(interactive=call.caller.interactive, authenticated_at=call.caller.authenticated_at)
    return call.worked(
        lambda triage: _use(call, triage).decide(call.tenant, name, choice, proof, call.actor),
        lambda again, worked: approval_view(again, worked.ticket, _of(worked.ticket, name)),
    )


def _of(ticket: Ticket, name: str) -> Approval:
    found = named(name, "a")
    return next(known for known in ticket.approvals if found is not None and known.number == found[1])


def approval_view(call: Call, ticket: Ticket, approval: Approval) -> told.ApprovalView:
    """Tell a request with who decided what."""
    decisions = tuple(
        told.Ruled.of(person=each.person, verdict=each.verdict, at=each.at, for_person=each.for_person)
        for each in approval.decisions
    )
    return told.ApprovalView.of(**_facts(call, ticket, approval), decisions=decisions)


def _facts(call: Call, ticket: Ticket, approval: Approval) -> dict[str, Any]:
    public = approval_id(ticket.id, approval.number)
    roles = dict.fromkeys(role for need in approval.needs for role in need.roles)
    missing = sum(need.count for need in approval.needs) - sum(each.verdict == "approve" for each in approval.decisions)
    return {
        "approval_id": public,
        "ticket_id": ticket.id,
        "message_id": message_id(ticket.id, approval.message) if approval.message else None,
        "subject": approval.subject,
        "outcome": approval.outcome,
        "reasons_csv": ",".join(approval.reasons),
        "roles_csv": ",".join(roles),
        "missing": max(0, missing) if approval.is_open else 0,
        "requested_by": approval.requested_by,
        "requested_at": approval.requested_at,
        "expires_at": approval.expires_at,
        "ended_at": approval.ended_at,
        "page_url": f"{call.base_url}{_PAGE}{public}",
        "words": approval.words,
    }

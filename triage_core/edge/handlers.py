"""What does each operation do? One small function for each row of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import Event as Sent
from triage_core.contract.events import EventType
from triage_core.contract.hooks import HookPage, HookView, SamplePage
from triage_core.contract.intake import values_of
from triage_core.contract.messages import Nothing, names_in
from triage_core.contract.operations import OPERATIONS
from triage_core.domain.feedback import Feedback
from triage_core.domain.happening import Event
from triage_core.domain.overriding import Correction
from triage_core.edge import (
    account,
    choices,
    closing,
    escalations,
    follow_ups,
    incidents,
    knowledge,
    learning,
    lookup,
    outbound,
    records,
    reporting,
    retention,
    rollout,
    setup,
    submitting,
    views,
)
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.paging import page_of
from triage_core.service.accounts import Account, account_of, preview
from triage_core.service.beginning import readable
from triage_core.service.recognising import recognised

if TYPE_CHECKING:
    from triage_core.service.access import Hook

Handler: TypeAlias = Callable[[Call], Answer | Worked]

# --- taking tickets in ------------------------------------------------------------------------------------------------


def submit_tickets(call: Call) -> Answer:
    told, replayed = submitting.submit_batch(call)
    return Answer(told, replayed=replayed)


def preview_ticket(call: Call) -> Answer:
    account = preview(call.playbook, readable(submitting.draft_of(call.tenant, call.given)), call.now)
    return Answer(views.view(views.prepared(account, call.playbook, call.caller.platform)))


# --- reading tickets --------------------------------------------------------------------------------------------------


def _shown(call: Call) -> views.Told:
    account: Account = account_of(call.triage, call.tenant, call.params.ticket_id, call.now)
    return views.prepared(account, call.triage.playbooks.stamped(account.ticket, call.now), call.caller.platform)


def get_ticket(call: Call) -> Answer:
    return Answer(views.view(_shown(call)))


def get_explanation(call: Call) -> Answer:
    return Answer(records.account(_shown(call)))


def get_timeline(call: Call) -> Answer:
    ticket = call.triage.ticket(call.tenant, call.params.ticket_id)
    return Answer(records.timeline(ticket.id, call.triage.store.timeline(call.tenant, ticket.id), call.query))


def get_sla_status(call: Call) -> Answer:
    ticket = call.triage.ticket(call.tenant, call.params.ticket_id)
    return Answer(records.sla_status(ticket, call.triage.playbooks.stamped(ticket, call.now), call.now))


# --- working on tickets -----------------------------------------------------------------------------------------------


def complete_intake(call: Call) -> Worked:
    given = values_of(call.given)
    return call.worked(lambda triage: triage.complete(call.tenant, call.params.ticket_id, given, call.actor))


def override_ticket(call: Call) -> Worked:
    given = call.given
    correction = Correction(
        class_name=given.class_name,
        severity=given.severity,
        add_tags=names_in(given.add_tags_csv),
        remove_tags=names_in(given.remove_tags_csv),
        intake=values_of(given),
        reason=given.reason,
    )
    return call.worked(lambda triage: triage.override(call.tenant, call.params.ticket_id, correction, call.actor))


def record_event(call: Call) -> Worked:
    given = call.given
    body = submitting.words_of(given.text or "", given.text_format)
    if given.merged_into is not None:
        call.triage.ticket(call.tenant, given.merged_into)
    reply = recognised(call.triage, (call.tenant, call.params.ticket_id), given.message_id, given.text)
    event = Event(
        what=given.event,
        at=given.happened_at,
        source_event_id=given.source_event_id,
        assisted=given.assisted,
        substantive=given.substantive,
        message=reply.message,
        body_seal=reply.body_seal,
        into=given.merged_into,
        reason=given.reason or "",
    )
    return call.worked(lambda triage: triage.record(call.tenant, call.params.ticket_id, event, call.actor, body))


def assign_ticket(call: Call) -> Worked:
    owner, reason = call.given.owner, call.given.reason or ""
    return call.worked(lambda triage: triage.assign(call.tenant, call.params.ticket_id, owner, call.actor, reason))


def transfer_ticket(call: Call) -> Worked:
    to, note = call.given.to, call.given.note or ""
    return call.worked(lambda triage: triage.transfer(call.tenant, call.params.ticket_id, to, call.actor, note))


def accept_ticket(call: Call) -> Worked:
    return call.worked(lambda triage: triage.accept(call.tenant, call.params.ticket_id, call.actor))


def decline_ticket(call: Call) -> Worked:
    reason = call.given.reason or ""
    return call.worked(lambda triage: triage.decline(call.tenant, call.params.ticket_id, call.actor, reason))


def give_feedback(call: Call) -> Worked:
    given = call.given
    feedback = Feedback(
        about=given.about, rating=given.rating, text=given.text or "", field=given.field, should_be=given.should_be
    )
    return call.worked(lambda triage: triage.hear(call.tenant, call.params.ticket_id, feedback, call.actor))


# --- hooks ------------------------------------------------------------------------------------------------------------


def create_hook(call: Call) -> Answer:
    return _registered(call, call.given.event_type)


def subscribe_to_event(call: Call) -> Answer:
    return _registered(call, call.params.event_type)


def _registered(call: Call, event_type: str) -> Answer:
    hook = call.hooks.create(call.caller, call.given.callback_url, event_type)
    address = OPERATIONS["DeleteHook"].path.format(hook_id=hook.id)
    return Answer(_hook(hook), headers={"location": f"{call.base_url}{address}"})


def delete_hook(call: Call) -> Answer:
    call.hooks.delete(call.caller, call.params.hook_id)
    return Answer(Nothing.of())


def list_hooks(call: Call) -> Answer:
    shown, next_cursor = page_of(tuple(call.hooks.list(call.caller)), call.query)
    return Answer(HookPage.of(items=tuple(_hook(hook) for hook in shown), next_cursor=next_cursor))


def list_sample_events(call: Call) -> Answer:
    kind, limit = call.query.event_type, call.query.limit
    recent = tuple(Sent.model_validate_json(sent) for sent in call.hooks.samples(call.caller, kind, limit))
    return Answer(SamplePage.of(items=recent or (Sent.model_validate(sample_event(kind)),), next_cursor=None))


def _hook(hook: Hook) -> HookView:
    """Tell a registration; the path of its address may be a secret."""
    return HookView.of(
        id=hook.id,
        event_type=EventType(hook.event_type),
        callback_host=urlsplit(hook.callback_url).hostname or "",
        active=hook.active,
        created_at=hook.created_at,
    )


HANDLERS: Final[dict[str, Handler]] = {
    "SubmitTicket": submitting.submit,
    "SubmitTickets": submit_tickets,
    "PreviewTicket": preview_ticket,
    "ListTickets": lambda call: Answer(lookup.listed(call)),
    "SearchTickets": lambda call: Answer(lookup.found(call)),
    "GetTicket": get_ticket,
    "GetTimeline": get_timeline,
    "GetExplanation": get_explanation,
    "GetSlaStatus": get_sla_status,
    "CompleteIntake": complete_intake,
    "OverrideTicket": override_ticket,
    "RecordEvent": record_event,
    "AssignTicket": assign_ticket,
    "TransferTicket": transfer_ticket,
    "AcceptTicket": accept_ticket,
    "DeclineTicket": decline_ticket,
    "GiveFeedback": give_feedback,
    "CloseTicket": closing.close,
    "RequestClearance": closing.request_clearance,
    "GetClosure": closing.shown,
    "JudgeRootCause": closing.judge,
    "ListFollowUps": follow_ups.listed,
    "FinishFollowUp": follow_ups.finish,
    "SearchKnowledge": knowledge.search,
    "GetArticle": knowledge.shown,
    "SuggestArticles": knowledge.suggest,
    "WriteNote": knowledge.write_note,
    "ListArticles": knowledge.listed,
    "EditArticle": knowledge.edit,
    "PublishArticle": knowledge.publish,
    "ReviewArticle": knowledge.review,
    "RetireArticle": knowledge.retire,
    "PlanRetention": retention.plan,
    "RunRetention": retention.run,
    "ExportPerson": retention.export_person,
    "ErasePerson": retention.erase_person,
    "ListEscalations": escalations.listed,
    "GetEscalation": escalations.shown,
    "GetEscalationLog": escalations.logged,
    "EscalateTicket": escalations.escalate,
    "AcknowledgeEscalation": escalations.acknowledge,
    "PostCheckpoint": escalations.post_checkpoint,
    "TransferEscalation": escalations.transfer,
    "AcceptEscalation": escalations.accept,
    "DeclineEscalation": escalations.decline,
    "ResolveEscalation": escalations.resolve,
    "DeclareIncident": incidents.declare,
    "GetIncident": incidents.shown,
    "JoinIncident": incidents.join,
    "LeaveIncident": incidents.leave,
    "PrepareMessage": outbound.prepare,
    "ListMessages": outbound.listed,
    "GetMessage": outbound.shown,
    "EditMessage": outbound.edit,
    "RequestApproval": outbound.ask_again,
    "RequestException": outbound.request_exception,
    "WithdrawMessage": outbound.withdraw,
    "ReleaseMessage": outbound.release,
    "ConfirmMessage": outbound.confirm,
    "ListApprovals": outbound.approvals,
    "GetApproval": outbound.approval,
    "DecideApproval": outbound.decide,
    "GetRollout": rollout.shown,
    "KillSwitch": rollout.kill,
    "ReviveAutomation": rollout.revive,
    "PromoteStage": rollout.promote,
    "DemoteStage": rollout.demote,
    "AttestReadiness": rollout.attest,
    "FreezeScope": rollout.freeze,
    "PutRunbook": rollout.put_runbook,
    **learning.HANDLERS,
    "GetWeeklyReport": reporting.weekly,
    "GetCustomerReport": reporting.customer,
    "GetKpis": reporting.kpis,
    "ListClasses": lambda call: Answer(choices.classes(call)),
    "ListSeverities": lambda call: Answer(choices.severities(call)),
    "ListRiskTags": lambda call: Answer(choices.risk_tags(call)),
    "ListQueues": lambda call: Answer(choices.queues(call)),
    "ListPeople": lambda call: Answer(choices.people(call)),
    "ListIntakeValues": lambda call: Answer(choices.intake_values(call)),
    "ListEventTypes": lambda call: Answer(choices.event_types(call)),
    "CreateHook": create_hook,
    "SubscribeToEvent": subscribe_to_event,
    "DeleteHook": delete_hook,
    "ListHooks": list_hooks,
    "ListSampleEvents": list_sample_events,
    "GetMe": account.get_me,
    "CheckSetup": setup.shown,
    "GetReady": account.get_ready,
}
#: What a process can answer whose services cannot even be opened.
ALONE: Final[dict[str, Callable[[], Answer]]] = {"GetHealth": account.get_health}

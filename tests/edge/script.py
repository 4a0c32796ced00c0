"""Which requests call every operation once, one after the other, at one office?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.edge.sample_edge import DIGEST_KEY, Office, request, ticket
from triage_core.contract.operations import OPERATIONS
from triage_core.domain import chain
from triage_core.domain.gating.texts import Text, canonical
from triage_core.edge.message import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable


class Ask(NamedTuple):
    """One request, in words short enough to read."""

    name: str
    path: str
    given: Any = None
    caller: str = "lee"

    def request(self) -> Request:
        """Return the request; each has an idempotency key of its own."""
        headers = {
            "x-api-key": self.caller,
            "content-type": "application/json",
            "idempotency-key": f"{self.name} {self.path} {self.caller}",
            "x-correlation-id": "run-1",
        }
        body = b"" if self.given is None else json.dumps(self.given).encode()
        return request(OPERATIONS[self.name].method, self.path, body, **headers)


_T1 = "/api/v1/tickets/t1"
_E1 = "/api/v1/escalations/t1-e1"
_I4 = "/api/v1/incidents/t4"
_M1 = "/api/v1/messages/t1-m1"
_A2 = "/api/v1/approvals/t1-a2"
_TEXT = {"to_csv": "jo@example.com", "subject": "t1", "body": "Hello Jo, we look into t1. Service desk"}
_BETTER = {**_TEXT, "body": "Hello Jo, we are working on t1. Service desk"}
_PRICED = {**_TEXT, "subject": "t2", "body": "Hello Jo, you get a refund of 20 EUR for t2. Service desk"}
_SEAL = chain.digest(
    DIGEST_KEY,
    canonical(Text(channel="email", to=("jo@example.com",), subject=_TEXT["subject"], body=_BETTER["body"])),
)
_ROLLOUT = "/api/v1/rollout"
_RUNBOOK = {
    "action": "calls",
    "owner": "kim",
    "text": "Look at the failed calls.",
    "rollback": "Demote calls to shadow.",
    "rehearsed_at": "2026-02-20T10:00:00Z",
}
_CLOSING = {
    "summary": "The print server had no space left; its queue was cleared.",
    "resolution_code": "solved_permanent",
    "closure_cause": "confirmed_by_customer",
    "root_cause": "Old jobs filled the disk.",
    "root_cause_category": "capacity",
    "root_cause_confidence": "confirmed",
    "no_workaround": True,
    "permanent_fix": "Jobs older than a day are deleted at night.",
    "permanent_fix_state": "done",
    "prevention": "Watch the free space.",
    "prevention_owner": "ann",
    "prevention_due_on": "2026-03-06",
}
_REVIEW = {
    **dict.fromkeys(("review_started_at", "review_detected_at", "review_ended_at"), "2026-03-02T08:00:00Z"),
    **dict.fromkeys(("review_impact", "review_went_well", "review_went_badly", "review_handoff_friction"), "none"),
    "review_detected_by": "staff",
    "review_milestones": [{"at": "2026-03-02T08:00:00Z", "what": "It began."}],
}
_A1 = "/api/v1/knowledge/printing"
_REQUESTER = {"requester": "jo@example.com"}
_HOOK = {"callback_url": "https://hooks.example.com/in/secret", "event_type": "sla.breached"}
SCRIPT = (
    Ask("SubmitTicket", "/api/v1/tickets", ticket(1, body="phishing, it was not me")),
    Ask("SubmitTickets", "/api/v1/bulk/tickets", {"tickets": [ticket(2), ticket(3, impact="")]}),
    Ask("PreviewTicket", "/api/v1/previews", {"subject": "outage", "impact": "high"}),
    Ask("ListTickets", "/api/v1/tickets?limit=2"),
    Ask("SearchTickets", "/api/v1/search/tickets?source=mail&source_id=m1"),
    Ask("GetTicket", _T1),
    Ask("GetTimeline", f"{_T1}/timeline?limit=2"),
    Ask("GetExplanation", f"{_T1}/explanation"),
    Ask("GetSlaStatus", f"{_T1}/sla"),
    Ask("CompleteIntake", "/api/v1/tickets/t3/intake", {"impact": "high"}),
    Ask("OverrideTicket", f"{_T1}/override", {"class": "P1", "reason": "The whole office is affected."}),
    Ask("RecordEvent", f"{_T1}/events", {"event": "agent_replied", "source_event_id": "e1"}),
    Ask("AssignTicket", f"{_T1}/assign", {"owner": "lee", "reason": "Lee knows the office."}),
    Ask("TransferTicket", f"{_T1}/transfer", {"to": "kim", "note": "The customer waits for a call."}),
    Ask("AcceptTicket", f"{_T1}/accept", caller="kim"),
    Ask("TransferTicket", f"{_T1}/transfer", {"to": "lee"}, caller="kim"),
    Ask("DeclineTicket", f"{_T1}/decline", {"reason": "I am about to leave."}),
    Ask("GiveFeedback", f"{_T1}/feedback", {"about": "satisfaction", "rating": 5, "text": "Fast."}),
    Ask("EscalateTicket", f"{_T1}/escalate", {"reason": "Nobody can work."}),
    Ask("ListEscalations", "/api/v1/escalations?limit=2"),
    Ask("GetEscalation", _E1),
    Ask("AcknowledgeEscalation", f"{_E1}/acknowledge", {"next_checkpoint_at": "2026-03-02T09:20:00Z"}),
    Ask("PostCheckpoint", f"{_E1}/checkpoints", {"note": "Found it.", "customers_least": 3, "trend": "shrinking"}),
    Ask("TransferEscalation", f"{_E1}/transfer", {"to": "kim", "note": "The provider is informed."}),
    Ask("AcceptEscalation", f"{_E1}/accept", caller="kim"),
    Ask("TransferEscalation", f"{_E1}/transfer", {"to": "lee"}, caller="kim"),
    Ask("DeclineEscalation", f"{_E1}/decline", {"reason": "I am about to leave."}),
    Ask("ResolveEscalation", f"{_E1}/resolve", {"reason": "It works again."}, caller="kim"),
    Ask("GetEscalationLog", f"{_E1}/log"),
    Ask("PrepareMessage", f"{_T1}/messages", {"kind": "first_response", **_TEXT}),
    Ask("EditMessage", f"{_M1}/edit", _BETTER),
    Ask("RequestApproval", f"{_M1}/approval"),
    Ask("GetMessage", _M1),
    Ask("GetApproval", _A2),
    Ask("ListApprovals", "/api/v1/approvals"),
    Ask("DecideApproval", f"{_A2}/decide", {"verdict": "approve", "seal": _SEAL}, caller="kim in person"),
    Ask("ReleaseMessage", f"{_M1}/release", {"via": "platform"}, caller="flows"),
    Ask("ConfirmMessage", f"{_M1}/confirm", {"outcome": "sent"}),
    Ask("PrepareMessage", "/api/v1/tickets/t2/messages", {"kind": "survey", **_TEXT}),
    Ask("WithdrawMessage", "/api/v1/messages/t2-m1/withdraw", {"reason": "Not now."}),
    Ask("PrepareMessage", "/api/v1/tickets/t2/messages", {"kind": "status_update", **_PRICED}, caller="kim"),
    Ask("RequestException", "/api/v1/messages/t2-m2/exception", {"reason": "It was agreed on the phone."}),
    Ask("ListMessages", f"{_T1}/messages"),
    Ask("DeclareIncident", "/api/v1/incidents", {"title": "Sign-in fails.", "ticket_ids_csv": "t1,t2"}),
    Ask("GetIncident", f"{_I4}"),
    Ask("JoinIncident", f"{_I4}/join", {"ticket_id": "t3"}),
    Ask("LeaveIncident", f"{_I4}/leave", {"ticket_id": "t3"}),
    Ask("WriteNote", "/api/v1/tickets/t2/notes", {"text": "The disk was full."}),
    Ask("RecordEvent", "/api/v1/tickets/t2/events", {"event": "resolved", "source_event_id": "e2"}),
    Ask("CloseTicket", "/api/v1/tickets/t2/close", _CLOSING),
    Ask("GetClosure", "/api/v1/tickets/t2/closure"),
    Ask("JudgeRootCause", "/api/v1/tickets/t2/root-cause", {"verdict": "wrong", "category": "hardware"}),
    Ask("ListFollowUps", "/api/v1/follow-ups?owner=ann"),
    Ask("FinishFollowUp", "/api/v1/follow-ups/t2-prevention-1/finish", {"note": "It is watched."}),
    Ask("SearchKnowledge", "/api/v1/search/knowledge?query=printer+queue"),
    Ask("GetArticle", _A1),
    Ask("SuggestArticles", f"{_T1}/articles?limit=2"),
    Ask("ListArticles", "/api/v1/knowledge?shelf=published"),
    Ask("EditArticle", f"{_A1}/edit", {"version": 2, "title": "Printers that print nothing"}),
    Ask("PublishArticle", f"{_A1}/publish", {"owner": "kim"}),
    Ask("ReviewArticle", f"{_A1}/review"),
    Ask("RetireArticle", f"{_A1}/retire"),
    Ask("PlanRetention", "/api/v1/retention"),
    Ask("RunRetention", "/api/v1/retention/run"),
    Ask("ExportPerson", "/api/v1/persons/export", _REQUESTER),
    Ask("ErasePerson", "/api/v1/persons/erase", _REQUESTER),
    Ask("KillSwitch", f"{_ROLLOUT}/kill", {"reason": "Replies went astray."}, caller="flows"),
    Ask("GetRollout", _ROLLOUT),
    Ask("ReviveAutomation", f"{_ROLLOUT}/revive", {"reason": "The cause is found.", "version": 1}),
    Ask("FreezeScope", f"{_ROLLOUT}/scope", {"classes_csv": "P2,P3", "reason": "We begin small.", "version": 2}),
    Ask("AttestReadiness", f"{_ROLLOUT}/attest", {"item": "access", "evidence": "Report 7."}),
    Ask("PutRunbook", f"{_ROLLOUT}/runbooks", _RUNBOOK),
    Ask("DemoteStage", f"{_ROLLOUT}/demote", {"action": "calls", "to": "off", "reason": "Nobody looks yet."}),
    Ask(
        "PromoteStage",
        f"{_ROLLOUT}/promote",
        {"action": "calls", "to": "shadow", "reason": "Now they do.", "version": 4},
    ),
    Ask("GetWeeklyReport", "/api/v1/reports/weekly?week=2026-W10"),
    Ask("GetCustomerReport", "/api/v1/reports/customer?customer=acme-corp&week=2026-W10"),
    Ask("GetKpis", "/api/v1/reports/kpis?by=class&week=2026-W10"),
    Ask("ListClasses", "/api/v1/lists/classes"),
    Ask("ListSeverities", "/api/v1/lists/severities"),
    Ask("ListRiskTags", "/api/v1/lists/risk-tags"),
    Ask("ListQueues", "/api/v1/lists/queues"),
    Ask("ListPeople", "/api/v1/lists/people"),
    Ask("ListIntakeValues", "/api/v1/lists/intake-values/impact"),
    Ask("ListEventTypes", "/api/v1/lists/event-types?limit=3"),
    Ask("CreateHook", "/api/v1/hooks", _HOOK),
    Ask("SubscribeToEvent", "/api/v1/events/ticket.triaged/hooks", {"callback_url": "https://hooks.example.com/2"}),
    Ask("ListHooks", "/api/v1/hooks"),
    Ask("ListSampleEvents", "/api/v1/sample-events?event_type=sla.breached"),
    Ask("DeleteHook", "/api/v1/hooks/h0"),
    Ask("RecordEvent", f"{_T1}/events", {"event": "resolved", "source_event_id": "e3"}, caller="kim"),
    Ask("RequestClearance", f"{_T1}/clearance", {**_CLOSING, **_REVIEW, "change_id": "CHG-1"}),
    Ask("GetMe", "/api/v1/me"),
    Ask("CheckSetup", "/api/v1/setup"),
    Ask("GetHealth", "/api/v1/health"),
    Ask("GetReady", "/api/v1/ready"),
)


def played(reply: Callable[[Request], Reply]) -> list[Reply]:
    """Send the whole script."""
    return [reply(ask.request()) for ask in SCRIPT]


def expected() -> list[Reply]:
    """Return what an office replies to the script, without any host between."""
    return played(Office().edge.reply)

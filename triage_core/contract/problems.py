"""How is each refusal told: its status, its title, and the document that carries it?

A code is stable: flows branch on it. What a caller can correct is below 500; a ticket that is blocked or a gate that
is closed is an answer and no problem.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from triage_core.contract import fields as f
from triage_core.contract.messages import Told

CONTENT_TYPE: Final = "application/problem+json"


class Row(NamedTuple):
    """How one code is told."""

    status: int
    title: str


PROBLEMS: Final[dict[str, Row]] = {
    # --- the request itself -------------------------------------------------------------------------------------------
    "malformed": Row(400, "The request is malformed"),
    "idempotency_key_missing": Row(400, "The idempotency key is missing"),
    "idempotency_key_invalid": Row(400, "The idempotency key cannot be used"),
    "interaction_unreadable": Row(400, "The interaction cannot be read"),
    "cursor_invalid": Row(400, "The cursor cannot be read"),
    "unauthenticated": Row(401, "The caller is not known"),
    "forbidden": Row(403, "The key does not carry this right"),
    "not_permitted": Row(403, "The role does not carry this right"),
    "not_found": Row(404, "There is nothing at this address"),
    "baseline_missing": Row(404, "There is no such baseline"),
    "customer_not_found": Row(404, "There is no such customer among the tickets"),
    "article_not_found": Row(404, "There is no such article"),
    "follow_up_not_found": Row(404, "There is no such follow-up"),
    "hook_not_found": Row(404, "There is no such hook"),
    "send_not_found": Row(404, "There is no such send to try again"),
    "ticket_not_found": Row(404, "There is no such ticket"),
    "incident_not_found": Row(404, "There is no such incident"),
    "message_not_found": Row(404, "There is no such message"),
    "delegation_not_found": Row(404, "There is no such delegation"),
    "approval_not_found": Row(404, "There is no such approval"),
    "escalation_not_found": Row(404, "There is no such escalation"),
    "override_not_found": Row(404, "There is no such override"),
    "suppression_not_found": Row(404, "There is no such suppression"),
    "change_not_found": Row(404, "There is no such change of the policy"),
    "not_in_sample": Row(404, "The ticket is not in the sample"),
    "sample_not_found": Row(404, "There is no such sample"),
    "method_not_allowed": Row(405, "The address does not take this method"),
    "body_too_large": Row(413, "The body is too large"),
    "media_type_unsupported": Row(415, "The body is of an unknown type"),
    "too_many_requests": Row(429, "There were too many requests"),
    "not_approver": Row(403, "The person may not decide this"),
    "not_in_person": Row(403, "A decision needs a person's own session"),
    "not_administrator": Row(403, "This needs an administrator"),
    "person_needed": Row(403, "Only a person may ask for this"),
    "not_operator": Row(403, "This is the operator's to do"),
    "not_third_person": Row(403, "A third person settles a disagreement"),
    "same_person": Row(403, "Whoever proposed it cannot confirm it"),
    "form_refused": Row(403, "The form is not from one of the pages"),
    "not_encrypted": Row(403, "The connection is not encrypted"),
    "sign_in_failed": Row(401, "The sign-in did not work"),
    "signed_out": Row(401, "Nobody is signed in"),
    # --- what is in the way -------------------------------------------------------------------------------------------
    "backtest_missing": Row(409, "The change was not tried on the past"),
    "change_settled": Row(409, "The change of the policy is settled"),
    "nothing_to_label": Row(409, "The ticket needs no verdict of this person"),
    "policy_moved_on": Row(409, "Another policy came into force"),
    "record_moved": Row(409, "Somebody else changed it meanwhile"),
    "seat_taken": Row(409, "Somebody else judged it meanwhile"),
    "sample_empty": Row(409, "No ticket lies in the week"),
    "week_not_over": Row(409, "The week is not over"),
    "control_moved": Row(409, "The rollout changed meanwhile"),
    "readiness_open": Row(409, "The checklist is not settled"),
    "automation_killed": Row(409, "The kill switch is on"),
    "scope_frozen": Row(409, "The scope is frozen"),
    "stale_ticket": Row(409, "The ticket changed meanwhile"),
    "stale_article": Row(409, "The article changed meanwhile"),
    "idempotency_conflict": Row(409, "The idempotency key was used for another request"),
    "answer_taken": Row(409, "The request was answered already"),
    "source_taken": Row(409, "The source's ticket was submitted before"),
    "event_taken": Row(409, "The event was handled before"),
    "policy_taken": Row(409, "The policy version exists with other content"),
    "rota_changed": Row(409, "The rota changed meanwhile"),
    "second_person_needed": Row(409, "A second administrator must confirm this"),
    "change_not_open": Row(409, "The change does not wait any more"),
    "incident_taken": Row(409, "The ticket belongs to another incident"),
    "message_not_open": Row(409, "The message does not wait for this"),
    "nothing_awaited": Row(409, "There is no request for approval to wait for"),
    "approval_needed": Row(409, "Another person must agree first"),
    "clearance_not_needed": Row(409, "Nobody else has to agree"),
    "exception_not_allowed": Row(409, "The policy allows no exception here"),
    "approval_over": Row(409, "The request for approval is over"),
    "text_changed": Row(409, "The text changed meanwhile"),
    "decided_before": Row(409, "The person has decided already"),
    "permit_wrong": Row(409, "The permit is not the released one"),
    "escalation_held": Row(409, "Somebody else holds the escalation"),
    "escalation_not_open": Row(409, "The escalation does not wait for this"),
    # --- what is understood and cannot be done ------------------------------------------------------------------------
    "action_not_allowed": Row(422, "The ticket's state does not allow this"),
    "stage_out_of_order": Row(422, "The stage does not come next"),
    "pilot_undeclared": Row(422, "The policy declares no pilot"),
    "not_attestable": Row(422, "The item takes no person's word"),
    "runbook_incomplete": Row(422, "The runbook lacks something"),
    "checkpoint_too_late": Row(422, "The checkpoint lies behind the acknowledgement"),
    "action_token_invalid": Row(422, "The button cannot be used"),
    "offer_not_open": Row(422, "There is no transfer to answer"),
    "incident_empty": Row(422, "The incident has no ticket"),
    "delegation_invalid": Row(422, "The delegation cannot hold"),
    "message_incomplete": Row(422, "The message lacks something"),
    "draft_not_allowed": Row(422, "Only a person writes this text"),
    "article_file_invalid": Row(422, "The file of articles cannot be used"),
    "article_incomplete": Row(422, "The article lacks parts"),
    "channel_unknown": Row(422, "The channel is not known"),
    "callback_refused": Row(422, "The address may not receive events"),
    "closure_file_invalid": Row(422, "The file holds no closure"),
    "no_root_cause": Row(422, "There is no root cause to judge"),
    "closure_incomplete": Row(422, "The closure lacks parts"),
    "address_unfit": Row(422, "The address cannot be linked"),
    "empty_query": Row(422, "The search names nothing to look for"),
    "event_unknown": Row(422, "There is no such type of event"),
    "feedback_incomplete": Row(422, "The feedback lacks what it is about"),
    "handover_not_open": Row(422, "There is no hand-over to answer"),
    "header_invalid": Row(422, "The extra header cannot be sent"),
    "mapping_invalid": Row(422, "The mapping cannot be used"),
    "mapping_missing": Row(422, "The mapping is missing"),
    "merge_refused": Row(422, "The tickets cannot be merged"),
    "link_token_missing": Row(422, "The token of a sign-in link is missing"),
    "verdict_incomplete": Row(422, "The verdict lacks a part"),
    "naive_time": Row(422, "A moment lacks its time zone"),
    "negative_amount": Row(422, "An amount of time is negative"),
    "nothing_to_learn": Row(422, "The ticket has no closure to learn from"),
    "no_policy": Row(422, "There is no active policy"),
    "override_too_long": Row(422, "The override would last too long"),
    "payload_incomplete": Row(422, "The channel's message lacks something"),
    "payload_too_large": Row(422, "The channel's message is too large"),
    "payload_unreadable": Row(422, "The channel's message cannot be read"),
    "pattern_invalid": Row(422, "A pattern cannot be used"),
    "policy_invalid": Row(422, "The policy cannot be used"),
    "policy_unapproved": Row(422, "The policy version lacks its approver"),
    "surface_not_set_up": Row(422, "The surface is not set up"),
    "evidence_missing": Row(422, "The answer rests on nothing"),
    "nothing_changes": Row(422, "The proposed policy changes nothing"),
    "starts_in_the_past": Row(422, "A policy cannot come into force in the past"),
    "reason_missing": Row(422, "The decision lacks its reason"),
    "rota_invalid": Row(422, "The rota cannot be used"),
    "suppression_too_long": Row(422, "The suppression would last too long"),
    "term_invalid": Row(422, "A term cannot be used"),
    "time_order": Row(422, "A moment comes before its time"),
    "time_out_of_range": Row(422, "A moment lies outside the calendars"),
    "unknown_name": Row(422, "A name is not in the policy"),
    "baseline_empty": Row(422, "There is nothing to freeze"),
    "baseline_span": Row(422, "The time cannot be a baseline"),
    "week_unknown": Row(422, "There is no such week"),
    "key_wish_invalid": Row(422, "The key cannot be made"),
    "key_not_found": Row(404, "There is no such key"),
    "profile_file_invalid": Row(422, "The file of profiles cannot be used"),
    # --- what the operator has to mend --------------------------------------------------------------------------------
    "checkpoint_of_other": Row(500, "The checkpoint is of another tenant"),
    "checkpoint_unreadable": Row(500, "The checkpoint cannot be read"),
    "compaction_denied": Row(500, "The database user may not compact"),
    "driver_missing": Row(500, "The database driver is missing"),
    "host_pattern_invalid": Row(500, "The list of receivers cannot be used"),
    "internal_error": Row(500, "Something unexpected went wrong"),
    "schema_newer": Row(500, "The database is newer than the service"),
    "schema_outdated": Row(500, "The database is older than the service"),
    "settings_invalid": Row(500, "The service is not set up"),
    "signature_wrong": Row(500, "A signature does not fit"),
    "signing_key_unreadable": Row(500, "A signing key cannot be read"),
    "surfaces_invalid": Row(500, "The surfaces are not set up"),
    "store_closed": Row(503, "The database is closed"),
    "profile_unavailable": Row(503, "The customer profiles cannot be reached"),
    "not_ready": Row(503, "The service is not ready"),
    "triage_error": Row(500, "Something went wrong"),
    "url_unsupported": Row(500, "The database's address is of no known kind"),
    "writer_stopped": Row(503, "The database does not take anything"),
    "hooks_unavailable": Row(503, "Hooks are not set up"),
    "store_busy": Row(503, "The database is busy"),
    "store_unavailable": Row(503, "The database cannot be reached"),
    "providers_invalid": Row(500, "The identity providers are not set up"),
    "slack_signing_invalid": Row(500, "The Slack workspaces are not set up"),
    "provider_unreachable": Row(503, "The identity provider cannot be reached"),
}


class Wrong(Told):
    """One thing that is wrong with a request."""

    pointer: Annotated[str, f.field("Pointer", "Where in the request it stands.", "/subject")]
    expected: Annotated[str, f.field("Expected", "What belongs there.", "text of at most 2000 characters")]
    code: Annotated[str, f.field("Code", "What is wrong with it.", "too_long")]


class Problem(Told):
    """A refusal: why, and what to do next."""

    type: Annotated[str, f.field("Type", "Name of this kind of problem.", "urn:triage:problem:malformed")]
    title: Annotated[str, f.field("Title", "Kind of problem in words.", "The request is malformed")]
    status: Annotated[int, f.field("Status", "The same status as the answer's.", 400)]
    detail: Annotated[
        str, f.field("Detail", "What is wrong and what to do next.", "2 fields need correction; see errors.")
    ]
    code: Annotated[str, f.field("Code", "Stable code to branch on.", "malformed")]
    errors: Annotated[tuple[Wrong, ...], f.listing("Errors", "All that is wrong with the request, field by field.")]
    correlation_id: Annotated[
        str, f.field("Correlation", "Name of this request in the service's log.", "c-0192f3a7c1d25b9e")
    ]
    created: (
        Annotated[bool, f.flag("Created", "Whether anything was kept; empty where that is not known.", example=False)]
        | None
    )


def type_of(code: str) -> str:
    """Return the name of a kind of problem."""
    return f"urn:triage:problem:{code}"

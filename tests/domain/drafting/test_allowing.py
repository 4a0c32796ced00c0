"""Is a draft refused wherever a person has to write, or nothing at all may go out?"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.sample_cases import MONDAY, PLAYBOOK, arrived
from tests.sample_drafts import blocked, escalated, of_class, ready_for, repeated, solved, tagged
from tests.small_policy import document, policy
from triage_core.domain.drafting.allowing import drafts_allowed, may_draft, refusal
from triage_core.domain.drafting.draft import SENTENCES, NoDraft, Refusal
from triage_core.domain.drafting.kinds import KINDS
from triage_core.domain.model import State, Ticket
from triage_core.domain.policy.gates import TemplateKind

POLICY = PLAYBOOK.policy
K = TemplateKind
ON_TRIAGED = [kind for kind in K if kind is not K.INTAKE_REQUEST]
FORMS = [kind for kind in K if KINDS[kind].is_form]
P1, P2, P3 = (of_class(PLAYBOOK, name) for name in ("P1", "P2", "P3"))


def why(ticket: Ticket, kind: TemplateKind) -> Refusal | None:
    return refusal(ticket, POLICY, kind)


@pytest.mark.parametrize("kind", ON_TRIAGED)
@pytest.mark.parametrize("ticket", [P2, P3, tagged(P2, "security"), tagged(P3, "security", "billing")])
def test_plain_and_tagged_tickets_of_classes_with_drafts_have_every_kind(kind: TemplateKind, ticket: Ticket) -> None:
    assert why(ready_for(kind, ticket), kind) is None


@pytest.mark.parametrize("kind", [kind for kind in ON_TRIAGED if kind not in FORMS])
@pytest.mark.parametrize("ticket", [P1, tagged(P1, "security")])
def test_the_class_without_drafts_has_none(kind: TemplateKind, ticket: Ticket) -> None:
    assert why(ready_for(kind, ticket), kind) is Refusal.CLASS_WITHOUT_DRAFTS


def test_the_class_without_drafts_has_only_forms_for_what_people_say() -> None:
    assert FORMS == [K.EXECUTIVE_BRIEF, K.POST_INCIDENT_NOTE]
    assert why(P1, K.EXECUTIVE_BRIEF) is None
    assert why(P1, K.POST_INCIDENT_NOTE) is Refusal.NOT_NOW
    assert why(solved(P1), K.POST_INCIDENT_NOTE) is None


def test_a_gated_class_never_has_drafts_whatever_the_policy_says() -> None:
    careless = [{"name": "P1", "gated": True, "draft_allowed": True}, *document()["classes"][1:]]
    assert not drafts_allowed(P1, policy(classes=careless))


def test_a_class_that_the_policy_does_not_know_has_none() -> None:
    assert why(replace(P2, class_name="P9"), K.FIRST_RESPONSE) is Refusal.CLASS_WITHOUT_DRAFTS


def test_a_blocked_ticket_is_only_asked_for_what_it_lacks() -> None:
    assert [kind for kind in K if why(blocked(PLAYBOOK), kind) is None] == [K.INTAKE_REQUEST]
    assert why(blocked(PLAYBOOK), K.AUTO_ACKNOWLEDGEMENT) is Refusal.BLOCKED


def test_a_blocked_ticket_that_rang_the_alarm_is_not_answered_at_all() -> None:
    ringing = blocked(PLAYBOOK, "phishing")
    assert ringing.alerts
    assert {why(ringing, kind) for kind in K} == {Refusal.ALERTED}


def test_a_complete_ticket_is_not_asked_for_anything() -> None:
    assert why(P2, K.INTAKE_REQUEST) is Refusal.NOTHING_MISSING


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("ticket", [P2, P1, blocked(PLAYBOOK)])
def test_a_repetition_has_no_draft(kind: TemplateKind, ticket: Ticket) -> None:
    assert why(repeated(ready_for(kind, ticket)), kind) is Refusal.DUPLICATE


@pytest.mark.parametrize("state", [State.MERGED, State.VOID])
@pytest.mark.parametrize("kind", K)
def test_a_ticket_that_is_gone_has_no_draft(state: State, kind: TemplateKind) -> None:
    assert why(replace(P2, state=state), kind) is Refusal.GONE


@pytest.mark.parametrize(
    ("kind", "ticket"),
    [
        (K.FIRST_RESPONSE, replace(P2, first_reply_at=MONDAY)),
        (K.AUTO_ACKNOWLEDGEMENT, replace(P2, first_reply_at=MONDAY)),
        (K.FIRST_RESPONSE, solved(P2)),
        (K.STATUS_UPDATE, solved(P2)),
        (K.ESCALATION_NOTICE, P2),
        (K.ESCALATION_NOTICE, solved(P2)),
        (K.CLOSING_NOTE, P2),
        (K.SURVEY, P2),
        (K.POST_INCIDENT_NOTE, escalated(P2)),
    ],
)
def test_a_text_that_would_not_be_true_is_not_drafted(kind: TemplateKind, ticket: Ticket) -> None:
    assert why(ticket, kind) is Refusal.NOT_NOW


def test_a_first_response_is_meant_where_no_kind_is_named() -> None:
    assert may_draft(arrived(), POLICY)
    assert not may_draft(P1, POLICY)


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_says_what_stands_in_the_way(reason: Refusal) -> None:
    assert NoDraft(reason=reason).sentence == SENTENCES[reason]
    assert len(SENTENCES[reason].split()) > 5

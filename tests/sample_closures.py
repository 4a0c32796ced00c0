"""With which closures do tests begin? One of an ordinary ticket, and one of a grave ticket with its review."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.closure.facts import (
    ClosureCause,
    ClosureFacts,
    DetectedBy,
    FixState,
    Milestone,
    PermanentFix,
    Prevention,
    ResolutionCode,
    Review,
    RootCause,
    Workaround,
)
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.state import Verdict, approval_id
from triage_core.domain.model import Actor, ActorKind
from triage_core.service.messages import Messages

FRIDAY = date(2026, 3, 6)

PLAIN = ClosureFacts(
    summary="The print server had no space left; its queue was cleared.",
    resolution_code=ResolutionCode.SOLVED_PERMANENT,
    closure_cause=ClosureCause.CONFIRMED_BY_CUSTOMER,
    root_cause=RootCause(text="Old jobs filled the disk.", category="capacity", confidence=Confidence.CONFIRMED),
    workaround=Workaround(none=True),
    permanent_fix=PermanentFix(state=FixState.DONE, description="Jobs older than a day are deleted at night."),
    prevention=(Prevention(description="Watch the free space.", owner="ann", due=FRIDAY),),
)

REVIEW = Review(
    started_at=MONDAY - 2 * HOUR,
    detected_at=MONDAY - HOUR,
    ended_at=MONDAY,
    detected_by=DetectedBy.CUSTOMER,
    milestones=(
        Milestone(at=MONDAY - 2 * HOUR, what="The change was rolled out."),
        Milestone(at=MONDAY - HOUR, what="The first customer wrote."),
        Milestone(at=MONDAY - 5 * MINUTE, what="The change was taken back."),
    ),
    impact="No customer could sign in for two hours.",
    went_well="The change could be taken back in minutes.",
    went_badly="Nobody watched the rate of failed sign-ins.",
    handoff_friction="The ticket waited twenty minutes between the desk and the identity team.",
)

GRAVE = replace(
    PLAIN,
    summary="Nobody could sign in after a change of the identity provider.",
    root_cause=RootCause(text="A certificate was missing.", category="change", confidence=Confidence.CONFIRMED),
    workaround=Workaround(text="Sign in with a recovery code."),
    permanent_fix=PermanentFix(
        state=FixState.PLANNED, description="Roll changes out in steps.", owner="lee", due=FRIDAY
    ),
    known_error_id="KE-7",
    problem_id="PRB-12",
    change_id="CHG-40",
    review=REVIEW,
)


#: What is promised on a Friday by somebody who works in UTC is due at its end.
FRIDAY_ENDS = MONDAY.replace(hour=0) + timedelta(days=5)


def clear(desk: SampleDesk, facts: ClosureFacts, ticket_id: str = "t1", who: str = "lee") -> None:
    """Let somebody else agree to a closing of Ann's."""
    ticket = desk.triage.request_clearance(TENANT, ticket_id, facts, AGENT)
    approval = ticket.approvals[-1]
    choice = Choice(verdict=Verdict.APPROVE, seal=approval.seal)
    proof = Proof(interactive=True, authenticated_at=desk.now)
    lead = Actor(kind=ActorKind.PERSON, id=who, roles=("lead",))
    Messages(desk.triage).decide(TENANT, approval_id(ticket_id, approval.number), choice, proof, lead)

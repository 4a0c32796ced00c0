"""With which number does a command end, so that a script can tell what happened?"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.domain.errors import TriageError


class Exit(IntEnum):
    """The documented exit codes."""

    OK = 0
    #: The command did its work and found something: problems in a policy, flaws in a timeline, gaps in a rota.
    FINDINGS = 1
    #: The command line or a file cannot be used as it stands.
    BAD_INPUT = 2
    #: Something does not exist, cannot be reached, or exists with other content.
    CONFLICT = 3
    #: A mistake in this program.
    UNEXPECTED = 70


_BY_CODE: Final = {
    "signature_wrong": Exit.FINDINGS,
    "not_sound": Exit.FINDINGS,
    "database_missing": Exit.CONFLICT,
    "ticket_not_found": Exit.CONFLICT,
    "no_policy": Exit.CONFLICT,
    "policy_taken": Exit.CONFLICT,
    "demo_needs_room": Exit.CONFLICT,
    "file_taken": Exit.CONFLICT,
    "stale_ticket": Exit.CONFLICT,
    "control_moved": Exit.CONFLICT,
    "readiness_open": Exit.CONFLICT,
    "automation_killed": Exit.CONFLICT,
    "scope_frozen": Exit.CONFLICT,
    "source_taken": Exit.CONFLICT,
    "schema_outdated": Exit.CONFLICT,
    "schema_newer": Exit.CONFLICT,
    "store_unavailable": Exit.CONFLICT,
    "store_busy": Exit.CONFLICT,
    "key_not_found": Exit.CONFLICT,
    "hook_not_found": Exit.CONFLICT,
    "send_not_found": Exit.CONFLICT,
    "surface_not_set_up": Exit.CONFLICT,
    "escalation_not_found": Exit.CONFLICT,
    "escalation_not_open": Exit.CONFLICT,
    "escalation_held": Exit.CONFLICT,
    "second_person_needed": Exit.CONFLICT,
    "same_person": Exit.CONFLICT,
    "not_administrator": Exit.CONFLICT,
    "change_not_open": Exit.CONFLICT,
    "draft_refused": Exit.CONFLICT,
    "rota_changed": Exit.CONFLICT,
    "override_not_found": Exit.CONFLICT,
    "suppression_not_found": Exit.CONFLICT,
    "delegation_not_found": Exit.CONFLICT,
    "article_not_found": Exit.CONFLICT,
    "baseline_missing": Exit.CONFLICT,
    "sample_empty": Exit.CONFLICT,
    "customer_not_found": Exit.CONFLICT,
    "stale_article": Exit.CONFLICT,
    "approval_needed": Exit.CONFLICT,
}


def exit_of(error: TriageError) -> Exit:
    """Return how a command ends on an expected failure."""
    return _BY_CODE.get(error.code, Exit.BAD_INPUT)

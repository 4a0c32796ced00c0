"""Which policy file and which ticket file do tests of the command line begin with?"""

from __future__ import annotations

from typing import Any

from tests.small_policy import COMPLETE, document
from triage_core.domain.policy import Policy
from triage_core.policyfile import dump_policy

MORNING = "2026-03-02T10:00:00+01:00"


def ticket(**changes: Any) -> dict[str, Any]:
    """Return a ticket that the small policy triages, with some fields replaced."""
    base = {
        "source_id": "a-1",
        "subject": "Strange sign-in",
        "body": "That was not me.",
        "intake": COMPLETE,
    }
    return {**base, **changes}


def policy_text(**changes: Any) -> str:
    """Return the small policy as a file without problems."""
    roles = document()["roles"]
    roles[1]["rights"] += ["change_policy", "acknowledge"]
    escalation = {"rules": [{"id": "all", "ladder": "up", "acknowledge_within": "5m"}]}
    ladders = [{"name": "up", "levels": [{"targets": ["role:lead"], "timeout": "10m"}]}]
    whole = document(**{"roles": roles, "ladders": ladders, "escalation": escalation, **changes})
    return dump_policy(Policy.model_validate(whole))

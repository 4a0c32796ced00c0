"""Which tickets and plans do the tests of the Zendesk side share?"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.channel_samples import POLICY, ZENDESK
from tests.sample_desk import SampleDesk
from tests.small_policy import COMPLETE
from triage_core.channels.zendesk_setup import BODY, COMMENT
from triage_core.channels.zendesk_writeback import WriteBack, write_back
from triage_core.domain.model import Ticket

PLANTED = "Mr-Smith-0171-555"
P1 = {**COMPLETE, "impact": "high", "urgency": "high"}


def ticket(**changes: Any) -> Ticket:
    """Return a ticket of Zendesk as the small desk triages it; its text holds a planted name."""
    return SampleDesk().ticket(
        subject=f"Phishing {PLANTED}", body=PLANTED, source="zendesk", source_id="35436", **changes
    )


def plan(held: Ticket) -> WriteBack:
    """Return the plan for a ticket that takes one."""
    found = write_back(held, POLICY, ZENDESK)
    assert found is not None
    return found


def filled(template: str, values: dict[str, Any]) -> str:
    """Fill the trigger's body the way Zendesk does: each placeholder with its value, escaped for JSON."""
    for name, placeholder, _ in (*BODY, *COMMENT):
        value = values.get(name, "")
        template = template.replace(
            placeholder, json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value)
        )
    return re.sub(r"\{\{ticket\.ticket_field_(\d+)\}\}", lambda found: values.get(found.group(1), ""), template)

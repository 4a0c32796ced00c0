"""Do the texts of ready-made policies pass the checks once they are filled in?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triage_core.domain.output import Outgoing, Surroundings, check
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy import Policy
from triage_core.domain.policy.gates import Placeholder
from triage_core.policyfile import PRESETS, load_policy, load_preset

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "policies").glob("*.yaml"))
FACTS = {
    Placeholder.TICKET_ID: "019a2b3c4d5e6f7a8b9c0d",
    Placeholder.CUSTOMER_NAME: "Zoë O'Brien",
    Placeholder.CLASS_LABEL: "P1 (critical)",
    Placeholder.SEVERITY_LABEL: "Sev 1",
    Placeholder.IMPACT_LABEL: "High",
    Placeholder.URGENCY_LABEL: "High",
    Placeholder.SYSTEM_LABEL: "Mail & calendar",
    Placeholder.SERVICE_LINE_LABEL: "Workplace",
    Placeholder.CATEGORY_LABEL: "Incident",
    Placeholder.TAG_LABELS: "Security, Billing",
    Placeholder.QUEUE_LABEL: "second level",
    Placeholder.OWNER_NAME: "Jürgen Weiß",
    Placeholder.INCIDENT_LEAD_NAME: "Şule Öztürk",
    Placeholder.CREATED_AT: "Monday, 2 March 2026, 09:00 CET",
    Placeholder.RESOLVED_AT: "02.03.2026 12:00",
    Placeholder.FIRST_REPLY_DUE: "2 March 2026, 10:00 (UTC+01:00)",
    Placeholder.NEXT_UPDATE_DUE: "2026-03-02 11:00",
    Placeholder.RESOLUTION_DUE: "3 March 2026, 9 a.m. CET",
    Placeholder.UPDATE_EVERY: "30 minutes",
    Placeholder.MISSING_FIELDS: "affected system, urgency",
    Placeholder.IMPACT_STATEMENT: "High impact and high urgency on Mail, about 40 users; Sev 1.",
    Placeholder.TIMELINE: "09:00 reported; 09:10 taken over; 12:00 solved",
    Placeholder.CURRENT_STATE: "The cause is found: a full disk on 2 of 5 servers.",
    Placeholder.NEXT_STEPS: "We restart the service and watch it.",
    Placeholder.WORKAROUND: "Use the web mail.",
    Placeholder.ROOT_CAUSE: "A disk was full.",
    Placeholder.RESOLUTION_SUMMARY: "The disk was cleaned and the service started again.",
    Placeholder.PREVENTION: "An alarm at 80 %.",
}


def filled(policy: Policy) -> list[Outgoing]:
    desk = {
        Placeholder.SERVICE_DESK_NAME: policy.desk.name,
        Placeholder.STATUS_PAGE: policy.desk.status_page or "",
        Placeholder.SURVEY_PAGE: policy.desk.survey_page or "",
    }
    values = {str(name): value for name, value in {**FACTS, **desk}.items()}

    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)

    return [
        Outgoing(kind=each.kind, subject=fill(each.subject), body=fill(each.body), facts={**FACTS, **desk})
        for each in policy.templates
    ]


def found_in(policy: Policy) -> list[tuple[str, str]]:
    standards = Playbook(policy).standards
    around = Surroundings(
        own_names=(FACTS[Placeholder.CUSTOMER_NAME],),
        ticket_ids=(FACTS[Placeholder.TICKET_ID],),
        other_customers=("Initech", "Acme Widgets GmbH"),
        ticket_text="Mail\nOur mail is down since nine. Nothing goes in or out, please help us soon.",
    )
    texts = filled(policy)
    assert texts
    return [(text.kind, each.code) for text in texts for each in check(text, standards, around)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: str(path.stem))
def test_the_texts_of_an_example_pass(example: Path) -> None:
    policy = load_policy(example)
    if not policy.templates:
        pytest.skip("this policy brings no texts of its own")
    assert found_in(policy) == []


@pytest.mark.parametrize("name", PRESETS)
def test_the_texts_of_a_preset_pass(name: str) -> None:
    assert found_in(load_preset(name)) == []


def test_a_playbook_compiles_its_standards_once() -> None:
    book = Playbook(load_preset("p1-p3"))
    assert book.standards is book.standards

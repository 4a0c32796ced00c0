"""Do PagerDuty and Opsgenie take every page, and does none hold a word of the customer?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from jsonschema.protocols import Validator

from tests.sample_cards import CONTROL, LONGEST, PAGE, TICKET_PAGE, card, escalation, held, hostile_cards
from triage_core.cards import opsgenie, pagerduty
from triage_core.cards.escalation import EscalationCard
from triage_core.domain.escalating.state import Standing
from triage_core.domain.model import UNCLASSIFIED

SAMPLES = (card(), LONGEST, card(ticket_class=None, severity=None, system=None))
RESOLVED = card(escalation(standing=Standing.RESOLVED, ended_by="lee"))


def opsgenie_limits(alert: dict[str, Any]) -> None:
    """Check the limits that its interface document does not say."""
    for name, limit in (("message", 130), ("alias", 512), ("description", 15_000), ("entity", 512), ("source", 100)):
        assert 0 < len(alert[name]) <= limit, name
    assert len(alert["tags"]) <= 20
    assert all(len(tag) <= 50 for tag in alert["tags"])
    assert sum(len(name) + len(value) for name, value in alert["details"].items()) <= 8_000


@given(hostile_cards)
def test_every_page_keeps_its_budgets(made: EscalationCard) -> None:
    event, alert = pagerduty.trigger(made), opsgenie.create(made)
    assert 0 < len(event["payload"]["summary"]) <= 1_024
    assert len(json.dumps(event)) <= 512 * 1_024
    opsgenie_limits(alert)
    assert event["dedup_key"] == alert["alias"] == made.escalation_id


@given(hostile_cards)
def test_every_page_tells_owner_and_deadline(made: EscalationCard) -> None:
    for told in (pagerduty.trigger(made)["payload"]["custom_details"], opsgenie.create(made)["details"]):
        assert told["Owner"]
        assert {"Acknowledge by", "Progress due by", "Ended"} & set(told)
        assert all(isinstance(value, str) and not CONTROL.search(value) for value in told.values())


def test_no_page_holds_a_word_of_the_customer() -> None:
    pages = (pagerduty.trigger, pagerduty.acknowledge, opsgenie.create, opsgenie.acknowledge, opsgenie.close)
    assert all(page(card(title="Zebra")) == page(card(title=None)) for page in pages)


def test_the_summary_says_class_tags_system_and_queue() -> None:
    said = "Please acknowledge · P1 · sev1 · Security: sso, queue Service desk [t1-e1]"
    assert pagerduty.trigger(card())["payload"]["summary"] == said
    assert opsgenie.create(card())["message"] == said


@pytest.mark.parametrize("made", SAMPLES)
def test_pagerduty_has_no_complaint(made: EscalationCard, pagerduty_events: Validator) -> None:
    for body in (pagerduty.trigger(made), pagerduty.acknowledge(made), pagerduty.resolve(made)):
        pagerduty_events.validate({"routing_key": "0" * 32, **body})


@pytest.mark.parametrize("made", SAMPLES)
def test_opsgenie_has_no_complaint(made: EscalationCard, opsgenie_interface: dict[str, Any]) -> None:
    definitions = opsgenie_interface["definitions"]
    for name, body in alerts(made).items():
        Draft4Validator({"$ref": f"#/definitions/{name}", "definitions": definitions}).validate(body)
        known = {field for part in definitions[name]["allOf"] for field in part.get("properties", ())}
        assert set(body) <= known | {"user", "note", "source"}


def alerts(made: EscalationCard) -> dict[str, dict[str, Any]]:
    return {
        "CreateAlertPayload": opsgenie.create(made),
        "AcknowledgeAlertPayload": opsgenie.acknowledge(made),
        "CloseAlertPayload": opsgenie.close(made),
    }


@pytest.mark.parametrize(
    ("class_rank", "severity_rank", "severity", "priority"),
    [
        (0, 3, "critical", "P1"),
        (1, 1, "error", "P2"),
        (2, 1, "error", "P2"),
        (2, None, "warning", "P3"),
        (3, 9, "info", "P4"),
        (7, None, "info", "P5"),
        (UNCLASSIFIED, None, "critical", "P1"),
    ],
)
def test_the_worse_of_class_and_severity_counts(
    class_rank: int, severity_rank: int | None, severity: str, priority: str
) -> None:
    made = card(class_rank=class_rank, severity_rank=severity_rank)
    assert pagerduty.trigger(made)["payload"]["severity"] == severity
    assert opsgenie.create(made)["priority"] == priority


def test_a_page_leads_to_the_page_that_acknowledges() -> None:
    assert [link["href"] for link in pagerduty.trigger(card())["links"]] == [PAGE, TICKET_PAGE]
    assert opsgenie.create(card())["details"]["Acknowledge"] == PAGE


def test_a_page_ends_by_the_same_key() -> None:
    assert pagerduty.acknowledge(card(held())) == {"event_action": "acknowledge", "dedup_key": "t1-e1"}
    assert pagerduty.resolve(RESOLVED) == {"event_action": "resolve", "dedup_key": "t1-e1"}


def test_who_took_it_over_and_who_ended_it_are_told() -> None:
    assert opsgenie.acknowledge(card(held()))["user"] == "Lee"
    assert opsgenie.close(RESOLVED)["user"] == "Lee"
    assert "user" not in opsgenie.close(card(escalation(standing=Standing.EXPIRED)))

"""Does a conversation that comes in through a channel stay on its one ticket?"""

from __future__ import annotations

import json
from typing import Any

from tests.channel_samples import POLICY, SETTINGS, ZENDESK, data, raw, told
from tests.sample_cases import AGENT
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.channels import Normalised, reconcile
from triage_core.channels.loops import message_id
from triage_core.channels.zendesk_drift import drift, read
from triage_core.channels.zendesk_writeback import requests, write_back
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Happened
from triage_core.domain.model import SYSTEM, State, Ticket


def hand_in(desk: SampleDesk, found: Normalised) -> Ticket:
    """Submit what a payload shows, and record on its ticket what it reports."""
    known = found.about.ticket_id if found.about else None
    if found.submission is not None:
        known = desk.triage.submit(found.submission, SYSTEM).ticket_id
    assert known is not None
    for reported in found.events:
        for event in reconcile(reported, desk.read(known)):
            desk.triage.record(TENANT, known, event, AGENT)
    return desk.read(known)


def answer(ticket_id: str) -> bytes:
    """Return a customer's answer to our own mail about a ticket."""
    ours = message_id(ticket_id, "1", SETTINGS.message_domain)
    return raw("email/reply_to_us.eml").replace(b"<triage.01JNEXAMPLE.3@help.example.com>", ours.encode())


def test_a_mail_and_its_answers_are_one_ticket_and_each_answer_counts_once() -> None:
    desk = SampleDesk()
    settings: dict[str, Any] = {"constants": COMPLETE}
    first = hand_in(desk, told("email", raw("email/multipart.eml"), **settings))
    for _ in range(2):
        hand_in(desk, told("email", raw("email/multipart.eml"), **settings))
        hand_in(desk, told("email", answer(first.id)))
    assert desk.kinds(first.id).count(Kind.CUSTOMER_REPLIED) == 1
    assert desk.kinds(first.id).count(Kind.SUBMITTED) == 1


def test_an_alert_that_resolves_resolves_its_ticket_whichever_notice_comes_first() -> None:
    for order in (["fired", "resolved"], ["resolved"], ["resolved", "resolved", "fired"]):
        desk = SampleDesk()
        settings: dict[str, Any] = {"constants": COMPLETE, "values": {"affected_system": {"checkout": "wiki"}}}
        for name in order:
            hand_in(desk, told("azure_monitor", raw(f"azure_monitor/{name}.json"), **settings))
        assert desk.read().state is State.RESOLVED
        assert desk.kinds().count(Kind.RESOLVED) == 1


def test_a_blocked_ticket_of_a_mailbox_is_kept_and_asks_for_its_fields() -> None:
    desk = SampleDesk()
    held = hand_in(desk, told("email", raw("email/multipart.eml")))
    assert held.state is State.INCOMPLETE
    assert len(held.problems) == 5


def test_zendesk_walks_through_a_ticket_and_every_webhook_may_come_twice() -> None:
    desk = SampleDesk()
    for name in ("created", "customer_replied", "event_status_changed", "customer_replied", "agent_solved") * 2:
        hand_in(desk, told("zendesk_webhook", raw(f"zendesk_webhook/{name}.json"), constants=COMPLETE))
    kinds = desk.kinds()
    assert kinds.count(Kind.SUBMITTED) == 1
    assert kinds.count(Kind.CUSTOMER_REPLIED) == 1
    assert kinds.count(Kind.RESOLVED) == 1


def test_a_decision_goes_to_zendesk_and_comes_back_as_the_same_ticket() -> None:
    desk = SampleDesk()
    numbers = ZENDESK.model_copy(update={"fields": {**ZENDESK.fields, "users_affected": 360006}})
    given = {**COMPLETE, "users_affected": 12}
    held = hand_in(desk, told("zendesk_ticket", raw("zendesk_ticket/new.json"), constants=given))
    plan = write_back(held, POLICY, numbers)
    assert plan is not None
    assert plan.fields["360006"] == 12
    body = requests(plan)[-1]["body"]["ticket"]
    back = {**data("zendesk_ticket/new.json")["ticket"], **body, "tags": [*plan.add_tags, "enterprise"]}
    found = told("zendesk_ticket", {"ticket": back})
    assert found.submission is not None
    assert found.submission.intake == {name: held.intake[name] for name in COMPLETE}
    assert drift(held, read(json.dumps(back).encode(), POLICY, numbers)) == ()


def test_a_reply_that_reopens_says_so() -> None:
    desk = SampleDesk()
    solved = hand_in(desk, told("zendesk_webhook", raw("zendesk_webhook/agent_solved.json"), constants=COMPLETE))
    assert solved.state is State.RESOLVED
    found = told("zendesk_webhook", {**data("zendesk_webhook/customer_replied.json"), "latest_comment": None})
    assert [event.what for event in found.events] == [Happened.RESUMED]
    assert hand_in(desk, found).state is not State.RESOLVED

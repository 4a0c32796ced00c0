"""What happens where several flows and people work on one ticket, from the intake to the last word?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.power_automate.connecting import Answer
from tests.simulators.power_automate.environment import APPROVERS, CUSTOMER, WORDS, Environment
from tests.simulators.power_automate.plays import MAIL, RISKY, URGENT, ZENDESK, submitted

if TYPE_CHECKING:
    from tests.simulators.power_automate.engine import Run

REPLIES = ("prepare-first-reply", "resume-on-decision")
CALLS = ("escalation-card", "ladder-notice")
BLOCKED = {**ZENDESK, "impact": None, "urgency": ""}


@pytest.fixture(scope="module", name="servers")
def _servers() -> Iterator[Environment]:
    with Environment() as opened:
        yield opened


@pytest.fixture(name="env")
def _env(servers: Environment) -> Environment:
    servers.clear()
    return servers


def installed(env: Environment, *flows: str, **variables: Any) -> None:
    for flow in flows:
        env.install(flow, **variables)


def started(env: Environment, flow: str, body: Any) -> Run:
    (run,) = env.start(flow, body)
    return run


# --- intake -----------------------------------------------------------------------------------------------------------


def test_a_blocked_ticket_is_told_to_the_desk_with_what_is_missing(env: Environment) -> None:
    installed(env, "intake-from-zendesk", tri_ZendeskAddress="https://desk.example.com")
    assert started(env, "intake-from-zendesk", BLOCKED).status == "Succeeded"
    (post,) = env.posts()
    assert "impact,urgency" in post
    assert "https://desk.example.com/agent/tickets/48213" in post
    assert (str(env.ticket().state), WORDS in post) == ("incomplete", False)


def test_a_blocked_ticket_is_told_once_however_often_it_comes(env: Environment) -> None:
    installed(env, "intake-from-zendesk")
    for moment in ("08:59", "09:01", "09:02"):
        body = {**BLOCKED, "updated_at": f"2026-03-02T{moment}:00Z"}
        assert started(env, "intake-from-zendesk", body).status == "Succeeded"
    assert (len(env.posts()), len(env.tickets())) == (1, 1)


def test_an_answer_lost_while_a_blocked_ticket_is_told_loses_no_notice(env: Environment) -> None:
    for number in range(2):
        env.clear()
        installed(env, "intake-from-zendesk")
        env.connectors.loses = number.__eq__
        assert started(env, "intake-from-zendesk", BLOCKED).status == "Succeeded"
        assert len(env.posts()) == 1


def test_a_completed_ticket_goes_on_to_the_first_reply(env: Environment) -> None:
    installed(env, "intake-from-zendesk", *REPLIES)
    started(env, "intake-from-zendesk", BLOCKED)
    assert env.pump() == []
    started(env, "intake-from-zendesk", ZENDESK)
    if str(env.ticket().state) == "incomplete":
        path = f"/api/v1/tickets/{env.ticket().id}/intake"
        env.office.told("POST", path, {"impact": "medium", "urgency": "medium"}, idempotency_key="complete")
    env.pump()
    assert [mail["emailMessage/To"] for mail in env.mails()] == [CUSTOMER]


def test_what_happens_in_zendesk_is_recorded_once(env: Environment) -> None:
    installed(env, "intake-from-zendesk")
    told = {**ZENDESK, "event": "customer_replied", "event_id": "e1", "text": f"any news? {WORDS}"}
    for _ in range(2):
        assert started(env, "intake-from-zendesk", told).status == "Succeeded"
    assert [kind for kind in kinds(env) if kind == "ticket.customer_replied"] == ["ticket.customer_replied"]


def kinds(env: Environment) -> list[str]:
    items = env.office.told("GET", f"/api/v1/tickets/{env.ticket().id}/timeline?limit=100")["items"]
    return [str(item["kind"]) for item in items]


def test_an_event_of_zendesk_is_kept_also_where_the_ticket_is_blocked(env: Environment) -> None:
    installed(env, "intake-from-zendesk", tri_WriteToZendesk=True)
    told = {**BLOCKED, "event": "customer_replied", "event_id": "e1", "text": "any news?"}
    again = {**told, "id": "48214", "event_id": "e2"}
    assert [started(env, "intake-from-zendesk", body).status for body in (told, again)] == ["Succeeded"] * 2
    assert all(ticket.unanswered for ticket in env.tickets())


def test_a_reply_by_mail_belongs_to_the_ticket_of_its_conversation(env: Environment) -> None:
    installed(env, "intake-from-mailbox")
    answer = {**MAIL, "internetMessageId": "<2@example.com>", "subject": f"Re: Printer {WORDS}"}
    for mail in (MAIL, answer, answer):
        assert started(env, "intake-from-mailbox", {"value": [mail]}).status == "Succeeded"
    assert len(env.tickets()) == 1
    assert kinds(env).count("ticket.customer_replied") == 1


def test_mails_of_the_desk_itself_start_nothing(env: Environment) -> None:
    installed(env, "intake-from-mailbox")
    own = {**MAIL, "from": "Support@example.com"}
    assert env.start("intake-from-mailbox", {"value": [own]}) == []


def test_several_mails_at_once_are_a_run_each(env: Environment) -> None:
    installed(env, "intake-from-mailbox")
    more = {"from": "al@example.com", "subject": "Wiki", "body": "The wiki is slow"}
    other = {**MAIL, **more, "conversationId": "another", "internetMessageId": "<3@example.com>"}
    assert [run.status for run in env.start("intake-from-mailbox", {"value": [MAIL, other]})] == ["Succeeded"] * 2
    assert len(env.tickets()) == 2


def test_a_question_that_only_a_person_may_ask_is_no_failure(env: Environment) -> None:
    installed(env, "intake-from-mailbox")
    again = {**MAIL, "conversationId": "another", "internetMessageId": "<3@example.com>"}
    runs = [started(env, "intake-from-mailbox", {"value": [mail]}) for mail in (MAIL, again)]
    assert [run.status for run in runs] == ["Succeeded"] * 2
    assert (len(env.tickets()), len(env.mails()), env.alarms()) == (2, 1, [])


# --- texts ------------------------------------------------------------------------------------------------------------


def gated(env: Environment) -> str:
    """Submit a ticket whose first reply people must approve, let the flows work, and return the approval."""
    installed(env, *REPLIES)
    submitted(env, body=RISKY)
    env.pump()
    (mail,) = env.mails()
    assert mail["emailMessage/To"] == APPROVERS
    (message,) = env.messages()
    assert (message["state"], f"/approvals/{message['approval_id']}" in mail["emailMessage/Body"]) == ("waiting", True)
    assert WORDS not in env.history()
    return str(message["approval_id"])


def test_approvers_get_a_link_and_no_text(env: Environment) -> None:
    gated(env)
    (post,) = env.posts()
    assert "Hello, this is about" not in env.mails()[0]["emailMessage/Body"] + post


def test_an_approved_text_leaves_once(env: Environment) -> None:
    env.decide(gated(env), "approve")
    events = env.deliver()
    for _ in range(2):
        assert all(run.status == "Succeeded" for name, body in events for run in env.start(name, body))
    assert [mail["emailMessage/To"] for mail in env.mails()] == [APPROVERS, CUSTOMER]
    assert env.messages()[0]["state"] == "sent"


def test_a_rejected_text_stays_and_the_approvers_learn_it(env: Environment) -> None:
    env.decide(gated(env), "reject")
    env.pump()
    assert [mail["emailMessage/To"] for mail in env.mails()] == [APPROVERS, APPROVERS]
    assert "rejected" in env.mails()[-1]["emailMessage/Body"]
    assert env.messages()[0]["state"] != "sent"


def test_an_approval_that_nobody_gives_ends_and_nothing_is_sent(env: Environment) -> None:
    gated(env)
    env.passes(timedelta(minutes=31))
    env.pump()
    assert "expired" in env.mails()[-1]["emailMessage/Body"]
    assert env.mails(CUSTOMER) == []


def test_a_reply_to_the_highest_class_is_left_to_a_person_and_is_no_failure(env: Environment) -> None:
    installed(env, *REPLIES)
    submitted(env, **URGENT)
    (run,) = env.pump()
    assert (run.status, run.of("A_person_writes_this_reply").status) == ("Succeeded", "Succeeded")
    assert (env.mails(), env.alarms()) == ([], [])


def test_a_text_that_outlook_refuses_is_known_to_have_failed(env: Environment) -> None:
    installed(env, *REPLIES)
    env.outlook.answers["SendEmailV2"] = lambda given: Answer(400 if given["emailMessage/To"] == CUSTOMER else 200)
    submitted(env)
    env.pump()
    assert env.messages()[0]["state"] == "failed"


def test_a_reply_goes_to_nobody_in_the_shadow(env: Environment) -> None:
    installed(env, *REPLIES, tri_Stage="shadow")
    submitted(env)
    (run,) = env.pump()
    assert run.of("What_would_have_been_sent").status == "Succeeded"
    assert env.mails() == []


def test_a_platform_gets_no_text_of_data_that_it_may_not_carry(env: Environment) -> None:
    env.clear(carries="internal")
    installed(env, *REPLIES)
    submitted(env, data_sensitivity="restricted")
    (run,) = env.pump()
    assert (run.status, env.mails()) == ("Succeeded", [])
    assert env.messages()[0]["withheld_csv"] == "platform_not_allowed"
    assert "Hello, this is about" not in str([outcome.told for outcome in run.history])


def test_after_the_switch_was_thrown_flows_send_nothing(env: Environment) -> None:
    installed(env, *REPLIES)
    env.office.told("POST", "/api/v1/rollout/kill", {"reason": "Replies went astray."}, idempotency_key="kill")
    submitted(env)
    (run,) = env.pump()
    assert (run.status, env.mails(), env.messages()[0]["withheld_csv"]) == ("Succeeded", [], "killed_here")


# --- escalations ------------------------------------------------------------------------------------------------------


def test_an_escalation_that_nobody_takes_climbs_and_each_level_is_told(env: Environment) -> None:
    installed(env, *CALLS)
    submitted(env, **URGENT)
    env.pump()
    assert len(env.posts()) == 1
    for _ in range(4):
        env.passes(timedelta(minutes=6))
        env.pump()
    levels = [number for post in env.posts()[1:] for number in range(1, 9) if f"Level {number} is called" in post]
    assert levels == [1, 2, 3]


def test_an_escalation_that_somebody_took_climbs_no_further(env: Environment) -> None:
    installed(env, *CALLS)
    ticket_id = submitted(env, **URGENT)
    env.pump()
    env.office.told("POST", f"/api/v1/escalations/{ticket_id}-e1/acknowledge", {}, idempotency_key="ack")
    env.passes(timedelta(minutes=11))
    env.pump()
    assert len(env.posts()) == 1


def test_cards_stay_away_where_the_service_itself_posts(env: Environment) -> None:
    installed(env, *CALLS, tri_PostToTeams=False)
    submitted(env, **URGENT)
    assert [run.status for run in env.pump()] == ["Succeeded"]
    assert env.posts() == []


# --- the check after the import ---------------------------------------------------------------------------------------


def test_the_check_tells_what_is_wrong(env: Environment) -> None:
    installed(env, "check-after-import")
    env.teams.answers["PostMessageToConversation"] = lambda _given: Answer(404)
    run = started(env, "check-after-import", {})
    assert (run.status, run.error.startswith("check_failed")) == ("Failed", True)
    assert "Channel in Teams</td><td>False" in env.mails()[0]["emailMessage/Body"]


def test_the_check_tells_that_the_service_cannot_be_reached(env: Environment) -> None:
    installed(env, "check-after-import")
    env.goes_down()
    run = started(env, "check-after-import", {})
    assert run.status == "Failed"
    assert "Connection to the service</td><td>False" in env.mails()[0]["emailMessage/Body"]


def test_a_flow_that_is_switched_off_gets_nothing_any_more(env: Environment) -> None:
    env.install("escalation-card")
    (hook,) = env.office.told("GET", "/api/v1/hooks", x_api_key="flows")["items"]
    assert env.connectors.ask("DeleteHook", {"hook_id": hook["id"]}).status == 200
    submitted(env, **URGENT)
    assert env.deliver() == []

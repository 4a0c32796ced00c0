"""What sets off each shipped flow, and what must there be afterwards, once?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.edge.sample_edge import TENANT
from tests.edge.script import SCRIPT
from tests.simulators.power_automate.environment import APPROVERS, CUSTOMER, WORDS
from tests.small_policy import COMPLETE
from triage_core.domain.model import SYSTEM
from triage_core.edge.timers import TIMERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulators.power_automate.engine import Part
    from tests.simulators.power_automate.environment import Environment

URGENT: Final = {**COMPLETE, "impact": "high", "urgency": "high"}
#: Makes a text one that people must approve.
RISKY: Final = f"I got phishing, {WORDS}"
ZENDESK: Final[dict[str, Any]] = {
    "id": "48213",
    "title": f"Printer {WORDS}",
    "description": f"It does not print, {WORDS}",
    "updated_at": "2026-03-02T08:59:00Z",
    "requester_email": CUSTOMER,
    **COMPLETE,
}
MAIL: Final[dict[str, Any]] = {
    "conversationId": "AAQk-conversation",
    "internetMessageId": "<1@example.com>",
    "subject": f"Printer {WORDS}",
    "body": f"It does not print, {WORDS}",
    "from": CUSTOMER,
    "receivedDateTime": "2026-03-02T08:59:00Z",
}
#: The facts of a closing.
CLOSING: Final = next(ask.given for ask in SCRIPT if ask.name == "CloseTicket")
PAGE: Final = "https://www.notion.so/59833787"


class Play(NamedTuple):
    """One flow with what happens around it."""

    flow: str
    #: Brings about what the flow is for, and returns the body that its trigger gets.
    begin: Callable[[Environment], Part]
    #: Fails unless everything that the flow is for happened once.
    check: Callable[[Environment], None]
    #: A flow that tells what is wrong with the environment has no failure path of its own.
    is_check: bool = False


def event(env: Environment, flow: str) -> Part:
    """Return the event that the service delivers to a flow; the first one, where there are several."""
    return next(body for name, body in env.deliver() if name == flow)


def submitted(env: Environment, **given: Any) -> str:
    """Submit a ticket and return its identifier."""
    told = env.office.submitted(**{"requester": CUSTOMER, "body": f"does not print, {WORDS}", **given})
    return str(told["ticket_id"])


def _ticket_of_zendesk(env: Environment) -> None:
    found = env.ticket()
    assert (found.source, found.source_id, found.class_name) == ("zendesk", "48213", "P2")
    assert (env.mails(), env.posts()) == ([], [])


def _question_sent(env: Environment) -> None:
    """A mail has no form, so the customer is asked for what is missing, once."""
    found = env.ticket()
    assert (found.source, found.source_id, str(found.state)) == ("outlook", "AAQk-conversation", "incomplete")
    _replied(env)


def _triaged(env: Environment) -> Part:
    submitted(env)
    return event(env, "prepare-first-reply")


def _replied(env: Environment) -> None:
    (mail,) = env.mails()
    assert mail["emailMessage/To"] == CUSTOMER
    assert mail["emailMessage/Subject"] == env.ticket().id
    (message,) = env.messages()
    assert message["state"] == "sent"


def prepared(env: Environment) -> str:
    """Prepare a text that people must approve, and return the approval's identifier."""
    ticket_id = submitted(env, body=RISKY)
    path = f"/api/v1/tickets/{ticket_id}/messages"
    made = env.office.told("POST", path, {"kind": "auto_acknowledgement"}, x_api_key="flows", idempotency_key="prepare")
    assert made["state"] == "waiting"
    return str(made["approval_id"])


def decided(env: Environment, approval: str, verdict: str) -> None:
    """Let a person decide on the page."""
    env.decide(approval, verdict)


def _approved(env: Environment) -> Part:
    decided(env, prepared(env), "approve")
    return event(env, "resume-on-decision")


def _half_time_over(env: Environment) -> Part:
    prepared(env)
    env.deliver()
    env.passes(timedelta(minutes=16))
    return event(env, "approval-reminder")


def _reminded(env: Environment) -> None:
    (mail,) = env.mails(APPROVERS)
    assert f"/approvals/{env.ticket().id}-a1" in mail["emailMessage/Body"]
    assert env.posts() == [mail["emailMessage/Body"]]


def _called(env: Environment) -> Part:
    submitted(env, **URGENT)
    return event(env, "escalation-card")


def _card_posted(env: Environment) -> None:
    (card,) = env.posts()
    assert f"/escalations/{env.ticket().id}-e1" in card
    assert "Take it over" in card


def _unanswered(env: Environment) -> Part:
    submitted(env, **URGENT)
    env.deliver()
    env.passes(timedelta(minutes=11))
    return event(env, "ladder-notice")


def _level_told(env: Environment) -> None:
    (post,) = env.posts()
    assert "Level 1 is called" in post
    assert f"/escalations/{env.ticket().id}-e1" in post


def _late(flow: str, minutes: int) -> Callable[[Environment], Part]:
    def begin(env: Environment) -> Part:
        submitted(env)
        env.deliver()
        env.passes(timedelta(minutes=minutes))
        return event(env, flow)

    return begin


def _post_says(words: str) -> Callable[[Environment], None]:
    def check(env: Environment) -> None:
        (post,) = env.posts()
        assert words in post
        assert env.ticket().id in post

    return check


def closed(env: Environment) -> str:
    """Solve a ticket and close it with its facts."""
    ticket_id = submitted(env)
    path = f"/api/v1/tickets/{ticket_id}"
    env.office.told("POST", f"{path}/events", {"event": "resolved", "source_event_id": "r1"})
    env.office.told("POST", f"{path}/close", CLOSING, idempotency_key="close")
    return ticket_id


def _closed(env: Environment) -> Part:
    ticket_id = closed(env)
    env.office.triage.shown_at(TENANT, ticket_id, "notion", PAGE, SYSTEM)
    return event(env, "closure-to-notion")


def _page_told(env: Environment) -> None:
    (post,) = env.posts()
    assert f'href="{PAGE}"' in post
    assert env.mails() == []


def _week_over(env: Environment) -> Part:
    """A week with an exception that somebody answers for."""
    submitted(env)
    env.passes(timedelta(minutes=61))
    env.passes(timedelta(days=7))
    env.deliver()
    TIMERS["Report"].work(env.office.services)
    return event(env, "weekly-report")


def _report_mailed(env: Environment) -> None:
    (mail,) = env.mails("report@example.com")
    assert "2026-W10" in mail["emailMessage/Subject"]
    assert env.ticket().id in mail["emailMessage/Body"]


def _imported(env: Environment) -> Part:
    env.install("escalation-card")  # at least one trigger is registered then
    return {}


def _table_sent(env: Environment) -> None:
    table = env.mails()[-1]["emailMessage/Body"]
    assert "Connection to the service" in table
    assert "False" not in table


PLAYS: Final = (
    Play("intake-from-zendesk", lambda _env: ZENDESK, _ticket_of_zendesk),
    Play("intake-from-mailbox", lambda _env: {"value": [MAIL]}, _question_sent),
    Play("prepare-first-reply", _triaged, _replied),
    Play("resume-on-decision", _approved, _replied),
    Play("approval-reminder", _half_time_over, _reminded),
    Play("escalation-card", _called, _card_posted),
    Play("ladder-notice", _unanswered, _level_told),
    Play("deadline-at-risk", _late("deadline-at-risk", 31), _post_says("A deadline is at risk")),
    Play("deadline-missed", _late("deadline-missed", 61), _post_says("A deadline was missed")),
    Play("closure-to-notion", _closed, _page_told),
    Play("weekly-report", _week_over, _report_mailed),
    Play("check-after-import", _imported, _table_sent, is_check=True),
)

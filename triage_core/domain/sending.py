"""What does the service send itself, through which surface, and how far is it?

An intent to send names what to tell and never holds a text: what stands in it is put together just before it is sent,
from what is true then.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from triage_core.domain.value import Value


class Surface(StrEnum):
    """Where the service itself can send to; each is off until somebody sets it up for a tenant."""

    SLACK = "slack"
    TEAMS = "teams"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"
    ZENDESK = "zendesk"
    NOTION = "notion"


class Purpose(StrEnum):
    """What an intent is for; it decides what is put together, and whether it is still wanted."""

    ESCALATION_CARD = "escalation_card"
    ESCALATION_NEWS = "escalation_news"
    PAGE = "page"
    PAGE_TAKEN = "page_taken"
    PAGE_OVER = "page_over"
    REMINDER = "reminder"
    MANAGER_ALERT = "manager_alert"
    APPROVAL_REQUEST = "approval_request"
    CUSTOMER_MESSAGE = "customer_message"
    CLOSURE = "closure"


class SendState(StrEnum):
    """How far an intent is; nothing is sent and forgotten."""

    QUEUED = "queued"
    SENT = "sent"
    #: The last attempt failed, another one follows.
    RETRYING = "retrying"
    #: Refused for good, or out of attempts.
    FAILED = "failed"
    #: It may have arrived, and sending it again might send it twice: a person has to look.
    UNKNOWN = "unknown"
    #: What it would have told was no longer true.
    DROPPED = "dropped"


class Send(Value, frozen=True, kw_only=True):
    """One intent."""

    #: Stable: the line of the timeline, the surface and the place among those of the line.
    id: str
    ticket_id: str
    surface: Surface
    purpose: Purpose
    #: The escalation, message or closure that it is about.
    about: str
    #: People of the roster, or empty where the surface has one place for all.
    to: tuple[str, ...] = ()
    at: datetime
    #: It must not arrive twice: without a sure answer it becomes unknown and is not repeated.
    at_most_once: bool = False


class Told(Value, frozen=True, kw_only=True):
    """What came back from a surface."""

    #: Why it was not taken; none where it was.
    failure: str | None = None
    #: Whether trying again can help.
    may_retry: bool = False
    #: The request went out and no answer came: it may have arrived.
    is_unconfirmed: bool = False
    #: Seconds that the surface wants to be left alone.
    wait: float | None = None
    #: What the surface calls what it took.
    receipt: str = ""

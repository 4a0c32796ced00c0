"""What does the service send itself, through which surface, and how far is it?

An intent to send names what to tell and never holds a text: what stands in it is put together just before it is sent,
from what is true then.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import field

from triage_core.domain.attempts import LONGEST_REST, LONGEST_WISH, WAITS, next_wait
from triage_core.domain.value import Value

#: The attempt ended without a word: the worker died, or stalled for longer than its claim.
INTERRUPTED: Final = "interrupted"
#: Nobody has set this surface up for the tenant, or no longer.
NOT_SET_UP: Final = "not_set_up"


class Surface(StrEnum):
    """Where the service itself can send to; each is off until somebody sets it up for a tenant."""

    SLACK = "slack"
    TEAMS = "teams"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"
    ZENDESK = "zendesk"
    #: Status, tags, fields and people of the ticket in Zendesk, beside what is said on it.
    ZENDESK_TICKET = "zendesk_ticket"
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
    #: What was decided, into the system that the ticket came from.
    WRITEBACK = "writeback"


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

    @property
    def is_over(self) -> bool:
        """Nothing follows unless a person tries again."""
        return self not in {SendState.QUEUED, SendState.RETRYING}


#: What a person can have tried again.
TRIED_AGAIN: Final = frozenset({SendState.FAILED, SendState.UNKNOWN})


class Act(StrEnum):
    """What a surface is asked to do."""

    POST = "post"
    #: Change what was posted before.
    UPDATE = "update"
    #: Somebody took the alert.
    ACKNOWLEDGE = "acknowledge"
    #: The alert is over.
    CLOSE = "close"


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


class Envelope(Value, frozen=True, kw_only=True):
    """What goes out: put together just before, from what is true then, and never stored."""

    act: Act = Act.POST
    #: Addresses as the surface writes them; empty for the one place that was set up.
    to: tuple[str, ...] = ()
    #: One line: a subject, a headline, the name of a page.
    title: str = ""
    #: The same for whoever sees no markup.
    text: str = ""
    #: The surface's own form of it: blocks, a card, properties and children, the fields of an alert or a ticket.
    body: dict[str, Any] = field(default_factory=dict)
    #: Shared by all that is told about the same thing, such as an alert and its end.
    about: str = ""
    #: The receipt of what this answers or changes.
    reply_to: str = ""
    #: A person released it, so the customer may read it; anything else stays inside.
    is_released: bool = False
    #: How many automatic messages led to this one, so that no two machines answer each other for ever.
    hops: int = 0
    #: Filled in by whoever sends, as the next three.
    ticket_id: str = ""
    #: Stable over all attempts.
    key: str = ""
    #: The receipt of what an earlier attempt got done.
    begun: str = ""
    #: An earlier attempt may have arrived: where the surface can be asked for what there is, it is asked first.
    is_repeated: bool = False

    def __repr__(self) -> str:
        """Show what tells it apart, and nothing of what it says."""
        return f"Envelope(act={self.act.value!r}, key={self.key!r})"


class Told(Value, frozen=True, kw_only=True):
    """What came back from a surface."""

    #: Why it was not taken, as a word that holds nothing of what was sent; none where it was taken.
    failure: str | None = None
    #: Whether trying again can help.
    may_retry: bool = False
    #: The request went out and no sure answer came: it may have arrived.
    is_unconfirmed: bool = False
    #: It says something about the surface and not about this message: all that waits for it had better wait.
    is_down: bool = False
    #: Seconds that the surface wants to be left alone.
    wait: float | None = None
    #: What the surface calls what it took, or the part of it that it took.
    receipt: str = ""


class SendRecord(Value, frozen=True, kw_only=True):
    """An intent and how far it is."""

    tenant: str
    send: Send
    state: SendState = SendState.QUEUED
    attempts: int = 0
    #: None where nothing follows.
    next_at: datetime | None = None
    failure: str | None = None
    receipt: str = ""
    #: An attempt went unanswered, so whatever later ones were told, it may have arrived.
    may_have_arrived: bool = False
    over_at: datetime | None = None
    #: Whoever has to know how it ended was told.
    is_reported: bool = False
    retried_by: str | None = None
    retried_at: datetime | None = None


class SendLane(Value, frozen=True, kw_only=True):
    """A surface of a tenant that one worker serves for a while, and what is due there."""

    tenant: str
    surface: Surface
    claim: str
    until: datetime
    #: How many attempts at the surface have failed in a row because of the surface.
    failures: int = 0
    sends: tuple[SendRecord, ...] = ()


class SendAttempt(Value, frozen=True, kw_only=True):
    """One attempt, after it was made."""

    told: Told
    at: datetime
    #: Which attempt of its intent it was, counted from one.
    number: int
    at_most_once: bool = False
    #: An earlier attempt went unanswered.
    may_have_arrived: bool = False
    #: How many attempts at the surface had failed in a row before it.
    failures: int = 0
    #: A sample from [0, 1).
    chance: float = 0.0


class SendSettlement(Value, frozen=True, kw_only=True):
    """What an attempt means for its intent and for the surface."""

    state: SendState
    at: datetime
    attempts: int
    #: None where nothing follows.
    next_at: datetime | None = None
    failure: str | None = None
    receipt: str = ""
    may_have_arrived: bool = False
    #: How often in a row the surface has failed now; none where nothing was learnt about it.
    failures: int | None = None
    #: The surface rests until then.
    resume_at: datetime | None = None


def key_of(tenant: str, send: Send) -> str:
    """Return what a surface can recognise a repetition by; it tells nobody whose it is."""
    return f"tl{hashlib.sha256(msgspec.json.encode([tenant, send.id])).hexdigest()[:32]}"


def is_spent(record: SendRecord) -> bool:
    """Tell whether the attempts are used up, which happens where workers died in the middle of the last ones."""
    return record.attempts > len(WAITS)


def ended(record: SendRecord, state: SendState, at: datetime, failure: str | None = None) -> SendSettlement:
    """End an intent without another attempt."""
    return SendSettlement(
        state=state,
        at=at,
        attempts=record.attempts,
        failure=failure,
        may_have_arrived=record.may_have_arrived,
    )


def settled(attempt: SendAttempt) -> SendSettlement:
    """Decide what an attempt means."""
    told = attempt.told
    if told.failure is None:
        return SendSettlement(
            state=SendState.SENT, at=attempt.at, attempts=attempt.number, receipt=told.receipt, failures=0
        )
    wait = _wait(attempt)
    may_have_arrived = attempt.may_have_arrived or told.is_unconfirmed
    return SendSettlement(
        state=_state_after(wait, may_have_arrived=may_have_arrived),
        at=attempt.at,
        attempts=attempt.number,
        next_at=None if wait is None else attempt.at + wait,
        failure=told.failure,
        receipt=told.receipt,
        may_have_arrived=may_have_arrived,
        failures=attempt.failures + 1 if told.is_down else 0,
        resume_at=attempt.at + _rest(attempt) if told.is_down else None,
    )


def _wait(attempt: SendAttempt) -> timedelta | None:
    """Return how long to wait before the next attempt, or nothing where there is none."""
    told = attempt.told
    if not told.may_retry or (told.is_unconfirmed and attempt.at_most_once):
        return None
    return next_wait(attempt.number, _wish(told), attempt.chance)


def _state_after(wait: timedelta | None, *, may_have_arrived: bool) -> SendState:
    if wait is not None:
        return SendState.RETRYING
    return SendState.UNKNOWN if may_have_arrived else SendState.FAILED


def _rest(attempt: SendAttempt) -> timedelta:
    """Return how long nothing is sent to the surface: longer the longer it fails, as long as it asked for at least."""
    wait = next_wait(attempt.failures + 1, timedelta(), attempt.chance) or LONGEST_REST
    return max(min(wait, LONGEST_REST), _wish(attempt.told))


def _wish(told: Told) -> timedelta:
    return min(timedelta(seconds=told.wait or 0), LONGEST_WISH)

"""How does a request that comes twice have one effect and one answer?

The answer is stored in the transaction of the change, as a reference and never as text: which ticket, at which line of
its timeline, and what came of it. Whoever repeats the request gets the ticket told as of that line, so the answers are
equal, while who may read which text is judged anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from triage_core.domain.errors import IdempotencyConflict, TriageError
from triage_core.domain.model import State, Ticket
from triage_core.domain.value import Value
from triage_core.ports import Answer
from triage_core.telemetry import suppressed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.ports import Records
    from triage_core.service.acting import Acting

#: How long an answer is kept.
KEPT_FOR: Final = timedelta(days=35)


class Once(Value, frozen=True, kw_only=True):
    """The key under which a request has one effect, and the fingerprint of the request as it was sent."""

    key: str
    digest: str


class Answered(Value, frozen=True, kw_only=True):
    """What a request was answered."""

    ticket_id: str
    #: The line of the timeline at which the ticket stood.
    version: int
    #: triaged, blocked, updated or known
    outcome: str


def outcome_of(before: Ticket | None, after: Ticket) -> str:
    """Say what came of a request; none stands for a ticket that did not exist."""
    if before is not None and before.version == after.version:
        return "known"
    if after.state is State.INCOMPLETE:
        return "blocked"
    was_undecided = before is None or before.class_name is None
    return "triaged" if was_undecided and after.class_name is not None else "updated"


def kept(once: Once | None, before: Ticket | None, after: Ticket, at: datetime) -> Answer | None:
    """Return what is stored with a change, so that its request can be answered again."""
    if once is None:
        return None
    answered = Answered(ticket_id=after.id, version=after.version, outcome=outcome_of(before, after))
    return Answer(key=once.key, request_digest=once.digest, body=msgspec.json.encode(answered).decode(), at=at)


def recall(store: Records, tenant: str, once: Once) -> Answered | None:
    """Return what the request was answered; raises `IdempotencyConflict` where the key belongs to another request."""
    answer = store.answer(tenant, once.key)
    if answer is None:
        return None
    if answer.request_digest != once.digest:
        raise IdempotencyConflict
    suppressed(tenant)
    return msgspec.json.decode(answer.body, type=Answered)


class Done(NamedTuple):
    """The ticket as the request left it, whether that was now or before."""

    ticket: Ticket
    outcome: str
    replayed: bool = False


def done_once(acting: Acting, tenant: str, once: Once, work: Callable[[], Ticket]) -> Done:
    """Do work that is saved under the key; a request that was answered before is told again and not repeated."""
    if answered := recall(acting.store, tenant, once):
        return _again(acting, tenant, answered)
    try:
        after = work()
    except TriageError:
        # The same request may have been carried out in between, and then nothing is left to do.
        if answered := recall(acting.store, tenant, once):
            return _again(acting, tenant, answered)
        raise
    answered = recall(acting.store, tenant, once)
    return Done(after, answered.outcome if answered else outcome_of(after, after))


def _again(acting: Acting, tenant: str, answered: Answered) -> Done:
    return Done(acting.as_of(tenant, answered.ticket_id, answered.version), answered.outcome, replayed=True)

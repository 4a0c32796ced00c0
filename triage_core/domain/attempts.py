"""What does an attempt to deliver mean, and when is it tried again?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec.structs import replace

from triage_core.domain.delivery import DeliveryState, Failure, HookState, Reply, Settlement
from triage_core.domain.value import Value

#: How long to wait after each failed attempt; after the last wait comes the last attempt.
WAITS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
#: So often is a message tried that the receiver refuses; a mistake there is often mended within minutes.
ATTEMPTS_REFUSED: Final = 5
#: Waits grow by up to this part, so that what failed together does not come back together.
JITTER: Final = 0.25
#: A receiver may ask for more time, but not for ever.
LONGEST_WISH: Final = timedelta(hours=24)
#: A receiver that is down is asked again after so long at most, with one message and not with all that wait.
LONGEST_REST: Final = timedelta(minutes=5)
#: So many attempts in a row fail before a message that dies takes its hook out of service.
LOSING_STREAK: Final = 50

#: What a status means, by itself or by its hundred.
_BY_STATUS: Final = {408: Failure.BUSY, 410: Failure.GONE, 425: Failure.BUSY, 429: Failure.BUSY}
_BY_HUNDRED: Final = {3: Failure.REDIRECTED, 5: Failure.BUSY}
_TAKEN: Final = range(200, 300)
#: These say something about the receiver and not about the message: it is tried to the end, and the whole hook rests.
_RESTING: Final = frozenset({Failure.BUSY, Failure.UNCONFIRMED, Failure.NOT_CONNECTED, Failure.NAME_UNKNOWN})
#: A waiting step that says no to its answer says so again.
_REFUSING: Final = frozenset({Failure.REFUSED, Failure.REDIRECTED, Failure.GONE})
#: Enough digits for any wish; more would only cost time to read.
_DIGITS: Final = 12


class Attempt(Value, frozen=True, kw_only=True):
    """One attempt, after it was made."""

    reply: Reply
    at: datetime
    #: Which attempt of its delivery it was, counted from one.
    number: int
    #: How many attempts at the hook had failed in a row before it.
    failures: int = 0
    #: A sample from [0, 1).
    chance: float = 0.0

    @property
    def failure(self) -> Failure | None:
        """Why it failed, or nothing where the receiver took the message."""
        reply = self.reply
        if reply.failure is not None or reply.status is None:
            return reply.failure or Failure.UNCONFIRMED
        if reply.status in _TAKEN:
            return None
        return _BY_STATUS.get(reply.status) or _BY_HUNDRED.get(reply.status // 100, Failure.REFUSED)


def settled(attempt: Attempt) -> Settlement:
    """Decide what an attempt means for its delivery and its hook."""
    failure, status = attempt.failure, attempt.reply.status
    if failure is None:
        return Settlement(state=DeliveryState.SENT, status=status)
    if failure is Failure.GONE:
        return Settlement(state=DeliveryState.DEAD, status=status, failure=failure, hook_state=HookState.GONE)
    if failure is Failure.HOST_FORBIDDEN:
        return _held(attempt, failure)
    return _failed(attempt, failure)


def settled_once(attempt: Attempt) -> Settlement:
    """Decide the same for a callback: once it was taken, or refused for good, nothing is sent there any more."""
    outcome = settled(attempt)
    if outcome.state is DeliveryState.SENT:
        return replace(outcome, hook_state=HookState.GONE)
    if attempt.failure in _REFUSING:
        return replace(outcome, state=DeliveryState.DEAD, next_at=None, hook_state=HookState.GONE)
    return outcome


def _held(attempt: Attempt, failure: Failure) -> Settlement:
    """Keep what must not be sent until somebody allows its receiver again."""
    return Settlement(
        state=DeliveryState.QUEUED,
        next_at=attempt.at,
        failure=failure,
        is_uncounted=True,
        hook_state=HookState.DISABLED,
    )


def _failed(attempt: Attempt, failure: Failure) -> Settlement:
    is_resting = failure in _RESTING
    wish = wait_wished(attempt.reply.retry_after, attempt.at)
    is_last = not is_resting and attempt.number >= ATTEMPTS_REFUSED
    wait = None if is_last else next_wait(attempt.number, wish, attempt.chance)
    is_lost = wait is None and attempt.failures + 1 >= LOSING_STREAK
    return Settlement(
        state=_state_after(failure, wait),
        next_at=None if wait is None else attempt.at + wait,
        status=attempt.reply.status,
        failure=failure,
        resume_at=attempt.at + _rest(attempt, wish) if is_resting else None,
        hook_state=HookState.DISABLED if is_lost else None,
    )


def _state_after(failure: Failure, wait: timedelta | None) -> DeliveryState:
    if wait is None:
        return DeliveryState.DEAD
    return DeliveryState.UNKNOWN if failure is Failure.UNCONFIRMED else DeliveryState.FAILED


def _rest(attempt: Attempt, wish: timedelta) -> timedelta:
    """Return how long nothing is sent to the hook: longer the longer it fails, as long as it asked for at least."""
    wait = next_wait(attempt.failures + 1, timedelta(), attempt.chance) or LONGEST_REST
    return max(min(wait, LONGEST_REST), wish)


def next_wait(number: int, wish: timedelta, chance: float) -> timedelta | None:
    """Return how long to wait after the numbered attempt has failed, or nothing when it was the last."""
    if number > len(WAITS):
        return None
    return max(WAITS[number - 1] * (1 + JITTER * chance), wish)


def wait_wished(retry_after: str, now: datetime) -> timedelta:
    """Read a Retry-After header, in seconds or as a date; no time where it says nothing that can be understood."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:_DIGITS])), LONGEST_WISH)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    wish = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(max(wish, timedelta()), LONGEST_WISH)

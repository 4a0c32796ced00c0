"""Can the service do its work, and if not, what is in the way?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.hook_ports import Vitals, Watch

#: Sweeps come every minute and deliveries more often; after so long nobody is working.
LATEST_TIMER: Final = timedelta(minutes=5)
LATEST_MESSAGE: Final = timedelta(minutes=5)
#: A hook may wait for its turn while others are served.
LATEST_DELIVERY: Final = timedelta(minutes=15)
#: What is sent directly may wait for its turn too.
LATEST_SEND: Final = timedelta(minutes=15)
#: How far the clocks of this machine and of the database may be apart.
LARGEST_SKEW: Final = timedelta(minutes=1)
#: Before this the software did not exist, so a clock that shows it was never set.
_FIRST_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Check(Value, frozen=True, kw_only=True):
    """One thing that has to be right."""

    name: str
    is_ok: bool
    detail: str


class NotReady(TriageError):
    """The service cannot do its work."""

    code = "not_ready"

    def __init__(self, failed: Iterable[str]) -> None:
        """Name the checks that failed."""
        super().__init__(f"the service is not ready: {', '.join(failed)}; its operator finds more with: triage ready")


def ready(store: Watch, now: datetime) -> tuple[Check, ...]:
    """Return every check; a database that does not answer fails the first one, and nothing else is known then."""
    try:
        vitals = store.vitals(now)
    except TriageError as error:
        return (Check(name="database", is_ok=False, detail=f"{error} [{error.code}]"),)
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready, and here is asked why
        return (Check(name="database", is_ok=False, detail=f"the database fails with {type(error).__name__}"),)
    reached = Check(name="database", is_ok=True, detail="answers")
    return (reached, *(check(vitals, now) for check in _CHECKS))


def assure(store: Watch, now: datetime) -> None:
    """Raise `NotReady` unless every check passes."""
    failed = [check.name for check in ready(store, now) if not check.is_ok]
    if failed:
        raise NotReady(failed)


def _schema(vitals: Vitals, _now: datetime) -> Check:
    detail = "is that of this version" if vitals.is_current else "is of another version; run the same on all machines"
    return Check(name="schema", is_ok=vitals.is_current, detail=detail)


def _clock(vitals: Vitals, now: datetime) -> Check:
    skew = abs(now - vitals.clock) if vitals.clock else timedelta()
    is_ok = now >= _FIRST_DAY and skew <= LARGEST_SKEW
    detail = "agrees" if is_ok else f"shows {now:%Y-%m-%d %H:%M} UTC, {skew.total_seconds():.0f} s off the database's"
    return Check(name="clock", is_ok=is_ok, detail=detail)


def _policy(vitals: Vitals, _now: datetime) -> Check:
    detail = "is in force" if vitals.has_policy else "is missing; activate one with: triage policy activate"
    return Check(name="policy", is_ok=vitals.has_policy, detail=detail)


def _timers(vitals: Vitals, now: datetime) -> Check:
    return _age("timers", vitals.oldest_timer, now, LATEST_TIMER)


def _messages(vitals: Vitals, now: datetime) -> Check:
    return _age("messages", vitals.oldest_message, now, LATEST_MESSAGE)


def _deliveries(vitals: Vitals, now: datetime) -> Check:
    return _age("deliveries", vitals.oldest_delivery, now, LATEST_DELIVERY)


def _sends(vitals: Vitals, now: datetime) -> Check:
    return _age("sends", vitals.oldest_send, now, LATEST_SEND)


_UNITS: Final = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def _age(name: str, oldest: datetime | None, now: datetime, latest: timedelta) -> Check:
    if oldest is None:
        return Check(name=name, is_ok=True, detail="nothing waits")
    age = now - oldest
    return Check(name=name, is_ok=age <= latest, detail=f"the oldest has waited {_readable(age)}")


def _readable(age: timedelta) -> str:
    """Tell a span in the largest unit of which it holds two; nobody counts in a million seconds."""
    seconds = int(age.total_seconds())
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= 2 * size), (1, "s"))
    return f"{seconds // size} {unit}"


_CHECKS: Final[tuple[Callable[[Vitals, datetime], Check], ...]] = (
    _schema,
    _clock,
    _policy,
    _timers,
    _messages,
    _deliveries,
    _sends,
)

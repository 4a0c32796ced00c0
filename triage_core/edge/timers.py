"""What has to be done without anybody asking, and how often?

Every piece of work may run late, twice or not at all without another outcome, so any scheduler will do: that of the
host, or the thread that a local server brings along.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.edge.message import place_of
from triage_core.service.cleaning import clean
from triage_core.service.retention import Retaining

if TYPE_CHECKING:
    from triage_core.service.access import Services

_LOG: Final = logging.getLogger(__name__)
#: How long a worker may take for the tickets that it claimed.
_LEASE: Final = timedelta(minutes=5)
#: After so long a round begins nothing more.
_ROUND: Final = timedelta(seconds=15)
#: A run that failed is repeated after so long at the latest.
_RETRY: Final = timedelta(minutes=1)
#: How often the thread looks whether something is due.
_GLANCE: Final = 1.0


class Timer(NamedTuple):
    """One piece of work: its name, how often, the same in the words of the Functions host, and what it does."""

    name: str
    every: timedelta
    #: Six fields, seconds first, in UTC.
    schedule: str
    work: Callable[[Services], object]


def sweep(services: Services) -> object:
    """Let time catch up with every ticket on which something is due."""
    services.triage.playbooks.refresh()
    return services.triage.tick(f"{socket.gethostname()}-{os.getpid()}", _LEASE)


def deliver(services: Services) -> object:
    """Send the events that are due; what is left over comes with the next run."""
    return services.courier.round(services.now() + _ROUND) if services.courier else None


def send(services: Services) -> object:
    """Send what is due directly; nothing where no surface is set up."""
    return services.dispatcher.round(services.now() + _ROUND) if services.dispatcher else None


def report(services: Services) -> object:
    """Issue the weekly reports that are due; everything else about figures is asked for."""
    services.triage.playbooks.refresh()
    return services.triage.reporting.issue_everywhere()


def look_after(services: Services) -> object:
    """Let go of texts whose time is over, and tell which articles nobody has looked at in time."""
    triage = services.triage
    triage.playbooks.refresh()
    retaining = Retaining(triage.store, triage.now, triage.new_id, triage.redact)
    return [(retaining.run_where_possible(name), triage.remind_of_articles(name)) for name in triage.store.tenants()]


def clean_up(services: Services) -> object:
    """Let go of what was kept long enough."""
    return clean(services.triage.store, services.now())


TIMERS: Final = {
    timer.name: timer
    for timer in (
        Timer("Sweep", timedelta(minutes=1), "0 * * * * *", sweep),
        Timer("Send", timedelta(seconds=5), "*/5 * * * * *", send),
        Timer("Deliver", timedelta(seconds=10), "*/10 * * * * *", deliver),
        Timer("Report", timedelta(minutes=10), "0 4/10 * * * *", report),
        Timer("CleanUp", timedelta(days=1), "0 17 3 * * *", clean_up),
        Timer("LookAfter", timedelta(days=1), "0 47 3 * * *", look_after),
    )
}


class Clockwork:
    """Runs every timer in a thread, for a server that has no scheduler around it."""

    def __init__(self, services: Callable[[], Services]) -> None:
        """Wind nothing up yet."""
        self._services: Final = services
        self._stopped: Final = Event()
        self._thread: Final = Thread(target=self._run, name="triage-timers", daemon=True)

    def start(self) -> None:
        """Begin; everything is due at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        due = dict.fromkeys(TIMERS, 0.0)
        while not self._stopped.is_set():
            for timer in TIMERS.values():
                if due[timer.name] <= monotonic():
                    due[timer.name] = monotonic() + self._done(timer).total_seconds()
            self._stopped.wait(_GLANCE)

    def _done(self, timer: Timer) -> timedelta:
        """Do the work, and return how long the next time may wait."""
        try:
            timer.work(self._services())
        except Exception as error:  # noqa: BLE001 - a failed run is told, and the next one tries again
            _LOG.error("%s in timer %s at %s", type(error).__name__, timer.name, place_of(error))
            return min(timer.every, _RETRY)
        return timer.every

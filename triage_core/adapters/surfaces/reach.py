"""How are connections to surfaces made: whom to trust, how long to wait, and is this machine itself allowed?"""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import NamedTuple

import httpcore
import httpx

from triage_core.adapters.guarded_http import TIME_LIMIT, GuardedHttp
from triage_core.adapters.guarded_network import Resolve, resolve
from triage_core.domain.receivers import Receivers


class Reach(NamedTuple):
    """What every connection of an installation has in common."""

    trusted: ssl.SSLContext
    #: For tests and first tries: this machine itself, over plain connections and on any port.
    allow_loopback: bool = False
    time_limit: timedelta = TIME_LIMIT
    names: Resolve = resolve
    lines: httpcore.NetworkBackend | None = None

    def http(self, hosts: tuple[str, ...]) -> GuardedHttp:
        """Return who asks these hosts and no others."""
        receivers = Receivers(hosts=hosts, allow_loopback=self.allow_loopback)
        return GuardedHttp(receivers, self.time_limit, trusted=self.trusted, names=self.names, lines=self.lines)


def reach(*, allow_loopback: bool = False, time_limit: timedelta = TIME_LIMIT) -> Reach:
    """Return the system's own way to connect."""
    return Reach(httpx.create_ssl_context(), allow_loopback, time_limit)

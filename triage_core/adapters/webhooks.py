"""How does one message get to its receiver over the network? Once, guarded, and without believing the answer.

No redirect is followed, no proxy of the environment is asked, no cookie is kept. Of the answer only the status and the
wish to wait are read; its body is read a little way, so that the receiver can finish, and thrown away.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import timedelta
from typing import Final

import httpcore
import httpx

from triage_core.adapters.guarded_network import Deadline, GuardedNetwork, NotReached, Resolve, resolve
from triage_core.domain.delivery import Failure, Reply
from triage_core.domain.receivers import ReceiverRefused, Receivers, Target

TIME_LIMIT: Final = timedelta(seconds=10)
#: How much of an answer is read at most.
MOST_READ: Final = 64 * 1024
#: Longer than any moment or number of seconds.
_LONGEST_RETRY_AFTER: Final = 64


class WebhookSender:
    """Sends over HTTPS to receivers on the list."""

    def __init__(
        self,
        receivers: Receivers,
        time_limit: timedelta = TIME_LIMIT,
        *,
        trusted: ssl.SSLContext | None = None,
        names: Resolve = resolve,
        lines: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Send to these receivers; whom to trust, how names are resolved and lines laid is the system's own way."""
        self._receivers: Final = receivers
        self._seconds: Final = time_limit.total_seconds()
        self._trusted: Final = trusted or httpx.create_ssl_context()
        self._names: Final = names
        self._lines: Final = lines or httpcore.SyncBackend()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send once, within a time limit and to a permitted address only; every failure is a reply."""
        try:
            target = self._receivers.target(url)
        except ReceiverRefused:
            return Reply(failure=Failure.HOST_FORBIDDEN)
        deadline = Deadline(self._seconds)
        try:
            return self._exchange(target, headers, body, deadline)
        except NotReached as error:
            return Reply(failure=error.failure)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
            return Reply(failure=Failure.UNCONFIRMED if deadline.has_sent else Failure.NOT_CONNECTED)

    def _exchange(self, target: Target, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> Reply:
        network = GuardedNetwork(target, deadline, self._names, self._lines)
        request = _request(target, headers, body)
        with (
            closing(httpcore.HTTPConnection(request.url.origin, self._trusted, network_backend=network)) as connection,
            closing(connection.handle_request(request)) as response,
        ):
            _read_a_little(response)
            named = {name.lower(): value for name, value in response.headers}
            wish = named.get(b"retry-after", b"")[:_LONGEST_RETRY_AFTER].decode("ascii", "replace")
            return Reply(status=response.status, retry_after=wish)


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> httpcore.Request:
    """Build the request from the address as it was judged, so that nothing reads it in another way."""
    url = httpcore.URL(
        scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.target.encode()
    )
    told = {"host": target.authority, "connection": "close", "content-length": str(len(body)), **headers}
    return httpcore.Request(
        "POST", url, headers=[(name.encode(), value.encode()) for name, value in told.items()], content=body
    )


def _read_a_little(response: httpcore.Response) -> None:
    read = 0
    # The status has arrived; what goes wrong after it changes nothing.
    with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        for part in response.iter_stream():
            read += len(part)
            if read >= MOST_READ:
                return

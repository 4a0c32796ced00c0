"""How is one request made over the network, guarded, and answered within bounds?

No redirect is followed, no proxy of the environment is asked, no cookie is kept. Of the answer the status, the wish to
wait and a bounded part of the body are read, and nothing of it is believed.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Final

import httpcore
import httpx
import msgspec

from triage_core.adapters.guarded_network import Deadline, GuardedNetwork, NotReached, Resolve, resolve
from triage_core.domain.delivery import Failure
from triage_core.domain.receivers import ReceiverRefused, Receivers, Target
from triage_core.domain.value import Value

TIME_LIMIT: Final = timedelta(seconds=10)
#: How much of an answer is read at most.
MOST_READ: Final = 64 * 1024
#: Longer than any moment or number of seconds.
_LONGEST_RETRY_AFTER: Final = 64


class Call(Value, frozen=True, kw_only=True):
    """A request before it is made; its headers may hold a secret."""

    method: str = "POST"
    url: str
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        """Show nothing that only the receiver should know."""
        return f"Call(method={self.method!r})"


class Answer(Value, frozen=True, kw_only=True):
    """What came back."""

    status: int | None = None
    #: Why there is no status.
    failure: Failure | None = None
    #: As the receiver wrote it.
    retry_after: str = ""
    body: bytes = b""
    #: The body was read to its end.
    is_whole: bool = False


class GuardedHttp:
    """Makes requests over HTTPS to receivers on a list."""

    def __init__(
        self,
        receivers: Receivers,
        time_limit: timedelta = TIME_LIMIT,
        *,
        trusted: ssl.SSLContext | None = None,
        names: Resolve = resolve,
        lines: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Ask these receivers; whom to trust, how names are resolved and lines laid is the system's own way."""
        self._receivers: Final = receivers
        self._seconds: Final = time_limit.total_seconds()
        self._trusted: Final = trusted or httpx.create_ssl_context()
        self._names: Final = names
        self._lines: Final = lines or httpcore.SyncBackend()

    def deadline(self) -> Deadline:
        """Return a time limit that several calls can share."""
        return Deadline(self._seconds)

    def ask(self, call: Call, within: Deadline | None = None) -> Answer:
        """Make a request once, within a time limit and to a permitted address only; every failure is an answer."""
        try:
            target = self._receivers.target(call.url)
        except ReceiverRefused:
            return Answer(failure=Failure.HOST_FORBIDDEN)
        deadline = within or self.deadline()
        deadline.has_sent = False
        try:
            return self._exchange(target, call, deadline)
        except NotReached as error:
            return Answer(failure=error.failure)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
            return Answer(failure=Failure.UNCONFIRMED if deadline.has_sent else Failure.NOT_CONNECTED)

    def _exchange(self, target: Target, call: Call, deadline: Deadline) -> Answer:
        network = GuardedNetwork(target, deadline, self._names, self._lines)
        request = _request(target, call)
        with (
            closing(httpcore.HTTPConnection(request.url.origin, self._trusted, network_backend=network)) as connection,
            closing(connection.handle_request(request)) as response,
        ):
            body, is_whole = _some_of(response)
            named = {name.lower(): value for name, value in response.headers}
            wish = named.get(b"retry-after", b"")[:_LONGEST_RETRY_AFTER].decode("ascii", "replace")
            return Answer(status=response.status, retry_after=wish, body=body, is_whole=is_whole)


def _request(target: Target, call: Call) -> httpcore.Request:
    """Build the request from the address as it was judged, so that nothing reads it in another way."""
    url = httpcore.URL(
        scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.target.encode()
    )
    told = {"host": target.authority, "connection": "close", "content-length": str(len(call.body)), **call.headers}
    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    return httpcore.Request(call.method, url, headers=headers, content=call.body)


def _some_of(response: httpcore.Response) -> tuple[bytes, bool]:
    """Read a bounded part of the body; the status has arrived, so what goes wrong after it only cuts the body short."""
    read = bytearray()
    try:
        for part in response.iter_stream():
            read += part
            if len(read) >= MOST_READ:
                return bytes(read[:MOST_READ]), False
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        return bytes(read), False
    return bytes(read), True

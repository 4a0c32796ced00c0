"""How is a connection made that leads to a permitted address and ends in time?

The host's name is resolved once, every address that it has is judged, and the connection goes to one of those that were
judged, so that a name which changes its mind in between leads nowhere else. Each read and write gets only what is left
of the time, so that a receiver which sends a byte now and then cannot hold a worker.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final

import httpcore

from triage_core.domain.delivery import Failure
from triage_core.domain.receivers import Target, is_sendable

#: Returns the network addresses of a host.
Resolve = Callable[[str, int], tuple[str, ...]]


class NotReached(Exception):
    """No connection was made, so nothing was sent."""

    def __init__(self, failure: Failure) -> None:
        """Say why."""
        super().__init__(failure)
        self.failure = failure


class Deadline:
    """When an attempt has to end, and how far it got."""

    def __init__(self, seconds: float) -> None:
        """Start now."""
        self._end: Final = monotonic() + seconds
        #: Something of the request left, so it may have arrived.
        self.has_sent = False

    def left(self) -> float:
        """Return the seconds that are left; raises `httpcore.TimeoutException` when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def permitted(target: Target, names: Resolve) -> tuple[str, ...]:
    """Return the addresses of a target's host, all of them judged; raises `NotReached`."""
    try:
        addresses = names(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise NotReached(Failure.NAME_UNKNOWN) from error
    if not all(is_sendable(address, target) for address in addresses):
        raise NotReached(Failure.ADDRESS_FORBIDDEN)
    return addresses


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to permitted addresses of one target."""

    def __init__(self, target: Target, deadline: Deadline, names: Resolve, lines: httpcore.NetworkBackend) -> None:
        """Know the target, ask `names` for its addresses, and connect through `lines`."""
        self._target: Final = target
        self._deadline: Final = deadline
        self._names: Final = names
        self._lines: Final = lines

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers."""
        del timeout, host
        for address in permitted(self._target, self._names):
            try:
                stream = self._lines.connect_tcp(address, port, self._deadline.left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.TimeoutException):
                continue
            return TimedStream(stream, self._deadline)
        raise NotReached(Failure.NOT_CONNECTED)


class TimedStream(httpcore.NetworkStream):
    """A connection on which everything together has to end in time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        """Wrap a connection."""
        self._stream: Final = stream
        self._deadline: Final = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        del timeout
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        del timeout
        left = self._deadline.left()
        self._deadline.has_sent = True
        self._stream.write(buffer, left)

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt; the receiver has to prove that it is the host that was asked for, whatever its address."""
        del timeout
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        except httpcore.ConnectError as error:
            raise NotReached(Failure.TLS_FAILED) from error
        except httpcore.TimeoutException as error:
            raise NotReached(Failure.NOT_CONNECTED) from error
        return TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the library has it
        """Tell about the connection."""
        return self._stream.get_extra_info(info)

"""How does an HTTP client reach one permitted address, within a time for everything together, and nothing else?"""

from __future__ import annotations

import ssl
from contextlib import closing
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from triage_core.adapters.guarded_network import Deadline, GuardedNetwork, Resolve, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.receivers import Target


class GuardedTransport(httpx.BaseTransport):
    """Carries requests to one target; what goes wrong on the way is raised as `httpcore` and `NotReached` say it."""

    def __init__(self, target: Target, deadline: Deadline, trusted: ssl.SSLContext, names: Resolve = resolve) -> None:
        """Know the target, how long it may take, and whom to trust."""
        self._target: Final = target
        self._trusted: Final = trusted
        self._network: Final = GuardedNetwork(target, deadline, names, httpcore.SyncBackend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over a connection of its own, to the target as it was judged."""
        url = httpcore.URL(
            scheme=self._target.scheme.encode(),
            host=self._target.host.encode(),
            port=self._target.port,
            target=request.url.raw_path,
        )
        connection = httpcore.HTTPConnection(url.origin, self._trusted, network_backend=self._network)
        sent = httpcore.Request(request.method, url, headers=request.headers.raw, content=request.read())
        try:
            response = connection.handle_request(sent)
        except BaseException:
            connection.close()
            raise
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(connection, response), request=request
        )


class _Body(httpx.SyncByteStream):
    """What comes back, as it comes; the connection ends with it."""

    def __init__(self, connection: httpcore.HTTPConnection, response: httpcore.Response) -> None:
        self._connection: Final = connection
        self._response: Final = response

    def __iter__(self) -> Iterator[bytes]:
        parts: Iterable[bytes] = self._response.iter_stream()
        yield from parts

    def close(self) -> None:
        with closing(self._connection):
            self._response.close()

"""How does a server of the ASGI kind reach the table of operations?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Incoming
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from triage_core.edge import slack
from triage_core.edge.http import Edge
from triage_core.edge.message import Request
from triage_core.edge.parsing import LONGEST_BODY
from triage_core.edge.timers import Clockwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.types import Receive, Scope, Send

    from triage_core.service.access import Services


class Api:
    """What answers requests of ours, as an application: the operations for every path that nobody else answers."""

    def __init__(self, edge: Edge | slack.SlackEdge) -> None:
        """Answer with an edge."""
        self._edge: Final = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the work is done in a thread, since databases block."""
        try:
            request = await _received(Incoming(scope, receive))
        except ClientDisconnect:
            return
        reply = await run_in_threadpool(self._edge.reply, request)
        await Response(reply.body, reply.status, dict(reply.headers))(scope, receive, send)


async def _received(incoming: Incoming) -> Request:
    raw_path: bytes = incoming.scope.get("raw_path") or incoming.scope["path"].encode()
    return Request(
        method=incoming.method,
        path=raw_path.partition(b"?")[0].decode("latin-1"),
        query={name: ",".join(incoming.query_params.getlist(name)) for name in incoming.query_params},
        headers={name.lower(): value for name, value in incoming.headers.items()},
        body=await _body(incoming),
        base_url=f"{incoming.url.scheme}://{incoming.url.netloc}",
    )


async def _body(incoming: Incoming) -> bytes:
    """Read one part more than is allowed at most, so that a body without end fills no memory."""
    parts = bytearray()
    async for part in incoming.stream():
        parts += part
        if len(parts) > LONGEST_BODY:
            break
    return bytes(parts)


def application(
    services: Callable[[], Services], routes: Sequence[BaseRoute] = (), *, with_timers: bool = False
) -> Starlette:
    """Return the operations as an application, behind the routes of whatever else it serves."""

    @asynccontextmanager
    async def alive(_app: Any) -> AsyncIterator[None]:  # noqa: ANN401 - Starlette's own
        clockwork = Clockwork(services) if with_timers else None
        if clockwork:
            clockwork.start()
        yield
        if clockwork:
            await run_in_threadpool(clockwork.stop)

    buttons = Route(slack.PATH, Api(slack.SlackEdge(services)))
    app = Starlette(routes=[*routes, buttons], lifespan=alive)
    # A mount would leave out paths that hold a line break, and answer them with a page of its own.
    app.router.default = Api(Edge(services))
    return app

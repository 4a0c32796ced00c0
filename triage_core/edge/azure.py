"""How does the Functions host reach the table of operations and the timers?

Every operation is a function of its own, so that each has its name, its metrics and its switch. Our own keys decide who
may call; a function key of the host would name no tenant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import azure.functions as func

from triage_core.contract.operations import OPERATIONS
from triage_core.edge.http import Edge
from triage_core.edge.message import Request
from triage_core.edge.timers import TIMERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.edge.timers import Timer
    from triage_core.service.access import Services

#: What the host puts before every route; the same stands in host.json.
_PREFIX: Final = "/api/"


def function_app(services: Callable[[], Services]) -> func.FunctionApp:
    """Return every operation and every timer as functions; nothing is opened before the first of them runs."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    handle = _handler(Edge(services))
    for operation in OPERATIONS.values():
        route = app.route(route=operation.path.removeprefix(_PREFIX), methods=[operation.method])
        app.function_name(operation.name)(route(handle))
    for timer in TIMERS.values():
        schedule = app.timer_trigger(schedule=timer.schedule, arg_name="tick")
        app.function_name(timer.name)(schedule(_work(timer, services)))
    return app


def _handler(edge: Edge) -> Callable[[func.HttpRequest], func.HttpResponse]:
    def handle(req: func.HttpRequest) -> func.HttpResponse:
        reply = edge.reply(_request(req))
        return func.HttpResponse(reply.body, status_code=reply.status, headers=dict(reply.headers))

    return handle


def _request(req: func.HttpRequest) -> Request:
    address = urlsplit(req.url)
    return Request(
        method=req.method,
        path=address.path,
        query=dict(req.params),
        headers={name.lower(): value for name, value in req.headers.items()},
        body=req.get_body(),
        base_url=f"{address.scheme}://{address.netloc}",
    )


def _work(timer: Timer, services: Callable[[], Services]) -> Callable[[func.TimerRequest], None]:
    def work(tick: func.TimerRequest) -> None:
        del tick
        timer.work(services())

    return work

"""How does the Functions host reach the table of operations, the timers and the pages?

Every operation is a function of its own, so that each has its name, its metrics and its switch. Our own keys decide who
may call; a function key of the host would name no tenant. Pages are no operations: there is one function for each noun
that their addresses begin with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import azure.functions as func
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from triage_core.contract.operations import OPERATIONS
from triage_core.edge import slack
from triage_core.edge.http import Edge
from triage_core.edge.message import Request
from triage_core.edge.timers import TIMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from starlette.routing import BaseRoute

    from triage_core.edge.timers import Timer
    from triage_core.service.access import Services

    Shown = Callable[[func.HttpRequest, func.Context], Coroutine[None, None, func.HttpResponse]]

#: What the host puts before every route; the same stands in host.json, whose own word would be `api`.
_PREFIX: Final = "/"


def function_app(services: Callable[[], Services], pages: Sequence[BaseRoute] = ()) -> func.FunctionApp:
    """Return operations, timers and pages as functions; nothing is opened before the first of them runs."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    handle = _handler(Edge(services))
    for operation in OPERATIONS.values():
        route = app.route(route=operation.path.removeprefix(_PREFIX), methods=[operation.method])
        app.function_name(operation.name)(route(handle))
    buttons = app.route(route=slack.PATH.removeprefix(_PREFIX), methods=[slack.METHOD])
    app.function_name(slack.NAME)(buttons(_handler(slack.SlackEdge(services))))
    show = _shower(pages)
    for noun in nouns(pages):
        # What follows the noun may be nothing at all.
        route = app.route(route=f"{noun}/{{*rest}}", methods=["GET", "POST"])
        app.function_name(f"Pages{noun.title().replace('-', '')}")(route(show))
    for timer in TIMERS.values():
        schedule = app.timer_trigger(schedule=timer.schedule, arg_name="tick")
        app.function_name(timer.name)(schedule(_work(timer, services)))
    return app


def nouns(pages: Iterable[BaseRoute]) -> tuple[str, ...]:
    """Return the first words of the pages' addresses; the host keeps its own page at the root."""
    paths = [page.path for page in pages if isinstance(page, Route | Mount)]
    return tuple(sorted({path.split("/")[1] for path in paths} - {""}))


def _shower(pages: Sequence[BaseRoute]) -> Shown:
    """Return what shows the pages, exactly as another server does."""
    middleware = func.AsgiMiddleware(Starlette(routes=pages))  # type: ignore[no-untyped-call] # it ships no types

    async def show(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        shown: func.HttpResponse = await middleware.handle_async(req, context)
        return shown

    return show


def _handler(edge: Edge | slack.SlackEdge) -> Callable[[func.HttpRequest], func.HttpResponse]:
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

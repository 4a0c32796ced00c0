"""Which service do the tests of the integration call? One on this machine whose clock and people they command."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.adapters.decisions import change, ticket
from tests.edge.sample_edge import TENANT, TIRED
from tests.gate_office import GateOffice
from tests.sample_gates import person
from tests.sample_hooks import HERE
from triage_core.adapters.webhooks import WebhookSender
from triage_core.contract.event_rows import sample_event
from triage_core.contract.events import EventType
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.state import Verdict
from triage_core.edge.asgi import application
from triage_core.ports import Message
from triage_core.service.access import TooManyRequests
from triage_core.service.delivering import Courier
from triage_core.service.hooks import HookRegister
from triage_core.service.outgoing import body_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.requests import Request

    from triage_core.service.access import Caller, Gatekeeper

_A_MINUTE: Final = timedelta(minutes=1)


class _Door:
    """Lets in whoever the office lets in, but for a key that is used up."""

    def __init__(self, inner: Gatekeeper) -> None:
        self._inner = inner

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Return who is calling."""
        if headers.get("x-api-key") == TIRED:
            raise TooManyRequests(timedelta(seconds=17))
        return self._inner.caller(headers)


class Service:
    """An office that delivers to this machine, and what tests let happen in it."""

    def __init__(self) -> None:
        """Open the office."""
        self.office = GateOffice()
        office = self.office
        self.courier = Courier(office.store, WebhookSender(HERE), office.now)
        office.services = office.services._replace(
            gatekeeper=_Door(office.services.gatekeeper),
            hooks=HookRegister(office.store, HERE, office.now),
            courier=self.courier,
        )
        self._happened = 0

    def decide(self, approval: str, verdict: str) -> None:
        """Let a lead decide in person."""
        waiting = self.office.messages.approval(TENANT, approval)[1]
        choice = Choice(verdict=Verdict(verdict), seal=waiting.seal, reason="because")
        proof = Proof(interactive=True, authenticated_at=self.office.time)
        self.office.messages.decide(TENANT, approval, choice, proof, person("lee"))

    def wait(self, minutes: int) -> None:
        """Let time pass, and do what time does."""
        self.office.passes(minutes * _A_MINUTE)
        self.office.triage.tick("sweeper", _A_MINUTE)

    def happen(self, event: str) -> None:
        """Write an event as it stands in the outbox once something happened."""
        self._happened += 1
        name = f"made-up-{self._happened}"
        told = {**sample_event(EventType(event)), "id": name, "at": self.office.time}
        message = Message(id=name, type=event, payload=body_of(told), at=self.office.time)
        self.office.store.save(change(ticket(name, TENANT), messages=(message,)))

    def deliver(self) -> None:
        """Deliver what is due."""
        self.courier.round()


def _route(name: str, work: Callable[..., None]) -> Route:
    async def answer(request: Request) -> JSONResponse:
        given: dict[str, Any] = await request.json()
        await run_in_threadpool(lambda: work(**given))
        return JSONResponse({})

    return Route(f"/command/{name}", answer, methods=["POST"])


@contextmanager
def running() -> Iterator[str]:
    """Serve on a free port, and give the address."""
    service = Service()
    commands = (service.decide, service.wait, service.happen, service.deliver)
    routes = [_route(work.__name__, work) for work in commands]
    app = application(lambda: service.office.services, routes)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    with running() as address:
        print(address, flush=True)  # noqa: T201 - whoever starts it by hand needs the address
        threading.Event().wait()

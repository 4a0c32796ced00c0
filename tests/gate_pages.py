"""What do people see of an installation in a browser, pages of errors included?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx
from starlette.applications import Starlette

from triage_core.console.pages import routes
from triage_core.domain.gating.state import approval_id
from triage_core.identity.desk import open_identity
from triage_core.identity.sessions import csrf_of

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Coroutine, Iterator

    from tests.gate_office import GateOffice

_HOME: Final = "https://desk.example.com"
_SESSION: Final = "__Host-triage"
_BOARDS: Final = (
    *("/", "/home", "/approvals", "/escalations", "/incidents/t1", "/approvals/t1-a99", "/escalations/t9-e1"),
    *("/sign-in", "/sign-in/local", "/reports", "/nothing"),
    *("/calibration", "/calibration/2026-W09", "/calibration/2026-W09/tickets/t1", "/calibration/2026-W09/result"),
    *("/policy", "/policy/versions/2", "/policy/c1"),
)


class Pages:
    """The pages of an installation, and a browser."""

    def __init__(self, office: GateOffice, tenant: str, runner: Runner) -> None:
        """Let everybody of the roster sign in; pages are asked for in a loop of events that stays open."""
        self._office, self._tenant, self._runner = office, tenant, runner
        self._identity = open_identity(office.store.vault, office.triage.playbooks, office.now)
        self.routes = routes(lambda: self._identity, lambda: office.services)
        served = httpx.ASGITransport(Starlette(routes=self.routes))
        self._browser = httpx.AsyncClient(transport=served, base_url=_HOME)
        self._token = ""

    def seen_by(self, who: str) -> Iterator[tuple[str, str]]:
        """Return the pages that somebody sees, but for those of requests for approval."""
        self._enter(who)
        for path in self.paths():
            yield f"page {path} of {who}", self._told(self._browser.get(path))

    def paths(self) -> list[str]:
        """Return the addresses of all pages but those of requests for approval."""
        tickets = self._office.tickets()
        return [*_BOARDS, *(f"/escalations/{ticket.id}-e1" for ticket in tickets if ticket.escalation is not None)]

    def requests_seen_by(self, who: str) -> Iterator[tuple[str, str]]:
        """Return the pages of requests for approval, by the name of each."""
        self._enter(who)
        for ticket in self._office.tickets():
            for approval in ticket.approvals:
                name = approval_id(ticket.id, approval.number)
                yield name, self._told(self._browser.get(f"/approvals/{name}"))

    def sends(self, who: str, path: str, **fields: str) -> str:
        """Send a form, and return the page that comes of it."""
        self._enter(who)
        form = {"csrf": csrf_of(self._token), "once": "first", **fields}
        return self._told(self._browser.post(path, data=form, headers={"origin": _HOME}))

    def _enter(self, who: str) -> None:
        self._token = self._identity.sessions.begin(self._tenant, who, "link").token
        self._browser.cookies.set(_SESSION, self._token)

    def _told(self, asked: Coroutine[None, None, httpx.Response]) -> str:
        answer = self._runner.run(asked)
        return f"{answer.status_code} {dict(answer.headers)} {answer.text}"

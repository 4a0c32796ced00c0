"""Which pages do tests open? Those of the desk with ladders, whose people may sign in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.sample_desk import TENANT
from tests.sample_ladders import LadderDesk
from triage_core.console.pages import routes
from triage_core.identity.desk import open_identity
from triage_core.identity.sessions import csrf_of
from triage_core.service.access import NoHooks, Services

if TYPE_CHECKING:
    from httpx2 import Response

    from triage_core.ports import Store

HOME: Final = "https://desk.example.com"
SESSION: Final = "__Host-triage"


class ConsoleDesk(LadderDesk):
    """A desk with ladders and its pages, on Monday morning."""

    def __init__(self, store: Store | None = None, **changes: Any) -> None:
        """Open for visitors."""
        super().__init__(store, **changes)
        self.identity = open_identity(self.store.vault, self.triage.playbooks, lambda: self.now)
        self.services = Services(self.triage, self.identity.gatekeeper, NoHooks(), lambda: self.now)
        self.app = Starlette(routes=routes(lambda: self.identity, lambda: self.services))

    def visitor(self, person: str | None = None) -> Visitor:
        """Return a browser, in which somebody is signed in."""
        visitor = Visitor(self.app)
        if person is not None:
            visitor.token = self.identity.sessions.begin(TENANT, person, "link").token
            visitor.client.cookies.set(SESSION, visitor.token)
        return visitor


class Visitor:
    """A browser that reads pages and sends their forms."""

    def __init__(self, app: Starlette) -> None:
        """Open no page yet."""
        self.client = TestClient(app, HOME, follow_redirects=False)
        self.token = ""

    def get(self, path: str) -> Response:
        """Look at a page."""
        return self.client.get(path)

    def words(self, path: str) -> str:
        """Return what a page says, without its marks."""
        return words_of(self.get(path).text)

    def send(self, path: str, *, once: str = "first", **fields: str) -> Response:
        """Send a form of this session's pages."""
        form = {"csrf": csrf_of(self.token), "once": once, **fields}
        return self.client.post(path, data=form, headers={"origin": HOME})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Keep blocks apart."""
        del attrs
        self.said.append(" " if tag in {"dd", "li", "p", "h2", "option"} else "")

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.said.append(data)


def words_of(page: str) -> str:
    """Return the words of a page, one blank between them."""
    parser = _Words()
    parser.feed(page)
    return " ".join("".join(parser.said).split())

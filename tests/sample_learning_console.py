"""Which pages do tests of the calibration open? Those of the desk whose policy has three bad rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette

from tests.sample_console import SESSION, Visitor
from tests.sample_desk import TENANT
from tests.sample_learning import LearningDesk
from triage_core.console.pages import routes
from triage_core.identity.desk import open_identity
from triage_core.service.access import NoHooks, Services

if TYPE_CHECKING:
    from triage_core.ports import Store


class LearningOffice(LearningDesk):
    """The desk with its pages."""

    def __init__(self, store: Store | None = None) -> None:
        """Open for visitors."""
        super().__init__(store)
        self.identity = open_identity(self.store.vault, self.triage.playbooks, lambda: self.now)
        self.services = Services(self.triage, self.identity.gatekeeper, NoHooks(), lambda: self.now)
        self.app = Starlette(routes=routes(lambda: self.identity, lambda: self.services))

    def visitor(self, person: str) -> Visitor:
        """Return a browser in which somebody is signed in."""
        visitor = Visitor(self.app)
        visitor.token = self.identity.sessions.begin(TENANT, person, "link").token
        visitor.client.cookies.set(SESSION, visitor.token)
        return visitor

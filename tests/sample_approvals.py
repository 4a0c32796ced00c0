"""Which texts and corrections wait for approval in tests of the pages?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.sample_console import ConsoleDesk, Visitor
from tests.sample_desk import TENANT
from tests.sample_ladders import person, roles
from triage_core.domain.gating.state import Approval, Outgoing
from triage_core.domain.gating.texts import Text
from triage_core.domain.policy.gates import TemplateKind
from triage_core.service.messages import Messages, Own

if TYPE_CHECKING:
    from httpx2 import Response

PAGE: Final = "/approvals/t1-a1"
BODY: Final = "Hello, we found the cause of t1 and are on it. The next news come in half an hour. Service desk"
SUBJECT: Final = "t1: we are on it"
TO: Final = "jo@example.com"
CUSTOMER: Final = "Nobody can sign in"
_OPENED: Final = re.compile(r'name="opened" value="([^"]+)"')
_SEAL: Final = re.compile(r'name="seal" value="([^"]+)"')


def gates(**more: Any) -> dict[str, Any]:
    """Return the gates of the desk with some parts changed."""
    return {"approvals": [{"id": "gated", "roles": ["lead"], "expires": "30m"}], **more}


class ApprovalDesk(ConsoleDesk):
    """A desk with one urgent ticket, whose texts a lead has to approve."""

    def __init__(self, **changes: Any) -> None:
        """Open with the ticket; Ann wrote nothing yet."""
        super().__init__(**{"roles": roles(), "gates": gates(), **changes})
        self.messages = Messages(self.triage)
        self.urgent(subject=CUSTOMER, body="since nine o'clock", requester=TO)

    def write(self, who: str = "ann", body: str = BODY, **more: Any) -> Outgoing:
        """Let somebody prepare a text of their own."""
        text = Text(channel="email", to=(TO,), subject=SUBJECT, body=body, **more)
        self.messages.bring(TENANT, "t1", Own(kind=TemplateKind.FIRST_RESPONSE, text=text), person(who))
        return self.message()

    def message(self) -> Outgoing:
        """Return the last text."""
        return self.read().messages[-1]

    def approval(self, number: int = -1) -> Approval:
        """Return a request, the last one unless another is named."""
        return self.read().approvals[number]

    def form(self, visitor: Visitor, path: str = PAGE) -> dict[str, str]:
        """Return what the page puts into its forms."""
        shown = visitor.get(path).text
        found = {"opened": _OPENED.search(shown), "seal": _SEAL.search(shown)}
        return {name: match.group(1) for name, match in found.items() if match}

    def decide(self, who: str, how: str = "approve", **fields: str) -> Response:
        """Let somebody open the page and send one of its forms."""
        visitor = self.visitor(who)
        return visitor.send(f"{PAGE}/{how}", **{**self.form(visitor), **fields})

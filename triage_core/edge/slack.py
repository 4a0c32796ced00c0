"""How does a button that a person pressed in Slack reach the services?

Slack waits for three seconds, and shows nothing of the answer to a press. So what came of it, a refusal above all, is
told at the address that came with the press, within half of that time; where that fails, the answer says it.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.edge.message import Reply, Request
from triage_core.edge.refusals import BodyTooLarge, MethodNotAllowed, NothingHere
from triage_core.edge.replying import replied
from triage_core.observability import logger
from triage_core.service.interactions import Interactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.service.access import Services

#: Where Slack sends what people press.
NAME: Final = "SlackInteractions"
PATH: Final = "/slack/interactions"
METHOD: Final = "POST"
#: Slack repeats the message on which the button is.
_LONGEST: Final = 250_000
_COURSE: Final = logger("triage.request")


class SlackEdge:
    """The door for buttons, for any host."""

    def __init__(self, services: Callable[[], Services]) -> None:
        """Serve the services, which are asked for with each request."""
        self._services: Final = services

    def reply(self, request: Request) -> Reply:
        """Answer a request; whatever happens, a reply comes of it."""
        return replied(request, self._answered)

    def _answered(self, request: Request) -> Reply:
        if request.method != METHOD:
            raise MethodNotAllowed([METHOD])
        if len(request.body) > _LONGEST:
            raise BodyTooLarge(_LONGEST)
        services, started = self._services(), perf_counter()
        if services.slack is None:
            raise NothingHere
        pressed = services.slack.pressed(request.headers, request.body)
        address = services.public_url or request.base_url
        told = Interactions(services.triage, services.slack, address).answer(pressed, request.body)
        spent = round((perf_counter() - started) * 1000, 1)
        _COURSE.info("request", operation=NAME, platform="slack", status=200, duration_ms=spent)
        if services.slack.tell(pressed, told):
            return Reply(status=200, body=b"")
        said = {"response_type": "ephemeral", "replace_original": False, "text": told}
        return Reply(status=200, body=msgspec.json.encode(said), headers={"content-type": "application/json"})

"""Where does everything arrive that an installation sends? Stand-ins on this machine, emptied for each installation."""

from __future__ import annotations

from asyncio import Runner
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self, TypeVar

from pydantic import TypeAdapter

from tests.sample_surfaces import SET_UP
from tests.standins.notion import NotionStandIn
from tests.standins.opsgenie import OpsgenieStandIn
from tests.standins.pagerduty import PagerDutyStandIn
from tests.standins.receiver import Receiver
from tests.standins.slack import SlackStandIn
from tests.standins.smtp import SmtpStandIn
from tests.standins.teams import TeamsStandIn
from tests.standins.zendesk import ZendeskStandIn
from triage_core.adapters.surfaces.opened import OpenedSurfaces
from triage_core.adapters.surfaces.reach import reach
from triage_core.adapters.surfaces.settings import LOOPBACK, TenantSurfaces
from triage_core.domain.sending import Surface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.standins.base import StandIn
    from tests.standins.smtp import Mail

TENANT: Final = "acme"
Thing = TypeVar("Thing")
#: By which texts to the customer leave; nothing else may hold a word of one.
TO_CUSTOMERS: Final = frozenset({Surface.EMAIL, Surface.ZENDESK})


class Outlets:
    """Every surface and a receiver of events, for one tenant. Use it as a context."""

    def __init__(self) -> None:
        """Listen to nobody yet."""
        self._web: dict[Surface, StandIn] = {
            Surface.SLACK: SlackStandIn(),
            Surface.TEAMS: TeamsStandIn(),
            Surface.ZENDESK: ZendeskStandIn(1, 2),
            Surface.PAGERDUTY: PagerDutyStandIn(),
            Surface.OPSGENIE: OpsgenieStandIn(),
            Surface.NOTION: NotionStandIn(),
        }
        self.relay, self.receiver = SmtpStandIn(), Receiver()
        #: Carries out what pages do.
        self.runner = Runner()

    def __enter__(self) -> Self:
        self._opened = ExitStack()
        for each in self._web.values():
            self._opened.enter_context(each)
        self._opened.enter_context(self.relay)
        self._opened.enter_context(self.receiver)
        self._opened.enter_context(self.runner)
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def surfaces(self) -> OpenedSurfaces:
        """Return what sends to them."""
        relay = {"host": self.relay.host, "port": self.relay.port, "security": "none", "sender": "desk@acme.example"}
        web = {kind.value: {**SET_UP[kind], "address": each.url} for kind, each in self._web.items()}
        document = {TENANT: {**web, "email": relay}}
        read = TypeAdapter(dict[str, TenantSurfaces]).validate_python(document, context={LOOPBACK: True})
        return OpenedSurfaces(read, reach(allow_loopback=True))

    def arrived(self) -> Iterator[tuple[str, str]]:
        """Return all that arrived since it was asked last, and by which way."""
        for kind, each in self._web.items():
            for request in _taken(each.received):
                yield kind.value, f"{request.path} {request.query} {request.headers} {request.body.decode()}"
        for mail in _taken(self.relay.received):
            yield Surface.EMAIL.value, _read(mail)
        for got in _taken(self.receiver.got):
            yield "webhook", f"{got.path} {got.headers} {got.body.decode()}"


def _taken(found: list[Thing]) -> list[Thing]:
    taken = found[:]
    del found[: len(taken)]
    return taken


def _read(mail: Mail) -> str:
    parts = [part.get_content() for part in mail.message.walk() if not part.is_multipart()]
    return f"{mail.recipients} {mail.message.items()} {parts}"


__all__ = ["TENANT", "TO_CUSTOMERS", "Outlets"]

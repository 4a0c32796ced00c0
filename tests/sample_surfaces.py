"""Which surfaces do tests send to? Stand-ins on this machine, set up as an operator would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from tests.standins import notion, opsgenie, pagerduty, slack, zendesk
from tests.standins.base import StandIn
from tests.standins.notion import NotionStandIn
from tests.standins.opsgenie import OpsgenieStandIn
from tests.standins.pagerduty import PagerDutyStandIn
from tests.standins.slack import SlackStandIn
from tests.standins.teams import TeamsStandIn
from tests.standins.zendesk import ZendeskStandIn
from triage_core.adapters.surfaces.opened import OpenedSurfaces
from triage_core.adapters.surfaces.reach import Reach, reach
from triage_core.adapters.surfaces.settings import LOOPBACK, TenantSurfaces
from triage_core.domain.sending import Surface
from triage_core.send_ports import SurfaceSender

TENANT: Final = "acme"
SHORT: Final = timedelta(seconds=0.5)
HERE: Final = reach(allow_loopback=True, time_limit=SHORT)
#: For what is not about time, on a machine that has other things to do.
PATIENT: Final = reach(allow_loopback=True, time_limit=timedelta(seconds=20))

Setting = dict[str, Any]

#: How each stand-in is set up, but for its address.
SET_UP: Final[dict[Surface, Setting]] = {
    Surface.SLACK: {"token": slack.TOKEN, "channel": slack.CHANNEL},
    Surface.TEAMS: {"url": "https://prod-1.westus.logic.azure.com/workflows/0123/triggers/manual?sig=s3cret"},
    Surface.NOTION: {"token": notion.TOKEN, "data_source": notion.DATA_SOURCE},
    Surface.ZENDESK: {"subdomain": "acme", "email": zendesk.EMAIL, "token": zendesk.TOKEN},
    Surface.PAGERDUTY: {"routing_key": pagerduty.ROUTING_KEY},
    Surface.OPSGENIE: {"key": opsgenie.KEY, "team": "responders"},
}
STAND_INS: Final[dict[Surface, Callable[[], StandIn]]] = {
    Surface.SLACK: SlackStandIn,
    Surface.TEAMS: TeamsStandIn,
    Surface.NOTION: NotionStandIn,
    Surface.ZENDESK: lambda: ZendeskStandIn(35_436),
    Surface.PAGERDUTY: PagerDutyStandIn,
    Surface.OPSGENIE: OpsgenieStandIn,
}


def surfaces(stand_ins: Mapping[Surface, StandIn], within: Reach = HERE) -> OpenedSurfaces:
    """Return surfaces of one tenant that lead to stand-ins."""
    return set_up({kind.value: {**SET_UP[kind], "address": found.url} for kind, found in stand_ins.items()}, within)


def set_up(settings: Mapping[str, Setting], within: Reach = HERE) -> OpenedSurfaces:
    """Return surfaces of one tenant that are set up so."""
    document = {TENANT: settings}
    read = TypeAdapter(dict[str, TenantSurfaces]).validate_python(document, context={LOOPBACK: True})
    return OpenedSurfaces(read, within)


def of(opened: OpenedSurfaces, surface: Surface) -> SurfaceSender:
    """Return who sends to a surface that is set up."""
    found = opened.sender(TENANT, surface)
    assert found is not None
    return found


def sender(surface: Surface, stand_in: StandIn, within: Reach = HERE) -> SurfaceSender:
    """Return who sends to a stand-in."""
    return of(surfaces({surface: stand_in}, within), surface)

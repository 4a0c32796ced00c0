"""Who sends to which surface of which tenant? Each sender is made when it is first needed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from triage_core.adapters.surfaces.notion import Notion
from triage_core.adapters.surfaces.opsgenie import Opsgenie
from triage_core.adapters.surfaces.pagerduty import PagerDuty
from triage_core.adapters.surfaces.slack import Slack
from triage_core.adapters.surfaces.smtp import Smtp
from triage_core.adapters.surfaces.teams import Teams
from triage_core.adapters.surfaces.zendesk import Zendesk, ZendeskTicket
from triage_core.domain.sending import Surface

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage_core.adapters.guarded_http import GuardedHttp
    from triage_core.adapters.surfaces.reach import Reach
    from triage_core.adapters.surfaces.settings import TenantSurfaces
    from triage_core.channels.zendesk_fields import ZendeskMapping
    from triage_core.send_ports import SurfaceSender

_WEB: Final[dict[Surface, Callable[[Any, GuardedHttp], SurfaceSender]]] = {
    Surface.SLACK: Slack,
    Surface.TEAMS: Teams,
    Surface.NOTION: Notion,
    Surface.ZENDESK: Zendesk,
    Surface.ZENDESK_TICKET: ZendeskTicket,
    Surface.PAGERDUTY: PagerDuty,
    Surface.OPSGENIE: Opsgenie,
}


class OpenedSurfaces:
    """Answers `Surfaces` from what was set up."""

    def __init__(self, set_up: Mapping[str, TenantSurfaces], reach: Reach) -> None:
        """Open nothing yet."""
        self._set_up: Final = set_up
        self._reach: Final = reach
        self._made: Final[dict[tuple[str, Surface], SurfaceSender]] = {}
        self._lock: Final = Lock()

    def of(self, tenant: str) -> tuple[Surface, ...]:
        """Return what is set up for a tenant."""
        held = self._set_up.get(tenant)
        return tuple(surface for surface in Surface if held is not None and held.of(surface) is not None)

    def record_url(self, tenant: str, source: str, source_id: str) -> str | None:
        """Return where people find a ticket of Zendesk; of other systems nothing is known."""
        held = self._set_up.get(tenant)
        if source != Surface.ZENDESK or held is None or held.zendesk is None:
            return None
        return held.zendesk.ticket_url(source_id)

    def mapping(self, tenant: str) -> ZendeskMapping | None:
        """Return the ids of what is written back to a tenant's tickets; none where nothing is."""
        held = self._set_up.get(tenant)
        return held.zendesk.writeback if held is not None and held.zendesk is not None else None

    def sender(self, tenant: str, surface: Surface) -> SurfaceSender | None:
        """Return who sends to a surface of a tenant; nobody where it is not set up."""
        if surface not in self.of(tenant):
            return None
        with self._lock:
            key = tenant, surface
            if key not in self._made:
                self._made[key] = self._opened(self._set_up[tenant].of(surface), surface)
            return self._made[key]

    def _opened(self, settings: Any, surface: Surface) -> SurfaceSender:  # noqa: ANN401 - each has its own
        if surface is Surface.EMAIL:
            return Smtp(settings, self._reach)
        return _WEB[surface](settings, self._reach.http(settings.hosts))

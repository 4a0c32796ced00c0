"""Can a surface be reached as it is set up? A message that harms nobody shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.errors import TriageError
from triage_core.domain.sending import Act, Envelope, Surface, Told

if TYPE_CHECKING:
    from triage_core.send_ports import Surfaces

_TITLE: Final = "Test of Triage Loop"
_TEXT: Final = "This surface is set up. Nothing has happened, and nothing has to be done."
_NOTE: Final = Envelope(title=_TITLE, text=_TEXT)
#: It ends an alert that there never was: the service reads the key and pages nobody.
_NO_ALERT: Final = Envelope(act=Act.CLOSE, title=_TITLE, text=_TEXT, about="triage-core-test")
_PROBES: Final = {Surface.PAGERDUTY: _NO_ALERT, Surface.OPSGENIE: _NO_ALERT}
#: These have no place of their own.
ADDRESSED: Final = {
    Surface.ZENDESK: "the number of a ticket",
    Surface.ZENDESK_TICKET: "the number of a ticket, which is only looked at",
    Surface.EMAIL: "an address",
}


class SurfaceNotSetUp(TriageError):
    """Nobody has set this surface up for the tenant."""

    code = "surface_not_set_up"

    def __init__(self) -> None:
        """Say where it is done."""
        super().__init__("this surface is not set up for this tenant; add it to the file that TRIAGE_SURFACES names")


def probe(surfaces: Surfaces, tenant: str, surface: Surface, to: tuple[str, ...], key: str) -> Told:
    """Send a test message and return what came of it; raises `SurfaceNotSetUp`."""
    sender = surfaces.sender(tenant, surface)
    if sender is None:
        raise SurfaceNotSetUp
    return sender.send(replace(_PROBES.get(surface, _NOTE), to=to, key=key))

"""What can a person do about intents that failed, or may or may not have arrived? Have them tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import TriageError
from triage_core.domain.sending import SendState
from triage_core.send_ports import SendFilter

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.sending import Surface
    from triage_core.send_ports import SendDesk

#: How many are tried again at once.
_MOST: Final = 10_000


class SendNotFound(TriageError):
    """No intent of this tenant with this id failed or is unknown."""

    code = "send_not_found"

    def __init__(self) -> None:
        """Say where they are listed."""
        super().__init__("no send with this id failed or is unknown in this tenant; see: triage sends list")


def retry(desk: SendDesk, tenant: str, send_id: str, by: str, now: datetime) -> None:
    """Have one tried again; it may arrive a second time where it is unknown. Raises `SendNotFound`."""
    if not desk.retry(tenant, send_id, by, now):
        raise SendNotFound


def retry_failed(desk: SendDesk, tenant: str, surface: Surface | None, by: str, now: datetime) -> int:
    """Have all tried again that failed, and return how many; of what is unknown each needs a look of its own."""
    failed = desk.listed(tenant, SendFilter(surface=surface, state=SendState.FAILED), _MOST)
    return sum(desk.retry(tenant, record.send.id, by, now) for record in failed)

"""Which changes to a rota are refused: those without a reason, and those that would change the past?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.edit import check_reason
from triage_core.domain.errors import TimeOrder, TriageError

if TYPE_CHECKING:
    from triage_core.domain.rota.book import Override, Version


#: What lasts longer is no exception any more.
LONGEST_OVERRIDE: Final = timedelta(days=366)


class OverrideTooLong(TriageError):
    """Somebody would be on duty in place of others for longer than anybody may ask."""

    code = "override_too_long"

    def __init__(self) -> None:
        """Name the longest time, and what to do instead."""
        super().__init__(
            f"an override lasts at most {LONGEST_OVERRIDE.days} days; change the rota for what holds longer"
        )


def check_version(wanted: Version) -> None:
    """Raise `EditUnexplained` or `TimeOrder` for what nobody may ask for."""
    check_reason(wanted.reason, "change a rota")
    if wanted.effective_from < wanted.at:
        raise TimeOrder("the beginning of the version", wanted.at)


def check_override(wanted: Override) -> None:
    """Raise `EditUnexplained`, `TimeOrder` or `OverrideTooLong` for what nobody may ask for."""
    check_reason(wanted.reason, "put somebody else on duty")
    if wanted.starts_at < wanted.at:
        raise TimeOrder("the beginning of the override", wanted.at)
    if wanted.ends_at <= wanted.starts_at:
        raise TimeOrder("the end of the override", wanted.starts_at)
    if wanted.ends_at - wanted.starts_at > LONGEST_OVERRIDE:
        raise OverrideTooLong

"""What is known about a customer, and which gap of a ticket may it fill?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.domain.chain import digest
from triage_core.domain.errors import TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.domain.intake import IntakeForm
    from triage_core.domain.model import Ticket

#: The field of the intake that a profile knows.
TIER: Final = "customer_tier"


class ProfileUnavailable(TriageError):
    """The customer's profile could not be read."""

    code = "profile_unavailable"

    def __init__(self, reason: str) -> None:
        """Say what went wrong, without anything of the customer or the service's answer."""
        super().__init__(f"the customer's profile cannot be read: {reason}; tickets are taken in without it")


class ProfileServiceDown(ProfileUnavailable):
    """The source of profiles itself is out of order, for every customer."""


class Profile(Value, frozen=True, kw_only=True):
    """A customer as the business sees them; what is not known is left out."""

    tier: str | None = None
    lifetime_value: float | None = None
    seniority: str | None = None
    #: How the customer is called in texts.
    name: str | None = None
    notes: str | None = None

    def over(self, other: Profile) -> Profile:
        """Put what is known about a person over what is known about the account."""
        return Profile(
            **{name: getattr(other, name) if (mine := getattr(self, name)) is None else mine for name in _FIELDS}
        )


_FIELDS: Final = Profile.__struct_fields__


class Filled(Value, frozen=True, kw_only=True):
    """An intake with what the profile knows, which fields that filled, and what the timeline says about it."""

    given: dict[str, Any]
    from_profile: tuple[str, ...] = ()
    facts: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies an empty default


def fill(form: IntakeForm, given: Mapping[str, Any], profile: Profile | None) -> Filled:
    """Let a profile say the tier of a ticket that does not say it itself.

    What the ticket states stays, and a tier that the policy does not list is left out: a profile never blocks a ticket.
    """
    if profile is None or profile.tier is None or _is_said(given.get(TIER)):
        return Filled(given=dict(given))
    tier = form.check({TIER: profile.tier}).values.get(TIER)
    if tier is None:
        return Filled(given=dict(given), facts={"profile_tier_unlisted": True})
    return Filled(given={**given, TIER: tier}, from_profile=(TIER,))


def _is_said(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def person_key(key: bytes, requester: str) -> str:
    """Return the digest that stands for a person, however the name is written."""
    return digest(key, requester.strip().casefold())


def still_from_profile(ticket: Ticket, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields that the profile filled, less those that somebody has said since."""
    return tuple(name for name in ticket.from_profile if not _is_said(given.get(name)))

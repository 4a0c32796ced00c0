"""Which keys should an administrator look at in the quarterly review of access, and why?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.contract.operation import Scope
from triage_core.domain.credentials import SERVICE_MAKER
from triage_core.domain.platforms import sensitivity_ranks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from triage_core.domain.credentials import ApiKey
    from triage_core.domain.policy import Policy

#: A key that nobody used for so long is probably not needed.
UNUSED_FOR: Final = timedelta(days=90)
#: A key that ends within this time needs its successor soon.
ENDS_WITHIN: Final = timedelta(days=30)


class ReviewRow(NamedTuple):
    """One key, and what stands out about it."""

    key: ApiKey
    state: str
    #: The most sensitive data that its platform may carry; empty where the policy does not say.
    carries_up_to: str
    findings: tuple[str, ...]


def review(keys: Iterable[ApiKey], policy: Policy | None, now: datetime) -> tuple[ReviewRow, ...]:
    """Judge keys; those with findings come first."""
    rows = [_row(key, policy, now) for key in keys]
    return tuple(sorted(rows, key=lambda row: (not row.findings, row.state != "alive", row.key.prefix)))


def _row(key: ApiKey, policy: Policy | None, now: datetime) -> ReviewRow:
    carries = policy.platforms.get(key.platform, "") if policy else ""
    alive = key.is_alive(now)
    state = "alive" if alive else "revoked" if key.revoked_at else "expired"
    found = (*_about(key, now), *_about_data(key, policy, carries)) if alive else ()
    return ReviewRow(key, state, carries, found)


def _about(key: ApiKey, now: datetime) -> Iterator[str]:
    used = key.last_used_at or key.created_at
    if now - used >= UNUSED_FOR:
        yield f"unused for {(now - used).days} days"
    if key.expires_at - now <= ENDS_WITHIN:
        yield f"ends in {(key.expires_at - now).days} days"
    if key.holds_too_much:
        yield "holds more rights than one connection needs"
    elif Scope.ADMIN in key.scopes:
        yield "may administer"


def _about_data(key: ApiKey, policy: Policy | None, carries: str) -> Iterator[str]:
    if policy is None:
        return
    if not carries:
        yield "platform is not in the policy, so no texts pass"
    elif sensitivity_ranks(policy).get(carries) == 0 and Scope.TICKETS_READ in key.scopes:
        yield f"reads the most sensitive data ({carries})"
    if key.created_by not in {SERVICE_MAKER, *(person.id for person in policy.people)}:
        yield "made by somebody who is not on the roster"

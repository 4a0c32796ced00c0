"""May one person make this change alone, and if not, who confirms it?

What is settled here is settled in the database. Whoever can write to the database without this program needs nobody's
consent; the rule binds those who come through the service, its pages and its command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.credentials import PendingChange
from triage_core.domain.errors import TriageError
from triage_core.policyfile.diff import diff_policies

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.policy import Policy
    from triage_core.identity_ports import PendingChanges


class NotAdministrator(TriageError):
    """The person may not propose or confirm such a change."""

    code = "not_administrator"

    def __init__(self) -> None:
        """Say who may."""
        super().__init__("this needs a person whose role carries the right administer; ask one of them")


class ChangeNotOpen(TriageError):
    """There is no such change that waits."""

    code = "change_not_open"

    def __init__(self) -> None:
        """Say what may have happened."""
        super().__init__("no such change waits: it was settled, or nobody confirmed it in time; propose it anew")


class SamePerson(TriageError):
    """Who proposed a change wants to confirm it."""

    code = "same_person"

    def __init__(self) -> None:
        """Say who can."""
        super().__init__("whoever proposed this change cannot confirm it; another administrator can")


def changes_roster(old: Policy | None, new: Policy) -> bool:
    """Tell whether a new policy changes who may do what; the first policy of a tenant changes nobody's rights."""
    return old is not None and (old.people, old.roles) != (new.people, new.roles)


def lowers_caution(old: Policy | None, new: Policy) -> bool:
    """Tell whether a new policy lets something out, or lets somebody act, that was held back before."""
    return old is not None and any(change.weakens_gate for change in diff_policies(old, new))


def check_second(change: PendingChange, by: str, now: datetime) -> None:
    """Refuse a confirmation that does not count; raises `ChangeNotOpen` and `SamePerson`."""
    if not change.is_open(now):
        raise ChangeNotOpen
    if change.proposed_by == by:
        raise SamePerson


class SecondPerson:
    """Changes that wait until another administrator agrees."""

    def __init__(
        self, changes: PendingChanges, is_administrator: Callable[[str, str], bool], now: Callable[[], datetime]
    ) -> None:
        """Keep changes in a store, and ask who administers a tenant."""
        self._changes, self._is_administrator, self._now = changes, is_administrator, now

    def propose(self, change: PendingChange) -> None:
        """Let a change wait; raises `NotAdministrator`."""
        self._check_administrator(change.tenant, change.proposed_by)
        self._changes.add_change(change)

    def confirm(self, tenant: str, change_id: str, by: str) -> PendingChange:
        """Settle a change and return it, to be carried out now by whoever asked; of two confirmations one counts.

        Raises `NotAdministrator`, `ChangeNotOpen` and `SamePerson`. Who proposed must still administer the tenant.
        """
        now, change = self._now(), self._changes.change(tenant, change_id)
        if change is None:
            raise ChangeNotOpen
        self._check_administrator(tenant, by)
        check_second(change, by, now)
        self._check_administrator(tenant, change.proposed_by)
        if not self._changes.settle_change(tenant, change_id, by, now):
            raise ChangeNotOpen
        return replace(change, settled_by=by, settled_at=now)

    def waiting(self, tenant: str) -> tuple[PendingChange, ...]:
        """Return what waits, the newest first."""
        now = self._now()
        return tuple(change for change in self._changes.changes(tenant) if change.is_open(now))

    def _check_administrator(self, tenant: str, person_id: str) -> None:
        if not self._is_administrator(tenant, person_id):
            raise NotAdministrator

"""What do we know about the customer of a ticket? Never so important that a ticket would have to wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.profile import Filled, Profile, ProfileUnavailable, fill
from triage_core.domain.submission import PROFILE

if TYPE_CHECKING:
    from triage_core.domain.intake import IntakeForm
    from triage_core.domain.submission import Submission
    from triage_core.ports import History, Profiles, Store

_LATEST: Final = 10


class Customers:
    """Customers of tenants, over a store and whatever knows their profiles."""

    def __init__(self, store: Store, profiles: Profiles | None) -> None:
        """Read histories from the store; without profiles nobody has one."""
        self._store: Final = store
        self._profiles: Final = profiles

    def known(self, submission: Submission, form: IntakeForm) -> tuple[Profile | None, Filled]:
        """Return the profile of a submission's customer and the intake that it completes; a failure is a fact."""
        try:
            profile = self._looked_up(submission)
        except ProfileUnavailable:
            return None, replace(fill(form, submission.intake, None), facts={"profile_unavailable": True})
        return profile, fill(form, submission.intake, profile)

    def _looked_up(self, submission: Submission) -> Profile | None:
        if self._profiles is None or not (submission.customer or submission.requester):
            return None
        return self._profiles.lookup(submission.tenant, submission.customer, submission.requester)

    def profile(self, tenant: str, ticket_id: str) -> Profile | None:
        """Return what was known about the customer when a ticket arrived, unless that was erased."""
        kept = [text.content for text in self._store.texts(tenant, ticket_id) if text.kind == PROFILE]
        return msgspec.json.decode(kept[-1], type=Profile) if kept else None

    def history(self, tenant: str, customer: str, limit: int = _LATEST) -> History:
        """Return a customer's tickets by class, and the latest of them."""
        return self._store.history(tenant, customer, limit)

"""What does on-call duty need from the world outside? A part of the store that keeps rotas, overrides, suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage_core.domain.edit import Edit
    from triage_core.domain.rota import Override, Version
    from triage_core.domain.suppression import Suppression


class RotaVersions(Protocol):
    """Keeps every version of every rota."""

    def add_version(self, tenant: str, version: Version) -> None:
        """Store the next version of a rota; of two with one number the first stays, the other raises `RotaChanged`.

        A number that does not follow the latest one raises it too.
        """

    def versions(self, tenant: str) -> tuple[Version, ...]:
        """Return all versions of all rotas of a tenant, by rota and number."""


class Overrides(Protocol):
    """Keeps overrides, the ended ones too."""

    def add_override(self, tenant: str, override: Override) -> Override:
        """Store an override and return it with its id; a tenant's overrides count from 1."""

    def end_override(self, tenant: str, override_id: int, edit: Edit) -> bool:
        """Let an override end at the edit, unless it has ended before; tell whether it did."""

    def overrides(self, tenant: str) -> tuple[Override, ...]:
        """Return all overrides of a tenant, by id."""


class Suppressions(Protocol):
    """Keeps suppressions, the ended ones too."""

    def add_suppression(self, tenant: str, suppression: Suppression) -> Suppression:
        """Store a suppression and return it with its id; a tenant's suppressions count from 1."""

    def end_suppression(self, tenant: str, suppression_id: int, edit: Edit) -> bool:
        """Let a suppression end at the edit, unless it has ended before; tell whether it did."""

    def suppressions(self, tenant: str) -> tuple[Suppression, ...]:
        """Return all suppressions of a tenant, by id."""


class DutyBook(RotaVersions, Overrides, Suppressions, Protocol):
    """All that a store does for on-call duty."""


class HasDuty(Protocol):
    """A store that keeps on-call duty too."""

    @property
    def duty(self) -> DutyBook:
        """Where rotas, overrides and suppressions are."""

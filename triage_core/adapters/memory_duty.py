"""How are rotas, overrides and suppressions kept in dictionaries? For tests and first tries."""

from __future__ import annotations

import threading
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from triage_core.domain.rota import Override, RotaChanged
from triage_core.domain.suppression import Suppression

if TYPE_CHECKING:
    from triage_core.domain.edit import Edit
    from triage_core.domain.rota import Version

Term = TypeVar("Term", Override, Suppression)


class MemoryDuty:
    """Every row in a list, every change under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._versions: defaultdict[tuple[str, str], list[Version]] = defaultdict(list)
        self._overrides: defaultdict[str, list[Override]] = defaultdict(list)
        self._suppressions: defaultdict[str, list[Suppression]] = defaultdict(list)

    def add_version(self, tenant: str, version: Version) -> None:
        """Store the next version of a rota; any other number raises `RotaChanged`."""
        with self._lock:
            known = self._versions[tenant, version.rota.name]
            if version.number != len(known) + 1:
                raise RotaChanged
            known.append(version)

    def versions(self, tenant: str) -> tuple[Version, ...]:
        """Return all versions of all rotas of a tenant, by rota and number."""
        with self._lock:
            found = [each for (owner, _), known in self._versions.items() if owner == tenant for each in known]
        return tuple(sorted(found, key=attrgetter("rota.name", "number")))

    def add_override(self, tenant: str, override: Override) -> Override:
        """Store an override and return it with its id."""
        return self._add(self._overrides[tenant], override)

    def end_override(self, tenant: str, override_id: int, edit: Edit) -> bool:
        """Let an override end at the edit, unless it has ended before; tell whether it did."""
        return self._end(self._overrides[tenant], override_id, edit)

    def overrides(self, tenant: str) -> tuple[Override, ...]:
        """Return all overrides of a tenant, by id."""
        return tuple(self._overrides[tenant])

    def add_suppression(self, tenant: str, suppression: Suppression) -> Suppression:
        """Store a suppression and return it with its id."""
        return self._add(self._suppressions[tenant], suppression)

    def end_suppression(self, tenant: str, suppression_id: int, edit: Edit) -> bool:
        """Let a suppression end at the edit, unless it has ended before; tell whether it did."""
        return self._end(self._suppressions[tenant], suppression_id, edit)

    def suppressions(self, tenant: str) -> tuple[Suppression, ...]:
        """Return all suppressions of a tenant, by id."""
        return tuple(self._suppressions[tenant])

    def _add(self, known: list[Term], term: Term) -> Term:
        with self._lock:
            known.append(replace(term, id=len(known) + 1))
            return known[-1]

    def _end(self, known: list[Term], wanted: int, edit: Edit) -> bool:
        with self._lock:
            for place, term in enumerate(known):
                if term.id == wanted and edit.at < term.until and term.ended_at is None:
                    known[place] = replace(term, ended_at=edit.at, ended_by=edit.by, end_reason=edit.reason)
                    return True
            return False

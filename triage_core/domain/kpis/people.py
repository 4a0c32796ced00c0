"""Who answers for a ticket that nobody holds?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.policy import Policy


class PolicyPeople:
    """The people that a policy names."""

    def __init__(self, policy: Policy) -> None:
        """Read the managers of queues and the owners of classes."""
        self._managers: Final = {queue.name: queue.manager for queue in policy.queues if queue.manager}
        self._owners: Final = {name: owners.primary for name, owners in policy.routing.owners.items()}
        self._default: Final = self._managers.get(policy.routing.default_queue)

    def owner(self, facts: TicketFacts) -> str | None:
        """Return the ticket's owner, else the manager of its queue, else whom its class or the default queue names."""
        named = self._managers.get(facts.queue or "") or self._owners.get(facts.class_name or "")
        return facts.owner or named or self._default

"""May an automation platform carry the texts of a ticket?

The policy names the most sensitive data for each platform. A ticket that does not say how sensitive it is counts as the
most sensitive, and a platform that the policy does not name carries nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.model import Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.explanation import Explanation
    from triage_core.domain.policy import Policy

_SENSITIVITY: Final = "data_sensitivity"


class Carriage(Value, frozen=True, kw_only=True):
    """Whether texts may leave, and why not."""

    allowed: bool
    reason: str | None = None


FREE: Final = Carriage(allowed=True)


def carriage(policy: Policy, platform: str | None, ticket: Ticket) -> Carriage:
    """Judge one ticket on one platform; none stands for an answer that goes to a person directly."""
    if platform is None:
        return FREE
    most = policy.platforms.get(platform)
    if most is None:
        return Carriage(allowed=False, reason="The policy does not say what this platform may carry.")
    ranks = sensitivity_ranks(policy)
    rank = ranks.get(str(ticket.intake.get(_SENSITIVITY)), 0)
    if most in ranks and rank >= ranks[most]:
        return FREE
    found = "is more sensitive" if _SENSITIVITY in ticket.intake else "does not say how sensitive it is"
    return Carriage(allowed=False, reason=f"This platform may carry data up to {most}; the ticket {found}.")


def sensitivity_ranks(policy: Policy) -> dict[str, int]:
    """Return the declared sensitivities, 0 the most sensitive."""
    field = policy.intake.fields.get(_SENSITIVITY)
    return {value.value: rank for rank, value in enumerate(field.values)} if field and field.ordered else {}


def withheld(explanation: Explanation) -> Explanation:
    """Return an explanation without any word of the ticket; intake values are the policy's words and stay."""
    return replace(explanation, fired=tuple(replace(rule, words=()) for rule in explanation.fired))

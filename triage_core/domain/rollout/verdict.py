"""May automation act on a ticket now, and if not, why?

The first row of the table that holds decides. Whoever does not act still computes and logs what it would have done,
unless the stage is off.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.conditions import all_hold
from triage_core.domain.model import Mode, Ticket
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.state import KillSwitch, Rollout, Scope, stage_of
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.values import FieldTest

_PLACES: Final = 2**64
#: Keeps the places of tickets apart from every other use of their ids.
_PERSON: Final = b"triage pilot"


class Outcome(StrEnum):
    """What comes of an action."""

    ACTS = "acts"
    SHADOW = "shadow"
    OFF = "off"
    KILLED = "killed"
    OUT_OF_SCOPE = "out_of_scope"


class Reason(StrEnum):
    """Why it is so."""

    KILLED_EVERYWHERE = "killed_everywhere"
    KILLED_HERE = "killed_here"
    STAGE_OFF = "stage_off"
    OUTSIDE_SCOPE = "outside_scope"
    TICKET_ON_TRIAL = "ticket_on_trial"
    STAGE_SHADOW = "stage_shadow"
    STAGE_FULL = "stage_full"
    INSIDE_PILOT = "inside_pilot"
    OUTSIDE_PILOT = "outside_pilot"


class Verdict(Value, frozen=True, kw_only=True):
    """Whether automation acts, with the reason."""

    outcome: Outcome
    reason: Reason
    action: Action
    stage: Stage
    sentence: str

    @property
    def acts(self) -> bool:
        """Whether anything happens outside."""
        return self.outcome is Outcome.ACTS

    def told(self, deed: str) -> str:
        """Tell what was done, such as "paged lee", or that it would have been."""
        return deed if self.acts else f"would have {deed}: {self.sentence}"


class _Seen(NamedTuple):
    rollout: Rollout
    globally: KillSwitch
    stages: Stages
    ticket: Ticket
    stage: Stage


_RULES: Final[tuple[tuple[Reason, Callable[[_Seen], bool]], ...]] = (
    (Reason.KILLED_EVERYWHERE, lambda seen: seen.globally.killed is not None),
    (Reason.KILLED_HERE, lambda seen: seen.rollout.killed is not None),
    (Reason.STAGE_OFF, lambda seen: seen.stage is Stage.OFF),
    (Reason.OUTSIDE_SCOPE, lambda seen: not covers(seen.rollout.scope, seen.ticket)),
    (Reason.TICKET_ON_TRIAL, lambda seen: seen.ticket.mode is Mode.SHADOW),
    (Reason.STAGE_SHADOW, lambda seen: seen.stage is Stage.SHADOW),
    (Reason.STAGE_FULL, lambda seen: seen.stage is Stage.FULL),
    (Reason.INSIDE_PILOT, lambda seen: in_pilot(seen.stages, seen.ticket)),
    (Reason.OUTSIDE_PILOT, lambda _: True),
)
_SAID: Final = {
    Reason.KILLED_EVERYWHERE: (Outcome.KILLED, "the kill switch for all tenants is on"),
    Reason.KILLED_HERE: (Outcome.KILLED, "the tenant's kill switch is on"),
    Reason.STAGE_OFF: (Outcome.OFF, "the stage of {action} is off"),
    Reason.OUTSIDE_SCOPE: (Outcome.OUT_OF_SCOPE, "the ticket lies outside the frozen scope"),
    Reason.TICKET_ON_TRIAL: (Outcome.SHADOW, "the ticket itself is a trial"),
    Reason.STAGE_SHADOW: (Outcome.SHADOW, "the stage of {action} is shadow"),
    Reason.STAGE_FULL: (Outcome.ACTS, "the stage of {action} is full"),
    Reason.INSIDE_PILOT: (Outcome.ACTS, "the stage of {action} is pilot and the ticket belongs to its subset"),
    Reason.OUTSIDE_PILOT: (Outcome.SHADOW, "the stage of {action} is pilot and the ticket is outside its subset"),
}


def acts(rollout: Rollout, globally: KillSwitch, policy: Policy, ticket: Ticket, action: Action) -> Verdict:
    """Judge one kind of action on a ticket; the policy in force says who is in the pilot, not the stamped one."""
    stage = stage_of(rollout, policy.stages, action)
    seen = _Seen(rollout, globally, policy.stages, ticket, stage)
    reason = next(reason for reason, holds in _RULES if holds(seen))
    outcome, said = _SAID[reason]
    return Verdict(outcome=outcome, reason=reason, action=action, stage=stage, sentence=said.format(action=action))


def covers(scope: Scope | None, ticket: Ticket) -> bool:
    """Tell whether a ticket lies in a scope; one that lacks what the scope asks for does not."""
    if scope is None:
        return True
    pairs = (scope.classes, ticket.class_name), (scope.queues, ticket.queue), (scope.channels, ticket.channel)
    return all(not wanted or has in wanted for wanted, has in pairs)


def in_pilot(stages: Stages, ticket: Ticket) -> bool:
    """Tell whether a ticket belongs to the pilot's subset; where none is declared, none does."""
    if stages.pilot_when:
        return all_hold(stages.pilot_when, ticket.intake)
    return stages.pilot_share is not None and place_of(ticket.id) < stages.pilot_share


def pilot_in_words(stages: Stages) -> str | None:
    """Say which tickets the pilot has, or none where none is declared."""
    if stages.pilot_when:
        return "; ".join(f"{name}: {_wanted(test)}" for name, test in stages.pilot_when.items())
    return None if stages.pilot_share is None else f"{stages.pilot_share:.2%} of all tickets"


def _wanted(test: FieldTest) -> str:
    return ", ".join(test.any_of) if test.at_least is None else f"at least {test.at_least:.15g}"


def place_of(ticket_id: str) -> float:
    """Return a ticket's place between 0 and 1, the same for ever; a larger share keeps every ticket it had."""
    digest = blake2b(ticket_id.encode("utf-8", "surrogatepass"), digest_size=8, person=_PERSON).digest()
    return int.from_bytes(digest) / _PLACES

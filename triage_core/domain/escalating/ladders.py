"""Which rule and which ladder does an escalation follow?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from triage_core.domain.policy.escalation import (
    EscalationRule,
    Ladder,
    LadderLevel,
    LadderTarget,
    TargetKind,
    Trigger,
)
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.escalating.state import Escalation
    from triage_core.domain.playbook import Playbook

#: The name of the rule and the ladder of a ticket for which the policy has none; no policy can name them so.
FALLBACK: Final = "(nobody's rule)"
_WITHIN: Final = timedelta(minutes=30)
_AGE: Final = timedelta(days=7)
#: What escalates by a rule that does not name its causes.
_USUAL: Final = frozenset(Trigger) - {Trigger.AT_RISK}


class Sorted(Protocol):
    """What rules look at; a ticket, or what is left of one in figures."""

    @property
    def class_name(self) -> str | None:
        """Its class."""

    @property
    def tag_names(self) -> tuple[str, ...]:
        """Its risk tags."""


class Plan(NamedTuple):
    """What an escalation goes by: the policy in force at its start, the rule and the ladder."""

    book: Playbook
    rule: EscalationRule
    ladder: Ladder


def plan_for(book: Playbook, ticket: Sorted, trigger: Trigger, share: float | None = None) -> Plan | None:
    """Return what a new escalation goes by; a warning before a breach escalates only by a rule that names warnings.

    Whatever else must not be missed and fits no rule calls the owner, then the manager, then whoever may take over.
    """
    for rule in book.policy.escalation.rules:
        if _fits(rule, ticket, trigger, share):
            return Plan(book, rule, _ladder(book, rule))
    return None if trigger is Trigger.AT_RISK else _fallback(book)


def plan_of(context: Context, escalation: Escalation) -> Plan:
    """Return what a running escalation goes by, whatever the policy says today."""
    book = context.version(escalation.policy_version)
    found = (rule for rule in book.policy.escalation.rules if rule.id == escalation.rule)
    rule = next(found, None)
    return _fallback(book) if rule is None else Plan(book, rule, _ladder(book, rule))


def _fits(rule: EscalationRule, ticket: Sorted, trigger: Trigger, share: float | None) -> bool:
    if trigger not in (rule.triggers or _USUAL):
        return False
    if rule.classes and ticket.class_name not in rule.classes:
        return False
    if rule.tags_any and not set(rule.tags_any) & set(ticket.tag_names):
        return False
    return share is None or rule.at_share is None or share >= rule.at_share


def _ladder(book: Playbook, rule: EscalationRule) -> Ladder:
    return next(ladder for ladder in book.policy.ladders if ladder.name == rule.ladder)


def _fallback(book: Playbook) -> Plan:
    rule = EscalationRule.model_construct(
        id=FALLBACK,
        classes=(),
        tags_any=(),
        triggers=(),
        at_share=None,
        ladder=FALLBACK,
        acknowledge_within=_WITHIN,
        lease=2 * _WITHIN,
        checkpoint_grace=_WITHIN / 3,
        any_hour=False,
        notify_in=None,
    )
    takers = (LadderTarget(kind=TargetKind.ROLE, name=role) for role in book.directory.holders(Right.ACKNOWLEDGE))
    owner, boss = LadderTarget(kind=TargetKind.OWNER), LadderTarget(kind=TargetKind.MANAGER)
    levels = (_level([owner]), _level([boss]), _level(takers))
    ladder = Ladder.model_construct(
        name=FALLBACK,
        kind=book.policy.ladders[0].kind if book.policy.ladders else Ladder.model_fields["kind"].default,
        levels=levels,
        repeat=2,
        max_age=_AGE,
        max_calls=100,
    )
    return Plan(book, rule, ladder)


def _level(targets: Iterable[LadderTarget]) -> LadderLevel:
    return LadderLevel.model_construct(targets=tuple(targets), timeout=_WITHIN, repeat=0, page=False)

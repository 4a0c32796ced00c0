"""How do people change the rollout through the API?

Every request says what its sender has seen or what shall stand, so one that comes again has no second effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.contract.messages import names_in
from triage_core.domain.rollout.readiness import Runbook
from triage_core.domain.rollout.state import Scope
from triage_core.edge.call import Answer, Call
from triage_core.edge.rollout_view import rollout_view
from triage_core.service.access import NotOperator
from triage_core.service.controlling import Hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.service.rollout import RolloutBook


def shown(call: Call) -> Answer:
    """Tell where automation stands."""
    return _done(call, lambda _: None)


def kill(call: Call) -> Answer:
    """Put all automation on manual."""
    hand, everywhere = _hand(call, call.given.reason), _everywhere(call)
    return _done(call, lambda book: book.kill(hand, everywhere=everywhere))


def revive(call: Call) -> Answer:
    """Let automation go on."""
    hand, everywhere = _hand(call, call.given.reason), _everywhere(call)
    return _done(call, lambda book: book.revive(hand, call.given.version, everywhere=everywhere))


def promote(call: Call) -> Answer:
    """Sign the next stage."""
    given = call.given
    return _done(call, lambda book: book.promote(_hand(call, given.reason), given.action, given.to, given.version))


def demote(call: Call) -> Answer:
    """Take a stage back."""
    given = call.given
    return _done(call, lambda book: book.demote(_hand(call, given.reason), given.action, given.to))


def attest(call: Call) -> Answer:
    """Give one's word."""
    given = call.given
    return _done(call, lambda book: book.attest(_hand(call, given.evidence), given.item))


def freeze(call: Call) -> Answer:
    """Limit automation to a scope."""
    given = call.given
    csvs = given.classes_csv, given.queues_csv, given.channels_csv
    scope = Scope(**dict(zip(("classes", "queues", "channels"), map(names_in, csvs), strict=True)))
    return _done(call, lambda book: book.freeze(_hand(call, given.reason), scope, given.version))


def put_runbook(call: Call) -> Answer:
    """Keep a runbook."""
    given = call.given
    runbook = Runbook(
        action=given.action,
        owner=given.owner,
        link=given.link or "",
        text=given.text or "",
        rollback=given.rollback,
        rehearsed_at=given.rehearsed_at,
    )
    return _done(call, lambda book: book.put_runbook(_hand(call), runbook))


def _everywhere(call: Call) -> bool:
    if call.given.everywhere and not call.is_operator:
        raise NotOperator
    return bool(call.given.everywhere)


def _hand(call: Call, reason: str = "") -> Hand:
    return Hand(call.tenant, call.actor, reason)


def _done(call: Call, work: Callable[[RolloutBook], None]) -> Answer:
    work(call.triage.rollout)
    return Answer(rollout_view(call, call.triage.rollout))

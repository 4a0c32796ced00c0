"""What happens when the source sends a newer version of a ticket we know?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain import triaging
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Kind, RiskTag, State, TagSource, Ticket
from triage_core.domain.overriding import pinned_to, weaker
from triage_core.domain.profile import still_from_profile
from triage_core.domain.retargeting import cancellations, retargeted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.domain.context import Context


def update(context: Context, ticket: Ticket, version: str, given: Mapping[str, Any], tags: Iterable[str]) -> list[Step]:
    """Take over what the source changed.

    A blocked ticket is completed. A triaged one is decided again with the new facts: what was found before stays, and
    intake values that would handle a gated ticket with less caution are held back until a person makes the correction.
    """
    stamp = {"source_version": version}
    if ticket.state is State.INCOMPLETE:
        return [Step(kind=Kind.UPDATED, changes=stamp), *triaging.complete(context, ticket, given)]
    if not ticket.is_open:
        return [Step(kind=Kind.UPDATED, changes=stamp, facts={"ignored": "the ticket is over"})]
    held: list[str] = []
    after, facts = _decided(context, _with_facts(context, ticket, given, tags))
    if weaker(context.playbook, ticket, after):
        held = sorted(name for name in after.intake if after.intake[name] != ticket.intake.get(name))
        after, facts = _decided(context, _with_facts(context, ticket, {}, tags))
    changes = {name: getattr(after, name) for name in _SETTLED if getattr(after, name) != getattr(ticket, name)}
    if moved := retargeted(context, ticket, after):
        changes["clocks"] = moved
    if held:
        facts["held_back"] = held
    step = Step(kind=Kind.UPDATED, changes={**stamp, **changes}, facts=facts)
    return [step, *cancellations(ticket.id, changes.get("clocks", ()))]


#: What a decision may change on a ticket that is already being worked on.
_SETTLED = (
    *("intake", "defaulted", "from_profile", "tags", "class_name", "class_rank", "severity", "order_key"),
    *("suspicious", "gate_required", "approvers", "must_escalate"),
)


def _with_facts(context: Context, ticket: Ticket, given: Mapping[str, Any], tags: Iterable[str]) -> Ticket:
    checked = context.playbook.form.check({**triaging.said(ticket), **given})
    unsaid = {*checked.defaulted, *(set(ticket.defaulted) - set(checked.values))}
    known = context.playbook.rules.tag_bits
    settled = {*ticket.tag_names, *ticket.cleared_tags}
    new = [tag for tag in dict.fromkeys(tags) if tag in known and tag not in settled]
    added = tuple(RiskTag(name=tag, source=TagSource.SOURCE) for tag in new)
    intake = {**ticket.intake, **checked.values}
    defaulted = tuple(name for name in intake if name in unsaid)
    kept = still_from_profile(ticket, given)
    return replace(ticket, intake=intake, defaulted=defaulted, from_profile=kept, tags=(*ticket.tags, *added))


def _decided(context: Context, ticket: Ticket) -> tuple[Ticket, dict[str, Any]]:
    playbook = context.playbook
    given = replace(triaging.given_on(ticket), tags=ticket.tag_names)
    decision = playbook.rules.decide(ticket.intake, context.text, given)
    ranks = playbook.rules.severity_ranks
    if ranks[decision.outcome.severity] > ranks[str(ticket.severity)]:
        decision = playbook.rules.decide(ticket.intake, context.text, replace(given, severity=ticket.severity))
    after = replace(ticket, **triaging.classification(playbook, ticket, decision))
    if "class_name" in ticket.pinned:
        after = pinned_to(playbook, after, str(ticket.class_name))
    return after, triaging.evidence(decision)

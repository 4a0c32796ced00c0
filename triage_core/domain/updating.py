"""What happens when the source sends a newer version of a ticket we know?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from triage_core.domain import triaging
from triage_core.domain.entry import Kind
from triage_core.domain.intake import as_given
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import RiskTag, State, TagSource, Ticket
from triage_core.domain.overriding import pinned_to, weaker
from triage_core.domain.profile import still_from_profile
from triage_core.domain.rerouting import rerouted
from triage_core.domain.retargeting import cancellations, retargeted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from triage_core.domain.context import Context
    from triage_core.domain.intake import Checked


def update(  # noqa: PLR0913, PLR0917 - what a source says of its ticket
    context: Context,
    ticket: Ticket,
    version: str,
    given: Mapping[str, Any],
    tags: Iterable[str],
    severity: str | None = None,
) -> list[Step]:
    """Take over what the source changed.

    A version older than the one we have is only noted. A blocked ticket is completed. A triaged one is decided again
    with the new facts: what was found before stays, and a milder severity is left out.
    """
    if _is_older(version, ticket.source_version):
        return [Step(kind=Kind.UPDATED, changes={}, facts={"superseded": True})]
    stamp = {"source_version": version}
    if ticket.is_open:
        settled = _settled_by_source(context, ticket, tags, severity)
        if ticket.state is not State.INCOMPLETE:
            return _again(context, ticket, replace(ticket, **settled), stamp, given)
        steps = triaging.complete(context, apply(ticket, settled), given)
        return [Step(kind=Kind.UPDATED, changes={**stamp, **settled}), *steps]
    return [Step(kind=Kind.UPDATED, changes=stamp, facts={"ignored": "the ticket is over"})]


def _is_older(version: str, than: str) -> bool:
    """Compare two versions of a source: numbers, or moments; others have no order, and the last to come is newer."""
    readers: tuple[Callable[[str], Any], ...] = (int, _moment)
    for read in readers:
        try:
            return bool(read(version) < read(than))
        except ValueError:
            continue
    return False


def _moment(version: str) -> datetime:
    at = datetime.fromisoformat(version)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _settled_by_source(context: Context, ticket: Ticket, tags: Iterable[str], severity: str | None) -> dict[str, Any]:
    """Return the tags that are new, and a severity that is worse, pinned as at the arrival."""
    rules = context.playbook.rules
    settled = {*ticket.tag_names, *ticket.cleared_tags}
    new = [tag for tag in dict.fromkeys(tags) if tag in rules.tag_bits and tag not in settled]
    changes: dict[str, Any] = {}
    if new:
        changes["tags"] = (*ticket.tags, *(RiskTag(name=tag, source=TagSource.SOURCE) for tag in new))
    ranks = rules.severity_ranks
    if severity in ranks and (ticket.severity is None or ranks[severity] < ranks[ticket.severity]):
        changes |= {"severity": severity, "pinned": tuple(sorted({*ticket.pinned, "severity"}))}
    return changes


def _again(
    context: Context, ticket: Ticket, sourced: Ticket, stamp: dict[str, Any], given: Mapping[str, Any]
) -> list[Step]:
    """Decide a triaged ticket again.

    Intake values that would handle a gated ticket with less caution are held back until a person makes the correction.
    """
    checked = context.playbook.form.check(given, triaging.said(ticket))
    held: list[str] = []
    after, facts = _decided(context, _with_facts(sourced, checked, given))
    if weaker(context.playbook, ticket, after):
        held = sorted(name for name in after.intake if after.intake[name] != ticket.intake.get(name))
        kept = context.playbook.form.check({}, triaging.said(ticket))
        after, facts = _decided(context, _with_facts(sourced, kept, {}))
    after, offers = rerouted(context, ticket, after)
    changes = {name: getattr(after, name) for name in _SETTLED if getattr(after, name) != getattr(ticket, name)}
    if moved := retargeted(context, ticket, after):
        changes["clocks"] = moved
    if held:
        facts["held_back"] = held
    if refused := [problem for problem in checked.problems if problem.code != "missing"]:
        facts["refused"] = msgspec.to_builtins(refused)
    step = Step(kind=Kind.UPDATED, changes={**stamp, **changes}, facts=facts, texts=as_given(given))
    return [step, *cancellations(ticket.id, changes.get("clocks", ())), *offers]


#: What a decision may change on a ticket that is already being worked on.
_SETTLED = (
    *("intake", "defaulted", "from_profile", "tags", "class_name", "class_rank", "severity", "order_key"),
    *("suspicious", "gate_required", "approvers", "must_escalate", "secondary", "pinned"),
)


def _with_facts(ticket: Ticket, checked: Checked, given: Mapping[str, Any]) -> Ticket:
    unsaid = {*checked.defaulted, *(set(ticket.defaulted) - set(checked.values))}
    intake = {**ticket.intake, **checked.values}
    defaulted = tuple(name for name in intake if name in unsaid)
    return replace(ticket, intake=intake, defaulted=defaulted, from_profile=still_from_profile(ticket, given))


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

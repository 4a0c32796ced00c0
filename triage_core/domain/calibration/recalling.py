"""What did a ticket look like when automation decided it, as far as its timeline still tells?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.domain.calibration.past import Past, Said, Sign
from triage_core.domain.entry import Kind
from triage_core.domain.feedback import About
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import ActorKind
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.triaging import given_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from triage_core.domain.chain import Line
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket

#: A rating of this or less is a complaint.
_DISSATISFIED: Final = 2
#: Corrections of these say that the decision was wrong.
_DECIDED: Final = frozenset({"class", "severity", "risk_tag"})


def decided_at(lines: Sequence[Line]) -> int | None:
    """Return the number of the line in which automation decided first; none where it never did."""
    return next((line.entry.number for line in lines if line.entry.kind is Kind.TRIAGED), None)


def recall(lines: Sequence[Line], text: str) -> Past | None:
    """Return a ticket as it was decided first, with what came of it; none where nothing was decided.

    `text` is the text of that moment.
    """
    number = decided_at(lines)
    if number is None:
        return None
    then, now = rebuild(lines[:number]), rebuild(lines)
    said = _said(then, lines[number - 1].entry.facts)
    return Past(
        id=then.id,
        created_at=then.created_at,
        intake=then.intake,
        text=text,
        # The text itself says again whether it is suspicious.
        given=given_on(replace(then, suspicious=False)),
        policy_version=then.policy_version,
        said=said,
        signs=tuple(dict.fromkeys(_signs(said, (line.entry for line in lines[number:])))),
        first_reply_at=now.first_reply_at,
        resolved_at=now.resolved_at,
    )


def _said(then: Ticket, facts: dict[str, Any]) -> Said:
    return Said(
        class_name=str(then.class_name),
        class_rank=then.class_rank,
        severity=str(then.severity),
        tags=then.tag_names,
        fired=tuple(facts.get("fired", ())),
        gate_required=then.gate_required,
        escalate=then.must_escalate,
    )


def _signs(said: Said, later: Iterable[Entry]) -> Iterable[Sign]:
    for entry in later:
        reads = _READS.get(entry.kind)
        if reads is not None:
            yield from reads(said, entry)


def _of_override(said: Said, entry: Entry) -> Iterable[Sign]:
    """Corrections of the facts are no errors of automation, which decided on what it was told."""
    if entry.actor.kind is not ActorKind.PERSON or not set(entry.facts.get("asked", ())) - {"intake"}:
        return
    rank = entry.changes.get("class_rank", said.class_rank)
    tags = {_name(tag) for tag in entry.changes["tags"]} if "tags" in entry.changes else set(said.tags)
    if rank < said.class_rank or tags - set(said.tags):
        yield Sign.RAISED
    if rank > said.class_rank or set(said.tags) - tags:
        yield Sign.LOWERED


def _name(tag: Any) -> str:  # noqa: ANN401 - a stored tag, or one that was just made
    return str(tag["name"] if isinstance(tag, dict) else tag.name)


def _of_feedback(_: Said, entry: Entry) -> Iterable[Sign]:
    facts = entry.facts
    about = facts.get("about")
    if about == About.SATISFACTION and int(facts.get("rating") or _DISSATISFIED + 1) <= _DISSATISFIED:
        yield Sign.COMPLAINED
    if about == About.CORRECTION and facts.get("field") in _DECIDED:
        yield Sign.COMPLAINED


def _of_breach(_: Said, __: Entry) -> Iterable[Sign]:
    yield Sign.BREACHED


def _of_escalation(said: Said, entry: Entry) -> Iterable[Sign]:
    if not said.escalate and entry.facts.get("trigger") == Trigger.PERSON:
        yield Sign.ESCALATED_LATE


_READS: Final[dict[Kind, Callable[[Said, Entry], Iterable[Sign]]]] = {
    Kind.OVERRIDDEN: _of_override,
    Kind.FEEDBACK_GIVEN: _of_feedback,
    Kind.SLA_BREACHED: _of_breach,
    Kind.ESCALATION_RAISED: _of_escalation,
}

"""What would a correction that waits for a second person change, in plain words?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage_core.console.sheet import Labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.overriding import Correction


class Told(NamedTuple):
    """A correction as a person reads it."""

    changes: tuple[str, ...]
    reason: str


def told_of(seen: Context, ticket: Ticket, correction: Correction) -> Told:
    """Tell a correction."""
    return Told(tuple(_changes(Labels(seen.playbook.policy), ticket, correction)), correction.reason)


def _changes(labels: Labels, ticket: Ticket, correction: Correction) -> Iterator[str]:
    for part, now, before, label in (
        ("Class", correction.class_name, ticket.class_name, labels.class_name),
        ("Severity", correction.severity, ticket.severity, labels.severity),
    ):
        if now is not None:
            yield f"{part}: {label(now)} instead of {label(before) if before else 'none'}"
    for said, names in (("no longer", correction.remove_tags), ("from now on", correction.add_tags)):
        yield from (f"Risk tag {labels.tag(name)}: {said} on the ticket" for name in names)
    for name, value in correction.intake.items():
        field, new = labels.field(name, value)
        before = labels.field(name, ticket.intake[name])[1] if name in ticket.intake else "nothing"
        yield f"{field}: {new} instead of {before}"

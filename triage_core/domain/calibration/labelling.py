"""Who may judge which ticket of a sample, in which seat, and which judgement holds in the end?

The first and the second person judge blind: they see the ticket as it arrived, and neither what automation said nor
what anybody else thinks. A judgement that was given is never taken back, because its author has seen the answer since.
Where the two differ, a third person settles it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field

from triage_core.domain.calibration.drawing import Drawn
from triage_core.domain.errors import TriageError, UnknownName
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage_core.domain.playbook import Playbook


class Seat(StrEnum):
    """In which seat somebody judges a ticket."""

    FIRST = "first"
    SECOND = "second"
    #: Settles what the two disagree about, and sees both.
    RULING = "ruling"


class Verdict(Value, frozen=True, kw_only=True):
    """What should have been decided, on what was known when the ticket arrived."""

    class_name: str
    escalate: bool
    tags: tuple[str, ...] = ()
    #: A first response could have been drafted automatically.
    draft_ok: bool = False


class VerdictIncomplete(TriageError):
    """A verdict lacks a part."""

    code = "verdict_incomplete"

    def __init__(self) -> None:
        """Name the parts."""
        super().__init__("a verdict needs --ticket, --class, and either --escalate or --keep; nothing was kept")


class Label(Value, frozen=True, kw_only=True):
    """One person's verdict on one ticket of a sample."""

    tenant: str
    sample: str
    ticket_id: str
    seat: Seat
    by: str
    at: datetime
    verdict: Verdict


class Sample(Value, frozen=True, kw_only=True):
    """A drawn sample; it never changes, verdicts lie beside it."""

    tenant: str
    id: str
    #: The week it was drawn from, half-open.
    since: datetime
    until: datetime
    drawn_at: datetime
    drawn_by: str
    #: The policy in force when it was drawn.
    policy_version: str
    #: The start value of the draw.
    start: str
    changed_rules: tuple[str, ...] = ()
    population: dict[str, int] = field(default_factory=dict)
    tickets: tuple[Drawn, ...] = ()


class NotInSample(TriageError):
    """The ticket does not belong to the sample."""

    code = "not_in_sample"

    def __init__(self) -> None:
        """Say where to look."""
        super().__init__("this ticket is not in the sample; ask for the next one to label")


class NothingToLabel(TriageError):
    """The ticket needs no verdict of this person."""

    code = "nothing_to_label"

    def __init__(self) -> None:
        """Say why that may be."""
        super().__init__("this ticket needs no verdict of yours: it has those it needs, or one of yours already")


class NotThirdPerson(TriageError):
    """Somebody wants to settle a disagreement of their own."""

    code = "not_third_person"

    def __init__(self) -> None:
        """Say who can."""
        super().__init__("you are one of the two who disagree; a third person settles it")


def check_verdict(playbook: Playbook, verdict: Verdict) -> None:
    """Refuse names that the policy does not declare, because verdicts are counted; raises `UnknownName`."""
    if verdict.class_name not in playbook.rules.ranks:
        raise UnknownName("class", playbook.rules.ranks)
    if unknown := [tag for tag in verdict.tags if tag not in playbook.rules.tag_bits]:
        raise UnknownName(f"risk tag ({len(unknown)} of those given)", playbook.rules.tag_bits)


def by_ticket(labels: Iterable[Label]) -> dict[str, list[Label]]:
    """Gather verdicts by the ticket they are about."""
    gathered: defaultdict[str, list[Label]] = defaultdict(list)
    for label in labels:
        gathered[label.ticket_id].append(label)
    return dict(gathered)


def next_for(sample: Sample, labels: Iterable[Label], person: str) -> Drawn | None:
    """Return the next ticket that a person can judge blind."""
    given = by_ticket(labels)
    free = (drawn for drawn in sample.tickets if _free_seat(drawn, given.get(drawn.ticket_id, ()), person))
    return next(free, None)


def open_for(sample: Sample, labels: Iterable[Label], person: str) -> int:
    """Count the tickets that a person can judge blind."""
    given = by_ticket(labels)
    return sum(_free_seat(drawn, given.get(drawn.ticket_id, ()), person) is not None for drawn in sample.tickets)


def seat_for(sample: Sample, labels: Iterable[Label], ticket_id: str, person: str) -> Seat:
    """Return the seat in which a person judges a ticket blind; raises `NotInSample` and `NothingToLabel`."""
    drawn = drawn_in(sample, ticket_id)
    seat = _free_seat(drawn, by_ticket(labels).get(ticket_id, ()), person)
    if seat is None:
        raise NothingToLabel
    return seat


def drawn_in(sample: Sample, ticket_id: str) -> Drawn:
    """Return a ticket of a sample; raises `NotInSample`."""
    for drawn in sample.tickets:
        if drawn.ticket_id == ticket_id:
            return drawn
    raise NotInSample


def _free_seat(drawn: Drawn, given: Sequence[Label], person: str) -> Seat | None:
    if any(label.by == person for label in given):
        return None
    taken = {label.seat for label in given}
    wanted = (Seat.FIRST, Seat.SECOND) if drawn.double else (Seat.FIRST,)
    return next((seat for seat in wanted if seat not in taken), None)


def check_ruling(sample: Sample, labels: Iterable[Label], ticket_id: str, person: str) -> None:
    """Let only a third person settle what two disagree about.

    Raises `NotInSample`, `NothingToLabel` and `NotThirdPerson`.
    """
    drawn_in(sample, ticket_id)
    given = by_ticket(labels).get(ticket_id, [])
    if not _is_disputed(given):
        raise NothingToLabel
    if any(label.by == person for label in given):
        raise NotThirdPerson


def disputed(labels: Iterable[Label]) -> tuple[str, ...]:
    """Return the tickets about which two disagree and nobody has ruled."""
    return tuple(ticket_id for ticket_id, given in by_ticket(labels).items() if _is_disputed(given))


def _is_disputed(given: Sequence[Label]) -> bool:
    seats = {label.seat: label.verdict for label in given}
    return Seat.RULING not in seats and Seat.SECOND in seats and seats[Seat.FIRST] != seats[Seat.SECOND]


def may_see(sample: Sample, labels: Iterable[Label], ticket_id: str, person: str) -> bool:
    """Tell whether a person may see the answer and the verdicts on a ticket: who cannot judge it blind any more."""
    return _free_seat(drawn_in(sample, ticket_id), by_ticket(labels).get(ticket_id, ()), person) is None


def adjudicated(sample: Sample, labels: Iterable[Label]) -> dict[str, Verdict]:
    """Return the verdict that holds for each ticket on which nobody is to judge blind any more.

    One that two disagree about has none before somebody rules.
    """
    given = by_ticket(labels)
    held = ((drawn.ticket_id, _held(drawn, given.get(drawn.ticket_id, ()))) for drawn in sample.tickets)
    return {ticket_id: verdict for ticket_id, verdict in held if verdict is not None}


def _held(drawn: Drawn, given: Sequence[Label]) -> Verdict | None:
    seats = {label.seat: label.verdict for label in given}
    if _is_disputed(given) or Seat.FIRST not in seats or (drawn.double and Seat.SECOND not in seats):
        return None
    return seats.get(Seat.RULING, seats[Seat.FIRST])


def pairs(labels: Iterable[Label]) -> list[tuple[Verdict, Verdict]]:
    """Return what the first and the second person said, where both did."""
    seats = [{label.seat: label.verdict for label in given} for given in by_ticket(labels).values()]
    return [(said[Seat.FIRST], said[Seat.SECOND]) for said in seats if Seat.SECOND in said]

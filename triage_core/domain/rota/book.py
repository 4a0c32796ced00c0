"""Who is on duty at a moment, whatever was planned, changed or swapped before?

A rota is a list of versions. From the moment that a version takes effect it goes before all that were written earlier,
and because no version takes effect before it is written, an edit never changes an answer about the past. The same holds
for overrides, which go before every layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from triage_core.domain.errors import NaiveTime, TriageError
from triage_core.domain.rota.document import Rota
from triage_core.domain.rota.turns import turns_of
from triage_core.domain.timeline import YEARS, Span, TimeOutOfRange, merged
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

#: When a person cannot answer, as spans of real time.
Away = Callable[[str], Iterable[Span]]


class RotaChanged(TriageError):
    """Somebody else changed the rota in between."""

    code = "rota_changed"

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__(
            "the rota changed while you worked on it; look at its latest version and make your change there"
        )


class Version(Value, frozen=True, kw_only=True):
    """One version of a rota; it is never changed, only followed by another."""

    #: Counts a rota's versions from 1.
    number: int
    effective_from: datetime
    rota: Rota
    by: str
    at: datetime
    reason: str


class Override(Value, frozen=True, kw_only=True):
    """Somebody who is on duty in place of whoever the layers name; of two at once the later one holds."""

    #: Counts a tenant's overrides from 1; 0 before it is stored.
    id: int = 0
    rota: str
    person: str
    starts_at: datetime
    ends_at: datetime
    by: str
    at: datetime
    reason: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""

    @property
    def until(self) -> datetime:
        """The moment from which it has no effect."""
        return self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)


class Book(Value, frozen=True, kw_only=True):
    """All that was ever written about one rota."""

    #: By number.
    versions: tuple[Version, ...] = ()
    #: By id.
    overrides: tuple[Override, ...] = ()


class Shift(NamedTuple):
    """[start, end), and who is on duty in it; nobody where it is a gap."""

    start: datetime
    end: datetime
    person: str | None


class ShiftChange(NamedTuple):
    """Who leaves and who comes on duty."""

    at: datetime
    leaves: str | None
    comes: str | None


class Summary(Value, frozen=True, kw_only=True):
    """What a stretch of time will bring."""

    shifts: tuple[Shift, ...]
    changes: tuple[ShiftChange, ...]
    gaps: tuple[Shift, ...]
    #: Time on duty of each person, those who come on duty first first.
    times: dict[str, timedelta]


def version_at(book: Book, at: datetime) -> Version | None:
    """Return the version in force at a moment."""
    return next((version for version in reversed(book.versions) if version.effective_from <= at), None)


def on_duty(book: Book, at: datetime) -> str | None:
    """Return who is on duty at a moment; raises `NaiveTime` and `TimeOutOfRange`."""
    at = _checked(at)
    for override in reversed(book.overrides):
        if override.starts_at <= at < override.until:
            return override.person
    version = version_at(book, at)
    return _by_layers(version.rota, at) if version else None


def _by_layers(rota: Rota, at: datetime) -> str | None:
    people = (turns_of(layer, rota.zone).person(at) for layer in reversed(rota.layers))
    return next((person for person in people if person is not None), None)


def shifts(book: Book, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the final schedule of [start, end): half-open shifts without a hole, neighbours never of one person."""
    start, end = _checked(start), _checked(end)
    edges = sorted({start, *_edges(book, start, end)}) if start < end else []
    found: list[Shift] = []
    for since, until in pairwise([*edges, end]):
        person = on_duty(book, since)
        if found and found[-1].person == person:
            found[-1] = found[-1]._replace(end=until)
        else:
            found.append(Shift(since, until, person))
    return tuple(found)


def _edges(book: Book, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield every moment inside at which somebody else may be on duty."""
    stands = [(version.effective_from, version.rota) for version in book.versions]
    for number, (since, rota) in enumerate(stands):
        until = min((later for later, _ in stands[number + 1 :]), default=end)
        if start < since < end:
            yield since
        for layer in rota.layers:
            yield from turns_of(layer, rota.zone).edges(max(start, since), min(end, until))
    for override in book.overrides:
        yield from (edge for edge in (override.starts_at, override.until) if start < edge < end)


def nobody_away(person: str) -> tuple[Span, ...]:
    """Tell of nobody that they are away."""
    del person
    return ()


def gaps(book: Book, start: datetime, end: datetime, away: Away = nobody_away) -> tuple[Shift, ...]:
    """Return where nobody is on duty, and where whoever is on duty is away, with the person's name."""
    return _gaps_of(shifts(book, start, end), away)


def _gaps_of(planned: Iterable[Shift], away: Away) -> tuple[Shift, ...]:
    found: list[Shift] = []
    for shift in planned:
        missing = [(shift.start, shift.end)] if shift.person is None else away(shift.person)
        cut = ((max(since, shift.start), min(until, shift.end)) for since, until in missing)
        found += (Shift(since, until, shift.person) for since, until in merged(cut))
    return tuple(found)


def summary(book: Book, start: datetime, end: datetime, away: Away = nobody_away) -> Summary:
    """Return what [start, end) will bring: shifts, hand-overs, gaps, and how long each person is on duty."""
    planned = shifts(book, start, end)
    times: dict[str, timedelta] = {}
    for shift in planned:
        if shift.person is not None:
            times[shift.person] = times.get(shift.person, timedelta()) + (shift.end - shift.start)
    return Summary(
        shifts=planned,
        changes=tuple(ShiftChange(after.start, before.person, after.person) for before, after in pairwise(planned)),
        gaps=_gaps_of(planned, away),
        times=times,
    )


def _checked(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise NaiveTime("at")
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise TimeOutOfRange from None
    if at.year not in YEARS:
        raise TimeOutOfRange
    return at

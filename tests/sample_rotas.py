"""Which rotas do tests begin with, and how does hypothesis draw others?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from triage_core.domain.rota import Book, Override, Rota, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A Monday noon; everything in these rotas was written before.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def layer(name: str = "main", **changes: Any) -> dict[str, Any]:
    """Return a layer of Ann, Bob and Lee, who take weeks from a Monday on, as a file would say it."""
    base = {
        "name": name,
        "people": ["ann", "bob", "lee"],
        "starts": "2026-01-05",
        "turn": "1w",
        "handover_at": "09:00",
    }
    return {**base, **changes}


def document(*layers: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a rota of these layers, as a file would say it."""
    return {"rota": "desk", "zone": "Europe/Berlin", "layers": list(layers) or [layer()], **changes}


def rota(*layers: Mapping[str, Any], **changes: Any) -> Rota:
    """Return a rota of these layers."""
    return Rota.model_validate(document(*layers, **changes))


def version(written: Rota, number: int = 1, since: datetime = LONG_AGO) -> Version:
    """Return a version of a rota."""
    return Version(number=number, effective_from=since, rota=written, by="ada", at=since, reason="a test")


def book(*layers: Mapping[str, Any], overrides: tuple[Override, ...] = (), **changes: Any) -> Book:
    """Return the book of a rota with one version."""
    return Book(versions=(version(rota(*layers, **changes)),), overrides=overrides)


def override(person: str, starts_at: datetime, ends_at: datetime, **changes: Any) -> Override:
    """Return an override of the desk's rota."""
    base = {"rota": "desk", "by": "ada", "at": LONG_AGO, "reason": "swapped"}
    return Override(person=person, starts_at=starts_at, ends_at=ends_at, **{**base, **changes})


# --- any of them ------------------------------------------------------------------------------------------------------

#: Clocks that change by an hour, by half an hour, by two hours, never, and south of the equator.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Asia/Kolkata",
    "America/Sao_Paulo",
)
PEOPLE = ("ann", "bob", "lee", "kim", "mia")

_minutes = st.integers(0, 95).map(lambda quarter: quarter * 15)
times = _minutes.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
_hours = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map("-".join)
weeks = st.dictionaries(
    st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    st.lists(_hours, min_size=1, max_size=2),
    min_size=1,
)
turns = st.one_of(
    st.integers(3, 40).map(lambda count: f"{count}h"),
    st.integers(1, 9).map(lambda count: f"{count}d"),
    st.integers(1, 3).map(lambda count: f"{count}w"),
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 1))
moments = st.integers(0, 330 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 20, tzinfo=UTC) + timedelta(minutes=minute)
)
spans = st.integers(0, 20 * 24 * 60).map(lambda minute: timedelta(minutes=minute))


@st.composite
def layers(draw: st.DrawFn, name: str = "main") -> dict[str, Any]:
    """Draw a layer."""
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True))
    turn = draw(turns)
    drawn = layer(name, people=people, turn=turn, starts=str(draw(days)), handover_at=draw(times))
    if turn.endswith("w") and draw(st.booleans()):
        drawn["handover_on"] = draw(st.sampled_from(("mon", "thu", "sun")))
    if draw(st.booleans()):
        drawn["only"] = draw(weeks)
    return drawn


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    """Draw a rota of one to three layers."""
    names = ("one", "two", "three")[: draw(st.integers(1, 3))]
    return rota(*(draw(layers(name)) for name in names), zone=draw(st.sampled_from(ZONES)))


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    """Draw an override, which may have been ended early."""
    start, span = draw(moments), draw(spans)
    ended = draw(st.one_of(st.none(), spans.map(lambda later: start - DAY + later)))
    return override(draw(st.sampled_from(PEOPLE)), start, start + span, ended_at=ended)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw a book with several versions and overrides."""
    starts = draw(st.lists(moments, max_size=3))
    written = [version(draw(rotas()), number, since) for number, since in enumerate((LONG_AGO, *starts), start=1)]
    return Book(versions=tuple(written), overrides=tuple(draw(st.lists(overrides(), max_size=3))))

"""Is everything there that automation needs before it acts? One row for each item of the checklist.

Where the engine knows, it decides; a person's word counts only where it does not know, and only for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import field
from msgspec.structs import replace

from triage_core.domain.credentials import ApiKey
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import NotAttestable, RunbookIncomplete
from triage_core.domain.rollout.state import Rollout
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy


class Item(StrEnum):
    """What the checklist asks for."""

    OWNERS = "owners"
    CHANNELS_TESTED = "channels_tested"
    ACCESS = "access"
    SCOPE_FROZEN = "scope_frozen"
    KPI_BASELINE = "kpi_baseline"
    RUNBOOK = "runbook"


#: Items that take a person's word: alone, or beside what the engine finds.
ATTESTABLE: Final = (Item.CHANNELS_TESTED, Item.ACCESS, Item.KPI_BASELINE)


class Attestation(Value, frozen=True, kw_only=True):
    """A named person's word that an item is settled."""

    item: Item
    by: str
    at: datetime
    #: What it rests on: a link, a ticket, a report.
    evidence: str


class Runbook(Value, frozen=True, kw_only=True):
    """What people do when an automation goes wrong, and how they take it back."""

    action: Action
    #: Who keeps it.
    owner: str
    #: Where it lies, or its own text.
    link: str = ""
    text: str = ""
    #: The way back, step by step.
    rollback: str
    rehearsed_at: datetime | None = None


class SurfaceTest(Value, frozen=True, kw_only=True):
    """How the last trial of a channel ended."""

    name: str
    tested_at: datetime | None = None
    passed: bool = False


class Readiness(Value, frozen=True, kw_only=True):
    """What people of a tenant have said and kept."""

    attestations: dict[Item, Attestation] = field(default_factory=dict)
    runbooks: dict[Action, Runbook] = field(default_factory=dict)
    #: How the last trial of each surface ended, by its name.
    tests: dict[str, SurfaceTest] = field(default_factory=dict)
    version: int = 0


#: How a sentence about a kind of action begins.
_NAMED: Final = {
    Action.MESSAGES: "messages have",
    Action.CALLS: "calls have",
    Action.WRITEBACK: "writeback has",
}


class Facts(Value, frozen=True, kw_only=True):
    """What the engine knows; none stands for what nobody could tell it."""

    surfaces: tuple[SurfaceTest, ...] | None = None
    keys: tuple[ApiKey, ...] | None = None
    #: When the figures were frozen that later ones are held against.
    baseline_at: datetime | None = None


class Examined(NamedTuple):
    """All that the checklist looks at."""

    policy: Policy
    rollout: Rollout
    readiness: Readiness
    facts: Facts
    action: Action
    now: datetime


class Point(NamedTuple):
    """One item, and what is open about it."""

    item: Item
    still_open: tuple[str, ...]
    attestation: Attestation | None
    #: When the person's word ends.
    lapses_at: datetime | None


def checklist(examined: Examined) -> tuple[Point, ...]:
    """Go through every item."""
    return tuple(_point(examined, item) for item in Item)


def still_open(examined: Examined) -> tuple[str, ...]:
    """Return everything that is open, each with its item."""
    return tuple(f"{point.item}: {what}" for point in checklist(examined) for what in point.still_open)


def _point(examined: Examined, item: Item) -> Point:
    said = examined.readiness.attestations.get(item)
    lapses_at = said.at + _lasting(examined, item) if said else None
    return Point(item, tuple(_CHECKS[item](examined)), said, lapses_at)


def _lasting(examined: Examined, item: Item) -> timedelta:
    rules = examined.policy.stages.readiness
    return rules.channels_tested_within if item is Item.CHANNELS_TESTED else rules.attested_for


def _attested(examined: Examined, item: Item, what: str) -> Iterator[str]:
    said = examined.readiness.attestations.get(item)
    if said is None:
        yield f"nobody has attested that {what}"
    elif examined.now - said.at >= _lasting(examined, item):
        yield f"it was attested too long ago that {what}"


def _owners(examined: Examined) -> Iterator[str]:
    policy, scope = examined.policy, examined.rollout.scope
    for item in policy.classes:
        in_scope = not scope or not scope.classes or item.name in scope.classes
        if in_scope and item.name not in policy.routing.owners:
            yield f"class {item.name} has no owner"
    for queue in policy.queues:
        in_scope = not scope or not scope.queues or queue.name in scope.queues
        if in_scope and queue.manager is None:
            yield f"queue {queue.name} has no manager"


def _channels(examined: Examined) -> Iterator[str]:
    surfaces = examined.facts.surfaces
    if surfaces is None:
        yield from _attested(examined, Item.CHANNELS_TESTED, "every channel was tested")
        return
    if not surfaces:
        yield "no channel is set up"
    for surface in surfaces:
        if surface.tested_at is None or not surface.passed:
            yield f"{surface.name} has not passed a test"
        elif examined.now - surface.tested_at >= _lasting(examined, Item.CHANNELS_TESTED):
            yield f"{surface.name} was tested too long ago"


def _access(examined: Examined) -> Iterator[str]:
    reviewed = examined.readiness.attestations.get(Item.ACCESS)
    for key in examined.facts.keys or ():
        if key.is_alive(examined.now):
            if key.holds_too_much:
                yield f"key {key.prefix} holds more rights than one connection needs"
        elif _ended_unseen(key, examined, reviewed):
            yield f"key {key.prefix} has expired since the last review of access"
    yield from _attested(examined, Item.ACCESS, "access was reviewed")


def _ended_unseen(key: ApiKey, examined: Examined, reviewed: Attestation | None) -> bool:
    succeeded = any(other.rotated_from == key.prefix for other in examined.facts.keys or ())
    seen = reviewed is not None and reviewed.at >= key.expires_at
    return key.revoked_at is None and key.expires_at <= examined.now and not succeeded and not seen


def _scope(examined: Examined) -> Iterator[str]:
    if examined.rollout.scope is None:
        yield "the scope is not frozen"


def _baseline(examined: Examined) -> Iterator[str]:
    if examined.facts.baseline_at is None:
        yield from _attested(examined, Item.KPI_BASELINE, "the figures before automation are frozen")


def _runbook(examined: Examined) -> Iterator[str]:
    runbook = examined.readiness.runbooks.get(examined.action)
    if runbook is None:
        yield f"{_NAMED[examined.action]} no runbook with a way back"
        return
    if runbook.owner not in {person.id for person in examined.policy.people}:
        yield f"the owner of the runbook for {examined.action} has left the roster"
    rehearsed, within = runbook.rehearsed_at, examined.policy.stages.readiness.rehearsed_within
    if rehearsed is None or examined.now - rehearsed >= within:
        yield f"the way back of {examined.action} was not rehearsed lately"


_CHECKS: Final[dict[Item, Callable[[Examined], Iterator[str]]]] = {
    Item.OWNERS: _owners,
    Item.CHANNELS_TESTED: _channels,
    Item.ACCESS: _access,
    Item.SCOPE_FROZEN: _scope,
    Item.KPI_BASELINE: _baseline,
    Item.RUNBOOK: _runbook,
}


def attested(readiness: Readiness, said: Attestation) -> Readiness:
    """Keep a person's word; the same word on the same day changes nothing. Raises `NotAttestable`."""
    if said.item not in ATTESTABLE:
        raise NotAttestable(said.item, ATTESTABLE)
    known = readiness.attestations.get(said.item)
    if known and known.at.date() == said.at.date() and replace(known, at=said.at) == said:
        return readiness
    return replace(readiness, attestations={**readiness.attestations, said.item: said})


def tested(readiness: Readiness, test: SurfaceTest) -> Readiness:
    """Keep how a trial of a surface ended, in place of the one before."""
    return replace(readiness, tests={**readiness.tests, test.name: test})


def surfaces_of(readiness: Readiness, set_up: Iterable[str]) -> tuple[SurfaceTest, ...] | None:
    """Return how each surface that is set up fared in its last trial; none where nothing is set up."""
    found = tuple(readiness.tests.get(name, SurfaceTest(name=name)) for name in set_up)
    return found or None


def kept(readiness: Readiness, policy: Policy, runbook: Runbook, now: datetime) -> Readiness:
    """Keep a runbook in place of the one before. Raises `RunbookIncomplete`."""
    lacking = next((what for what, lacks in _LACKING if lacks(policy, runbook, now)), None)
    if lacking is not None:
        raise RunbookIncomplete(lacking)
    return replace(readiness, runbooks={**readiness.runbooks, runbook.action: runbook})


_LACKING: Final[tuple[tuple[str, Callable[[Policy, Runbook, datetime], bool]], ...]] = (
    ("give its link or its text", lambda _, book, __: not (book.link.strip() or book.text.strip())),
    ("say how the automation is taken back", lambda _, book, __: not book.rollback.strip()),
    ("its owner is nobody of the roster", lambda policy, book, _: book.owner not in {one.id for one in policy.people}),
    (
        "its rehearsal lies in the future",
        lambda _, book, now: book.rehearsed_at is not None and book.rehearsed_at > now,
    ),
)

"""May only those with the right change who is on call, and does every change say who, when and why?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_duty import ADA, ANN, LEE, MAX, SampleDuty, duty_policy, person
from tests.sample_identity import TENANT
from tests.sample_rotas import DAY, HOUR, NOON, layer, rota
from tests.small_policy import document
from triage_core.domain.edit import EditUnexplained
from triage_core.domain.errors import NaiveTime, NotPermitted, TimeOrder, TriageError, UnknownName
from triage_core.domain.model import SYSTEM, Actor, ActorKind
from triage_core.domain.rota import RotaChanged, Shift
from triage_core.domain.rota.edits import LONGEST_OVERRIDE, OverrideTooLong
from triage_core.domain.suppression import SuppressionTooLong
from triage_core.service.duty_desk import (
    DutyDesk,
    Maintenance,
    OverrideNotFound,
    RotaWish,
    SuppressionNotFound,
    SwapWish,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RESPONDER = person("kim", "responder")
KEY_NAMED_LEE = Actor(kind=ActorKind.PLATFORM, id="lee")
SECOND = timedelta(seconds=1)


@pytest.fixture
def sample() -> SampleDuty:
    """Lee is on duty on the desk's rota until Monday next week."""
    sample = SampleDuty()
    sample.desk.set_rota(TENANT, RotaWish(rota=rota(), reason="first"), ADA)
    return sample


@pytest.fixture
def desk(sample: SampleDuty) -> DutyDesk:
    return sample.desk


def wish(**changes: Any) -> RotaWish:
    return RotaWish(**{"rota": rota(layer(people=["kim"])), "reason": "new people", **changes})


def swap(**changes: Any) -> SwapWish:
    return SwapWish(**{"rota": "desk", "person": "bob", "ends_at": NOON + 2 * HOUR, "reason": "dentist", **changes})


def maintenance(**changes: Any) -> Maintenance:
    return Maintenance(**{"ends_at": NOON + 2 * HOUR, "reason": "new disks", **changes})


def _set(desk: DutyDesk, actor: Actor) -> object:
    return desk.set_rota(TENANT, wish(), actor)


def _swap(desk: DutyDesk, actor: Actor) -> object:
    return desk.override(TENANT, swap(), actor)


def _end_swap(desk: DutyDesk, actor: Actor) -> object:
    return desk.end_override(TENANT, desk.override(TENANT, swap(), ADA).id, "back", actor)


def _suppress(desk: DutyDesk, actor: Actor) -> object:
    return desk.suppress(TENANT, maintenance(), actor)


def _end_suppression(desk: DutyDesk, actor: Actor) -> object:
    return desk.end_suppression(TENANT, desk.suppress(TENANT, maintenance(), MAX).id, "done", actor)


ACTORS = (ADA, ANN, LEE, MAX, RESPONDER, SYSTEM, KEY_NAMED_LEE)


@pytest.mark.parametrize(
    ("deed", "allowed"),
    [
        (_set, (ADA,)),
        (_swap, (ADA, RESPONDER, LEE)),  # Lee is on duty
        (_end_swap, (ADA, RESPONDER)),
        (_suppress, (MAX, RESPONDER)),
        (_end_suppression, (MAX, RESPONDER)),
    ],
)
@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: f"{actor.kind}-{actor.id}")
def test_each_change_has_its_right(
    desk: DutyDesk, deed: Callable[[DutyDesk, Actor], object], allowed: tuple[Actor, ...], actor: Actor
) -> None:
    if actor in allowed:
        assert deed(desk, actor)
    else:
        with pytest.raises(NotPermitted, match="needs one of the roles"):
            deed(desk, actor)


# --- rotas ------------------------------------------------------------------------------------------------------------


def test_a_new_version_says_who_when_why_and_from_when(desk: DutyDesk) -> None:
    made = desk.set_rota(TENANT, wish(effective_from=NOON + DAY, follows=1), ADA)
    assert (made.number, made.by, made.at, made.reason) == (2, "ada", NOON, "new people")
    assert made.effective_from == NOON + DAY


def test_nobody_writes_over_a_version_that_they_have_not_seen(desk: DutyDesk) -> None:
    desk.set_rota(TENANT, wish(follows=1), ADA)
    with pytest.raises(RotaChanged):
        desk.set_rota(TENANT, wish(follows=1), ADA)
    assert desk.set_rota(TENANT, wish(), ADA).number == 3


def test_a_first_version_follows_none(desk: DutyDesk) -> None:
    assert desk.set_rota(TENANT, wish(rota=rota(rota="night"), follows=0), ADA).number == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": " "}, EditUnexplained),
        ({"effective_from": NOON - SECOND}, TimeOrder),
        ({"effective_from": datetime(2026, 3, 3)}, NaiveTime),  # noqa: DTZ001 - the point of the test
        ({"rota": rota(rota="typo")}, UnknownName),
        ({"rota": rota(layer(people=["ann", "nobody"]))}, UnknownName),
    ],
)
def test_a_version_that_cannot_be_is_refused(desk: DutyDesk, change: dict[str, Any], error: type[TriageError]) -> None:
    with pytest.raises(error):
        desk.set_rota(TENANT, wish(**change), ADA)


def test_the_rotas_are_those_of_the_policy_and_those_that_were_written(sample: SampleDuty) -> None:
    assert sample.desk.rotas(TENANT) == ("desk", "night")
    sample.playbooks.activate(TENANT, duty_policy(rotas=["night"], version="2"), NOON)
    assert sample.desk.rotas(TENANT) == ("night", "desk")


def test_a_look_ahead_begins_now_and_tells_who_is_absent(sample: SampleDuty) -> None:
    people = [*document()["people"]]
    people[2] = {**people[2], "absences": [{"first": "2026-03-04", "last": "2026-03-05"}]}
    sample.playbooks.activate(TENANT, duty_policy(people=people, version="2"), NOON)
    told = sample.desk.ahead(TENANT, "desk", 3 * DAY)
    assert told.gaps == (Shift(NOON + 1.5 * DAY, NOON + 3 * DAY, "lee"),)
    assert (told.shifts[0].start, told.shifts[-1].end) == (NOON, NOON + 3 * DAY)
    assert sample.desk.ahead(TENANT, "night", DAY).gaps == (Shift(NOON, NOON + DAY, None),)


# --- overrides --------------------------------------------------------------------------------------------------------


def test_an_override_says_who_when_and_why(desk: DutyDesk) -> None:
    made = desk.override(TENANT, swap(starts_at=NOON + HOUR), ADA)
    assert (made.id, made.by, made.at, made.reason) == (1, "ada", NOON, "dentist")
    assert (made.starts_at, made.ends_at) == (NOON + HOUR, NOON + 2 * HOUR)


def test_only_duty_that_is_all_their_own_is_handed_over_without_a_right(desk: DutyDesk) -> None:
    with pytest.raises(NotPermitted):
        desk.override(TENANT, swap(ends_at=NOON + 8 * DAY), LEE)
    with pytest.raises(NotPermitted):
        desk.override(TENANT, swap(rota="night"), LEE)


def test_who_handed_duty_over_may_take_it_back(sample: SampleDuty) -> None:
    made = sample.desk.override(TENANT, swap(), LEE)
    sample.passes(HOUR)
    ended = sample.desk.end_override(TENANT, made.id, "back early", LEE)
    assert (ended.ended_by, ended.ended_at, ended.end_reason) == ("lee", NOON + HOUR, "back early")
    assert sample.on_duty() == "lee"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": ""}, EditUnexplained),
        ({"starts_at": NOON - SECOND}, TimeOrder),
        ({"ends_at": NOON}, TimeOrder),
        ({"ends_at": NOON + LONGEST_OVERRIDE + SECOND}, OverrideTooLong),
        ({"ends_at": datetime(2026, 3, 3)}, NaiveTime),  # noqa: DTZ001 - the point of the test
        ({"rota": "typo"}, UnknownName),
        ({"person": "nobody"}, UnknownName),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    desk: DutyDesk, change: dict[str, Any], error: type[TriageError]
) -> None:
    with pytest.raises(error):
        desk.override(TENANT, swap(**change), ADA)


def test_an_override_is_ended_once_and_with_a_reason(sample: SampleDuty) -> None:
    made = sample.desk.override(TENANT, swap(), ADA)
    with pytest.raises(EditUnexplained):
        sample.desk.end_override(TENANT, made.id, "", ADA)
    with pytest.raises(OverrideNotFound):
        sample.desk.end_override(TENANT, 99, "back", ADA)
    sample.passes(2 * HOUR)
    with pytest.raises(OverrideNotFound):
        sample.desk.end_override(TENANT, made.id, "back", ADA)


# --- suppressions -----------------------------------------------------------------------------------------------------


def test_a_suppression_says_who_when_why_and_of_what(desk: DutyDesk) -> None:
    made = desk.suppress(TENANT, maintenance(systems=("mail",), service_lines=("workplace",)), MAX)
    assert (made.id, made.by, made.at, made.reason) == (1, "max", NOON, "new disks")
    assert (made.systems, made.service_lines) == (("mail",), ("workplace",))
    assert (made.starts_at, made.ends_at) == (NOON, NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": ""}, EditUnexplained),
        ({"starts_at": NOON - SECOND}, TimeOrder),
        ({"ends_at": NOON + 7 * DAY + SECOND}, SuppressionTooLong),
        ({"systems": ("mial",)}, UnknownName),
        ({"service_lines": ("mail",)}, UnknownName),
    ],
)
def test_a_suppression_that_cannot_be_is_refused(
    desk: DutyDesk, change: dict[str, Any], error: type[TriageError]
) -> None:
    with pytest.raises(error):
        desk.suppress(TENANT, maintenance(**change), MAX)


def test_a_suppression_is_ended_once_and_with_a_reason(desk: DutyDesk) -> None:
    made = desk.suppress(TENANT, maintenance(), MAX)
    with pytest.raises(EditUnexplained):
        desk.end_suppression(TENANT, made.id, " ", MAX)
    ended = desk.end_suppression(TENANT, made.id, "done", RESPONDER)
    assert (ended.ended_by, ended.end_reason, ended.until) == ("kim", "done", NOON)
    with pytest.raises(SuppressionNotFound):
        desk.end_suppression(TENANT, made.id, "done", MAX)

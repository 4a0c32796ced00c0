"""Do all stores keep rotas, overrides and suppressions in the same way, and forget none of them?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT
from tests.sample_rotas import layer, override, rota, version
from triage_core.domain.edit import Edit
from triage_core.domain.rota import Override, RotaChanged
from triage_core.domain.suppression import Suppression

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.duty_ports import DutyBook, HasDuty

HOUR = timedelta(hours=1)
EDIT = Edit(by="eve", at=NOW + HOUR, reason="done \x00 \U0001f692")

Term = Override | Suppression


@pytest.fixture
def duty(store: HasDuty) -> DutyBook:
    return store.duty


def swap(**changes: Any) -> Override:
    return replace(override("ann", NOW, NOW + 4 * HOUR, at=NOW, reason="dentist \x00 ü"), **changes)


def maintenance(**changes: Any) -> Suppression:
    whole = Suppression(starts_at=NOW, ends_at=NOW + 4 * HOUR, by="ada", at=NOW, reason="new disks \x00 ü")
    return replace(whole, **changes)


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_version_comes_back_as_it_was(duty: DutyBook) -> None:
    written = rota(
        layer(handover_on="thu"), layer("nights", turn="12h", only={"fri": ["22:00-06:00"]}), description="Nächte \x00"
    )
    kept = replace(version(written, 1, NOW), reason="first \x00 ü")
    duty.add_version(TENANT, kept)
    assert duty.versions(TENANT) == (kept,)


def test_versions_are_listed_by_rota_and_number(duty: DutyBook) -> None:
    for name, number in (("b", 1), ("a", 1), ("b", 2), ("B", 1)):
        duty.add_version(TENANT, version(rota(rota=name), number))
    assert [(each.rota.name, each.number) for each in duty.versions(TENANT)] == [("B", 1), ("a", 1), ("b", 1), ("b", 2)]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_version_follows_the_latest_one(duty: DutyBook, number: int) -> None:
    duty.add_version(TENANT, version(rota()))
    with pytest.raises(RotaChanged):
        duty.add_version(TENANT, version(rota(), number))
    assert len(duty.versions(TENANT)) == 1


def test_of_two_edits_at_once_one_stays(duty: DutyBook) -> None:
    duty.add_version(TENANT, version(rota()))

    def add(person: str) -> bool:
        try:
            duty.add_version(TENANT, version(rota(layer(people=[person])), 2))
        except RotaChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(add, "abcdefgh"))
    assert done.count(True) == 1
    assert duty.versions(TENANT)[-1].rota.people == ("abcdefgh"[done.index(True)],)


# --- overrides and suppressions ---------------------------------------------------------------------------------------


def add(duty: DutyBook, term: Term, tenant: str = TENANT) -> Term:
    return duty.add_override(tenant, term) if isinstance(term, Override) else duty.add_suppression(tenant, term)


def end(duty: DutyBook, term: Term, edit: Edit = EDIT, tenant: str = TENANT) -> bool:
    ending = duty.end_override if isinstance(term, Override) else duty.end_suppression
    return ending(tenant, term.id, edit)


def kept(duty: DutyBook, term: Term, tenant: str = TENANT) -> tuple[Term, ...]:
    return duty.overrides(tenant) if isinstance(term, Override) else duty.suppressions(tenant)


both = pytest.mark.parametrize("make", [swap, maintenance])


@pytest.mark.parametrize(
    "term",
    [
        swap(),
        maintenance(),
        maintenance(systems=("mail", "Ü, x"), service_lines=("workplace",)),
        swap(ended_at=NOW + HOUR, ended_by="eve", end_reason="back"),
    ],
)
def test_a_term_comes_back_with_its_id(duty: DutyBook, term: Term) -> None:
    assert add(duty, term) == replace(term, id=1)
    assert kept(duty, term) == (replace(term, id=1),)


@both
def test_ids_count_in_the_order_of_writing(duty: DutyBook, make: Callable[..., Term]) -> None:
    terms = [add(duty, make(reason=str(number))) for number in range(11)]
    assert [term.id for term in terms] == list(range(1, 12))
    assert kept(duty, terms[0]) == tuple(terms)


@both
def test_everybody_who_writes_at_once_gets_an_id_of_their_own(duty: DutyBook, make: Callable[..., Term]) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: add(duty, make()).id, range(16)))
    assert sorted(ids) == list(range(1, 17))


@both
def test_an_end_says_who_when_and_why_and_is_the_only_one(duty: DutyBook, make: Callable[..., Term]) -> None:
    add(duty, make())
    second = add(duty, make())
    assert end(duty, second)
    assert not end(duty, second, replace(EDIT, by="kim", at=NOW + 2 * HOUR))
    first, ended = kept(duty, second)
    assert (ended.ended_at, ended.ended_by, ended.end_reason) == (EDIT.at, EDIT.by, EDIT.reason)
    assert first.ended_at is None


@both
def test_what_is_over_or_unknown_is_not_ended(duty: DutyBook, make: Callable[..., Term]) -> None:
    term = add(duty, make())
    assert not end(duty, term, replace(EDIT, at=term.ends_at))
    assert not end(duty, replace(term, id=7))
    assert not end(duty, term, tenant="other")
    assert kept(duty, term) == (term,)


@both
def test_what_has_not_begun_can_be_ended(duty: DutyBook, make: Callable[..., Term]) -> None:
    term = add(duty, make(starts_at=NOW + 2 * HOUR))
    assert end(duty, term)
    assert kept(duty, term)[0].until == EDIT.at


def test_a_tenant_sees_its_own_duty_alone(duty: DutyBook) -> None:
    duty.add_version("other", version(rota()))
    duty.add_override("other", swap())
    duty.add_suppression("other", maintenance())
    assert (duty.versions(TENANT), duty.overrides(TENANT), duty.suppressions(TENANT)) == ((), (), ())
    duty.add_version(TENANT, version(rota()))
    assert duty.add_override(TENANT, swap()).id == 1
    assert duty.add_suppression(TENANT, maintenance()).id == 1

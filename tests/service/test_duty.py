"""Does every process know soon who is on duty, and its own edits at once?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_duty import ADA, LEE, MAX, SampleDuty
from tests.sample_identity import TENANT
from tests.sample_rotas import HOUR, NOON, layer, override, rota, version
from triage_core.adapters.memory_duty import MemoryDuty
from triage_core.domain.rota import Book, Override
from triage_core.service.duty import Duty
from triage_core.service.duty_desk import Maintenance, RotaWish, SwapWish

SECOND = timedelta(seconds=1)


@pytest.fixture
def sample() -> SampleDuty:
    sample = SampleDuty()
    sample.desk.set_rota(TENANT, RotaWish(rota=rota(), reason="first"), ADA)
    return sample


def test_nobody_is_on_duty_on_a_rota_that_nobody_wrote(sample: SampleDuty) -> None:
    assert sample.on_duty("night") is None
    assert sample.on_duty("typo") is None
    assert sample.duty.of("other").books == {}


def test_own_edits_are_seen_at_once(sample: SampleDuty) -> None:
    assert sample.on_duty() == "lee"
    swap = SwapWish(rota="desk", person="bob", ends_at=NOON + HOUR, reason="dentist")
    made = sample.desk.override(TENANT, swap, ADA)
    assert sample.on_duty() == "bob"
    sample.desk.end_override(TENANT, made.id, "back", ADA)
    assert sample.on_duty() == "lee"
    sample.desk.set_rota(TENANT, RotaWish(rota=rota(layer(people=["kim"])), reason="new"), ADA)
    assert sample.on_duty() == "kim"
    held = sample.desk.suppress(TENANT, Maintenance(ends_at=NOON + HOUR, reason="disks"), MAX)
    assert sample.duty.of(TENANT).suppressions == (held,)
    ended = sample.desk.end_suppression(TENANT, held.id, "done", MAX)
    assert sample.duty.of(TENANT).suppressions == (ended,)


def test_edits_of_another_process_are_seen_within_ten_seconds(sample: SampleDuty) -> None:
    assert sample.on_duty() == "lee"
    sample.store.duty.add_override(TENANT, override("bob", NOON, NOON + HOUR))
    sample.passes(9 * SECOND)
    assert sample.on_duty() == "lee"
    sample.passes(SECOND)
    assert sample.on_duty() == "bob"


def test_what_was_read_before_an_edit_does_not_hide_it() -> None:
    """An edit that is made while another thread reads must not be forgotten for the next ten seconds."""

    class Interrupted(MemoryDuty):
        """Is edited just after the overrides were read, once."""

        duty_of_reader: Duty | None = None

        def overrides(self, tenant: str) -> tuple[Override, ...]:
            read = super().overrides(tenant)
            if self.duty_of_reader is not None:
                reader, self.duty_of_reader = self.duty_of_reader, None
                self.add_override(tenant, override("bob", NOON, NOON + HOUR))
                reader.edited(tenant)
            return read

    class Store:
        duty = Interrupted()

    Store.duty.add_version(TENANT, version(rota()))
    reader = Duty(Store(), lambda: NOON)
    Store.duty.duty_of_reader = reader
    assert reader.of(TENANT).on_duty("desk", NOON) == "lee"
    assert reader.of(TENANT).on_duty("desk", NOON) == "bob"


def test_the_snapshot_stays_as_it_was_read(sample: SampleDuty) -> None:
    before = sample.duty.of(TENANT)
    sample.desk.override(TENANT, SwapWish(rota="desk", person="bob", ends_at=NOON + HOUR, reason="swap"), ADA)
    assert before.on_duty("desk", NOON) == "lee"


def test_overrides_belong_to_their_rota(sample: SampleDuty) -> None:
    sample.desk.override(TENANT, SwapWish(rota="night", person="bob", ends_at=NOON + HOUR, reason="alone"), ADA)
    assert (sample.on_duty("desk"), sample.on_duty("night")) == ("lee", "bob")
    assert sample.duty.of(TENANT).book("desk").overrides == ()
    assert sample.duty.of(TENANT).book("typo") == Book()


def test_who_is_on_duty_may_be_somebody_without_rights(sample: SampleDuty) -> None:
    handed = SwapWish(rota="desk", person="ann", ends_at=NOON + HOUR, reason="lunch")
    assert sample.desk.override(TENANT, handed, LEE).by == "lee"
    assert sample.on_duty() == "ann"

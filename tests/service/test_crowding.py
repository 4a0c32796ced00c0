"""Does nobody get more texts in an hour than the policy allows, by ticket, by address and over all?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import HOUR
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, PLATFORM, RULE, GateDesk, words
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import message_id

if TYPE_CHECKING:
    from triage_core.ports import Store


def desk_with(store: Store, **limits: int) -> GateDesk:
    return GateDesk(store, gates={"approvals": [RULE], **limits})


def released(desk: GateDesk, number: int, **addresses: Any) -> str:
    """Write a text on a ticket of its own and release it; return why it stays, or nothing."""
    desk.begin(number)
    text = words(f"Hello, we look into {desk.at}. Desk", **addresses)
    desk.bring(text=text)
    desk.messages.release(TENANT, message_id(desk.at, 1), PLATFORM, FLOW)
    return ",".join(desk.message().withheld)


def test_an_address_is_not_flooded_from_several_tickets(store: Store) -> None:
    desk = desk_with(store, address_rate=2)
    assert [released(desk, number) for number in (1, 2, 3)] == ["", "", "address_rate"]
    assert released(desk, 4, to=("mo@example.com",)) == ""


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
def test_a_copy_counts_and_so_does_another_spelling(field: str, store: Store) -> None:
    desk = desk_with(store, address_rate=1)
    assert released(desk, 1) == ""
    addressed = {"to": ("mo@example.com",), field: (" Jo@Example.com ",)}
    assert released(desk, 2, **addressed) == "address_rate"


def test_a_tenant_sends_no_more_in_all(store: Store) -> None:
    desk = desk_with(store, tenant_rate=2)
    to = [(f"u{number}@example.com",) for number in range(3)]
    assert [released(desk, number, to=to[number]) for number in range(3)] == ["", "", "tenant_rate"]


def test_after_an_hour_the_next_one_leaves(store: Store) -> None:
    desk = desk_with(store, address_rate=1, tenant_rate=1)
    released(desk, 1)
    desk.passes(HOUR - timedelta(microseconds=1))
    assert released(desk, 2) == "tenant_rate,address_rate"
    desk.passes(timedelta(microseconds=1))
    assert released(desk, 3) == ""


def test_what_did_not_arrive_counts_as_well(store: Store) -> None:
    desk = desk_with(store, address_rate=1)
    desk.begin(1)
    desk.bring()
    desk.confirm(desk.release(), Sent.FAILED)
    assert released(desk, 2) == "address_rate"


def test_without_a_limit_in_the_policy_there_is_none(store: Store) -> None:
    desk = desk_with(store)
    assert {released(desk, number) for number in range(15)} == {""}


def test_no_address_is_kept_with_the_ticket(store: Store) -> None:
    desk = desk_with(store, address_rate=1)
    released(desk, 1)
    lines = "".join(line.body for line in store.timeline(TENANT, desk.at))
    assert "example.com" not in lines + repr(desk.read(desk.at).messages)

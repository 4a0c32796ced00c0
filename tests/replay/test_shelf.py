"""Is an incident the same after it waited on the shelf?"""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.replay.conftest import DESK_LOG
from triage_core.domain.playbook import Playbook
from triage_core.replay.incident import Incident
from triage_core.replay.log import open_log
from triage_core.replay.mapping import Mapping
from triage_core.replay.replaying import replay
from triage_core.replay.shelf import Shelf


def incidents(mapping: Mapping, playbook: Playbook) -> dict[str, Incident]:
    """Return what the example log comes to: incidents that wait, are closed, or were never complete."""
    found: dict[str, Incident] = {}
    with open_log(DESK_LOG, mapping.form) as log:
        replay(log, mapping, playbook, each=found.__setitem__)
    return found


def test_what_was_packed_is_equal(mapping: Mapping, playbook: Playbook) -> None:
    put = incidents(mapping, playbook)
    shelf = Shelf(ready=1)
    for number, incident in put.items():
        shelf.add(number, incident)
    assert {number: shelf.get(number) for number in put} == put


@given(asked=st.lists(st.integers(0, 11), max_size=60), ready=st.integers(1, 14))
def test_changes_are_kept_whatever_was_asked_for_in_between(
    mapping: Mapping, playbook: Playbook, asked: list[int], ready: int
) -> None:
    put = incidents(mapping, playbook)
    numbers, shelf = list(put), Shelf(ready)
    for number in numbers:
        shelf.add(number, msgspec.structs.replace(put[number], rows=0))
    for index in asked:
        incident = shelf.get(numbers[index])
        assert incident is not None
        incident.rows += 1
    left = {number: incident.rows for number, incident in shelf.clear()}
    assert left == {number: asked.count(index) for index, number in enumerate(numbers)}
    assert list(left) == numbers


def test_an_unknown_number_is_not_there() -> None:
    assert Shelf().get("T-1") is None


def test_a_cleared_shelf_is_empty(mapping: Mapping, playbook: Playbook) -> None:
    shelf = Shelf()
    shelf.add("T-01", incidents(mapping, playbook)["T-01"])
    assert len(list(shelf.clear())) == 1
    assert list(shelf.clear()) == []


def test_packing_takes_a_fraction_of_the_place(mapping: Mapping, playbook: Playbook) -> None:
    put = incidents(mapping, playbook)
    shelf = Shelf(ready=1)
    for number, incident in put.items():
        shelf.add(number, incident)
    sizes = [len(packed) for packed in shelf._packed.values() if packed]
    assert max(sizes) < len(msgspec.msgpack.encode(put["T-01"])) / 3

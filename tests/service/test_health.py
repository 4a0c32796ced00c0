"""Is the service ready when it can work, and only then?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.sample_cases import HOUR, MINUTE
from tests.sample_hooks import HookedDesk
from tests.standins.receiver import Receiver, answers
from triage_core.adapters.failures import StoreUnavailable
from triage_core.compose import open_store
from triage_core.hook_ports import Vitals, Watch
from triage_core.service.health import NotReady, assure, ready

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Standing:
    """A store that stands as it is told to."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def vitals(self, now: datetime) -> Vitals:
        del now
        return self._vitals()


def failed(store: Watch, now: datetime = NOW) -> list[str]:
    return [check.name for check in ready(store, now) if not check.is_ok]


def standing(**changes: object) -> Standing:
    base: dict[str, object] = {"is_current": True, "has_policy": True, "clock": NOW}
    return Standing(lambda: Vitals(**{**base, **changes}))  # type: ignore[arg-type] # fields of the case


def test_a_service_that_can_work_is_ready() -> None:
    assert failed(standing()) == []
    assure(standing(), NOW)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"is_current": False}, "schema"),
        ({"has_policy": False}, "policy"),
        ({"clock": NOW + timedelta(minutes=2)}, "clock"),
        ({"clock": NOW - timedelta(minutes=2)}, "clock"),
        ({"oldest_timer": NOW - 6 * MINUTE}, "timers"),
        ({"oldest_message": NOW - 6 * MINUTE}, "messages"),
        ({"oldest_delivery": NOW - 16 * MINUTE}, "deliveries"),
        ({"oldest_send": NOW - 16 * MINUTE}, "sends"),
    ],
)
def test_each_thing_that_is_wrong_is_named(changes: dict[str, object], name: str) -> None:
    assert failed(standing(**changes)) == [name]
    with pytest.raises(NotReady, match=name):
        assure(standing(**changes), NOW)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(seconds=11_903_443), "137 days"),
    ],
)
def test_how_long_something_waits_is_told_so_that_people_grasp_it(age: timedelta, said: str) -> None:
    (detail,) = (check.detail for check in ready(standing(oldest_timer=NOW - age), NOW) if check.name == "timers")
    assert detail == f"the oldest has waited {said}"


def test_what_waits_for_a_moment_is_no_trouble() -> None:
    young = dict.fromkeys(("oldest_timer", "oldest_message", "oldest_delivery", "oldest_send"), NOW - MINUTE)
    assert failed(standing(**young)) == []


def test_a_clock_that_was_never_set_is_noticed_without_another_clock() -> None:
    assert failed(standing(clock=None), datetime(1970, 1, 1, tzinfo=UTC)) == ["clock"]


def test_a_database_that_does_not_answer_is_told_and_nothing_else_claimed() -> None:
    def gone() -> Vitals:
        raise StoreUnavailable

    def broken() -> Vitals:
        raise OSError("password=geheim")

    for vitals, word in ((gone, "store_unavailable"), (broken, "OSError")):
        (check,) = ready(Standing(vitals), NOW)
        assert (check.name, check.is_ok) == ("database", False)
        assert word in check.detail
        assert "geheim" not in check.detail


def test_a_desk_where_nobody_sweeps_or_delivers_stops_being_ready() -> None:
    desk = HookedDesk()
    with Receiver() as receiver:
        desk.hook(receiver)
        desk.submit()
        assert failed(desk.store, desk.now) == []
        desk.passes(HOUR)
        assert failed(desk.store, desk.now) == ["timers", "messages"]
        desk.tick()
        desk.store.fan_out(desk.now, 9)
        desk.passes(16 * MINUTE)
        desk.tick()
        assert failed(desk.store, desk.now) == ["deliveries"]
        desk.deliver()
        assert failed(desk.store, desk.now) == []


def test_a_receiver_that_is_down_does_not_make_the_service_unready() -> None:
    desk = HookedDesk()
    with Receiver([answers(500)]) as receiver:
        desk.hook(receiver)
        desk.submit()
        desk.deliver()
    for _ in range(9):
        desk.passes(MINUTE)
        desk.tick()
        desk.deliver()
    assert failed(desk.store, desk.now) == []


def test_a_fresh_database_of_either_kind_only_lacks_a_policy(sql_url: str) -> None:
    store = open_store(sql_url)
    now = datetime.now(UTC)
    checks = ready(store, now)
    store.close()
    assert [check.name for check in checks if not check.is_ok] == ["policy"]

"""Does every store keep a report once and for good, together with the event that tells of it?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from triage_core.domain.delivery import Hook
from triage_core.ports import Message, Store
from triage_core.report_ports import StoredReport

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)


def report(name: str = "2026-W10", tenant: str = "acme", **changes: str) -> StoredReport:
    base = {"kind": "weekly", "document": '{"week":"2026-W10"}'}
    return StoredReport(tenant=tenant, name=name, at=NOW, **{**base, **changes})


def message(name: str = "weekly-2026-W10") -> Message:
    return Message(id=name, type="report.weekly_ready", payload="{}", at=NOW)


def hook() -> Hook:
    return Hook(
        tenant="acme",
        id="h1",
        url="https://hooks.zapier.com/h1",
        event_type="report.weekly_ready",
        created_by="ann",
        created_at=NOW,
        since=NOW,
    )


def test_a_report_is_found_by_tenant_kind_and_name(store: Store) -> None:
    assert store.reports.add(report())
    assert store.reports.get("acme", "weekly", "2026-W10") == report()
    assert store.reports.get("other", "weekly", "2026-W10") is None
    assert store.reports.get("acme", "baseline", "2026-W10") is None


def test_what_was_written_is_never_changed(store: Store) -> None:
    store.reports.add(report())
    assert not store.reports.add(report(document="{}"))
    assert store.reports.get("acme", "weekly", "2026-W10") == report()


def test_reports_of_a_kind_come_oldest_first(store: Store) -> None:
    for name in ("2026-W11", "2026-W09", "2026-W10"):
        store.reports.add(report(name))
    store.reports.add(report("2026-W10", "other"))
    store.reports.add(report("1", kind="baseline"))
    assert [each.name for each in store.reports.all("acme", "weekly")] == ["2026-W09", "2026-W10", "2026-W11"]


def test_the_event_leaves_with_the_report_and_once(store: Store) -> None:
    store.put_hook(hook())
    assert store.reports.add(report(), message())
    assert not store.reports.add(report(), message())
    assert store.fan_out(NOW, 10) == 1
    lane = store.lane(NOW, NOW + timedelta(minutes=1), "worker", 10)
    assert lane is not None
    assert [parcel.message_id for parcel in lane.parcels] == ["weekly-2026-W10"]
    assert [each.id for each in store.latest_messages("acme", "report.weekly_ready", 10)] == ["weekly-2026-W10"]


def test_of_many_workers_one_writes_the_report(store: Store) -> None:
    with ThreadPoolExecutor(4) as crew:
        found = list(crew.map(lambda _: store.reports.add(report(), message()), range(8)))
    assert sorted(found) == [False] * 7 + [True]
    assert store.fan_out(NOW, 10) == 1


def test_words_of_any_language_come_back(store: Store) -> None:
    odd = report("Woche\x00 \ud800 ü", document='{"note":"\\u0000 ü \U0001f600"}')
    store.reports.add(odd)
    assert store.reports.all("acme", "weekly") == (odd,)

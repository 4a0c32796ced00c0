"""Can nobody misread a moment?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage_core.cards.moments import local, stamp


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "Sun 29 Mar 2026 01:59 CET (UTC+01:00)"),
        ("America/New_York", "Sat 28 Mar 2026 20:59 EDT (UTC-04:00)"),
        ("America/Sao_Paulo", "Sat 28 Mar 2026 21:59 UTC-03:00"),
        ("Asia/Kathmandu", "Sun 29 Mar 2026 06:44 UTC+05:45"),
        ("UTC", "Sun 29 Mar 2026 00:59 UTC"),
    ],
)
def test_a_moment_says_its_offset_and_the_name_of_its_zone_where_it_has_one(zone: str, shown: str) -> None:
    assert local(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), zone) == shown


def test_the_repeated_hour_of_autumn_is_told_apart() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert local(first, "Europe/Berlin") == "Sun 25 Oct 2026 02:30 CEST (UTC+02:00)"
    assert local(second, "Europe/Berlin") == "Sun 25 Oct 2026 02:30 CET (UTC+01:00)"


def test_machines_read_utc() -> None:
    assert stamp(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2026-03-02T09:05:00Z"

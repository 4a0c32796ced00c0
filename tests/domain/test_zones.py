"""Does a person read moments in the zone of their own working hours?"""

from __future__ import annotations

import pytest

from tests.small_policy import document, policy
from triage_core.domain.zones import home_zone, zone_of

CALENDARS = {
    **document()["calendars"],
    "far": {"zone": "Asia/Tokyo", "weekly": {"mon": ["09:00-17:00"]}},
}
PEOPLE = [
    {**known, "calendar": zone} for known, zone in zip(document()["people"], ("far", "always", None), strict=False)
]


@pytest.mark.parametrize(("who", "zone"), [("ann", "Asia/Tokyo"), ("bob", "Europe/Berlin"), ("lee", "Europe/Berlin")])
def test_whoever_has_no_hours_lives_where_most_do(who: str, zone: str) -> None:
    assert zone_of(policy(calendars=CALENDARS, people=[*PEOPLE, document()["people"][3]]), who).key == zone


def test_a_policy_without_opening_hours_lives_in_utc() -> None:
    base = policy()
    only = {"always": base.calendars["always"]}
    assert home_zone(base.model_copy(update={"calendars": only})).key == "UTC"

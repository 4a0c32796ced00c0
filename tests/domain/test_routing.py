"""Which queue and which person get a ticket, and which reason is given?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sample_cases import HOUR, MONDAY
from tests.small_policy import document, policy
from triage_core.domain.errors import UnknownName
from triage_core.domain.policy.people import Right
from triage_core.domain.routing import Directory

BASE = document()


def person(name: str, **more: Any) -> dict[str, Any]:
    base = {"id": name, "name": name, "email": f"{name}@example.com", "roles": ["agent"], "queues": ["desk"]}
    return {**base, **more}


def directory(*people: dict[str, Any], **changes: Any) -> Directory:
    everybody = {"people": list(people), "routing": {"default_queue": "desk"}} if people else {}
    return Directory(policy(**{**everybody, **changes}))


LEADS = directory()


def assigned(
    of: Directory, class_name: str = "P2", line: str | None = "workplace", **loads: int
) -> tuple[str | None, str]:
    found = of.assign(class_name, line, MONDAY, loads)
    return found.owner, found.reason


class TestQueues:
    @pytest.mark.parametrize(
        ("line", "queue"), [("identity", "identity"), ("workplace", "desk"), ("?", "desk"), (None, "desk")]
    )
    def test_a_service_line_has_its_queue_and_others_the_default(self, line: str | None, queue: str) -> None:
        assert LEADS.queue_of(line).name == queue

    def test_of_two_queues_for_a_line_the_first_holds(self) -> None:
        queues = [{"name": "desk"}, {"name": "a", "service_lines": ["x"]}, {"name": "b", "service_lines": ["x"]}]
        assert directory(queues=queues).queue_of("x").name == "a"


class TestPool:
    TWO = directory(person("ann"), person("bob", capacity=10))

    def test_the_least_loaded_by_capacity_comes_first(self) -> None:
        assert assigned(self.TWO, ann=4, bob=3) == ("ann", "least loaded of 2 available, 4 open tickets")
        assert assigned(self.TWO, ann=8, bob=3) == ("bob", "least loaded of 2 available, 3 open tickets")

    def test_equal_loads_are_settled_by_name(self) -> None:
        assert assigned(self.TWO)[0] == "ann"

    def test_only_people_of_the_queue_with_its_skills_are_asked(self) -> None:
        of = directory(
            person("ann", queues=["identity"]),
            person("bob", skills=["sso"]),
            person("cat", queues=["identity"], skills=["sso", "mail"]),
        )
        assert assigned(of, line="identity") == ("cat", "least loaded of 1 available, 0 open tickets")

    def test_the_first_tier_comes_before_the_others(self) -> None:
        of = directory(person("ann", support_tier=2), person("bob"))
        assert assigned(of, bob=9)[0] == "bob"
        assert assigned(of, bob=20)[0] == "ann"
        assert of.assign("P2", "workplace", MONDAY, {"bob": 20}).support_tier == 2

    def test_nobody_available_leaves_the_ticket_in_its_queue_and_says_why(self) -> None:
        of = directory(person("ann", absences=[{"first": "2026-03-01", "last": "2026-03-02"}]), person("bob"))
        assert assigned(of, bob=20) == (None, "nobody is available: ann is absent, bob is overloaded")
        assert assigned(of, line="identity") == (None, "nobody of this queue has the skills")


class TestAway:
    def test_an_absence_is_counted_in_local_days(self) -> None:
        tokyo = {"zone": "Asia/Tokyo", "weekly": {day: ["00:00-24:00"] for day in ("mon", "tue")}}
        absent = person("ann", calendar="tokyo", absences=[{"first": "2026-03-03", "last": "2026-03-03"}])
        of = directory(absent, calendars={**BASE["calendars"], "tokyo": tokyo})
        midnight_in_tokyo = MONDAY + 6 * HOUR
        ann = of.person("ann")
        assert of.why_away(ann, midnight_in_tokyo - timedelta.resolution, {}) is None
        assert of.why_away(ann, midnight_in_tokyo, {}) == "absent"
        assert of.why_away(ann, midnight_in_tokyo + timedelta(days=1), {}) == "off duty"

    def test_working_hours_begin_at_the_opening_and_end_before_the_close(self) -> None:
        of = directory(person("ann", calendar="office"))
        ann = of.person("ann")
        away = [of.why_away(ann, MONDAY + hours * HOUR, {}) for hours in (-1.001, -1, 6.999, 7)]
        assert away == ["off duty", None, None, "off duty"]

    def test_somebody_without_a_calendar_is_always_there(self) -> None:
        assert LEADS.why_away(LEADS.person("ann"), MONDAY + timedelta(days=6), {}) is None

    def test_capacity_is_the_number_from_which_on_somebody_is_overloaded(self) -> None:
        of = directory(person("ann", capacity=3))
        loads = [of.why_away(of.person("ann"), MONDAY, {"ann": count}) for count in (2, 3)]
        assert loads == [None, "overloaded"]


class TestOwners:
    def test_a_class_with_owners_goes_to_the_primary(self) -> None:
        found = LEADS.assign("P1", "workplace", MONDAY, {})
        assert (found.owner, found.secondary, found.support_tier) == ("lee", "kim", 2)
        assert found.reason == "primary owner of P1"

    def test_overload_of_the_primary_passes_to_the_secondary(self) -> None:
        assert assigned(LEADS, "P1", lee=20) == ("kim", "secondary lead of P1: lee is overloaded")

    def test_without_either_the_pool_takes_over_and_the_reason_says_so(self) -> None:
        found = assigned(LEADS, "P1", lee=20, kim=20)
        assert found == ("ann", "the owners of P1 are away; least loaded of 2 available, 0 open tickets")

    def test_a_class_without_a_secondary_passes_to_the_pool(self) -> None:
        of = directory(routing={"default_queue": "desk", "owners": {"P1": {"primary": "lee"}}})
        assert assigned(of, "P1", lee=20)[0] == "ann"


class TestRights:
    def test_one_role_with_the_right_is_enough(self) -> None:
        assert LEADS.may(("agent", "lead"), Right.APPROVE)
        assert not LEADS.may(("agent", "nobody"), Right.APPROVE)
        assert LEADS.holders(Right.WORK_TICKETS) == ("agent", "lead")

    def test_a_person_who_is_not_on_the_roster_is_unknown(self) -> None:
        with pytest.raises(UnknownName, match="this person is not in the policy; declared: ann"):
            LEADS.person("eve")

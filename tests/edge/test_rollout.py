"""Can a key stop automation in one call, and does only a named person let it go on?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.edge import sample_edge
from tests.edge.sample_edge import ALL, CALLERS, TENANT, Office
from tests.sample_cases import HOUR
from tests.small_policy import policy
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import Item
from triage_core.service.rollout import RolloutBook

ROLLOUT = "/api/v1/rollout"
KILL, REVIVE, PROMOTE = f"{ROLLOUT}/kill", f"{ROLLOUT}/revive", f"{ROLLOUT}/promote"
WHY = {"reason": "Replies went astray."}
CHANGES: dict[str, dict[str, Any]] = {
    "revive": {**WHY, "version": 0},
    "promote": {**WHY, "action": "calls", "to": "pilot", "version": 0},
    "demote": {**WHY, "action": "calls", "to": "off"},
    "scope": {**WHY, "version": 0},
    "attest": {"item": "access", "evidence": "Report 7."},
    "runbooks": {"action": "calls", "owner": "kim", "text": "Look.", "rollback": "Demote."},
}


@pytest.fixture
def office() -> Office:
    return Office()


def refused(office: Office, path: str, given: object, caller: str) -> tuple[int, str]:
    reply = office.ask("POST", path, given, x_api_key=caller)
    return reply.status, json.loads(reply.body).get("code", "")


class TestKilling:
    @pytest.mark.parametrize("caller", ["flows", "lee"])
    def test_one_call_stops_the_tenant(self, office: Office, caller: str) -> None:
        told = office.told("POST", KILL, WHY, x_api_key=caller)
        assert (told["killed"], told["killed_by"], told["killed_reason"]) == (True, caller, WHY["reason"])
        assert (told["killed_everywhere"], told["version"]) == (False, 1)

    def test_the_same_call_again_changes_nothing(self, office: Office) -> None:
        first = office.told("POST", KILL, WHY, x_api_key="flows")
        office.passes(HOUR)
        assert office.told("POST", KILL, {"reason": "Again."}, x_api_key="zaps") == first

    def test_a_key_without_the_right_stops_nothing(self, office: Office) -> None:
        assert refused(office, KILL, WHY, "reader") == (403, "forbidden")

    def test_a_person_without_the_right_stops_nothing(self, office: Office) -> None:
        assert refused(office, KILL, WHY, "ann") == (403, "not_permitted")

    def test_all_tenants_are_for_the_operator_to_stop(self, office: Office) -> None:
        everywhere = {**WHY, "everywhere": True}
        assert refused(office, KILL, everywhere, "elsewhere") == (403, "not_operator")
        told = office.told("POST", KILL, everywhere, x_api_key="flows")
        assert (told["killed"], told["killed_everywhere"], told["everywhere_version"]) == (False, True, 1)
        assert office.told("GET", ROLLOUT, x_api_key="elsewhere")["killed_everywhere"] is True
        again = {**WHY, "everywhere": True, "version": 1}
        assert office.told("POST", REVIVE, again)["killed_everywhere"] is False

    def test_a_tenant_without_a_policy_is_told_what_there_is(self, office: Office) -> None:
        told = office.told("POST", KILL, WHY, x_api_key="elsewhere")
        assert (told["killed"], told["actions"], told["policy_version"]) == (True, [], None)


class TestNamedPeople:
    @pytest.mark.parametrize("part", CHANGES)
    @pytest.mark.parametrize(("caller", "code"), [("flows", "not_permitted"), ("ann", "not_permitted")])
    def test_no_key_and_nobody_without_the_right_changes_anything_else(
        self, office: Office, part: str, caller: str, code: str
    ) -> None:
        office.told("POST", KILL, WHY)
        assert refused(office, f"{ROLLOUT}/{part}", CHANGES[part], caller) == (403, code)

    @pytest.mark.parametrize("part", [*CHANGES, "kill"])
    def test_a_platform_with_a_persons_token_does_not_stand_for_the_person(
        self, office: Office, part: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        borrowed = replace(CALLERS["lee"], name="borrowed", platform="power_automate", scopes=ALL - {"admin"})
        monkeypatch.setitem(sample_edge.CALLERS, "borrowed", borrowed)
        assert refused(office, f"{ROLLOUT}/{part}", CHANGES.get(part, WHY), "borrowed") == (403, "forbidden")

    def test_a_person_needs_no_scope(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sample_edge.CALLERS, "lee", replace(CALLERS["lee"], scopes=frozenset()))
        assert office.ask("POST", KILL, WHY).status == 200

    def test_a_revival_of_what_changed_meanwhile_is_refused(self, office: Office) -> None:
        office.told("POST", KILL, WHY)
        office.told("POST", f"{ROLLOUT}/demote", CHANGES["demote"])
        assert refused(office, REVIVE, {**WHY, "version": 1}, "lee") == (409, "control_moved")
        assert office.told("POST", REVIVE, {**WHY, "version": 2})["killed"] is False


class TestPromotion:
    def test_a_refusal_names_everything_that_is_open(self, office: Office) -> None:
        office.passes(HOUR)
        pilot = policy(**{**sample_edge._WITH_CALLS, "version": "2", "stages": {"pilot_share": 0.1}})
        office.triage.playbooks.activate(TENANT, pilot, office.time)
        told = json.loads(office.ask("POST", PROMOTE, CHANGES["promote"]).body)
        assert (told["status"], told["code"]) == (409, "readiness_open")
        assert all(f"{item}: " in told["detail"] for item in Item)

    def test_what_stands_already_is_told_again(self, office: Office) -> None:
        same = CHANGES["promote"] | {"to": "full", "version": 99}
        told = office.told("POST", PROMOTE, same)
        assert {each["action"]: each["stage"] for each in told["actions"]} == dict.fromkeys(Action, "full")
        assert {each["what"] for each in told["log"]} <= {"policy_activated"}


class TestTelling:
    def test_the_checklist_tells_item_by_item_what_is_open_and_until_when_a_word_holds(self, office: Office) -> None:
        told = office.told("POST", f"{ROLLOUT}/attest", CHANGES["attest"])
        points = {(each["action"], each["item"]): each for each in told["checklist"]}
        assert len(points) == len(Action) * len(Item)
        access = points["calls", "access"]
        assert (access["is_settled"], access["attested_by"], access["evidence"]) == (True, "lee", "Report 7.")
        assert access["lapses_at"] == "2026-05-31T09:00:00Z"
        assert points["calls", "scope_frozen"]["still_open"] == "the scope is not frozen"

    def test_a_scope_and_a_runbook_are_told_as_they_were_given(self, office: Office) -> None:
        limits = {**WHY, "version": 0, "classes_csv": "P2, P3", "channels_csv": "mail"}
        told = office.told("POST", f"{ROLLOUT}/scope", limits)
        assert (told["is_frozen"], told["classes_csv"], told["queues_csv"], told["channels_csv"]) == (
            True,
            "P2,P3",
            "",
            "mail",
        )
        told = office.told("POST", f"{ROLLOUT}/runbooks", CHANGES["runbooks"])
        assert told["runbooks"] == [{**CHANGES["runbooks"], "link": None, "rehearsed_at": None}]

    def test_the_log_tells_who_did_what_and_why(self, office: Office) -> None:
        office.told("POST", f"{ROLLOUT}/runbooks", CHANGES["runbooks"])
        office.passes(HOUR)
        told = office.told("POST", KILL, WHY, x_api_key="flows")
        log = {each["what"]: (each["actor"], each["reason"]) for each in told["log"]}
        assert next(iter(log)) == "killed"
        assert log == {
            "killed": ("flows", WHY["reason"]),
            "policy_activated": ("lee", "tests"),
            "runbook_put": ("lee", "runbook for calls, kept by kim"),
        }

    def test_the_book_says_the_same(self, office: Office) -> None:
        told = office.told("POST", KILL, WHY)
        rollout = RolloutBook(office.store, office.triage.playbooks, office.now).of(TENANT).rollout
        assert rollout.version == told["version"]

"""What do answers say about tickets, lists and choices?"""

from __future__ import annotations

import json

import pytest

from tests.edge.sample_edge import Office, request
from tests.sample_cases import HOUR, MINUTE
from triage_core.adapters.failures import StoreUnavailable
from triage_core.contract.events import EventType
from triage_core.contract.hooks import SamplePage
from triage_core.edge.http import Edge
from triage_core.service.access import Services

TICKETS = "/api/v1/tickets"


@pytest.fixture
def office() -> Office:
    return Office()


class TestTicket:
    def test_a_blocked_ticket_is_an_answer_that_names_what_is_missing(self, office: Office) -> None:
        told = office.submitted(impact="", urgency="huge")
        assert (told["outcome"], told["state"], told["class"], told["missing_csv"]) == (
            "blocked",
            "incomplete",
            None,
            "urgency,impact",
        )
        assert told["missing"][1] == {"field": "impact", "pointer": "/impact", "expected": "one of high, medium, low"}
        assert told["explanation"].startswith("Blocked until its intake is complete. Needed: ")
        assert "huge" not in json.dumps(told)

    def test_deadlines_are_those_of_running_clocks(self, office: Office) -> None:
        assert office.submitted()["next_due_metric"] == "first_reply"
        told = office.told("POST", f"{TICKETS}/t1/events", {"event": "agent_replied", "source_event_id": "e"})
        assert (told["first_reply_due_at"], told["next_due_metric"]) == (None, "resolution")

    def test_of_a_mail_in_html_the_words_count_that_a_reader_sees(self, office: Office) -> None:
        mail = {"body": "<p>I got <b>ph</b>ishing&nbsp;mails</p><!-- lawyer -->", "source_id": "m7"}
        assert office.submitted(**mail, body_format="html")["risk_tags_csv"] == "security"
        assert office.submitted(**{**mail, "source_id": "m8"})["risk_tags_csv"] != "security"

    def test_a_reply_in_html_is_recognised_by_its_words(self, office: Office) -> None:
        office.submitted()
        given = {"event": "agent_replied", "source_event_id": "e", "text": "<p>Hello.</p>", "text_format": "html"}
        assert office.told("POST", f"{TICKETS}/t1/events", given)["outcome"] == "updated"

    def test_a_class_that_a_person_set_is_told_as_such(self, office: Office) -> None:
        office.submitted()
        told = office.told("POST", f"{TICKETS}/t1/override", {"class": "P1", "reason": "x"}, idempotency_key="k")
        assert "Class P1 was set by a person." in told["explanation"]

    def test_a_score_grows_while_a_ticket_waits(self, office: Office) -> None:
        before = office.submitted()["score"]
        office.passes(HOUR)
        assert office.told("GET", f"{TICKETS}/t1")["score"] == before + 2

    def test_an_offered_ticket_says_to_whom(self, office: Office) -> None:
        office.submitted()
        assert office.told("POST", f"{TICKETS}/t1/transfer", {"to": "kim"}, idempotency_key="k")["handover_to"] == "kim"

    def test_a_merge_names_a_ticket_that_exists(self, office: Office) -> None:
        office.submitted()
        given = {"event": "merged", "merged_into": "t9", "source_event_id": "e"}
        assert office.ask("POST", f"{TICKETS}/t1/events", given).status == 404

    @pytest.mark.parametrize(
        ("part", "given", "status", "code"),
        [
            ("accept", None, 422, "handover_not_open"),
            ("override", {"class": "P9", "reason": "x"}, 422, "unknown_name"),
            ("intake", {"impact": "low"}, 422, "action_not_allowed"),
            ("feedback", {"about": "remark"}, 422, "feedback_incomplete"),
            ("events", {"event": "agent_replied", "happened_at": "2020-01-01T00:00:00Z"}, 422, "time_order"),
            ("assign", {"owner": "lee"}, 422, "reason_missing"),
        ],
    )
    def test_what_cannot_be_done_is_told_by_its_code(
        self, office: Office, part: str, given: object, status: int, code: str
    ) -> None:
        office.submitted()
        reply = office.ask("POST", f"{TICKETS}/t1/{part}", given, idempotency_key="k")
        assert (reply.status, json.loads(reply.body)["code"]) == (status, code)

    def test_a_role_without_the_right_is_told_so(self, office: Office) -> None:
        office.submitted()
        given = {"class": "P1", "reason": "x"}
        reply = office.ask("POST", f"{TICKETS}/t1/override", given, idempotency_key="k", x_api_key="ann")
        assert (reply.status, json.loads(reply.body)["code"]) == (403, "not_permitted")


class TestLists:
    def test_a_list_comes_in_the_order_of_work_page_by_page(self, office: Office) -> None:
        for number, impact in enumerate(("low", "high", "medium"), start=1):
            office.submitted(source_id=f"m{number}", impact=impact)
        first = office.told("GET", f"{TICKETS}?limit=2")
        second = office.told("GET", f"{TICKETS}?limit=2&cursor={first['next_cursor']}")
        found = [item["ticket_id"] for page in (first, second) for item in page["items"]]
        assert (found, second["next_cursor"]) == (["t2", "t3", "t1"], None)

    def test_a_list_is_narrowed_by_its_filters(self, office: Office) -> None:
        office.submitted(impact="high", urgency="high", customer="acme")
        office.submitted(source_id="m2", impact="")
        for query, found in {
            "class=P1": ["t1"],
            "state=incomplete": ["t2"],
            "queue=desk&owner=lee&customer=acme": ["t1"],
            "queue=nowhere": [],
        }.items():
            assert [item["ticket_id"] for item in office.told("GET", f"{TICKETS}?{query}")["items"]] == found

    def test_a_cursor_that_no_list_has_named_is_refused(self, office: Office) -> None:
        office.submitted()
        for path in (f"{TICKETS}?cursor=odd", f"{TICKETS}/t1/timeline?cursor=odd", f"{TICKETS}/t1/timeline?cursor=²"):
            assert json.loads(office.ask("GET", path).body)["code"] == "cursor_invalid"

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("ticket_id=t1", ["t1"]),
            ("source=mail&source_id=m2", ["t2"]),
            ("customer=acme", ["t1", "t2"]),
            ("customer=acme&limit=1", ["t1"]),
            ("ticket_id=t1&customer=other", []),
            ("source=mail&source_id=m9", []),
        ],
    )
    def test_a_search_without_a_hit_is_an_empty_list(self, office: Office, query: str, found: list[str]) -> None:
        office.submitted(customer="acme")
        office.submitted(source_id="m2", customer="acme")
        items = office.told("GET", f"/api/v1/search/tickets?{query}")["items"]
        assert [item["ticket_id"] for item in items] == found

    @pytest.mark.parametrize("query", ["", "source=mail", "source_id=m1", "limit=5"])
    def test_a_search_for_everything_is_refused(self, office: Office, query: str) -> None:
        reply = office.ask("GET", f"/api/v1/search/tickets?{query}")
        assert (reply.status, json.loads(reply.body)["code"]) == (422, "empty_query")

    def test_a_timeline_is_read_page_by_page(self, office: Office) -> None:
        office.submitted()
        numbers: list[int] = []
        cursor = ""
        while True:
            page = office.told("GET", f"{TICKETS}/t1/timeline?limit=2&cursor={cursor}")
            numbers += [line["number"] for line in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert numbers == [1, 2, 3]


class TestClocks:
    def test_time_spent_and_left_is_open_time(self, office: Office) -> None:
        office.submitted()
        office.passes(20 * MINUTE)
        clocks = office.told("GET", f"{TICKETS}/t1/sla")["items"]
        told = {clock["metric"]: (clock["spent_minutes"], clock["remaining_minutes"]) for clock in clocks}
        assert told == {"first_reply": (20, 40), "resolution": (20, 460)}

    def test_a_missed_target_shows(self, office: Office) -> None:
        office.submitted()
        office.passes(2 * HOUR)
        office.triage.tick("sweeper", MINUTE)
        told = office.told("GET", f"{TICKETS}/t1/sla")
        assert (told["breached"], told["at_risk"], told["items"][0]["remaining_minutes"]) == (True, True, -60)


class TestChoices:
    def test_a_choice_has_a_value_and_a_label(self, office: Office) -> None:
        assert office.told("GET", "/api/v1/lists/people?limit=1")["items"] == [{"id": "ann", "name": "Ann"}]

    def test_choices_of_an_unknown_field_are_refused(self, office: Office) -> None:
        assert office.ask("GET", "/api/v1/lists/intake-values/mood").status == 422
        assert office.told("GET", "/api/v1/lists/intake-values/users_affected")["items"] == []


class TestHooks:
    def test_samples_are_recent_events_or_an_example(self, office: Office) -> None:
        path = "/api/v1/sample-events?event_type=ticket.triaged"
        (example,) = office.told("GET", path)["items"]
        assert example["type"] == EventType.TICKET_TRIAGED
        office.submitted()
        office.notebook.sent = [message.payload for message in office.store.messages("acme", "t1")]
        page = office.told("GET", path)
        assert [item["ticket_id"] for item in SamplePage.model_validate(page).model_dump()["items"]] == ["t1"]
        assert page["items"] == [json.loads(sent) for sent in office.notebook.sent]

    def test_removing_a_hook_twice_is_no_error(self, office: Office) -> None:
        assert office.told("DELETE", "/api/v1/hooks/h0") == office.told("DELETE", "/api/v1/hooks/h0") == {}


class TestReadiness:
    def test_a_service_that_works_says_so(self, office: Office) -> None:
        assert office.told("GET", "/api/v1/ready")["status"] == "ready"

    def test_a_service_on_which_work_is_left_undone_is_not_ready(self, office: Office) -> None:
        office.submitted()
        office.passes(24 * HOUR)
        reply = office.ask("GET", "/api/v1/ready", x_api_key="")
        assert (reply.status, json.loads(reply.body)["code"], reply.headers["retry-after"]) == (503, "not_ready", "5")
        assert "timers" in json.loads(reply.body)["detail"]

    def test_a_service_without_its_database_still_runs_and_is_not_ready(self) -> None:
        def opened() -> Services:
            raise StoreUnavailable

        edge = Edge(opened)
        assert edge.reply(request("GET", "/api/v1/health")).status == 200
        assert edge.reply(request("GET", "/api/v1/ready")).status == 503


class TestMe:
    def test_a_platform_is_told_what_it_may_carry(self, office: Office) -> None:
        me = office.told("GET", "/api/v1/me", x_api_key="zaps")
        assert (me["name"], me["platform"], me["most_sensitive"], me["person"]) == ("zaps", "zapier", "internal", None)

    def test_a_tenant_without_a_policy_still_knows_its_callers(self, office: Office) -> None:
        assert office.told("GET", "/api/v1/me", x_api_key="elsewhere")["policy_version"] is None

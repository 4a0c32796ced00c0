"""Are promises of closings listed and finished by operations, and articles looked after by people alone?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.edge.sample_edge import TENANT, Office
from tests.edge.script import SCRIPT
from triage_core.domain.feedback import About

DAY = timedelta(days=1)
CLOSING = next(ask.given for ask in SCRIPT if ask.name == "CloseTicket")
LIST = "/api/v1/follow-ups"
KNOWLEDGE = "/api/v1/knowledge"


def closed(**intake: Any) -> Office:
    office = Office()
    office.submitted(**intake)
    office.told("POST", "/api/v1/tickets/t1/events", {"event": "resolved", "source_event_id": "e"})
    second = {"description": "Ask the maker.", "owner": "lee", "due_on": "2026-03-04"}
    given = {**CLOSING, "more_prevention": [second]}
    office.told("POST", "/api/v1/tickets/t1/close", given, idempotency_key="close")
    return office


def listed(office: Office, query: str = "", **headers: str) -> list[tuple[str, str]]:
    found = office.told("GET", f"{LIST}?{query}", **headers)["items"]
    return [(item["follow_up_id"], item["standing"]) for item in found]


class TestFollowUps:
    def test_the_first_due_stands_in_front_with_what_is_to_be_done(self) -> None:
        (first, second) = closed().told("GET", LIST)["items"]
        assert (first["follow_up_id"], first["what"], first["owner"]) == ("t1-prevention-2", "Ask the maker.", "lee")
        assert (second["due_at"], second["owner_name"], second["source_id"]) == ("2026-03-07T00:00:00Z", "Ann", "m1")

    def test_they_are_told_apart_and_read_page_by_page(self) -> None:
        office = closed()
        assert listed(office, "owner=ann") == [("t1-prevention-1", "open")]
        page = office.told("GET", f"{LIST}?limit=1")
        assert listed(office, f"limit=1&cursor={page['next_cursor']}") == [("t1-prevention-1", "open")]
        office.passes(3 * DAY)
        assert listed(office, "overdue_only=true") == [("t1-prevention-2", "overdue")]

    def test_a_finished_one_is_listed_no_more_and_finished_once(self) -> None:
        office = closed()
        path = f"{LIST}/t1-prevention-2/finish"
        done = office.told("POST", path, {"note": "They know."}, idempotency_key="k")
        assert (done["standing"], done["done_at"]) == ("done", "2026-03-02T09:00:00Z")
        assert office.told("POST", path, {"note": "They know."}, idempotency_key="k") == done
        assert listed(office) == [("t1-prevention-1", "open")]

    @pytest.mark.parametrize("name", ["t1-prevention-9", "t1-fix", "nothing", "t9-fix"])
    def test_one_that_is_not_there_is_not_found(self, name: str) -> None:
        assert closed().ask("POST", f"{LIST}/{name}/finish", {}, idempotency_key="k").status == 404

    def test_what_may_not_be_carried_is_left_out(self) -> None:
        office = closed(data_sensitivity="restricted")
        told = office.told("GET", LIST, x_api_key="zaps")["items"]
        assert {item["what"] for item in told} == {None}
        assert len(told) == 2


class TestArticles:
    def test_a_platform_finds_and_reads_what_is_published_alone(self) -> None:
        office = Office()
        found = office.told("GET", "/api/v1/search/knowledge?query=printer", x_api_key="flows")["items"]
        assert [item["article_id"] for item in found] == ["printing"]
        assert office.told("GET", f"{KNOWLEDGE}/printing", x_api_key="flows")["owner_name"] == "Ann"
        office.told("POST", f"{KNOWLEDGE}/printing/retire")
        assert office.ask("GET", f"{KNOWLEDGE}/printing", x_api_key="flows").status == 404
        assert office.told("GET", f"{KNOWLEDGE}/printing")["state"] == "retired"

    @pytest.mark.parametrize("part", ["retire", "review"])
    def test_a_platform_looks_after_none(self, part: str) -> None:
        assert Office().ask("POST", f"{KNOWLEDGE}/printing/{part}", x_api_key="flows").status == 403

    def test_an_edit_changes_what_it_names_on_top_of_what_was_read(self) -> None:
        office, path = Office(), f"{KNOWLEDGE}/printing/edit"
        told = office.told("POST", path, {"version": 2, "tags_csv": "printer, queue"})
        assert (told["version"], told["tags_csv"], told["title"]) == (3, "printer,queue", "The printer does not print")
        assert office.ask("POST", path, {"version": 2, "title": "Late"}).status == 409

    def test_a_note_of_a_platform_feeds_the_draft(self) -> None:
        office = Office()
        office.submitted()
        note = {"text": "The disk of the print server was full."}
        office.told("POST", "/api/v1/tickets/t1/notes", note, idempotency_key="n", x_api_key="flows")
        office.told("POST", "/api/v1/tickets/t1/events", {"event": "resolved", "source_event_id": "e"})
        office.told("POST", "/api/v1/tickets/t1/close", CLOSING, idempotency_key="c")
        office.triage.learn(office.triage.ticket(TENANT, "t1"))
        assert office.told("GET", f"{KNOWLEDGE}/t1")["notes"] == note["text"]


class TestPersons:
    def test_no_platform_is_handed_what_is_kept_of_somebody(self) -> None:
        for part in ("export", "erase"):
            reply = Office().ask("POST", f"/api/v1/persons/{part}", {"requester": "jo@x.de"}, x_api_key="flows")
            assert (reply.status, json.loads(reply.body)["code"]) == (403, "person_needed")


@pytest.mark.parametrize(
    "given",
    [
        {"about": "satisfaction", "rating": 2, "text": "It took long."},
        {"about": "comment", "text": "Friendly people."},
        {"about": "remark", "text": "The note was missing at the hand-over."},
        {"about": "correction", "field": "class", "should_be": "P1"},
    ],
    ids=list(About),
)
def test_every_kind_of_feedback_comes_in_and_leaves_as_an_event(given: dict[str, Any]) -> None:
    office = Office()
    office.submitted()
    office.told("POST", "/api/v1/tickets/t1/feedback", given, idempotency_key="k", x_api_key="flows")
    told = json.loads(office.store.messages(TENANT, "t1")[-1].payload)
    assert (told["type"], told["feedback_about"], told["feedback_rating"]) == (
        "feedback.given",
        given["about"],
        given.get("rating"),
    )

"""What is a request refused for, and how is it told?"""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.edge.sample_edge import Office, request, ticket
from triage_core.contract.problems import Problem
from triage_core.domain.errors import StaleTicket
from triage_core.edge.http import Edge
from triage_core.edge.message import Reply
from triage_core.edge.parsing import LONGEST_BODY

TICKETS = "/api/v1/tickets"
FORM = {"content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def office() -> Office:
    return Office()


def problem(reply: Reply) -> dict[str, Any]:
    assert reply.headers["content-type"] == "application/problem+json"
    told = json.loads(reply.body)
    assert told == Problem.model_validate(told).model_dump(mode="json")
    assert (told["status"], told["correlation_id"]) == (reply.status, reply.headers["x-correlation-id"])
    return dict(told)


def faults(reply: Reply) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in problem(reply)["errors"]}


def post(office: Office, body: bytes, kind: str = "application/json") -> Reply:
    return office.edge.reply(request("POST", TICKETS, body, x_api_key="lee", content_type=kind))


class TestForm:
    def test_all_faults_are_told_at_once_by_their_public_names(self, office: Office) -> None:
        reply = office.ask("POST", TICKETS, {"source": "", "subject": "x" * 2_001, "mode": "loud", "created_at": "now"})
        assert reply.status == 400
        assert faults(reply) == {
            "/source": "too_short",
            "/source_id": "missing",
            "/subject": "too_long",
            "/mode": "not_listed",
            "/created_at": "wrong_form",
        }
        assert problem(reply)["created"] is False

    def test_a_moment_without_a_time_zone_is_refused(self, office: Office) -> None:
        assert faults(office.ask("POST", TICKETS, ticket(created_at="2026-03-02T09:00:00"))) == {
            "/created_at": "naive_time"
        }

    @pytest.mark.parametrize("moment", [1_700_000_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_a_moment_that_no_calendar_knows_is_refused(self, office: Office, moment: object) -> None:
        assert faults(office.ask("POST", TICKETS, ticket(created_at=moment))) == {"/created_at": "wrong_form"}

    def test_an_unknown_field_is_refused_with_the_one_that_was_meant(self, office: Office) -> None:
        reply = office.ask("POST", TICKETS, ticket(sevrity="sev1"))
        assert faults(reply) == {"": "unknown_field"}
        assert problem(reply)["errors"][0]["expected"].startswith("did you mean severity?")

    def test_a_fault_in_a_batch_is_told_with_its_place(self, office: Office) -> None:
        reply = office.ask("POST", "/api/v1/bulk/tickets", {"tickets": [ticket(), ticket(source=None, odd=1)]})
        assert faults(reply) == {"/tickets/1/source": "wrong_type", "/tickets/1": "unknown_field"}

    def test_a_fault_in_the_query_is_told(self, office: Office) -> None:
        assert faults(office.ask("GET", f"{TICKETS}?limit=0&state=asleep")) == {
            "/query/limit": "too_small",
            "/query/state": "not_listed",
        }

    def test_nothing_that_was_sent_is_repeated(self, office: Office) -> None:
        secret = "hunter2"
        odd = {"source": {secret: secret}, "subject": [secret], "mode": secret, secret: secret, "created_at": secret}
        for reply in (
            office.ask("POST", TICKETS, odd),
            office.ask("GET", f"{TICKETS}?state={secret}&{secret}=1"),
            office.ask("GET", f"{TICKETS}/{secret}"),
            office.ask("POST", f"{TICKETS}/t1/events", {"event": secret}, idempotency_key=secret),
            post(office, secret.encode()),
            post(office, b"{}", secret),
        ):
            assert reply.status >= 400
            assert secret not in reply.body.decode()

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"1", b"{", b'{"a":1,"a":1}', b'{"a":NaN}', b'{"a":1e999}', b"[" * 100_000, b"1" * 5_000],
    )
    def test_a_body_that_is_no_plain_json_object_is_malformed(self, office: Office, body: bytes) -> None:
        reply = post(office, body)
        assert (reply.status, problem(reply)["code"]) == (400, "malformed")

    def test_a_body_that_is_no_utf_8_is_malformed(self, office: Office) -> None:
        assert faults(post(office, b'{"subject":"\xff"}')) == {"": "wrong_encoding"}
        assert faults(post(office, b"subject=%ff", FORM["content_type"])) == {"": "wrong_encoding"}

    def test_half_a_character_is_replaced_and_not_refused(self, office: Office) -> None:
        assert office.submitted(subject="cut \ud83d")["subject"] == "cut \ufffd"

    def test_a_body_of_another_type_is_refused(self, office: Office) -> None:
        assert problem(post(office, b"<a/>", "text/xml"))["code"] == "media_type_unsupported"

    def test_a_body_that_is_too_large_is_refused(self, office: Office) -> None:
        reply = post(office, b" " * (LONGEST_BODY + 1))
        assert (reply.status, problem(reply)["code"]) == (413, "body_too_large")


class TestWaysToSend:
    def test_a_form_says_the_same_as_json(self) -> None:
        given = ticket(users_affected=70, created_at="2026-03-02T08:00:00Z")
        there, here = Office(), Office()
        sent = there.edge.reply(request("POST", TICKETS, urlencode(given).encode(), x_api_key="lee", **FORM))
        assert json.loads(sent.body) == here.told("POST", TICKETS, given)

    def test_a_form_carries_records_as_json(self, office: Office) -> None:
        body = urlencode({"tickets": json.dumps([ticket(1), ticket(2)])}).encode()
        reply = office.edge.reply(request("POST", "/api/v1/bulk/tickets", body, x_api_key="lee", **FORM))
        assert json.loads(reply.body)["accepted"] == 2

    def test_a_field_twice_in_a_form_is_refused(self, office: Office) -> None:
        assert faults(post(office, b"subject=a&subject=b", FORM["content_type"])) == {"": "unreadable"}

    def test_a_form_with_endless_fields_is_refused(self, office: Office) -> None:
        assert faults(post(office, b"&".join([b"a=b"] * 300), FORM["content_type"])) == {"": "unreadable"}

    def test_an_empty_optional_value_counts_as_absent(self, office: Office) -> None:
        told = office.submitted(customer="", severity="", source_version="", mode=None, users_affected="")
        assert (told["customer"], told["source_version"], told["mode"]) == (None, "1", "live")

    def test_a_number_stands_for_its_text(self, office: Office) -> None:
        assert office.submitted(source_id=48_213)["source_id"] == "48213"

    def test_a_byte_order_mark_and_a_charset_do_no_harm(self, office: Office) -> None:
        body = "\ufeff" + json.dumps(ticket())
        assert post(office, body.encode(), "Application/JSON; charset=utf-8").status == 200

    def test_fields_of_the_policys_own_come_as_lines(self, office: Office) -> None:
        assert office.submitted(users_affected="", other_fields="users_affected = 70\n")["severity"] == "sev2"
        assert faults(office.ask("POST", TICKETS, ticket(other_fields="users_affected"))) == {
            "/other_fields": "wrong_form"
        }


class TestAdmission:
    def test_an_unknown_caller_is_told_so(self, office: Office) -> None:
        reply = office.ask("GET", "/api/v1/me", x_api_key="nobody")
        assert (reply.status, problem(reply)["code"]) == (401, "unauthenticated")
        assert reply.headers["www-authenticate"] == "Bearer"

    def test_a_key_without_the_right_is_told_which(self, office: Office) -> None:
        reply = office.ask("POST", TICKETS, ticket(), x_api_key="reader")
        assert (reply.status, problem(reply)["code"]) == (403, "forbidden")
        assert "tickets:write" in problem(reply)["detail"]

    def test_whoever_is_not_let_in_learns_nothing_about_the_body(self, office: Office) -> None:
        assert office.ask("POST", TICKETS, {"odd": 1}, x_api_key="nobody").status == 401

    def test_a_used_up_key_is_told_in_whole_seconds_when_to_come_back(self, office: Office) -> None:
        reply = office.ask("GET", "/api/v1/me", x_api_key="tired")
        assert (reply.status, reply.headers["retry-after"]) == (429, "31")

    def test_health_asks_for_no_key(self, office: Office) -> None:
        assert office.ask("GET", "/api/v1/health", x_api_key="").status == 200

    def test_a_key_sees_no_ticket_of_another_tenant(self, office: Office) -> None:
        office.submitted(customer="acme")
        assert office.ask("GET", f"{TICKETS}/t1", x_api_key="elsewhere").status == 404
        assert office.told("GET", f"{TICKETS}?open_only=false", x_api_key="elsewhere")["items"] == []
        assert office.told("GET", "/api/v1/search/tickets?customer=acme", x_api_key="elsewhere")["items"] == []


class TestAddresses:
    def test_an_unknown_address_is_not_found(self, office: Office) -> None:
        assert problem(office.ask("GET", "/api/v1/nothing"))["code"] == "not_found"

    def test_a_wrong_method_is_told_the_right_ones(self, office: Office) -> None:
        reply = office.ask("PATCH", TICKETS)
        assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")

    @pytest.mark.parametrize("name", ["nothing", "x" * 65, "a%2Fb", "%00"])
    def test_a_ticket_that_nobody_knows_is_not_found(self, office: Office, name: str) -> None:
        assert problem(office.ask("GET", f"{TICKETS}/{name}"))["code"] == "ticket_not_found"

    def test_an_event_of_no_known_kind_has_no_address(self, office: Office) -> None:
        body = {"callback_url": "https://hooks.example.com"}
        assert problem(office.ask("POST", "/api/v1/events/odd/hooks", body))["code"] == "not_found"


class TestCorrelation:
    @pytest.mark.parametrize("header", ["x_correlation_id", "x_ms_client_request_id", "x_ms_workflow_run_id"])
    def test_the_callers_name_of_the_run_comes_back(self, office: Office, header: str) -> None:
        assert office.ask("GET", "/api/v1/me", **{header: "run-7"}).headers["x-correlation-id"] == "run-7"

    @pytest.mark.parametrize("name", ["", "a b", "x" * 129, "a\r\nset-cookie: b"])
    def test_a_name_that_cannot_be_repeated_safely_is_replaced(self, office: Office, name: str) -> None:
        assert office.ask("GET", "/api/v1/me", x_correlation_id=name).headers["x-correlation-id"].startswith("c-")


class TestUnexpected:
    def test_a_failure_that_nobody_expected_is_logged_once_and_told_without_its_words(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken() -> Any:
            raise RuntimeError("secret of the ticket")

        reply = Edge(broken).reply(request("GET", "/api/v1/me", x_correlation_id="run-7"))
        assert (reply.status, problem(reply)["code"], problem(reply)["created"]) == (500, "internal_error", None)
        (record,) = caplog.records
        assert (record.levelno, "run-7" in record.getMessage()) == (logging.ERROR, True)
        assert "secret" not in caplog.text + reply.body.decode()

    def test_services_that_cannot_be_opened_are_told_as_a_problem(self) -> None:
        def closed() -> Any:
            raise StaleTicket

        assert Edge(closed).reply(request("GET", "/api/v1/me")).status == 409

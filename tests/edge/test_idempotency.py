"""Does a request that comes twice have one effect and one answer, whatever came between and beside it?"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from tests.edge.sample_edge import TENANT, Office, ticket
from tests.sample_cases import HOUR
from triage_core.compose import open_store
from triage_core.domain.entry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.edge.message import Reply

TICKETS = "/api/v1/tickets"
OVERRIDE = f"{TICKETS}/t1/override"
CORRECTION = {"class": "P1", "reason": "The whole office is affected."}
THREADS = 32


@pytest.fixture
def office() -> Office:
    return Office()


def is_replayed(reply: Reply) -> bool:
    return reply.headers.get("idempotency-replayed") == "true"


class TestTheSameKey:
    def test_the_same_request_gets_the_same_answer_whatever_happened_since(self, office: Office) -> None:
        first = office.ask("POST", TICKETS, ticket(body="phishing"), idempotency_key="k")
        office.passes(HOUR)
        office.ask("POST", OVERRIDE, CORRECTION, idempotency_key="k2")
        again = office.ask("POST", TICKETS, ticket(body="phishing"), idempotency_key="k")
        assert (again.body, again.status, is_replayed(first), is_replayed(again)) == (first.body, 200, False, True)

    def test_an_action_is_not_done_again(self, office: Office) -> None:
        office.submitted()
        first = office.ask("POST", OVERRIDE, CORRECTION, idempotency_key="k")
        again = office.ask("POST", OVERRIDE, CORRECTION, idempotency_key="k")
        assert (again.body, is_replayed(again)) == (first.body, True)
        assert [line.entry.kind for line in office.store.timeline(TENANT, "t1")].count(Kind.OVERRIDDEN) == 1

    def test_an_action_that_the_state_no_longer_allows_is_still_answered(self, office: Office) -> None:
        office.submitted()
        office.told("POST", f"{TICKETS}/t1/transfer", {"to": "kim"}, idempotency_key="k1")
        ways = {"x_api_key": "kim", "idempotency_key": "k2"}
        first = office.ask("POST", f"{TICKETS}/t1/accept", **ways)
        assert office.ask("POST", f"{TICKETS}/t1/accept", **ways).body == first.body

    def test_an_action_that_changes_nothing_keeps_its_answer_as_well(self, office: Office) -> None:
        office.submitted()
        given = {"event": "agent_replied", "source_event_id": "e1"}
        office.told("POST", f"{TICKETS}/t1/events", given)
        assert office.told("POST", f"{TICKETS}/t1/events", given, idempotency_key="k")["outcome"] == "known"
        given["event"] = "resolved"
        assert office.ask("POST", f"{TICKETS}/t1/events", given, idempotency_key="k").status == 409

    @pytest.mark.parametrize(
        ("path", "given"),
        [
            (OVERRIDE, {**CORRECTION, "reason": "Another one."}),
            (OVERRIDE.replace("t1", "t2"), CORRECTION),
            (f"{TICKETS}/t1/assign", {"owner": "lee", "reason": "why"}),
        ],
        ids=["another body", "another ticket", "another operation"],
    )
    def test_another_request_is_a_conflict(self, office: Office, path: str, given: dict[str, str]) -> None:
        office.submitted()
        office.submitted(source_id="m2")
        office.told("POST", OVERRIDE, CORRECTION, idempotency_key="k")
        reply = office.ask("POST", path, given, idempotency_key="k")
        assert (reply.status, json.loads(reply.body)["code"]) == (409, "idempotency_conflict")

    def test_the_order_and_the_defaults_of_fields_make_no_other_request(self, office: Office) -> None:
        office.ask("POST", TICKETS, ticket(customer=""), idempotency_key="k")
        assert is_replayed(office.ask("POST", TICKETS, dict(reversed(ticket().items())), idempotency_key="k"))

    def test_a_refused_request_leaves_its_key_free(self, office: Office) -> None:
        office.submitted()
        assert office.ask("POST", OVERRIDE, {"class": "P9", "reason": "x"}, idempotency_key="k").status == 422
        assert office.ask("POST", OVERRIDE, CORRECTION, idempotency_key="k").status == 200

    def test_a_tenant_does_not_meet_the_keys_of_another(self, office: Office) -> None:
        office.ask("POST", TICKETS, ticket(), idempotency_key="k")
        assert office.ask("POST", TICKETS, ticket(2), idempotency_key="k", x_api_key="elsewhere").status == 422

    @pytest.mark.parametrize("other", ["lee", "more flows", "zaps"])
    def test_another_caller_is_told_nothing_of_it(self, office: Office, other: str) -> None:
        secret = ticket(data_sensitivity="restricted", body="phishing")
        office.told("POST", TICKETS, secret, idempotency_key="k", x_api_key="flows")
        again = office.ask("POST", TICKETS, secret, idempotency_key="k", x_api_key=other)
        assert (again.status, json.loads(again.body)["code"]) == (409, "idempotency_conflict")

    def test_a_person_is_the_same_caller_in_person(self, office: Office) -> None:
        office.ask("POST", TICKETS, ticket(), idempotency_key="k", x_api_key="kim")
        assert is_replayed(office.ask("POST", TICKETS, ticket(), idempotency_key="k", x_api_key="kim in person"))

    def test_a_kept_answer_holds_no_word_of_the_ticket(self, office: Office) -> None:
        office.ask("POST", TICKETS, ticket(subject="Mr Smith", requester="smith@x.de"), idempotency_key="k")
        answer = office.store.answer(TENANT, "k")
        assert answer is not None
        assert json.loads(answer.body) == {"ticket_id": "t1", "version": 3, "outcome": "triaged"}


class TestNoKey:
    def test_an_action_without_one_is_refused(self, office: Office) -> None:
        office.submitted()
        reply = office.ask("POST", OVERRIDE, CORRECTION)
        assert (reply.status, json.loads(reply.body)["code"]) == (400, "idempotency_key_missing")

    @pytest.mark.parametrize("key", ["x" * 201, "ключ"])
    def test_a_key_that_cannot_be_kept_is_refused(self, office: Office, key: str) -> None:
        reply = office.ask("POST", TICKETS, ticket(), idempotency_key=key)
        assert (reply.status, json.loads(reply.body)["code"]) == (400, "idempotency_key_invalid")

    def test_the_sources_ticket_is_its_own_key(self, office: Office) -> None:
        assert office.submitted()["outcome"] == "triaged"
        again = office.ask("POST", TICKETS, ticket())
        assert (json.loads(again.body)["outcome"], is_replayed(again)) == ("known", True)
        assert office.submitted(source_version="2", impact="high")["outcome"] == "updated"

    def test_a_blocked_ticket_that_its_source_completes_is_triaged(self, office: Office) -> None:
        assert office.submitted(impact="")["outcome"] == "blocked"
        assert office.submitted(source_version="2")["outcome"] == "triaged"

    def test_the_sources_event_is_its_own_key(self, office: Office) -> None:
        office.submitted()
        given = {"event": "agent_replied", "source_event_id": "e1"}
        outcomes = [office.told("POST", f"{TICKETS}/t1/events", given)["outcome"] for _ in range(2)]
        assert outcomes == ["updated", "known"]

    def test_the_same_registration_is_one(self, office: Office) -> None:
        given = {"callback_url": "https://hooks.example.com/1", "event_type": "sla.breached"}
        assert office.told("POST", "/api/v1/hooks", given) == office.told("POST", "/api/v1/hooks", given)


class TestBatches:
    def test_a_batch_that_comes_again_gets_the_same_results(self, office: Office) -> None:
        batch = {"tickets": [ticket(1), ticket(2, impact="")]}
        first = office.ask("POST", "/api/v1/bulk/tickets", batch, idempotency_key="k")
        again = office.ask("POST", "/api/v1/bulk/tickets", batch, idempotency_key="k")
        assert (again.body, is_replayed(first), is_replayed(again)) == (first.body, False, True)

    def test_another_batch_under_the_same_key_is_a_conflict(self, office: Office) -> None:
        office.told("POST", "/api/v1/bulk/tickets", {"tickets": [ticket(1), ticket(2)]}, idempotency_key="k")
        reply = office.ask("POST", "/api/v1/bulk/tickets", {"tickets": [ticket(1)]}, idempotency_key="k")
        assert reply.status == 409

    def test_one_ticket_that_cannot_be_taken_in_holds_no_other_up(self, office: Office) -> None:
        batch = {"tickets": [ticket(1, created_at="1970-01-01T00:00:00Z"), ticket(2)]}
        told = office.told("POST", "/api/v1/bulk/tickets", batch, x_api_key="elsewhere")
        assert (told["accepted"], told["failed"]) == (0, 2)
        assert {item["error_code"] for item in told["items"]} == {"no_policy"}


def test_answers_are_kept_for_five_weeks(office: Office) -> None:
    office.ask("POST", TICKETS, ticket(), idempotency_key="k")
    assert office.store.forget_answers(office.time) == 0
    assert office.store.forget_answers(office.time + timedelta(seconds=1)) == 1


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def crowded(request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office on each kind of store, for many callers at once."""
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    store = open_store(request.getfixturevalue(names[request.param]) if request.param in names else "memory:")
    yield Office(store)
    store.close()


def at_once(send: Callable[[], Reply]) -> list[Reply]:
    """Send the same request from many threads at the same moment."""
    start = Barrier(THREADS)

    def one(_number: int) -> Reply:
        start.wait()
        return send()

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, range(THREADS)))


def test_many_threads_that_submit_the_same_ticket_get_one_ticket_and_equal_answers(crowded: Office) -> None:
    given = ticket(body="phishing")
    replies = at_once(lambda: crowded.ask("POST", TICKETS, given, idempotency_key="k", x_api_key="flows"))
    assert Counter(reply.status for reply in replies) == {200: THREADS}
    assert len({reply.body for reply in replies}) == 1
    assert sum(map(is_replayed, replies)) == THREADS - 1
    told = json.loads(replies[0].body)["ticket_id"]
    assert [item["ticket_id"] for item in crowded.told("GET", TICKETS)["items"]] == [told]
    types = Counter(message.type for message in crowded.store.messages(TENANT, told))
    assert (types["ticket.triaged"], types["escalation.raised"]) == (1, 1)


def test_many_threads_that_accept_the_same_ticket_take_it_over_once_and_get_equal_answers(crowded: Office) -> None:
    crowded.submitted()
    (ticket_id,) = (item["ticket_id"] for item in crowded.told("GET", TICKETS)["items"])
    crowded.told("POST", f"{TICKETS}/{ticket_id}/transfer", {"to": "kim"}, idempotency_key="offer")
    accept = f"{TICKETS}/{ticket_id}/accept"
    replies = at_once(lambda: crowded.ask("POST", accept, x_api_key="kim", idempotency_key="k"))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    kinds = [line.entry.kind for line in crowded.store.timeline(TENANT, ticket_id)]
    assert kinds.count(Kind.HANDOVER_ACCEPTED) == 1

"""Does a service of the customer's own answer in time and in form, or else count as out of order?"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import ValidationError

from triage_core.domain.profile import Profile, ProfileServiceDown, ProfileUnavailable
from triage_core.profiles.web import WebProfiles
from triage_core.profiles.web_service import WebService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDRESS = "https://crm.example.com/accounts/{customer}?person={requester}"
FACTS = {
    "tier": "/plan/name",
    "lifetime_value": "/value",
    "seniority": "/contact/level",
    "name": "/name",
    "notes": "/n~1a",
}
ANSWER = {"plan": {"name": "gold"}, "value": 12, "contact": {"level": "board"}, "name": "Acme", "n/a": "calls"}


def service(**changes: Any) -> WebService:
    base = {"address": ADDRESS, "facts": FACTS, "tiers": {"gold": "vip"}, "headers": {"x-key": "open sesame"}}
    return WebService.model_validate({**base, **changes})


def answering(answer: Callable[[httpx.Request], httpx.Response], **changes: Any) -> WebProfiles:
    return WebProfiles(service(**changes), httpx.MockTransport(answer))


def failing(profiles: WebProfiles, customer: str = "acme") -> ProfileUnavailable:
    with pytest.raises(ProfileUnavailable) as failure:
        profiles.lookup("a", customer, None)
    profiles.close()
    return failure.value


def test_the_answer_is_read_by_the_declared_mapping() -> None:
    profiles = answering(lambda _: httpx.Response(200, json=ANSWER))
    known = Profile(tier="vip", lifetime_value=12, seniority="board", name="Acme", notes="calls")
    assert profiles.lookup("a", "acme", "ann") == known
    profiles.close()


def test_who_is_asked_for_cannot_leave_its_place_in_the_address() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    answering(answer).lookup("a", "../x?y=1&z#\ud800", "ann@example.com & co")
    assert asked[0].url.raw_path == b"/accounts/..%2Fx%3Fy%3D1%26z%23%3F?person=ann%40example.com%20%26%20co"
    assert asked[0].headers["x-key"] == "open sesame"


def test_what_the_answer_leaves_out_is_not_known() -> None:
    assert answering(lambda _: httpx.Response(200, json={"plan": None})).lookup("a", "acme", None) == Profile()


def test_a_customer_whom_the_service_does_not_know_has_no_profile() -> None:
    assert answering(lambda _: httpx.Response(404)).lookup("a", "acme", None) is None


def test_a_ticket_that_does_not_say_what_the_address_needs_asks_nobody() -> None:
    assert answering(lambda _: httpx.Response(500)).lookup("a", None, "ann") is None


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_service_in_trouble_is_asked_again_and_then_down(status: int) -> None:
    asked: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(status)
        return httpx.Response(status)

    assert isinstance(failing(answering(answer, attempts=3)), ProfileServiceDown)
    assert len(asked) == 3


def test_a_second_attempt_may_succeed() -> None:
    answers = iter([httpx.Response(503), httpx.Response(200, json=ANSWER)])
    known = answering(lambda _: next(answers)).lookup("a", "acme", None)
    assert known is not None
    assert known.tier == "vip"


@pytest.mark.parametrize("status", [301, 302, 401, 403, 400])
def test_a_redirect_or_a_refusal_is_not_followed_and_not_repeated(status: int) -> None:
    asked: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(status)
        return httpx.Response(status, headers={"location": "https://elsewhere.example.com/"})

    assert f"answers {status}" in str(failing(answering(answer)))
    assert len(asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"SECRET no json"),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, json={"plan": {"name": 7}}),
        httpx.Response(200, json={"plan": {"name": "SECRET" * 500}}),
        httpx.Response(200, json={"value": "SECRET"}),
        httpx.Response(200, json={"value": True}),
        httpx.Response(200, content=b'"' + b"SECRET" * 20_000 + b'"'),
    ],
)
def test_an_answer_of_another_form_is_refused_without_repeating_it(answer: httpx.Response) -> None:
    assert "SECRET" not in str(failing(answering(lambda _: answer)))


def test_an_answer_that_is_no_object_holds_nothing() -> None:
    assert answering(lambda _: httpx.Response(200, json=[1, 2])).lookup("a", "acme", None) == Profile()


def test_a_service_that_cannot_be_reached_is_down() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no SECRET route", request=request)

    failure = failing(answering(answer))
    assert isinstance(failure, ProfileServiceDown)
    assert "SECRET" not in str(failure)


def test_a_service_that_never_answers_costs_the_time_limit_and_no_more() -> None:
    held = threading.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        held.wait(30)
        return httpx.Response(200, json={})

    try:
        assert "too long" in str(failing(answering(answer, time_limit="1s")))
    finally:
        held.set()


@pytest.fixture
def local() -> Iterator[str]:
    """A real service on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"plan": {"name": "gold"}}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{{customer}}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_service_on_this_machine_may_speak_plain_http(local: str) -> None:
    profiles = WebProfiles(service(address=local))
    assert profiles.lookup("a", "acme", None) == Profile(tier="vip")
    profiles.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://crm.example.com/{customer}",
        "ftp://crm.example.com/{customer}",
        "https://{customer}.example.com/",
        "https://user:secret@example.com/{customer}",
        "https://crm.example.com/all",
        "https://crm.example.com/{customer}/{other}",
        "https://crm.example.com/{customer}#x",
        "https:///{customer}",
        "crm.example.com/{customer}",
    ],
)
def test_an_address_that_is_unsafe_or_useless_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="expected an address"):
        service(address=address)


@pytest.mark.parametrize("address", ["http://localhost:1/{requester}", "http://[::1]/{customer}", ADDRESS])
def test_a_sound_address_is_taken(address: str) -> None:
    assert service(address=address).address == address


def test_keys_do_not_show() -> None:
    assert "sesame" not in repr(service())

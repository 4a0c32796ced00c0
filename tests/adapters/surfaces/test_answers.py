"""Does every surface tell truly whether it took something, whatever its service does?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from tests.sample_surfaces import HERE, SET_UP, STAND_INS, of, sender, set_up
from tests.standins.base import StandIn
from triage_core.adapters.surfaces.answers import ACT_UNSUPPORTED, ADDRESS_UNUSABLE, code_of, text_of, written
from triage_core.adapters.surfaces.reach import Reach
from triage_core.domain.sending import Act, Envelope, Surface, Told
from triage_core.send_ports import SurfaceSender


class Case(NamedTuple):
    """A surface, something that it takes, how to count what was taken, and a receipt."""

    surface: Surface
    envelope: Envelope
    taken: Callable[[Any], int]
    receipt: Callable[[Any], str]


HEADLINE: dict[str, Any] = {"title": "P1 on billing", "text": "Nobody has taken it", "key": "tl0123"}
CASES = (
    Case(
        Surface.SLACK,
        Envelope(**HEADLINE),
        lambda found: len(found.messages),
        lambda found: f"{found.messages[0].channel}/{found.messages[0].ts}",
    ),
    Case(Surface.TEAMS, Envelope(**HEADLINE), lambda found: len(found.cards), lambda _: ""),
    Case(
        Surface.NOTION,
        Envelope(**HEADLINE, body={"properties": {"Name": {"title": [{"text": {"content": "a"}}]}}}),
        lambda found: len(found.written),
        lambda found: f"{found.written[0].id} https://www.notion.so/{found.written[0].id.replace('-', '')}",
    ),
    Case(
        Surface.ZENDESK,
        Envelope(**HEADLINE, to=("35436",)),
        lambda found: len(found.tickets[35_436].comments),
        lambda found: f"35436/{found.tickets[35_436].audits[0].id}",
    ),
    Case(Surface.PAGERDUTY, Envelope(**HEADLINE, about="e1"), lambda found: found.pages, lambda _: "e1"),
    Case(
        Surface.OPSGENIE,
        Envelope(**HEADLINE, about="e1"),
        lambda found: len(found.alerts),
        lambda found: next(iter(found.requests)),
    ),
)


@pytest.fixture(params=CASES, ids=lambda case: case.surface.value)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def service(case: Case) -> Iterator[StandIn]:
    with STAND_INS[case.surface]() as opened:
        yield opened


@pytest.fixture
def surface(case: Case, service: StandIn) -> SurfaceSender:
    return sender(case.surface, service)


class TestEverySurface:
    def test_what_is_taken_has_a_receipt(self, case: Case, service: StandIn, surface: SurfaceSender) -> None:
        assert surface.send(case.envelope) == Told(receipt=case.receipt(service))
        assert (case.taken(service), service.complaints) == (1, [])

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
    def test_what_is_refused_is_not_tried_again(
        self, case: Case, service: StandIn, surface: SurfaceSender, status: int
    ) -> None:
        service.fails(status)
        told = surface.send(case.envelope)
        assert told.failure is not None
        assert (told.may_retry, told.is_unconfirmed, told.is_down, told.receipt) == (False, False, False, "")

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_service_that_has_enough_says_for_how_long(
        self, case: Case, service: StandIn, surface: SurfaceSender, status: int
    ) -> None:
        service.fails(status, retry_after="7")
        told = surface.send(case.envelope)
        assert (told.may_retry, told.is_unconfirmed, told.is_down, told.wait) == (True, False, True, 7.0)

    @pytest.mark.parametrize("status", [500, 502, 504])
    def test_a_service_that_breaks_down_may_have_taken_it(
        self, case: Case, service: StandIn, surface: SurfaceSender, status: int
    ) -> None:
        service.fails(status)
        told = surface.send(case.envelope)
        assert (told.may_retry, told.is_unconfirmed, told.is_down) == (True, True, True)

    def test_a_connection_that_is_lost_after_the_request_leaves_it_open(
        self, case: Case, service: StandIn, surface: SurfaceSender
    ) -> None:
        service.drops()
        told = surface.send(case.envelope)
        assert (told.failure, told.may_retry, told.is_unconfirmed) == ("unconfirmed", True, True)
        assert case.taken(service) == 1

    def test_no_answer_in_time_leaves_it_open(self, case: Case, service: StandIn, surface: SurfaceSender) -> None:
        service.stays_silent()
        assert surface.send(case.envelope).is_unconfirmed

    def test_a_service_that_is_not_there_got_nothing(self, case: Case, service: StandIn) -> None:
        there = sender(case.surface, service)
        service.__exit__()
        told = there.send(case.envelope)
        assert (told.failure, told.may_retry, told.is_unconfirmed) == ("not_connected", True, False)

    def test_a_redirect_is_not_followed(self, case: Case, service: StandIn, surface: SurfaceSender) -> None:
        service.fails(307, location=service.url)
        assert surface.send(case.envelope).failure is not None
        assert len(service.received) == 1

    def test_the_secret_is_in_no_word(self, case: Case, service: StandIn, surface: SurfaceSender) -> None:
        service.fails(401)
        shown = f"{surface.send(case.envelope)!r} {surface!r} {vars(surface)!r}"
        secrets = [str(value) for name, value in SET_UP[case.surface].items() if name in {"token", "key", "url"}]
        assert not [secret for secret in secrets if secret in shown]

    def test_half_a_letter_breaks_nothing(self, case: Case, surface: SurfaceSender) -> None:
        odd = Envelope(**{**HEADLINE, "text": "x\ud800\x00y"}, to=case.envelope.to, body=case.envelope.body)
        surface.send(odd)


def test_an_address_inside_the_own_network_gets_nothing() -> None:
    within = Reach(HERE.trusted, False, HERE.time_limit, names=lambda _host, _port: ("10.0.0.8",))
    for case in CASES:
        found = of(set_up({case.surface.value: SET_UP[case.surface]}, within), case.surface)
        assert found.send(case.envelope) == Told(failure="address_forbidden")


@pytest.mark.parametrize("kind", STAND_INS)
def test_nothing_is_sent_to_several_places_at_once(kind: Surface) -> None:
    with STAND_INS[kind]() as service:
        assert sender(kind, service).send(Envelope(**HEADLINE, to=("1", "2"))) == ADDRESS_UNUSABLE
        assert service.received == []


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (Surface.SLACK, Act.CLOSE),
        (Surface.TEAMS, Act.UPDATE),
        (Surface.NOTION, Act.ACKNOWLEDGE),
        (Surface.ZENDESK, Act.CLOSE),
        (Surface.OPSGENIE, Act.UPDATE),
    ],
)
def test_what_a_surface_cannot_do_is_refused(kind: Surface, act: Act) -> None:
    with STAND_INS[kind]() as service:
        assert sender(kind, service).send(Envelope(act=act, **HEADLINE)) == ACT_UNSUPPORTED
        assert service.received == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("channel_not_found", "channel_not_found"),
        ("RecordInvalid", "recordinvalid"),
        ("invalid event", "invalid_event"),
        ("the text 'Mr Smith, 0171' is too long", None),
        ("x" * 61, None),
        (7, None),
        (None, None),
    ],
)
def test_only_a_word_is_taken_for_a_code(given: object, code: str | None) -> None:
    assert code_of(given) == code


@pytest.mark.parametrize(("given", "text"), [("a", "a"), (7, "7"), (True, ""), ("a\nb", ""), ("x" * 201, ""), ([], "")])
def test_only_an_id_is_taken_for_a_receipt(given: object, text: str) -> None:
    assert text_of(given) == text


def test_json_holds_every_letter_that_there_is() -> None:
    assert written({"a": "ü\ud800"}) == '{"a":"ü?"}'.encode()

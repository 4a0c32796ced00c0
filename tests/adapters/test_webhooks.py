"""Does a message reach its receiver and nobody else, in time, whatever the receiver does?"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import httpcore
import pytest

from tests.standins.certificates import Authority
from tests.standins.receiver import (
    MORE_THAN_ANYBODY_READS,
    Receiver,
    after,
    answers,
    drips,
    drips_its_body,
    hangs_up,
    stays_silent,
    talks_much,
    talks_nonsense,
)
from triage_core.adapters.webhooks import WebhookSender
from triage_core.domain.delivery import Failure, Reply
from triage_core.domain.receivers import Receivers

HERE = Receivers(hosts=(), allow_loopback=True)
SHORT = timedelta(seconds=0.4)
ZAPIER = "https://hooks.zapier.com/hooks/standard/1/2"
#: A public address that no test ever reaches.
PUBLIC = "8.8.8.8"


class Lines(httpcore.NetworkBackend):
    """Leads every connection to one port of this machine, and notes where it was meant to go."""

    def __init__(self, port: int = 1) -> None:
        self.dialled: list[tuple[str, int]] = []
        self._port = port

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append((host, port))
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._port, timeout, local_address, socket_options)


class Names:
    """Gives each host its addresses, and another answer every time it is asked."""

    def __init__(self, *rounds: tuple[str, ...]) -> None:
        self.asked = 0
        self._rounds = rounds

    def __call__(self, _host: str, _port: int) -> tuple[str, ...]:
        self.asked += 1
        return self._rounds[min(self.asked, len(self._rounds)) - 1]


@pytest.fixture
def sender() -> WebhookSender:
    return WebhookSender(HERE, SHORT)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    with Receiver([request.param]) as opened:
        yield opened


def post(sender: WebhookSender, url: str) -> Reply:
    return sender.post(url, {"webhook-id": "m1"}, b'{"a":1}')


class TestAnswers:
    def test_the_message_arrives_as_it_is(self, sender: WebhookSender) -> None:
        with Receiver() as receiver:
            assert post(sender, receiver.url) == Reply(status=200)
        (got,) = receiver.got
        assert (got.path, got.body, got.headers["webhook-id"]) == ("/hook?key=secret", b'{"a":1}', "m1")
        assert got.headers["host"] == f"127.0.0.1:{receiver.port}"

    @pytest.mark.parametrize(
        ("receiver", "reply"),
        [
            (answers(410), Reply(status=410)),
            (answers(429, retry_after="7"), Reply(status=429, retry_after="7")),
            (after(0.05, answers(500)), Reply(status=500)),
            (hangs_up, Reply(failure=Failure.UNCONFIRMED)),
            (stays_silent, Reply(failure=Failure.UNCONFIRMED)),
            (drips, Reply(failure=Failure.UNCONFIRMED)),
            (talks_nonsense, Reply(failure=Failure.UNCONFIRMED)),
            (drips_its_body, Reply(status=200)),
            (talks_much, Reply(status=200)),
        ],
        indirect=["receiver"],
    )
    def test_every_habit_ends_in_a_reply(self, sender: WebhookSender, receiver: Receiver, reply: Reply) -> None:
        assert post(sender, receiver.url) == reply
        assert len(receiver.got) == 1

    @pytest.mark.parametrize("receiver", [talks_much], indirect=True)
    def test_a_long_answer_is_not_read_to_its_end(self, sender: WebhookSender, receiver: Receiver) -> None:
        post(sender, receiver.url)
        assert receiver.written < MORE_THAN_ANYBODY_READS

    def test_a_receiver_that_is_not_there_got_nothing(self, sender: WebhookSender) -> None:
        with Receiver() as receiver:
            url = receiver.url
        assert post(sender, url) == Reply(failure=Failure.NOT_CONNECTED)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_is_not_followed(self, sender: WebhookSender, status: int) -> None:
        with Receiver() as inside, Receiver([answers(status, location=inside.url)]) as receiver:
            assert post(sender, receiver.url) == Reply(status=status)
            assert inside.got == []

    def test_no_proxy_of_the_environment_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Receiver() as proxy, Receiver() as receiver:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            assert post(WebhookSender(HERE, SHORT), receiver.url).status == 200
            assert proxy.got == []


class TestGuard:
    def test_a_host_that_is_not_on_the_list_gets_nothing(self) -> None:
        lines = Lines()
        sender = WebhookSender(Receivers(), SHORT, names=Names((PUBLIC,)), lines=lines)
        assert post(sender, "https://hooks.zapier.com.evil.example/x") == Reply(failure=Failure.HOST_FORBIDDEN)
        assert lines.dialled == []

    @pytest.mark.parametrize(
        "addresses", [("10.0.0.8",), ("169.254.169.254",), ("::1",), (PUBLIC, "192.168.0.1"), ("::ffff:127.0.0.1",)]
    )
    def test_a_host_that_leads_inside_gets_nothing(self, addresses: tuple[str, ...]) -> None:
        lines = Lines()
        sender = WebhookSender(Receivers(), SHORT, names=Names(addresses), lines=lines)
        assert post(sender, ZAPIER) == Reply(failure=Failure.ADDRESS_FORBIDDEN)
        assert lines.dialled == []

    def test_the_connection_goes_to_the_address_that_was_judged(self, authority: Authority) -> None:
        with Receiver(context=authority.server("hooks.zapier.com")) as receiver:
            lines, names = Lines(receiver.port), Names((PUBLIC,), ("127.0.0.1",))
            sender = WebhookSender(Receivers(), trusted=authority.client(), names=names, lines=lines)
            assert post(sender, ZAPIER) == Reply(status=200)
        assert (names.asked, lines.dialled) == (1, [(PUBLIC, 443)])
        assert receiver.got[0].headers["host"] == "hooks.zapier.com"

    def test_a_name_that_changes_its_mind_before_the_next_attempt_is_judged_anew(self, authority: Authority) -> None:
        with Receiver(context=authority.server("hooks.zapier.com")) as receiver:
            lines, names = Lines(receiver.port), Names((PUBLIC,), ("127.0.0.1",))
            sender = WebhookSender(Receivers(), trusted=authority.client(), names=names, lines=lines)
            post(sender, ZAPIER)
            assert post(sender, ZAPIER) == Reply(failure=Failure.ADDRESS_FORBIDDEN)
        assert len(receiver.got) == len(lines.dialled) == 1

    def test_a_certificate_of_another_host_is_refused(self, authority: Authority) -> None:
        with Receiver(context=authority.server("evil.example")) as receiver:
            lines = Lines(receiver.port)
            sender = WebhookSender(Receivers(), trusted=authority.client(), names=Names((PUBLIC,)), lines=lines)
            assert post(sender, ZAPIER) == Reply(failure=Failure.TLS_FAILED)
        assert receiver.got == []

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, authority: Authority) -> None:
        with Receiver(context=authority.server("hooks.zapier.com")) as receiver:
            sender = WebhookSender(Receivers(), names=Names((PUBLIC,)), lines=Lines(receiver.port))
            assert post(sender, ZAPIER) == Reply(failure=Failure.TLS_FAILED)
        assert receiver.got == []

    def test_a_receiver_that_does_not_encrypt_is_refused(self, authority: Authority) -> None:
        with Receiver() as receiver:
            lines = Lines(receiver.port)
            sender = WebhookSender(Receivers(), SHORT, trusted=authority.client(), names=Names((PUBLIC,)), lines=lines)
            assert post(sender, ZAPIER).failure in {Failure.TLS_FAILED, Failure.NOT_CONNECTED}
        assert receiver.got == []

    def test_the_next_address_is_tried_when_one_does_not_answer(self, authority: Authority) -> None:
        class SecondOnly(Lines):
            def connect_tcp(self, host: str, *rest: Any) -> httpcore.NetworkStream:
                if host == PUBLIC:
                    raise httpcore.ConnectError
                return super().connect_tcp(host, *rest)

        with Receiver(context=authority.server("hooks.zapier.com")) as receiver:
            lines = SecondOnly(receiver.port)
            names = Names((PUBLIC, "1.1.1.1"))
            sender = WebhookSender(Receivers(), trusted=authority.client(), names=names, lines=lines)
            assert post(sender, ZAPIER) == Reply(status=200)
        assert lines.dialled == [("1.1.1.1", 443)]

    def test_an_unknown_name_is_told_as_such(self) -> None:
        def nobody(_host: str, _port: int) -> tuple[str, ...]:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")

        assert post(WebhookSender(Receivers(), names=nobody), ZAPIER) == Reply(failure=Failure.NAME_UNKNOWN)

    def test_loopback_is_closed_unless_it_is_allowed(self) -> None:
        with Receiver() as receiver:
            assert post(WebhookSender(Receivers(), SHORT), receiver.url) == Reply(failure=Failure.HOST_FORBIDDEN)
            assert receiver.got == []

    def test_a_name_for_loopback_may_not_lead_elsewhere(self) -> None:
        lines = Lines()
        sender = WebhookSender(HERE, SHORT, names=Names(("10.0.0.1",)), lines=lines)
        assert post(sender, "http://localhost:9/") == Reply(failure=Failure.ADDRESS_FORBIDDEN)
        assert lines.dialled == []

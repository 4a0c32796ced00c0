"""Is a mail handed over encrypted and once, and does the relay's last word decide?"""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import Any

import pytest

from tests.sample_surfaces import HERE, SHORT
from tests.standins.certificates import Authority
from tests.standins.smtp import PASSWORD, USERNAME, Mail, SmtpStandIn
from triage_core.adapters.surfaces.answers import ACT_UNSUPPORTED, ADDRESS_UNUSABLE
from triage_core.adapters.surfaces.reach import Reach
from triage_core.adapters.surfaces.settings import LOOPBACK, EmailSettings
from triage_core.adapters.surfaces.smtp import Smtp
from triage_core.channels.loops import answered_ticket
from triage_core.domain.sending import Act, Envelope, Told

NOTICE = Envelope(
    title="P1 on billing", text="Nobody has taken it", to=("lee@example.com",), ticket_id="t1", key="tl01"
)
UNCONFIRMED = Told(failure="unconfirmed", may_retry=True, is_unconfirmed=True, is_down=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def trusted(authority: Authority) -> Reach:
    return Reach(authority.client(), allow_loopback=True, time_limit=timedelta(seconds=2))


def relay(stand_in: SmtpStandIn, within: Reach = HERE, **fields: Any) -> Smtp:
    base: dict[str, Any] = {
        "host": stand_in.host,
        "port": stand_in.port,
        "security": "none",
        "sender": "Support <support@acme.example>",
    }
    settings = EmailSettings.model_validate({**base, **fields}, context={LOOPBACK: True})
    return Smtp(settings, within)


def handed_over(envelope: Envelope = NOTICE, **fields: Any) -> tuple[Told, Mail]:
    with SmtpStandIn() as stand_in:
        told = relay(stand_in, **fields).send(envelope)
    (mail,) = stand_in.received
    return told, mail


class TestMails:
    def test_a_mail_arrives_whole(self) -> None:
        told, mail = handed_over()
        assert (mail.sender, mail.recipients) == ("support@acme.example", ("lee@example.com",))
        assert mail.message["From"] == "Support <support@acme.example>"
        assert mail.message["Subject"] == "P1 on billing"
        assert mail.message.get_content() == "Nobody has taken it\r\n"
        assert told == Told(receipt=mail.message["Message-ID"])

    @pytest.mark.parametrize("name", ["Acme, Inc.", "Müller & Söhne", 'Support "24/7"', ""])
    def test_a_sender_may_have_any_name(self, name: str) -> None:
        sender = f"{name} <support@acme.example>" if name else "support@acme.example"
        _, mail = handed_over(sender=sender)
        (address,) = mail.message["From"].addresses
        assert (address.display_name, address.addr_spec) == (name, "support@acme.example")
        assert mail.sender == "support@acme.example"

    def test_its_name_follows_from_the_intent_so_that_a_second_one_is_recognised(self) -> None:
        names = [handed_over()[1].message["Message-ID"] for _ in range(2)]
        assert names == ["<triage.t1.tl01@acme.example>"] * 2
        assert answered_ticket(names, "acme.example") == "t1"

    def test_an_inside_notice_says_that_a_machine_wrote_it(self) -> None:
        message = handed_over()[1].message
        assert (message["Auto-Submitted"], message["X-Triage-Hops"]) == ("auto-generated", "0")

    def test_what_a_person_released_does_not(self) -> None:
        released = Envelope(text="a", to=NOTICE.to, ticket_id="t1", key="k", is_released=True, hops=2)
        message = handed_over(released)[1].message
        assert (message["Auto-Submitted"], message["X-Triage-Hops"]) == (None, "2")

    def test_an_answer_names_what_it_answers(self) -> None:
        answer = Envelope(
            title="Re: P1", text="a", to=NOTICE.to, ticket_id="t1", key="k", reply_to="<1@x.example> without 1 of 2"
        )
        message = handed_over(answer, reply_to="desk@acme.example")[1].message
        assert (message["In-Reply-To"], message["References"]) == ("<1@x.example>", "<1@x.example>")
        assert message["Reply-To"] == "desk@acme.example"

    def test_a_page_for_browsers_goes_along(self) -> None:
        both = Envelope(title="a", text="plain", body={"html": "<p>ü</p>"}, to=NOTICE.to, ticket_id="t1", key="k")
        message = handed_over(both)[1].message
        html = message.get_body(("html",))
        assert html is not None
        assert html.get_content().strip() == "<p>ü</p>"

    @pytest.mark.parametrize("title", ["a\r\nBcc: eve@example.com", "a\nb", "ü\ud800\x00"])
    def test_a_headline_is_one_line_whatever_stands_in_it(self, title: str) -> None:
        odd = Envelope(title=title, text=".\r\n.\r\nQUIT\ud800\x00", to=NOTICE.to, ticket_id="t1", key="k")
        _, mail = handed_over(odd)
        assert (mail.recipients, mail.message["Bcc"]) == (NOTICE.to, None)
        assert mail.message.get_content() == ".\r\n.\r\nQUIT?\r\n"

    @pytest.mark.parametrize("to", [(), ("lee",), ("a@b\r\nRCPT TO:<eve@x>",), ("<a@b>",), ("a b@c.d",), ("ü@b.c",)])
    def test_only_an_address_is_an_address(self, to: tuple[str, ...]) -> None:
        with SmtpStandIn() as stand_in:
            assert relay(stand_in).send(Envelope(text="a", to=to)) == ADDRESS_UNUSABLE
            assert relay(stand_in).send(Envelope(text="a", to=NOTICE.to, act=Act.CLOSE)) == ACT_UNSUPPORTED
        assert stand_in.received == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            ("550 no such user", Told(failure="recipient_refused")),
            ("450 come again", Told(failure="recipient_refused", may_retry=True)),
            ("421 closing", Told(failure="recipient_refused", may_retry=True, is_down=True)),
        ],
    )
    def test_a_recipient_who_is_refused_gets_nothing(self, answer: str, told: Told) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.on_recipient = {"lee@example.com": answer}
            assert relay(stand_in).send(NOTICE) == told
        assert stand_in.received == []

    def test_one_wrong_address_does_not_keep_a_mail_from_the_others(self) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.on_recipient = {"gone@example.com": "550 no such user"}
            both = Envelope(text="a", to=("gone@example.com", "lee@example.com"), ticket_id="t1", key="k")
            told = relay(stand_in).send(both)
        assert stand_in.received[0].recipients == ("lee@example.com",)
        assert told == Told(receipt="<triage.t1.k@acme.example> without 1 of 2")

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            ("554 spam", Told(failure="message_refused")),
            ("451 later", Told(failure="message_refused", may_retry=True)),
            ("what?", UNCONFIRMED),
        ],
    )
    def test_the_word_after_the_text_decides(self, answer: str, told: Told) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.on_text = answer
            assert relay(stand_in).send(NOTICE) == told

    def test_a_sender_who_is_refused_is_told(self) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.on_mail = "550 who are you"
            assert relay(stand_in).send(NOTICE) == Told(failure="sender_refused")

    def test_a_connection_that_is_lost_after_the_text_leaves_it_open(self) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.drops_after_text = True
            assert relay(stand_in).send(NOTICE) == UNCONFIRMED
        assert len(stand_in.received) == 1

    def test_no_word_after_the_text_in_time_leaves_it_open(self) -> None:
        with SmtpStandIn() as stand_in:
            stand_in.is_silent_after_text = True
            assert relay(stand_in).send(NOTICE) == UNCONFIRMED

    def test_a_relay_that_is_not_there_got_nothing(self) -> None:
        with SmtpStandIn() as stand_in:
            gone = relay(stand_in)
        assert gone.send(NOTICE) == Told(failure="not_connected", may_retry=True, is_down=True)


class TestGuard:
    def test_a_mail_goes_encrypted_and_signed_in(self, authority: Authority, trusted: Reach) -> None:
        with SmtpStandIn(authority.server("localhost"), auth=True) as stand_in:
            surface = relay(stand_in, trusted, security="starttls", username=USERNAME, password=PASSWORD)
            assert surface.send(NOTICE).failure is None
        assert [mail.is_encrypted for mail in stand_in.received] == [True]

    def test_a_mail_goes_encrypted_from_the_first_word_on(self, authority: Authority, trusted: Reach) -> None:
        with SmtpStandIn(authority.server("localhost"), implicit=True) as stand_in:
            assert relay(stand_in, trusted, security="tls").send(NOTICE).failure is None
        assert len(stand_in.received) == 1

    @pytest.mark.parametrize("implicit", [False, True])
    def test_a_certificate_of_another_host_is_refused(
        self,
        authority: Authority,
        trusted: Reach,
        implicit: bool,  # noqa: FBT001 - a value of the table above
    ) -> None:
        with SmtpStandIn(authority.server("evil.example"), implicit=implicit) as stand_in:
            told = relay(stand_in, trusted, security="tls" if implicit else "starttls").send(NOTICE)
        assert (told.failure, told.may_retry, told.is_unconfirmed) == ("tls_failed", True, False)
        assert stand_in.received == []

    def test_a_relay_that_does_not_encrypt_gets_nothing(self, trusted: Reach) -> None:
        with SmtpStandIn() as stand_in:
            surface = relay(stand_in, trusted, security="starttls", username=USERNAME, password=PASSWORD)
            assert surface.send(NOTICE) == Told(failure="not_supported")
        assert stand_in.received == []

    def test_a_wrong_password_is_told_and_not_shown(self, authority: Authority, trusted: Reach) -> None:
        with SmtpStandIn(authority.server("localhost"), auth=True) as stand_in:
            surface = relay(stand_in, trusted, security="starttls", username=USERNAME, password="hunter2")
            told = surface.send(NOTICE)
        assert told == Told(failure="unauthenticated")
        assert "hunter2" not in f"{told!r} {surface!r} {vars(surface)!r}"

    @pytest.mark.parametrize("addresses", [("10.0.0.8",), ("169.254.169.254",), ("127.0.0.1",), ("8.8.8.8", "::1")])
    def test_a_relay_inside_the_own_network_gets_nothing_unless_it_is_said_to_be_there(
        self, addresses: tuple[str, ...]
    ) -> None:
        within = Reach(ssl.create_default_context(), time_limit=SHORT, names=lambda _host, _port: addresses)
        settings = EmailSettings(host="smtp.acme.example", sender="a@acme.example")
        assert Smtp(settings, within).send(NOTICE) == Told(failure="address_forbidden")

    def test_a_relay_that_is_said_to_be_inside_is_dialled_there(self, authority: Authority) -> None:
        with SmtpStandIn(authority.server("smtp.acme.example")) as stand_in:
            within = Reach(authority.client(), time_limit=SHORT * 4, names=lambda _host, _port: ("127.0.0.1",))
            settings = EmailSettings(
                host="smtp.acme.example", port=stand_in.port, sender="a@acme.example", internal=True
            )
            assert Smtp(settings, within).send(NOTICE).failure is None

"""Do mail loops stop, and do people's mails pass?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channel_samples import SETTINGS, read, told
from tests.sample_cases import HOUR, MINUTE, MONDAY
from triage_core.channels import Ignored, Normalised
from triage_core.channels.loops import HOPS_HEADER, Rate, answered_ticket, hops, limited, message_id, too_many
from triage_core.domain.happening import Happened

RATE = Rate(count=3, within=HOUR)


def mail(*headers: str, sender: str = "lena@customer.example") -> bytes:
    """Return a mail with some headers more."""
    return "\n".join((f"From: {sender}", "Message-ID: <1@customer.example>", *headers, "", "Hello")).encode()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-replied", Ignored.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; owner-email=x", Ignored.AUTO_REPLY),
        ("auto-submitted: AUTO-NOTIFIED", Ignored.AUTO_REPLY),
        ("X-Autoreply: yes", Ignored.AUTO_REPLY),
        ("X-Autorespond: Out of office", Ignored.AUTO_REPLY),
        ("X-Auto-Response-Suppress: OOF, AutoReply", Ignored.AUTO_REPLY),
        ("Precedence: auto_reply", Ignored.AUTO_REPLY),
        ("Precedence: bulk", Ignored.BULK),
        ("Precedence: Junk", Ignored.BULK),
        ("List-Id: News <news.example.org>", Ignored.MAILING_LIST),
        ("Return-Path: <>", Ignored.BOUNCE),
        ("Return-Path: < >", Ignored.BOUNCE),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", Ignored.BOUNCE),
        (f"{HOPS_HEADER}: 4", Ignored.LOOP),
    ],
)
def test_a_machines_mail_is_ignored_by_its_sign(header: str, reason: Ignored) -> None:
    found = told("email", mail(header))
    assert (found.ignored, found.sign) == (reason, header.partition(":")[0].lower())
    assert found.submission is None


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted:",
        "X-Auto-Response-Suppress: None",
        "Precedence: normal",
        "List-Id:",
        "Return-Path: <lena@customer.example>",
        f"{HOPS_HEADER}: 3",
        f"{HOPS_HEADER}: many",
    ],
)
def test_a_persons_mail_passes(header: str) -> None:
    assert told("email", mail(header)).submission is not None


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@mx.example.org", "postmaster@example.org", "bounces+7@lists.example"]
)
def test_a_mail_servers_own_mail_is_ignored(sender: str) -> None:
    assert told("email", mail(sender=f"Mail System <{sender}>")).ignored is Ignored.BOUNCE


def test_our_own_mail_is_ignored_whatever_its_case() -> None:
    assert told("email", mail(sender="Help <HELP@Example.com>")).ignored is Ignored.OWN_ADDRESS


def test_an_accepted_machine_may_write_automatically_but_not_bounce() -> None:
    accepted = {"accepted_machines": ("Nagios@customer.example",)}
    automatic = mail("Auto-Submitted: auto-generated", "Precedence: bulk", sender="nagios@customer.example")
    bounced = mail("Return-Path: <>", sender="nagios@customer.example")
    assert told("email", automatic, **accepted).submission is not None
    assert told("email", bounced, **accepted).ignored is Ignored.BOUNCE


def test_a_list_that_is_allowed_makes_tickets() -> None:
    listed = mail("List-Id: Ops <ops.lists.example.org>")
    assert told("email", listed, allowed_lists=("ops.lists.example.org",)).submission is not None


@pytest.mark.parametrize("place", ["email/vacation.eml", "email/bounce.eml", "outlook/out_of_office.json"])
def test_an_automatic_answer_to_our_mail_is_no_event(place: str) -> None:
    found = read(place)
    assert found.ignored
    assert (found.submission, found.events) == (None, ())


def test_an_answer_to_our_mail_belongs_to_its_ticket() -> None:
    found = read("email/reply_to_us.eml")
    assert found.submission is None
    assert found.about is not None
    assert found.about.ticket_id == "01JNEXAMPLE"
    assert [event.what for event in found.events] == [Happened.CUSTOMER_REPLIED]
    assert found.text.startswith("It still happens")


def test_an_answer_without_new_words_is_not_substantive() -> None:
    quoted = told("email", mail("In-Reply-To: <triage.t1.1@help.example.com>").replace(b"Hello", b"> Hello\n"))
    empty = told("email", mail("In-Reply-To: <triage.t1.1@help.example.com>").replace(b"Hello", b" \n"))
    assert quoted.event is not None
    assert empty.event is not None
    assert (quoted.event.substantive, empty.event.substantive) == (True, False)


def test_our_message_ids_are_known_at_our_domain_only() -> None:
    ours = message_id("t1", "7", "help.example.com")
    assert answered_ticket(("<x@y>", ours), "Help.Example.com") == "t1"
    assert answered_ticket((ours,), "other.example.com") is None
    assert answered_ticket((ours,), "") is None


@given(st.text(max_size=30))
def test_any_value_of_the_hops_header_counts(value: str) -> None:
    assert hops(value) >= (1 if value.strip() and not value.strip().isdecimal() else 0)


class TestRate:
    def test_the_first_messages_of_a_sender_pass(self) -> None:
        assert not too_many([MONDAY - MINUTE, MONDAY], MONDAY, RATE)

    def test_one_more_than_the_rate_allows_does_not(self) -> None:
        assert too_many([MONDAY - MINUTE] * 3, MONDAY, RATE)

    def test_messages_that_lie_back_further_do_not_count(self) -> None:
        assert not too_many([MONDAY - HOUR] * 3, MONDAY, RATE)

    def test_a_limited_message_has_no_effect_and_says_why(self) -> None:
        found = limited(read("email/multipart.eml"), [MONDAY] * 3, MONDAY, RATE)
        assert (found.ignored, found.submission, found.sign) == (Ignored.RATE, None, "rate")
        assert found.original_digest

    def test_a_message_inside_the_rate_stays_as_it_is(self) -> None:
        found = read("email/multipart.eml")
        assert limited(found, [], MONDAY, RATE) is found

    def test_what_is_ignored_already_keeps_its_reason(self) -> None:
        found = Normalised(ignored=Ignored.BOUNCE)
        assert limited(found, [MONDAY] * 9, MONDAY, RATE) is found

    @given(st.lists(st.integers(0, 200), max_size=20), st.integers(0, 200))
    def test_more_arrivals_never_lift_the_limit(self, minutes: list[int], one_more: int) -> None:
        arrivals = [MONDAY - timedelta(minutes=each) for each in minutes]
        if too_many(arrivals, MONDAY, RATE):
            assert too_many([*arrivals, MONDAY - timedelta(minutes=one_more)], MONDAY, RATE)


def test_own_addresses_are_compared_without_case() -> None:
    assert SETTINGS.is_own("Help@EXAMPLE.com")
    assert not SETTINGS.is_own("")

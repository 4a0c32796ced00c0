"""Is a ticket tied to the conversation that it belongs to?"""

from __future__ import annotations

from triage_core.channels import ChannelSettings, normalise

MAIL = (
    b"From: ann@example.com\r\nTo: desk@example.com\r\nMessage-ID: <m2@example.com>\r\n"
    b"In-Reply-To: <m1@example.com>\r\nReferences: <m0@example.com> <m1@example.com>\r\nSubject: Re: x\r\n\r\nhello\r\n"
)


def test_a_mail_is_tied_to_itself_and_to_what_it_answers() -> None:
    found = normalise("email", MAIL, ChannelSettings(tenant="acme")).submission
    assert found is not None
    assert found.thread_keys == ("<m2@example.com>", "<m1@example.com>", "<m0@example.com>")


def test_what_needs_no_ticket_has_no_thread() -> None:
    raw = b"Auto-Submitted: auto-replied\r\n" + MAIL
    assert normalise("email", raw, ChannelSettings(tenant="acme")).submission is None

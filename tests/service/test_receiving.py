"""What becomes of the payloads of each channel when they reach the service?"""

from __future__ import annotations

import pytest

from tests.channel_samples import SETTINGS, raw
from tests.sample_desk import SampleDesk
from triage_core.domain.entry import Kind
from triage_core.domain.model import SYSTEM
from triage_core.service.receiving import receive


def test_a_mail_becomes_one_ticket_however_often_it_arrives() -> None:
    desk = SampleDesk()
    first, again = (receive(desk.triage, "email", raw("email/multipart.eml"), SETTINGS, SYSTEM) for _ in range(2))
    assert (first.outcome, first.ticket_id) == ("blocked", again.ticket_id)
    assert len(first.original_digest) == 64
    assert desk.kinds(str(first.ticket_id)).count(Kind.SUBMITTED) == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("bounce", "bounce"), ("vacation", "auto_reply"), ("list", "mailing_list")]
)
def test_mail_that_answers_by_itself_makes_no_ticket(name: str, reason: str) -> None:
    desk = SampleDesk()
    received = receive(desk.triage, "email", raw(f"email/{name}.eml"), SETTINGS, SYSTEM)
    assert (received.outcome, received.ignored, received.ticket_id) == ("ignored", reason, None)
    assert bool(received.sign)


def test_a_reply_to_a_ticket_that_we_do_not_have_is_told_and_lost_nowhere() -> None:
    desk = SampleDesk()
    received = receive(desk.triage, "email", raw("email/reply_to_us.eml"), SETTINGS, SYSTEM)
    assert received.outcome in {"unknown", "blocked"}

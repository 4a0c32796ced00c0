"""Is every mail plain text of bounded length, in which a customer's words pass for nothing else?"""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given

from tests.sample_cards import CONTROL, LONGEST, PAGE, TICKET_PAGE, card, held, hostile_cards
from triage_core.cards.escalation import EscalationCard
from triage_core.cards.mail import Mail, mail

MOST = 20_000
WIDEST = 78


def check(made: Mail) -> None:
    """Check what holds for every mail."""
    assert len(made.subject) <= 150
    assert not CONTROL.search(made.subject)
    assert len(made.body) <= MOST
    lines = made.body.split("\n")
    links = [line.strip() for line in lines if re.search("https?://", line)]
    assert all(link.startswith("https://desk.example.com/") for link in links)
    assert all(len(line) <= WIDEST or line.strip() in links for line in lines)
    assert not any(CONTROL.search(line) for line in lines)
    assert [line for line in lines if line.startswith("Owner:  ")]
    assert [line for line in lines if re.match(r"(Acknowledge by|Progress due by|Ended): +\S", line)]


@given(hostile_cards)
def test_every_mail_keeps_its_budgets_and_links_nowhere_but_to_our_pages(made: EscalationCard) -> None:
    check(mail(made))


@given(hostile_cards)
def test_every_mail_can_be_sent(made: EscalationCard) -> None:
    message, written = EmailMessage(policy=SMTP), mail(made)
    message["Subject"] = written.subject
    message.set_content(written.body)
    assert message["Bcc"] is None
    assert message.get_content_type() == "text/plain"
    assert message.as_bytes()


def test_the_longest_card_fits() -> None:
    check(mail(LONGEST))


def test_a_call_leads_to_the_page_that_acknowledges() -> None:
    body = mail(card()).body
    assert f"Acknowledge on this page; it asks you to sign in:\n  {PAGE}\n" in body
    assert f"The ticket:\n  {TICKET_PAGE}\n" in body


def test_a_mail_about_a_held_escalation_asks_nobody_to_acknowledge() -> None:
    assert "Acknowledge on this page" not in mail(card(held())).body


def test_the_subject_names_the_escalation_even_when_it_is_cut() -> None:
    assert mail(card()).subject == "Please acknowledge · P1 · sev1 · Security [t1-e1]"
    assert mail(LONGEST).subject.endswith("… [t1-e1]")


def test_every_line_of_the_customer_is_quoted() -> None:
    padding = "x" * 70
    body = mail(card(title=f"{padding} Owner:                Mallory {padding} Incident lead: Mallory")).body
    lines = [line for line in body.split("\n") if "Mallory" in line or "x" * 70 in line]
    assert lines
    assert all(line.startswith("> ") for line in lines)


def test_a_header_cannot_be_smuggled_in() -> None:
    made = mail(card(queue=card().queue, title="a\r\nBcc: everybody@example.com"))
    assert "\nBcc" not in made.body
    assert "> a Bcc: everybody＠example[.]com\n" in made.body


def test_what_nobody_may_carry_is_left_out() -> None:
    assert "The customer wrote" not in mail(card(title=None)).body
    assert ">" not in mail(card(title=None)).body

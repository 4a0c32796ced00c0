"""Is a reply that the source system reports taken for a released text only where it is one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edge.sample_edge import ticket
from tests.gate_office import IN_PERSON, GateOffice
from tests.sample_desk import TENANT
from triage_core.domain.entry import Kind

if TYPE_CHECKING:
    from triage_core.edge.message import Reply

BODY = "Hello, we look into it.\nDesk"


@pytest.fixture
def office() -> GateOffice:
    """A gated ticket whose text was approved and given out."""
    opened = GateOffice()
    opened.post("flows", "tickets", ticket(body="I got phishing"))
    given = {"kind": "first_response", "to_csv": "jo@example.com", "subject": "Yours", "body": BODY}
    opened.post("ann", "tickets/t1/messages", given)
    seal = opened.tickets()[0].approvals[0].seal
    good(opened.post(f"lee{IN_PERSON}", "approvals/t1-a1/decide", {"verdict": "approve", "seal": seal}))
    good(opened.post("flows", "messages/t1-m1/release", {"via": "platform"}))
    return opened


def good(reply: Reply) -> None:
    assert reply.status < 300, reply.body


def is_past_the_gate(office: GateOffice, **told: str) -> bool:
    good(office.post("flows", "tickets/t1/events", {"event": "agent_replied", **told}))
    return any(line.entry.kind is Kind.GATE_BYPASSED for line in office.store.timeline(TENANT, "t1"))


@pytest.mark.parametrize(
    "told",
    [
        {"message_id": "t1-m1"},
        {"text": BODY},
        {"message_id": "t1-m1", "text": BODY.replace("\n", "  \r\n")},
        {"message_id": "t1-m1", "text": f"{BODY}\n-- \nAcme Ltd, 1 High Street"},
    ],
    ids=["by its name", "by its words", "by both", "with a signature"],
)
def test_a_released_text_is_known(office: GateOffice, told: dict[str, str]) -> None:
    assert not is_past_the_gate(office, **told)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"text": "We pay for it all."},
        {"message_id": "t1-m1", "text": "We pay for it all."},
        {"message_id": "t1-m1", "text": f"We pay for it all. {BODY}"},
        {"message_id": "t1-m1", "text": BODY[:-1]},
        {"message_id": "t1-m1", "text": f"{BODY}s"},
        {"message_id": "t1-m1", "text": f"{BODY} {'and ' * 151}"},
        {"message_id": "t2-m1"},
        {"message_id": "t1-m2", "text": BODY[1:]},
    ],
    ids=["nothing", "words", "name", "in front", "cut", "grown", "too much", "another ticket", "another text"],
)
def test_whatever_is_said_of_other_words_they_are_past_the_gate(office: GateOffice, told: dict[str, str]) -> None:
    assert is_past_the_gate(office, **told)

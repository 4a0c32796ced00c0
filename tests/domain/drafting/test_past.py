"""Does the past read as dated facts that a customer understands, with nothing that anybody wrote?"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.sample_cases import MINUTE, MONDAY, arrived
from tests.sample_drafts import NAMES, escalated, line
from triage_core.domain.drafting.past import MOST_LINES, Past
from triage_core.domain.drafting.voices import ENGLISH, GERMAN, Voice
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.model import State, Ticket

TICKET = arrived()


def told(*entries: Entry, ticket: Ticket = TICKET, voice: Voice = ENGLISH) -> list[str]:
    lines = Past(voice, ZoneInfo("UTC"), NAMES).lines(ticket, entries)
    return [text.removeprefix("Monday, 2 March 2026, ").removeprefix("Montag, 2. März 2026, ") for text in lines]


def test_a_line_has_its_moment_and_plain_words() -> None:
    assert told(line(Kind.SUBMITTED, 0), line(Kind.AGENT_REPLIED, 7)) == [
        "09:00 (UTC): request received",
        "09:07 (UTC): answer sent",
    ]
    assert told(line(Kind.RESOLVED), voice=GERMAN) == ["09:01 Uhr (UTC): Lösung umgesetzt"]


@pytest.mark.parametrize(
    "kind",
    [Kind.NOTE_ADDED, Kind.LINKED, Kind.OVERRIDDEN, Kind.SLA_BREACHED, Kind.HANDOVER_OFFERED, Kind.FEEDBACK_GIVEN],
)
def test_what_is_our_own_business_is_not_told(kind: Kind) -> None:
    assert told(line(kind)) == []


def test_it_is_told_whom_the_ticket_waited_for() -> None:
    customer = line(Kind.WAITING, changes={"state": State.WAITING_CUSTOMER})
    others = line(Kind.WAITING, 2, changes={"state": State.WAITING_THIRD_PARTY})
    assert [text.partition(": ")[2] for text in told(customer, others)] == [
        "waiting for information",
        "waiting for another company",
    ]


def test_things_are_told_in_the_order_in_which_they_happened() -> None:
    late = line(Kind.CUSTOMER_REPLIED, 9, at=MONDAY + 2 * MINUTE)
    assert [text[:5] for text in told(line(Kind.AGENT_REPLIED, 5), late)] == ["09:02", "09:05"]


def test_the_same_thing_in_a_row_is_told_once() -> None:
    again = [line(Kind.AGENT_REPLIED, number) for number in (1, 2, 3)]
    assert len(told(*again, line(Kind.CUSTOMER_REPLIED, 4), line(Kind.AGENT_REPLIED, 5))) == 3


def test_of_a_long_past_the_beginning_and_the_end_are_told() -> None:
    kinds = (Kind.AGENT_REPLIED, Kind.CUSTOMER_REPLIED)
    lines = told(*(line(kinds[number % 2], number) for number in range(50)))
    assert len(lines) == MOST_LINES + 1
    assert (lines[0][:5], lines[MOST_LINES // 2], lines[-1][:5]) == ("09:00", "…", "09:49")


def test_an_escalation_is_told_with_who_took_it() -> None:
    assert told(ticket=escalated(TICKET)) == [
        "09:05 (UTC): priority given",
        "09:08 (UTC): Bob Rey took the lead",
    ]


def test_a_lead_whose_name_is_not_known_is_not_named() -> None:
    assert len(told(ticket=escalated(TICKET, holder="x-17"))) == 1
    assert len(told(ticket=escalated(TICKET, holder=None, acknowledged_at=None))) == 1


def test_nothing_that_anybody_wrote_is_told() -> None:
    spoken = line(Kind.CLOSED, facts={"reason": "SECRET", "note_id": "SECRET"}, changes={"links": ("SECRET",)})
    assert "SECRET" not in "".join(told(spoken))


def test_a_line_of_another_day_says_so() -> None:
    (text,) = Past(ENGLISH, ZoneInfo("UTC"), {}).lines(TICKET, [line(Kind.CLOSED, at=MONDAY + timedelta(days=1))])
    assert text == "Tuesday, 3 March 2026, 09:00 (UTC): request closed"

"""Which clocks begin and end when a ticket's class changes?"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.sample_cases import HOUR, LEAD, MINUTE, MONDAY, after, arrived, clock_of, context, playbook
from tests.small_policy import document
from triage_core.domain import overriding, working
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Action
from triage_core.domain.model import BreachCause, Outcome, Ticket
from triage_core.domain.overriding import Correction


def levels(**classes: dict[str, str]) -> dict[str, Any]:
    """Return service levels that differ in what they promise at all."""
    return {name: {"calendar": "always", "targets": targets} for name, targets in classes.items()}


BOOK = playbook(
    service_levels={
        **document()["service_levels"],
        "classes": levels(
            P1={"first_reply": "15m", "resolution": "4h"}, P2={"resolution": "8h"}, P3={"first_reply": "4h"}
        ),
    }
)


def overridden(ticket: Ticket, class_name: str, at: Any = MONDAY + MINUTE) -> tuple[Ticket, list[Kind]]:
    seen = context(at, LEAD, book=BOOK)
    steps = overriding.override(seen, ticket, Correction(class_name=class_name, reason="It is worse than it looked"))
    return after(ticket, steps), [step.kind for step in steps]


def test_a_target_that_the_new_class_has_first_begins_at_the_ticket_s_creation() -> None:
    raised, _ = overridden(arrived(book=BOOK), "P1")
    gained = clock_of(raised, "first_reply/1")
    assert (gained.started_at, gained.due_at) == (MONDAY, MONDAY + 15 * MINUTE)


def test_a_target_gained_too_late_is_breached_by_the_change_and_not_before_it() -> None:
    raised, _ = overridden(arrived(book=BOOK), "P1", MONDAY + HOUR)
    gained = clock_of(raised, "first_reply/1")
    assert (gained.breached_at, gained.breach_cause) == (MONDAY + HOUR, BreachCause.RETARGET)


def test_a_target_that_the_new_class_has_not_is_cancelled_and_the_timeline_says_so() -> None:
    lowered, kinds = overridden(arrived(book=BOOK), "P3")
    assert clock_of(lowered, "resolution/1").outcome is Outcome.CANCELLED
    assert kinds == [Kind.OVERRIDDEN, Kind.SLA_CANCELLED]


def test_a_cancelled_target_comes_back_as_a_new_instance() -> None:
    lowered, _ = overridden(arrived(book=BOOK), "P3")
    raised, _ = overridden(lowered, "P2")
    assert clock_of(raised, "resolution/2").outcome is Outcome.OPEN


def test_a_first_reply_that_was_given_owes_no_clock() -> None:
    answered = replace(arrived(book=BOOK), first_reply_at=MONDAY)
    raised, _ = overridden(answered, "P1")
    assert not [clock for clock in raised.clocks if clock.metric == "first_reply"]


def test_a_target_gained_while_the_customer_is_waited_for_keeps_to_the_pause_rules() -> None:
    ticket = arrived(book=BOOK)
    waiting = after(ticket, working.wait(context(MONDAY + MINUTE, LEAD, book=BOOK), ticket, Action.WAIT_FOR_CUSTOMER))
    raised, _ = overridden(waiting, "P1", MONDAY + 2 * MINUTE)
    assert not clock_of(raised, "first_reply/1").paused

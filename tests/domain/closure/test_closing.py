"""Is a ticket closed with everything a closing has to say, and with nothing of it in the timeline?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, LEAD, MONDAY, after, arrived, context, playbook
from tests.sample_closures import FRIDAY_ENDS, GRAVE, PLAIN
from tests.small_policy import document
from triage_core.domain import happening, working
from triage_core.domain.closure import closing
from triage_core.domain.closure.closing import AddressUnfit, ClosureIncomplete
from triage_core.domain.closure.facts import CLOSURE, ClosureFacts, Prevention, read
from triage_core.domain.closure.items import ActionItem
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import Actor, ActorKind, Link, Mode, State, Ticket

HERE = context(actor=AGENT)
LATER = context(MONDAY + HOUR, AGENT)
CLOSED = Event(what=Happened.CLOSED)


def solved(**intake: Any) -> Ticket:
    ticket = arrived(**intake)
    return after(ticket, working.resolve(context(), ticket))


def reported(ticket: Ticket) -> Ticket:
    return after(ticket, happening.steps_of(LATER, ticket, CLOSED))


def test_a_solved_ticket_is_closed() -> None:
    (step,) = closing.close(LATER, solved(), PLAIN)
    assert step.kind is Kind.CLOSED
    assert (step.changes["state"], step.changes["closed_at"]) == (State.CLOSED, MONDAY + HOUR)


def test_the_words_go_to_the_texts_and_come_back_whole() -> None:
    (step,) = closing.close(LATER, solved(impact="high", urgency="high"), GRAVE)
    assert read(step.texts[CLOSURE]) == GRAVE


def test_half_a_character_is_replaced_and_stops_nothing() -> None:
    (step,) = closing.close(LATER, solved(), replace(PLAIN, summary="broken \ud800 pair"))
    assert read(step.texts[CLOSURE]).summary == "broken \ufffd pair"


def test_the_timeline_has_codes_and_ids_and_none_of_the_words() -> None:
    (step,) = closing.close(LATER, solved(), replace(PLAIN, problem_id="PRB-1"))
    assert step.facts == {
        "resolution_code": "solved_permanent",
        "closure_cause": "confirmed_by_customer",
        "cause_category": "capacity",
        "cause_confidence": "confirmed",
        "has_workaround": False,
        "permanent_fix": "done",
        "prevention_declined": False,
        "reviewed": False,
        "problem_id": "PRB-1",
        "actions": [{"action": "prevention-1", "owner": "ann", "due_at": FRIDAY_ENDS}],
        "by_person": True,
    }
    written = msgspec.json.encode([step.facts, step.changes]).decode()
    assert not any(word in written for word in ("print", "disk", "deleted", "space"))


def test_problem_change_and_known_error_are_linked_once() -> None:
    ticket = replace(solved(impact="high", urgency="high"), links=(Link(kind="problem", to="PRB-12"),))
    (step,) = closing.close(LATER, ticket, GRAVE)
    assert step.changes["links"] == (
        Link(kind="problem", to="PRB-12"),
        Link(kind="known_error", to="KE-7"),
        Link(kind="change", to="CHG-40"),
    )


def test_a_planned_fix_and_every_prevention_are_promised_until_the_end_of_their_day() -> None:
    closed = after(solved(), closing.close(LATER, solved(), GRAVE))
    two_days = 48 * HOUR
    assert closed.actions == (
        ActionItem(id="fix", owner="lee", due_at=FRIDAY_ENDS, remind_at=FRIDAY_ENDS - two_days),
        ActionItem(id="prevention-1", owner="ann", due_at=FRIDAY_ENDS, remind_at=FRIDAY_ENDS - two_days),
    )


def test_a_day_ends_where_its_owner_works() -> None:
    people = [{**person, "calendar": "office"} for person in document()["people"]]
    seen = context(MONDAY, AGENT, book=playbook(people=people))
    closed = after(solved(), closing.close(seen, solved(), PLAIN))
    assert closed.actions[0].due_at == FRIDAY_ENDS - HOUR


def test_what_is_promised_for_so_soon_needs_no_reminder() -> None:
    soon = replace(PLAIN, prevention=(Prevention(description="x", owner="ann", due=MONDAY.date()),))
    assert after(solved(), closing.close(LATER, solved(), soon)).actions[0].remind_at is None


def test_a_closure_that_lacks_parts_is_refused_with_all_of_them() -> None:
    with pytest.raises(ClosureIncomplete, match=r"lacks 2 parts.*/summary: what.*/workaround: a text") as refused:
        closing.close(LATER, solved(), replace(PLAIN, summary="", workaround=ClosureFacts().workaround))
    assert [problem.pointer for problem in refused.value.problems] == ["/summary", "/workaround"]


@pytest.mark.parametrize("state", sorted(set(State) - {State.RESOLVED}))
def test_only_a_solved_ticket_is_closed(state: State) -> None:
    with pytest.raises(ActionNotAllowed):
        closing.close(HERE, replace(solved(), state=state), PLAIN)


@pytest.mark.parametrize(
    "actor",
    [
        Actor(kind=ActorKind.PERSON, id="eve", roles=("guest",)),
        Actor(kind=ActorKind.CUSTOMER, id="eve", roles=("lead",)),
    ],
)
def test_whoever_may_not_work_on_tickets_closes_none(actor: Actor) -> None:
    with pytest.raises(NotPermitted, match="agent, lead"):
        closing.close(context(actor=actor), solved(), PLAIN)


def test_a_platform_may_close() -> None:
    platform = Actor(kind=ActorKind.PLATFORM, id="zapier")
    (step,) = closing.close(context(actor=platform), solved(), PLAIN)
    assert step.facts["by_person"] is False


class TestClosedAtTheSource:
    def test_it_is_taken_over_and_marked(self) -> None:
        (step,) = happening.steps_of(LATER, solved(), CLOSED)
        assert (step.facts["closure"], step.changes["closure_missing"]) == ("missing", True)

    @pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.DRILL])
    def test_on_what_does_not_count_nothing_is_owed(self, mode: Mode) -> None:
        (step,) = happening.steps_of(LATER, replace(solved(), mode=mode), CLOSED)
        assert "closure" not in step.facts
        assert "closure_missing" not in step.changes

    def test_the_facts_can_follow(self) -> None:
        ticket = reported(solved())
        (step,) = closing.close(context(MONDAY + 2 * HOUR, AGENT), ticket, PLAIN)
        assert step.kind is Kind.CLOSURE_COMPLETED
        settled = after(ticket, [step])
        assert (settled.closure_missing, settled.closed_at, len(settled.actions)) == (False, MONDAY + HOUR, 1)

    def test_they_follow_once(self) -> None:
        ticket = reported(solved())
        settled = after(ticket, closing.close(LATER, ticket, PLAIN))
        with pytest.raises(ActionNotAllowed):
            closing.close(LATER, settled, PLAIN)


class TestPages:
    closed = after(solved(), closing.close(LATER, solved(), PLAIN))

    def links(self, ticket: Ticket) -> list[tuple[str, str]]:
        return [(link.reason, link.to) for link in ticket.links if link.kind == closing.PAGE]

    def test_the_address_of_a_page_is_kept_once_for_each_surface(self) -> None:
        ticket = self.closed
        for surface, url in (
            ("notion", "https://a.example/1"),
            ("wiki", "https://b"),
            ("notion", "https://a.example/2"),
        ):
            ticket = after(ticket, closing.published(LATER, ticket, surface, url))
        assert self.links(ticket) == [("wiki", "https://b"), ("notion", "https://a.example/2")]
        assert closing.published(LATER, ticket, "wiki", "https://b") == []

    @pytest.mark.parametrize(
        "url", ["http://a.example", "javascript:alert(1)", "https://a b", "https://", 'https://"x']
    )
    def test_an_address_that_is_none_is_refused(self, url: str) -> None:
        with pytest.raises(AddressUnfit):
            closing.published(LATER, self.closed, "notion", url)

    def test_only_a_closed_ticket_has_a_page(self) -> None:
        with pytest.raises(ActionNotAllowed):
            closing.published(LATER, solved(), "notion", "https://a.example")


def test_a_lead_may_close_as_well() -> None:
    assert closing.close(context(actor=LEAD), solved(), PLAIN)


def test_a_closure_is_read_from_plain_values() -> None:
    assert msgspec.convert(msgspec.to_builtins(GRAVE), ClosureFacts) == GRAVE

"""What does a newer version of the source's ticket change, and what does it never undo?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_cases import HOUR, MONDAY, after, arrived, blank, clock_of, context, playbook
from tests.small_policy import COMPLETE, document
from triage_core.domain import triaging, updating
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import RiskTag, State, TagSource, Ticket

NOW = MONDAY + HOUR / 10


def steps_of(ticket: Ticket, text: str = "", tags: tuple[str, ...] = (), **given: Any) -> list[Step]:
    return updating.update(context(NOW, text=text), ticket, "2", given, tags)


def updated(ticket: Ticket, text: str = "", tags: tuple[str, ...] = (), **given: Any) -> Ticket:
    return after(ticket, steps_of(ticket, text, tags, **given))


def test_a_blocked_ticket_is_completed() -> None:
    ticket = after(blank(), triaging.arrive(context(), blank(), {}))
    steps = steps_of(ticket, **COMPLETE)
    assert [step.kind for step in steps] == [Kind.UPDATED, Kind.COMPLETED, Kind.TRIAGED, Kind.ASSIGNED]
    assert (after(ticket, steps).class_name, after(ticket, steps).source_version) == ("P2", "2")


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.MERGED, State.VOID])
def test_a_ticket_that_is_over_only_notes_the_version(state: State) -> None:
    over = apply(arrived(), {"state": state})
    assert updated(over, "outage", impact="high") == apply(over, {"source_version": "2"})


def test_new_facts_decide_again_and_move_the_clocks() -> None:
    ticket = updated(arrived(), impact="high", urgency="high")
    assert (ticket.class_name, ticket.first_class) == ("P1", "P2")
    assert clock_of(ticket, "first_reply/2").due_at == MONDAY + HOUR / 4


def test_new_words_decide_again() -> None:
    assert updated(arrived(), "outage").class_name == "P1"


def test_an_unchanged_ticket_changes_nothing_but_its_version() -> None:
    assert updated(arrived()) == apply(arrived(), {"source_version": "2"})


def test_what_was_found_before_stays_when_the_words_are_gone() -> None:
    ticket = updated(arrived("phishing outage"), "never mind")
    assert (ticket.tag_names, ticket.severity, ticket.class_name) == (("security",), "sev1", "P1")


def test_values_that_would_lower_the_caution_are_held_back_for_a_person() -> None:
    (step,) = steps_of(arrived(impact="high", urgency="high"), impact="low")
    assert step.facts["held_back"] == ["impact"]
    assert "intake" not in step.changes


def test_an_ungated_ticket_may_be_lowered() -> None:
    assert updated(arrived(), urgency="low").class_name == "P3"


def test_a_wrong_value_leaves_the_old_one() -> None:
    assert updated(arrived(), impact="huge").intake["impact"] == "medium"


def test_the_sources_tags_are_added_once_and_unknown_ones_left_out() -> None:
    ticket = updated(arrived(), tags=("billing", "billing", "fun"))
    assert ticket.tags == (RiskTag(name="billing", source=TagSource.SOURCE),)


def test_a_tag_that_a_person_took_off_does_not_come_back() -> None:
    ticket = apply(arrived(), {"cleared_tags": ("security",)})
    assert updated(ticket, "phishing", ("security",)).tag_names == ()


def test_what_people_pinned_stays() -> None:
    pinned = apply(arrived(), {"class_name": "P1", "class_rank": 0, "pinned": ("class_name",), "gate_required": True})
    assert updated(pinned, urgency="low").class_name == "P1"
    severe = apply(arrived(), {"severity": "sev3", "pinned": ("severity",)})
    assert updated(severe, "outage").severity == "sev3"


def test_an_answer_of_the_source_replaces_a_default() -> None:
    ticket = updated(arrived(), category="request")
    assert (ticket.intake["category"], ticket.defaulted) == ("request", ("service_line",))


def test_a_blocked_ticket_is_completed_with_the_tags_and_the_severity_that_the_source_names() -> None:
    ticket = after(blank(), triaging.arrive(context(), blank(), {}))
    steps = updating.update(context(NOW), ticket, "2", COMPLETE, ("billing", "fun"), "sev1")
    done = after(ticket, steps)
    assert done.tags == (RiskTag(name="billing", source=TagSource.SOURCE),)
    assert (done.severity, done.class_name, done.pinned) == ("sev1", "P1", ("severity",))


@pytest.mark.parametrize(
    ("severity", "left"),
    [("sev1", ("sev1", "P1", ("severity",))), ("sev9", ("sev4", "P2", ())), (None, ("sev4", "P2", ()))],
)
def test_a_worse_severity_of_the_source_is_taken_for_good(severity: str | None, left: tuple[Any, ...]) -> None:
    ticket = after(arrived(), updating.update(context(NOW), arrived(), "2", {}, (), severity))
    assert (ticket.severity, ticket.class_name, ticket.pinned) == left


def test_a_milder_severity_of_the_source_is_left_out() -> None:
    ticket = arrived("outage")
    assert after(ticket, updating.update(context(NOW), ticket, "2", {}, (), "sev3")).severity == "sev1"


@pytest.mark.parametrize(
    ("held", "late"),
    [
        ("3", "2"),
        ("10", "9"),
        ("2026-03-02T10:00:00Z", "2026-03-02T09:30:00Z"),
        ("2026-03-02T10:00", "2026-03-02T10:00+01:00"),
    ],
)
@pytest.mark.parametrize("state", [State.ASSIGNED, State.INCOMPLETE, State.CLOSED])
def test_an_older_version_that_comes_late_is_only_noted(held: str, late: str, state: State) -> None:
    ticket = apply(arrived(), {"source_version": held, "state": state})
    (step,) = updating.update(context(NOW, text="outage"), ticket, late, {"impact": "high"}, ("billing",))
    assert (step.kind, step.changes, step.facts, step.texts) == (Kind.UPDATED, {}, {"superseded": True}, {})


@pytest.mark.parametrize(
    ("held", "next_one"), [("9", "10"), ("b", "a"), ("7", "2026-03-02"), ("2026-03-02", "2026-03-03")]
)
def test_a_version_that_is_newer_or_has_no_order_counts(held: str, next_one: str) -> None:
    ticket = apply(arrived(), {"source_version": held})
    (step,) = updating.update(context(NOW), ticket, next_one, {}, ())
    assert step.changes == {"source_version": next_one}


def test_a_refused_value_is_named_without_the_value() -> None:
    (step,) = steps_of(arrived(), impact="enormous", users_affected="many")
    assert [(item["pointer"], item["code"]) for item in step.facts["refused"]] == [
        ("/intake/impact", "not_listed"),
        ("/intake/users_affected", "not_a_number"),
    ]
    assert step.facts["refused"][0]["expected"] == "one of high, medium, low"
    assert "enormous" not in repr(step.facts)


ACCOUNTS = playbook(
    intake={**document()["intake"], "fields": {**document()["intake"]["fields"], "acct": {"type": "text"}}}
)


def test_the_values_as_given_are_kept_as_a_text() -> None:
    ticket = arrived(book=ACCOUNTS)
    (step,) = updating.update(context(NOW, book=ACCOUNTS), ticket, "2", {"acct": "AB-7"}, ())
    assert step.texts == {"given": '{"acct":"AB-7"}'}
    assert step.changes["intake"]["acct"] is True


def test_the_mark_for_a_text_on_file_is_no_text_when_the_source_sends_it() -> None:
    ticket = arrived(book=ACCOUNTS, acct="AB-7")
    (step,) = updating.update(context(NOW, book=ACCOUNTS), ticket, "2", {"acct": True}, ())
    assert [item["code"] for item in step.facts["refused"]] == ["not_text"]
    assert after(ticket, [step]).intake["acct"] is True

"""Does the card hold the facts of ticket, escalation and policy, in the policy's words and nobody else's?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.sample_cards import (
    BOOK,
    backdrop,
    card,
    entry,
    escalation,
    held,
    offer_to,
    ticket,
)
from tests.sample_cases import AGENT, HOUR, MINUTE, MONDAY
from triage_core.cards import wording
from triage_core.cards.escalation import Labelled, card_of
from triage_core.cards.history import LATEST, SAID, Movement, movements
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import BlastRadius, Rung, Standing
from triage_core.domain.model import Actor, ActorKind, Mode

LEE, KIM = Labelled(name="lee", label="Lee"), Labelled(name="kim", label="Kim")


def test_people_queues_classes_and_tags_stand_in_the_words_of_the_policy() -> None:
    made = card()
    assert made.owner == Labelled(name="ann", label="Ann")
    assert (made.called, made.upcoming) == ((LEE, KIM), (KIM,))
    assert made.queue == Labelled(name="desk", label="Service desk")
    assert (made.ticket_class, made.class_rank) == (Labelled(name="P1", label="P1"), 0)
    assert (made.severity, made.severity_rank) == (Labelled(name="sev1", label="sev1"), 0)
    assert made.tags == (Labelled(name="security", label="Security"),)
    assert made.system == Labelled(name="sso", label="sso")


def test_the_statement_and_the_promised_cadence_are_those_of_the_ticket() -> None:
    made = card()
    assert made.impact.startswith("High impact and high urgency on sso")
    assert (made.rationale, made.update_every) == ("Business stands still.", timedelta(minutes=30))


def test_an_unclassified_ticket_has_a_card_too() -> None:
    bare = replace(ticket(), class_name=None, severity=None, owner=None, tags=())
    made = card_of(bare, escalation(), BOOK.policy, backdrop())
    assert wording.headline(made) == "Please acknowledge · unclassified"
    assert wording.facts(made)[0].value == wording.NOBODY


def test_somebody_who_left_the_roster_is_called_by_the_id() -> None:
    made = card(escalation(called=("zoe",)))
    assert made.called == (Labelled(name="zoe", label="zoe"),)


def test_a_deadline_to_acknowledge_stands_only_while_somebody_is_called() -> None:
    assert card().acknowledge_by == MONDAY + 5 * MINUTE
    taken = card(held(next_call_at=MONDAY + HOUR))
    assert (taken.acknowledge_by, taken.upcoming, taken.holder) == (None, (), LEE)


def test_the_level_counts_from_one() -> None:
    assert card(escalation(rung=Rung(level=2, turn=1))).level == 3
    assert card(escalation(rung=None)).level is None


@pytest.mark.parametrize("standing", Standing)
def test_owner_and_deadline_are_never_empty_wherever_the_escalation_stands(standing: Standing) -> None:
    owner, deadline, *_ = wording.facts(card(escalation(standing=standing, next_call_at=None), owner=None))
    assert (owner.label, owner.value) == ("Owner", "nobody yet")
    assert deadline.label
    assert deadline.value


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_is_told_in_a_sentence(standing: Standing) -> None:
    assert wording.notice(card(escalation(standing=standing))).endswith(".")


def test_the_next_step_names_moment_and_people() -> None:
    assert wording.next_step(card()) == "At Mon 2 Mar 2026 10:05 CET (UTC+01:00) the next level, 2, is called: Kim."
    assert (
        wording.next_step(card(held()))
        == "Without progress until Mon 2 Mar 2026 11:00 CET (UTC+01:00), people are called again."
    )
    assert wording.next_step(card(escalation(standing=Standing.RESOLVED))) == ""


@pytest.mark.parametrize(
    ("last", "coming", "said"),
    [
        (None, 1, "level 1 is called: Kim."),
        (1, 1, "level 1 is called again: Kim."),
        (1, 2, "the next level, 2, is called: Kim."),
        (1, 3, "the next level, 3, is called: Kim."),
        (2, 1, "level 1 is called again: Kim."),
    ],
)
def test_the_next_step_says_whether_a_level_is_called_again_or_the_next_one(
    last: int | None, coming: int, said: str
) -> None:
    assert wording.next_step(card(level=last, upcoming_level=coming)).endswith(f"(UTC+01:00) {said}")


def test_the_next_step_names_the_moment_at_which_a_call_that_waits_is_made() -> None:
    assert "At Mon 2 Mar 2026 11:00 CET" in wording.next_step(card(upcoming_at=MONDAY + HOUR))


def test_the_next_step_says_that_nobody_is_left_to_call() -> None:
    last = card(upcoming=(), upcoming_level=None, upcoming_at=None)
    assert wording.next_step(last).startswith("The ladder foresees no further call after Mon 2 Mar 2026 10:05")


def test_a_transfer_that_waits_and_missed_news_are_told() -> None:
    said = wording.notice(card(held(offer=offer_to("kim"), reminded=True)))
    assert "offered to Kim" in said
    assert "news are overdue" in said


def test_a_call_that_waits_says_why() -> None:
    assert "The call waits: maintenance holds it back." in wording.notice(card(escalation(held_back="maintenance")))


def test_who_resolved_it_is_told() -> None:
    assert "by Lee" in wording.notice(card(escalation(standing=Standing.RESOLVED, ended_by="lee")))


@pytest.mark.parametrize(("mode", "sign"), [(Mode.DRILL, "DRILL · "), (Mode.SHADOW, "TRIAL RUN · "), (Mode.LIVE, "")])
def test_a_drill_cannot_be_taken_for_the_real_thing(mode: Mode, sign: str) -> None:
    assert wording.headline(card(mode=mode)).startswith(f"{sign}Please acknowledge")


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, "unknown"),
        (12, 12, "12"),
        (12, 40, "12 to 40"),
        (12, None, "at least 12"),
        (None, 40, "at most 40"),
        (0, 0, "0"),
    ],
)
def test_affected_customers_are_exact_a_range_or_unknown(least: int | None, most: int | None, said: str) -> None:
    assert wording.customers(BlastRadius(customers_least=least, customers_most=most)) == said


def test_a_blast_radius_that_nobody_knows_says_so() -> None:
    assert {fact.value for fact in wording.blast_radius(card(escalation(blast=BlastRadius())))} == {"unknown"}


def test_related_tickets_show_kind_and_id_only() -> None:
    assert wording.related(card()) == (("duplicate of", "t7"), ("related to", "t8, t9"))


# The history.


def test_the_customer_is_never_named_in_the_history() -> None:
    assert Movement(at=MONDAY + MINUTE, what="customer wrote", who="customer") in card().history
    assert "jo@example.com" not in str(card())


def test_people_and_platforms_are_named_in_the_history() -> None:
    platform = Actor(kind=ActorKind.PLATFORM, id="zapier-1")
    told = movements([entry(1, Kind.ASSIGNED, AGENT), entry(2, Kind.RESOLVED, platform)], {"ann": "Ann"})
    assert [each.who for each in told] == ["Ann", "zapier-1"]


def test_the_latest_movements_are_kept_and_the_newest_is_shown_first() -> None:
    entries = tuple(entry(number, Kind.ASSIGNED) for number in range(20))
    made = card_of(ticket(), escalation(), BOOK.policy, backdrop(entries=entries))
    assert [each.at for each in made.history] == [MONDAY + number * MINUTE for number in range(20 - LATEST, 20)]
    assert wording.history(made)[0].label == "Mon 2 Mar 2026 10:19 CET (UTC+01:00)"


def test_a_kind_without_words_is_not_told() -> None:
    assert Kind.NOTE_ADDED.value not in SAID
    assert movements([entry(1, Kind.NOTE_ADDED)], {}) == ()

"""Does a summary say what is known, in the order of reading, with nothing that was to be redacted?"""

from __future__ import annotations

from hypothesis import given
from msgspec.structs import replace

from tests.cards.samples import LINKS, P2, closures, summary
from tests.sample_closures import FRIDAY_ENDS, GRAVE, PLAIN
from triage_core.cards.closure import Links
from triage_core.domain.closure.facts import ClosureFacts, RootCause
from triage_core.domain.escalating.state import Confidence


def part(name: str, facts: ClosureFacts = GRAVE) -> tuple[str, ...]:
    found = next(each for each in summary(facts).parts if each.heading == name)
    return (*found.paragraphs, *found.items)


def test_the_facts_of_the_ticket_and_the_codes_of_the_closure_are_said() -> None:
    told = summary()
    assert (told.class_label, told.severity_label, told.owner) == ("P1", "sev4", "Lee")
    assert (told.resolution, told.closure_cause, told.cause_category) == (
        "solved permanent",
        "confirmed by customer",
        "change",
    )
    assert (told.known_error_id, told.problem_id, told.change_id) == ("KE-7", "PRB-12", "CHG-40")
    assert (told.open_actions, told.next_due_at) == (2, FRIDAY_ENDS)


def test_a_title_names_class_source_and_what_happened() -> None:
    assert summary().title == "P1 zendesk 7: Nobody could sign in after a change of the identity provider."
    assert len(summary(replace(GRAVE, summary="long " * 100)).title) == 180


def test_the_parts_come_in_the_order_of_reading() -> None:
    assert [each.heading for each in summary().parts] == [
        *("Summary", "Root cause", "Workaround", "Permanent fix", "Prevention"),
        *("Impact", "Timeline", "What went well", "What went badly", "Between people and teams"),
    ]
    assert [each.heading for each in summary(PLAIN, P2).parts][-1] == "Prevention"


def test_who_does_what_by_when_is_said_by_name() -> None:
    assert part("Permanent fix") == ("Roll changes out in steps.", "Lee, by 2026-03-06.")
    assert part("Prevention") == ("Watch the free space. (Ann, by 2026-03-06)",)


def test_durations_are_those_of_the_moments() -> None:
    assert part("Impact")[1:] == ("Lasted 2h", "Unnoticed for 1h, then seen by customer")


def test_the_timeline_is_in_order() -> None:
    assert GRAVE.review is not None
    turned = replace(GRAVE.review, milestones=GRAVE.review.milestones[::-1])
    assert part("Timeline", replace(GRAVE, review=turned)) == part("Timeline")
    assert part("Timeline")[0] == "2026-03-02 07:00 UTC: The change was rolled out."


def test_what_is_not_known_is_said() -> None:
    unknown = RootCause(confidence=Confidence.UNKNOWN)
    assert part("Root cause", replace(PLAIN, root_cause=unknown)) == ("Not known.",)
    assert part("Workaround", PLAIN) == ("There is none.",)
    declined = replace(PLAIN, prevention=(), prevention_declined="A typing error.")
    assert part("Prevention", declined) == ("A typing error.",)


def test_an_address_that_is_none_is_left_out() -> None:
    wrong = Links(source="javascript:alert(1)", ticket="https://a b", page="https://x.example/<b>")
    assert summary(links=wrong).links == Links()
    assert summary().links == LINKS


@given(facts=closures())
def test_every_word_of_a_closure_is_redacted(facts: ClosureFacts) -> None:
    told = summary(facts, redact=lambda text: "R" if text else "")
    words = {word for each in told.parts for word in (*each.paragraphs, *each.items)}
    known = {
        "Lee, by 2026-03-06.",
        "R (Ann, by 2026-03-06)",
        "Lasted 1h",
        "Unnoticed for 0s",
        "2026-03-02 09:00 UTC: R",
    }
    blank = {" (Ann, by 2026-03-06)", "2026-03-02 09:00 UTC: ", "Not known.", "There is none."}
    assert words <= {"R", *known, *blank}
    assert told.title in {"P1 zendesk 7: R", "P1 zendesk 7:"}

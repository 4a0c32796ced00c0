"""Is every part that a closure lacks named, with what is expected there?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, MONDAY, arrived, context, playbook
from tests.sample_closures import GRAVE, PLAIN, REVIEW
from triage_core.domain.closure.facts import (
    ClosureCause,
    ClosureFacts,
    FixState,
    Milestone,
    PermanentFix,
    Prevention,
    ResolutionCode,
    RootCause,
    Workaround,
    with_words,
)
from triage_core.domain.closure.gaps import LONGEST, MOST_ITEMS, is_grave, missing, texts_of
from triage_core.domain.escalating.state import Confidence

TICKET = arrived()
P1 = arrived(impact="high", urgency="high")
HERE = context(actor=AGENT)


def gaps(facts: ClosureFacts, ticket: Any = TICKET) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in missing(HERE, ticket, facts)}


def test_a_whole_closure_lacks_nothing() -> None:
    assert gaps(PLAIN) == {}
    assert gaps(GRAVE, P1) == {}


def test_an_empty_closure_is_told_everything_at_once() -> None:
    assert gaps(ClosureFacts()) == dict.fromkeys(
        [
            "/summary",
            "/resolution_code",
            "/closure_cause",
            "/root_cause/confidence",
            "/root_cause/text",
            "/root_cause/category",
            "/workaround",
            "/prevention",
            "/permanent_fix/state",
            "/permanent_fix/description",
        ],
        "missing",
    )


def test_a_grave_ticket_needs_a_review_beside() -> None:
    assert gaps(ClosureFacts(), P1) == {**gaps(ClosureFacts()), "/review": "missing"}


SMALLER: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"summary": " \n"}, {"/summary": "missing"}),
    ({"resolution_code": None}, {"/resolution_code": "missing"}),
    ({"closure_cause": None}, {"/closure_cause": "missing"}),
    ({"closure_cause": ClosureCause.MERGED}, {"/closure_cause": "invalid"}),
    ({"root_cause": RootCause(text="x", category="other")}, {"/root_cause/confidence": "missing"}),
    (
        {"root_cause": RootCause(text="x", category="weather", confidence=Confidence.SUSPECTED)},
        {"/root_cause/category": "unknown_name"},
    ),
    (
        {"root_cause": RootCause(confidence=Confidence.CONFIRMED)},
        {"/root_cause/text": "missing", "/root_cause/category": "missing"},
    ),
    ({"root_cause": RootCause(confidence=Confidence.UNKNOWN)}, {}),
    ({"workaround": Workaround()}, {"/workaround": "missing"}),
    ({"workaround": Workaround(text="restart it", none=True)}, {"/workaround": "invalid"}),
    (
        {"resolution_code": ResolutionCode.SOLVED_WORKAROUND},
        {"/workaround/text": "missing", "/known_error_id": "missing"},
    ),
    ({"resolution_code": ResolutionCode.KNOWN_ERROR}, {"/known_error_id": "missing"}),
    ({"resolution_code": ResolutionCode.KNOWN_ERROR, "problem_id": "PRB-1"}, {}),
    ({"problem_id": "call me, please"}, {"/problem_id": "invalid"}),
    ({"known_error_id": "KE\n1", "change_id": ""}, {"/known_error_id": "invalid", "/change_id": "invalid"}),
    ({"permanent_fix": PermanentFix(description="x")}, {"/permanent_fix/state": "missing"}),
    ({"permanent_fix": PermanentFix(state=FixState.DECLINED)}, {"/permanent_fix/description": "missing"}),
    (
        {"permanent_fix": PermanentFix(state=FixState.PLANNED, description="x")},
        {"/permanent_fix/owner": "missing", "/permanent_fix/due": "missing"},
    ),
    ({"prevention": ()}, {"/prevention": "missing"}),
    ({"prevention": (), "prevention_declined": "The user mistyped."}, {}),
    ({"prevention_declined": "Nothing to do."}, {"/prevention_declined": "invalid"}),
    (
        {"prevention": (*PLAIN.prevention, Prevention(owner="nobody", due=date(2026, 3, 1)))},
        {"/prevention/1/description": "missing", "/prevention/1/owner": "unknown_name", "/prevention/1/due": "past"},
    ),
    ({"prevention": PLAIN.prevention * (MOST_ITEMS + 1)}, {"/prevention": "invalid"}),
    ({"summary": "x" * (LONGEST + 1)}, {"/summary": "too_long"}),
    ({"summary": "x" * LONGEST}, {}),
]


@pytest.mark.parametrize(("parts", "expected"), SMALLER)
def test_a_part_that_lacks_or_does_not_fit_is_named(parts: dict[str, Any], expected: dict[str, str]) -> None:
    assert gaps(replace(PLAIN, **parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"prevention": (), "prevention_declined": "Too dear."}, {"/prevention": "missing"}),
        ({"change_id": None, "permanent_fix": PLAIN.permanent_fix}, {"/change_id": "missing"}),
    ],
)
def test_a_grave_ticket_has_less_choice(parts: dict[str, Any], expected: dict[str, str]) -> None:
    assert gaps(replace(GRAVE, **parts), P1) == expected


@pytest.mark.parametrize("name", list(REVIEW.__struct_fields__))
def test_every_part_of_a_review_is_asked_for(name: str) -> None:
    empty = {"milestones": (), **dict.fromkeys(("impact", "went_well", "went_badly", "handoff_friction"), " ")}
    review = replace(REVIEW, **{name: empty.get(name)})
    assert gaps(replace(GRAVE, review=review), P1) == {f"/review/{name}": "missing"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"detected_at": MONDAY - 3 * HOUR}, {"/review/detected_at": "invalid"}),
        ({"ended_at": MONDAY - 90 * timedelta(minutes=1)}, {"/review/ended_at": "invalid"}),
        ({"ended_at": datetime(2026, 3, 2, 9)}, {"/review/ended_at": "invalid"}),  # noqa: DTZ001 - what is refused
        (
            {"milestones": (Milestone(at=datetime(2026, 3, 2, 9), what=" "),)},  # noqa: DTZ001 - likewise
            {"/review/milestones/0/at": "invalid", "/review/milestones/0/what": "missing"},
        ),
    ],
)
def test_the_moments_of_a_review_are_in_order(parts: dict[str, Any], expected: dict[str, str]) -> None:
    assert gaps(replace(GRAVE, review=replace(REVIEW, **parts)), P1) == expected


def test_a_review_of_an_ordinary_ticket_must_be_whole_as_well() -> None:
    assert gaps(replace(PLAIN, review=replace(REVIEW, impact=""))) == {"/review/impact": "missing"}


def test_durations_are_what_the_moments_say() -> None:
    assert (REVIEW.duration, REVIEW.unnoticed) == (2 * HOUR, HOUR)
    assert (replace(REVIEW, ended_at=None).duration, replace(REVIEW, detected_at=None).unnoticed) == (None, None)


def test_the_highest_class_and_gated_ones_are_grave() -> None:
    book = playbook(classes=[{"name": "P1"}, {"name": "P2", "gated": True}, {"name": "P3"}]).policy
    grave = [is_grave(book, replace(TICKET, class_name=name)) for name in ("P1", "P2", "P3", None, "P9")]
    assert grave == [True, True, False, False, True]


def test_every_free_text_of_a_closure_can_be_changed_and_nothing_else() -> None:
    changed = with_words(GRAVE, lambda _: "x")
    assert {text for _, text in texts_of(changed)} == {"x"}
    assert [pointer for pointer, _ in texts_of(changed)] == [pointer for pointer, _ in texts_of(GRAVE)]
    assert with_words(GRAVE, str) == GRAVE
    assert changed.review is not None
    assert (changed.review.duration, changed.problem_id, changed.prevention[0].due) == (
        REVIEW.duration,
        GRAVE.problem_id,
        GRAVE.prevention[0].due,
    )


words = st.sampled_from(("", " ", "some words", "x" * (LONGEST + 1)))
ids = st.sampled_from((None, "KE-1", "no id"))
days = st.sampled_from((None, date(2020, 1, 1), date(2030, 1, 1)))
owners = st.sampled_from((None, "ann", "nobody"))
closures = st.builds(
    ClosureFacts,
    summary=words,
    resolution_code=st.sampled_from((None, *ResolutionCode)),
    closure_cause=st.sampled_from((None, *ClosureCause)),
    root_cause=st.builds(
        RootCause,
        text=words,
        category=st.sampled_from((None, "change", "weather")),
        confidence=st.sampled_from((None, *Confidence)),
    ),
    workaround=st.builds(Workaround, text=words, none=st.booleans()),
    permanent_fix=st.builds(
        PermanentFix, state=st.sampled_from((None, *FixState)), description=words, owner=owners, due=days
    ),
    prevention=st.lists(st.builds(Prevention, description=words, owner=owners, due=days), max_size=3).map(tuple),
    prevention_declined=words,
    known_error_id=ids,
    problem_id=ids,
    change_id=ids,
    review=st.sampled_from((None, REVIEW, replace(REVIEW, impact=""))),
)


@given(facts=closures, ticket=st.sampled_from((TICKET, P1)))
def test_what_is_told_never_repeats_a_word_of_the_closure(facts: ClosureFacts, ticket: Any) -> None:
    told = " ".join(f"{problem.pointer} {problem.expected}" for problem in missing(HERE, ticket, facts))
    assert not any(word in told for word in ("some words", "weather", "no id", "nobody"))


@given(facts=closures)
def test_a_grave_ticket_never_lacks_less(facts: ClosureFacts) -> None:
    assert gaps(facts).items() <= gaps(facts, P1).items()

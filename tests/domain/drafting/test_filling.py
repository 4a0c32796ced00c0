"""Is a template filled by putting facts in their places, once, and by nothing else?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.drafting.filling import Filled, fill, names_in
from triage_core.domain.policy.gates import Placeholder, Template, TemplateKind

P = Placeholder
TRICKS = [
    "{ticket_id}",
    "{{ticket_id}}",
    "{0}",
    "{}",
    "{ticket_id.__class__.__mro__}",
    "{ticket_id!r:>{ticket_id}}",
    "%(ticket_id)s",
    "%s%n",
    "${ticket_id}",
    "{{ 7 * 7 }}",
    "{% import os %}",
    "<%= 7 * 7 %>",
    "#{7*7}",
    r"\g<0>\1",
    "\\",
    "{",
    "}",
]


def template(body: str, subject: str = "") -> Template:
    return Template(id="t", kind=TemplateKind.STATUS_UPDATE, subject=subject, body=body)


def test_each_placeholder_gets_its_fact() -> None:
    facts = {P.TICKET_ID: "t1", P.OWNER_NAME: "Ann"}
    filled = fill(template("{ticket_id}: {owner_name}, {ticket_id}", "{ticket_id}"), facts)
    assert filled == Filled(subject="t1", body="t1: Ann, t1")


def test_a_placeholder_without_a_fact_stays_and_is_named_once() -> None:
    filled = fill(template("{next_steps} {ticket_id} {next_steps}", "{owner_name}"), {P.TICKET_ID: "t1"})
    assert filled == Filled(
        subject="{owner_name}", body="{next_steps} t1 {next_steps}", unfilled=("owner_name", "next_steps")
    )


def test_a_word_in_braces_that_is_no_placeholder_is_named_too() -> None:
    assert fill(template("{subject}"), {}).unfilled == ("subject",)


def test_a_subject_stays_one_line() -> None:
    assert fill(template("x", "{next_steps}"), {P.NEXT_STEPS: "a\r\nBcc: b\n\tc"}).subject == "a Bcc: b c"


def test_names_are_those_of_subject_and_body() -> None:
    assert names_in(template("{b} {a}", "{a} {c}")) == ("a", "c", "b")


@pytest.mark.parametrize("trick", TRICKS)
def test_a_fact_is_never_read_again(trick: str) -> None:
    filled = fill(template("<{next_steps}> {ticket_id}"), {P.NEXT_STEPS: trick, P.TICKET_ID: "t1"})
    assert filled == Filled(subject="", body=f"<{trick}> t1")


FACTS = st.dictionaries(st.sampled_from(P), st.one_of(st.sampled_from(TRICKS), st.text(max_size=40)))
PIECES = st.lists(
    st.one_of(st.sampled_from(P).map(lambda name: f"{{{name}}}"), st.text(alphabet="ab \n%$\\", max_size=5)),
    min_size=1,
)


@given(facts=FACTS, pieces=PIECES)
def test_filling_is_joining_pieces_and_facts(facts: dict[Placeholder, str], pieces: list[str]) -> None:
    written = Template.model_construct(id="t", kind=TemplateKind.SURVEY, subject="", body="".join(pieces))
    places = {f"{{{name}}}": value for name, value in facts.items()}
    assert fill(written, facts).body == "".join(places.get(piece, piece) for piece in pieces)

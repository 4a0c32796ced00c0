"""Does a ticket get its draft from the template, and from a model only where that is allowed and well?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.random_policies import FEWER
from tests.sample_cases import MINUTE, MONDAY, playbook
from tests.sample_desk import TENANT, SampleDesk
from tests.sample_drafts import NAMES, SAID, blocked, of_class, repeated, solved, tagged
from tests.small_policy import COMPLETE, document
from tests.standins.receiver import Receiver
from tests.standins.writer import address, says, sends, shown
from triage_core.adapters.writer import ChatWriter, Service
from triage_core.domain.drafting.draft import Drafted, Fallback, NoDraft, Refusal, Said, Wanted
from triage_core.domain.drafting.names import usable_name
from triage_core.domain.model import Ticket
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.profile import Profile
from triage_core.ports import ProfileRow
from triage_core.profiles.table import TableProfiles
from triage_core.service.drafting import Drafting, Material, material_of
from triage_core.service.triage import Triage
from triage_core.writer_ports import Phrased, Task

if TYPE_CHECKING:
    from triage_core.writer_ports import Writer

K = TemplateKind
NOW = MONDAY + MINUTE
HELLO = "Hello {customer_name}, it is {owner_name}."
TEMPLATES = [
    {"id": "first", "kind": K.FIRST_RESPONSE, "subject": "{ticket_id}", "body": HELLO},
    {"id": "first-de", "kind": K.FIRST_RESPONSE, "language": "de", "body": "Guten Tag {customer_name}, {owner_name}."},
    {"id": "ask", "kind": K.INTAKE_REQUEST, "body": "{missing_fields}"},
    {"id": "brief", "kind": K.EXECUTIVE_BRIEF, "body": "{impact_statement} {current_state}"},
    {"id": "note", "kind": K.POST_INCIDENT_NOTE, "body": "{root_cause} {prevention}"},
    {"id": "survey", "kind": K.SURVEY, "body": "How was {ticket_id}?"},
    {"id": "update", "kind": K.STATUS_UPDATE, "body": "{current_state}"},
]  # fmt: skip
PLATFORMS = {"zapier": "internal", "writer": "internal"}
BOOK = playbook(templates=TEMPLATES, platforms=PLATFORMS)
P1, P2 = (of_class(BOOK, name) for name in ("P1", "P2"))
TEXT = "Refund\nPlease refund all of my money at once."
MATERIAL = Material(text=TEXT, customer="Cem Öz", names=NAMES)
ANSWER = Phrased(subject="t1: hello", body="Hello Cem Öz, this is Ann Lee.")
FIRST = Wanted(kind=K.FIRST_RESPONSE)


class Echo:
    """A writer that notes what it is asked and says what it is told to."""

    model = "m-1"

    def __init__(self, answer: Phrased | Fallback = ANSWER) -> None:
        self.tasks: list[Task] = []
        self._answer = answer

    def write(self, task: Task) -> Phrased | Fallback:
        self.tasks.append(task)
        return self._answer


def drafted(
    ticket: Ticket = P2, wanted: Wanted = FIRST, drafting: Drafting | None = None, book: Playbook = BOOK
) -> Drafted:
    found = (drafting or Drafting()).draft(book, ticket, wanted, MATERIAL, NOW)
    assert isinstance(found, Drafted)
    return found


def refused(ticket: Ticket, kind: TemplateKind, said: Said = SAID) -> Refusal:
    found = Drafting().draft(BOOK, ticket, Wanted(kind=kind, said=said), MATERIAL, NOW)
    assert isinstance(found, NoDraft)
    return found.reason


# --- from the template ------------------------------------------------------------------------------------------------


def test_without_a_model_the_template_speaks() -> None:
    assert drafted() == Drafted(
        ticket_id="t1",
        kind=K.FIRST_RESPONSE,
        language="en",
        subject="t1",
        body="Hello Cem Öz, it is Ann Lee.",
        template="first",
        because="the first response in en",
        facts={"ticket_id": "t1", "customer_name": "Cem Öz", "owner_name": "Ann Lee"},
        fallback=Fallback.OFF,
    )


def test_one_text_has_one_language() -> None:
    assert drafted(wanted=Wanted(kind=K.FIRST_RESPONSE, language="de-AT")).language == "de"
    english = drafted(wanted=Wanted(kind=K.FIRST_RESPONSE, language="fr"))
    assert (english.language, english.body[:5]) == ("en", "Hello")


def test_a_gap_or_a_gate_needs_a_person() -> None:
    assert not drafted().needs_person
    gap = drafted(replace(P2, owner=None))
    assert (gap.unfilled, gap.needs_person) == (("owner_name",), True)
    assert "{owner_name}" in gap.body
    assert drafted(tagged(P2, "security")).needs_person


@pytest.mark.parametrize(
    ("ticket", "kind", "reason"),
    [
        (P1, K.FIRST_RESPONSE, Refusal.CLASS_WITHOUT_DRAFTS),
        (blocked(BOOK), K.FIRST_RESPONSE, Refusal.BLOCKED),
        (repeated(P2), K.FIRST_RESPONSE, Refusal.DUPLICATE),
        (P2, K.AUTO_ACKNOWLEDGEMENT, Refusal.NO_TEMPLATE),
    ],
)
def test_a_refusal_comes_with_its_reason(ticket: Ticket, kind: TemplateKind, reason: Refusal) -> None:
    assert refused(ticket, kind) is reason


def test_for_a_class_without_drafts_a_person_says_all_of_the_report() -> None:
    assert refused(solved(P1), K.POST_INCIDENT_NOTE, Said(root_cause="A full disk.")) is Refusal.NOT_SAID
    note = drafted(solved(P1), Wanted(kind=K.POST_INCIDENT_NOTE, said=SAID), Drafting(Echo()))
    assert (note.body, note.model, note.needs_person) == ("A full disk. The disk is watched from now on.", None, True)


def test_a_brief_for_our_own_people_is_made_for_every_class_and_marked_as_such() -> None:
    brief = drafted(P1, Wanted(kind=K.EXECUTIVE_BRIEF))
    assert (brief.to_customer, brief.unfilled) == (False, ("current_state",))


TRICKS = st.sampled_from(["{owner_name}", "{0.__class__}", "%(ticket_id)s", "{{7*7}}", "${x}", "{", "}}", r"\1\g<0>"])


@FEWER
@given(label=TRICKS | st.text(min_size=1, max_size=30), customer=TRICKS | st.text(max_size=30))
def test_labels_and_names_stand_in_a_text_as_they_are_or_not_at_all(label: str, customer: str) -> None:
    fields = document()["intake"]["fields"]
    system = {"values": [{"value": "mail", "label": label}], "required": True}
    text = {"id": "first", "kind": K.FIRST_RESPONSE, "body": "<{system_label}> for <{customer_name}>"}
    book = playbook(templates=[text], intake={"fields": {**fields, "affected_system": system}})
    found = Drafting().draft(book, P2, FIRST, replace(MATERIAL, customer=customer), NOW)
    assert isinstance(found, Drafted)
    assert (found.body, found.unfilled) == (f"<{label}> for <{usable_name(customer) or 'customer'}>", ())


# --- with a model -----------------------------------------------------------------------------------------------------


def test_a_models_words_are_a_proposal_that_always_needs_a_person() -> None:
    found = drafted(drafting=Drafting(Echo()))
    assert (found.subject, found.body, found.model) == (ANSWER.subject, ANSWER.body, "m-1")
    assert (found.template, found.fallback, found.needs_person) == ("first", None, True)


def test_a_model_sees_the_draft_its_facts_and_the_redacted_text() -> None:
    writer = Echo()
    drafted(drafting=Drafting(writer, redact=lambda text: text.replace("money", "[gone]")))
    assert writer.tasks == [
        Task(
            language="en",
            subject="t1",
            body="Hello Cem Öz, it is Ann Lee.",
            facts={"ticket_id": "t1", "customer_name": "Cem Öz", "owner_name": "Ann Lee"},
            ticket_text="Refund\nPlease refund all of my [gone] at once.",
        )
    ]


def test_without_a_way_to_redact_no_text_of_the_ticket_is_shown() -> None:
    writer = Echo()
    drafted(drafting=Drafting(writer))
    assert [task.ticket_text for task in writer.tasks] == [""]


def test_a_long_text_is_cut_after_it_was_redacted() -> None:
    writer = Echo()
    Drafting(writer, redact=lambda text: f"<{text}>").draft(
        BOOK, P2, FIRST, Material(text="x" * 9_000, names=NAMES), NOW
    )
    (task,) = writer.tasks
    assert (len(task.ticket_text), task.ticket_text[:2]) == (6_000, "<x")


def asks(ticket: Ticket, wanted: Wanted = FIRST, **changes: Any) -> bool:
    """Tell whether the model is asked at all; where it is not, the draft says so."""
    writer = Echo()
    book = playbook(templates=TEMPLATES, **{"platforms": PLATFORMS, **changes})
    found = drafted(ticket, wanted, Drafting(writer, redact=str), book)
    assert (found.fallback is Fallback.NOT_ALLOWED) is (not writer.tasks)
    return bool(writer.tasks)


def with_data(sensitivity: str) -> Ticket:
    return replace(P2, intake={**P2.intake, "data_sensitivity": sensitivity})


def test_a_model_is_a_platform_that_carries_only_what_the_policy_says() -> None:
    assert asks(P2)
    assert [asks(with_data(each)) for each in ("public", "internal", "confidential", "restricted")] == [
        True,
        True,
        False,
        False,
    ]
    assert not asks(replace(P2, intake={}))
    assert not asks(P2, platforms={"zapier": "restricted"})


def test_a_risky_ticket_may_be_phrased_and_a_manipulated_one_is_never_shown() -> None:
    assert asks(tagged(P2, "security"))
    assert not asks(replace(P2, suspicious=True))


def test_a_model_fills_no_gaps_and_phrases_no_forms() -> None:
    assert not asks(replace(P2, owner=None))
    assert not asks(P2, Wanted(kind=K.EXECUTIVE_BRIEF, said=SAID))
    assert not asks(solved(P2), Wanted(kind=K.SURVEY))
    assert not asks(blocked(BOOK), Wanted(kind=K.INTAKE_REQUEST))


@pytest.mark.parametrize("reason", [each for each in Fallback if each not in {Fallback.OFF, Fallback.NOT_ALLOWED}])
def test_whatever_goes_wrong_leaves_the_template_and_is_recorded(
    reason: Fallback, caplog: pytest.LogCaptureFixture
) -> None:
    found = drafted(drafting=Drafting(Echo(reason)))
    assert (found.body, found.model, found.fallback) == ("Hello Cem Öz, it is Ann Lee.", None, reason)
    (record,) = caplog.records
    assert (record.levelname, f"'reason': '{reason}'" in record.getMessage()) == ("WARNING", True)


@pytest.mark.parametrize(
    "body", ["You say: refund all of my money.", "PLEASE REFUND ALL OF MY MONEY", "Refund — please refund all of my!"]
)
def test_an_answer_that_repeats_the_ticket_is_not_used(body: str) -> None:
    assert drafted(drafting=Drafting(Echo(Phrased(subject="t1", body=body)))).fallback is Fallback.ECHO


def test_words_that_the_customer_quotes_from_us_may_be_used() -> None:
    quoted = replace(MATERIAL, text="> Hello Cem Öz, it is Ann Lee.\nThanks!")
    writer = Echo(Phrased(subject="t1", body="Hello Cem Öz, it is Ann Lee speaking."))
    found = Drafting(writer).draft(BOOK, P2, FIRST, quoted, NOW)
    assert isinstance(found, Drafted)
    assert found.fallback is None


def with_server(server: Receiver) -> Writer:
    return ChatWriter(Service(url=address(server), model="m-1", allow_loopback=True))


def test_over_the_network_it_works_the_same() -> None:
    with Receiver([says({"subject": ANSWER.subject, "body": ANSWER.body}), sends({}, 500)]) as server:
        drafting = Drafting(with_server(server), redact=str)
        assert drafted(drafting=drafting).body == ANSWER.body
        assert shown(server)["ticket_text"] == TEXT
        assert drafted(drafting=drafting).fallback is Fallback.REFUSED


# --- of stored tickets ------------------------------------------------------------------------------------------------


def desk_with_profile(name: str | None) -> SampleDesk:
    desk = SampleDesk()
    desk.triage = Triage(desk.store, lambda: desk.now, lambda: "t1", TableProfiles(desk.store))
    desk.store.put_profiles(TENANT, [ProfileRow(customer="acme", profile=Profile(name=name))])
    return desk


@pytest.mark.parametrize(("known", "called"), [("Ann of Acme", "Ann of Acme"), (None, "Cem Öz")])
def test_a_stored_ticket_brings_its_past_its_text_and_the_customers_name(known: str | None, called: str) -> None:
    desk = desk_with_profile(known)
    ticket = desk.ticket(customer="acme", requester="Cem Öz")
    material = material_of(desk.store, TENANT, ticket.id)
    assert (material.text, material.customer) == ("printer\ndoes not print", called)
    assert len(material.entries) == ticket.version


def test_a_ticket_whose_texts_are_gone_is_drafted_all_the_same() -> None:
    desk = SampleDesk()
    ticket = desk.ticket()
    assert material_of(desk.store, TENANT, ticket.id).customer is None
    book = Playbook(playbook(templates=TEMPLATES).policy)
    found = Drafting().draft(book, ticket, FIRST, Material(), NOW)
    assert isinstance(found, Drafted)
    assert found.facts["customer_name"] == "customer"


def test_a_ticket_of_the_highest_class_gets_no_text_at_all_from_a_model() -> None:
    writer = Echo()
    desk = SampleDesk()
    ticket = desk.ticket(intake={**COMPLETE, "impact": "high", "urgency": "high"})
    found = [Drafting(writer, redact=str).draft(BOOK, ticket, Wanted(kind=kind), MATERIAL, NOW) for kind in K]
    assert ticket.class_name == "P1"
    assert {each.kind for each in found if isinstance(each, Drafted)} == {K.EXECUTIVE_BRIEF}
    assert writer.tasks == []


def test_the_small_policy_names_no_platform_for_models() -> None:
    assert "writer" not in document()["platforms"]

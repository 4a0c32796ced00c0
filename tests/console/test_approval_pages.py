"""Does the page of an approval let the right person decide about the very text, and nobody else see or do anything?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import json

from tests.sample_approvals import BODY, CUSTOMER, PAGE, SUBJECT, TO, ApprovalDesk, gates
from tests.sample_cases import HOUR, MINUTE
from tests.sample_closures import GRAVE
from tests.sample_desk import TENANT
from tests.sample_ladders import person, roles
from triage_core.console.reasons import why
from triage_core.console.sheet import Labels
from triage_core.domain.entry import Kind
from triage_core.domain.gating.state import ApprovalOutcome, MessageState, Verdict
from triage_core.domain.gating.texts import Text
from triage_core.domain.happening import Happened
from triage_core.domain.model import State
from triage_core.domain.overriding import Correction

FORMS = ("approve", "reject", "pass-on", "edit")
SECOND = timedelta(seconds=1)
NEW = {"to_csv": TO, "subject": SUBJECT, "format": "plain"}
LONG = f"{BODY} " * 3


def _text(body: str) -> Text:
    return Text(channel="email", to=(TO,), subject=SUBJECT, body=body)


@pytest.fixture
def office() -> ApprovalDesk:
    """A desk where a text of Ann's waits for a lead."""
    desk = ApprovalDesk()
    desk.write()
    return desk


class TestTheList:
    def test_what_the_reader_may_decide_comes_first(self, office: ApprovalDesk) -> None:
        office.write("kim")
        words = office.visitor("kim").words("/approvals")
        mine, others = words.index("For you to decide"), words.index("For others to decide")
        assert mine < words.index("asked by Ann") < others < words.index("asked by Kim")

    def test_a_line_tells_class_tags_why_who_words_and_deadline(self, office: ApprovalDesk) -> None:
        words = office.visitor("lee").words("/approvals")
        for said in (
            "First response: P1 · sev4, mail",
            "Texts on tickets of the class P1 need it.",
            "Decide by 10:30 CET, in 30 min.",
            "Ticket t1, asked by Ann, 26 words",
        ):
            assert said in words

    @pytest.mark.parametrize("who", ["lee", "ann", "bob"])
    def test_no_word_of_the_text_or_of_the_customer_is_on_it(self, office: ApprovalDesk, who: str) -> None:
        page = office.visitor(who).get("/approvals").text
        assert not [secret for secret in (BODY, SUBJECT, TO, CUSTOMER) if secret in page]

    def test_somebody_with_nothing_to_decide_is_told_so(self, office: ApprovalDesk) -> None:
        assert "Nothing waits for you." in office.visitor("bob").words("/approvals")

    def test_a_request_whose_time_is_over_is_nobodys(self, office: ApprovalDesk) -> None:
        office.passes(HOUR / 2)
        words = office.visitor("lee").words("/approvals")
        assert words.index("For others to decide") < words.index("Its time is over.")

    def test_what_is_decided_is_not_on_it(self, office: ApprovalDesk) -> None:
        office.decide("lee")
        assert "First response" not in office.visitor("lee").words("/approvals")


class TestReading:
    def test_an_approver_reads_the_text_exactly_as_it_would_leave(self, office: ApprovalDesk) -> None:
        office.write(body="Hello,\n\n  <b>soon</b> t1\nDesk", cc=("kim@example.com",))
        page = office.visitor("lee").get("/approvals/t1-a2").text
        assert '<div class="body">Hello,\n\n  &lt;b&gt;soon&lt;/b&gt; t1\nDesk</div>' in page
        assert "<dt>Copy to</dt><dd>kim@example.com</dd>" in page
        assert f"<dt>To</dt><dd>{TO}</dd>" in page

    def test_it_says_why_what_the_customer_wrote_what_the_checks_found_and_until_when(
        self, office: ApprovalDesk
    ) -> None:
        words = office.visitor("lee").words(PAGE)
        for said in (
            "Texts on tickets of the class P1 need it.",
            "Nobody can sign in since nine o'clock",
            "They found nothing.",
            "Decide by 10:30 CET, in 30 min.",
            "Still missing: 1 person with the role lead.",
            "Business stands still.",
            "Services affected mail",
            "Written by Ann",
        ):
            assert said in words

    @pytest.mark.parametrize(
        ("reason", "said"),
        [
            ("class:P1", "Texts on tickets of the class P1 need it."),
            ("tag:security", "The ticket carries the risk tag security."),
            ("closing:P1", "A ticket of the class P1 is not closed by one person alone."),
            ("exception:too_long", "The checks refuse the text for too long."),
            *((name, "") for name in ("suspicious", "alerted", "model", "flow", "ticket", "less_caution")),
        ],
    )
    def test_every_reason_is_told_as_a_sentence(self, office: ApprovalDesk, reason: str, said: str) -> None:
        told = why(reason, Labels(office.triage.seen(office.read(), person("lee"), office.now).playbook.policy))
        assert told.endswith(".")
        assert said in told
        assert reason.replace("_", " ") + "." != told

    def test_a_commander_is_named_where_one_has_to_clear_the_text(self) -> None:
        held = [{**role, "rights": [*role["rights"], "clear_communication"]} for role in roles()]
        office = ApprovalDesk(gates=gates(commander_clears=["P1"]), roles=[*roles()[:2], held[2]])
        office.write()
        words = office.visitor("max").words(PAGE)
        assert (
            "1 person with the role lead; 1 person with the role boss who clears what is said in an incident" in words
        )
        office.decide("max")
        assert office.approval().is_open
        office.decide("lee")
        assert office.approval().outcome is ApprovalOutcome.APPROVED

    def test_looking_changes_nothing_and_stores_nothing(self, office: ApprovalDesk) -> None:
        before = (office.read(), len(office.entries()), len(office.store.texts(TENANT, "t1")))
        for _ in range(3):
            office.visitor("lee").get(PAGE)
        assert (office.read(), len(office.entries()), len(office.store.texts(TENANT, "t1"))) == before

    @pytest.mark.parametrize("how", FORMS)
    def test_no_address_decides_by_being_opened(self, office: ApprovalDesk, how: str) -> None:
        assert office.visitor("lee").get(f"{PAGE}/{how}").status_code == 405

    @pytest.mark.parametrize(
        ("who", "said"), [("bob", "You may not decide this."), ("max", "You may not decide this.")]
    )
    def test_the_wrong_role_reads_why_not_and_no_word(self, office: ApprovalDesk, who: str, said: str) -> None:
        page = office.visitor(who).get(PAGE).text
        assert f"{said} People with one of these roles can: lead." in page
        assert not [secret for secret in (BODY, SUBJECT, CUSTOMER, f"{PAGE}/approve", f"{PAGE}/edit") if secret in page]

    def test_the_author_reads_the_own_text_and_why_somebody_else_decides(self) -> None:
        office = ApprovalDesk()
        office.write("lee")
        page = office.visitor("lee").get(PAGE).text
        assert "You wrote this text, so somebody else decides about it." in page
        assert BODY in page
        assert f"{PAGE}/approve" not in page

    def test_who_asked_again_reads_no_word(self, office: ApprovalDesk) -> None:
        office.passes(31 * MINUTE)
        office.tick()
        office.messages.ask_again(TENANT, "t1-m1", person("kim"))
        page = office.visitor("kim").get("/approvals/t1-a2").text
        assert "You asked for this decision, so somebody else makes it." in page
        assert BODY not in page

    def test_an_unknown_request_is_not_there(self, office: ApprovalDesk) -> None:
        for name in ("t1-a9", "t9-a1", "nonsense"):
            assert office.visitor("lee").get(f"/approvals/{name}").status_code == 404

    def test_nobody_reads_without_signing_in(self, office: ApprovalDesk) -> None:
        answer = office.visitor().get(PAGE)
        assert answer.headers["location"] == "/sign-in?next=%2Fapprovals%2Ft1-a1"


class TestAStaleSession:
    def test_it_shows_no_text_and_leads_to_sign_in_and_back(self) -> None:
        office = ApprovalDesk(gates=gates(fresh_session="10m"))
        office.write()
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.passes(11 * MINUTE)
        page = visitor.get(PAGE).text
        assert "Sign in again to go on" in page
        assert "/sign-in?next=%2Fapprovals%2Ft1-a1" in page
        assert not [secret for secret in (BODY, SUBJECT, CUSTOMER) if secret in page]
        answer = visitor.send(f"{PAGE}/approve", **form)
        assert (answer.status_code, "Sign in again to go on" in answer.text) == (403, True)
        assert office.approval().is_open

    def test_it_sends_nobody_to_sign_in_whom_that_does_not_help(self) -> None:
        office = ApprovalDesk(gates=gates(fresh_session="10m"))
        office.write()
        visitor = office.visitor("bob")
        office.passes(11 * MINUTE)
        words = visitor.words(PAGE)
        assert "You may not decide this." in words
        assert "Sign in again" not in words


class TestDeciding:
    def test_a_lead_approves_and_reads_what_comes_next(self, office: ApprovalDesk) -> None:
        assert office.decide("lee").headers["location"] == PAGE
        assert office.message().state is MessageState.APPROVED
        words = office.visitor("lee").words(PAGE)
        assert "It is approved. Nothing has left yet. Ann can release it until 10:30 CET" in words
        assert "10:00 CET Lee approved it." in words

    def test_how_long_the_page_was_open_is_kept(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.passes(73 * SECOND)
        visitor.send(f"{PAGE}/approve", **form)
        assert office.approval().decisions[0].reviewed == 73
        assert office.entries()[-1].facts["reviewed"] == 73

    def test_a_form_that_comes_back_keeps_the_moment_at_which_the_words_were_shown(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.passes(60 * SECOND)
        again = visitor.send(f"{PAGE}/reject", reason=" ", **form)
        assert f'value="{form["opened"]}"' in again.text

    @pytest.mark.parametrize("sent", ["", "1", "1.abc", "999999999999.abc", "x" * 300, "٣.abc", "1\N{FULL BLOCK}.é"])
    def test_a_moment_that_the_page_did_not_write_decides_nothing(self, office: ApprovalDesk, sent: str) -> None:
        assert office.decide("lee", opened=sent).status_code == 403
        assert office.approval().is_open

    def test_the_moment_of_another_session_decides_nothing(self, office: ApprovalDesk) -> None:
        others = office.form(office.visitor("kim"))
        assert office.decide("lee", opened=others["opened"]).status_code == 403

    @pytest.mark.parametrize("how", FORMS)
    def test_a_form_of_another_site_decides_nothing(self, office: ApprovalDesk, how: str) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        foreign = {"origin": "https://evil.example.com"}
        assert visitor.client.post(f"{PAGE}/{how}", data=form, headers=foreign).status_code == 403
        assert visitor.send(f"{PAGE}/{how}", csrf="wrong", **form).status_code == 403
        assert office.approval().is_open

    def test_the_same_decision_twice_has_one_effect_and_one_answer(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        answers = [visitor.send(f"{PAGE}/approve", **form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert office.kinds().count(Kind.APPROVAL_DECIDED) == 1

    def test_a_rejection_needs_a_reason_which_is_kept_beside_the_log(self, office: ApprovalDesk) -> None:
        refused = office.decide("lee", "reject")
        assert (refused.status_code, office.approval().is_open) == (422, True)
        office.decide("lee", "reject", reason="The time is wrong.")
        assert office.approval().outcome is ApprovalOutcome.REJECTED
        assert office.store.texts(TENANT, "t1")[-1].content == "The time is wrong."
        words = office.visitor("lee").words(PAGE)
        assert "It is rejected. The text does not leave. Ann sees the reason" in words
        assert "time is wrong" not in json.encode(office.entries()).decode()

    def test_who_cannot_decide_passes_it_on_and_it_still_waits(self, office: ApprovalDesk) -> None:
        office.decide("lee", "pass-on")
        assert office.approval().decisions[0].verdict is Verdict.LEAVE_TO_OTHERS
        assert "You have decided about this already" in office.visitor("lee").words(PAGE)
        assert "10:00 CET Lee could not decide and passed it on." in office.visitor("kim").words(PAGE)
        assert office.decide("kim").status_code == 303

    def test_two_different_people_are_needed_where_the_policy_says_so(self) -> None:
        rule = {"id": "gated", "roles": ["lead", "boss"], "quorum": 2, "expires": "30m"}
        office = ApprovalDesk(gates={"approvals": [rule]})
        office.write()
        assert "Still missing: 2 different people with the role lead or boss." in office.visitor("lee").words(PAGE)
        office.decide("lee")
        assert office.approval().is_open
        assert "Still missing: 1 person with the role lead or boss." in office.visitor("kim").words(PAGE)
        office.decide("max")
        assert office.approval().outcome is ApprovalOutcome.APPROVED

    def test_an_author_decides_nothing(self) -> None:
        office = ApprovalDesk()
        office.write("lee")
        answer = office.decide("lee")
        assert (answer.status_code, office.approval().is_open) == (403, True)
        assert "nobody who wrote, changed or asked for it" in answer.text
        assert "You wrote this text, so somebody else decides about it." in answer.text

    @pytest.mark.parametrize("who", ["ann", "bob", "max"])
    def test_whoever_may_not_decide_reads_no_word_in_the_answer(self, office: ApprovalDesk, who: str) -> None:
        office.messages.edit(TENANT, "t1-m1", _text("Changed t1."), person("kim"))
        path = "/approvals/t1-a2"
        form = {"seal": office.approval().seal, "opened": "1.abc"}
        for how in FORMS:
            answer = office.visitor(who).send(f"{path}/{how}", **form, **NEW, body="Mine about t1.", reason="no")
            assert answer.status_code == 403
            assert not [secret for secret in ("Changed t1.", CUSTOMER) if secret in answer.text]
        assert office.approval().is_open

    def test_an_expired_request_says_so_and_takes_no_decision(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.passes(30 * MINUTE)
        answer = visitor.send(f"{PAGE}/approve", **form)
        assert answer.status_code == 409
        assert "Nobody decided in time. It expired, and nothing is approved by that." in answer.text
        assert f"{PAGE}/approve" not in answer.text
        office.tick()
        assert office.approval().outcome is ApprovalOutcome.EXPIRED

    def test_a_text_that_changed_meanwhile_is_not_approved(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.messages.edit(TENANT, "t1-m1", _text("Changed t1."), person("ann"))
        answer = visitor.send(f"{PAGE}/approve", **form)
        assert answer.status_code == 409
        assert "It changed since; a newer request took the place of this one." in answer.text
        assert 'href="/approvals/t1-a2"' in answer.text
        assert office.approval().is_open

    def test_a_quick_approval_of_a_long_text_is_noted_gently(self) -> None:
        office = ApprovalDesk()
        office.write(body=LONG)
        office.decide("lee")
        assert "You approved 68 words 0 s after you opened them." in office.visitor("lee").words(PAGE)
        assert "You approved 68 words" not in office.visitor("kim").words(PAGE)

    def test_a_short_text_or_a_long_look_is_not_noted(self, office: ApprovalDesk) -> None:
        office.decide("lee")
        assert "after you opened them" not in office.visitor("lee").words(PAGE)


class TestChanging:
    def test_a_change_makes_a_version_that_its_editor_cannot_approve(self, office: ApprovalDesk) -> None:
        answer = office.decide("lee", "edit", body="We know the cause of t1.\r\nDesk", **NEW)
        assert answer.headers["location"] == "/approvals/t1-a2"
        words = office.visitor("lee").words("/approvals/t1-a2")
        assert "You changed this text last, so somebody else decides about it." in words
        assert "We know the cause of t1." in words
        assert (office.message().version, office.message().editor) == (2, "lee")

    def test_the_next_reader_sees_what_changed_without_needing_colours(self, office: ApprovalDesk) -> None:
        office.decide("lee", "edit", body=BODY.replace("half an hour", "an hour"), **NEW)
        page = office.visitor("kim").get("/approvals/t1-a2").text
        assert '<del><span class="heard">removed: </span>half</del>' in page
        assert "have a line through them" in page

    def test_who_changed_a_text_unread_does_not_learn_from_it_what_it_said(self) -> None:
        """A change through the API needs no look at the text."""
        office = ApprovalDesk()
        office.write(body="Hello, the cause is secret. Service desk")
        office.messages.edit(TENANT, "t1-m1", _text(BODY), person("bob"))
        page = PAGE.replace("a1", "a2")
        seen = {who: office.visitor(who).words(page) for who in ("bob", "lee")}
        assert all(BODY in words for words in seen.values())
        assert ["secret" in words for words in seen.values()] == [False, True]

    def test_the_same_change_twice_has_one_effect(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = {**office.form(visitor), **NEW, "body": "We know the cause of t1."}
        for _ in range(2):
            assert visitor.send(f"{PAGE}/edit", **form).headers["location"] == "/approvals/t1-a2"
        assert office.kinds().count(Kind.MESSAGE_EDITED) == 1

    def test_lines_that_a_browser_ends_its_own_way_are_no_change(self, office: ApprovalDesk) -> None:
        office.write(body="Hello,\n\nt1 works.\nDesk")
        visitor = office.visitor("lee")
        form = {**office.form(visitor, "/approvals/t1-a2"), **NEW, "body": "Hello,\r\n\r\nt1 works.\r\nDesk"}
        assert visitor.send("/approvals/t1-a2/edit", **form).headers["location"] == "/approvals/t1-a2"
        assert Kind.MESSAGE_EDITED not in office.kinds()

    def test_a_change_over_somebody_elses_change_is_refused_and_not_lost(self, office: ApprovalDesk) -> None:
        visitor = office.visitor("lee")
        form = office.form(visitor)
        office.messages.edit(TENANT, "t1-m1", _text("Changed t1."), person("ann"))
        answer = visitor.send(f"{PAGE}/edit", **form, **NEW, body="Mine about t1.")
        assert (answer.status_code, office.message().editor) == (409, "ann")
        assert '<div class="letter body">Mine about t1.</div>' in answer.text

    def test_a_text_that_the_checks_refuse_is_not_saved_and_stays_in_the_form(self, office: ApprovalDesk) -> None:
        body = "Write to t1 at https://evil.example.net/x please."
        answer = office.decide("lee", "edit", body=body, **NEW)
        assert (answer.status_code, office.message().version) == (422, 1)
        assert "The changed text was not saved" in answer.text
        assert body in answer.text

    def test_an_empty_text_is_refused(self, office: ApprovalDesk) -> None:
        assert office.decide("lee", "edit", body=" ", **NEW).status_code == 422

    def test_who_may_not_prepare_texts_is_offered_no_change_and_makes_none(self) -> None:
        rule = {"id": "gated", "roles": ["boss"], "expires": "30m"}
        held = [{**role, "rights": [*role["rights"], "approve"]} for role in roles() if role["name"] == "boss"]
        office = ApprovalDesk(gates={"approvals": [rule]}, roles=[*roles()[:2], *held])
        office.write()
        assert "Change the text" not in office.visitor("max").words(PAGE)
        assert office.decide("max", "edit", body="Mine about t1.", **NEW).status_code == 403


class TestACorrection:
    @pytest.fixture
    def weakened(self) -> ApprovalDesk:
        """A desk where Lee wants the ticket of the highest class in a lower one."""
        office = ApprovalDesk()
        lower = Correction(class_name="P2", intake={"impact": "low"}, reason="Only one wiki is slow.")
        office.triage.override(TENANT, "t1", lower, person("lee"))
        return office

    def test_it_tells_in_words_what_would_change_and_why(self, weakened: ApprovalDesk) -> None:
        words = weakened.visitor("kim").words(PAGE)
        for said in (
            "Less caution: P1 · sev4, mail",
            "A grave ticket would be handled with less caution.",
            "Class: P2 instead of P1",
            "impact: low instead of high",
            "The reason that Lee gave Only one wiki is slow.",
            "as the second person",
        ):
            assert said in words

    def test_the_second_person_agrees_and_it_takes_effect(self, weakened: ApprovalDesk) -> None:
        assert "You asked for this decision" in weakened.visitor("lee").words(PAGE)
        weakened.decide("kim")
        assert weakened.read().class_name == "P2"
        assert "The correction took effect." in weakened.visitor("kim").words(PAGE)

    def test_a_rejected_one_leaves_the_ticket_as_it_was(self, weakened: ApprovalDesk) -> None:
        weakened.decide("kim", "reject", reason="No.")
        assert weakened.read().class_name == "P1"
        assert "The ticket stays as it was." in weakened.visitor("kim").words(PAGE)

    def test_there_is_no_text_to_change(self, weakened: ApprovalDesk) -> None:
        assert "Change the text" not in weakened.visitor("kim").words(PAGE)
        assert weakened.decide("kim", "edit", body="t1", **NEW).status_code == 404


class TestClosings:
    @pytest.fixture
    def closing(self) -> ApprovalDesk:
        """A desk where the closing of the urgent ticket waits for its clearance."""
        desk = ApprovalDesk()
        desk.record(Happened.RESOLVED, person("ann"))
        desk.triage.request_clearance(TENANT, "t1", GRAVE, person("ann"))
        return desk

    def test_whoever_may_clear_it_reads_all_that_it_says_and_agrees(self, closing: ApprovalDesk) -> None:
        words = closing.visitor("lee").words(PAGE)
        for said in (
            "Closing: P1 · sev4, mail",
            "A ticket of the class P1 is not closed by one person alone.",
            "Nobody could sign in after a change of the identity provider.",
            "A certificate was missing.",
            "Agree to the closing",
        ):
            assert said in words
        closing.decide("lee")
        assert "The ticket can be closed with exactly these facts until" in closing.visitor("lee").words(PAGE)
        assert closing.triage.close(TENANT, "t1", GRAVE, person("ann")).state is State.CLOSED

    @pytest.mark.parametrize("who", ["ann", "bob"])
    def test_nobody_else_reads_a_word_of_it(self, closing: ApprovalDesk, who: str) -> None:
        assert "A certificate was missing." not in closing.visitor(who).words(PAGE)

    def test_a_rejected_closing_leaves_the_ticket_open(self, closing: ApprovalDesk) -> None:
        closing.decide("lee", "reject", reason="The cause is another one.")
        assert "The ticket is not closed." in closing.visitor("lee").words(PAGE)


class TestExceptions:
    def test_whoever_lets_it_pass_reads_text_findings_and_why(self) -> None:
        allowed = {"findings": ["price_outside_policy"]}
        office = ApprovalDesk(gates=gates(exceptions=allowed))
        office.write(body="Hello, t1: you get a refund of 20 EUR. The next news come in half an hour. Desk")
        office.messages.request_exception(TENANT, "t1-m1", "It was agreed on the phone.", person("ann"))
        words = office.visitor("lee").words(PAGE)
        for said in (
            "Exception from the checks: P1 · sev4, mail",
            "The checks refuse the text for price outside policy.",
            "you get a refund of 20 EUR",
            "It was agreed on the phone.",
            "Let this text pass",
            "1 person with the role lead who lets the text pass",
        ):
            assert said in words
        office.decide("lee")
        assert "The text may leave as it is until" in office.visitor("lee").words(PAGE)
        assert office.message().state is MessageState.WAITING


class TestAskingAgainAndTakingBack:
    def test_an_expired_request_is_put_before_people_anew_from_its_page(self, office: ApprovalDesk) -> None:
        office.passes(HOUR)
        office.tick()
        ann = office.visitor("ann")
        assert "Ask again" in ann.words(PAGE)
        answer = ann.send(f"{PAGE}/ask-again")
        assert answer.headers["location"] == "/approvals/t1-a2"
        assert office.approval().is_open
        assert "Ask again" not in ann.words(PAGE)

    def test_the_same_form_twice_asks_once(self, office: ApprovalDesk) -> None:
        office.passes(HOUR)
        office.tick()
        for _ in range(2):
            office.visitor("ann").send(f"{PAGE}/ask-again")
        assert len(office.read().approvals) == 2

    def test_a_request_that_nobody_could_decide_is_asked_again_once_somebody_can(self) -> None:
        office = ApprovalDesk(gates={"approvals": [{"id": "gated", "roles": ["nobody"], "expires": "30m"}]})
        office.write()
        assert office.approval().outcome is ApprovalOutcome.NO_CHANNEL
        assert "Ask again" in office.visitor("ann").words(PAGE)

    def test_a_rejected_text_is_changed_first(self, office: ApprovalDesk) -> None:
        office.decide("lee", "reject", reason="No.")
        assert "Ask again" not in office.visitor("ann").words(PAGE)
        answer = office.visitor("ann").send(f"{PAGE}/ask-again")
        assert (answer.status_code, len(office.read().approvals)) == (409, 1)

    def test_what_waits_is_not_asked_again(self, office: ApprovalDesk) -> None:
        assert "Ask again" not in office.visitor("ann").words(PAGE)
        assert office.visitor("ann").send(f"{PAGE}/ask-again").status_code == 409

    def test_a_text_is_taken_back_with_a_reason_and_leaves_no_more(self, office: ApprovalDesk) -> None:
        ann = office.visitor("ann")
        assert ann.send(f"{PAGE}/withdraw", reason=" ").status_code == 422
        assert ann.send(f"{PAGE}/withdraw", reason="He called, it is solved.").status_code == 303
        assert (office.message().state, office.approval().outcome) == (
            MessageState.WITHDRAWN,
            ApprovalOutcome.WITHDRAWN,
        )
        assert "Withdraw the text" not in ann.words(PAGE)

    @pytest.mark.parametrize("how", ["ask-again", "withdraw"])
    def test_a_form_of_another_session_does_nothing(self, office: ApprovalDesk, how: str) -> None:
        office.passes(HOUR)
        office.tick()
        before = office.read()
        answer = office.visitor("ann").send(f"{PAGE}/{how}", csrf="forged", reason="No.")
        assert (answer.status_code, office.read()) == (403, before)

    def test_a_waiting_correction_is_taken_back_and_changes_nothing(self) -> None:
        office = ApprovalDesk()
        office.triage.override(TENANT, "t1", Correction(class_name="P2", reason="Not all."), person("lee"))
        office.visitor("lee").send(f"{PAGE}/withdraw", reason="It is all of them.")
        assert (office.approval().outcome, office.read().class_name) == (ApprovalOutcome.WITHDRAWN, "P1")

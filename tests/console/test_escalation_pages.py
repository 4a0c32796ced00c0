"""Can a person find an escalation on the pages, answer for it, and does nobody else achieve anything?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_cases import MINUTE
from tests.sample_console import HOME, ConsoleDesk
from tests.sample_desk import TENANT
from tests.sample_ladders import people, person, roles
from tests.small_policy import document
from triage_core.adapters.memory import MemoryStore
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import Standing
from triage_core.domain.happening import Happened
from triage_core.identity.sessions import csrf_of

PAGE = "/escalations/t1-e1"
_CALENDARS = {**document()["calendars"], "far": {"zone": "Asia/Tokyo", "weekly": {"mon": ["09:00-17:00"]}}}
FORMS = ("acknowledge", "report", "hand-over", "accept", "decline", "end")


@pytest.fixture
def office() -> ConsoleDesk:
    """A desk with one urgent ticket that calls Lee."""
    desk = ConsoleDesk()
    desk.urgent(subject="Nobody can sign in")
    return desk


class TestTheBoard:
    def test_the_gravest_comes_first(self, office: ConsoleDesk) -> None:
        office.submit(2, body="phishing")
        words = office.visitor("lee").words("/escalations")
        assert words.index("P1 · sev4: mail") < words.index("P2 · sev4: mail")
        assert "security" in words

    def test_it_says_who_is_called_and_until_when(self, office: ConsoleDesk) -> None:
        words = office.visitor("lee").words("/escalations")
        assert "calls you Calls Lee. Acknowledge by 10:05 CET, in 5 min." in words
        office.passes(7 * MINUTE)
        assert "Should have been acknowledged by 10:05 CET, 2 min ago." in office.visitor("kim").words("/escalations")

    def test_it_says_who_holds_it_and_when_news_come(self, office: ConsoleDesk) -> None:
        office.take("lee")
        assert "Held by Lee. News are due by 10:30 CET, in 30 min." in office.visitor("kim").words("/escalations")

    def test_it_shows_one_queue_or_ones_own(self, office: ConsoleDesk) -> None:
        office.take("lee")
        lee, kim = office.visitor("lee"), office.visitor("kim")
        assert "yours" in lee.words("/escalations?mine=yes&queue=escalations")
        assert "No escalation runs that fits." in kim.words("/escalations?mine=yes")
        assert "No escalation runs that fits." in lee.words("/escalations?queue=desk")

    def test_more_than_a_page_goes_on_behind_a_link(self, office: ConsoleDesk) -> None:
        for number in range(2, 60):
            office.submit(number, body="phishing")
        visitor = office.visitor("lee")
        first = visitor.get("/escalations?queue=escalations").text
        more = first.partition('href="/escalations?queue=escalations')[2].partition('"')[0].replace("&amp;", "&")
        second = visitor.get(f"/escalations?queue=escalations{more}").text
        assert (first.count('class="what"'), second.count('class="what"')) == (50, 9)

    def test_what_is_over_is_not_on_it(self, office: ConsoleDesk) -> None:
        office.record(Happened.RESOLVED, person("lee"))
        assert "No escalation runs." in office.visitor("lee").words("/escalations")


class TestThePage:
    def test_it_says_why_who_and_what_comes(self, office: ConsoleDesk) -> None:
        words = office.visitor("lee").words(PAGE)
        for said in (
            "Nobody has taken it over yet. Called: Lee.",
            "Its class is P1.",
            "Business stands still.",
            "Nobody can sign in",
            "At 10:10 CET: calls Lee, Kim (level 2)",
            "Owner Lee",
            "Ticket t1 (mail m1)",
            "How sure suspected",
        ):
            assert said in words

    def test_a_cause_that_joined_is_told_beside_the_first(self, office: ConsoleDesk) -> None:
        office.passes(16 * MINUTE)
        office.tick()
        assert "Its class is P1. The promise “first reply” was missed." in office.visitor("lee").words(PAGE)

    def test_the_history_is_told_in_words_with_what_people_wrote(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        lee.send(f"{PAGE}/report", note="The provider\nconfirms.")
        words = lee.words(PAGE)
        assert "10:00 CET Lee told how it stands; next news by 10:30 CET. The provider confirms." in words
        assert words.index("Lee told") < words.index("Lee took it over; news") < words.index("Raised: its class is P1")

    def test_moments_are_those_of_the_readers_zone_with_utc_beside_them(self) -> None:
        desk = ConsoleDesk(calendars=_CALENDARS, people=[{**known, "calendar": "far"} for known in people()])
        desk.urgent()
        page = desk.visitor("kim").get(PAGE).text
        assert 'title="02 Mar 2026 09:05 UTC">18:05 JST</time>' in page

    def test_an_escalation_that_ended_is_told_and_offers_nothing(self, office: ConsoleDesk) -> None:
        office.take("lee")
        office.escalations.resolve(TENANT, "t1-e1", "It works again.", person("lee"))
        page = office.visitor("lee").get(PAGE)
        assert "It is over." in page.text
        assert "Ended by Lee: resolved. It works again." in office.visitor("lee").words(PAGE)
        assert "<form" not in page.text

    def test_an_earlier_escalation_of_the_ticket_keeps_its_page(self, office: ConsoleDesk) -> None:
        office.record(Happened.RESOLVED, person("lee"))
        office.record(Happened.REOPENED, person("lee"))
        lee = office.visitor("lee")
        assert "the ticket was solved" in lee.words(PAGE)
        assert "Nobody has taken it over yet." in lee.words("/escalations/t1-e2")

    def test_somebody_who_may_not_take_it_over_is_told_who_may(self, office: ConsoleDesk) -> None:
        words = office.visitor("ann").words(PAGE)
        assert "You may not take it over: whoever was called may, and the roles: lead, boss." in words
        assert "Acknowledge</button>" not in office.visitor("ann").get(PAGE).text

    def test_the_customers_words_are_shown_and_never_run(self) -> None:
        desk = ConsoleDesk()
        desk.urgent(subject="<script>alert(1)</script>")
        page = desk.visitor("lee").get(PAGE).text
        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    @pytest.mark.parametrize("name", ["t9-e1", "t1-e9", "t1", "-", "t1-e1x"])
    def test_what_is_not_there_is_said(self, office: ConsoleDesk, name: str) -> None:
        page = office.visitor("lee").get(f"/escalations/{name}")
        assert (page.status_code, "No such escalation" in page.text) == (404, True)

    def test_another_tenants_escalation_is_not_there(self, office: ConsoleDesk) -> None:
        office.triage.playbooks.activate("other", office.triage.playbooks.active(TENANT, office.now).policy, office.now)
        visitor = office.visitor()
        visitor.token = office.identity.sessions.begin("other", "lee", "link").token
        visitor.client.cookies.set("__Host-triage", visitor.token)
        assert visitor.get(PAGE).status_code == 404
        assert visitor.send(f"{PAGE}/acknowledge").status_code == 404

    def test_a_role_without_tickets_sees_none(self) -> None:
        desk = ConsoleDesk(
            roles=[*roles(), {"name": "guest"}],
            people=[*people(), {"id": "gil", "name": "Gil", "email": "gil@example.com", "roles": ["guest"]}],
        )
        desk.urgent()
        for path in ("/escalations", PAGE):
            page = desk.visitor("gil").get(path)
            assert (page.status_code, "You may not look at tickets" in page.text) == (403, True)


class TestActing:
    def test_acknowledging_makes_a_named_person_answer_for_it(self, office: ConsoleDesk) -> None:
        answer = office.visitor("kim").send(f"{PAGE}/acknowledge")
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        held = office.escalation()
        assert (held.holder, held.checkpoint_at) == ("kim", office.now + 30 * MINUTE)
        taken = next(entry for entry in office.entries() if entry.kind is Kind.ESCALATION_ACKNOWLEDGED)
        assert (taken.actor.id, taken.actor.roles) == ("kim", ("lead",))

    def test_the_next_news_are_offered_inside_the_hold(self, office: ConsoleDesk) -> None:
        page = office.visitor("lee").get(PAGE).text
        assert [f'value="{minutes}"' in page for minutes in ("15", "30", "60")] == [True, False, True]
        office.visitor("lee").send(f"{PAGE}/acknowledge", minutes="15")
        assert office.escalation().checkpoint_at == office.now + 15 * MINUTE

    def test_a_moment_behind_the_hold_is_refused_on_the_page(self, office: ConsoleDesk) -> None:
        page = office.visitor("lee").send(f"{PAGE}/acknowledge", minutes="90")
        assert (page.status_code, "The acknowledgement lapses at" in page.text) == (422, True)
        assert office.escalation().holder is None

    def test_what_somebody_else_holds_is_refused_with_what_to_do(self, office: ConsoleDesk) -> None:
        office.take("kim")
        page = office.visitor("lee").send(f"{PAGE}/acknowledge")
        assert (page.status_code, "hands it on with a transfer" in page.text) == (409, True)

    def test_a_form_that_is_sent_twice_has_one_effect(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        for _ in range(2):
            assert lee.send(f"{PAGE}/report", note="Found it.").status_code == 303
        assert office.kinds().count(Kind.CHECKPOINT_POSTED) == 1
        lee.send(f"{PAGE}/report", note="Found it.", once="second")
        assert office.kinds().count(Kind.CHECKPOINT_POSTED) == 2

    def test_a_form_that_was_carried_out_is_answered_so_although_the_time_has_gone_on(
        self, office: ConsoleDesk
    ) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        lee.send(f"{PAGE}/end", reason="False alarm.")
        assert lee.send(f"{PAGE}/end", reason="False alarm.").status_code == 303
        assert lee.send(f"{PAGE}/end", reason="False alarm.", once="second").status_code == 409

    def test_a_checkpoint_tells_what_is_affected_and_keeps_the_rest(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        lee.send(f"{PAGE}/report", note="Found it.", customers_least="20", customers_most="", trend="shrinking")
        blast = office.escalation().blast
        assert (blast.customers_least, blast.trend, blast.services) == (20, "shrinking", ("mail",))
        assert "Customers at least 20" in lee.words(PAGE)

    def test_what_was_typed_is_not_lost_when_a_form_is_refused(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        page = lee.send(f"{PAGE}/report", note="A long story.", customers_least="many", trend="growing")
        assert page.status_code == 400
        assert "Please correct customers least: a whole number from 0." in page.text
        assert "A long story." in page.text
        assert '<option value="growing" selected>' in page.text

    def test_an_offer_waits_until_the_other_person_accepts(self, office: ConsoleDesk) -> None:
        lee, max_ = office.visitor("lee"), office.visitor("max")
        lee.send(f"{PAGE}/acknowledge")
        lee.send(f"{PAGE}/hand-over", to="max", note="The provider calls back at eleven.")
        assert office.escalation().holder == "lee"
        assert "offered to you" in max_.words("/escalations")
        assert "The provider calls back at eleven. Accept, I take it over" in max_.words(PAGE)
        max_.send(f"{PAGE}/accept")
        assert office.escalation().holder == "max"
        assert "The provider calls back at eleven." in max_.words(PAGE)

    def test_an_offer_can_be_turned_down(self, office: ConsoleDesk) -> None:
        office.take("lee")
        office.visitor("lee").send(f"{PAGE}/hand-over", to="kim")
        office.visitor("kim").send(f"{PAGE}/decline", reason="I am on the train.")
        assert (office.escalation().holder, office.escalation().offer) == ("lee", None)
        assert "Kim declined it; Lee goes on. I am on the train." in office.visitor("lee").words(PAGE)

    def test_it_ends_with_a_reason(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        lee.send(f"{PAGE}/acknowledge")
        assert lee.send(f"{PAGE}/end", reason="").status_code == 400
        assert lee.send(f"{PAGE}/end", reason="It works again.").status_code == 303
        assert office.escalation().standing is Standing.RESOLVED

    def test_news_that_are_overdue_look_like_an_alarm(self, office: ConsoleDesk) -> None:
        office.take("lee")
        assert 'class="standing held"' in office.visitor("lee").get(PAGE).text
        office.passes(31 * MINUTE)
        office.tick()
        page = office.visitor("lee").get(PAGE).text
        assert 'class="standing alarm"' in page
        assert "You hold it. The promised news are overdue." in page

    def test_a_hold_that_lapsed_is_nobodys_and_the_page_says_so(self, office: ConsoleDesk) -> None:
        office.take("lee")
        office.passes(42 * MINUTE)
        office.tick()
        words = office.visitor("lee").words(PAGE)
        assert "Nobody has taken it over yet." in words
        assert "Nothing was heard of Lee; people are called again" in words


class TestWhoMayAct:
    @pytest.mark.parametrize("form", FORMS)
    def test_nothing_is_changed_by_looking(self, office: ConsoleDesk, form: str) -> None:
        lee, before = office.visitor("lee"), office.read()
        assert lee.get(f"{PAGE}/{form}").status_code == 405
        for path in (PAGE, "/escalations", "/home"):
            lee.get(path)
        assert office.read() == before

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("mark", [None, "", csrf_of("another session")])
    def test_a_form_without_this_sessions_mark_changes_nothing(
        self, office: ConsoleDesk, form: str, mark: str | None
    ) -> None:
        lee, before = office.visitor("lee"), office.read()
        fields = {"note": "x", "reason": "x", "to": "kim", "once": "1"} | ({} if mark is None else {"csrf": mark})
        assert lee.client.post(f"{PAGE}/{form}", data=fields, headers={"origin": HOME}).status_code == 403
        assert office.read() == before

    @pytest.mark.parametrize("form", FORMS)
    def test_a_form_of_another_site_changes_nothing(self, office: ConsoleDesk, form: str) -> None:
        lee, before = office.visitor("lee"), office.read()
        fields = {"note": "x", "reason": "x", "to": "kim", "once": "1", "csrf": csrf_of(lee.token)}
        answer = lee.client.post(f"{PAGE}/{form}", data=fields, headers={"origin": "https://evil.example.com"})
        assert (answer.status_code, office.read() == before) == (403, True)

    def test_a_form_without_its_own_mark_is_refused(self, office: ConsoleDesk) -> None:
        assert office.visitor("lee").send(f"{PAGE}/acknowledge", once="").status_code == 403

    def test_somebody_without_the_right_is_refused_on_the_page(self, office: ConsoleDesk) -> None:
        page = office.visitor("ann").send(f"{PAGE}/acknowledge")
        assert (page.status_code, "You may not answer for this escalation" in page.text) == (403, True)

    def test_somebody_who_left_the_roster_achieves_nothing(self, office: ConsoleDesk) -> None:
        kim = office.visitor("kim")
        office.passes(MINUTE)
        routing = {"default_queue": "desk", "owners": {"P1": {"primary": "lee"}}}
        office.adopt(people=[known for known in people() if known["id"] != "kim"], routing=routing)
        assert kim.send(f"{PAGE}/acknowledge").status_code == 401
        assert office.escalation().holder is None


class TestTheWayThroughSignIn:
    def test_a_link_of_a_mail_leads_through_sign_in_and_back(self, office: ConsoleDesk) -> None:
        visitor = office.visitor()
        asked = visitor.get(PAGE)
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Fescalations%2Ft1-e1")
        visitor.get(asked.headers["location"])
        token = office.identity.links.make(TENANT, "lee")
        begun = visitor.client.post("/sign-in/local", data={"token": token}, headers={"origin": HOME})
        assert begun.headers["location"] == PAGE
        assert visitor.get(PAGE).status_code == 200
        assert "triage-wanted" not in str(visitor.client.cookies)

    def test_a_query_comes_back_too(self, office: ConsoleDesk) -> None:
        where = office.visitor().get("/escalations?mine=yes").headers["location"]
        assert where == "/sign-in?next=%2Fescalations%3Fmine%3Dyes"

    @pytest.mark.parametrize(
        "wanted",
        [
            "https://evil.example.com",
            "//evil.example.com",
            "/\\evil.example.com",
            "\\\\evil.example.com",
            "javascript:alert(1)",
            "/a\r\nset-cookie: b",
            "/\t/evil.example.com",
            "/sign-out",
            "",
            "x",
            "/" + "a" * 400,
        ],
    )
    def test_no_link_leads_to_another_site(self, office: ConsoleDesk, wanted: str) -> None:
        visitor = office.visitor()
        visitor.client.get("/sign-in", params={"next": wanted})
        token = office.identity.links.make(TENANT, "lee")
        begun = visitor.client.post("/sign-in/local", data={"token": token}, headers={"origin": HOME})
        assert begun.headers["location"] == "/home"

    def test_a_form_after_the_session_has_ended_leads_back_to_its_page(self, office: ConsoleDesk) -> None:
        lee = office.visitor("lee")
        office.passes(timedelta(hours=9))
        answer = lee.send(f"{PAGE}/acknowledge")
        assert answer.status_code == 401
        assert "/sign-in?next=%2Fescalations%2Ft1-e1" in answer.text


class TestIncidents:
    def test_an_incident_shows_its_lead_its_tickets_and_its_escalation(self, office: ConsoleDesk) -> None:
        office.submit(2)
        incident = office.incidents.declare(TENANT, "Sign-in fails.", ["t1", "t2"], person("lee"))
        lee = office.visitor("lee")
        lee.send(f"/escalations/{incident.id}-e1/acknowledge")
        words = lee.words(f"/incidents/{incident.id}")
        for said in ("Incident: Sign-in fails.", "Led by Lee.", "You hold it.", "t1 P1", "t2 P2", "owned by Lee"):
            assert said in words

    def test_a_ticket_leads_to_its_incident(self, office: ConsoleDesk) -> None:
        incident = office.incidents.declare(TENANT, "Sign-in fails.", ["t1"], person("lee"))
        assert f'href="/incidents/{incident.id}"' in office.visitor("lee").get(PAGE).text
        assert f'href="/incidents/{incident.id}"' in office.visitor("lee").get(f"/escalations/{incident.id}-e1").text

    def test_what_is_no_incident_is_not_shown(self, office: ConsoleDesk) -> None:
        for name in ("t1", "t9"):
            page = office.visitor("lee").get(f"/incidents/{name}")
            assert (page.status_code, "No such incident" in page.text) == (404, True)


def test_the_pages_say_the_same_over_a_database() -> None:
    said = []
    for store in (MemoryStore(), SqliteStore("sqlite://")):
        desk = ConsoleDesk(store)
        desk.urgent()
        lee = desk.visitor("lee")
        for form, fields in (
            ("acknowledge", {}),
            ("report", {"note": "Found it.", "services_csv": "mail, wiki"}),
            ("hand-over", {"to": "kim", "note": "They call back."}),
        ):
            assert [lee.send(f"{PAGE}/{form}", **fields).status_code for _ in range(2)] == [303, 303]
        said.append([lee.words(path).replace(lee.token, "") for path in ("/escalations", PAGE)])
        store.close()
    assert said[0] == said[1]
    assert "mail, wiki" in said[0][1]


def test_a_failure_that_nobody_expected_is_a_page_without_its_words(
    office: ConsoleDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the ticket")

    monkeypatch.setattr(office.store, "page", broken)
    page = office.visitor("lee").get("/escalations")
    assert (page.status_code, "Something unexpected went wrong" in page.text) == (500, True)
    assert "secret" not in page.text + caplog.text
    assert "content-security-policy" in page.headers

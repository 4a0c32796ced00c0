"""Do texts go when their time is over, and does everything else stay and still verify?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, MINUTE, MONDAY
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import policy
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.closure.facts import CLOSURE, read
from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.feedback import About, Feedback
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Mode, Ticket
from triage_core.domain.policy.retention import Fate
from triage_core.domain.profile import Profile
from triage_core.ports import Change, Nearby, ProfileRow
from triage_core.service.knowing import Knowing
from triage_core.service.persons import Persons
from triage_core.service.retention import Count, Report, Retaining
from triage_core.service.verification import verify

DAY = timedelta(days=1)
PERSON = "cy.miller@example.com"
ERASE = {"id": "old", "after": "30d", "then": "erase"}
PSEUDONYMISE = {"id": "names", "after": "10d", "then": "pseudonymise"}


def redact(text: str) -> str:
    return text.replace("4111 1111 1111 1111", "[card]")


def desk(*rules: dict[str, Any], store: MemoryStore | None = None) -> SampleDesk:
    """Return a desk that was told how long to keep texts, with a closed ticket and an open one of one person."""
    made = SampleDesk(store)
    made.passes(MINUTE)
    made.triage.playbooks.activate(TENANT, policy(version="2", retention={"rules": list(rules)}), made.now)
    made.submit(1, requester=PERSON, subject="printer", body="Cy Miller, card 4111 1111 1111 1111")
    made.submit(2, requester=PERSON)
    made.passes(HOUR)
    made.triage.hear(TENANT, "t1", Feedback(about=About.REMARK, text="Miller was patient"), AGENT)
    made.record(Happened.RESOLVED)
    made.triage.close(TENANT, "t1", replace(PLAIN, summary="Cy Miller could not print."), AGENT)
    return made


def retaining(made: SampleDesk) -> Retaining:
    return Retaining(made.store, lambda: made.now, lambda: "x", redact)


def persons(made: SampleDesk) -> Persons:
    return Persons(made.store, lambda: made.now, lambda: "x", redact)


def texts(made: SampleDesk, ticket_id: str = "t1") -> dict[str, str]:
    return {text.kind: text.content for text in made.store.texts(TENANT, ticket_id)}


def sound(made: SampleDesk) -> bool:
    rebuilt = all(rebuild(made.store.timeline(TENANT, name)) == made.read(name) for name in ("t1", "t2"))
    return rebuilt and verify(made.store, TENANT).is_sound


class TestPlan:
    def test_it_tells_and_changes_nothing(self) -> None:
        made = desk(ERASE)
        made.passes(30 * DAY)
        before = made.read(), texts(made)
        report = retaining(made).plan(TENANT)
        assert report == Report(
            tenant=TENANT,
            at=made.now,
            is_dry_run=True,
            tickets_looked_at=2,
            tickets=1,
            counts=tuple(
                Count(rule="old", fate=Fate.ERASE, kind=kind, texts=1)
                for kind in ("body", "closure", "feedback", "given", "requester", "subject")
            ),
        )
        assert (made.read(), texts(made)) == before

    def test_without_rules_nothing_is_looked_at(self) -> None:
        made = desk()
        made.passes(9_999 * DAY)
        assert retaining(made).plan(TENANT).tickets_looked_at == 0

    def test_what_is_planned_is_what_is_done(self) -> None:
        made = desk(ERASE, PSEUDONYMISE)
        made.passes(30 * DAY)
        planned = retaining(made).plan(TENANT)
        assert retaining(made).run(TENANT) == msgspec.structs.replace(planned, is_dry_run=False)
        assert retaining(made).plan(TENANT).texts == 0


class TestErasing:
    def test_words_go_and_the_timeline_says_so(self) -> None:
        made = desk(ERASE)
        made.passes(30 * DAY)
        retaining(made).run(TENANT)
        assert texts(made) == {}
        assert made.kinds()[-1] is Kind.TEXTS_ERASED
        facts = made.entries()[-1].facts
        assert (facts["fate"], facts["rule"], len(facts["texts"])) == ("erase", "old", 6)
        assert sound(made)

    def test_an_open_ticket_keeps_everything(self) -> None:
        made = desk(ERASE)
        made.passes(999 * DAY)
        before = texts(made, "t2")
        retaining(made).run(TENANT)
        assert texts(made, "t2") == before != {}

    def test_nothing_is_compared_with_it_any_more(self) -> None:
        made = desk(ERASE)
        around = Nearby(since=MONDAY, until=MONDAY + DAY)
        assert len(made.store.recent(TENANT, around, 9)) == 2
        made.passes(30 * DAY)
        retaining(made).run(TENANT)
        assert [one.ticket_id for one in made.store.recent(TENANT, around, 9)] == ["t2"]

    def test_figures_do_not_change(self) -> None:
        made = desk(ERASE)
        made.passes(30 * DAY)
        made.tick()
        before = made.read()
        retaining(made).run(TENANT)
        after = made.read()
        kept = [name for name in Ticket.__struct_fields__ if name not in {"version", "head", "updated_at"}]
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]

    def test_a_second_run_finds_nothing(self) -> None:
        made = desk(ERASE)
        made.passes(30 * DAY)
        retaining(made).run(TENANT)
        before = made.read()
        assert retaining(made).run(TENANT).texts == 0
        assert made.read() == before

    def test_a_later_line_comes_without_words(self) -> None:
        made = desk(ERASE)
        made.passes(30 * DAY)
        retaining(made).run(TENANT)
        made.triage.hear(TENANT, "t1", Feedback(about=About.REMARK, text="late"), AGENT)
        assert texts(made) == {"feedback": "late"}
        assert made.triage.closure(TENANT, "t1") is None
        assert sound(made)

    def test_a_ticket_that_keeps_changing_waits_for_the_next_run(self) -> None:
        class Busy(MemoryStore):
            def save(self, *changes: Change) -> None:
                if any(change.erased for change in changes):
                    raise StaleTicket
                super().save(*changes)

        made = desk(ERASE, store=Busy())
        made.passes(30 * DAY)
        report = retaining(made).run(TENANT)
        assert (report.busy, report.tickets, report.texts) == (("t1",), 0, 0)


class TestPseudonymising:
    def test_the_person_is_not_named_any_more_and_texts_are_redacted(self) -> None:
        made = desk(PSEUDONYMISE)
        made.passes(10 * DAY)
        key = made.read().requester_key or ""
        retaining(made).run(TENANT)
        named = f"[person {key[:8]}]"
        assert texts(made)["body"] == f"Cy {named}, card [card]"
        assert (texts(made)["requester"], texts(made)["subject"]) == (named, "printer")
        assert "Miller" not in str(texts(made))
        assert sound(made)

    def test_a_closure_stays_one_that_can_be_read(self) -> None:
        made = desk(PSEUDONYMISE)
        made.passes(10 * DAY)
        retaining(made).run(TENANT)
        facts = read(texts(made)[CLOSURE])
        assert "Miller" not in facts.summary
        assert replace(facts, summary="") == replace(PLAIN, summary="")
        assert msgspec.json.decode(texts(made)["given"])

    def test_it_happens_once_and_erasing_may_follow(self) -> None:
        made = desk(PSEUDONYMISE, ERASE)
        made.passes(10 * DAY)
        retaining(made).run(TENANT)
        assert retaining(made).run(TENANT).texts == 0
        made.passes(20 * DAY)
        assert retaining(made).run(TENANT).texts == 6
        assert texts(made) == {}

    def test_a_document_is_changed_inside_its_values_only(self) -> None:
        made = desk(PSEUDONYMISE)
        made.submit(3, requester="impact@example.com", intake={**made.read().intake, "note": "from impact@example.com"})
        made.record(Happened.VOIDED, ticket_id="t3", reason="spam")
        made.passes(10 * DAY)
        retaining(made).run(TENANT)
        given = msgspec.json.decode(texts(made, "t3")["given"])
        assert given["impact"] == "medium"
        assert "impact@" not in given["note"]


class TestArchiving:
    def test_a_text_is_kept_and_not_found_under_its_kind(self) -> None:
        made = desk({"id": "d", "texts": "feedback", "after": "5d", "since": "written", "then": "archive"})
        made.passes(5 * DAY)
        retaining(made).run(TENANT)
        assert texts(made)["archived:feedback"] == "Miller was patient"
        assert "feedback" not in texts(made)
        assert retaining(made).run(TENANT).texts == 0
        assert sound(made)


class TestPersons:
    def test_an_export_holds_everything_of_the_person_and_nothing_of_another(self) -> None:
        made = desk()
        made.submit(3, requester="other@example.com", body="private")
        key = made.read().requester_key
        made.store.put_profiles(TENANT, (ProfileRow(requester_key=key, profile=Profile(name="Cy Miller")),))
        export = persons(made).export(TENANT, f" {PERSON.upper()} ")
        assert [kept.ticket["id"] for kept in export.tickets] == ["t1", "t2"]
        assert export.profiles == ({"name": "Cy Miller"},)
        told = msgspec.json.encode(export).decode()
        assert "Miller was patient" in told
        assert "private" not in told
        assert export.tickets[0].timeline[0]["what"] == "ticket.submitted"

    def test_a_person_is_erased_where_the_work_is_done(self) -> None:
        made = desk()
        knowing = Knowing(made.triage, redact)
        knowing.draft(TENANT, "t1", SYSTEM)
        key = made.read().requester_key
        made.store.put_profiles(TENANT, (ProfileRow(requester_key=key, profile=Profile(name="Cy")),))
        erased = persons(made).erase(TENANT, PERSON, AGENT)
        assert (erased.tickets, erased.open, erased.texts, erased.profiles) == (("t1",), ("t2",), 6, 1)
        assert erased.articles == ()
        assert made.store.knowledge.get(TENANT, "t1") is None
        assert (texts(made), made.read().requester_key) == ({}, None)
        assert texts(made, "t2") != {}
        assert made.entries()[-1].actor == AGENT
        assert sound(made)

    def test_nothing_of_an_erased_ticket_leads_to_the_person(self) -> None:
        made = desk()
        persons(made).erase(TENANT, PERSON, AGENT)
        assert [kept.ticket["id"] for kept in persons(made).export(TENANT, PERSON).tickets] == ["t2"]
        around = Nearby(since=MONDAY, until=MONDAY + DAY, requester_key=made.read("t2").requester_key)
        assert [one.ticket_id for one in made.store.recent(TENANT, around, 9)] == ["t2"]

    def test_an_export_is_redacted_but_for_the_persons_own_address_unless_it_is_theirs_to_read(self) -> None:
        made = desk()
        remark = Feedback(about=About.REMARK, text=f"{PERSON} and other@example.com rang")
        made.triage.hear(TENANT, "t1", remark, AGENT)
        export = msgspec.json.encode(persons(made).export(TENANT, PERSON)).decode()
        assert (f"{PERSON} and [email_address]" in export, "4111" in export) == (True, False)
        whole = msgspec.json.encode(persons(made).export(TENANT, PERSON, whole=True)).decode()
        assert ("and other@example.com" in whole, "4111 1111" in whole) == (True, True)

    def test_somebody_unknown_is_no_error(self) -> None:
        made = desk()
        assert persons(made).erase(TENANT, "nobody@example.com", AGENT).texts == 0
        assert persons(made).export(TENANT, "nobody@example.com").tickets == ()

    def test_a_ticket_without_texts_still_forgets_its_sender(self) -> None:
        made = desk({"id": "all", "after": "1d", "then": "erase"})
        made.passes(2 * DAY)
        retaining(made).run(TENANT)
        erased = persons(made).erase(TENANT, PERSON, AGENT)
        assert (erased.tickets, erased.texts, made.read().requester_key) == (("t1",), 0, None)
        assert sound(made)


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_lets_go(mode: Mode) -> None:
    made = desk(ERASE)
    made.submit(3, mode=mode)
    made.record(Happened.VOIDED, ticket_id="t3", reason="test")
    made.passes(30 * DAY)
    retaining(made).run(TENANT)
    assert texts(made, "t3") == {}

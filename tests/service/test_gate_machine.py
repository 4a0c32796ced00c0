"""Does any word of a gated text ever leave before the right people said so, whatever anybody does in whatever order?

Each version of each text holds a word of its own. After each step all that leaves is searched for such words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.adapters.conftest import emptied
from tests.edge.sample_edge import TENANT, ticket
from tests.gate_commands import printed
from tests.gate_office import CALLERS, IN_PERSON, TO_CUSTOMERS, GateOffice, Outlets, searched, told
from tests.sample_cases import MINUTE
from tests.sample_gates import person
from tests.sample_ladders import URGENT
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.gating.deciding import Proof
from triage_core.domain.gating.state import ApprovalOutcome, Delegation, approval_id, message_id
from triage_core.service.controlling import Hand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage_core.domain.entry import Entry
    from triage_core.domain.gating.state import Approval, Outgoing
    from triage_core.domain.model import Ticket
    from triage_core.edge.message import Reply
    from triage_core.ports import Change, Store

PEOPLE = ("ann", "bob", "lee", "kim", "sam", "cho")
LEADS = frozenset({"lee", "kim", "sam"})
KINDS: tuple[dict[str, Any], ...] = ({}, {}, {"body": "I got phishing"}, URGENT)
CORRECTIONS: tuple[dict[str, str], ...] = (
    {"add_tags_csv": "security"},
    {"remove_tags_csv": "security"},
    {"add_tags_csv": "billing"},
    {"class": "P1"},
    {"class": "P2"},
    {"class": "P3"},
    {"severity": "sev1"},
)
EVENTS = (
    "customer_replied",
    "agent_replied",
    "note_added",
    "waiting_customer",
    "resolved",
    "reopened",
    "merged",
    "voided",
)
#: What may come between a decision and a release.
BETWEEN = (
    *("nothing", "nothing", "edit", "edit and back", "tag", "raise", "half an hour", "nearly", "kill"),
    *("somebody leaves", "quorum", "failed", "withdrawn", "stage", "over"),
)
VALID = 30 * MINUTE
people, places = st.sampled_from(PEOPLE), st.integers(0, 9)
leads = st.lists(st.sampled_from(("lee", "kim", "sam", "bob")), min_size=1, max_size=2, unique=True)
ways, getters = st.sampled_from(BETWEEN), st.sampled_from(("flows", "flows", "lee"))
courses = st.lists(ways, min_size=1, max_size=3)
vias, channels = st.sampled_from(("platform", "platform", "direct", "auto")), st.sampled_from(("email", "zendesk"))
anybody = st.sampled_from((*PEOPLE, "flows"))


class Version(NamedTuple):
    """One version of one text."""

    message: str
    number: int
    author: str
    editor: str
    is_template: bool


class Agreed(NamedTuple):
    """Somebody's approval, as the machine saw it given."""

    version: Version
    person: str
    #: In whose place, as the answer said.
    instead_of: str
    requested_by: str
    expires_at: datetime
    at: datetime

    @property
    def people(self) -> set[str]:
        """Who has had a say by it; of two of them only one counts."""
        return {self.person, self.instead_of or self.person}


class StandIn(NamedTuple):
    """Somebody who decides in somebody's place, as the machine saw it agreed."""

    absent: str
    person: str
    until: datetime
    classes: tuple[str, ...]


def arriving(number: int, **changes: Any) -> dict[str, Any]:
    """Return a ticket of the source that texts can be written back to."""
    asked = {"source": "zendesk", "source_id": str(number), "requester": "jo@example.com"}
    return ticket(**{**asked, **changes})


def written(word: str) -> dict[str, str]:
    """Return a text that holds a word."""
    return {"to_csv": "jo@example.com", "subject": word, "body": f"Hello, {word}. Desk"}


def is_approved(release: Entry, entries: list[Entry]) -> bool:
    """Tell whether a line before a release says that its seal was approved, not too long ago."""
    return any(
        entry.kind is Kind.APPROVAL_DECIDED
        and (entry.facts["outcome"], entry.facts["seal"]) == (ApprovalOutcome.APPROVED, release.facts["seal"])
        and entry.at <= release.at < entry.at + VALID
        for entry in entries[: release.number - 1]
    )


class Gates(RuleBasedStateMachine):
    """An office with two tickets at most, and what is known of every word that was written in it."""

    #: How often something was done in all runs.
    done: ClassVar[Counter[str]] = Counter()
    outlets: ClassVar[Outlets | None] = None
    #: Where commands find the tickets, if they are in a database.
    url = ""

    def __init__(self, store: Store | None = None) -> None:
        """Open the office, and listen to everything it logs."""
        super().__init__()
        self.office = GateOffice(store, self.outlets)
        self.office.listens()
        self.numbers = count(1)
        self.words: dict[str, Version] = {}
        self.current: dict[str, str] = {}
        self.agreed: list[Agreed] = []
        self.releases: list[tuple[str, str, str]] = []
        self.judged: dict[str, list[bool]] = {}
        self.given_out: dict[str, set[str]] = {}
        self.queued: set[str] = set()
        #: Words of texts that were released.
        self.left: set[str] = set()
        self.stand_ins: list[StandIn] = []
        self.is_killed = False
        self.gone, self.quorum, self.start, self.steps = "", 1, "full", 0

    def teardown(self) -> None:
        """Look once more, with everybody's eyes, at every list, and at whatever else can be had."""
        try:
            self.office.writes_pages()
            self.goes_out()
            assert self.office.found(CALLERS, lists=True) == []
            for who in PEOPLE:
                self.check_requests(who)
            self.check_commands()
            self.check_lines()
        finally:
            self.office.listens_no_more()

    def check_commands(self) -> None:
        """No command prints a word of a text; they need a database of their own to look into.

        What is kept of a person holds the texts that left for that person.
        """
        if self.url:
            for way, text in printed(self.url, TENANT, [known.id for known in self.office.tickets()]):
                assert searched(way, text).canaries <= (self.left if "export jo" in way else set()), way

    # --- what must hold -------------------------------------------------------------------------------------------

    def looks(self, reply: Reply | None = None, *, may_hold: frozenset[str] = frozenset()) -> None:
        """Search the answer of a step, and everything else that leaves, for words of texts."""
        Gates.done["step"] += 1
        self.steps += 1
        if reply is not None:
            assert searched("answer", told(reply)).canaries <= may_hold
        reader = CALLERS[self.steps % len(CALLERS)]
        assert self.office.found((reader,), lists=self.steps % 10 == 0) == []
        if self.steps % 7 == 0:
            self.goes_out()
            self.check_requests(PEOPLE[self.steps // 7 % len(PEOPLE)])

    def goes_out(self) -> None:
        """Let everything be sent, and search what arrives: a text to the customer, once, and never before its time."""
        self.office.sends()
        for way, text in self.office.outlets.arrived() if self.office.outlets else ():
            for word in searched(way, text).canaries:
                version = self.words[word]
                assert way in TO_CUSTOMERS, way
                assert self.current[version.message] == word
                assert version.message in self.queued
                assert not self.is_killed
                assert self.start == "full"
                if self.is_gated(version):
                    self.check_approved(version)
                self.queued.discard(version.message)
                Gates.done["sent directly"] += 1

    def check_requests(self, who: str) -> None:
        """The words that are decided about are on their page only for who may decide, or wrote them."""
        for name, text in self.office.pages.requests_seen_by(who) if self.office.pages else ():
            found = searched(name, text).canaries
            if found:
                on, approval = self.office.messages.approval(TENANT, name)
                assert approval.message is not None
                assert found <= self.readable(on, approval, who), name
                Gates.done["page"] += 1

    def readable(self, on: Ticket, approval: Approval, who: str) -> set[str]:
        """Return the words of a text that somebody may read on its page: as it stands, and what it was before."""
        current = self.current[message_id(on.id, approval.message or 0)]
        last = self.words[current].number
        before = {word for word, each in self.words.items() if each.message == self.words[current].message}
        before = {word for word in before if self.words[word].number == last - 1}
        if self.may_decide(on, approval, who):
            return {current, *before}
        own = {word for word in before if who == (self.words[word].editor or self.words[word].author)}
        return {current, *own} if who in self.writers(on, approval) else set()

    def may_decide(self, on: Ticket, approval: Approval, who: str) -> bool:
        """Judge as the policy's words say: a lead, or somebody who stands in for one; neither wrote nor asked."""
        barred = {approval.requested_by, *approval.excluded}
        leads = LEADS - {self.gone} - barred
        return who not in {self.gone, *barred} and (who in leads or bool(self.absent(who, on.class_name) & leads))

    def absent(self, who: str, class_name: str | None) -> set[str]:
        """Return for whom somebody stands in now."""
        return {
            each.absent
            for each in self.stand_ins
            if each.person == who and self.office.time < each.until and (not each.classes or class_name in each.classes)
        }

    def is_gated(self, version: Version) -> bool:
        """Judge as the policy's words say, without asking the product."""
        ticket = self.office.triage.ticket(TENANT, version.message.partition("-")[0])
        is_flows = not version.is_template and (version.editor or version.author) not in PEOPLE
        return ticket.class_name == "P1" or bool(ticket.tag_names) or is_flows

    def check_approved(self, version: Version) -> None:
        """Enough people of the roster, none of whom wrote or asked, agreed in time to this very version."""
        now = self.office.time
        leads = LEADS - {self.gone, version.author, version.editor}
        counted = [
            each
            for each in self.agreed
            if each.version == version
            and each.person not in {self.gone, version.author, version.editor, each.requested_by}
            and (each.instead_of or each.person) in leads - {each.requested_by}
            and each.at < each.expires_at
            and now < each.at + VALID
        ]
        said: list[set[str]] = []
        for each in counted:
            if not any(each.people & other for other in said):
                said.append(each.people)
        assert len(said) >= self.quorum
        if any(each.instead_of for each in counted):
            Gates.done["released by a stand-in"] += 1

    def check_lines(self) -> None:
        """Before each release of a gated text stands an approval of its seal that is not too old."""
        for name, gated in self.judged.items():
            on, _, number = name.partition("-m")
            entries = [line.entry for line in self.office.store.timeline(TENANT, on)]
            left = [each for each in entries if each.kind is Kind.MESSAGE_RELEASED]
            left = [each for each in left if each.facts["message"] == int(number)]
            assert len(left) == len(gated)
            assert all(is_approved(each, entries) for each, is_gated in zip(left, gated, strict=True) if is_gated)

    # --- what stands there ----------------------------------------------------------------------------------------

    def pick_ticket(self, place: int) -> Ticket:
        known = self.office.tickets()
        return known[place % len(known)]

    def messages(self) -> list[tuple[str, Outgoing]]:
        return [(message_id(known.id, each.number), each) for known in self.office.tickets() for each in known.messages]

    def approvals(self) -> list[tuple[str, Ticket, Approval]]:
        found = [
            (approval_id(known.id, each.number), known, each)
            for known in self.office.tickets()
            for each in known.approvals
        ]
        return sorted(found, key=lambda each: not each[2].is_open)

    def word(self) -> str:
        return f"zq{next(self.numbers)}zq"

    # --- tickets --------------------------------------------------------------------------------------------------

    @initialize(kind=st.sampled_from(KINDS))
    def begins(self, kind: dict[str, Any]) -> None:
        """Take the first ticket in."""
        self.looks(self.office.post("lee", "tickets", arriving(1, **kind)))

    @precondition(lambda self: len(self.office.tickets()) == 1)
    @rule(kind=st.sampled_from(KINDS))
    def submits(self, kind: dict[str, Any]) -> None:
        """Take another one in."""
        self.looks(self.office.post("flows", "tickets", arriving(2, **kind)))

    @rule(place=places, who=anybody, correction=st.sampled_from(CORRECTIONS))
    def corrects(self, place: int, who: str, correction: dict[str, str]) -> None:
        """Raise or lower class, tags or severity."""
        path = f"tickets/{self.pick_ticket(place).id}/override"
        self.looks(self.office.post(who, path, {**correction, "reason": "because"}))

    @rule(place=places, who=anybody, what=st.sampled_from(EVENTS))
    def happens(self, place: int, who: str, what: str) -> None:
        """Report something."""
        known = self.pick_ticket(place)
        into = {"merged_into": "t2" if known.id == "t1" else "t1"} if what == "merged" else {}
        given = {"event": what, "reason": "because", **into}
        self.looks(self.office.post(who, f"tickets/{known.id}/events", given))

    # --- texts ----------------------------------------------------------------------------------------------------

    @rule(place=places, who=anybody, channel=channels)
    def prepares(self, place: int, who: str, channel: str = "email") -> None:
        """Bring a text of one's own."""
        word = self.word()
        given = {"kind": "first_response", "channel": channel, **written(word)}
        self.prepared(place, who, word, given)

    @rule(place=places, who=anybody, channel=channels)
    def drafts(self, place: int, who: str, channel: str = "email") -> None:
        """Have a template make one."""
        word = self.word()
        said = {"to_csv": "jo@example.com", "current_state": f"The cause is {word}."}
        self.prepared(place, who, word, {"kind": "status_update", "channel": channel, **said})

    def prepared(self, place: int, who: str, word: str, given: dict[str, Any]) -> None:
        known = self.pick_ticket(place)
        reply = self.office.post(who, f"tickets/{known.id}/messages", given)
        if reply.status < 300:
            view = json.loads(reply.body)
            is_template = "body" not in given
            assert not (is_template and known.class_name == "P1")
            self.words[word] = Version(view["message_id"], 1, who, "", is_template)
            self.current[view["message_id"]] = word
        self.looks(reply)

    @precondition(lambda self: self.messages())
    @rule(place=places, who=anybody, back=st.booleans())
    def edits(self, place: int, who: str, back: bool) -> None:  # noqa: FBT001 - a sample
        """Change a text, at times back to what it was."""
        known = self.messages()
        name = known[place % len(known)][0]
        before = [word for word, version in self.words.items() if version.message == name]
        word = before[0] if back else self.word()
        reply = self.office.post(who, f"messages/{name}/edit", written(word))
        if reply.status < 300:
            view = json.loads(reply.body)
            old = self.words[self.current[name]]
            if view["version"] != old.number:
                self.words[word] = Version(name, view["version"], old.author, who, is_template=False)
                self.current[name] = word
        self.looks(reply)

    @precondition(lambda self: self.messages())
    @rule(place=places, who=anybody)
    def asks_again(self, place: int, who: str) -> None:
        """Ask for approval again."""
        known = self.messages()
        self.looks(self.office.post(who, f"messages/{known[place % len(known)][0]}/approval"))

    @precondition(lambda self: self.messages())
    @rule(place=places, who=anybody)
    def withdraws(self, place: int, who: str) -> None:
        """Take a text back."""
        known = self.messages()
        given = {"reason": "because"}
        self.looks(self.office.post(who, f"messages/{known[place % len(known)][0]}/withdraw", given))

    @rule(place=places, who=st.sampled_from(("ann", "lee")), what=st.sampled_from(("prepare", "edit", "release")))
    def breaks(self, place: int, who: str, what: str) -> None:
        """Let the database fail in the middle of something, with a message that quotes what it was given."""
        store, known = self.office.store, self.messages()
        name = known[place % len(known)][0] if known else "t1-m1"
        on, word = self.pick_ticket(place).id, self.word()
        path = f"tickets/{on}/messages" if what == "prepare" else f"messages/{name}/{what}"
        given: dict[str, Any] = {"kind": "first_response", **written(word)} if what == "prepare" else written(word)
        save = store.save

        def fails(*changes: Change) -> None:
            told = [text.content for change in changes for text in store.texts(TENANT, change.ticket.id)]
            raise ZeroDivisionError([told, [text.content for change in changes for text in change.texts]])

        try:
            store.save = fails  # type: ignore[method-assign] # no adapter fails by itself
            reply = self.office.post(who, path, given if what != "release" else {"via": "platform"})
            page = self.office.pages.sends(who, f"/approvals/{on}-a1/approve", seal="x") if self.office.pages else ""
        finally:
            store.save = save  # type: ignore[method-assign] # as above
        Gates.done["broken"] += reply.status == 500
        assert searched("page of an error", page).canaries == frozenset()
        self.looks(reply)

    # --- approvals ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.approvals())
    @rule(
        place=st.integers(0, 2),
        who=st.sampled_from((*PEOPLE, "lee", "kim", "sam", "flows")),
        verdict=st.sampled_from(("approve", "approve", "approve", "reject", "pass_on")),
        here=st.sampled_from((IN_PERSON, IN_PERSON, IN_PERSON, "")),
    )
    def decides(self, place: int, who: str, verdict: str, here: str) -> None:
        """Read a text on its page, and decide about it."""
        known = self.approvals()
        self.judges(known[place % len(known)], who, verdict, here)

    def judges(self, known: tuple[str, Ticket, Approval], who: str, verdict: str, here: str) -> None:
        name, on, approval = known
        seal = self.reads(name, on, approval, who) or approval.seal
        caller = who if who == "flows" else f"{who}{here}"
        given = {"verdict": verdict, "seal": seal, "reason": "because"}
        reply = self.office.post(caller, f"approvals/{name}/decide", given)
        if reply.status < 300 and verdict == "approve" and approval.message is not None:
            assert here
            said = [each for each in json.loads(reply.body)["decisions"] if each["person"] == who]
            instead_of = said[-1]["for_person"] or ""
            Gates.done["approval"] += 1
            version = self.words[self.current[message_id(on.id, approval.message)]]
            times = approval.expires_at, self.office.time
            if not any(each.version == version and each.person == who for each in self.agreed):
                assert who in LEADS if not instead_of else instead_of in self.absent(who, on.class_name)
                self.agreed.append(Agreed(version, who, instead_of, approval.requested_by, *times))
        self.looks(reply)

    def reads(self, name: str, on: Ticket, approval: Approval, who: str) -> str | None:
        """Open the page; only who may decide or wrote the text sees it, and it is the one that was asked about."""
        if who not in PEOPLE:
            return None
        proof = Proof(interactive=True, authenticated_at=self.office.time)
        try:
            _, _, text = self.office.messages.put_before(TENANT, name, proof, person(who))
        except TriageError:
            return None
        assert self.may_decide(on, approval, who) or who in self.writers(on, approval)
        if approval.message is None or not text:
            return None
        assert searched("page", text).canaries == {self.current[message_id(on.id, approval.message)]}
        return self.office.triage.sealing(TENANT)(text)

    def writers(self, on: Ticket, approval: Approval) -> set[str]:
        """Return who knows the words anyway, having written them last."""
        return {text.editor or text.author for text in on.messages if text.number == approval.message}

    # --- leaving --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.messages())
    @rule(place=places, who=st.sampled_from(("flows", "flows", "flows", "zaps", "lee", "ann", "reader")), via=vias)
    def releases_one(self, place: int, who: str, via: str) -> None:
        """Ask for a text, or have it sent."""
        known = self.messages()
        self.released(known[place % len(known)][0], who, via)

    def released(self, name: str, who: str, via: str = "platform") -> None:
        word, version = self.current[name], self.words[self.current[name]]
        reply = self.office.post(who, f"messages/{name}/release", {"via": via})
        found, is_gated = searched("release", told(reply)).canaries, self.is_gated(version)
        is_queued = reply.status < 300 and json.loads(reply.body)["outcome"] == "queued"
        if found or is_queued:
            assert found == (set() if is_queued else {word})
            assert self.start == "full"
            if is_gated:
                self.check_approved(version)
            self.judged.setdefault(name, []).append(is_gated)
            Gates.done["gated release" if is_gated else "release"] += 1
        if is_queued or found:
            self.left.add(word)
        if is_queued:
            self.queued.add(name)
        if found:
            key = f"k{self.office.requests}"
            self.releases.append((name, key, who))
            self.given_out.setdefault(key, set()).add(word)
            # Another key of the same platform learns nothing by the same idempotency key, however soon it comes.
            twin = self.office.post("twin", f"messages/{name}/release", {"via": via}, key)
            assert searched("twin", told(twin)).canaries == frozenset()
        self.looks(reply, may_hold=found)

    @precondition(lambda self: self.releases)
    @rule(place=places, who=st.sampled_from(("", "", "flows", "twin", "zaps", "lee")))
    def releases_again(self, place: int, who: str) -> None:
        """Repeat a release; it gives at most what it gave before, and to nobody else."""
        name, key, first = self.releases[place % len(self.releases)]
        who = who or first
        reply = self.office.post(who, f"messages/{name}/release", {"via": "platform"}, key)
        allowed = self.given_out[key] if who == first else set()
        Gates.done["release again"] += bool(searched("again", told(reply)).canaries)
        self.looks(reply, may_hold=frozenset(allowed))

    @rule()
    def has_it_sent(self) -> None:
        """Send what is due."""
        self.goes_out()

    @precondition(lambda self: self.messages())
    @rule(place=places, who=anybody, outcome=st.sampled_from(("sent", "failed", "failed")))
    def confirms(self, place: int, who: str, outcome: str) -> None:
        """Say what became of a text."""
        known = self.messages()
        name = known[place % len(known)][0]
        self.looks(self.office.post(who, f"messages/{name}/confirm", {"outcome": outcome}))

    @rule(author=people, leads=leads, betweens=courses, who=anybody, getter=getters)
    def goes_its_way(self, author: str, leads: list[str], betweens: list[str], who: str, getter: str) -> None:
        """Write texts, decide about each, let something come between, and release them: what happens most."""
        for between in betweens:
            for name in self.decided_about(partial(self.prepares, who=author), leads):
                self.comes_between(name, between, (leads[0], who))
                for _ in range(2):
                    self.released(name, getter)

    @rule(author=anybody, leads=leads, betweens=courses, who=anybody, getter=getters)
    def drafts_go_their_way(self, author: str, leads: list[str], betweens: list[str], who: str, getter: str) -> None:
        """Do the same with texts of a template."""
        for between in betweens:
            for name in self.decided_about(partial(self.drafts, who=author), leads):
                self.comes_between(name, between, (leads[0], who))
                for _ in range(2):
                    self.released(name, getter)

    @rule(author=people, channel=channels, leads=leads, betweens=courses, who=anybody)
    def goes_directly(self, author: str, channel: str, leads: list[str], betweens: list[str], who: str) -> None:
        """Let the service send texts itself, where something comes between the release and the sending."""
        for between in betweens:
            for name in self.decided_about(partial(self.prepares, who=author, channel=channel), leads):
                self.released(name, "flows", "direct")
                self.comes_between(name, between, (leads[0], who))
                self.goes_out()

    def decided_about(self, writes: Callable[..., None], leads: list[str]) -> Iterator[str]:
        """Have a text written that all of the leads have to decide about; one may be somebody's stand-in."""
        if (self.start, self.gone, self.quorum) != ("full", "", len(leads)):
            self.adopts(gone="", quorum=len(leads), start="full")
        before = self.current.keys() | set()
        writes(place=self.open_place())
        for name in self.current.keys() - before:
            for lead in leads:
                if lead not in LEADS:
                    self.delegates(absent="sam", to=lead, minutes=60, classes=())
                self.decided(name, lead)
            yield name

    def open_place(self) -> int:
        """Find a ticket that people work on, the gated ones first, or take one in."""
        known = list(enumerate(self.office.tickets()))
        found = sorted((not each.gate_required, place) for place, each in known if each.is_open)
        if not found:
            self.looks(self.office.post("flows", "tickets", arriving(len(known) + 1, **KINDS[2])))
        return found[0][1] if found else len(known)

    def decided(self, name: str, lead: str) -> None:
        """Let somebody approve what waits about a text."""
        for public, on, approval in self.approvals():
            if approval.is_open and approval.message and message_id(on.id, approval.message) == name:
                self.judges((public, on, approval), lead, "approve", IN_PERSON)

    def comes_between(self, name: str, what: str, people: tuple[str, str]) -> None:
        """Do something to a text or its ticket between decision and release."""
        on, (lead, who) = name.partition("-m")[0], people
        place = next(number for number, known in enumerate(self.office.tickets()) if known.id == on)
        spot = [known for known, _ in self.messages()].index(name)
        deeds: dict[str, Callable[[], None]] = {
            "nothing": lambda: None,
            "edit": lambda: self.edits(place=spot, who=who, back=False),
            "edit and back": lambda: self.edits_and_returns(spot, lead),
            "tag": lambda: self.corrects(place=place, who="lee", correction=CORRECTIONS[0]),
            "raise": lambda: self.corrects(place=place, who="kim", correction=CORRECTIONS[3]),
            "half an hour": lambda: self.time_passes(minutes=30, sweeps=False, less=False),
            "nearly": lambda: self.time_passes(minutes=30, sweeps=True, less=True),
            "kill": self.kills,
            "somebody leaves": lambda: self.adopts(gone=lead, quorum=1, start="full"),
            "quorum": lambda: self.adopts(gone="", quorum=2, start="full"),
            "failed": lambda: self.fails(name, spot),
            "withdrawn": lambda: self.withdraws(place=spot, who=who),
            "stage": lambda: self.adopts(gone=self.gone, quorum=self.quorum, start="shadow"),
            "over": lambda: self.happens(place=place, who="lee", what="voided"),
        }
        deeds[what]()

    def fails(self, name: str, spot: int) -> None:
        """Let a text out, and hear that it did not arrive."""
        self.released(name, "flows")
        self.confirms(place=spot, who="lee", outcome="failed")

    def edits_and_returns(self, spot: int, who: str) -> None:
        """Change a text and change it back."""
        for back in (False, True):
            self.edits(place=spot, who=who, back=back)

    # --- time, switches and rosters -------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 5, 10, 15, 29, 30, 31, 90)), sweeps=st.booleans(), less=st.booleans())
    def time_passes(self, minutes: int, sweeps: bool, less: bool) -> None:  # noqa: FBT001 - samples
        """Let the clock jump, with and without a sweep."""
        self.office.passes(minutes * MINUTE - (timedelta(microseconds=1) if less else timedelta()))
        if sweeps:
            self.office.triage.tick("sweeper", MINUTE)
        self.looks()

    @rule()
    def kills(self) -> None:
        """Throw the switch, look whether anything leaves, and revive."""
        rollout = self.office.triage.rollout
        rollout.kill(Hand(TENANT, person(self.lead()), "because"))
        self.is_killed = True
        self.goes_out()
        for name, _ in self.messages():
            self.looks(self.office.post("flows", f"messages/{name}/release", {"via": "platform"}))
        self.is_killed = False
        rollout.revive(Hand(TENANT, person(self.lead()), "because"), rollout.of(TENANT).rollout.version)

    @rule(
        absent=st.sampled_from(("lee", "kim", "sam", "ann")),
        to=people,
        minutes=st.sampled_from((10, 60, 600)),
        classes=st.sampled_from(((), ("P2",), ("P1", "P3"))),
    )
    def delegates(self, absent: str, to: str, minutes: int, classes: tuple[str, ...]) -> None:
        """Let somebody decide in somebody's place for a while."""
        now, until = self.office.time, self.office.time + minutes * MINUTE
        wish = Delegation(
            id="", from_person=absent, to_person=to, starts_at=now, ends_at=until, classes=classes, by="", reason="why"
        )
        try:
            self.office.triage.delegations.add(TENANT, wish, person(absent))
        except TriageError:
            return
        self.stand_ins.append(StandIn(absent, to, until, classes))
        self.looks()

    @precondition(lambda self: self.stand_ins)
    @rule(place=places)
    def comes_back(self, place: int) -> None:
        """Let somebody decide again and end what the other could."""
        place = place % len(self.stand_ins)
        found = self.stand_ins[place]
        try:
            self.office.triage.delegations.end(TENANT, f"d{place + 1}", "back", person(found.absent))
        except TriageError:
            return
        self.stand_ins[place] = found._replace(until=min(found.until, self.office.time))
        self.looks()

    def lead(self) -> str:
        return min(LEADS - {self.gone})

    @rule(
        gone=st.sampled_from(("", "", "lee", "kim", "ann")),
        quorum=st.sampled_from((1, 1, 2)),
        start=st.sampled_from(("full", "full", "full", "shadow", "off")),
    )
    def adopts(self, gone: str, quorum: int, start: str) -> None:
        """Put another policy into force."""
        self.office.adopt(gone=gone, quorum=quorum, start=start)
        self.gone, self.quorum, self.start = gone, quorum, start
        self.looks()


def search(machine: type[Gates], examples: int) -> None:
    """Let the machine run; each example has an empty database of its own."""
    searching = settings(
        max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=searching)


@pytest.fixture(scope="module")
def outlets() -> Iterator[Outlets]:
    """Where everything arrives that is sent."""
    with Outlets() as opened:
        yield opened


@pytest.mark.parametrize("examples", [10, pytest.param(600, marks=pytest.mark.campaign)])
def test_no_word_of_a_gated_text_leaves(outlets: Outlets, examples: int) -> None:
    class Watched(Gates):
        pass

    Watched.outlets = outlets
    search(Watched, examples)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("examples", [2, pytest.param(60, marks=pytest.mark.campaign)])
def test_no_word_of_a_gated_text_leaves_a_database(
    request: pytest.FixtureRequest, outlets: Outlets, tmp_path: Path, kind: str, examples: int
) -> None:
    numbers = count()
    urls = {
        "sqlite": lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}",
        "postgres": lambda: emptied(str(request.getfixturevalue("postgres_url"))),
    }

    class OnDisk(Gates):
        def __init__(self) -> None:
            """Open an office on a database of its own."""
            self.url = urls[kind]()
            self.kept = open_store(self.url)
            super().__init__(self.kept)

        def teardown(self) -> None:
            """Close the database as well."""
            try:
                super().teardown()
            finally:
                self.kept.close()

    OnDisk.outlets = outlets
    search(OnDisk, examples)

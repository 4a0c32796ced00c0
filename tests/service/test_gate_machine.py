"""Does any word of a gated text ever leave before the right people said so, whatever anybody does in whatever order?

Each version of each text holds a word of its own. After each step all that leaves is searched for such words.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pytest
import structlog
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
from tests.gate_office import CALLERS, IN_PERSON, GateOffice, searched, told
from tests.sample_cases import MINUTE
from tests.sample_gates import person
from tests.sample_ladders import URGENT
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.gating.deciding import Proof
from triage_core.domain.gating.state import ApprovalOutcome, approval_id, message_id
from triage_core.service.controlling import Hand

if TYPE_CHECKING:
    from pathlib import Path

    from triage_core.domain.entry import Entry
    from triage_core.domain.gating.state import Approval, Outgoing
    from triage_core.domain.model import Ticket
    from triage_core.edge.message import Reply
    from triage_core.ports import Store

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
    *("somebody leaves", "quorum", "failed"),
)
VALID = 30 * MINUTE
people, places = st.sampled_from(PEOPLE), st.integers(0, 9)
leads = st.lists(st.sampled_from(("lee", "kim", "sam")), min_size=1, max_size=2, unique=True)
ways, getters = st.sampled_from(BETWEEN), st.sampled_from(("flows", "flows", "lee"))
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
    requested_by: str
    expires_at: datetime
    at: datetime


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

    def __init__(self, store: Store | None = None) -> None:
        """Open the office, and listen to everything it logs."""
        super().__init__()
        self.office = GateOffice(store)
        self._log_state = structlog.get_config()["processors"], logging.getLogger().level
        structlog.configure(processors=[self.office.struct])
        logging.getLogger().addHandler(self.office.std)
        logging.getLogger().setLevel(logging.DEBUG)
        self.numbers = count(1)
        self.words: dict[str, Version] = {}
        self.current: dict[str, str] = {}
        self.agreed: list[Agreed] = []
        self.releases: list[tuple[str, str]] = []
        self.judged: dict[str, list[bool]] = {}
        self.given_out: dict[str, set[str]] = {}
        self.gone, self.quorum, self.start, self.steps = "", 1, "full", 0

    def teardown(self) -> None:
        """Look once more, with everybody's eyes and at every list."""
        assert self.office.found(CALLERS, lists=True) == []
        self.check_lines()
        structlog.configure(processors=self._log_state[0])
        logging.getLogger().removeHandler(self.office.std)
        logging.getLogger().setLevel(self._log_state[1])

    # --- what must hold -------------------------------------------------------------------------------------------

    def looks(self, reply: Reply | None = None, *, may_hold: frozenset[str] = frozenset()) -> None:
        """Search the answer of a step, and everything else that leaves, for words of texts."""
        Gates.done["step"] += 1
        self.steps += 1
        if reply is not None:
            assert searched("answer", told(reply)).canaries <= may_hold
        reader = CALLERS[self.steps % len(CALLERS)]
        assert self.office.found((reader,), lists=self.steps % 10 == 0) == []

    def is_gated(self, version: Version) -> bool:
        """Judge as the policy's words say, without asking the product."""
        ticket = self.office.triage.ticket(TENANT, version.message.partition("-")[0])
        is_flows = not version.is_template and (version.editor or version.author) not in PEOPLE
        return ticket.class_name == "P1" or bool(ticket.tag_names) or is_flows

    def check_approved(self, version: Version) -> None:
        """Enough people of the roster, none of whom wrote or asked, agreed in time to this very version."""
        now = self.office.time
        counted = {
            each.person
            for each in self.agreed
            if each.version == version
            and each.person in LEADS - {self.gone, version.author, version.editor, each.requested_by}
            and each.at < each.expires_at
            and now < each.at + VALID
        }
        assert len(counted) >= self.quorum

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
        self.looks(self.office.post("lee", "tickets", ticket(1, **kind)))

    @precondition(lambda self: len(self.office.tickets()) == 1)
    @rule(kind=st.sampled_from(KINDS))
    def submits(self, kind: dict[str, Any]) -> None:
        """Take another one in."""
        self.looks(self.office.post("flows", "tickets", ticket(2, **kind)))

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

    @rule(place=places, who=anybody)
    def prepares(self, place: int, who: str) -> None:
        """Bring a text of one's own."""
        word = self.word()
        given = {"kind": "first_response", "to_csv": "jo@example.com", "subject": word, "body": f"Hello, {word}. Desk"}
        self.prepared(place, who, word, given)

    @rule(place=places, who=anybody)
    def drafts(self, place: int, who: str) -> None:
        """Have a template make one."""
        word = self.word()
        given = {"kind": "status_update", "to_csv": "jo@example.com", "current_state": f"The cause is {word}."}
        self.prepared(place, who, word, given)

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
        given = {"to_csv": "jo@example.com", "subject": word, "body": f"Hello, {word}. Desk"}
        reply = self.office.post(who, f"messages/{name}/edit", given)
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
            assert who in LEADS
            Gates.done["approval"] += 1
            version = self.words[self.current[message_id(on.id, approval.message)]]
            times = approval.expires_at, self.office.time
            if not any(each.version == version and each.person == who for each in self.agreed):
                self.agreed.append(Agreed(version, who, approval.requested_by, *times))
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
        assert who in (LEADS - {self.gone, approval.requested_by, *approval.excluded}) | self.writers(on, approval)
        if approval.message is None or not text:
            return None
        assert searched("page", text).canaries == {self.current[message_id(on.id, approval.message)]}
        return self.office.triage.sealing(TENANT)(text)

    def writers(self, on: Ticket, approval: Approval) -> set[str]:
        """Return who knows the words anyway, having written them last."""
        return {text.editor or text.author for text in on.messages if text.number == approval.message}

    # --- leaving --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.messages())
    @rule(place=places, who=st.sampled_from(("flows", "flows", "flows", "zaps", "lee", "ann", "reader")))
    def releases_one(self, place: int, who: str) -> None:
        """Ask for a text."""
        known = self.messages()
        self.released(known[place % len(known)][0], who)

    def released(self, name: str, who: str) -> None:
        word, version = self.current[name], self.words[self.current[name]]
        reply = self.office.post(who, f"messages/{name}/release", {"via": "platform"})
        found = searched("release", told(reply)).canaries
        if found:
            assert found == {word}
            is_gated = self.is_gated(version)
            if is_gated:
                self.check_approved(version)
            self.releases.append((name, f"k{self.office.requests}"))
            Gates.done["gated release" if is_gated else "release"] += 1
            self.judged.setdefault(name, []).append(is_gated)
            self.given_out.setdefault(f"k{self.office.requests}", set()).add(word)
        self.looks(reply, may_hold=found)

    @precondition(lambda self: self.releases)
    @rule(place=places, who=st.sampled_from(("flows", "zaps", "lee")))
    def releases_again(self, place: int, who: str) -> None:
        """Repeat a release; it gives at most what it gave before."""
        name, key = self.releases[place % len(self.releases)]
        reply = self.office.post(who, f"messages/{name}/release", {"via": "platform"}, key)
        self.looks(reply, may_hold=frozenset(self.given_out[key]))

    @precondition(lambda self: self.messages())
    @rule(place=places, who=anybody, outcome=st.sampled_from(("sent", "failed", "failed")))
    def confirms(self, place: int, who: str, outcome: str) -> None:
        """Say what became of a text."""
        known = self.messages()
        name = known[place % len(known)][0]
        self.looks(self.office.post(who, f"messages/{name}/confirm", {"outcome": outcome}))

    @rule(author=people, leads=leads, between=ways, who=anybody, who_gets_it=getters)
    def goes_its_way(self, author: str, leads: list[str], between: str, who: str, who_gets_it: str) -> None:
        """Write a text, decide about it, let something come between, and release it: what happens most."""
        self.runs(partial(self.prepares, who=author), leads, between, (who, who_gets_it))

    @rule(author=anybody, leads=leads, between=ways, who=anybody, who_gets_it=getters)
    def drafted_goes_its_way(self, author: str, leads: list[str], between: str, who: str, who_gets_it: str) -> None:
        """Do the same with a text of a template."""
        self.runs(partial(self.drafts, who=author), leads, between, (who, who_gets_it))

    def runs(self, writes: Callable[..., None], leads: list[str], between: str, others: tuple[str, str]) -> None:
        if self.start != "full":
            self.adopts(gone=self.gone, quorum=self.quorum, start="full")
        before = self.current.keys() | set()
        writes(place=self.open_place())
        for name in self.current.keys() - before:
            for lead in leads:
                self.decided(name, lead)
            self.comes_between(name, between, (leads[0], others[0]))
            for _ in range(2):
                self.released(name, others[1])

    def open_place(self) -> int:
        """Find a ticket that people work on, the gated ones first, or take one in."""
        known = list(enumerate(self.office.tickets()))
        found = sorted((not each.gate_required, place) for place, each in known if each.is_open)
        if not found:
            self.looks(self.office.post("flows", "tickets", ticket(len(known) + 1, **KINDS[2])))
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
        for name, _ in self.messages():
            self.looks(self.office.post("flows", f"messages/{name}/release", {"via": "platform"}))
        rollout.revive(Hand(TENANT, person(self.lead()), "because"), rollout.of(TENANT).rollout.version)

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


@pytest.mark.parametrize("examples", [15, pytest.param(600, marks=pytest.mark.campaign)])
def test_no_word_of_a_gated_text_leaves(examples: int) -> None:
    search(Gates, examples)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("examples", [2, pytest.param(60, marks=pytest.mark.campaign)])
def test_no_word_of_a_gated_text_leaves_a_database(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, examples: int
) -> None:
    numbers = count()
    urls = {
        "sqlite": lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}",
        "postgres": lambda: emptied(str(request.getfixturevalue("postgres_url"))),
    }

    class OnDisk(Gates):
        def __init__(self) -> None:
            """Open an office on a database of its own."""
            self.kept = open_store(urls[kind]())
            super().__init__(self.kept)

        def teardown(self) -> None:
            """Close the database as well."""
            super().teardown()
            self.kept.close()

    search(OnDisk, examples)

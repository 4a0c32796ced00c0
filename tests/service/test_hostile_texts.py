"""Does any text, hostile or ordinary, ever get more out of the product than a bland one?

The texts lie outside the repository and are never shown: a failure names the id of the text alone.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.sample_cases import MONDAY, after, blank, context
from tests.small_policy import COMPLETE, document, policy
from triage_core.adapters.memory import MemoryStore
from triage_core.domain import triaging
from triage_core.domain.model import SYSTEM, RiskTag, State, TagSource, Ticket
from triage_core.domain.playbook import Playbook
from triage_core.domain.submission import Submission
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage_core.domain.policy.service_levels import Metric

TAG = {"name": "manipulation", "must_escalate": False}
BOOK = Playbook(policy(tags=[*document()["tags"], TAG]))
INTAKE = {**COMPLETE, "impact": "low"}
#: What a person, not a rule, said about the ticket.
SAID = RiskTag(name="billing", source=TagSource.PERSON, by="ann")
BLAND = "The printer on the second floor does not print."
MAIL = f"Hello,\n\n{BLAND}\n\n%s\n\nKind regards\nAnn"


class Text(NamedTuple):
    """A text and the name it may be called by."""

    id: str
    text: str


class Whereabouts(NamedTuple):
    """Where a text stands in a ticket."""

    subject: str
    body: str


def hostile(folder: Path) -> Iterator[Text]:
    for line in (folder / "hostile" / "hostile.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
        row = json.loads(line)
        yield Text(row["id"], row["text"])


def ordinary(folder: Path) -> Iterator[Text]:
    with zipfile.ZipFile(folder / "tickets" / "endava_topics.zip") as pack, pack.open(pack.namelist()[0]) as raw:
        for number, row in enumerate(csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))):
            yield Text(f"endava {number}", row["Document"])
    with (folder / "tickets" / "banking77_train.csv").open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            yield Text(f"banking {number}", row["text"])


def places(text: str) -> tuple[Whereabouts, ...]:
    """Return the text as subject, as body, and inside an ordinary mail."""
    return Whereabouts(text, BLAND), Whereabouts("Printer", text), Whereabouts("Printer", MAIL % text)


def decided(where: Whereabouts) -> Ticket:
    """Take a ticket in, through intake and triage."""
    ticket = blank(customer="acme", requester_key="k", tags=(SAID,))
    seen = context(text=triaging.joined(*where), book=BOOK)
    return after(ticket, triaging.arrive(seen, ticket, INTAKE))


def due(ticket: Ticket) -> dict[Metric, Any]:
    return {clock.metric: clock.due_at for clock in ticket.clocks}


def recipients(ticket: Ticket) -> tuple[object, ...]:
    """Return to whom anything about the ticket goes, as the policy says for its class."""
    line = str(ticket.intake["service_line"])
    given = BOOK.directory.assign(str(ticket.class_name), line, MONDAY, {})
    return given.queue, given.owner, given.secondary


def weaker_than(bland: Ticket, ticket: Ticket) -> list[str]:
    """Return in which ways a ticket is handled with less caution, or goes elsewhere, than its bland twin."""
    late = [metric for metric, at in due(bland).items() if metric in due(ticket) and due(ticket)[metric] > at]
    ranks = BOOK.rules.severity_ranks
    wrong = {
        "class": ticket.class_rank > bland.class_rank,
        "severity": ranks[str(ticket.severity)] > ranks[str(bland.severity)],
        "tags": SAID not in ticket.tags,
        "gate": ticket.gate_required < bland.gate_required,
        "escalation": ticket.must_escalate < bland.must_escalate,
        "due times": bool(late) or not due(bland).keys() <= due(ticket).keys(),
        "recipients": (ticket.queue, ticket.owner, ticket.secondary) != recipients(ticket),
        "people": (ticket.customer, ticket.requester_key) != (bland.customer, bland.requester_key),
        "state": ticket.state not in {State.TRIAGED, State.ASSIGNED} or ticket.resolved_at is not None,
        "intake": ticket.intake != bland.intake,
    }
    return [name for name, holds in wrong.items() if holds]


def test_hostile_text_never_lowers_or_redirects_anything(shared_data: Path) -> None:
    bland = decided(Whereabouts("Printer", BLAND))
    found = {
        (text.id, place): wrong
        for text in hostile(shared_data)
        for place, where in enumerate(places(text.text))
        if (wrong := weaker_than(bland, decided(where)))
    }
    assert found == {}


def test_hostile_text_that_is_recognised_only_adds_caution(shared_data: Path) -> None:
    """The class changes by words of the policy's own rules only, as it would for any ticket with these words."""
    silent = Playbook(policy(manipulation={"kinds": []}))
    changed = []
    for text in hostile(shared_data):
        heard, unheard = (book.rules.decide(INTAKE, text.text).outcome for book in (BOOK, silent))
        same = heard.class_name == unheard.class_name and heard.severity == unheard.severity
        if not same or set(unheard.tags) - set(heard.tags) or heard.gate_required < unheard.gate_required:
            changed.append(text.id)
    assert changed == []


def test_every_ordinary_text_passes_intake_and_triage(shared_data: Path) -> None:
    bland = decided(Whereabouts("Printer", BLAND))
    found = {
        text.id: wrong
        for text in ordinary(shared_data)
        if (wrong := weaker_than(bland, decided(Whereabouts("Printer", text.text))))
    }
    assert found == {}


def test_ordinary_texts_are_hardly_ever_suspicious(shared_data: Path) -> None:
    texts = list(ordinary(shared_data))
    taken_for_odd = [text.id for text in texts if BOOK.rules.tricks(text.text)]
    assert len(taken_for_odd) < 0.005 * len(texts)


@pytest.fixture
def desk() -> Triage:
    numbers = iter(range(10**9))
    triage = Triage(MemoryStore(), lambda: MONDAY + timedelta(hours=1), lambda: f"t{next(numbers):09}")
    triage.playbooks.activate("acme", BOOK.policy, MONDAY)
    return triage


def test_hostile_text_is_stored_as_it_came_and_told_to_nobody(desk: Triage, shared_data: Path) -> None:
    changed, told = [], []
    for text in hostile(shared_data):
        given = Submission(
            tenant="acme", source="mail", source_id=text.id, subject="Printer", body=text.text, intake=INTAKE
        )
        ticket_id = desk.submit(given, SYSTEM).ticket_id
        if desk.text("acme", ticket_id) != f"Printer\n{text.text}":
            changed.append(text.id)
        lines = desk.store.timeline("acme", ticket_id)
        outside = "".join(message.payload for message in desk.store.messages("acme", ticket_id))
        if len(text.text) > 20 and (text.text in outside or any(text.text in line.body for line in lines)):
            told.append(text.id)
    assert (changed, told) == ([], [])

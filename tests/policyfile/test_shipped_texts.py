"""Can every text that is shipped be filled, does it promise nothing, and does none hold a word of a ticket?"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tests.sample_cases import MINUTE, MONDAY, fingerprint
from tests.sample_drafts import NAMES, SAID, SHIPPED, blocked, line, of_class, ready_for, shipped, telling
from triage_core.domain.drafting.draft import Drafted, NoDraft, Wanted
from triage_core.domain.drafting.echo import echoes
from triage_core.domain.drafting.facts import facts_of
from triage_core.domain.drafting.filling import fill
from triage_core.domain.drafting.kinds import KINDS
from triage_core.domain.entry import Kind
from triage_core.domain.model import Ticket
from triage_core.domain.policy.gates import Template, TemplateKind
from triage_core.policyfile import PRESETS
from triage_core.service.drafting import Material, by_template

if TYPE_CHECKING:
    from pathlib import Path

    from triage_core.domain.playbook import Playbook

NOW = MONDAY + 2 * MINUTE
LINES = (line(Kind.SUBMITTED, 0), line(Kind.TRIAGED, 0), line(Kind.WORK_STARTED, 1))
GERMAN = ("internal-it", *PRESETS)
#: Kinds that any ticket of a class with drafts may need; the others belong to incidents.
EVERYDAY = [kind for kind in TemplateKind if not KINDS[kind].is_form and kind is not TemplateKind.INTAKE_REQUEST]
#: What the texts of a desk must not say by themselves, in both languages.
LOOSE = re.compile(
    r"guarante|promis|garantier|versprech|will be (fixed|solved|refunded)|wird (behoben|erstattet)"
    r"|compensat|entschädig|refund|erstatt|liab|haft|our fault|unser fehler|unsere schuld|apolog|entschuldig"
    r"|sorry|[€$£]|\bEUR\b|https?:|www\.|password is|passwort lautet",
    re.IGNORECASE,
)


def texts(name: str) -> tuple[Template, ...]:
    return shipped(name).policy.templates


def fitting(book: Playbook, template: Template) -> Ticket:
    """Return a ticket that the template is meant for, as it stands when the text is due."""
    if template.kind is TemplateKind.INTAKE_REQUEST:
        return blocked(book)
    open_classes = [item.name for item in book.policy.classes if item.draft_allowed]
    ticket = of_class(book, (*template.classes, *open_classes)[0], *template.tags_any)
    return ready_for(template.kind, ticket)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_template_is_filled_without_a_gap(name: str) -> None:
    book = shipped(name)
    for template in texts(name):
        told = telling(now=NOW, language=template.language, entries=LINES)
        filled = fill(template, facts_of(book, fitting(book, template), told))
        assert (template.id, filled.unfilled) == (template.id, ())
        assert "{" not in filled.subject + filled.body


@pytest.mark.parametrize("name", SHIPPED)
def test_every_kind_has_a_text_for_every_class_that_may_have_one(name: str) -> None:
    book = shipped(name)
    material = Material(names=NAMES, entries=LINES)
    missing = []
    for kind, item in product(EVERYDAY, book.policy.classes):
        ticket = ready_for(kind, of_class(book, item.name))
        found = by_template(book, ticket, Wanted(kind=kind, said=SAID), material, NOW)
        if item.draft_allowed and (isinstance(found, NoDraft) or found.unfilled):
            missing.append((kind, item.name))
    assert missing == []


@pytest.mark.parametrize("name", GERMAN)
def test_every_text_has_a_german_twin(name: str) -> None:
    by_language = {
        language: {(each.kind, each.classes, each.tags_any) for each in texts(name) if each.language == language}
        for language in ("en", "de")
    }
    assert by_language["en"] == by_language["de"]


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_text_promises_admits_or_prices_anything_or_links_anywhere(name: str) -> None:
    found = {each.id: hit[0] for each in texts(name) if (hit := LOOSE.search(f"{each.subject}\n{each.body}"))}
    assert found == {}


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("tag", ["security", "billing", "legal_regulatory"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_risky_ticket_gets_words_of_its_own_that_name_no_target(name: str, tag: str, language: str) -> None:
    book = shipped(name)
    ticket = of_class(book, book.policy.classes[1].name, tag, "security")
    wanted = Wanted(kind=TemplateKind.FIRST_RESPONSE, language=language)
    drafted = by_template(book, ticket, wanted, Material(names=NAMES), NOW)
    assert isinstance(drafted, Drafted)
    assert {"resolution_due", "next_update_due"}.isdisjoint(drafted.facts)
    assert drafted.needs_person


def test_of_several_risks_the_law_comes_first() -> None:
    for name in SHIPPED:
        book = shipped(name)
        ticket = of_class(book, book.policy.classes[1].name, "billing", "legal_regulatory", "security")
        drafted = by_template(book, ticket, Wanted(kind=TemplateKind.FIRST_RESPONSE), Material(names=NAMES), NOW)
        assert isinstance(drafted, Drafted)
        assert drafted.template == "first-legal"


def hostile(folder: Path) -> list[str]:
    lines = (folder / "hostile" / "hostile.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return [json.loads(written)["text"] for written in lines]


@pytest.mark.parametrize("name", ["p1-p3", "internal-it"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_text_of_a_stranger_gets_into_a_draft(name: str, language: str, shared_data: Path) -> None:
    """Not as the ticket's text, and not as the name that its sender goes by."""
    book = shipped(name)
    ticket = of_class(book, "P2", "security")
    found = []
    for text in hostile(shared_data):
        for kind in (TemplateKind.FIRST_RESPONSE, TemplateKind.STATUS_UPDATE):
            material = Material(text=text, customer=text, names=NAMES, entries=LINES)
            drafted = by_template(book, ticket, Wanted(kind=kind, language=language, said=SAID), material, NOW)
            assert isinstance(drafted, Drafted)
            if echoes(f"{drafted.subject}\n{drafted.body}", text):
                found.append(fingerprint(text))
    assert found == []


@pytest.mark.parametrize("kind", TemplateKind)
def test_the_same_ticket_at_the_same_moment_gives_the_same_text(kind: TemplateKind) -> None:
    book = shipped("p1-p3")
    ticket = blocked(book) if kind is TemplateKind.INTAKE_REQUEST else ready_for(kind, of_class(book, "P2"))
    wanted = Wanted(kind=kind, said=SAID)
    first = by_template(book, ticket, wanted, Material(text="one", names=NAMES, entries=LINES), NOW)
    again = by_template(book, replace(ticket), wanted, Material(text="two", names=NAMES, entries=LINES), NOW)
    assert first == again
    assert isinstance(first, Drafted)

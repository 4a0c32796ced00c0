"""Is the template chosen that is meant for the ticket, always the same one, and is it said why?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import arrived
from tests.sample_drafts import SHIPPED, of_class, shipped, tagged
from tests.small_policy import policy
from triage_core.domain.drafting.choosing import as_language, choose, reason_for
from triage_core.domain.policy.gates import Template, TemplateKind

KIND = TemplateKind.FIRST_RESPONSE
TEMPLATES = (
    {"id": "update", "kind": "status_update"},
    {"id": "en"},
    {"id": "de", "language": "de"},
    {"id": "at", "language": "de-AT"},
    {"id": "en-p2", "classes": ["P2"]},
    {"id": "en-p2-p3", "classes": ["P2", "P3"]},
    {"id": "de-p1", "language": "de", "classes": ["P1"]},
    {"id": "en-security", "tags_any": ["security"]},
    {"id": "de-billing", "language": "de", "tags_any": ["security", "billing"]},
    {"id": "en-billing-p1", "tags_any": ["billing"], "classes": ["P1"]},
)
TICKET = arrived()


def template(**fields: Any) -> Template:
    return Template.model_validate({"kind": KIND, "body": "x", **fields})


def chosen(language: str, *tags: str, templates: tuple[dict[str, Any], ...] = TEMPLATES, kind: str = KIND) -> str:
    book = policy(templates=[template(**fields) for fields in templates])
    found = choose(book, TemplateKind(kind), tagged(TICKET, *tags), language)
    return found.id if found else ""


@pytest.mark.parametrize(
    ("language", "tags", "expected"),
    [
        ("en", (), "en-p2"),
        ("en-GB", (), "en-p2"),
        ("de", (), "de"),
        ("de-AT", (), "at"),
        ("de-CH", (), "de"),
        ("de_at", (), "at"),
        ("fr", (), "en-p2"),
        ("", (), "en-p2"),
        ("de", ("security",), "de-billing"),
        ("en", ("security",), "en-security"),
        ("fr", ("security",), "en-security"),
        ("en", ("billing",), "en-p2"),
        ("de", ("billing",), "de-billing"),
    ],
)
def test_tag_then_language_then_class_then_place_in_the_file_decide(
    language: str, tags: tuple[str, ...], expected: str
) -> None:
    assert chosen(language, *tags) == expected


def test_a_template_for_the_tag_comes_before_one_in_the_right_language() -> None:
    templates = ({"id": "de", "language": "de"}, {"id": "en-security", "tags_any": ["security"]})
    assert chosen("de", "security", templates=templates) == "en-security"


def test_a_region_of_the_language_is_nearer_than_english() -> None:
    assert chosen("de", templates=({"id": "en"}, {"id": "at", "language": "de-AT"})) == "at"
    assert chosen("fr", templates=({"id": "at", "language": "de-AT"}, {"id": "gb", "language": "en-GB"})) == "gb"


def test_without_a_language_that_anybody_can_be_expected_to_read_there_is_none() -> None:
    assert chosen("de", templates=({"id": "fr", "language": "fr"},)) == ""


def test_another_kind_or_class_is_never_chosen() -> None:
    assert chosen("en", templates=({"id": "p1", "classes": ["P1"]},)) == ""
    assert chosen("en", kind="survey") == ""


@given(st.permutations(TEMPLATES), st.sampled_from(["en", "de", "de-AT", "de-CH", "fr"]))
def test_the_place_in_the_file_counts_only_among_equals(order: list[dict[str, Any]], language: str) -> None:
    assert chosen(language, templates=tuple(order)) == chosen(language)


def test_of_equals_the_first_in_the_file_is_chosen() -> None:
    assert chosen("en", templates=({"id": "a"}, {"id": "b"})) == "a"


@pytest.mark.parametrize(
    ("fields", "language", "reason"),
    [
        ({"id": "en"}, "en", "the first response in en"),
        ({"id": "en"}, "fr", "the first response in en, since none is in fr"),
        ({"id": "de", "language": "de"}, "de-CH", "the first response in de"),
        (
            {"id": "x", "tags_any": ["billing", "security"], "classes": ["P2", "P3"]},
            "en",
            "the first response for security for class P2 in en",
        ),
    ],
)
def test_the_reason_names_what_decided(fields: dict[str, Any], language: str, reason: str) -> None:
    assert reason_for(template(**fields), tagged(TICKET, "security"), language) == reason


@pytest.mark.parametrize(
    ("written", "read"), [("DE", "de"), ("pt_br", "pt-BR"), (" en-gb ", "en-GB"), ("de-", "de"), ("", "")]
)
def test_a_language_is_read_however_it_is_written(written: str, read: str) -> None:
    assert as_language(written) == read


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", ["en", "de", "de-AT", "fr", "pt_BR", "x", ""])
def test_every_language_gets_a_text_of_a_shipped_policy(name: str, language: str) -> None:
    book = shipped(name)
    ticket = of_class(book, book.policy.classes[1].name)
    assert choose(book.policy, KIND, ticket, language) is not None

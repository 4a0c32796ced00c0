"""Is a page of Notion valid and inside every limit, whatever the closure says?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from msgspec.structs import replace

from tests.cards.samples import P2, closures, hostile, huge, summary
from tests.random_policies import FEWER
from tests.sample_closures import GRAVE, PLAIN
from triage_core.cards import notion
from triage_core.cards.closure import Links, Summary
from triage_core.cards.notion import NotionPage, page
from triage_core.domain.closure.facts import ClosureFacts

DATA_SOURCE = "5c6a28216bb14a7eb6e1c50111515c3d"


def rendered(facts: ClosureFacts = GRAVE) -> NotionPage:
    return page(summary(facts), DATA_SOURCE)


def bodies(of: NotionPage) -> list[dict[str, Any]]:
    return [of.create, *of.appends]


def blocks(of: NotionPage) -> list[dict[str, Any]]:
    return [block for body in bodies(of) for block in body["children"]]


def pieces(of: NotionPage) -> list[list[dict[str, Any]]]:
    inside = [block[block["type"]]["rich_text"] for block in blocks(of)]
    values = [of.create["properties"][name][kind] for name, (kind, _) in notion.PROPERTIES.items()]
    return [*inside, *(value for value in values if isinstance(value, list))]


def words(of: NotionPage) -> str:
    return "\n".join("".join(piece["text"]["content"] for piece in part) for part in pieces(of))


@pytest.fixture(scope="session")
def validators(shared_schemas: Path) -> list[Draft7Validator]:
    """What Notion takes: a new page, and more of one."""
    folder = shared_schemas / "payloads" / "notion"
    names = ("NotionCreatePage", "NotionAppendBlocks")
    return [Draft7Validator(json.loads((folder / f"{name}.generated.schema.json").read_text())) for name in names]


def check(validators: list[Draft7Validator], of: NotionPage) -> None:
    create, append = validators
    create.validate(json.loads(json.dumps(of.create)))
    for body in of.appends:  # the schema names the page among the values, where the call has it in its path
        append.validate(json.loads(json.dumps({"block_id": DATA_SOURCE, **body})))


def within_limits(of: NotionPage) -> bool:
    texts = [piece["text"]["content"] for part in pieces(of) for piece in part]
    return (
        all(len(text.encode("utf-16-le")) // 2 <= 2_000 for text in texts)
        and all(len(part) <= 100 for part in pieces(of))
        and all(len(body["children"]) <= 100 for body in bodies(of))
        and all(len(json.dumps(body, ensure_ascii=False).encode()) < 500_000 for body in bodies(of))
        and len(blocks(of)) <= 1_000
    )


@pytest.mark.parametrize("facts", [GRAVE, PLAIN, huge(), huge("😀")])
def test_a_page_is_what_notion_takes(validators: list[Draft7Validator], facts: ClosureFacts) -> None:
    check(validators, rendered(facts))


@FEWER
@given(facts=closures())
def test_a_hostile_closure_is_what_notion_takes(validators: list[Draft7Validator], facts: ClosureFacts) -> None:
    made = rendered(facts)
    check(validators, made)
    assert within_limits(made)


@pytest.mark.parametrize("letter", ["x", "é", "😀", "\n", '"'])
def test_the_largest_closure_stays_inside_every_limit(letter: str) -> None:
    assert within_limits(rendered(huge(letter)))


def test_a_long_page_is_continued_and_its_end_says_what_was_left_out() -> None:
    made = rendered(huge())
    assert len(made.appends) >= 9
    assert "left out" in words(NotionPage(create=made.create, appends=made.appends[-1:]))


def test_a_short_page_takes_one_call_and_says_everything() -> None:
    made = rendered()
    assert made.appends == ()
    for said in ("A certificate was missing.", "recovery code", "Watch the free space. (Ann", "twenty minutes"):
        assert said in words(made)


def test_the_properties_are_those_of_the_data_source() -> None:
    made = rendered().create["properties"]
    assert made.keys() == notion.properties().keys()
    assert {name: list(kind) for name, kind in notion.properties().items()} == {
        name: [value["type"]] for name, value in made.items()
    }
    assert "people" not in json.dumps(notion.properties())


def test_a_property_shows_its_value() -> None:
    values = rendered().create["properties"]
    assert values["Source link"]["url"] == "https://acme.zendesk.com/agent/tickets/7"
    assert values["Class"]["select"] == {"name": "P1"}
    assert values["Closed"]["date"] == {"start": "2026-03-02T10:00:00+00:00"}
    assert values["Open actions"]["number"] == 2
    assert values["Reviewed"]["checkbox"] is True


def test_what_does_not_exist_is_empty() -> None:
    values = page(summary(PLAIN, P2, links=Links()), DATA_SOURCE).create["properties"]
    assert (values["Source link"]["url"], values["Known error"]["rich_text"]) == (None, [])
    bare = page(replace(summary(), class_label="", closed_at=None), DATA_SOURCE).create["properties"]
    assert (bare["Class"]["select"], bare["Closed"]["date"]) == (None, None)


def test_a_select_has_no_comma_and_a_name_of_some_length() -> None:
    told: Summary = replace(summary(), class_label="P1, " + "x" * 200)
    name = page(told, DATA_SOURCE).create["properties"]["Class"]["select"]["name"]
    assert ("," in name, len(name)) == (False, 100)


@given(text=hostile | st.text())
def test_a_text_comes_back_whole_and_links_nowhere(text: str) -> None:
    made = notion.rich_text(text)
    assert "".join(piece["text"]["content"] for piece in made) == text
    assert all("link" not in piece["text"] for piece in made)


def test_a_text_beyond_all_pieces_says_so() -> None:
    made = notion.rich_text("x" * 200_001)
    assert len(made) == 100
    assert "left out" in made[-1]["text"]["content"]


def test_only_our_links_are_links() -> None:
    linked = [piece["text"]["link"]["url"] for part in pieces(rendered()) for piece in part if "link" in piece["text"]]
    assert linked == ["https://acme.zendesk.com/agent/tickets/7", "https://triage.example.com/tickets/t1"]

"""Is a comment internal, valid, linked, and free of anything but words?"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given

from tests.cards.samples import closures, hostile, huge, summary
from tests.channels.test_zendesk_schemas import nullable
from tests.sample_closures import GRAVE, PLAIN
from triage_core.cards.closure import Links
from triage_core.cards.zendesk import comment, html_of, text_of
from triage_core.domain.closure.facts import ClosureFacts

OURS = {"p", "ul", "li", "strong", "a", "br"}


class Read(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_is_for_agents_only() -> None:
    made = comment(summary())
    assert made["ticket"].keys() == {"comment"}
    assert made["ticket"]["comment"]["public"] is False


def test_it_links_the_page_and_the_ticket() -> None:
    assert Read(html_of(summary())).links == [
        "https://www.notion.so/closure-1",
        "https://triage.example.com/tickets/t1",
    ]
    assert Read(html_of(summary(links=Links()))).links == []


@pytest.mark.parametrize("facts", [GRAVE, PLAIN, huge()])
def test_it_is_what_zendesk_takes(shared_schemas: Path, facts: ClosureFacts) -> None:
    told_by = (shared_schemas / "payloads" / "zendesk" / "zendesk-tickets-api-openapi.yml").read_text()
    schemas: Any = nullable(yaml.safe_load(told_by)["components"]["schemas"])
    schema = {**schemas["TicketUpdate"], "components": {"schemas": schemas}, "additionalProperties": False}
    schema["properties"]["comment"]["additionalProperties"] = False
    jsonschema.validate(json.loads(json.dumps(comment(summary(facts))["ticket"])), schema)


@given(facts=closures())
def test_hostile_words_stay_words(facts: ClosureFacts) -> None:
    html = html_of(summary(facts))
    seen = Read(html)
    assert set(seen.tags) <= OURS
    assert len(seen.links) == 2
    assert "{" not in html


@given(text=hostile)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    assert Read(f"<p>{text_of(text)}</p>").text == text


def test_the_largest_closure_fits_and_says_what_was_left_out() -> None:
    html = html_of(summary(huge("<")))
    assert len(html) < 65_536
    assert html.endswith("see the page.</p>")

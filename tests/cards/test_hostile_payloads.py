"""Is what is sent valid whatever a hostile text says, on every surface and for every one of these texts?

Validity is judged by the rules of the stand-ins, which are quicker than schemas. The texts lie outside the repository
and are never shown: a failure names the id of the text alone.
"""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

from tests.cards.samples import summary
from tests.sample_cards import TOKEN, card
from tests.sample_closures import GRAVE
from tests.sample_surfaces import HERE
from tests.standins import notion_rules, slack_rules, teams, zendesk
from triage_core.adapters.surfaces.settings import EmailSettings
from triage_core.adapters.surfaces.smtp import Smtp
from triage_core.cards import notion, slack
from triage_core.cards import teams as adaptive
from triage_core.cards import zendesk as comments
from triage_core.domain.sending import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_RELAY: Final = Smtp(EmailSettings(host="smtp.example.com", sender="Desk <desk@example.com>"), HERE)
_TO: Final = "jo@example.com"
_HEADERS: Final = sorted(_RELAY._written(Envelope(title="Printer", to=(_TO,), ticket_id="t1", key="k1")).keys())
_KINDS: Final = {name: kind for name, (kind, _) in notion.PROPERTIES.items()}
_TAGS: Final = frozenset({"p", "strong", "ul", "li", "br", "a"})


@pytest.fixture(scope="module")
def texts(shared_data: Path) -> dict[str, str]:
    lines = (shared_data / "hostile" / "hostile.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def of_slack(text: str) -> Iterator[str]:
    message = slack.call(card(title=text), TOKEN)
    yield from slack_rules.faults_of(message["blocks"])
    if slack_rules.length_of(message["blocks"]) > slack_rules.LONGEST_ALTOGETHER:
        yield "too long"


def of_teams(text: str) -> Iterator[str]:
    message = adaptive.message(card(title=text))
    content = message["attachments"][0]["content"]
    yield from teams._faults_of(content)
    if len(json.dumps(message)) > teams.MOST_BYTES:
        yield "too long"


def of_mail(text: str) -> Iterator[str]:
    """Read the mail back as a relay gets it: no line of the text has become a header, and nobody else is written to."""
    sent = _RELAY._written(Envelope(title=text, text=text, to=(_TO,), ticket_id="t1", key="k1"))
    read = message_from_bytes(sent.as_bytes(), policy=policy.default)
    if read["To"] != _TO or read.get_content_type() != "text/plain" or read.defects:
        yield "headers"
    if sorted(read.keys()) != _HEADERS:
        yield "more headers"


def of_notion(text: str) -> Iterator[str]:
    page = notion.page(summary(replace(GRAVE, summary=text)), "place")
    yield from notion_rules.faults_of_properties(page.create["properties"], _KINDS)
    for part in (page.create, *page.appends):
        yield from notion_rules.faults_of_children(part["children"])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.addresses.update(str(value) for name, value in attrs if name == "href")


def of_zendesk(text: str) -> Iterator[str]:
    made = comments.comment(summary(replace(GRAVE, summary=text)))
    html, plain = _Tags(), _Tags()
    html.feed(made["ticket"]["comment"]["html_body"])
    plain.feed(comments.comment(summary())["ticket"]["comment"]["html_body"])
    if not html.found <= _TAGS or html.addresses != plain.addresses:
        yield "tags"
    if len(json.dumps(made).encode()) > zendesk.MOST_BYTES or made["ticket"]["comment"]["public"]:
        yield "too long or public"


@pytest.mark.parametrize("faults_of", [of_slack, of_teams, of_mail, of_notion, of_zendesk])
def test_every_payload_of_every_hostile_text_is_valid(
    texts: dict[str, str], faults_of: Callable[[str], Iterator[str]]
) -> None:
    found = {name: faults for name, text in texts.items() if (faults := list(faults_of(text)))}
    assert found == {}

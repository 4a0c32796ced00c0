"""Do words of a closure stay words in Markdown?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.cards.samples import closures, hostile, summary
from triage_core.cards.markdown import document, escaped
from triage_core.domain.closure.facts import ClosureFacts

RENDERER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
OURS = {"paragraph", "heading", "bullet_list", "list_item", "inline", "text", "softbreak", "link"}


def tokens(markdown: str) -> Iterator[Token]:
    for token in RENDERER.parse(markdown):
        yield token
        yield from token.children or ()


def kinds(markdown: str) -> set[str]:
    return {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(markdown)}


def test_a_summary_says_everything() -> None:
    text = document(summary())
    for said in ("# P1 zendesk 7", "<https://www.notion.so/closure-1>", "## Timeline", "- Lasted 2h"):
        assert said in text
    assert kinds(text) <= OURS


@given(facts=closures())
def test_hostile_words_mark_nothing_up(facts: ClosureFacts) -> None:
    text = document(summary(facts))
    links = [token.attrs["href"] for token in tokens(text) if token.type == "link_open"]
    assert kinds(text) <= OURS
    assert len(links) == 3


@given(text=hostile)
def test_a_line_reads_as_it_was_written(text: str) -> None:
    shown = "".join(token.content for token in tokens(escaped(text)) if token.type == "text")
    assert shown.split() == text.replace("\x00", "\ufffd").split()
    assert re.search(r"(?<!\\)://", escaped(text)) is None

"""Does a cut text keep its budget, show the cut, and cut no escape in two?"""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.cards.budget import CUT, fitted, link, stacked
from triage_core.cards.surface import PLAIN, SLACK, TEAMS, Surface

surfaces = st.sampled_from([SLACK, TEAMS, PLAIN])
encodable = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@given(encodable, surfaces, st.integers(12, 80))
def test_a_text_keeps_its_budget_and_shows_a_cut(text: str, surface: Surface, limit: int) -> None:
    shown = fitted(text, limit, surface)
    assert surface.weigh(shown) <= limit
    assert shown == surface.write(text) or shown.endswith(CUT)


@given(st.text(alphabet="a&<>", min_size=1, max_size=60), st.integers(12, 80))
def test_an_entity_is_never_cut_in_two(text: str, limit: int) -> None:
    shown = fitted(text, limit, SLACK).removesuffix(CUT)
    assert text.startswith(html.unescape(shown))


def test_emoji_count_as_two_characters_in_slack_and_as_twelve_bytes_in_teams() -> None:
    assert (SLACK.weigh("😀"), TEAMS.weigh("😀")) == (2, 12)


@given(st.lists(st.text(alphabet="ab", max_size=30), max_size=12), st.integers(40, 120))
def test_lines_without_room_are_counted(lines: list[str], limit: int) -> None:
    shown = stacked(lines, limit, PLAIN, lambda missing: f"{missing} more").split("\n")
    assert len("\n".join(shown)) <= limit
    assert shown == (lines or [""]) or [*shown[:-1]] == lines[: len(shown) - 1]
    assert shown == (lines or [""]) or shown[-1] == f"{len(lines) - len(shown) + 1} more"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "https://a.example/x|y",
        "https://a.example/<x>",
        "https://a.example/a b",
        "https://a.example/\u0430",
        f"https://a.example/{'x' * 500}",
    ],
)
def test_an_address_that_could_be_misread_is_no_link(url: str | None) -> None:
    assert link(url) is None


def test_an_ordinary_address_is_a_link() -> None:
    assert link("https://desk.example.com/e/t1-e1?a=b&c=d#top") == "https://desk.example.com/e/t1-e1?a=b&c=d#top"

"""Do the stand-ins take what their services take, and refuse the next longer thing?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.standins import notion_rules, schemas, slack_rules


def text(length: int, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": "x" * length}


def button(length: int = 5, **fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": text(length, "plain_text"), "action_id": "a", **fields}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", **fields}


@pytest.mark.parametrize(
    ("fits", "is_too_much"),
    [
        ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
        (
            [{"type": "header", "text": text(150, "plain_text")}],
            [{"type": "header", "text": text(151, "plain_text")}],
        ),
        ([section(text=text(3_000))], [section(text=text(3_001))]),
        ([section(text=text(1))], [section(text=text(0))]),
        ([section(fields=[text(9)] * 10)], [section(fields=[text(9)] * 11)]),
        ([section(fields=[text(2_000)])], [section(fields=[text(2_001)])]),
        ([section(text=text(1), accessory=button(75))], [section(text=text(1), accessory=button(76))]),
        (
            [{"type": "context", "elements": [text(9)] * 10}],
            [{"type": "context", "elements": [text(9)] * 11}],
        ),
        (
            [{"type": "actions", "elements": [button(value="v" * 2_000)]}],
            [{"type": "actions", "elements": [button(value="v" * 2_001)]}],
        ),
        (
            [{"type": "actions", "elements": [button(), button(action_id="b")]}],
            [{"type": "actions", "elements": [button(), button()]}],
        ),
        (
            [{"type": "actions", "elements": [button(style="danger")]}],
            [{"type": "actions", "elements": [button(style="red")]}],
        ),
        ([{"type": "divider", "block_id": "b" * 255}], [{"type": "divider", "block_id": "b" * 256}]),
        (
            [{"type": "image", "image_url": "https://a/b", "alt_text": "a"}],
            [{"type": "image", "image_url": "https://a/b"}],
        ),
        ([section(text=text(1))], [section()]),
        ([section(text=text(1))], [{"type": "sektion", "text": text(1)}]),
        ([section(text=text(1))], [{"type": "header", "text": text(1)}]),
    ],
)
def test_slack_counts(fits: list[Any], is_too_much: list[Any]) -> None:
    assert slack_rules.faults_of(fits) == []
    assert slack_rules.faults_of(is_too_much)
    assert schemas.complaints("slack message", {"text": "a", "blocks": fits}) == []


def test_slack_counts_all_texts_of_a_message_together() -> None:
    blocks = [section(text=text(3_000), fields=[text(100)]), {"type": "actions", "elements": [button(50)]}]
    assert slack_rules.length_of(blocks) == 3_150


def paragraph(length: int, children: list[Any] | None = None) -> dict[str, Any]:
    inside: dict[str, Any] = {"rich_text": [{"type": "text", "text": {"content": "x" * length}}]}
    return {"type": "paragraph", "paragraph": inside | ({"children": children} if children else {})}


@pytest.mark.parametrize(
    ("fits", "is_too_much"),
    [
        ([paragraph(2_000)], [paragraph(2_001)]),
        ([paragraph(1)] * 100, [paragraph(1)] * 101),
        ([paragraph(1, [paragraph(1)])], [paragraph(1, [paragraph(1, [paragraph(1)])])]),
        ([paragraph(1, [paragraph(1)] * 9)] * 100, [paragraph(1, [paragraph(1)] * 10)] * 100),
        ([paragraph(1)], [{"type": "heading_1", "paragraph": {}}]),
        ([paragraph(1)], [{"object": "block"}]),
    ],
)
def test_notion_counts(fits: list[Any], is_too_much: list[Any]) -> None:
    assert list(notion_rules.faults_of_children(fits)) == []
    assert list(notion_rules.faults_of_children(is_too_much))


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [
        ("number", {"number": 1.5}, {"number": "1"}),
        ("checkbox", {"checkbox": True}, {"checkbox": 1}),
        ("date", {"date": {"start": "2026-03-02"}}, {"date": {"start": "tomorrow"}}),
        ("date", {"date": None}, {"date": {}}),
        ("url", {"url": "https://a"}, {"url": "x" * 2_001}),
        ("select", {"select": {"name": "P1"}}, {"select": {"name": ""}}),
        ("multi_select", {"multi_select": [{"name": "a"}]}, {"multi_select": [{"name": "a,b"}]}),
        ("rich_text", {"rich_text": []}, {"rich_text": "a"}),
        ("people", {"people": []}, {"people": [{}] * 101}),
        ("title", {"title": []}, {"rich_text": []}),
    ],
)
def test_notion_knows_the_types_of_properties(kind: str, fits: dict[str, Any], does_not: dict[str, Any]) -> None:
    assert list(notion_rules.faults_of_properties({"P": fits}, {"P": kind})) == []
    assert list(notion_rules.faults_of_properties({"P": does_not}, {"P": kind}))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("slack message", {"text": "a", "blocks": [{"type": "sektion"}]}),
        ("adaptive card", {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlok"}]}),
        ("notion page", {"parent": {}, "properties": {}, "children": [{"type": "paragraph"}]}),
        ("notion blocks", {"block_id": "a", "children": [{"type": "paragraph"}]}),
        ("pagerduty event", {"event_action": "page"}),
        ("opsgenie alert", {"message": "a", "priority": "P9"}),
        ("zendesk update", {"ticket": {"status": "done"}}),
    ],
)
def test_public_schemas_are_asked_where_they_are_there(name: str, document: Any) -> None:
    if not schemas.are_there():
        pytest.skip(schemas.MISSING)
    assert schemas.complaints(name, document)

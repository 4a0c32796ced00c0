"""Does `triage triage` decide the tickets of a file, and tell what is wrong with a file?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_files import MORNING, ticket

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Write = Callable[..., Path]

KEYS = {
    *("ticket_id", "tenant", "source", "source_id", "outcome", "state", "class", "severity", "tags", "gate_required"),
    *("must_escalate", "approvers", "queue", "owner", "secondary", "assigned_because", "score", "clocks", "missing"),
    *("alerts", "defaulted", "fired", "impact_statement", "rationale", "update_every_seconds", "policy_version"),
    "created_at",
}


def test_a_page_tells_class_tags_words_owner_and_deadlines(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets(ticket()), "--policy", policy, "--now", MORNING)
    assert said.code == 0
    for part in (
        "P2 sev4 security gated",
        "tag rule security-words gave security (“was not me” at 21)",
        "goes to desk, ann",
        "first reply Mon 02 Mar 11:00 CET (1h on always)",
        "1 tickets under small@1: 1 P2",
    ):
        assert part in said.flat


def test_a_blocked_ticket_tells_what_it_lacks(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets(ticket(intake={})), "--policy", policy)
    assert "BLOCKED" in said.out
    assert "impact: one of high, medium, low" in said.flat


def test_json_has_every_key_for_each_ticket(triage: Run, tickets: Write, policy: Path) -> None:
    file = tickets(ticket(), ticket(source_id="a-2", intake={}))
    said = triage("triage", file, "--policy", policy, "--now", MORNING, "--json")
    decided, blocked = map(json.loads, said.out.splitlines())
    assert decided.keys() == blocked.keys() == KEYS
    assert (decided["outcome"], decided["class"], decided["tags"]) == ("triaged", "P2", ["security"])
    assert decided["fired"][1]["words"] == [{"term": "was not me", "start": 21, "end": 31, "text": "was not me"}]
    assert (blocked["outcome"], blocked["class"], blocked["missing"][0]["field"]) == ("blocked", None, "impact")


def test_a_list_and_a_pipe_are_read_too(triage: Run, policy: Path) -> None:
    said = triage("triage", "-", "--policy", policy, "--json", given=json.dumps([ticket(), ticket(source_id="a-2")]))
    assert [json.loads(line)["source_id"] for line in said.out.splitlines()] == ["a-1", "a-2"]


def test_one_ticket_of_a_file_can_be_picked(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets(ticket(), ticket(source_id="a-2")), "--policy", policy, "--only", "a-2", "--json")
    assert said.json["source_id"] == "a-2"


def test_an_age_counts_from_now(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets(ticket(created_offset="-2h")), "--policy", policy, "--now", MORNING, "--json")
    assert said.json["created_at"] == "2026-03-02T07:00:00Z"


def test_a_customers_control_characters_do_not_reach_the_terminal(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets(ticket(subject="\x1b[31mred [bold]\u202e")), "--policy", policy)
    assert "\x1b" not in said.out
    assert "<U+001B>[31mred [bold]<U+202E>" in said.out


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{broken", "tickets.jsonl:2: this is no JSON"),
        ({**ticket(), "subjct": "x"}, 'tickets.jsonl:2: unknown field "subjct" (did you mean subject?)'),
        ({**ticket(), "subject": 1}, "tickets.jsonl:2: subject: expected `str`, got `int`"),
        ({"source_id": "a-2"}, "tickets.jsonl:2: a ticket needs a subject or a body"),
        (ticket(created_at="2026-03-02T10:00:00"), "tickets.jsonl:2: created_at has no time zone"),
        (ticket(created_offset="2h"), "tickets.jsonl:2: created_offset looks like"),
        (ticket(created_offset="-2h", created_at=MORNING), "tickets.jsonl:2: created_at and created_offset"),
        (ticket(expect={"clas": "P1"}), 'tickets.jsonl:2: unknown field "clas" in expect'),
    ],
)
def test_a_bad_line_is_told_with_its_number(
    triage: Run, tickets: Write, policy: Path, line: dict[str, Any] | str, problem: str
) -> None:
    said = triage("triage", tickets(ticket(), line), "--policy", policy, "--json")
    assert (said.code, said.out) == (2, "")
    assert problem in said.err


def test_all_bad_lines_are_told_at_once(triage: Run, tickets: Write, policy: Path) -> None:
    said = triage("triage", tickets("{", ticket(), "]"), "--policy", policy)
    assert re.findall(r"tickets.jsonl:(\d)", said.err) == ["1", "3"]


def test_a_broken_document_over_several_lines_is_told_with_the_line(triage: Run, policy: Path) -> None:
    said = triage("triage", "-", "--policy", policy, given='{\n "subject": "x",\n "body": }\n')
    assert "(standard input):3: this is no JSON" in said.err


def test_an_empty_file_holds_no_ticket(triage: Run, tickets: Write, policy: Path) -> None:
    assert "there is no ticket here" in triage("triage", tickets(""), "--policy", policy).err


def test_a_missing_file_is_told(triage: Run, policy: Path) -> None:
    said = triage("triage", "nowhere.jsonl", "--policy", policy)
    assert (said.code, said.err) == (
        2,
        "triage: nowhere.jsonl: no such file or directory; check the path [file_unreadable]\n",
    )


def test_a_policy_with_problems_decides_nothing(triage: Run, tickets: Write, policy: Path) -> None:
    policy.write_text(policy.read_text().replace("by: 1", "by: -1"))
    said = triage("triage", tickets(ticket()), "--policy", policy)
    assert said.code == 2
    assert "policy.yaml:" in said.err
    assert said.err.endswith("[policy_invalid]\n")


@pytest.mark.parametrize(
    ("moment", "code"), [("yesterday", "moment_unreadable"), ("2026-03-02T10:00:00", "naive_time")]
)
def test_now_needs_a_moment_with_a_zone(triage: Run, tickets: Write, policy: Path, moment: str, code: str) -> None:
    said = triage("triage", tickets(ticket()), "--policy", policy, "--now", moment)
    assert said.code == 2
    assert f"[{code}]" in said.err

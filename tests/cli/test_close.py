"""Is a ticket closed from a file, and told everything that the file lacks?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.sample_cases import AGENT
from tests.sample_closures import PLAIN
from tests.sample_desk import submission
from tests.small_policy import COMPLETE
from triage_core.closurefile import ClosureFileInvalid, read_closure
from triage_core.compose import open_triage
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import SYSTEM, State

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = "2099-12-31"


@pytest.fixture
def solved(triage: Callable[..., Any], policy: Path, database: str) -> Callable[..., str]:
    """A database with a solved ticket; its id."""
    triage("policy", "activate", policy, "--db", database, "--tenant", "acme")

    def make(**intake: str) -> str:
        opened = open_triage(database)
        ticket_id = opened.submit(submission(intake={**COMPLETE, **intake}), SYSTEM).ticket_id
        opened.record("acme", ticket_id, Event(what=Happened.RESOLVED), AGENT)
        opened.store.close()
        return ticket_id

    return make


def facts(**changes: Any) -> dict[str, Any]:
    base = msgspec.to_builtins(PLAIN)
    base["prevention"][0]["due"] = LATER
    return {**base, **changes}


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "closure.json"
    path.write_text(json.dumps(content))
    return path


def state_of(database: str, ticket_id: str) -> State:
    opened = open_triage(database)
    state = opened.ticket("acme", ticket_id).state
    opened.store.close()
    return state


def test_a_whole_closure_closes_the_ticket_and_shows_the_summary(
    triage: Callable[..., Any], solved: Callable[..., str], tmp_path: Path, database: str
) -> None:
    ticket_id = solved()
    said = triage("close", ticket_id, written(tmp_path, facts()), "--db", database, "--tenant", "acme", "--by", "ann")
    assert said.code == 0
    assert said.out.startswith("# P2 mail m1")
    assert state_of(database, ticket_id) is State.CLOSED


def test_what_lacks_is_told_part_by_part(
    triage: Callable[..., Any], solved: Callable[..., str], tmp_path: Path, database: str
) -> None:
    ticket_id = solved()
    lacking = written(tmp_path, facts(summary="", workaround={}))
    where = ("--db", database, "--tenant", "acme", "--by", "ann")
    said = triage("close", ticket_id, lacking, *where)
    assert said.code == 1
    assert said.out.splitlines() == [
        "the closure lacks 2 parts:",
        "  /summary: what happened and how it was solved",
        "  /workaround: a text, or none: true",
    ]
    told = triage("close", ticket_id, lacking, *where, "--json")
    assert [problem["pointer"] for problem in told.json["missing"]] == ["/summary", "/workaround"]
    assert state_of(database, ticket_id) is State.RESOLVED


def test_a_closure_can_be_checked_first(
    triage: Callable[..., Any], solved: Callable[..., str], tmp_path: Path, database: str
) -> None:
    ticket_id = solved()
    path = written(tmp_path, facts())
    said = triage("close", ticket_id, path, "--check", "--db", database, "--tenant", "acme", "--by", "ann")
    assert (said.code, said.flat) == (0, "the closure is complete")
    assert state_of(database, ticket_id) is State.RESOLVED


def test_a_grave_ticket_is_not_closed_by_one_person(
    triage: Callable[..., Any], solved: Callable[..., str], tmp_path: Path, database: str
) -> None:
    ticket_id = solved(impact="high", urgency="high")
    moments = dict.fromkeys(("started_at", "detected_at", "ended_at"), "2026-01-01T10:00:00Z")
    words = dict.fromkeys(("impact", "went_well", "went_badly", "handoff_friction"), "none")
    milestones = [{"at": "2026-01-01T10:00:00Z", "what": "it began"}]
    review = {**moments, **words, "detected_by": "staff", "milestones": milestones}
    path = written(tmp_path, facts(review=review, change_id="CHG-1"))
    said = triage("close", ticket_id, path, "--db", database, "--tenant", "acme", "--by", "ann")
    assert (said.code, "[approval_needed]" in said.err) == (3, True)
    assert state_of(database, ticket_id) is State.RESOLVED
    where = ("--db", database, "--tenant", "acme", "--by", "ann")
    asked = triage("close", ticket_id, path, "--ask", *where)
    assert (asked.code, asked.flat.startswith(f"{ticket_id}-a1: open; it is decided on its page")) == (0, True)
    assert triage("close", ticket_id, path, "--ask", *where, "--json").json["outcome"] == "open"
    assert triage("close", ticket_id, path, *where).code == 3


def test_somebody_unknown_closes_nothing(
    triage: Callable[..., Any], solved: Callable[..., str], tmp_path: Path, database: str
) -> None:
    path = written(tmp_path, facts())
    said = triage("close", solved(), path, "--db", database, "--tenant", "acme", "--by", "eve")
    assert (said.code, "[unknown_name]" in said.err) == (2, True)


def test_closings_that_owe_their_facts_are_listed(
    triage: Callable[..., Any], solved: Callable[..., str], database: str
) -> None:
    ticket_id = solved()
    opened = open_triage(database)
    opened.record("acme", ticket_id, Event(what=Happened.CLOSED), AGENT)
    opened.store.close()
    said = triage("closures", "--db", database, "--tenant", "acme", "--json")
    (owed,) = said.json["closures"]
    assert (owed["ticket_id"], owed["owner"], owed["class"]) == (ticket_id, "ann", "P2")
    assert "closings that owe their facts: 1" in triage("closures", "--db", database, "--tenant", "acme").flat


class TestFiles:
    def test_yaml_and_json_are_read(self) -> None:
        assert read_closure(json.dumps(msgspec.to_builtins(PLAIN)).encode()) == PLAIN
        text = b"summary: s\nprevention: [{description: d, owner: ann, due: 2026-03-06}]\nworkaround: {none: true}"
        read = read_closure(text)
        assert (read.summary, read.workaround.none, read.prevention[0].due) == (
            "s",
            True,
            PLAIN.prevention[0].due,
        )

    def test_an_empty_mapping_is_a_closure_that_lacks_everything(self) -> None:
        assert read_closure(b"{}") == ClosureFacts()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[", "no YAML"),
            ("just words", "expected keys"),
            (
                "sumary: x\nreview: {impct: y, milestones: [{wat: z}]}",
                "/sumary is no part.*/review/impct.*/milestones/0/wat",
            ),
            ("resolution_code: secret", "/resolution_code: Invalid enum value"),
            ("prevention: [{due: soon}]", "/prevention/0/due"),
            ("summary: 5", "/summary: Expected"),
        ],
    )
    def test_what_is_no_closure_is_told_by_its_place(self, text: str, told: str) -> None:
        with pytest.raises(ClosureFileInvalid, match=told) as refused:
            read_closure(text.encode())
        assert "secret" not in str(refused.value)

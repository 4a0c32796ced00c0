"""Does `triage escalations` show what runs, let a person take one over, and export its log harmlessly?"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_ladders import URGENT, ladder_policy
from triage_core.compose import open_triage, system_clock
from triage_core.domain.model import SYSTEM
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Say = Callable[..., Any]

TENANT = "default"


@pytest.fixture
def name(database: str) -> str:
    """A tenant with one urgent ticket, whose source names it like a formula; return its escalation."""
    triage = open_triage(database)
    triage.playbooks.activate(TENANT, ladder_policy(), system_clock())
    sent = Submission(tenant=TENANT, source="mail", source_id="=1+1", subject="a", body="b", intake=URGENT)
    ticket_id = triage.submit(sent, SYSTEM).ticket_id
    triage.store.close()
    return f"{ticket_id}-e1"


@pytest.fixture
def run(triage: Run, database: str) -> Run:
    """Run a command of the group."""
    return lambda *words: triage("escalations", *words, "--db", database)


@pytest.fixture
def say(run: Run) -> Say:
    """Run a command of the group and return its JSON."""

    def say(*words: object) -> Any:
        said = run(*words, "--json")
        assert said.code == 0, said.err
        return said.json

    return say


def test_the_list_says_what_runs(say: Say, run: Run, name: str) -> None:
    (shown,) = say("list")["escalations"]
    assert (shown["escalation_id"], shown["standing"], shown["called"]) == (name, "calling", ["lee"])
    assert name in run("list").flat
    assert say("list", "--holder", "lee") == {"escalations": []}
    assert run("list", "--queue", "desk").flat == "none"


def test_one_is_shown_with_what_comes(say: Say, run: Run, name: str) -> None:
    shown = say("show", name)
    assert (shown["causes"], shown["class"], shown["holder"]) == (["its class is P1"], "P1", None)
    assert [call["people"] for call in shown["ahead"][:3]] == [["lee"], ["lee", "kim"], ["max"]]
    assert "level 2: lee, kim" in run("show", name).flat


def test_a_person_of_the_roster_takes_it_over(say: Say, run: Run, name: str) -> None:
    at = (system_clock() + timedelta(minutes=20)).isoformat()
    assert "is held by Kim; news are due by" in run("ack", name, "--as", "kim", "--next-checkpoint", at).flat
    assert say("list", "--holder", "kim")["escalations"][0]["escalation_id"] == name
    assert say("ack", name, "--as", "kim")["holder"] == "kim"
    assert (run("ack", name, "--as", "lee").code, run("show", name).code) == (3, 0)


@pytest.mark.parametrize(("who", "code"), [("nobody", "unknown_name"), ("ann", "not_permitted")])
def test_nobody_else_takes_it_over(run: Run, name: str, who: str, code: str) -> None:
    said = run("ack", name, "--as", who)
    assert (said.code, f"[{code}]" in said.err) == (2, True)


def test_the_log_is_told_in_words(say: Say, run: Run, name: str) -> None:
    run("ack", name, "--as", "kim")
    assert "Called Lee (level 1)" in run("log", name).flat
    assert [row["kind"] for row in say("log", name)["log"]] == [
        "escalation.raised",
        "escalation.called",
        "escalation.acknowledged",
    ]


def test_the_export_has_every_line_with_its_seal_and_runs_in_no_spreadsheet(run: Run, database: str, name: str) -> None:
    triage = open_triage(database)
    seals = [line.hash for line in triage.store.timeline(TENANT, name.removesuffix("-e1"))]
    triage.store.close()
    rows = list(csv.DictReader(io.StringIO(run("export").out)))
    assert [row["kind"] for row in rows] == ["escalation.raised", "escalation.called"]
    assert {row["hash"] for row in rows} <= set(seals)
    assert {row["source_id"] for row in rows} == {"'=1+1"}


def test_the_export_as_json_leaves_texts_as_they_are(run: Run, name: str) -> None:
    told = run("export", "--format", "json").json
    assert {row["source_id"] for row in told["log"]} == {"=1+1"}
    assert told["log"][0]["escalation_id"] == name


def test_the_export_keeps_to_its_period(run: Run, name: str) -> None:
    now, hour = system_clock(), timedelta(hours=1)
    assert name in run("export", "--from", (now - hour).isoformat(), "--to", (now + hour).isoformat()).out
    for start, end in ((now + hour, now + 2 * hour), (now - 2 * hour, now - hour)):
        assert name not in run("export", "--from", start.isoformat(), "--to", end.isoformat()).out


@pytest.mark.parametrize("words", [("show", "t9-e1"), ("log", "t9"), ("ack", "t1-e9", "--as", "lee")])
def test_an_unknown_escalation_is_told(run: Run, name: str, words: tuple[str, ...]) -> None:
    said = run(*words)
    assert (said.code, "[escalation_not_found]" in said.err, bool(name)) == (3, True, True)


def test_a_sweep_says_what_it_did(triage: Run, database: str, name: str) -> None:
    said = triage("tick", "--db", database, "--json")
    assert (said.code, said.json, bool(name)) == (
        0,
        {"looked_at": 0, "steps": 0, "failed": 0, "fell": 0, "reports": 0},
        True,
    )
    assert "0 tickets looked at, 0 lines written, 0 failed" in triage("tick", "--db", database).flat


def test_a_sweep_calls_who_is_due(triage: Run, database: str) -> None:
    desk = open_triage(database, lambda: system_clock() - timedelta(minutes=12))
    desk.playbooks.activate(TENANT, ladder_policy(), system_clock() - timedelta(hours=1))
    sent = Submission(tenant=TENANT, source="mail", source_id="1", subject="a", body="b", intake=URGENT)
    desk.submit(sent, SYSTEM)
    desk.store.close()
    done = triage("tick", "--db", database, "--json").json
    assert (done["looked_at"], done["failed"]) == (1, 0)
    assert done["steps"] >= 2

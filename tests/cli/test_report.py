"""Can somebody read figures and reports from the command line, keep them as pages, and freeze a baseline?"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.sample_cases import AGENT
from tests.sample_rollout import rollout_policy
from tests.small_policy import COMPLETE
from triage_core.compose import open_triage, system_clock
from triage_core.domain.happening import Event, Happened
from triage_core.domain.kpis.weeks import week_at
from triage_core.domain.model import SYSTEM
from triage_core.domain.submission import Submission
from triage_core.identity.desk import open_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

DAY = timedelta(days=1)


@pytest.fixture
def began() -> datetime:
    return system_clock() - 60 * DAY


@pytest.fixture(autouse=True)
def _tenant(database: str, began: datetime) -> None:
    """A tenant whose two customers asked two months ago; one was answered after half an hour."""
    now, ids = [began], count(1)
    desk = open_triage(database, lambda: now[0], lambda: f"t{next(ids)}")
    desk.playbooks.activate("default", rollout_policy(), began - DAY)
    for number, customer in enumerate(("canary-one", "canary-two"), start=1):
        words: dict[str, Any] = {"subject": f"words-{number}", "body": "none", "customer": customer}
        given: dict[str, Any] = {"tenant": "default", "source": "mail", "source_id": str(number), "intake": COMPLETE}
        desk.submit(Submission(**given, **words), SYSTEM, None)
    now[0] += timedelta(minutes=30)
    desk.record("default", "t1", Event(what=Happened.AGENT_REPLIED), AGENT)
    desk.store.close()


@pytest.fixture
def run(triage: Run, database: str) -> Run:
    """Run a command on the tenant's database."""

    def run(*words: object) -> Said:
        return triage("report", *words, "--db", database)

    return run


@pytest.fixture
def week(began: datetime) -> tuple[str, str]:
    return "--week", week_at(began, ZoneInfo("Europe/Berlin"))


def token_for(database: str, person: str) -> str:
    desk = open_triage(database)
    token = open_identity(desk.store.vault, desk.playbooks, system_clock).links.make("default", person)
    desk.store.close()
    return token


def freeze(run: Run, database: str, began: datetime, person: str = "lee") -> Said:
    token = token_for(database, person)
    ends = ("--since", (began - DAY).isoformat(), "--until", (began + DAY).isoformat())
    return run("freeze", *ends, "--note", "before the pilot", "--link-token", token, "--json")


def test_a_weekly_report_is_told_and_kept_as_a_page(run: Run, week: tuple[str, str], tmp_path: Path) -> None:
    page = tmp_path / "week.html"
    told = run("weekly", *week, "--html", page).flat
    assert "2 tickets created" in told
    assert "First response time" in told
    assert "still open; the gravest first" in told
    assert "few: fewer than 30" in told
    assert "t2, P2, target missed (" in told
    assert "target_missed" not in told
    written = page.read_text()
    assert written.startswith("<!doctype html>")
    assert "words-1" not in written


def test_the_json_of_a_week_has_the_shape_of_the_operation(run: Run, week: tuple[str, str]) -> None:
    told = run("weekly", *week, "--json").json
    first = told["figures"][0]
    assert (told["tickets"], first["kpi"], first["value"], first["n"], first["few"]) == (
        2,
        "first_response",
        0.5,
        1,
        True,
    )
    assert {each["owner"] for each in told["exceptions"]} <= {"lee", "ann", "bob"}


def test_figures_are_told_apart(run: Run, week: tuple[str, str]) -> None:
    told = run("kpis", *week, "--by", "customer", "--json").json
    assert {row["group"] for row in told["figures"]} == {"canary-one", "canary-two"}
    assert "canary-one: 1 tickets created" in run("kpis", *week, "--by", "customer").flat


def test_a_customers_page_holds_nothing_of_another(run: Run, week: tuple[str, str], tmp_path: Path) -> None:
    page = tmp_path / "customer.html"
    told = run("customer", "canary-one", *week, "--html", page, "--json").out
    assert "canary-one" in told
    assert "canary-two" not in told + page.read_text()


def test_a_customers_report_names_the_customer(run: Run, week: tuple[str, str]) -> None:
    assert run("customer", "canary-one", *week).out.startswith("canary-one, ")


def test_a_customer_whom_no_ticket_names_is_refused(run: Run, week: tuple[str, str]) -> None:
    refused = run("customer", "Nobody", *week)
    assert refused.code == 3
    assert "there is no such customer among the tickets" in refused.err
    assert run("customer", "canary-one").code == 0


def test_a_week_without_a_ticket_says_which_one_has_some(run: Run, week: tuple[str, str]) -> None:
    said = f"no ticket lies in this week; the latest week that has some is {week[1]}"
    assert said in run("weekly").flat


def test_a_baseline_is_frozen_by_a_proven_person_and_movement_is_told(run: Run, database: str, began: datetime) -> None:
    frozen = freeze(run, database, began).json
    assert (frozen["number"], frozen["by"], frozen["note"], frozen["tickets"]) == (1, "lee", "before the pilot", 2)
    told = run("baseline", "--json", "--began", (began - DAY).isoformat()).json
    assert [(each["day"], each["is_target_day"]) for each in told["checks"]] == [(28, False), (56, False), (60, True)]
    assert told["checks"][0]["targets"]["first_response"] == "below"
    flat = run("baseline").flat
    assert "frozen" in flat
    assert "day 60, the day of the targets" in flat


def test_somebody_without_the_right_freezes_nothing(run: Run, database: str, began: datetime) -> None:
    assert freeze(run, database, began, "ann").code == 2
    assert run("baseline").code == 3


def test_a_freeze_that_is_refused_leaves_the_link_unused(run: Run, database: str, began: datetime) -> None:
    link = ("--link-token", token_for(database, "lee"))
    since, until = ((began + days * DAY).date().isoformat() for days in (-3, 3))
    for start, end, code in (
        (since, f"{until}T00:00:00", "naive_time"),
        (until, since, "baseline_span"),
        ("2001-01-01", "2001-02-01", "baseline_empty"),
    ):
        refused = run("freeze", "--since", start, "--until", end, *link)
        assert (refused.code, f"[{code}]" in refused.err) == (2, True)
    frozen = run("freeze", "--since", since, "--until", until, *link, "--json").json
    midnight = datetime.fromisoformat(since).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert (datetime.fromisoformat(frozen["since"]), frozen["tickets"]) == (midnight, 2)
    assert "[sign_in_failed]" in run("freeze", "--since", since, "--until", until, *link).err


def test_without_a_terminal_a_missing_token_is_told_in_one_line(run: Run) -> None:
    refused = run("freeze", "--since", "2026-01-01", "--until", "2026-02-01")
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "triage serve --sign-in PERSON" in refused.err
    assert refused.err.endswith("[link_token_missing]\n")


@pytest.mark.parametrize("words", [("weekly", "--week", "2026-W60"), ("kpis", "--since", "yesterday")])
def test_a_time_that_cannot_be_read_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code in {2, 3}

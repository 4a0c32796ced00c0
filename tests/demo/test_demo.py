"""Does the demo tell every chapter, from facts, and do the examples come out as their authors expect?"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from triage_core.cli import app
from triage_core.demo import ending, examples
from triage_core.demo.clock import MORNING
from triage_core.domain.playbook import Playbook
from triage_core.service.accounts import Account, preview
from triage_core.ticketfile import submission

if TYPE_CHECKING:
    from triage_core.ticketfile import Expectation, Written

ROOT = Path(__file__).parents[2]
EXAMPLES = examples.tickets()


@pytest.fixture(scope="module")
def books() -> dict[str, Playbook]:
    return {tenant: Playbook(examples.policy_of(tenant)) for tenant in examples.TENANTS}


@pytest.fixture(scope="module")
def story() -> str:
    result = CliRunner().invoke(app, ["demo", "--once"])
    assert result.exit_code == 0, result.output
    return result.stdout


def facts(account: Account, expected: Expectation) -> dict[str, object]:
    """Return what the engine says about everything that the example expects something of."""
    ticket = account.ticket
    fired = {rule.rule for rule in account.explanation.fired} if account.explanation else set()
    missing = {problem.pointer.rpartition("/")[2] for problem in ticket.problems}
    said = {
        "class_name": ticket.class_name,
        "severity": ticket.severity,
        "tags": set(ticket.tag_names),
        "gate": ticket.gate_required,
        "alert": bool(ticket.alerts),
    }
    told = {name: value for name, value in said.items() if getattr(expected, name) is not None}
    return {**told, "blocked": missing, "fired": fired & set(expected.fired)}


@pytest.mark.parametrize("written", EXAMPLES, ids=lambda each: str(each.source_id))
def test_an_example_comes_out_as_its_author_expects(written: Written, books: dict[str, Playbook]) -> None:
    expected = written.expect
    assert expected is not None
    account = preview(books[written.tenant], submission(written, MORNING, ""), MORNING)
    wanted = {
        "class_name": expected.class_name,
        "severity": expected.severity,
        "tags": None if expected.tags is None else set(expected.tags),
        "gate": expected.gate,
        "alert": expected.alert,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    assert facts(account, expected) == {**told, "blocked": set(expected.blocked), "fired": set(expected.fired)}


def test_there_are_at_least_forty_examples_of_two_tenants_each_with_its_story() -> None:
    assert len(EXAMPLES) >= 40
    assert {written.tenant for written in EXAMPLES} == examples.TENANTS.keys()
    assert all(written.story and written.intake is not None for written in EXAMPLES)


def test_the_examples_show_every_class_and_every_tag(books: dict[str, Playbook]) -> None:
    accounts = [preview(books[each.tenant], submission(each, MORNING, ""), MORNING).ticket for each in EXAMPLES]
    for tenant, book in books.items():
        own = [ticket for ticket in accounts if ticket.tenant == tenant]
        assert {item.name for item in book.policy.classes} <= {ticket.class_name for ticket in own}
        assert {tag.name for tag in book.policy.tags} <= {tag for ticket in own for tag in ticket.tag_names}


def test_no_example_names_a_real_address() -> None:
    for written in EXAMPLES:
        domains = re.findall(r"[@/]((?:[\w-]+\.)+[a-z]{2,})", f"{written.requester} {written.subject} {written.body}")
        assert all(domain == "example.com" or domain.endswith(".example.com") for domain in domains)


#: What the chapters are about, in the order of the story.
CHAPTERS = (
    "What came in",
    "What was blocked",
    "Clocks",
    "Routing",
    "A person overrides",
    "Escalation",
    "The gate",
    "Closing",
    "Twice is once",
    "The queue",
    "The record of one ticket",
    "Two tenants",
    "A log of the past",
    "Calibration",
)
#: So much a reader still takes in.
LONGEST_STORY = 310


def chapter(story: str, title: str) -> str:
    """Return a chapter as running text, from its heading to the next one."""
    return " ".join(" ".join(chapter_lines(story, title)).split())


def chapter_lines(story: str, title: str) -> list[str]:
    """Return the lines of a chapter, without its heading."""
    number = CHAPTERS.index(title) + 1
    return re.split(rf"^(?:{number}|{number + 1})  .* ─+$", story, flags=re.MULTILINE)[1].splitlines()


def follow_each_other(text: str, *parts: str) -> bool:
    """Tell whether all parts stand in a text in this order."""
    return re.search(".*?".join(map(re.escape, parts)), text) is not None


def test_an_installed_package_has_every_folder_that_the_story_reads() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    code = "".join(file.read_text() for file in (ROOT / "triage_core" / "demo").glob("*.py"))
    read = set(re.findall(r'(?:folder\(\)|folder) / "(\w+)"', code))
    assert {"policies", "tickets", "rotas", "logs"} <= read
    assert {f"examples/{name}" for name in read} <= packed.keys()


def test_the_story_has_all_chapters_and_is_no_wall(story: str) -> None:
    headings = re.findall(r"^(\d+)  (.*) ─", story, flags=re.MULTILINE)
    assert [int(number) for number, _ in headings] == list(range(1, len(CHAPTERS) + 1))
    assert all(heading.startswith(title) for (_, heading), title in zip(headings, CHAPTERS, strict=True))
    assert len(story.splitlines()) <= LONGEST_STORY
    assert max(map(len, story.splitlines())) <= 100


def test_an_escalation_is_mailed_to_named_people_and_goes_up_when_nobody_answers(story: str) -> None:
    told = chapter(story, "Escalation")
    assert follow_each_other(told, "P1 security", "Please acknowledge", "Owner: Petra Lindqvist", "Acknowledge by: Tue")
    assert follow_each_other(
        told, "Raised: its class is P1", "(level 1", "Called petra.lindqvist, jonas.ehrlich (level 2)"
    )


def test_the_mail_announces_the_call_that_the_log_then_shows_and_says_who_is_not_there(story: str) -> None:
    told = chapter(story, "Escalation")
    assert follow_each_other(
        told,
        "11:33 CEST (UTC+02:00) level | 1 is called again: Petra Lindqvist, Lena Brandt",
        "11:33 the service Called petra.lindqvist, lena.brandt, jonas.ehrlich, amira.haddad (level 1",
        "not called at 12:10: petra.lindqvist (off duty until 12:45)",
    )


def test_the_list_of_commands_counts_no_chapters_and_names_the_calibration() -> None:
    listed = (ROOT / "docs" / "command-line.md").read_text().splitlines()
    line = next(line for line in listed if line.startswith("| `triage demo"))
    assert "calibration" in line
    assert not re.search(r"\b(?:\w+teen|\d+) chapters", line)


def test_an_acknowledgement_without_news_is_reminded_and_lapses_until_somebody_ends_it(story: str) -> None:
    told = chapter(story, "Escalation")
    assert follow_each_other(
        told,
        "jonas.ehrlich took it over; news are due by 12:00",
        "12:00 the service No news came in time; jonas.ehrlich was reminded and has until 12:10",
        "12:10 the service Nothing was heard of jonas.ehrlich; people are called again",
        "amira.haddad took it over",
        "Ended by amira.haddad: resolved",
        "amira.haddad says why: “",
    )


def test_a_text_to_a_grave_tickets_customer_is_refused_on_every_way_but_one(story: str) -> None:
    told = chapter(story, "The gate")
    assert follow_each_other(
        told,
        "a draft refused: no text is drafted",
        "petra.lindqvist writes a text waits for a person",
        "withheld: message waiting, approval missing",
        "petra.lindqvist approves it refused:",
        "[not_approver]",
        "31m later expired at 13:35; refused:",
        "[approval_over]",
        "signed in yesterday refused:",
        "[not_in_person]",
        "amira.haddad signs in and approves it approved",
    )


def test_an_approved_text_leaves_once_and_what_passes_the_gate_is_seen(story: str) -> None:
    told = chapter(story, "The gate")
    assert follow_each_other(
        told,
        "withheld: stage shadow",
        "petra.lindqvist and amira.haddad sign",
        "released: the text and a permit",
        "refused: this message is released or over",
        "released once: yes",
        "lena.brandt comments in public 13:40 gate.bypassed",
        "throws the kill switch",
        "withheld: killed here",
    )


def test_a_closing_names_what_it_lacks_and_teaches_the_next_ticket(story: str) -> None:
    told = chapter(story, "Closing")
    assert follow_each_other(
        told,
        "refused: the closure lacks a part",
        "/prevention: at least one action",
        "T036 is closed",
        "# P2 high mail",
        "## Root cause",
        "is a draft until tomasz.wolny has read it; published now",
        "“Empty labels again” comes in; suggested: “The label printer printed empty labels”",
    )
    assert "4965" not in told


def test_a_policy_learns_from_a_judged_week_and_comes_back(story: str) -> None:
    told = chapter(story, "Calibration")
    assert follow_each_other(
        told,
        "drawn by the start value “demo”",
        "a week is drawn once: yes",
        "[not_permitted]",
        "paul.okoro judges",
        "escalation recall:",
        "proposed: take the term “reset” out of security-words",
        "backtest:",
        "[same_person]",
        "paul.okoro approves it: study@1-c1 is in force",
        "nora.weiss rolls back: study@1 is in force again, under a number of its own, study@1-c2",
        "study@1-c1 from 21 July 11:40, study@1-c2 from 21 July 11:45",
        "every version of the policy is kept: yes",
    )


def commands(told: str) -> list[list[str]]:
    """Return the commands with which the story tells its reader to go on."""
    return [shlex.split(line) for line in told.partition("go on with:\n")[2].splitlines()]


def test_the_story_ends_with_what_was_shown_and_that_it_held(story: str) -> None:
    end = " ".join(story.partition("The end ─")[2].split())
    held = len(re.findall(r": yes$", story.partition("The end ─")[0], flags=re.MULTILINE))
    assert follow_each_other(end, f"{len(CHAPTERS)} chapters", f"{held} of {held} yes", "nothing was left behind")
    assert ["triage", "demo"] in commands(story)


def test_every_command_that_the_story_ends_with_works_as_it_stands(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["demo", "--db", f"sqlite:///{tmp_path / 'a demo.db'}"]).stdout
    found = commands(told)
    assert {words[1] for words in found} == {"verify", "explain", "report", "policy", "triage"}
    for program, *words in found:
        done = CliRunner().invoke(app, words)
        assert (program, done.exit_code) == ("triage", 0), (words, done.output)
        assert "BLOCKED: the intake" not in done.output or words[0] == "triage"


@pytest.mark.parametrize(
    ("started", "called"),
    [
        ("{here}/.venv/bin/triage", ".venv/bin/triage"),
        ("/opt/desk/bin/triage", "/opt/desk/bin/triage"),
        ("/opt/a desk/bin/triage", "'/opt/a desk/bin/triage'"),
        ("/opt/desk/pytest", "triage"),
    ],
)
def test_the_story_names_the_program_as_its_reader_started_it(
    started: str, called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", [started.format(here=tmp_path)])
    assert ending.program() == called


def test_the_numbers_of_the_story_add_up(story: str) -> None:
    told = " ".join(story.split())
    found = re.search(
        r"(\d+) were handed in: (\d+) decided, (\d+) blocked .*?, (\d+) replies .*?, (\d+) repeated .*?; (\d+) tickets",
        told,
    )
    assert found is not None
    fed, decided, blocked, replies, repeated, tickets = map(int, found.groups())
    assert fed == len(EXAMPLES) == decided + blocked + replies + repeated
    assert tickets == decided + blocked
    assert f"of the {decided} decided" in told
    assert f"the sweep runs again: {tickets} tickets" in told


def test_no_line_of_the_story_ends_with_a_blank(story: str) -> None:
    assert [line for line in story.splitlines() if line != line.rstrip()] == []


def test_what_does_not_fit_goes_on_further_in(story: str) -> None:
    told = chapter_lines(story, "A log of the past")
    assert "    data_sensitivity: internal, category: incident, service_line: general" in told


def test_refused_people_and_texts_are_told_with_their_ticket(story: str) -> None:
    assert follow_each_other(chapter(story, "A person overrides"), "T039 is P2 security", "agent lowers T039")
    assert follow_each_other(chapter(story, "The gate"), "about T047, P1 security", "expired at 13:35; refused:")


def test_a_new_target_is_told_before_and_after(story: str) -> None:
    assert follow_each_other(chapter(story, "A person overrides"), "promise target before after", "first reply 4h")


def test_the_services_log_does_not_stand_in_the_story(caplog: pytest.LogCaptureFixture) -> None:
    assert CliRunner().invoke(app, ["demo", "--once"]).exit_code == 0
    assert caplog.records == []


@pytest.mark.parametrize(
    "fact",
    [
        "internal alert: security:attack",
        "cause: late intake",
        "samuel.okafor (absent)",
        "[not_permitted]",
        "[reason_missing]",
        "[idempotency_conflict]",
        "lines equals the stored row: yes",
        "found: ticket",
        "[truncated]",
        "[ticket_not_found]",
    ],
)
def test_the_story_shows(story: str, fact: str) -> None:
    assert fact in " ".join(story.split())


def test_every_claim_of_the_story_holds(story: str) -> None:
    assert ": NO" not in story
    assert "NOT refused" not in story


def test_the_story_is_told_to_programs_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    told = json.loads(CliRunner().invoke(app, ["demo", "--once", "--db", url, "--json"]).stdout)
    assert (told["database"], told["tickets"].keys()) == (url, examples.TENANTS.keys())
    assert told["claims"]
    assert all(claim["holds"] for claim in told["claims"])


def test_a_second_demo_in_the_same_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    first = CliRunner().invoke(app, ["demo", "--db", url])
    assert f"triage verify --db {url}" in first.stdout
    again = CliRunner().invoke(app, ["demo", "--db", url])
    assert again.exit_code == 3
    assert "[demo_needs_room]" in again.stderr

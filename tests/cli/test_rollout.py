"""Can somebody stop automation with one command, and does a named person let it go further?"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import MONDAY
from tests.sample_rollout import rollout_policy
from triage_core.cli.runbook_file import rollback_in
from triage_core.compose import open_triage, system_clock
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import RunbookIncomplete
from triage_core.domain.rollout.readiness import ATTESTABLE
from triage_core.identity.desk import open_identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

RUNBOOKS = Path(__file__).resolve().parents[2] / "examples" / "runbooks"
WHY = ("--reason", "It is time.")
LEE = ("--by", "lee")


@pytest.fixture(autouse=True)
def _tenant(database: str) -> None:
    """A tenant in which Lee and Kim change stages."""
    desk = open_triage(database)
    desk.playbooks.activate("default", rollout_policy(), MONDAY)
    desk.store.close()


@pytest.fixture
def run(triage: Run, database: str) -> Run:
    """Run a command on the tenant's database."""

    def run(*words: object) -> Said:
        return triage(*words, "--db", database)

    return run


def link_for(database: str, person: str) -> tuple[str, str]:
    desk = open_triage(database)
    token = open_identity(desk.store.vault, desk.playbooks, system_clock).links.make("default", person)
    desk.store.close()
    return "--link-token", token


def shown(run: Run) -> Any:
    return run("rollout", "show", "--json").json


def get_ready(run: Run) -> None:
    assert run("rollout", "freeze", *WHY, *LEE, "--class", "P2", "--class", "P3").code == 0
    for item in ATTESTABLE:
        assert run("rollout", "attest", item, "--evidence", "Report 7.", "--by", "ada").code == 0
    page, rehearsed = RUNBOOKS / "messages.md", ("--rehearsed", f"{system_clock():%Y-%m-%dT%H:%M:%S+00:00}")
    assert run("rollout", "runbook", "messages", page, "--owner", "kim", *LEE, *rehearsed).code == 0


class TestKilling:
    def test_one_command_stops_a_tenant(self, run: Run) -> None:
        assert run("kill", "--tenant", "default", *WHY).flat == "automation stopped for default"
        killed = shown(run)["killed"]
        assert killed["by"].startswith("command-line:")
        assert killed["reason"] == "It is time."

    def test_one_command_stops_all_tenants(self, run: Run) -> None:
        assert run("kill", "--global", *WHY, "--json").json == {"tenant": None, "everywhere": True, "killed": True}
        told = shown(run)
        assert (told["killed"], told["killed_everywhere"]["reason"]) == (None, "It is time.")

    @pytest.mark.parametrize("which", [(), ("--global", "--tenant", "default")])
    def test_which_automation_must_be_said(self, run: Run, which: tuple[str, ...]) -> None:
        assert run("kill", *which, *WHY).code == 2

    def test_a_misspelt_tenant_is_not_told_to_be_stopped(self, run: Run) -> None:
        said = run("kill", "--tenant", "defualt", *WHY)
        assert (said.code, "[no_policy]" in said.err) == (3, True)

    def test_an_account_without_a_name_can_stop_it_too(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def nobody() -> str:
            raise OSError

        monkeypatch.setattr(getpass, "getuser", nobody)
        assert run("kill", "--tenant", "default", *WHY).code == 0
        assert shown(run)["killed"]["by"] == "command-line:unknown"


class TestReviving:
    @pytest.mark.parametrize("which", [("--tenant", "default"), ("--global",)])
    def test_a_person_with_a_link_lets_it_go_on(self, run: Run, database: str, which: tuple[str, ...]) -> None:
        run("kill", *which, *WHY)
        said = run("revive", *which, *WHY, *link_for(database, "ada"), "--json")
        assert said.json["killed"] is False
        assert (shown(run)["killed"], shown(run)["killed_everywhere"]) == (None, None)

    @pytest.mark.parametrize(("person", "code"), [("ann", "not_permitted"), (None, "sign_in_failed")])
    def test_nobody_else_does(self, run: Run, database: str, person: str | None, code: str) -> None:
        run("kill", "--tenant", "default", *WHY)
        link = link_for(database, person) if person else ("--link-token", "x")
        said = run("revive", "--tenant", "default", *WHY, *link)
        assert (said.code, f"[{code}]" in said.err) == (2, True)
        assert shown(run)["killed"] is not None

    def test_a_link_of_another_tenant_does_not_count(self, run: Run, database: str) -> None:
        assert run("revive", "--tenant", "other", *WHY, *link_for(database, "lee")).code == 2

    def test_what_was_seen_must_still_stand(self, run: Run, database: str) -> None:
        run("kill", "--tenant", "default", *WHY)
        said = run("revive", "--tenant", "default", *WHY, "--version", "0", *link_for(database, "lee"))
        assert (said.code, "[control_moved]" in said.err) == (3, True)


class TestStages:
    def test_a_promotion_is_refused_with_everything_that_is_open(self, run: Run, database: str) -> None:
        said = run("rollout", "promote", "messages", "pilot", *WHY, *link_for(database, "lee"))
        assert (said.code, "[readiness_open]" in said.err) == (3, True)
        assert "scope_frozen: the scope is not frozen; kpi_baseline:" in said.err

    def test_once_all_is_settled_it_is_signed_and_can_be_taken_back(self, run: Run, database: str) -> None:
        get_ready(run)
        said = run("rollout", "promote", "messages", "pilot", *WHY, *link_for(database, "lee"), "--json")
        stage = said.json["stages"][0]
        assert (stage["action"], stage["stage"], stage["signed"], stage["next"]) == (
            "messages",
            "pilot",
            ["lee"],
            "full",
        )
        told = run("rollout", "demote", "messages", "off", *WHY, *LEE, "--json").json
        assert told["stages"][0]["stage"] == "off"
        assert [line["what"] for line in told["log"]][:2] == ["demoted", "promoted"]

    def test_a_name_without_the_right_changes_nothing(self, run: Run) -> None:
        for by in ("ann", "nobody"):
            said = run("rollout", "demote", "messages", "off", *WHY, "--by", by)
            assert (said.code, "[not_permitted]" in said.err) == (2, True)


class TestShowing:
    def test_every_key_is_there_also_where_nothing_has_happened(self, run: Run) -> None:
        told = shown(run)
        assert told.keys() == {
            *("tenant", "version", "everywhere_version", "killed", "killed_everywhere", "scope", "pilot", "sign_offs"),
            *("stages", "checklist", "runbooks", "log"),
        }
        assert [stage["stage"] for stage in told["stages"]] == ["shadow"] * len(Action)

    def test_a_tenant_without_a_policy_has_no_stages(self, run: Run) -> None:
        told = run("rollout", "show", "--tenant", "other", "--json").json
        assert (told["stages"], told["checklist"], told["pilot"]) == ([], [], None)

    def test_a_person_reads_what_stops_it_first(self, run: Run) -> None:
        get_ready(run)
        run("kill", "--tenant", "default", *WHY)
        said = run("rollout", "show").flat
        assert said.startswith("STOPPED for default by command-line:")
        assert "scope: frozen to classes P2, P3; pilot: 50.00% of all tickets" in said
        assert "open: runbook: calls have no runbook with a way back" in said


class TestRunbooks:
    @pytest.mark.parametrize("action", Action)
    def test_an_example_has_its_way_back(self, action: Action) -> None:
        page = (RUNBOOKS / f"{action}.md").read_text(encoding="utf-8")
        assert rollback_in(page).startswith("1. ")
        assert "## " not in rollback_in(page)

    @pytest.mark.parametrize("page", ["", "# Rollback", "# A\n\n## Rollback\n\n## B\n\ntext", "Rollback\n\ntext"])
    def test_a_page_without_one_is_refused(self, page: str) -> None:
        with pytest.raises(RunbookIncomplete, match="a section headed Rollback"):
            rollback_in(page)

    def test_headings_below_belong_to_it(self) -> None:
        assert rollback_in("# ROLLBACK #\none\n## two\nthree\n# four\n") == "one\n## two\nthree"

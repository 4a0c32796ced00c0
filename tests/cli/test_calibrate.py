"""Can a week be sampled, judged, learned from and a policy changed by two people, all on the command line?"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.sample_desk import submission
from tests.sample_learning import INTAKE, PLAIN, RESET, TAKEN
from triage_core.compose import open_triage, system_clock
from triage_core.domain.kpis.weeks import last_over, span_of
from triage_core.domain.model import SYSTEM
from triage_core.domain.zones import home_zone
from triage_core.identity.desk import open_identity
from triage_core.policyfile import dump_policy
from triage_core.study.planting import planted_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

EACH = 6
#: With this start value two people judge tickets of both classes; where all are of one, kappa says nothing.
START = "a3"
WHY = ("--what", "Knows stolen accounts.", "--why", "They were missed.")


@pytest.fixture
def week(database: str) -> str:
    """The last week that is over, with tickets of three kinds.

    Which tickets are held out of the search, and which two people judge, goes by the ids, so the ids are fixed.
    """
    now, ids = system_clock(), count(1)
    desk = open_triage(database, new_id=lambda: f"t{next(ids)}")
    zone = home_zone(planted_policy())
    over = last_over(now, zone)
    at = span_of(over, zone).start + timedelta(days=3)
    desk.playbooks.activate("default", planted_policy(), now - timedelta(days=30))
    for number in range(3 * EACH):
        text = (RESET, TAKEN, PLAIN)[number % 3]
        given = submission(number, tenant="default", subject="hello", body=text, intake=INTAKE, created_at=at)
        desk.submit(given, SYSTEM)
    desk.store.close()
    return over


@pytest.fixture
def run(triage: Run, database: str, week: str) -> Run:
    """Run a command on the tenant's database."""
    del week

    def run(*words: object) -> Said:
        return triage(*words, "--db", database)

    return run


def link_for(database: str, person: str) -> tuple[str, str]:
    desk = open_triage(database)
    token = open_identity(desk.store.vault, desk.playbooks, system_clock).links.make("default", person)
    desk.store.close()
    return "--link-token", token


def judge_all(run: Run, week: str, by: str) -> int:
    """Judge every ticket that is left for somebody; the right answers are known here."""
    count = 0
    while task := run("calibrate", "label", week, "--by", by, "--json").json["task"]:
        right = (
            ("--class", "P2", "--escalate", "--tag", "security")
            if TAKEN in task["text"]
            else ("--class", "P3", "--keep")
        )
        run("calibrate", "label", week, "--by", by, "--ticket", task["ticket_id"], *right)
        count += 1
    return count


def test_a_week_is_sampled_judged_and_learned_from(run: Run, week: str) -> None:
    drawn = run("calibrate", "sample", "--by", "lead", "--start", START, "--json").json
    assert (drawn["sample"], drawn["start"], drawn["tickets"]) == (week, START, 3 * EACH)
    assert f"start value {START}" in run("calibrate", "sample", "--by", "lead").flat
    assert "nothing is left" not in run("calibrate", "label", week, "--by", "second").out
    assert judge_all(run, week, "second") == 3 * EACH
    assert judge_all(run, week, "third") == drawn["double"]
    assert "nothing is left for you" in run("calibrate", "label", week, "--by", "second").out
    found = run("calibrate", "matrix", "--json").json
    assert found["judgement"]["judged"] == 3 * EACH
    assert found["kappa_class"]["kappa"] == 1
    assert "Escalation recall" in run("calibrate", "matrix", "--week", week).out
    proposed = run("calibrate", "propose", "--json").json["proposals"]
    says = [each["says"] for each in proposed]
    assert says == ["add the term “sign” to security-words", "take the term “reset” out of security-words"]
    assert "mends" in run("calibrate", "propose").out
    taken = run("calibrate", "propose", "--take", 2, "--by", "lead", "--why", "It is too wide.")
    assert "triage policy backtest pc-" in taken.flat


def test_a_week_without_a_ticket_is_not_drawn(run: Run, week: str) -> None:
    refused = run("calibrate", "sample", "--by", "lead", "--week", "2020-W10")
    assert refused.code == 3
    assert f"no ticket lies in this week, so there is nothing to judge; the latest week that has some is {week}" in (
        refused.err
    )
    assert "[sample_not_found]" in run("calibrate", "label", "2020-W10", "--by", "second").err


def test_a_verdict_shows_what_automation_said_and_only_then(run: Run, week: str) -> None:
    run("calibrate", "sample", "--by", "lead")
    task = run("calibrate", "label", week, "--by", "second", "--json").json["task"]
    assert set(task) == {"ticket_id", "created_at", "intake", "text", "left", "total"}
    seen = run("calibrate", "label", week, "--by", "second", "--ticket", task["ticket_id"], "--class", "P3", "--keep")
    assert "automation said" in seen.out
    assert "second (first) said P3, kept" in seen.out
    nobody = run("calibrate", "label", week, "--by", "nobody")
    assert nobody.code != 0
    assert "[not_permitted]" in nobody.err


def test_a_task_says_how_to_judge_and_a_matrix_says_what_comes_first(run: Run, week: str) -> None:
    assert "draw one with: triage calibrate sample --by PERSON" in run("calibrate", "matrix").out
    run("calibrate", "sample", "--by", "lead")
    assert f"judge with: triage calibrate label {week} --by PERSON" in run("calibrate", "matrix").out
    told = run("calibrate", "label", week, "--by", "second").out
    assert f"triage calibrate label {week} --by second --ticket t" in told
    assert "--class P1|P2|P3" in told


def test_a_verdict_without_its_escalation_is_refused_and_not_kept(run: Run, week: str) -> None:
    run("calibrate", "sample", "--by", "lead")
    before = run("calibrate", "label", week, "--by", "second", "--json").json["task"]
    given = ("calibrate", "label", week, "--by", "second", "--ticket", before["ticket_id"])
    for words in ((), ("--class", "P3"), ("--keep",)):
        refused = run(*given, *words)
        assert (refused.code, "[verdict_incomplete]" in refused.err) == (2, True)
    assert run("calibrate", "label", week, "--by", "second", "--json").json["task"] == before


def test_a_proposal_rests_on_samples_and_names_the_next_step(run: Run, policy_changed: str) -> None:
    given = ("policy", "propose", policy_changed, "--by", "lead", *WHY)
    assert "[sample_not_found]" in run(*given, "--evidence", "2001-W01").err
    told = run(*given).out
    assert "triage policy backtest pc-" in told
    change = told.split(":")[0]
    assert f"{3 * EACH} tickets prove nothing" in run("policy", "backtest", change, "--by", "lead").out


def test_a_policy_changes_by_two_people_and_comes_back(run: Run, database: str, policy_changed: str) -> None:
    made = run("policy", "propose", policy_changed, "--by", "lead", *WHY, "--json").json
    tried = run("policy", "backtest", made["id"], "--by", "lead", "--json").json["backtest"]
    assert (tried["tickets"], tried["changed"]) == (3 * EACH, EACH)
    assert "escalation_rate" in run("policy", "backtest", made["id"], "--by", "lead").out
    note = ("--note", "The sample shows it.")
    same = run("policy", "approve", made["id"], *note, *link_for(database, "lead"))
    assert same.code != 0
    assert "[same_person]" in same.err
    done = run("policy", "approve", made["id"], *note, *link_for(database, "second"), "--json").json
    assert (done["standing"], done["settled_by"]) == ("approved", "second")
    history = run("policy", "history", "--json").json["versions"]
    assert [each["policy_version"] for each in history] == ["study@2", "study@1"]
    assert "was not me" in run("policy", "history", "--show", "study@2", "--against", "study@1").out
    assert "version: '2'" in run("policy", "history", "--show", "study@2").out
    back = run("policy", "rollback", "study@1", "--note", "Too many.", *link_for(database, "second"))
    assert "proposed" in back.out  # it knows fewer attacks, so a second person has to agree
    assert "waits" in run("policy", "history").out


@pytest.fixture
def policy_changed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the study's policy that knows one phrase more."""
    policy = planted_policy()
    rule = policy.tag_rules[0].model_copy(update={"terms": (*policy.tag_rules[0].terms, "was not me")})
    changed = policy.model_copy(update={"version": "2", "tag_rules": (rule, *policy.tag_rules[1:])})
    path = tmp_path_factory.mktemp("policy") / "policy.yaml"
    path.write_text(dump_policy(changed))
    return str(path)


def test_the_quarter_is_answered_for_with_evidence(run: Run) -> None:
    assert "6 of 6 open" in run("review", "quarterly").out
    given = ("--part", "severities", "--note", "They fit.", "--by", "lead")
    refused = run("review", "quarterly", *given)
    assert refused.code != 0
    assert "[evidence_missing]" in refused.err
    answered = run("review", "quarterly", *given, "--evidence", "2026-W09", "--json").json
    assert (answered["review"]["version"], len(answered["open"])) == (1, 5)
    assert "stays: They fit. (lead, study@1, on 2026-W09)" in run("review", "quarterly").flat


def test_the_study_prints_what_was_planted_and_what_was_found(triage: Run) -> None:
    said = triage("calibrate", "study", "--weeks", "5", "--tickets", "300")
    assert said.code == 0
    assert "planted: add the term “reset” to security-words" in said.flat
    assert "proposed: take the term “reset” out of security-words" in said.flat
    assert "NO" not in said.out.split("in the weeks after")[1]

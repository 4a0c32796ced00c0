"""Does `triage hooks` show what became of events, and can an operator act on it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from tests.sample_hooks import HERE, caller
from tests.small_policy import COMPLETE, policy
from tests.standins.receiver import Receiver, answers
from triage_core.compose import open_triage, system_clock
from triage_core.domain.model import SYSTEM
from triage_core.domain.submission import Submission
from triage_core.service.hooks import HookRegister

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Said

    Run = Callable[..., Said]
    Say = Callable[..., Any]

TENANT = "default"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def hook(database: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tenant with a receiver on this machine and one event that waits."""
    monkeypatch.setenv("TRIAGE_WEBHOOK_ALLOW_LOOPBACK", "true")
    triage = open_triage(database)
    triage.playbooks.activate(TENANT, policy(), system_clock())
    made = HookRegister(triage.store, HERE, system_clock).create(caller(tenant=TENANT), receiver.url, "ticket.triaged")
    triage.submit(
        Submission(tenant=TENANT, source="mail", source_id="1", subject="a", body="b", intake=COMPLETE), SYSTEM
    )
    triage.store.close()
    return made.id


@pytest.fixture
def say(triage: Run, database: str) -> Say:
    """Run a command of the group and return its JSON."""

    def say(*words: str) -> Any:
        said = triage("hooks", *words, "--db", database, "--json")
        assert said.code == 0, said.err
        return said.json

    return say


def test_the_list_shows_hosts_and_no_secret(triage: Run, database: str, hook: str, receiver: Receiver) -> None:
    said = triage("hooks", "list", "--db", database)
    assert hook in said.flat
    assert f"127.0.0.1:{receiver.port}" in said.flat
    assert "secret" not in said.out
    assert "secret" not in triage("hooks", "list", "--db", database, "--json").out


def test_ids_that_other_commands_ask_for_are_whole_in_a_pipe(triage: Run, say: Say, database: str, hook: str) -> None:
    say("deliver")
    (sent,) = say("deliveries")["deliveries"]
    assert triage("hooks", "list", "--db", database).out.splitlines()[1].startswith(f"{hook} ")
    line = triage("hooks", "deliveries", "--db", database).out.splitlines()[1]
    assert line.split()[:2] == [sent["message_id"], hook]


def test_what_is_due_is_delivered(say: Say, hook: str, receiver: Receiver) -> None:
    assert say("deliver") == {"messages": 1, "sent": 1, "failed": 0, "dead": 0}
    (sent,) = say("deliveries")["deliveries"]
    assert (sent["hook_id"], sent["state"], sent["attempts"], sent["next_at"]) == (hook, "sent", 1, None)
    assert receiver.ids == [sent["message_id"]]


def test_dead_letters_are_shown_and_replayed(say: Say, hook: str, receiver: Receiver) -> None:
    receiver.habits = [answers(410), answers()]
    say("deliver")
    (dead,) = say("dead")["deliveries"]
    assert (dead["state"], dead["last_status"], dead["last_failure"]) == ("dead", 410, "gone")
    assert say("list")["hooks"][0]["state"] == "gone"
    assert say("replay", "--all")["replayed"] == 0
    assert say("resume", hook)["state"] == "active"
    assert say("replay", "--hook", hook)["replayed"] == 1
    assert say("deliver")["sent"] == 1
    assert say("dead") == {"deliveries": []}


def test_a_replay_of_nothing_in_particular_is_asked_back(triage: Run, database: str, hook: str) -> None:
    said = triage("hooks", "replay", "--db", database)
    assert (said.code, "--all" in said.err) == (2, True)
    assert hook


def test_a_receiver_verifies_with_the_secret_that_is_shown(say: Say, hook: str, receiver: Receiver) -> None:
    (old,) = say("secret")["secrets"]
    new, same = say("secret", "--rotate")["secrets"]
    assert (same, new != old, bool(hook)) == (old, True, True)
    say("deliver")
    for secret in (old, new):
        Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)


def test_an_extra_header_is_read_from_standard_input(triage: Run, database: str, hook: str, receiver: Receiver) -> None:
    said = triage("hooks", "header", hook, "--db", database, given="k3y\n")
    assert (said.code, "k3y" not in said.out) == (0, True)
    triage("hooks", "deliver", "--db", database)
    assert receiver.got[0].headers["x-make-apikey"] == "k3y"


def test_an_unknown_hook_is_told(triage: Run, database: str, hook: str) -> None:
    said = triage("hooks", "resume", "h9", "--db", database)
    assert (said.code, "hook_not_found" in said.err, bool(hook)) == (3, True, True)


def test_a_service_that_is_ready_says_so(triage: Run, database: str, hook: str) -> None:
    said = triage("ready", "--db", database, "--json")
    assert (said.code, said.json["ready"], bool(hook)) == (0, True, True)
    assert {check["check"] for check in said.json["checks"]} >= {"database", "schema", "clock", "policy", "messages"}


def test_a_service_without_a_policy_is_not_ready(triage: Run, database: str) -> None:
    open_triage(database).store.close()
    said = triage("ready", "--db", database)
    assert (said.code, "NOT policy" in said.flat) == (1, True)

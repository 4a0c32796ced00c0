"""Does each shipped blueprint do its work against the real interface, once, also when it is run again?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.edge.sample_edge import TENANT, ticket
from tests.sample_cases import HOUR
from tests.simulators.make.desk import EARLY_KEY, KEY, MakeOffice, open_world
from tests.simulators.make.evaluating import NotSimulatedError, filled
from tests.simulators.make.scenario import Run, World, again, run, set_up
from tests.standins.receiver import Receiver
from triage_core.edge.timers import TIMERS

FOLDER: Final = Path(__file__).resolve().parents[3] / "make" / "blueprints"
SHIPPED: Final = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
EVENTS: Final = (
    "report.weekly_ready",
    "ticket.triaged",
    "approval.decided",
    "escalation.raised",
    "sla.at_risk",
    "sla.breached",
)
GATED: Final[dict[str, Any]] = {"body": "I got phishing"}


class Account:
    """Somebody's account at Make, with every shipped blueprint imported."""

    def __init__(self, office: MakeOffice, world: World, settings: dict[str, str], receiver: Receiver) -> None:
        """Import them."""
        self.office = office
        self.world = world
        self.receiver = receiver
        self.scenarios = {name: set_up(blueprint, **settings) for name, blueprint in SHIPPED.items()}
        office.subscribe(receiver, *EVENTS)

    def run(self, name: str, bundle: Any) -> Run:
        """Run a scenario with what its trigger gives."""
        return run(self.scenarios[name], bundle, self.world)

    def last(self, kind: str) -> Any:
        """Return the last event of a kind that was really delivered."""
        return self.office.events(self.receiver, kind)[-1]

    def lines(self, ticket_id: str) -> list[str]:
        """Return the kinds of all lines of a ticket."""
        return [line.entry.kind for line in self.office.store.timeline(TENANT, ticket_id)]


def opened(carries: str) -> Iterator[Account]:
    office = MakeOffice(carries)
    with open_world(office) as (world, settings), Receiver() as receiver:
        yield Account(office, world, settings, receiver)


@pytest.fixture
def account() -> Iterator[Account]:
    """An account that may carry everything."""
    yield from opened("restricted")


@pytest.fixture
def narrow() -> Iterator[Account]:
    """An account that may carry nothing of what these tickets hold."""
    yield from opened("public")


def answered(done: Run) -> Any:
    ((status, body),) = done.responses
    assert status == 200
    return json.loads(body)


# --- intake -----------------------------------------------------------------------------------------------------------


def test_intake_takes_a_ticket_in_and_answers_with_its_class(account: Account) -> None:
    told = answered(
        account.run("intake", ticket(1, subject='He said "no"\nand left \\ {}', requester="jo@example.com"))
    )
    assert (told["class"], told["gate_required"], told["platform_allowed"]) == ("P2", False, True)
    kept = account.office.told("GET", f"/api/v1/tickets/{told['ticket_id']}", x_api_key=KEY)
    assert kept["subject"] == 'He said "no"\nand left \\ {}'


def test_intake_answers_with_what_is_missing(account: Account) -> None:
    told = answered(account.run("intake", ticket(1, impact="")))
    assert (told["outcome"], told["missing"]) == ("blocked", "impact")


def test_intake_of_the_same_trigger_twice_is_one_ticket(account: Account) -> None:
    first, second = (answered(account.run("intake", ticket(1))) for _ in range(2))
    assert first["ticket_id"] == second["ticket_id"]
    assert account.lines(first["ticket_id"]).count("ticket.submitted") == 1


def test_intake_that_lost_the_answer_is_tried_again_and_has_one_effect(account: Account) -> None:
    account.world.lost = [ConnectionError("reset"), ConnectionError("reset")]
    (left,) = account.run("intake", ticket(1)).incomplete
    (left,) = again(left, account.world).incomplete
    told = answered(again(left, account.world))
    assert account.lines(told["ticket_id"]).count("ticket.submitted") == 1


def test_intake_of_a_data_class_that_make_may_not_carry_says_so_and_gives_no_text(narrow: Account) -> None:
    told = answered(narrow.run("intake", ticket(1)))
    assert (told["class"], told["platform_allowed"]) == ("P2", False)
    assert "printer" not in json.dumps(told)


# --- first reply, and what comes of it --------------------------------------------------------------------------------


def replied(account: Account, **changes: Any) -> Run:
    account.office.arrives(requester="jo@example.com", **changes)
    return account.run("first-reply", account.last("ticket.triaged"))


def test_first_reply_to_a_plain_ticket_is_sent_and_confirmed_once(account: Account) -> None:
    replied(account)
    account.run("first-reply", account.last("ticket.triaged"))
    assert [mail["to"] for mail in account.world.mails] == [["jo@example.com"]]
    assert account.lines("t1").count("message.sent") == 1


def test_first_reply_to_a_gated_ticket_waits_and_tells_where(account: Account) -> None:
    done = replied(account, **GATED)
    assert not account.world.mails
    assert not done.incomplete
    assert "/approvals/t1-a1" in account.world.posted[0]["text"]


def test_first_reply_that_make_may_not_carry_is_not_sent_by_it(narrow: Account) -> None:
    done = replied(narrow)
    assert not narrow.world.mails
    assert not done.incomplete


def test_a_decision_that_was_made_elsewhere_sends_exactly_that_text_once(account: Account) -> None:
    replied(account, **GATED)
    account.office.decides("approve")
    event = account.last("approval.decided")
    for _ in range(2):
        assert not account.run("decided", event).incomplete
    (mail,) = account.world.mails
    assert mail["html"] == "Hello, we look into t1. Desk"
    assert account.lines("t1").count("message.sent") == 1


def test_a_text_that_was_rejected_does_not_leave(account: Account) -> None:
    replied(account, **GATED)
    account.office.decides("reject")
    account.run("decided", account.last("approval.decided"))
    assert not account.world.mails
    assert "rejected" in account.world.posted[-1]["text"]


def test_a_text_that_nobody_decided_about_does_not_leave(account: Account) -> None:
    replied(account, **GATED)
    account.office.passes(HOUR)
    TIMERS["Sweep"].work(account.office.services)
    account.run("decided", account.last("approval.decided"))
    assert not account.world.mails
    assert "expired" in account.world.posted[-1]["text"]


def test_an_approval_is_worth_nothing_once_the_ticket_says_something_else(account: Account) -> None:
    replied(account, **GATED)
    account.office.decides("approve")
    event = account.last("approval.decided")
    account.office.passes(24 * HOUR)
    done = account.run("decided", event)
    assert not account.world.mails
    assert not done.incomplete


def test_a_release_whose_answer_was_lost_is_tried_again_and_sends_once(account: Account) -> None:
    replied(account, **GATED)
    account.office.decides("approve")
    account.world.lost = [ConnectionError("reset")]
    (left,) = account.run("decided", account.last("approval.decided")).incomplete
    assert not again(left, account.world).incomplete
    assert len(account.world.mails) == 1


# --- escalations and deadlines ----------------------------------------------------------------------------------------


def test_an_escalation_is_told_with_its_people_its_deadline_and_its_page(account: Account) -> None:
    account.office.arrives(**GATED)
    account.run("escalation", account.last("escalation.raised"))
    (message,) = account.world.posted
    assert "lee" in message["text"]
    assert "/escalations/t1-e1" in message["text"]


def test_an_escalation_that_somebody_took_over_meanwhile_is_not_told(account: Account) -> None:
    account.office.arrives(**GATED)
    event = account.last("escalation.raised")
    account.office.does("escalations/t1-e1/acknowledge", {})
    account.run("escalation", event)
    assert not account.world.posted


@pytest.mark.parametrize(("passes", "kind", "word"), [(1, "sla.at_risk", "Soon due"), (48, "sla.breached", "Missed")])
def test_a_deadline_is_told_before_and_after(account: Account, passes: int, kind: str, word: str) -> None:
    account.office.arrives()
    for _ in range(passes * 4):
        account.office.passes(HOUR / 4)
        TIMERS["Sweep"].work(account.office.services)
    account.run("deadlines", account.last(kind))
    assert account.world.posted[0]["text"].lstrip("*").startswith(word)
    assert "t1" in account.world.posted[0]["text"]


# --- many tickets -----------------------------------------------------------------------------------------------------


def test_many_tickets_are_taken_in_by_one_operation(account: Account) -> None:
    done = account.run("bulk", {"tickets": [ticket(1), ticket(2, subject='a "quote"\n')]})
    assert done.ran.count("http:ActionSendData@3") == 1
    assert answered(done) == {"accepted": 2, "failed": 0}
    assert not account.world.posted


def test_each_ticket_that_was_not_taken_in_is_told(account: Account) -> None:
    settings = account.scenarios["bulk"]["flow"][1]["mapper"]["variables"]
    settings[1]["value"] = EARLY_KEY
    assert answered(account.run("bulk", {"tickets": [ticket(1), ticket(2)]})) == {"accepted": 0, "failed": 2}
    assert [message["text"].split()[1] for message in account.world.posted] == ["m1", "m2"]


def test_many_tickets_twice_are_the_same_tickets(account: Account) -> None:
    for _ in range(2):
        account.run("bulk", {"tickets": [ticket(1), ticket(2)]})
    assert len(account.office.told("GET", "/api/v1/tickets", x_api_key=KEY)["items"]) == 2


# --- the week ---------------------------------------------------------------------------------------------------------


def weekly(account: Account) -> Any:
    """Let a week pass in which a ticket came and was late."""
    account.office.arrives()
    account.office.passes(8 * 24 * HOUR)
    for timer in TIMERS.values():
        timer.work(account.office.services)
    return account.last("report.weekly_ready")


def test_the_report_of_a_week_is_told_with_what_is_open_and_whose_it_is(account: Account) -> None:
    account.run("weekly-report", weekly(account))
    first, *others = [message["text"] for message in account.world.posted]
    assert first.startswith("Report of week 2026-W10: 1 tickets")
    assert any("ticket t1 (P2), owner" in text for text in others)


# --- all of them ------------------------------------------------------------------------------------------------------


def _arrived(account: Account, kind: str) -> Any:
    account.office.arrives(**GATED)
    return account.last(kind)


def _decided(account: Account) -> Any:
    replied(account, **GATED)
    account.office.decides("approve")
    return account.last("approval.decided")


def _late(account: Account) -> Any:
    account.office.arrives()
    account.office.passes(48 * HOUR)
    TIMERS["Sweep"].work(account.office.services)
    return account.last("sla.breached")


BUNDLES: Final[dict[str, Callable[[Account], Any]]] = {
    "intake": lambda _: ticket(1),
    "bulk": lambda _: {"tickets": [ticket(1)]},
    "first-reply": lambda account: _arrived(account, "ticket.triaged"),
    "escalation": lambda account: _arrived(account, "escalation.raised"),
    "decided": _decided,
    "deadlines": _late,
    "weekly-report": weekly,
}


@pytest.mark.parametrize("name", SHIPPED)
def test_no_blueprint_loses_anything_while_the_service_is_away(name: str, account: Account) -> None:
    bundle = BUNDLES[name](account)
    account.world.lost = [ConnectionError("refused")]
    (left,) = account.run(name, bundle).incomplete
    assert not again(left, account.world).incomplete


def test_a_setting_is_changed_in_one_place_and_a_webhook_in_another() -> None:
    for name, blueprint in SHIPPED.items():
        told = [note["moduleIds"] for note in blueprint["metadata"]["notes"] if "Edit here" in note["content"]]
        assert told == [[1], [2]], name
        assert json.dumps(blueprint).count("https://triage.example.com") == 1, name


def test_what_nobody_knows_for_sure_is_not_simulated() -> None:
    with pytest.raises(NotSimulatedError):
        filled("{{formatDate(1.at; 2)}}", {1: {"at": "2026-03-02"}})
    odd = {"flow": [{"id": 1, "module": "email:TriggerNewEmail"}]}
    with pytest.raises(NotSimulatedError):
        run(odd, {}, World(httpx.Client()))

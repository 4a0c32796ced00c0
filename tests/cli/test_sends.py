"""Does `triage sends` show what became of direct sends, and can an operator act on it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.decisions import change, ticket
from triage_core.compose import open_store, system_clock
from triage_core.domain.sending import Envelope, Purpose, Send, SendState, Surface, Told
from triage_core.service.sending import Dispatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

TENANT = "default"


class Refusing:
    """Surfaces that refuse what goes to Slack and leave everything else open."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def send(self, envelope: Envelope) -> Told:
        del envelope
        if self._surface is Surface.SLACK:
            return Told(failure="channel_not_found")
        return Told(failure="unconfirmed", may_retry=True, is_unconfirmed=True)


class Everywhere:
    def sender(self, tenant: str, surface: Surface) -> Refusing:
        del tenant
        return Refusing(surface)

    def of(self, tenant: str) -> tuple[Surface, ...]:
        del tenant
        return tuple(Surface)

    def record_url(self, tenant: str, source: str, source_id: str) -> None:
        del tenant, source, source_id


@pytest.fixture
def filled(database: str) -> str:
    """A database with two sends that failed and one that is unknown."""
    store = open_store(database)
    kinds = (("s1", Surface.SLACK), ("s2", Surface.SLACK), ("s3", Surface.EMAIL))
    sends = tuple(
        Send(
            id=name,
            ticket_id="t-1",
            surface=surface,
            purpose=Purpose.PAGE,
            about=name,
            to=("lee",),
            at=system_clock(),
            at_most_once=True,
        )
        for name, surface in kinds
    )
    store.save(change(ticket("t-1", TENANT), sends=sends))
    Dispatcher(store.sends, Everywhere(), lambda *_: Envelope(text="canary"), system_clock).round()
    store.close()
    return database


@pytest.fixture
def say(triage: Run, filled: str) -> Callable[..., Any]:
    """Run a command of the group and return its JSON."""

    def say(*words: str) -> Any:
        said = triage("sends", *words, "--db", filled, "--json")
        assert said.code == 0, said.err
        return said.json

    return say


def states(say: Callable[..., Any]) -> dict[str, str]:
    return {send["send_id"]: send["state"] for send in say("list")["sends"]}


def test_the_list_shows_what_went_amiss_and_nothing_of_what_was_said(triage: Run, filled: str) -> None:
    said = triage("sends", "list", "--db", filled)
    assert "channel_not_found" in said.flat
    assert "unknown" in said.flat
    assert "canary" not in said.out


def test_the_list_can_be_narrowed(say: Callable[..., Any]) -> None:
    assert states(say) == {"s1": "failed", "s2": "failed", "s3": "unknown"}
    (unknown,) = say("list", "--state", "unknown")["sends"]
    assert (unknown["send_id"], unknown["may_have_arrived"], unknown["to"]) == ("s3", True, ["lee"])
    assert say("list", "--surface", "email")["sends"] == [unknown]
    assert say("list", "--ticket", "t-9")["sends"] == []


def test_a_person_has_one_tried_again(say: Callable[..., Any]) -> None:
    assert say("retry", "s3", "--by", "ann") == {"tenant": TENANT, "retried": 1, "by": "ann"}
    (again,) = say("list", "--state", SendState.QUEUED)["sends"]
    assert (again["send_id"], again["retried_by"], again["may_have_arrived"]) == ("s3", "ann", True)


def test_all_that_failed_is_tried_again_and_nothing_that_is_unknown(say: Callable[..., Any]) -> None:
    assert say("retry", "--all-failed", "--surface", "email", "--by", "ann")["retried"] == 0
    assert say("retry", "--all-failed", "--by", "ann")["retried"] == 2
    assert states(say) == {"s1": "queued", "s2": "queued", "s3": "unknown"}


def test_what_did_not_fail_is_not_tried_again(triage: Run, filled: str) -> None:
    said = triage("sends", "retry", "s9", "--by", "ann", "--db", filled)
    assert (said.code, "send_not_found" in said.err) == (3, True)


@pytest.mark.parametrize("words", [(), ("s1", "--all-failed")])
def test_a_retry_of_nothing_in_particular_is_asked_back(triage: Run, filled: str, words: tuple[str, ...]) -> None:
    said = triage("sends", "retry", *words, "--by", "ann", "--db", filled)
    assert (said.code, "--all-failed" in said.err) == (2, True)

"""Is what happens to an escalation told in words that a person understands at night?"""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from tests.sample_cases import MINUTE
from tests.sample_desk import TENANT
from tests.sample_ladders import LadderDesk, person
from triage_core.domain import chain
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.telling import Voice, cause, movement
from triage_core.domain.happening import Happened
from triage_core.service.escalations import Progress

NAMES = {"lee": "Lee Wu", "kim": "Kim Ode", "max": "Max Rey"}
VOICE = Voice(NAMES, lambda at: f"{at:%H:%M}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("class:P1", "its class is P1"),
        ("class:P1/2", "its class is P1, and it was reopened"),
        ("tag:security", "it carries the risk tag security"),
        ("breach:first_reply/1/breached", "the promise “first reply” was missed"),
        ("at_risk:first_reply/1/at_risk_75%", "75% of the time for the promise “first reply” is used up"),
        ("repeated:3", "the customer wrote 3 times without an answer"),
        ("person:7", "a person asked for it"),
        ("declared:t4", "a person declared an incident"),
        ("something_new:t4", "something new:t4"),
    ],
)
def test_a_cause_is_told_in_a_clause(name: str, told: str) -> None:
    assert cause(name) == told


def _a_long_night(desk: LadderDesk) -> None:
    """Let everything happen to one escalation that can."""
    use = desk.escalations
    desk.urgent()
    desk.passes(11 * MINUTE)
    desk.tick()
    use.acknowledge(TENANT, "t1-e1", person("kim"))
    use.report(TENANT, "t1-e1", Progress(note="Found it."), person("kim"))
    use.offer(TENANT, "t1-e1", "lee", person("kim"))
    use.decline(TENANT, "t1-e1", person("lee"))
    use.offer(TENANT, "t1-e1", "lee", person("kim"))
    use.accept(TENANT, "t1-e1", person("lee"))
    desk.passes(50 * MINUTE)
    desk.tick()
    desk.record(Happened.RESOLVED, person("lee"))


def test_a_night_is_told_line_by_line() -> None:
    desk = LadderDesk()
    _a_long_night(desk)
    told = [movement(entry, VOICE) for entry in desk.entries() if entry.kind.startswith("escalation.")]
    assert told == [
        "Raised: its class is P1",
        "Called Lee Wu (level 1)",
        "Called Lee Wu (level 1)",
        "Called Lee Wu, Kim Ode (level 2)",
        "Kim Ode took it over; news are due by 09:41",
        "Kim Ode told how it stands; next news by 09:41",
        "Kim Ode offered it to Lee Wu until 09:41",
        "Lee Wu declined it; Kim Ode goes on",
        "Kim Ode offered it to Lee Wu until 09:41",
        "Lee Wu took it over from Kim Ode",
        "Another cause came: the promise “first reply” was missed",
        "No news came in time; Lee Wu was reminded and has until 09:51",
        "Nothing was heard of Lee Wu; people are called again",
        "Called Lee Wu (level 1)",
        "Called Lee Wu (level 1)",
        "Called Lee Wu, Kim Ode (level 2)",
        "Ended by Lee Wu: the ticket was solved",
    ]


def test_a_line_from_a_store_is_told_like_a_fresh_one() -> None:
    desk = LadderDesk()
    _a_long_night(desk)
    for line in desk.store.timeline(TENANT, "t1"):
        assert movement(chain.read(line.body), VOICE) == movement(line.entry, VOICE)


def test_an_escalation_that_nobody_can_take_is_told() -> None:
    desk = LadderDesk()
    desk.urgent()
    desk.passes(timedelta(days=3))
    desk.tick()
    told = {entry.kind: movement(entry, VOICE) for entry in desk.entries()}
    assert told[Kind.ESCALATION_EXHAUSTED] == "Nobody took it over: every level was called as often as the ladder says"
    assert told[Kind.ESCALATION_EXPIRED] == "Ended: it grew older than its ladder lets it"


def test_a_kind_without_words_of_its_own_is_told_by_its_name() -> None:
    desk = LadderDesk()
    desk.urgent()
    submitted = msgspec.structs.replace(desk.entries()[0], kind=Kind.NOTE_ADDED)
    assert movement(submitted, VOICE) == "note added"

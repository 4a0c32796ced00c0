"""Which moves may a ticket make, and how does its timeline add up?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tests.sample_cases import HOUR, MONDAY, arrived, blank
from triage_core.domain import chain, clocks
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.errors import ActionNotAllowed
from triage_core.domain.lifecycle import TRANSITIONS, Action, allowed, apply, move, rebuild
from triage_core.domain.model import SYSTEM, BreachCause, Clock, Outcome, State
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN = "triaged assigned waiting_customer waiting_third_party"
#: The table of the documentation: what may be done, in which states, and what comes of it.
EXPECTED = {
    Action.COMPLETE: {"incomplete": "triaged"},
    Action.ASSIGN: {
        "triaged": "assigned",
        "assigned": "assigned",
        "waiting_customer": "waiting_customer",
        "waiting_third_party": "waiting_third_party",
    },
    Action.WAIT_FOR_CUSTOMER: {"assigned": "waiting_customer"},
    Action.WAIT_FOR_THIRD_PARTY: {"assigned": "waiting_third_party"},
    Action.RESUME: {"waiting_customer": "assigned", "waiting_third_party": "assigned"},
    Action.RESOLVE: dict.fromkeys(OPEN.split(), "resolved"),
    Action.REOPEN: {"resolved": "assigned"},
    Action.CLOSE: {"resolved": "closed"},
    Action.MERGE: dict.fromkeys(f"incomplete {OPEN} resolved".split(), "merged"),
    Action.VOID: dict.fromkeys(f"incomplete {OPEN} resolved".split(), "void"),
}


def test_the_table_of_moves_is_the_documented_one() -> None:
    found: dict[Action, dict[str, str]] = {}
    for (state, action), then in TRANSITIONS.items():
        found.setdefault(action, {})[state.value] = then.value
    assert found == EXPECTED


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_every_other_move_is_refused_with_the_allowed_list(state: State, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert move(state, action) is TRANSITIONS[state, action]
        return
    with pytest.raises(ActionNotAllowed) as refused:
        move(state, action)
    listed = str(refused.value).partition("allowed: ")[2]
    assert listed == (", ".join(sorted(allowed(state))) or "nothing")


@pytest.mark.parametrize("state", [State.CLOSED, State.MERGED, State.VOID])
def test_a_closed_merged_or_void_ticket_stays_so(state: State) -> None:
    assert allowed(state) == ()


def clock(metric: Metric, number: int, outcome: Outcome = Outcome.OPEN) -> Clock:
    return Clock(metric=metric, number=number, calendar="c", target=HOUR, started_at=MONDAY, outcome=outcome)


def test_a_change_replaces_the_clock_of_its_number_and_leaves_the_others() -> None:
    ticket = blank(clocks=(clock(Metric.FIRST_REPLY, 1), clock(Metric.RESOLUTION, 1)))
    met = clock(Metric.FIRST_REPLY, 1, Outcome.MET)
    assert apply(ticket, {"clocks": (met,)}).clocks == (met, clock(Metric.RESOLUTION, 1))


def test_ended_segments_of_a_repeating_metric_leave_the_row_but_for_the_last() -> None:
    ended = [clock(Metric.NEXT_REPLY, number, Outcome.MET) for number in (1, 2)]
    ticket = apply(blank(clocks=(ended[0],)), {"clocks": (ended[1],)})
    assert ticket.clocks == (ended[1],)
    assert apply(ticket, {"clocks": (clock(Metric.NEXT_REPLY, 3),)}).clocks == (clock(Metric.NEXT_REPLY, 3),)


def test_superseded_instances_of_a_metric_measured_once_stay_in_the_row() -> None:
    old = clock(Metric.RESOLUTION, 1, Outcome.SUPERSEDED)
    assert apply(blank(clocks=(old,)), {"clocks": (clock(Metric.RESOLUTION, 2),)}).clocks[0] == old


def entries() -> Iterator[Entry]:
    """Yield a submission, a warning and a breach."""
    ticket = arrived()
    first = ticket.clocks[0]
    opening = {name: getattr(ticket, name) for name in ticket.__struct_fields__ if name not in {"version", "head"}}
    warned = replace(first, warned=(0.5,), warn_at=None)
    late = clocks.with_cause(replace(warned, breached_at=MONDAY + HOUR), BreachCause.LATE)
    changes = [opening, {"clocks": (warned,)}, {"clocks": (late,), "owner": "bob"}]
    for number, change in enumerate(changes, start=1):
        yield Entry(
            tenant="acme",
            ticket_id="t1",
            number=number,
            id=f"t1-{number}",
            kind=Kind.SUBMITTED,
            at=MONDAY,
            recorded_at=MONDAY + number * HOUR,
            actor=SYSTEM,
            changes=change,
        )


def test_a_timeline_adds_up_to_the_last_state_of_everything_it_changed() -> None:
    lines = chain.seal(entries(), "")
    ticket = rebuild(lines)
    assert (ticket.version, ticket.head, ticket.updated_at) == (3, lines[-1].hash, MONDAY + 3 * HOUR)
    assert (ticket.owner, ticket.clocks[0].breached_at) == ("bob", MONDAY + HOUR)
    assert len(ticket.clocks) == len(arrived().clocks)


def test_stored_lines_add_up_like_fresh_ones() -> None:
    lines = chain.seal(entries(), "")
    stored = [chain.Line(entry=chain.read(line.body), body=line.body, hash=line.hash) for line in lines]
    assert rebuild(stored) == rebuild(lines)


def test_an_empty_timeline_is_no_ticket() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        rebuild(())

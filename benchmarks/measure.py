"""How long does each contestant need beside the others, once all of them give the same answers?

All contestants of a race run in one process, in turn, round after round, on the same inputs. A round gives each about
the same time: a slow one takes fewer inputs, a fast one passes over them several times, and the report says so. The
garbage collector rests while a contestant runs and works between them.
"""

from __future__ import annotations

import gc
from itertools import chain, repeat
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from benchmarks.report import Race, Result
from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class AnswersDiffer(TriageError):
    """A contestant does not give the expected answer, so nothing may be timed."""

    code = "answers_differ"

    def __init__(self, name: str, differences: Sequence[Difference], total: int) -> None:
        """Show the first differences; benchmark inputs are generated, so they may be shown."""
        shown = "\n".join(f"  input {number}: expected {wanted!r}, got {got!r}" for number, wanted, got in differences)
        super().__init__(f"{name} differs on {total} inputs; mend it or take it out before timing\n{shown}")


class Difference(NamedTuple):
    """One input on which a contestant gives another answer."""

    number: int
    expected: object
    got: object


class Contestant(NamedTuple):
    """Something to time: one call per input, the whole call counted."""

    name: str
    call: Callable[[Any], object]
    inputs: Sequence[Any]
    note: str = ""


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How much measuring a run may cost."""

    rounds: int
    seconds: float
    fewest: int


FULL = Effort(rounds=15, seconds=0.05, fewest=20)
QUICK = Effort(rounds=3, seconds=0.001, fewest=2)
SHOWN = 10


def prove(name: str, expected: Sequence[object], got: Iterable[object]) -> str:
    """Return the sentence that the answers are equal, or raise `AnswersDiffer`."""
    pairs = zip(expected, got, strict=True)
    wrong = [Difference(number, want, have) for number, (want, have) in enumerate(pairs) if want != have]
    if wrong:
        raise AnswersDiffer(name, wrong[:SHOWN], len(wrong))
    return f"{name} on {len(expected):,} of {len(expected):,}"


def race(title: str, contestants: Sequence[Contestant], effort: Effort) -> Race:
    """Return the times of all contestants; the first one is the baseline and runs a second time as its own rival."""
    entered = [Lane.of(contestant, effort) for contestant in (*contestants, contestants[0])]
    times = _timed(entered, effort.rounds)
    results = [_result(lane, spent, times[0]) for lane, spent in zip(entered, times, strict=True)]
    return Race(
        title=title,
        baseline=contestants[0].name,
        rounds=effort.rounds,
        noise=round(results[-1].ratio_of_medians, 3),
        results=tuple(results[:-1]),
    )


class Lane(NamedTuple):
    """A contestant with the calls it makes in each round."""

    contestant: Contestant
    inputs: Sequence[Any]
    passes: int

    @classmethod
    def of(cls, contestant: Contestant, effort: Effort) -> Lane:
        """Return the lane whose round takes about the time allowed; the trial also warms the contestant up."""
        few = contestant.inputs[: effort.fewest]
        each = min(_spent(contestant.call, few) for _ in range(3)) / len(few)
        affordable = max(effort.fewest, int(effort.seconds / each))
        inputs = contestant.inputs[:affordable]
        return cls(contestant, inputs, max(1, affordable // len(inputs)))

    @property
    def calls(self) -> int:
        """Return the number of calls in a round."""
        return len(self.inputs) * self.passes


def _timed(lanes: Sequence[Lane], rounds: int) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in lanes]
    for number in range(rounds):
        for index in range(len(lanes)):
            # Each round starts with another contestant, so that none always runs after the same neighbour.
            turn = (index + number) % len(lanes)
            lane = lanes[turn]
            stream = chain.from_iterable(repeat(lane.inputs, lane.passes))
            times[turn].append(_spent(lane.contestant.call, stream) / lane.calls)
    return times


def _spent(call: Callable[[Any], object], inputs: Iterable[Any]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        for value in inputs:
            call(value)
        return perf_counter() - start
    finally:
        gc.enable()


def _result(lane: Lane, times: Sequence[float], baseline: Sequence[float]) -> Result:
    return Result(
        name=lane.contestant.name,
        note=lane.contestant.note,
        minimum_us=round(min(times) * 1e6, 3),
        median_us=round(median(times) * 1e6, 3),
        ratio_of_medians=round(median(times) / median(baseline), 3),
        ratio_of_minima=round(min(times) / min(baseline), 3),
        inputs=len(lane.inputs),
        calls_per_round=lane.calls,
    )

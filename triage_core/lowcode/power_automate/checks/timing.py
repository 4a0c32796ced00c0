"""Does the flow try, wait and recur within what the platform allows?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import Rule, Weight
from triage_core.lowcode.power_automate.checks.limits import is_within
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RETRIES: Final = 90
MOST_ROUNDS: Final = 5_000
SHORTEST_DELAY: Final = 5
DAY: Final = 86_400
LONGEST_RUN: Final = 30 * DAY
SHORTEST_RECURRENCE: Final = 60
LONGEST_RECURRENCE: Final = 500 * DAY
_SPAN: Final = re.compile(
    r"P(?:([0-9]{1,6})W|(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})(?:\.[0-9]{1,9})?S)?)?)"
)
_SECONDS: Final = (7 * DAY, 365 * DAY, 30 * DAY, DAY, 3_600, 60, 1)
_FREQUENCIES: Final = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 28 * DAY,
    "year": 365 * DAY,
}
_RETRIES: Final = ("none", "fixed", "exponential", "default")


def seconds(span: str) -> int | None:
    """Return the length of an ISO 8601 span; nothing where it is none."""
    found = _SPAN.fullmatch(span)
    if found is None or not any(found.groups()):
        return None
    return sum(int(count) * unit for count, unit in zip(found.groups(), _SECONDS, strict=True) if count)


def _retries(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if "retryPolicy" in step.body:
            yield Trouble(step.at("retryPolicy"), "`retryPolicy` belongs into `inputs`; here it has no effect")
        given = step.inputs.get("retryPolicy")
        if given is not None:
            for message in _retry_troubles(given if isinstance(given, dict) else {}):
                yield Trouble(step.at("inputs", "retryPolicy"), message)


def _retry_troubles(given: dict[str, Any]) -> Iterator[str]:
    kind = text(given, "type").lower()
    if kind not in _RETRIES:
        yield f"a retry policy is one of: {', '.join(_RETRIES)}"
        return
    if kind in {"none", "default"}:
        return
    if not is_within(given.get("count"), 1, MOST_RETRIES):
        yield f"1 to {MOST_RETRIES} retries are allowed"
    for name in ("interval", "minimumInterval", "maximumInterval"):
        if (name == "interval" or name in given) and not _is_delay(text(given, name)):
            yield f"`{name}` is a span from PT{SHORTEST_DELAY}S to P1D"


def _is_delay(given: str) -> bool:
    length = seconds(given)
    return given.startswith("@") or (length is not None and SHORTEST_DELAY <= length <= DAY)


def _rounds(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind != "until":
            continue
        limit = part(step.body, "limit")
        if not is_within(limit.get("count"), 1, MOST_ROUNDS):
            yield Trouble(step.at("limit", "count"), f"a loop needs a limit of 1 to {MOST_ROUNDS} rounds")
        if seconds(text(limit, "timeout")) is None:
            yield Trouble(step.at("limit", "timeout"), "a loop needs a limit of time, such as PT1H")


def _recurrences(view: View) -> Iterator[Trouble]:
    for step in view.flow.triggers:
        given = step.body.get("recurrence")
        if not isinstance(given, dict):
            continue
        unit, count = _FREQUENCIES.get(text(given, "frequency").lower()), given.get("interval")
        if unit is None:
            yield Trouble(step.at("recurrence", "frequency"), f"a recurrence is one of: {', '.join(_FREQUENCIES)}")
        elif not (isinstance(count, str) and count.startswith("@")) and not is_within(
            count, -(-SHORTEST_RECURRENCE // unit), LONGEST_RECURRENCE // unit
        ):
            yield Trouble(
                step.at("recurrence", "interval"), "a flow runs every 60 seconds at most, every 500 days at least"
            )


def _timeouts(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        limit = part(step.body, "limit")
        given = limit.get("timeout")
        if given is None or (step.kind == "until" and not isinstance(given, str)):
            continue
        length = seconds(given) if isinstance(given, str) else None
        if length is None and not (isinstance(given, str) and given.startswith("@")):
            yield Trouble(step.at("limit", "timeout"), "a time limit is written like PT2H")
        elif length is not None and length > LONGEST_RUN:
            yield Trouble(step.at("limit", "timeout"), "no run lasts longer than 30 days")


def _unbounded(view: View) -> Iterator[Trouble]:
    for step in view.flow.actions:
        if step.kind == "openapiconnectionwebhook" and not text(part(step.body, "limit"), "timeout"):
            yield Trouble(step.at("limit"), f"{quoted(step.name)} waits for somebody, without an end of its own")


CHECKS: Final = (
    Check(
        Rule(
            id="PA510",
            title="Retry policies are in their place and within bounds",
            why="Beside `inputs` a policy has no effect, and nobody notices before the first failure.",
            bad='{"inputs": {}, "retryPolicy": {"type": "fixed", "count": 100, "interval": "PT1S"}}',
            good='{"inputs": {"retryPolicy": {"type": "exponential", "count": 4, "interval": "PT10S"}}}',
        ),
        _retries,
    ),
    Check(
        Rule(
            id="PA511",
            title="Loops have an end",
            why="Without limits of its own a loop ends after 60 rounds, as if all were well.",
            bad='{"type": "Until", "expression": "…"}',
            good='"limit": {"count": 30, "timeout": "PT1H"}',
        ),
        _rounds,
    ),
    Check(
        Rule(
            id="PA512",
            title="A flow recurs every minute at most",
            why="A shorter or longer recurrence is refused.",
            bad='{"frequency": "Second", "interval": 10}',
            good='{"frequency": "Minute", "interval": 5}',
        ),
        _recurrences,
    ),
    Check(
        Rule(
            id="PA513",
            title="Time limits are spans that a run can last",
            why="A run ends after 30 days in any case.",
            bad='"limit": {"timeout": "2 hours"}',
            good='"limit": {"timeout": "PT2H"}',
        ),
        _timeouts,
    ),
    Check(
        Rule(
            id="PA514",
            title="Who waits for a person has a time limit",
            why="Without one the run hangs for 30 days, and nobody learns that there was no answer.",
            bad="StartAndWaitForAnApproval without a limit",
            good='"limit": {"timeout": "PT2H"}',
            weight=Weight.WARNING,
        ),
        _unbounded,
    ),
)

"""What would people's verdicts say of another policy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.calibration.examples import said_by
from triage_core.domain.calibration.judging import judge
from triage_core.domain.changing.effects import JudgedEffect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage_core.domain.calibration.examples import Example
    from triage_core.domain.calibration.judging import Judged
    from triage_core.domain.playbook import Playbook


def rejudged(
    before: Playbook, after: Playbook, examples: Sequence[Example], population: Mapping[str, int]
) -> tuple[JudgedEffect, ...]:
    """Return the figures of the judged tickets under both policies."""
    costs = before.policy.calibration
    old = judge([_under(before, example) for example in examples], population, costs).rates
    new = judge([_under(after, example) for example in examples], population, costs).rates
    return tuple(JudgedEffect(kpi=kpi, before=old[kpi], after=new[kpi]) for kpi in old)


def _under(book: Playbook, example: Example) -> Judged:
    """Let a policy answer; the rank of the verdict is that of its own classes."""
    one = example.judged
    rank = book.rules.ranks.get(one.verdict.class_name, len(book.rules.ranks))
    return replace(one, said=said_by(book.rules, example.past), rank=rank)

"""Does every class promise something, and do the promises fit together?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from triage_core.domain.policy import Policy
from triage_core.domain.policy.service_levels import Metric
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

_PROMISED = (Metric.FIRST_REPLY, Metric.RESOLUTION)


def every_class(policy: Policy) -> Iterator[Finding]:
    """Every class has service levels."""
    path = ("service_levels", "classes")
    for item in policy.classes:
        if item.name not in policy.service_levels.classes:
            yield Finding(path=path, what=f"class {item.name} has no service levels", expected=item.name, at_key=True)


def promised_metrics(policy: Policy) -> Iterator[Finding]:
    """Every class promises a first reply and a resolution."""
    for name, levels in policy.service_levels.classes.items():
        for metric in _PROMISED:
            if metric not in levels.targets:
                what = f"class {name} has no target for {metric}"
                path = ("service_levels", "classes", name, "targets")
                yield Finding(path=path, what=what, expected=str(metric), at_key=True)


def rising_targets(policy: Policy) -> Iterator[Finding]:
    """A lower class never has less time on the same calendar than a higher one."""
    for metric in _PROMISED:
        promised = list(_promised(policy, metric))
        for (higher, hours, time), (lower, same_hours, less) in pairwise(promised):
            if less < time and hours == same_hours:
                what = f"{lower} has less time for {metric} than the higher {higher}"
                yield Finding(path=_target(lower, metric), what=what, expected=f"at least the time of {higher}")


def _promised(policy: Policy, metric: Metric) -> Iterator[tuple[str, str, timedelta]]:
    for item in policy.classes:
        levels = policy.service_levels.classes.get(item.name)
        if levels is not None and metric in levels.targets:
            target = levels.targets[metric]
            yield item.name, target.calendar or levels.calendar, target.within


def _target(name: str, metric: Metric) -> Path:
    return ("service_levels", "classes", name, "targets", str(metric))


def reply_before_resolution(policy: Policy) -> Iterator[Finding]:
    """The first reply is promised before the resolution."""
    for name, levels in policy.service_levels.classes.items():
        reply, solution = (levels.targets.get(metric) for metric in _PROMISED)
        if reply is None or solution is None or reply.calendar != solution.calendar:
            continue
        if reply.within > solution.within:
            what = f"{name} promises the first reply after the resolution"
            yield Finding(path=_target(name, Metric.FIRST_REPLY), what=what, expected="less time than the resolution")


def cadence(policy: Policy) -> Iterator[Finding]:
    """The cadence shown with a class is the one its update clock measures."""
    for number, item in enumerate(policy.classes):
        levels = policy.service_levels.classes.get(item.name)
        measured = levels.targets.get(Metric.UPDATE) if levels else None
        if item.update_every and measured and item.update_every != measured.within:
            what = f"{item.name} shows another cadence than its update clock measures"
            yield Finding(path=("classes", number, "update_every"), what=what, expected="the same time in both places")

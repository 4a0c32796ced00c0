"""Does every ticket that must be approved or escalated find a rule for it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from triage_core.domain.policy import Policy
from triage_core.policyfile.tree import Finding


class Selective(Protocol):
    """A rule for some classes and tags."""

    @property
    def id(self) -> str: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def tags_any(self) -> tuple[str, ...]: ...


def _fits(rule: Selective, class_name: str, tag: str | None) -> bool:
    return (not rule.classes or class_name in rule.classes) and (not rule.tags_any or tag in rule.tags_any)


def _uncovered(policy: Policy, rules: Sequence[Selective], flag: str) -> Iterator[str]:
    """Name the classes and tags that carry a flag and find no rule, on whatever class the tag meets."""
    for item in policy.classes:
        if getattr(item, flag) and not any(_fits(rule, item.name, None) for rule in rules):
            yield f"class {item.name}"
    for tag in policy.tags:
        if getattr(tag, flag) and not all(
            any(_fits(rule, item.name, tag.name) for rule in rules) for item in policy.classes
        ):
            yield f"tag {tag.name}"


def escalated(policy: Policy) -> Iterator[Finding]:
    """What must escalate has a ladder."""
    for name in _uncovered(policy, policy.escalation.rules, "must_escalate"):
        what = f"{name} must escalate and no escalation rule fits it"
        yield Finding(path=("escalation", "rules"), what=what, expected="a rule for it", at_key=True)


def approved(policy: Policy) -> Iterator[Finding]:
    """What is gated has an approval."""
    for name in _uncovered(policy, policy.gates.approvals, "gated"):
        what = f"{name} is gated and no approval rule fits it"
        yield Finding(path=("gates", "approvals"), what=what, expected="a rule for it", at_key=True)


def reached(policy: Policy) -> Iterator[Finding]:
    """No rule stands below one that fits everything it fits."""
    lists: tuple[tuple[tuple[str, str], Sequence[Selective]], ...] = (
        (("gates", "approvals"), policy.gates.approvals),
        (("escalation", "rules"), policy.escalation.rules),
    )
    for path, rules in lists:
        for number, rule in enumerate(rules):
            above = next((each for each in rules[:number] if _wider(each, rule)), None)
            if above is not None:
                what = f'rule "{rule.id}" is never reached, since "{above.id}" above it fits the same tickets'
                yield Finding(path=(*path, number, "id"), what=what, expected="the narrower rule first")


def _wider(one: Selective, other: Selective) -> bool:
    classes = not one.classes or (bool(other.classes) and set(other.classes) <= set(one.classes))
    tags = not one.tags_any or (bool(other.tags_any) and set(other.tags_any) <= set(one.tags_any))
    return classes and tags


def used_ladders(policy: Policy) -> Iterator[Finding]:
    """Every ladder is climbed by some rule."""
    climbed = {rule.ladder for rule in policy.escalation.rules}
    for number, ladder in enumerate(policy.ladders):
        if ladder.name not in climbed:
            what = f"no escalation rule uses the ladder {ladder.name}"
            yield Finding(path=("ladders", number, "name"), what=what, expected="a use, or none of it")


def no_drafts(policy: Policy) -> Iterator[Finding]:
    """No text is drafted automatically for a gated class."""
    for number, item in enumerate(policy.classes):
        if item.gated and item.draft_allowed:
            path = ("classes", number, "draft_allowed")
            what = f"{item.name} is gated and lets drafts be written automatically"
            yield Finding(path=path, what=what, expected="draft_allowed: false")


def top_gated(policy: Policy) -> Iterator[Finding]:
    """The highest class is gated and escalates."""
    top = policy.classes[0]
    for flag in ("gated", "must_escalate"):
        if not getattr(top, flag):
            what = f"{top.name} is the highest class and not {flag}"
            yield Finding(path=("classes", 0, flag), what=what, expected=f"{flag}: true")


def rollout(policy: Policy) -> Iterator[Finding]:
    """A new tenant begins without acting."""
    if policy.stages.start not in {"off", "shadow"}:
        what = f"new tenants begin in the stage {policy.stages.start}, without anybody's sign-off"
        yield Finding(path=("stages", "start"), what=what, expected="shadow")


def one_subset(policy: Policy) -> Iterator[Finding]:
    """The pilot's subset is given by a rule or by a share."""
    if policy.stages.pilot_when and policy.stages.pilot_share is not None:
        what = "the pilot has a rule and a share"
        yield Finding(path=("stages", "pilot_share"), what=what, expected="one of the two", at_key=True)

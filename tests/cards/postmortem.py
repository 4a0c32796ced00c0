"""How does a public report of an incident become a closure, as far as it says what a closure needs?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from triage_core.domain.closure.facts import (
    ClosureFacts,
    FixState,
    Milestone,
    PermanentFix,
    Prevention,
    Review,
    RootCause,
    Workaround,
)
from triage_core.domain.escalating.state import Confidence

_SETEXT = re.compile(r"^(?P<title>[^\n]+)\n(?:=|-){3,}[ ]*$", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^(?:[-*✅❌]|\d+\.)\s+(.*)$")
_CLOCK = re.compile(
    r"^[-|*\s]*\**\s*(?:(?P<day>\w{3} \d{1,2}), )?(?P<hour>\d{1,2}):(?P<minute>\d\d)\s*(?P<half>AM|PM)?"
)
_FENCE = re.compile(r"```.*?```", re.DOTALL)

#: Which headings tell which part of a closure, by the words that stand in them.
SUMMARY = ("summary",)
CAUSE = ("root cause", "how did it happen", "primary issue", "technical problem", "why it failed")
WORKAROUND = ("what should you do", "workaround")
FIX = ("immediate actions", "resolution", "remediation")
PREVENTION = ("short-term", "medium-term", "long-term", "planned actions", "action items", "preventing it")
IMPACT = ("impact", "scope")
WELL = ("went well",)
BADLY = ("went poorly", "didn't go well", "could have gone better", "why it wasn't caught", "insights")
TIMELINE = ("timeline",)


class Section(NamedTuple):
    """One heading and what stands under it, up to the next one."""

    title: str
    body: str


def sections(text: str) -> list[Section]:
    """Split a report; what stands before its first heading has no title."""
    text = _SETEXT.sub(r"# \g<title>", _FENCE.sub("", text))
    found: list[Section] = []
    title, lines = "", []
    for line in [*text.splitlines(), "# "]:
        heading = _HEADING.match(line)
        if heading is None and line != "# ":
            lines.append(line)
            continue
        found.append(Section(title.lower(), "\n".join(lines).strip()))
        title, lines = (heading[2] if heading else ""), []
    return [section for section in found if section.body]


def _under(found: list[Section], names: tuple[str, ...]) -> str:
    told = [section.body for section in found if any(name in section.title for name in names)]
    return "\n".join(told)[:20_000]


def _items(text: str) -> Iterator[str]:
    for line in text.splitlines():
        item = _ITEM.match(line.strip())
        if item and len(item[1]) > 20:
            yield item[1].strip()


def _milestones(text: str, day: datetime) -> Iterator[Milestone]:
    for line in text.splitlines():
        found = _CLOCK.match(line)
        if found is None:
            continue
        hour = int(found["hour"]) % 12 + (12 if found["half"] == "PM" else 0) if found["half"] else int(found["hour"])
        at = day.replace(hour=hour, minute=int(found["minute"]))
        if found["day"]:
            at = at.replace(day=int(found["day"].split()[1]))
        yield Milestone(at=at, what=line.strip("-|* ")[:2_000])


def closure_of(text: str, day: datetime) -> ClosureFacts:
    """Return what a report says; nobody of our roster owns anything in it, and no action has a day."""
    found = sections(text)
    cause, fix = _under(found, CAUSE), _under(found, FIX)
    workaround = _under(found, WORKAROUND)
    prevention = tuple(Prevention(description=item) for item in _items(_under(found, PREVENTION)))[:50]
    return ClosureFacts(
        summary=_under(found, SUMMARY) or next((section.body for section in found), "")[:2_000],
        root_cause=RootCause(text=cause, confidence=Confidence.CONFIRMED if cause else None),
        workaround=Workaround(text=workaround),
        permanent_fix=PermanentFix(state=FixState.DONE if fix else None, description=fix),
        prevention=prevention,
        review=Review(
            milestones=tuple(_milestones(_under(found, TIMELINE), day.astimezone(UTC))),
            impact=_under(found, IMPACT),
            went_well=_under(found, WELL),
            went_badly=_under(found, BADLY),
        ),
    )

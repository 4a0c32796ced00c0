"""What does a linter of low-code files say: which rule, where, and what to do about it?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Weight(StrEnum):
    """Whether a file can be used as it stands."""

    ERROR = "error"
    #: It can be imported and will run, and somebody will be sorry.
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing a linter looks for; its page in the documentation is made of these words."""

    #: Stable: people write it into their own notes and pipelines.
    id: str
    title: str
    #: What goes wrong for somebody where the rule is broken.
    why: str
    bad: str
    good: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a file breaks a rule. No value of the file that may be a secret is repeated."""

    rule: Rule
    #: As given on the command line, with the member behind `!` where it is inside an archive.
    file: str
    #: A JSON pointer into the file.
    pointer: str
    message: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.file}{self.pointer and f'#{self.pointer}'}: {self.rule.weight} {self.rule.id}: {self.message}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return each finding once, by file, place and rule."""
    return sorted(set(findings), key=lambda found: (found.file, _natural(found.pointer), found.rule.id, found.message))


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer of a path (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _natural(place: str) -> tuple[tuple[bool, int, str], ...]:
    """Let the tenth member of a list come after the ninth."""
    return tuple(_step(step) for step in place.split("/"))


def _step(step: str) -> tuple[bool, int, str]:
    return (False, int(step), "") if step.isdecimal() else (True, 0, step)

"""What does a rule about Zaps look at, and what does it say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage_core.lowcode.findings import Rule

if TYPE_CHECKING:
    from triage_core.lowcode.zapier.catalogue import Catalogue
    from triage_core.lowcode.zapier.zap import Zap


class Trouble(NamedTuple):
    """A place in a file, and what is wrong there."""

    pointer: str
    message: str


class View(NamedTuple):
    """What a rule may look at."""

    zap: Zap
    known: Catalogue


Look = Callable[[View], Iterator[Trouble]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with what looks for it."""

    rule: Rule
    look: Look

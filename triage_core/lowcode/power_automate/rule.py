"""What does a rule about flows look at, and what does it say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage_core.lowcode.findings import Rule

if TYPE_CHECKING:
    from triage_core.lowcode.power_automate.flow import Flow
    from triage_core.lowcode.power_automate.operations import Catalogue


class Trouble(NamedTuple):
    """A place in a flow, and what is wrong there."""

    pointer: str
    message: str


class View(NamedTuple):
    """What a rule may look at."""

    flow: Flow
    known: Catalogue


Look = Callable[[View], Iterator[Trouble]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with what looks for it."""

    rule: Rule
    look: Look

"""How much would a change move a figure, and within which bounds will the figure lie in the weeks to come?"""

from __future__ import annotations

from math import sqrt
from typing import Final

from triage_core.domain.calibration.judging import Estimate
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.value import Value

_Z: Final = 1.959963984540054


class Effect(Value, frozen=True, kw_only=True):
    """A share of the same tickets under two policies."""

    name: str
    n: int
    before: int
    after: int
    #: Tickets that are counted under the new policy only, and under the old one only.
    gained: int
    lost: int

    @property
    def difference(self) -> float | None:
        """By how much the share moves."""
        return (self.gained - self.lost) / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the difference: that of Wald for matched pairs with half a ticket added to each cell.

        A. Agresti and Y. Min, Simple improved confidence intervals for comparing matched proportions, Statistics in
        Medicine 24 (2005), 729-740.
        """
        if not self.n:
            return None
        n, gained, lost = self.n + 2, self.gained + 0.5, self.lost + 0.5
        moved = (gained - lost) / n
        half = _Z * sqrt(gained + lost - (gained - lost) ** 2 / n) / n
        return max(-1.0, moved - half), min(1.0, moved + half)

    def coming(self, tickets: int) -> tuple[float, float] | None:
        """Return the bounds between which the count of so many tickets to come lies with 95 %, if they are alike.

        The spread of the past and that of the future add up (W. Nelson, Applied Life Data Analysis, 1982, chapter 6);
        the share has two tickets added on either side, so that a share of nothing has bounds too.
        """
        if not self.n or not tickets:
            return None
        share = (self.after + 2) / (self.n + 4)
        half = _Z * sqrt(tickets * share * (1 - share) * (1 + tickets / self.n))
        return max(0.0, tickets * share - half), min(float(tickets), tickets * share + half)


class JudgedEffect(Value, frozen=True, kw_only=True):
    """A figure of the judged tickets under two policies, each with its interval."""

    kpi: Kpi
    before: Estimate
    after: Estimate


class Load(Value, frozen=True, kw_only=True):
    """What people have to do in a week, on average."""

    name: str
    weeks: float
    before: int
    after: int

    @property
    def each_week(self) -> tuple[float, float]:
        """Before and after."""
        return self.before / self.weeks, self.after / self.weeks

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the weekly number after, if the tickets arrive independently of each other."""
        count = self.after + 1
        half = _Z * sqrt(count)
        return max(0.0, count - half) / self.weeks, (count + half) / self.weeks

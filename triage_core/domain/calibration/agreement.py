"""How well do two people agree, beyond what chance alone would bring?"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING, Final

from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_Z: Final = 1.959963984540054


class Agreement(Value, frozen=True, kw_only=True):
    """Cohen's kappa over so many pairs."""

    n: int = 0
    observed: float | None = None
    expected: float | None = None
    #: None without pairs, and where both always gave the same one answer: chance agrees as well there.
    kappa: float | None = None
    low: float | None = None
    high: float | None = None


def agreement(given: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Return kappa = (p_o - p_e) / (1 - p_e) with its 95 % interval.

    p_o is the share of pairs that agree, p_e the sum over all answers of the product of both people's shares of it:
    J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960), 37-46.
    The standard error is that of the same paper: sqrt(p_o (1 - p_o) / (n (1 - p_e)^2)).
    """
    n = len(given)
    if not n:
        return Agreement()
    first, second = Counter(one for one, _ in given), Counter(other for _, other in given)
    observed = sum(one == other for one, other in given) / n
    expected = sum(first[answer] * second[answer] for answer in first) / (n * n)
    if expected >= 1:
        return Agreement(n=n, observed=observed, expected=expected)
    kappa = (observed - expected) / (1 - expected)
    half = _Z * sqrt(observed * (1 - observed) / n) / (1 - expected)
    return Agreement(
        n=n,
        observed=observed,
        expected=expected,
        kappa=kappa,
        low=max(-1.0, kappa - half),
        high=min(1.0, kappa + half),
    )

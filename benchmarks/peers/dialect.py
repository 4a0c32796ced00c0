"""How does the policy read as one expression in the languages that share `condition ? this : that`?

One call for everything is the fastest form of each of them: the ticket is handed over once, not once per rule. The
expression is a list of the number of the first fitting matrix row and one Boolean per term rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.yardstick import MATRIX, TERM_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.yardstick import MatrixRow, TermRule


class Dialect(NamedTuple):
    """The signs in which the languages differ; `fires` says when a term rule finds one of its terms in `text`."""

    both: str
    fires: Callable[[TermRule], str]


def any_of(separator: str, template: str) -> Callable[[TermRule], str]:
    """Return how to say a term rule as a chain with one link per term, `{}` in the template standing for the term."""
    return lambda rule: separator.join(template.format(f"' {term} '") for term in rule.terms)


def policy(dialect: Dialect) -> str:
    """Return the expression."""
    row = first_fitting(dialect, (str(number) for number in range(len(MATRIX))))
    return f"[{', '.join([row, *(dialect.fires(rule) for rule in TERM_RULES)])}]"


def first_fitting(dialect: Dialect, values: Iterable[str]) -> str:
    """Return the expression that gives the value of the first row that fits; the last row fits anything."""
    *listed, last = zip(MATRIX, values, strict=True)
    chain = last[1]
    for row, value in reversed(listed):
        chain = f"({_condition(dialect, row)} ? {value} : {chain})"
    return chain


def _condition(dialect: Dialect, row: MatrixRow) -> str:
    parts = [f"impact == '{row.impact}'", f"urgency == '{row.urgency}'"]
    if row.tiers:
        parts.append(f"customer_tier in {quoted(row.tiers)}")
    return dialect.both.join(parts)


def quoted(values: Iterable[str]) -> str:
    """Return a list of strings as all of the languages write it."""
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"

"""Which rules do a ticket's fields allow? Every rule is one bit, so a ticket's answer is a few look-ups."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from triage_core.domain.policy.values import FieldTest

FieldValues: TypeAlias = "Mapping[str, Any]"


def holds(test: FieldTest, value: object) -> bool:
    """Apply one test; a missing value never passes."""
    if test.at_least is not None:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= test.at_least
    return value is not None and _spelled(value) in test.any_of


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def all_hold(tests: Mapping[str, FieldTest], fields: FieldValues) -> bool:
    """Apply all tests of a rule."""
    return all(holds(test, fields.get(name)) for name, test in tests.items())


class ConditionTable:
    """The conditions of all rules at once: `mask(fields)` has the bit of each rule whose conditions hold."""

    __slots__ = ("_by_field", "_every", "_numbers", "tests")

    def __init__(self, conditions: Sequence[Mapping[str, FieldTest]]) -> None:
        """Give rule number n the bit 1 << n."""
        self.tests = tuple(conditions)
        self._every = (1 << len(conditions)) - 1
        self._by_field: dict[str, tuple[dict[str, int], int]] = {}
        self._numbers: list[tuple[str, FieldTest, int]] = []
        for bit, tests in enumerate(conditions):
            for name, test in tests.items():
                self._add(name, test, 1 << bit)

    def _add(self, name: str, test: FieldTest, bit: int) -> None:
        if test.at_least is not None:
            self._numbers.append((name, test, bit))
            return
        values, others = self._by_field.setdefault(name, ({}, self._every))
        for value in test.any_of:
            values.setdefault(value, others)
        for value in values:
            if value not in test.any_of:
                values[value] &= ~bit
        self._by_field[name] = (values, others & ~bit)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that decide by their exact value."""
        return tuple(self._by_field)

    def tested(self, name: str) -> tuple[str, ...]:
        """Return the values that rules ask a field for."""
        return tuple(self._by_field[name][0]) if name in self._by_field else ()

    @property
    def has_numbers(self) -> bool:
        """Whether any rule decides by a field's size."""
        return bool(self._numbers)

    def mask(self, fields: FieldValues) -> int:
        """Return the rules whose exact-value tests hold."""
        mask = self._every
        for name, (values, others) in self._by_field.items():
            value = fields.get(name)
            mask &= others if value is None else values.get(_spelled(value), others)
        return mask

    def number_mask(self, fields: FieldValues) -> int:
        """Return the rules whose number tests hold."""
        mask = self._every
        for name, test, bit in self._numbers:
            if not holds(test, fields.get(name)):
                mask &= ~bit
        return mask


def thresholds(conditions: Iterable[Mapping[str, FieldTest]]) -> dict[str, tuple[float, ...]]:
    """Return the fields that decide by their size, and from which sizes on, ascending."""
    sizes: dict[str, set[float]] = {}
    for name, test in chain.from_iterable(tests.items() for tests in conditions):
        if test.at_least is not None:
            sizes.setdefault(name, set()).add(test.at_least)
    return {name: tuple(sorted(found)) for name, found in sizes.items()}


def picker(names: Iterable[str]) -> Callable[[FieldValues], Any]:
    """Make a function that picks some fields of a ticket as one hashable key; a missing field counts as none."""
    wanted = tuple(names)
    if not wanted:
        return lambda _: ()
    quick = itemgetter(*wanted)

    def pick(fields: FieldValues) -> Any:  # noqa: ANN401 - a key of whatever values the fields hold
        try:
            return quick(fields)
        except KeyError:
            return tuple(fields.get(name) for name in wanted) if len(wanted) > 1 else fields.get(wanted[0])

    return pick

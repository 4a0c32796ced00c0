"""Does a condition hold, as conditions and filters write it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.simulators.power_automate import values
from tests.simulators.power_automate.failures import Unsupported
from tests.simulators.power_automate.functions import FUNCTIONS

if TYPE_CHECKING:
    from tests.simulators.power_automate.evaluating import Evaluator

_COMPARISONS: Final = frozenset(
    {"equals", "greater", "greaterOrEquals", "less", "lessOrEquals", "contains", "startsWith", "endsWith", "empty"}
)


def holds(given: Any, evaluator: Evaluator) -> bool:
    """Compute a condition: an expression, or one object for each comparison."""
    if isinstance(given, (str, bool)):
        return values.truth(evaluator.document(given))
    if not isinstance(given, dict) or len(given) != 1:
        raise Unsupported(f"the condition {given!r}")
    ((name, inner),) = given.items()
    if name == "not":
        return not holds(inner, evaluator)
    if name in {"and", "or"}:
        held = [holds(each, evaluator) for each in inner]
        return all(held) if name == "and" else any(held)
    if name not in _COMPARISONS:
        raise Unsupported(f"the comparison {name}")
    return values.truth(FUNCTIONS[name.lower()](*(evaluator.document(each) for each in inner)))

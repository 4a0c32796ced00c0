"""Is every failure that a caller may meet told with a status and a title?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import triage_core
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import PROBLEMS, type_of
from triage_core.domain.errors import TriageError

#: Their failures are told on a terminal only.
TERMINAL_ONLY = ("cli", "demo", "lowcode", "ticketfile", "policyfile", "replay", "packagers", "__main__")


def failures(root: type[TriageError] = TriageError) -> Iterator[type[TriageError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from failures(kind)


def import_everything() -> None:
    for module in pkgutil.walk_packages(triage_core.__path__, "triage_core."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_every_failure_of_the_package_is_told() -> None:
    import_everything()
    met = {kind for kind in failures() if kind.__module__.startswith("triage_core.")}
    told = {kind for kind in met if kind.__module__.split(".")[1] not in TERMINAL_ONLY}
    assert sorted({kind.code for kind in told} - PROBLEMS.keys()) == []


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_has_a_status_and_a_title(code: str) -> None:
    status, title = PROBLEMS[code]
    assert 400 <= status < 600
    assert title[0].isupper()
    assert title[-1] not in ".!"
    assert type_of(code).endswith(f":{code}")


def test_every_status_of_a_problem_is_declared_by_some_operation() -> None:
    declared = {status for row in OPERATIONS.values() for status in row.failures}
    # A wrong method belongs to no operation.
    assert {row.status for row in PROBLEMS.values()} - declared <= {405}

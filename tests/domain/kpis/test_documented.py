"""Does the documentation name every figure with the version of its definition?"""

from __future__ import annotations

import pytest

from tests.conftest import REPOSITORY
from triage_core.domain.kpis.definitions import DEFINITIONS, Definition

PAGE = (REPOSITORY / "docs" / "kpis.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", DEFINITIONS.values(), ids=lambda row: row.kpi)
def test_a_figure_is_documented_as_it_is_defined(row: Definition) -> None:
    line = next((line for line in PAGE.splitlines() if line.startswith(f"| `{row.kpi}` |")), "")
    assert row.title in line
    assert row.counts in line
    assert line.endswith(f"| {row.headline} | {row.better} | {row.version} |")

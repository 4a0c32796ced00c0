"""Does the page about escalations name everything that can be met on one?"""

from __future__ import annotations

import pytest

from tests.conftest import REPOSITORY
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import Standing
from triage_core.domain.policy.escalation import TargetKind, Trigger

PAGE = (REPOSITORY / "docs" / "escalation.md").read_text(encoding="utf-8")
#: Named in the policy, and set off by the gate.
OF_THE_GATE = {Trigger.APPROVAL}


@pytest.mark.parametrize(
    "name",
    [
        *(kind for kind in Kind if kind.startswith("escalation.")),
        *Standing,
        *(trigger for trigger in Trigger if trigger not in OF_THE_GATE),
    ],
)
def test_each_line_standing_and_trigger_is_told(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("target", TargetKind)
def test_each_target_is_told(target: TargetKind) -> None:
    assert f"`{target}`" in PAGE or f"`{target}:NAME`" in PAGE

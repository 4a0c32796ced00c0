"""Is a mapping that does not belong to a policy refused, with every difference?"""

from __future__ import annotations

import pytest

from tests.replay.conftest import DESK_MAPPING
from triage_core.domain.playbook import Playbook
from triage_core.replay.fitting import MappingMisfit, check_fit
from triage_core.replay.loading import parse_mapping

SOUND = DESK_MAPPING.read_text()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("affected_system:", "machine:", "intake field machine is not in the policy"),
        ("affected_system: {constant: unspecified}", "users_affected: {constant: '3'}", "affected_system is mandatory"),
        ("constant: unspecified", "constant: toaster", "affected_system cannot be toaster; the policy lists unspec"),
        ("values: {high: high", "values: {high: huge", "impact cannot be huge"),
        ("critical: P1", "critical: P9", "class P9 is not in the policy; it has P1, P2, P3, P4"),
        ("paused: agent_work", "paused: update", "paused is judged by update, which has no target for P1, P2, P3, P4"),
        ("roles: [lead]", "roles: [boss]", "role boss is not in the policy"),
        ("roles: [lead]", "roles: [agent]", "need the right lower_gated; name one of the roles lead"),
    ],
)
def test_each_difference_is_named(playbook: Playbook, old: str, new: str, expected: str) -> None:
    with pytest.raises(MappingMisfit, match=expected):
        check_fit(parse_mapping(SOUND.replace(old, new, 1), "m"), playbook)


def test_all_differences_come_at_once(playbook: Playbook) -> None:
    text = SOUND.replace("critical: P1", "critical: P9").replace("roles: [lead]", "roles: [boss]")
    with pytest.raises(MappingMisfit) as caught:
        check_fit(parse_mapping(text, "m"), playbook)
    assert str(caught.value).count("\n  ") == 4


def test_a_mapping_that_fits_passes(playbook: Playbook) -> None:
    check_fit(parse_mapping(SOUND, "m"), playbook)

"""What does the quarterly review of access point at?"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sample_cases import MONDAY
from tests.sample_identity import TENANT, staffed_policy
from triage_core.contract.operation import Scope
from triage_core.domain.credentials import FLOW_PLATFORMS, ApiKey
from triage_core.identity.review import review

DAY = timedelta(days=1)
DOCS = Path(__file__).parents[2] / "docs"
POLICY = staffed_policy(platforms={"zapier": "internal", "python": "restricted"})


def key(**changes: Any) -> ApiKey:
    base: dict[str, Any] = {
        "tenant": TENANT,
        "prefix": "abc",
        "secret_hash": "0",
        "name": "sheet",
        "platform": "zapier",
        "scopes": ("tickets:read",),
        "created_by": "ada",
        "created_at": MONDAY - 100 * DAY,
        "expires_at": MONDAY + 80 * DAY,
        "last_used_at": MONDAY - DAY,
    }
    return ApiKey(**{**base, **changes})


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"last_used_at": MONDAY - 90 * DAY}, "unused for 90 days"),
        ({"last_used_at": None}, "unused for 100 days"),
        ({"expires_at": MONDAY + 30 * DAY}, "ends in 30 days"),
        ({"scopes": ("admin",), "platform": "python"}, "may administer"),
        ({"scopes": ("admin",)}, "holds more rights than one connection needs"),
        ({"scopes": ("admin", "reports:read"), "platform": "python"}, "holds more rights than one connection needs"),
        ({"platform": "python"}, "reads the most sensitive data (restricted)"),
        ({"platform": "make"}, "platform is not in the policy, so no texts pass"),
        ({"created_by": "max"}, "made by somebody who is not on the roster"),
    ],
)
def test_what_stands_out_is_named(changes: dict[str, Any], finding: str) -> None:
    (row,) = review([key(**changes)], POLICY, MONDAY)
    assert row.findings == (finding,)


def test_an_ordinary_key_stands_out_in_nothing() -> None:
    (row,) = review([key()], POLICY, MONDAY)
    assert (row.findings, row.state, row.carries_up_to) == ((), "alive", "internal")


def test_all_rights_but_the_administrators_are_what_one_platform_may_need() -> None:
    scopes = tuple(scope.value for scope in Scope if scope is not Scope.ADMIN)
    (row,) = review([key(scopes=scopes)], POLICY, MONDAY)
    assert row.findings == ()


@pytest.mark.parametrize("platform", sorted(FLOW_PLATFORMS))
def test_a_key_that_is_made_as_its_platforms_page_says_stands_out_in_nothing(platform: str) -> None:
    page = (DOCS / f"{platform.replace('_', '-')}.md").read_text("utf-8")
    scopes = tuple(re.findall(r"--scope (\S+)", page))
    policy = staffed_policy(platforms={platform: "internal"})
    (row,) = review([key(platform=platform, scopes=scopes)], policy, MONDAY)
    assert (len(scopes) > 1, row.findings) == (True, ())


@pytest.mark.parametrize(
    ("changes", "state"), [({"expires_at": MONDAY}, "expired"), ({"revoked_at": MONDAY - DAY}, "revoked")]
)
def test_a_key_that_ended_needs_no_look(changes: dict[str, Any], state: str) -> None:
    (row,) = review([key(**changes, created_by="max")], POLICY, MONDAY)
    assert (row.findings, row.state) == ((), state)


def test_keys_that_stand_out_come_first() -> None:
    rows = review([key(prefix="a"), key(prefix="b", created_by="max")], POLICY, MONDAY)
    assert [row.key.prefix for row in rows] == ["b", "a"]


def test_without_a_policy_the_rest_is_judged() -> None:
    (row,) = review([key(created_by="max", platform="direct", scopes=("admin",))], None, MONDAY)
    assert row.findings == ("may administer",)

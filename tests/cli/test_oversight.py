"""Does `triage oversight` tell how decisions came about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sample_approvals import BODY, PAGE, ApprovalDesk
from tests.sample_cases import MINUTE
from tests.sample_desk import TENANT
from triage_core.compose import open_triage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _decided(database: str) -> None:
    """Lee approves a long text at once, and rejects a short one after five minutes."""
    store = open_triage(database).store
    office = ApprovalDesk(store=store)
    office.write(body=f"{BODY} " * 3)
    office.decide("lee")
    office.write()
    visitor = office.visitor("lee")
    form = office.form(visitor, "/approvals/t1-a2")
    office.passes(5 * MINUTE)
    visitor.send(PAGE.replace("a1", "a2") + "/reject", reason="The time is wrong.", **form)
    store.close()


def test_a_person_reads_counts_and_where_to_look(triage: Run, database: str) -> None:
    said = triage("oversight", "--db", database, "--tenant", TENANT)
    for told in (
        "decisions to approve or reject 2",
        "approved within 10 s, over 40 words 1 of 1 (100%, few)",
        "decided outside the person's hours 0 of 2 (0%, few)",
        "texts that a person changed 0 of 2 (0%, few)",
        "requests that were rejected 1 of 2 (50%, few)",
        "requests that nobody decided in time 0 of 2 (0%, few)",
        "hours to a decision, half and nine in ten 0.04, 0.08",
        "look at lee, 2026-03-02 09:00 UTC: 1 of 1 approvals were quick",
    ):
        assert told in said.flat


def test_a_program_reads_the_same(triage: Run, database: str) -> None:
    told = triage("oversight", "--db", database, "--tenant", TENANT, "--json").json
    hour = {"hour": "2026-03-02T09:00:00Z", "person": "lee", "approvals": 1, "quick": 1}
    assert told["quick"] == {"count": 1, "n": 1, "value": 1.0, "few": True}
    assert (told["hours"], told["warnings"], told["latency_hours"]["n"]) == ([hour], [hour], 2)


def test_only_what_came_later_counts_where_a_moment_is_given(triage: Run, database: str) -> None:
    said = triage("oversight", "--db", database, "--tenant", TENANT, "--since", "2026-03-02T09:01:00Z", "--json")
    assert said.json["decisions"] == 1

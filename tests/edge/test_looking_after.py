"""Does the daily timer let go of what is due, and tell which articles nobody looked at, once and for every tenant?"""

from __future__ import annotations

from datetime import timedelta

from tests.edge.sample_edge import TENANT, Office
from tests.small_policy import policy
from triage_core.domain.entry import Kind
from triage_core.edge.timers import TIMERS
from triage_core.service.retention import Retaining

DAY = timedelta(days=1)
CLOSING = {
    "summary": "The print server had no space left.",
    "resolution_code": "solved_permanent",
    "closure_cause": "confirmed_by_customer",
    "root_cause_confidence": "unknown",
    "no_workaround": True,
    "permanent_fix": "Old jobs are deleted at night.",
    "permanent_fix_state": "done",
    "prevention_declined": "It cannot come again.",
}


def office() -> Office:
    """Return an office with a rule, whose first ticket is closed and became an article."""
    made = Office()
    made.passes(DAY)
    rules = {"rules": [{"id": "words", "after": "30d", "then": "erase"}]}
    made.triage.playbooks.activate(TENANT, policy(version="2", retention=rules), made.time)
    made.submitted()
    made.told("POST", "/api/v1/tickets/t1/events", {"event": "resolved", "source_event_id": "e"})
    made.told("POST", "/api/v1/tickets/t1/close", CLOSING, idempotency_key="k")
    TIMERS["Sweep"].work(made.services)
    made.told("POST", "/api/v1/knowledge/t1/publish", {"owner": "ann"})
    return made


def kinds(made: Office) -> list[Kind]:
    return [line.entry.kind for line in made.store.timeline(TENANT, "t1")]


def test_words_go_by_the_timer_as_by_the_command_and_once() -> None:
    made = office()
    made.passes(31 * DAY)
    assert made.told("GET", "/api/v1/retention")["texts"] > 0
    for _ in range(2):
        TIMERS["LookAfter"].work(made.services)
    assert made.store.texts(TENANT, "t1") == ()
    assert kinds(made).count(Kind.TEXTS_ERASED) == 1
    assert made.told("POST", "/api/v1/retention/run")["texts"] == 0
    told = made.told("GET", "/api/v1/tickets/t1/closure")
    assert (told["standing"], told["summary"], told["resolution_code"]) == ("erased", None, "solved_permanent")


def test_an_article_that_nobody_looked_at_is_told_once() -> None:
    made = office()
    made.passes(200 * DAY)
    for _ in range(2):
        TIMERS["LookAfter"].work(made.services)
    assert kinds(made).count(Kind.ARTICLE_STALE) == 1
    stale = made.told("GET", "/api/v1/knowledge?shelf=stale")["items"]
    assert {item["article_id"] for item in stale} == {"printing", "t1"}


def test_a_tenant_whose_policy_nobody_has_put_into_force_is_passed_over() -> None:
    made = office()
    assert Retaining(made.store, made.now, str, str).run_where_possible("elsewhere") is None

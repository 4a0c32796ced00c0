"""Does every store let go of old answers, and of nothing else?"""

from __future__ import annotations

from datetime import timedelta

from tests.adapters.decisions import NOW, TENANT, answer, change, ticket
from triage_core.ports import Change, Store

SECOND = timedelta(seconds=1)


def test_answers_that_are_older_are_forgotten_for_all_tenants(store: Store) -> None:
    for tenant in (TENANT, "other"):
        store.save(change(ticket(tenant=tenant), answer=answer()))
    assert store.forget_answers(NOW) == 0
    assert store.forget_answers(NOW + SECOND) == 2
    assert store.answer(TENANT, "key-1") is None
    assert store.ticket(TENANT, "t-1") is not None
    assert len(store.timeline(TENANT, "t-1")) == 3


def test_an_answer_can_be_kept_with_a_change_that_changes_nothing(store: Store) -> None:
    first = change(ticket())
    store.save(first)
    store.save(Change(ticket=first.ticket, expected=first.ticket.version, lines=(), answer=answer()))
    assert store.answer(TENANT, "key-1") == answer()
    assert store.ticket(TENANT, "t-1") == first.ticket

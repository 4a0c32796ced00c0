"""Does every store let texts go, change their form, and list the closings that owe their facts?"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, text, ticket
from triage_core.domain.model import State
from triage_core.domain.related import Candidate
from triage_core.ports import Change, Nearby, Store, StoredText

AROUND = Nearby(since=NOW, until=NOW, thread_keys=("a",))


def kept(store: Store, ticket_id: str = "t-1", tenant: str = TENANT) -> dict[str, tuple[str, str]]:
    return {one.id: (one.kind, one.content) for one in store.texts(tenant, ticket_id)}


def test_a_text_that_is_erased_is_gone_and_no_other(store: Store) -> None:
    for tenant, ticket_id in ((TENANT, "t-1"), (TENANT, "t-2"), ("other", "t-1")):
        store.save(change(ticket(ticket_id, tenant), texts=(text("a"), text("b"), text("NUL \x00"))))
    before = store.ticket(TENANT, "t-1")
    assert before is not None
    store.save(change(before, erased=("a", "NUL \x00", "never there")))
    assert kept(store).keys() == {"b"}
    assert kept(store, "t-2").keys() == kept(store, tenant="other").keys() == {"a", "b", "NUL \x00"}


def test_a_text_takes_another_form_in_its_place(store: Store) -> None:
    first = change(ticket(), texts=(text("a"), text("b"), text("c")))
    store.save(first)
    new = StoredText(id="b", kind="archived", content="naïve \x00", at=NOW + timedelta(days=1))
    store.save(change(first.ticket, rewritten=(new, replace(new, id="never there"))))
    assert store.texts(TENANT, "t-1") == (text("a"), replace(new, at=NOW), text("c"))


def test_erasing_and_adding_go_together(store: Store) -> None:
    first = change(ticket(), texts=(text("a"), text("b")))
    store.save(first)
    store.save(change(first.ticket, erased=("a",), texts=(text("c"),), rewritten=(replace(text("b"), kind="note"),)))
    assert {name: kind for name, (kind, _) in kept(store).items()} == {"b": "note", "c": "body"}


def test_nothing_is_compared_with_a_ticket_that_left(store: Store) -> None:
    one, other = (Candidate(ticket_id=name, created_at=NOW, thread_keys=("a",)) for name in ("t-1", "t-2"))
    first = change(ticket(), candidate=one)
    store.save(first, change(ticket("t-2"), candidate=other))
    store.save(change(first.ticket, uncompared=True))
    assert [one.ticket_id for one in store.recent(TENANT, AROUND, 5)] == ["t-2"]


def closed(name: str, days: int, tenant: str = TENANT, *, missing: bool = True) -> Change:
    at = NOW + timedelta(days=days)
    return change(ticket(name, tenant, state=State.CLOSED, closed_at=at, closure_missing=missing))


def owed(store: Store, limit: int = 10) -> list[str]:
    return [one.id for one in store.open_closures(TENANT, limit)]


def test_closings_that_owe_their_facts_are_listed_the_longest_closed_first(store: Store) -> None:
    changes = [
        closed("t-1", 3),
        closed("t-2", 1),
        closed("t-3", 2),
        closed("t-4", 0, missing=False),
        closed("t-5", 0, "other"),
    ]
    store.save(*changes)
    assert owed(store) == ["t-2", "t-3", "t-1"]
    assert owed(store, 1) == ["t-2"]


def test_a_closing_owes_nothing_once_its_facts_are_there(store: Store) -> None:
    first = change(ticket(state=State.CLOSED, closed_at=NOW, closure_missing=True))
    store.save(first)
    again = change(first.ticket)
    store.save(again)
    assert owed(store) == ["t-1"]
    store.save(change(replace(again.ticket, closure_missing=False)))
    assert owed(store) == []

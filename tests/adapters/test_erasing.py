"""Does every store let texts go, change their form, and list the closings that owe their facts?"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, text, ticket
from triage_core.domain.model import State
from triage_core.domain.profile import Profile
from triage_core.domain.related import Candidate
from triage_core.ports import Change, Nearby, ProfileRow, Store, StoredText

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


def test_tickets_with_texts_as_old_as_a_moment_are_found_page_by_page(store: Store) -> None:
    old, new = text("a"), replace(text("b"), at=NOW + timedelta(days=1))
    for name, texts in (("t-1", (old,)), ("t-2", (new,)), ("t-3", (new, old)), ("t-4", ()), ("t-5", (old,))):
        store.save(change(ticket(name), texts=texts))
    store.save(change(ticket("t-0", "other"), texts=(old,)))
    assert store.texts_due(TENANT, NOW, "", 2) == ("t-1", "t-3")
    assert store.texts_due(TENANT, NOW, "t-3", 2) == ("t-5",)
    assert store.texts_due(TENANT, NOW, "t-5", 2) == ()
    assert store.texts_due(TENANT, NOW - timedelta(microseconds=1), "", 9) == ()


def test_a_ticket_whose_texts_are_gone_is_not_found_again(store: Store) -> None:
    first = change(ticket(), texts=(text("a"),))
    store.save(first)
    store.save(change(first.ticket, erased=("a",)))
    assert store.texts_due(TENANT, NOW, "", 2) == ()


def test_every_ticket_of_a_person_is_found(store: Store) -> None:
    for number, key in enumerate(("k", "k", "z", None)):
        store.save(change(ticket(f"t-{number}", requester_key=key, created_at=NOW - timedelta(days=number))))
    store.save(change(ticket("t-9", "other", requester_key="k")))
    assert [one.id for one in store.of_requester(TENANT, "k")] == ["t-1", "t-0"]
    assert store.of_requester(TENANT, "") == ()


def test_the_profile_of_a_person_goes_and_that_of_the_account_stays(store: Store) -> None:
    account = ProfileRow(customer="acme", profile=Profile(tier="vip"))
    rows = (account, *(replace(account, customer=name, requester_key="k") for name in ("acme", None)))
    store.put_profiles(TENANT, rows)
    store.put_profiles("other", rows)
    assert (store.drop_profiles(TENANT, "k"), store.drop_profiles(TENANT, "k")) == (2, 0)
    assert store.drop_profiles(TENANT, "") == 0
    assert store.profiles(TENANT, "acme", "k") == (account,)
    assert len(store.profiles("other", "acme", "k")) == 3


def test_compacting_changes_nothing_that_is_kept(store: Store) -> None:
    first = change(ticket(), texts=(text("a"),))
    store.save(first)
    store.compact()
    assert store.ticket(TENANT, "t-1") == first.ticket
    assert store.texts(TENANT, "t-1") == (text("a"),)
    store.save(change(first.ticket, erased=("a",)))
    assert store.texts(TENANT, "t-1") == ()

"""Do all stores keep keys, sessions, links and pending changes in the same way?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from triage_core.domain.credentials import ApiKey, ChangeKind, PendingChange, Session, SignInLink

if TYPE_CHECKING:
    from triage_core.identity_ports import HasVault, Vault

NOW = datetime(2026, 7, 13, 9, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def vault(store: HasVault) -> Vault:
    return store.vault


def key(prefix: str = "abc", **changes: Any) -> ApiKey:
    base: dict[str, Any] = {
        "tenant": "acme",
        "prefix": prefix,
        "secret_hash": "0" * 64,
        "name": "flow \x00 ü",
        "platform": "zapier",
        "scopes": ("tickets:read", "tickets:write"),
        "created_by": "lee",
        "created_at": NOW,
        "expires_at": NOW + DAY,
    }
    return ApiKey(**{**base, **changes})


def session(name: str = "s1", **changes: Any) -> Session:
    base: dict[str, Any] = {
        "tenant": "acme",
        "id": name,
        "person_id": "ann",
        "method": "link",
        "auth_time": NOW,
        "last_seen_at": NOW,
    }
    return Session(**{**base, **changes})


def change(name: str = "c1", **changes: Any) -> PendingChange:
    base: dict[str, Any] = {
        "tenant": "acme",
        "id": name,
        "kind": ChangeKind.ADMIN_KEY,
        "summary": "a key",
        "document": "{}",
        "proposed_by": "lee",
        "proposed_at": NOW,
    }
    return PendingChange(**{**base, **changes})


@pytest.mark.parametrize("kept", [key(), key(scopes=(), last_used_at=NOW, revoked_at=NOW + DAY, rotated_from="old")])
def test_a_key_comes_back_as_it_was(vault: Vault, kept: ApiKey) -> None:
    vault.add_key(kept)
    assert vault.key("abc") == kept


def test_an_unknown_key_is_none(vault: Vault) -> None:
    assert vault.key("abc") is None


def test_keys_are_listed_for_their_tenant_newest_first(vault: Vault) -> None:
    for held in (key("b"), key("a"), key("c", created_at=NOW + DAY), key("d", tenant="other")):
        vault.add_key(held)
    assert [held.prefix for held in vault.keys("acme")] == ["c", "a", "b"]


def test_an_end_only_comes_nearer(vault: Vault) -> None:
    vault.add_key(key())
    vault.end_key("acme", "abc", NOW + DAY / 2)
    vault.end_key("acme", "abc", NOW + DAY)
    assert vault.key("abc") == key(expires_at=NOW + DAY / 2)


def test_the_first_revocation_stays(vault: Vault) -> None:
    vault.add_key(key())
    vault.revoke_key("acme", "abc", NOW)
    vault.revoke_key("acme", "abc", NOW + DAY)
    assert vault.key("abc") == key(revoked_at=NOW)


def test_the_latest_use_stays(vault: Vault) -> None:
    vault.add_key(key())
    vault.touch_key("acme", "abc", NOW + DAY)
    vault.touch_key("acme", "abc", NOW)
    assert vault.key("abc") == key(last_used_at=NOW + DAY)


def test_another_tenant_changes_no_key(vault: Vault) -> None:
    vault.add_key(key())
    vault.end_key("other", "abc", NOW)
    vault.revoke_key("other", "abc", NOW)
    vault.touch_key("other", "abc", NOW)
    assert vault.key("abc") == key()


def test_a_session_comes_back_and_is_seen(vault: Vault) -> None:
    vault.add_session(session())
    vault.touch_session("acme", "s1", NOW + DAY)
    vault.touch_session("acme", "s1", NOW)
    vault.touch_session("other", "s1", NOW + 2 * DAY)
    assert vault.session("s1") == session(last_seen_at=NOW + DAY)


def test_sessions_are_listed_for_their_person(vault: Vault) -> None:
    listed = [session("s2", auth_time=NOW + DAY), session("s1")]
    for held in (*listed, session("s3", person_id="bob"), session("s4", tenant="other")):
        vault.add_session(held)
    assert vault.sessions("acme", "ann") == tuple(listed)


def test_a_session_is_ended_by_its_person_only(vault: Vault) -> None:
    vault.add_session(session())
    vault.drop_session("acme", "bob", "s1")
    vault.drop_session("other", "ann", "s1")
    assert vault.session("s1") is not None
    vault.drop_session("acme", "ann", "s1")
    assert vault.session("s1") is None


def test_old_sessions_are_forgotten(vault: Vault) -> None:
    vault.add_session(session("s1"))
    vault.add_session(session("s2", auth_time=NOW + DAY))
    assert vault.drop_old_sessions(NOW + DAY) == 1
    assert vault.session("s1") is None
    assert vault.session("s2") is not None


def test_a_link_is_looked_at_often_and_taken_once(vault: Vault) -> None:
    link = SignInLink(tenant="acme", id="l1", person_id="ann", expires_at=NOW)
    vault.add_link(link)
    assert vault.link("l1") == link
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: vault.take_link("l1"), range(8)))
    assert sorted(taken, key=bool) == [None] * 7 + [link]


def test_links_that_ended_are_forgotten(vault: Vault) -> None:
    for name, ends in (("l1", NOW), ("l2", NOW + DAY)):
        vault.add_link(SignInLink(tenant="acme", id=name, person_id="ann", expires_at=ends))
    assert vault.drop_old_links(NOW + DAY) == 1
    assert vault.link("l1") is None
    assert vault.link("l2") is not None


def test_a_change_comes_back_for_its_tenant_only(vault: Vault) -> None:
    vault.add_change(change())
    assert vault.change("acme", "c1") == change()
    assert vault.change("other", "c1") is None


def test_changes_are_listed_newest_first(vault: Vault) -> None:
    for held in (change("c1"), change("c3", proposed_at=NOW + DAY), change("c2"), change("c4", tenant="other")):
        vault.add_change(held)
    assert [held.id for held in vault.changes("acme")] == ["c3", "c1", "c2"]


def test_a_change_is_settled_by_one(vault: Vault) -> None:
    vault.add_change(change())
    with ThreadPoolExecutor(8) as pool:
        settled = list(pool.map(lambda _: vault.settle_change("acme", "c1", "kim", NOW), range(8)))
    assert settled.count(True) == 1
    assert vault.change("acme", "c1") == replace(change(), settled_by="kim", settled_at=NOW)


def test_a_change_of_another_tenant_is_not_settled(vault: Vault) -> None:
    vault.add_change(change())
    assert not vault.settle_change("other", "c1", "kim", NOW)

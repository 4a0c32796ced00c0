"""Do keys work as long as they should, and for nobody else?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_identity import TENANT, SampleIdentity, wish
from triage_core.domain.credentials import KEY_LIFE
from triage_core.identity import written_key
from triage_core.identity.keys import KeyNotFound, KeyWishInvalid, SecondPersonNeeded

DAY = timedelta(days=1)


@pytest.fixture
def desk() -> SampleIdentity:
    return SampleIdentity()


def test_a_key_works_from_the_moment_it_is_made(desk: SampleIdentity) -> None:
    made = desk.key()
    assert desk.identity.keys.known(made.text) == made.key


def test_a_key_is_written_with_its_visible_part_in_front(desk: SampleIdentity) -> None:
    made = desk.key()
    assert made.text.startswith(f"tl_{made.key.prefix}_")


def test_the_store_never_sees_the_secret(desk: SampleIdentity) -> None:
    made = desk.key()
    secret = made.text.rpartition("_")[2]
    assert secret not in repr(desk.identity.keys.list(TENANT))
    assert made.key.secret_hash == written_key.digest(made.text[len("tl_") + len(made.key.prefix) + 1 :])


def test_a_written_key_does_not_show_its_secret_in_logs() -> None:
    key = written_key.make()
    assert key.secret not in repr(key)


@given(st.text())
def test_no_text_but_a_key_is_read_as_one(text: str) -> None:
    assert written_key.read(text) is None


def test_a_key_is_read_back_as_it_was_written() -> None:
    key = written_key.make()
    assert written_key.read(str(key)) == key


@pytest.mark.parametrize("spoilt", ["", "tl_", "x", "tl_abcdefghijkl_short"])
def test_a_spoilt_key_is_unknown(desk: SampleIdentity, spoilt: str) -> None:
    assert desk.identity.keys.known(spoilt) is None


def test_a_wrong_secret_is_as_unknown_as_a_wrong_prefix(desk: SampleIdentity) -> None:
    made, other = desk.key(), written_key.make()
    assert desk.identity.keys.known(f"tl_{made.key.prefix}_{other.secret}") is None
    assert desk.identity.keys.known(str(other)) is None


def test_a_key_ends_after_180_days_unless_told_otherwise(desk: SampleIdentity) -> None:
    made = desk.key()
    assert made.key.expires_at - made.key.created_at == timedelta(days=180)
    desk.passes(KEY_LIFE)
    assert desk.identity.keys.known(made.text) is None


def test_the_last_use_is_written_down_once_a_minute(desk: SampleIdentity) -> None:
    made, first = desk.key(), desk.time
    for _ in range(3):
        desk.identity.keys.known(made.text)
        desk.passes(timedelta(seconds=25))
    assert desk.identity.keys.list(TENANT)[0].last_used_at == first
    desk.identity.keys.known(made.text)
    assert desk.identity.keys.list(TENANT)[0].last_used_at == desk.time


def test_after_a_rotation_both_keys_work_for_a_while(desk: SampleIdentity) -> None:
    old = desk.key("tickets:read", "hooks:write")
    new = desk.identity.keys.rotate(TENANT, old.key.prefix, "eve", 2 * DAY)
    assert new.key.scopes == old.key.scopes
    assert new.key.rotated_from == old.key.prefix
    assert desk.identity.keys.known(old.text)
    desk.passes(2 * DAY)
    assert desk.identity.keys.known(old.text) is None
    assert desk.identity.keys.known(new.text)


def test_a_revoked_key_ends_at_once(desk: SampleIdentity) -> None:
    made = desk.key()
    desk.identity.keys.revoke(TENANT, made.key.prefix)
    assert desk.identity.keys.known(made.text) is None


@pytest.mark.parametrize("tenant", ["other", "nobody"])
def test_another_tenant_can_neither_rotate_nor_revoke(desk: SampleIdentity, tenant: str) -> None:
    made = desk.key()
    with pytest.raises(KeyNotFound):
        desk.identity.keys.revoke(tenant, made.key.prefix)
    with pytest.raises(KeyNotFound):
        desk.identity.keys.rotate(tenant, made.key.prefix, "eve")


def test_a_key_that_ended_is_not_rotated_back_to_life(desk: SampleIdentity) -> None:
    made = desk.key()
    desk.passes(KEY_LIFE)
    with pytest.raises(KeyNotFound):
        desk.identity.keys.rotate(TENANT, made.key.prefix, "eve")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"name": "x" * 81},
        {"platform": "fax"},
        {"scopes": ()},
        {"scopes": ("tickets:read", "approvals:decide")},
        {"life": timedelta()},
        {"life": timedelta(days=367)},
        {"created_by": ""},
    ],
)
def test_a_wish_that_cannot_be_is_refused(desk: SampleIdentity, wrong: dict[str, Any]) -> None:
    with pytest.raises(KeyWishInvalid):
        desk.identity.keys.create(wish()._replace(**wrong))


def test_nobody_alone_makes_a_key_of_an_administrator(desk: SampleIdentity) -> None:
    with pytest.raises(SecondPersonNeeded):
        desk.key("tickets:read", "admin")

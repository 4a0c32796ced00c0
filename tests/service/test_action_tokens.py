"""Does a button's token say exactly one thing, of one tenant, for a while?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, MONDAY
from triage_core.service.action_tokens import ActionTokenExpired, ActionTokenInvalid, issue, read

KEY = b"k" * 32
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(tenant=texts, name=texts)
def test_what_was_issued_is_read_until_its_end(tenant: str, name: str) -> None:
    token = issue(KEY, tenant, name, MONDAY + HOUR)
    assert read(KEY, tenant, token, MONDAY) == name
    with pytest.raises(ActionTokenExpired):
        read(KEY, tenant, token, MONDAY + HOUR)


@given(tenant=texts, other=texts, name=texts)
def test_it_is_of_one_tenant_and_one_key(tenant: str, other: str, name: str) -> None:
    token = issue(KEY, tenant, name, MONDAY + HOUR)
    with pytest.raises(ActionTokenInvalid):
        read(b"j" * 32, tenant, token, MONDAY)
    if other != tenant:
        with pytest.raises(ActionTokenInvalid):
            read(KEY, other, token, MONDAY)


@given(place=st.integers(0, 1_000), char=st.characters(codec="ascii"))
def test_no_part_of_it_can_be_changed(place: int, char: str) -> None:
    token = issue(KEY, "acme", "t1-e1", MONDAY + HOUR)
    at = place % len(token)
    changed = token[:at] + char + token[at + 1 :]
    if changed != token:
        with pytest.raises(ActionTokenInvalid):
            read(KEY, "acme", changed, MONDAY)


@given(token=st.text(max_size=600))
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(ActionTokenInvalid):
        read(KEY, "acme", token, MONDAY)


def test_it_fits_a_button() -> None:
    assert len(issue(KEY, "acme", "0192f3a7c1d25b9e4a7f03-e12", MONDAY)) <= 2_000

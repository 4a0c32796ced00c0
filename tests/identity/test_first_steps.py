"""How does the first caller of an installation get in?"""

from __future__ import annotations

import pytest

from tests.sample_identity import TENANT, SampleIdentity, staffed_policy
from triage_core.identity.first_steps import first_key, invitation
from triage_core.identity.review import review
from triage_core.identity.sign_in import SignInFailed


@pytest.fixture
def desk() -> SampleIdentity:
    return SampleIdentity()


def test_a_tenant_gets_one_first_key(desk: SampleIdentity) -> None:
    text = first_key(desk.identity, TENANT)
    assert text is not None
    assert desk.identity.keys.known(text)
    assert first_key(desk.identity, TENANT) is None


def test_the_review_does_not_ask_who_made_the_first_key(desk: SampleIdentity) -> None:
    first_key(desk.identity, TENANT)
    (row,) = review(desk.identity.keys.list(TENANT), staffed_policy(platforms={"direct": "internal"}), desk.now())
    assert row.findings == ()


def test_a_tenant_without_a_policy_gets_a_first_key_too(desk: SampleIdentity) -> None:
    assert first_key(desk.identity, "new") is not None


def test_a_revoked_first_key_does_not_come_again(desk: SampleIdentity) -> None:
    first_key(desk.identity, TENANT)
    desk.identity.keys.revoke(TENANT, desk.identity.keys.list(TENANT)[0].prefix)
    assert first_key(desk.identity, TENANT) is None


@pytest.mark.parametrize(("wanted", "invited"), [(None, "ada"), ("lee", "lee")])
def test_a_link_is_for_an_administrator_or_for_whom_it_is_asked(
    desk: SampleIdentity, wanted: str | None, invited: str
) -> None:
    found = invitation(desk.identity, TENANT, wanted)
    assert found is not None
    link = desk.identity.links.take(found.path.partition("token=")[2])
    assert link is not None
    assert (link.tenant, link.person_id, found.person.id) == (TENANT, invited, invited)


def test_nobody_is_invited_who_is_not_on_the_roster(desk: SampleIdentity) -> None:
    with pytest.raises(SignInFailed):
        invitation(desk.identity, TENANT, "max")
    assert invitation(desk.identity, "new") is None

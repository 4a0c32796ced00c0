"""Is a source of profiles asked once for what it said, and left alone while it is out of order?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from triage_core.domain.profile import Profile, ProfileServiceDown, ProfileUnavailable
from triage_core.profiles.cached import CachedProfiles


class Source:
    """A source that remembers who was asked for, and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.answer: Profile | ProfileUnavailable | None = Profile(tier="vip")
        self.clock = 0.0

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        self.asked.append((tenant, customer, requester))
        if isinstance(self.answer, ProfileUnavailable):
            raise self.answer
        return self.answer


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def cached(source: Source) -> CachedProfiles:
    return CachedProfiles(source, timedelta(minutes=5), timedelta(seconds=30), size=3, clock=lambda: source.clock)


def test_an_answer_is_kept_until_it_expires(source: Source, cached: CachedProfiles) -> None:
    assert cached.lookup("a", "acme", None) == cached.lookup("a", "acme", None) == Profile(tier="vip")
    source.clock = 299.9
    cached.lookup("a", "acme", None)
    assert len(source.asked) == 1
    source.clock = 300
    cached.lookup("a", "acme", None)
    assert len(source.asked) == 2


def test_that_nobody_is_known_is_kept_too(source: Source, cached: CachedProfiles) -> None:
    source.answer = None
    assert cached.lookup("a", "acme", None) is cached.lookup("a", "acme", None) is None
    assert len(source.asked) == 1


def test_tenants_customers_and_persons_are_kept_apart(source: Source, cached: CachedProfiles) -> None:
    for who in (("a", "acme", None), ("b", "acme", None), ("a", "acme", "ann")):
        cached.lookup(*who)
    assert len(source.asked) == 3


def test_the_oldest_answer_makes_room(source: Source, cached: CachedProfiles) -> None:
    for customer in ("c1", "c2", "c3", "c4", "c1", "c4"):
        cached.lookup("a", customer, None)
    assert [customer for _, customer, _ in source.asked] == ["c1", "c2", "c3", "c4", "c1"]


def test_a_source_that_is_down_is_left_alone_for_every_customer_of_the_tenant(
    source: Source, cached: CachedProfiles
) -> None:
    source.answer = ProfileServiceDown("it is a test")
    for customer in ("c1", "c2", "c1"):
        with pytest.raises(ProfileUnavailable):
            cached.lookup("a", customer, None)
    assert len(source.asked) == 1
    source.clock, source.answer = 30, Profile()
    assert cached.lookup("a", "c1", None) == Profile()


def test_what_is_known_is_told_while_the_source_is_down(source: Source, cached: CachedProfiles) -> None:
    cached.lookup("a", "c1", None)
    source.answer = ProfileServiceDown("it is a test")
    with pytest.raises(ProfileUnavailable):
        cached.lookup("a", "c2", None)
    assert cached.lookup("a", "c1", None) == Profile(tier="vip")


def test_one_answer_that_cannot_be_read_stands_for_itself_alone(source: Source, cached: CachedProfiles) -> None:
    source.answer = ProfileUnavailable("it is a test")
    for _ in range(2):
        with pytest.raises(ProfileUnavailable):
            cached.lookup("a", "c1", None)
    source.answer = None
    assert cached.lookup("a", "c2", None) is None
    assert len(source.asked) == 2

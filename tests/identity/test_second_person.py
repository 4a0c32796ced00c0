"""Does a change of rights wait for another administrator?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_identity import BASE, TENANT, SampleIdentity, staffed_policy, wish
from tests.small_policy import policy
from triage_core.identity.changes import Proposal
from triage_core.service.second_person import ChangeNotOpen, NotAdministrator, SamePerson, changes_roster


@pytest.fixture
def desk() -> SampleIdentity:
    return SampleIdentity()


@pytest.fixture
def proposal(desk: SampleIdentity) -> Proposal:
    """A key for an administrator's program, proposed by Ada."""
    return desk.identity.changes.propose_key(wish("admin"))


def test_the_key_works_only_after_another_confirmed_it(desk: SampleIdentity, proposal: Proposal) -> None:
    assert desk.identity.keys.known(proposal.made.text) is None
    desk.identity.changes.confirm(TENANT, proposal.change.id, "eve")
    assert desk.identity.keys.known(proposal.made.text)


def test_what_waits_holds_no_secret(proposal: Proposal) -> None:
    assert proposal.made.text.split("_", 2)[2] not in repr(proposal.change)


def test_who_proposed_cannot_confirm(desk: SampleIdentity, proposal: Proposal) -> None:
    with pytest.raises(SamePerson):
        desk.identity.changes.confirm(TENANT, proposal.change.id, "ada")
    assert desk.identity.keys.known(proposal.made.text) is None


@pytest.mark.parametrize("person", ["lee", "kit", "nobody"])
def test_only_administrators_propose_and_confirm(desk: SampleIdentity, proposal: Proposal, person: str) -> None:
    with pytest.raises(NotAdministrator):
        desk.identity.changes.confirm(TENANT, proposal.change.id, person)
    with pytest.raises(NotAdministrator):
        desk.identity.changes.propose_key(wish("admin", created_by=person))


def test_a_change_waits_for_a_day(desk: SampleIdentity, proposal: Proposal) -> None:
    desk.passes(timedelta(hours=24))
    assert desk.identity.changes.waiting(TENANT) == ()
    with pytest.raises(ChangeNotOpen):
        desk.identity.changes.confirm(TENANT, proposal.change.id, "eve")


def test_a_change_is_carried_out_once(desk: SampleIdentity, proposal: Proposal) -> None:
    desk.identity.changes.confirm(TENANT, proposal.change.id, "eve")
    with pytest.raises(ChangeNotOpen):
        desk.identity.changes.confirm(TENANT, proposal.change.id, "eve")


def test_an_administrator_of_another_tenant_confirms_nothing(desk: SampleIdentity, proposal: Proposal) -> None:
    with pytest.raises(ChangeNotOpen):
        desk.identity.changes.confirm("other", proposal.change.id, "eve")


def test_a_proposal_falls_when_its_proposer_no_longer_administers(desk: SampleIdentity, proposal: Proposal) -> None:
    people = [person for person in staffed_policy().people if person.id != "ada"]
    without = staffed_policy(version="2").model_copy(update={"people": tuple(people)})
    desk.passes(timedelta(minutes=1))
    desk.triage.playbooks.activate(TENANT, without, desk.time)
    with pytest.raises(NotAdministrator):
        desk.identity.changes.confirm(TENANT, proposal.change.id, "eve")


def test_a_policy_with_another_roster_holds_once_it_is_confirmed(desk: SampleIdentity) -> None:
    people = [*staffed_policy().model_dump(mode="json")["people"]]
    people.append({"id": "max", "name": "Max", "email": "max@example.com", "roles": ["admin"]})
    new = staffed_policy(version="2", people=people)
    waiting = desk.identity.changes.propose_policy(TENANT, new, desk.time, "ada")
    assert desk.identity.roster.person(TENANT, "max") is None
    desk.passes(timedelta(hours=1))
    desk.identity.changes.confirm(TENANT, waiting.id, "eve")
    assert desk.identity.roster.person(TENANT, "max") is not None


def test_a_change_of_the_roster_waits_where_there_are_two_to_ask(desk: SampleIdentity) -> None:
    smaller = [person for person in staffed_policy().model_dump(mode="json")["people"] if person["id"] != "ada"]
    alone = staffed_policy(version="2", people=smaller)
    assert desk.identity.changes.needs_second(TENANT, alone)
    assert not desk.identity.changes.needs_second(TENANT, staffed_policy(version="2"))
    assert not desk.identity.changes.needs_second("new", alone)
    open_gates = [{**known, "gated": False} for known in BASE["classes"]]
    assert desk.identity.changes.needs_second(TENANT, staffed_policy(version="2", classes=open_gates))
    desk.passes(timedelta(minutes=1))
    desk.triage.playbooks.activate(TENANT, alone, desk.time)
    assert not desk.identity.changes.needs_second(TENANT, staffed_policy(version="3"))


def test_only_people_and_roles_make_a_policy_a_change_of_the_roster() -> None:
    old = policy()
    assert not changes_roster(None, old)
    assert not changes_roster(old, policy(version="2"))
    assert changes_roster(old, policy(people=BASE["people"][:-1]))
    assert changes_roster(old, policy(roles=[*BASE["roles"], {"name": "extra"}]))

"""Does the checklist find what is open, and let a person's word count only where and while it may?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sample_cases import MONDAY
from tests.sample_rollout import EVERYTHING, at, rollout_policy, runbook
from tests.small_policy import document
from triage_core.contract.operation import Scope as KeyScope
from triage_core.domain.credentials import ApiKey
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import NotAttestable, RunbookIncomplete
from triage_core.domain.rollout.readiness import (
    ATTESTABLE,
    Attestation,
    Examined,
    Facts,
    Item,
    Readiness,
    SurfaceTest,
    attested,
    checklist,
    kept,
    still_open,
)
from triage_core.domain.rollout.state import Scope

POLICY = rollout_policy()
DAY = timedelta(days=1)
SAID = {item: Attestation(item=item, by="kim", at=MONDAY, evidence="report 7") for item in ATTESTABLE}
KEPT = Readiness(attestations=SAID, runbooks={action: runbook(action) for action in Action})
READY = Examined(POLICY, at(Stage.SHADOW, scope=EVERYTHING), KEPT, Facts(), Action.MESSAGES, MONDAY)
KEY = ApiKey(
    tenant="acme",
    prefix="abc",
    secret_hash="",
    name="flow",
    platform="zapier",
    scopes=("tickets:read",),
    created_by="lee",
    created_at=MONDAY - 9 * DAY,
    expires_at=MONDAY + 90 * DAY,
)


EVERY_SCOPE = tuple(scope.value for scope in KeyScope)


def opened(examined: Examined = READY, **changes: Any) -> tuple[str, ...]:
    return still_open(examined._replace(**changes))


def without(item: Item) -> Readiness:
    return replace(KEPT, attestations={other: said for other, said in SAID.items() if other is not item})


def surface(*, passed: bool = True, days: int = 1) -> SurfaceTest:
    return SurfaceTest(name="mail", tested_at=MONDAY - days * DAY, passed=passed)


def test_when_everything_is_settled_nothing_is_open() -> None:
    assert opened() == ()
    assert [point.item for point in checklist(READY)] == list(Item)


def test_everything_that_is_open_is_named_with_its_item() -> None:
    found = opened(rollout=at(Stage.SHADOW), readiness=Readiness())
    assert {line.partition(":")[0] for line in found} == set(Item) - {Item.OWNERS}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"rollout": at(Stage.SHADOW)}, "scope_frozen: the scope is not frozen"),
        ({"readiness": without(Item.ACCESS)}, "access: nobody has attested that access was reviewed"),
        (
            {"readiness": without(Item.CHANNELS_TESTED)},
            "channels_tested: nobody has attested that every channel was tested",
        ),
        (
            {"readiness": without(Item.KPI_BASELINE)},
            "kpi_baseline: nobody has attested that the figures before automation are frozen",
        ),
        ({"readiness": replace(KEPT, runbooks={})}, "runbook: messages have no runbook with a way back"),
        ({"facts": Facts(surfaces=())}, "channels_tested: no channel is set up"),
        ({"facts": Facts(surfaces=(surface(passed=False),))}, "channels_tested: mail has not passed a test"),
        ({"facts": Facts(surfaces=(SurfaceTest(name="mail"),))}, "channels_tested: mail has not passed a test"),
        ({"facts": Facts(surfaces=(surface(days=30),))}, "channels_tested: mail was tested too long ago"),
    ],
)
def test_each_item_is_open_for_its_own_reason(changes: dict[str, Any], line: str) -> None:
    assert opened(**changes) == (line,)


@pytest.mark.parametrize(
    ("action", "begin"),
    [(Action.MESSAGES, "messages have"), (Action.CALLS, "calls have"), (Action.WRITEBACK, "writeback has")],
)
def test_each_kind_of_action_is_told_in_its_number(action: Action, begin: str) -> None:
    found = opened(action=action, readiness=replace(KEPT, runbooks={}))
    assert found == (f"runbook: {begin} no runbook with a way back",)


class TestOwners:
    def test_each_class_and_queue_needs_somebody(self) -> None:
        base = document()
        policy = rollout_policy()
        policy = policy.model_copy(update={"routing": policy.routing.model_copy(update={"owners": {}})})
        queues = tuple(queue.model_copy(update={"manager": None}) for queue in policy.queues)
        found = opened(policy=policy.model_copy(update={"queues": queues}))
        names = [item["name"] for item in base["classes"]]
        assert found == (
            *(f"owners: class {name} has no owner" for name in names),
            *(f"owners: queue {queue['name']} has no manager" for queue in base["queues"]),
        )

    def test_only_those_inside_the_scope_count(self) -> None:
        policy = POLICY.model_copy(update={"routing": POLICY.routing.model_copy(update={"owners": {}})})
        scoped = at(Stage.SHADOW, scope=Scope(classes=("P3",), queues=("desk",)))
        assert opened(policy=policy, rollout=scoped) == ("owners: class P3 has no owner",)


class TestLapsing:
    @pytest.mark.parametrize(("item", "days"), [(Item.CHANNELS_TESTED, 30), (Item.ACCESS, 90), (Item.KPI_BASELINE, 90)])
    def test_a_word_holds_until_the_policy_lets_it_lapse(self, item: Item, days: int) -> None:
        lapses_at = MONDAY + days * DAY
        almost = lapses_at - timedelta(microseconds=1)
        assert not [line for line in opened(now=almost) if line.startswith(item)]
        assert [line for line in opened(now=lapses_at) if line.startswith(f"{item}: it was attested too long ago")]
        assert next(point.lapses_at for point in checklist(READY) if point.item is item) == lapses_at

    def test_what_the_engine_knows_needs_no_word(self) -> None:
        facts = Facts(surfaces=(surface(),), baseline_at=MONDAY)
        assert opened(facts=facts, readiness=replace(KEPT, attestations={Item.ACCESS: SAID[Item.ACCESS]})) == ()

    def test_no_word_outweighs_what_the_engine_knows(self) -> None:
        assert opened(facts=Facts(surfaces=(surface(passed=False),)))

    def test_a_rehearsal_grows_old_and_its_owner_may_leave(self) -> None:
        books = {Action.MESSAGES: runbook(owner="gone", rehearsed_at=MONDAY - 180 * DAY)}
        assert opened(readiness=replace(KEPT, runbooks=books)) == (
            "runbook: the owner of the runbook for messages has left the roster",
            "runbook: the way back of messages was not rehearsed lately",
        )


class TestAccess:
    @pytest.mark.parametrize(
        ("platform", "scopes"),
        [
            ("make", ("admin",)),
            ("power_automate", ("admin", "tickets:read")),
            ("python", ("admin", "tickets:read")),
            ("direct", EVERY_SCOPE),
        ],
        ids=["a platform administers", "and does more", "a program does more than administer", "everything"],
    )
    def test_a_key_with_more_rights_than_it_needs_stands_out(self, platform: str, scopes: tuple[str, ...]) -> None:
        found = opened(facts=Facts(keys=(replace(KEY, platform=platform, scopes=scopes),)))
        assert found == ("access: key abc holds more rights than one connection needs",)

    @pytest.mark.parametrize(
        "key",
        [
            KEY,
            replace(KEY, scopes=tuple(scope for scope in EVERY_SCOPE if scope != "admin")),
            replace(KEY, platform="python", scopes=("admin",)),
            replace(KEY, scopes=("admin", "tickets:read"), revoked_at=MONDAY),
            replace(KEY, expires_at=MONDAY - DAY),
        ],
        ids=[
            "few rights",
            "all that a platform may need",
            "a program administers",
            "revoked",
            "expired before the review",
        ],
    )
    def test_other_keys_do_not(self, key: ApiKey) -> None:
        assert opened(facts=Facts(keys=(key,))) == ()

    def test_a_key_that_expired_since_the_review_does_unless_it_has_a_successor(self) -> None:
        ended = replace(KEY, expires_at=MONDAY + DAY)
        later: dict[str, Any] = {"now": MONDAY + 2 * DAY}
        assert opened(facts=Facts(keys=(ended,)), **later) == (
            "access: key abc has expired since the last review of access",
        )
        successor = replace(KEY, prefix="new", rotated_from="abc")
        assert opened(facts=Facts(keys=(successor, ended)), **later) == ()


class TestKeeping:
    @pytest.mark.parametrize("item", [item for item in Item if item not in ATTESTABLE])
    def test_what_the_engine_finds_takes_no_word(self, item: Item) -> None:
        with pytest.raises(NotAttestable, match="channels_tested, access, kpi_baseline"):
            attested(KEPT, Attestation(item=item, by="kim", at=MONDAY, evidence="x"))

    def test_a_newer_word_takes_the_place_of_an_older_one(self) -> None:
        newer = Attestation(item=Item.ACCESS, by="lee", at=MONDAY + DAY, evidence="report 8")
        assert attested(KEPT, newer).attestations[Item.ACCESS] == newer

    def test_the_same_word_on_the_same_day_changes_nothing(self) -> None:
        again = replace(SAID[Item.ACCESS], at=MONDAY + timedelta(hours=1))
        assert attested(KEPT, again) is KEPT
        assert attested(KEPT, replace(again, at=MONDAY + DAY)) != KEPT

    @pytest.mark.parametrize(
        ("changes", "lacking"),
        [
            ({"link": "", "text": " "}, "give its link or its text"),
            ({"rollback": " "}, "say how the automation is taken back"),
            ({"owner": "nobody"}, "its owner is nobody of the roster"),
            ({"rehearsed_at": MONDAY + DAY}, "its rehearsal lies in the future"),
        ],
    )
    def test_a_runbook_that_lacks_something_is_refused(self, changes: dict[str, Any], lacking: str) -> None:
        with pytest.raises(RunbookIncomplete, match=lacking):
            kept(KEPT, POLICY, runbook(**changes), MONDAY)

    def test_a_runbook_takes_the_place_of_the_one_before(self) -> None:
        book = runbook(link="", text="Stop the flow.")
        assert kept(KEPT, POLICY, book, MONDAY).runbooks[Action.MESSAGES] == book

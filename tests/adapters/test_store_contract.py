"""Does every store keep what the ports promise?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, Fields, answer, change, message, text, ticket, timer
from triage_core.domain.errors import (
    AnswerTaken,
    CursorInvalid,
    EventTaken,
    PolicyTaken,
    SourceTaken,
    StaleTicket,
    TriageError,
)
from triage_core.domain.model import (
    ENDED,
    Clock,
    Handover,
    Link,
    Mode,
    Outcome,
    Pause,
    Problem,
    RiskTag,
    State,
    TagSource,
    Ticket,
)
from triage_core.domain.policy.service_levels import Metric, PauseReason
from triage_core.ports import Change, Store, StoredPolicy, TicketFilter

EVERYTHING = ticket(
    source_version="7",
    channel="email",
    mode=Mode.SHADOW,
    state=State.WAITING_CUSTOMER,
    customer="Ünïcode GmbH",
    requester_key="a1b2",
    intake={"impact": "high", "affected": ["vpn", "mail"], "count": 3, "share": 0.5, "vip": True, "none": None},
    defaulted=("urgency",),
    problems=(Problem(pointer="/impact", expected="low, high", code="unlisted"),),
    alerts=("fire",),
    policy_version="2024.1",
    class_name="P1",
    class_rank=0,
    severity="major",
    tags=(RiskTag(name="security", source=TagSource.RULE), RiskTag(name="vip", source=TagSource.PERSON, by="ana")),
    gate_required=True,
    approvers=("lead", "legal"),
    must_escalate=True,
    first_class="P2",
    pinned=("class",),
    order_key=1_709_544_615_123,
    queue="ops",
    owner="ana",
    secondary="bo",
    support_tier=2,
    handover=Handover(to="bo", by="ana", offered_at=NOW, expires_at=NOW + timedelta(minutes=15), note_id="n-1"),
    clocks=(
        Clock(
            metric=Metric.RESOLUTION,
            number=2,
            calendar="office",
            target=timedelta(hours=4, microseconds=1),
            started_at=NOW,
            pauses=(Pause(start=NOW, end=NOW + timedelta(hours=1), reason=PauseReason.WAITING_CUSTOMER, by="ana"),),
            due_at=NOW + timedelta(hours=5),
            warn_at=NOW + timedelta(hours=4),
            warned=(0.5, 0.75),
            outcome=Outcome.OPEN,
            class_name="P1",
            policy_version="2024.1",
        ),
    ),
    resolved_at=NOW + timedelta(days=1),
    closed_at=NOW + timedelta(days=2),
    reopen_count=1,
    links=(Link(kind="duplicate_of", to="t-0"),),
)


def saved(store: Store, before: Ticket, **parts: Fields) -> Ticket:
    made = change(before, **parts)
    store.save(made)
    return made.ticket


def shown(store: Store, which: TicketFilter, limit: int = 2) -> list[str]:
    """Page through a whole list."""
    page = store.page(TENANT, which, None, limit)
    found = [one.id for one in page.tickets]
    while page.next_cursor:
        page = store.page(TENANT, which, page.next_cursor, limit)
        found += [one.id for one in page.tickets]
    return found


# What is written comes back.


def test_every_field_of_a_ticket_comes_back(store: Store) -> None:
    made = saved(store, EVERYTHING)
    assert store.ticket(TENANT, "t-1") == made
    assert store.by_source(TENANT, "zendesk", "source of t-1") == made
    assert made.clocks[0].target.microseconds == 1


def test_what_was_never_written_is_absent(store: Store) -> None:
    assert store.ticket(TENANT, "t-1") is None
    assert store.by_source(TENANT, "zendesk", "1") is None
    assert store.answer(TENANT, "key-1") is None
    assert (store.timeline(TENANT, "t-1"), store.texts(TENANT, "t-1"), store.messages(TENANT, "t-1")) == ((), (), ())
    assert store.chain(TENANT, "t-1") == (None, [])


def test_lines_come_back_byte_for_byte_in_order(store: Store) -> None:
    first = change(ticket(), lines=12, event="source event 1")
    second = change(first.ticket)
    store.save(first)
    store.save(second)
    assert store.timeline(TENANT, "t-1") == first.lines + second.lines


def test_texts_and_messages_come_back_in_the_order_of_writing(store: Store) -> None:
    first = saved(store, ticket(), texts=(text("z"), text("a")), messages=(message("z"), message("a")))
    saved(store, first, texts=(text("m"),), messages=(message("m"),))
    assert [one.id for one in store.texts(TENANT, "t-1")] == ["z", "a", "m"]
    assert store.messages(TENANT, "t-1") == (message("z"), message("a"), message("m"))


def test_an_answer_comes_back(store: Store) -> None:
    saved(store, ticket(), answer=answer())
    assert store.answer(TENANT, "key-1") == answer()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(alphabet=st.characters()), name=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example(content="NUL \x00 DLE \x10 0000 lone \ud800 \udfff pair 🚒", name="NUL \x00 and DLE \x10")
@example(content="\x100000", name="\x1000d8")
def test_any_text_python_can_hold_comes_back(store: Store, content: str, name: str) -> None:
    saved(
        store,
        before := ticket(ticket_id=f"t-{name}", tenant=f"tenant {content!r}", source_id=name, customer=name),
        texts=(text("x", content),),
        answer=replace(answer(), key=name, body=content),
    )
    assert store.texts(before.tenant, before.id) == (text("x", content),)
    found = store.answer(before.tenant, name)
    assert found is not None
    assert found.body == content
    assert (made := store.ticket(before.tenant, before.id)) is not None
    assert store.by_source(before.tenant, "zendesk", name) == made
    assert store.page(before.tenant, TicketFilter(customer=name), None, 9).tickets[0].customer == name


# Conflicts.


def test_a_change_of_an_older_version_is_refused(store: Store) -> None:
    first = saved(store, ticket())
    saved(store, first)
    with pytest.raises(StaleTicket):
        store.save(change(first))


def test_a_change_of_a_ticket_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(StaleTicket):
        store.save(change(change(ticket()).ticket))
    assert store.timeline(TENANT, "t-1") == ()


def test_a_ticket_is_created_once(store: Store) -> None:
    saved(store, ticket())
    with pytest.raises(StaleTicket):
        store.save(change(ticket(source_id="another")))


def test_a_source_has_one_ticket(store: Store) -> None:
    saved(store, ticket(source_id="7"))
    with pytest.raises(SourceTaken):
        store.save(change(ticket("t-2", source_id="7", source_version="2")))
    assert store.ticket(TENANT, "t-2") is None


def test_a_ticket_cannot_move_onto_a_taken_source(store: Store) -> None:
    saved(store, ticket(source_id="7"))
    other = saved(store, ticket("t-2", source_id="8"))
    with pytest.raises(SourceTaken):
        store.save(change(replace(other, source_id="7")))


def test_an_idempotency_key_is_answered_once(store: Store) -> None:
    saved(store, ticket(), answer=answer())
    with pytest.raises(AnswerTaken):
        store.save(change(ticket("t-2"), answer=answer()))
    assert store.ticket(TENANT, "t-2") is None


def test_an_event_of_the_source_has_one_effect(store: Store) -> None:
    first = saved(store, ticket(), event="event 1")
    with pytest.raises(EventTaken):
        store.save(change(first, event="event 1"))
    saved(store, ticket("t-2"), event="event 1")


@pytest.mark.parametrize(
    ("again", "error"),
    [
        (change(ticket(), answer=answer(), event="event 1"), AnswerTaken),
        (change(ticket(), event="event 1"), SourceTaken),
        (change(ticket(source_id="another"), event="event 1"), StaleTicket),
        (change(change(ticket()).ticket, lines=5, event="event 1"), EventTaken),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_of_several_conflicts_the_most_useful_is_told(store: Store, again: Change, error: type[TriageError]) -> None:
    saved(store, ticket(), answer=answer(), event="event 1")
    with pytest.raises(error):
        store.save(again)


def test_precedence_holds_across_changes_of_one_save(store: Store) -> None:
    stale = saved(store, ticket(), answer=answer())
    saved(store, stale)
    with pytest.raises(SourceTaken):
        store.save(change(stale), change(ticket("t-2", source_id="source of t-1")))
    with pytest.raises(AnswerTaken):
        store.save(change(stale), change(ticket("t-2", source_id="source of t-1"), answer=answer()))


def test_changes_of_one_save_may_contradict_each_other(store: Store) -> None:
    with pytest.raises(SourceTaken):
        store.save(change(ticket(source_id="7")), change(ticket("t-2", source_id="7")))
    with pytest.raises(AnswerTaken):
        store.save(change(ticket(), answer=answer()), change(ticket("t-2"), answer=answer()))
    assert store.tenants() == ()


def test_several_changes_are_written_together(store: Store) -> None:
    one, two = change(ticket("t-1")), change(ticket("t-2"))
    store.save(one, two)
    assert (store.ticket(TENANT, "t-1"), store.ticket(TENANT, "t-2")) == (one.ticket, two.ticket)


def test_of_several_changes_all_or_none_are_written(store: Store) -> None:
    first = saved(store, ticket(), timers=(timer("resolution"),))
    other = saved(store, ticket("t-2"))
    saved(store, other)
    whole = change(first, texts=(text("x"),), messages=(message("m"),), answer=answer(), timers=())
    with pytest.raises(StaleTicket):
        store.save(change(ticket("t-3")), whole, change(other))
    assert store.ticket(TENANT, "t-1") == first
    assert store.ticket(TENANT, "t-3") is None
    assert len(store.timeline(TENANT, "t-1")) == 3
    assert (store.texts(TENANT, "t-1"), store.messages(TENANT, "t-1")) == ((), ())
    assert store.answer(TENANT, "key-1") is None
    assert len(store.claim(NOW, NOW, "w", 9)) == 1


def test_an_empty_save_writes_nothing(store: Store) -> None:
    store.save()
    assert store.tenants() == ()


@pytest.mark.parametrize(
    "broken",
    [
        replace(change(ticket()), expected=1),
        replace(change(ticket()), ticket=replace(change(ticket()).ticket, head="elsewhere")),
        replace(change(ticket("t-2")), ticket=replace(change(ticket("t-2")).ticket, id="t-1")),
    ],
    ids=["numbers", "head", "lines of another ticket"],
)
def test_a_change_that_would_break_its_chain_is_a_mistake_of_the_program(store: Store, broken: Change) -> None:
    with pytest.raises(ValueError, match="line"):
        store.save(broken)


def test_two_changes_of_one_ticket_in_one_save_are_a_mistake_of_the_program(store: Store) -> None:
    with pytest.raises(ValueError, match="two changes"):
        store.save(change(ticket()), change(ticket()))


# Lists.


def test_a_queue_comes_in_class_then_key_then_id(store: Store) -> None:
    for ticket_id, rank, key in [("d", 1, 5), ("b", 0, 9), ("c", 0, 9), ("a", 1, -4), ("e", 0, 2), ("B", 0, 9)]:
        saved(store, ticket(ticket_id, class_rank=rank, order_key=key, queue="ops"))
    assert shown(store, TicketFilter(queue="ops")) == ["e", "B", "b", "c", "a", "d"]
    assert shown(store, TicketFilter(), limit=4) == ["e", "B", "b", "c", "a", "d"]


def test_an_insert_moves_nothing_to_or_from_the_next_page(store: Store) -> None:
    for number in range(6):
        saved(store, ticket(f"t-{number}", class_rank=1, order_key=number))
    first = store.page(TENANT, TicketFilter(), None, 3)
    saved(store, ticket("early", class_rank=0, order_key=0))
    saved(store, ticket("late", class_rank=1, order_key=4))
    second = store.page(TENANT, TicketFilter(), first.next_cursor, 9)
    assert [one.id for one in first.tickets] == ["t-0", "t-1", "t-2"]
    assert [one.id for one in second.tickets] == ["t-3", "late", "t-4", "t-5"]
    assert second.next_cursor is None


def test_a_cursor_works_after_its_ticket_has_gone_from_the_list(store: Store) -> None:
    made = [saved(store, ticket(f"t-{number}", order_key=number)) for number in range(3)]
    first = store.page(TENANT, TicketFilter(), None, 1)
    saved(store, replace(made[0], state=State.CLOSED))
    assert [one.id for one in store.page(TENANT, TicketFilter(), first.next_cursor, 9).tickets] == ["t-1", "t-2"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "bm9uc2Vuc2U=", "W10=", "\ud800", "é"])
def test_a_cursor_from_elsewhere_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        store.page(TENANT, TicketFilter(), cursor, 9)


@pytest.mark.parametrize(
    "which",
    [
        TicketFilter(queue="ops"),
        TicketFilter(owner="ana"),
        TicketFilter(state="assigned"),
        TicketFilter(class_name="P2"),
        TicketFilter(customer="Initech"),
        TicketFilter(queue="ops", owner="ana", state="assigned", class_name="P2", customer="Initech"),
    ],
)
def test_a_list_shows_what_its_filter_names(store: Store, which: TicketFilter) -> None:
    fields = {"queue": "ops", "owner": "ana", "state": State.ASSIGNED, "class_name": "P2", "customer": "Initech"}
    saved(store, ticket("shown", **fields))
    saved(store, ticket("other"))
    assert shown(store, which) == ["shown"]


@pytest.mark.parametrize("state", State)
def test_ended_tickets_are_listed_on_demand(store: Store, state: State) -> None:
    saved(store, ticket(state=state))
    assert shown(store, TicketFilter()) == ([] if state in ENDED else ["t-1"])
    assert shown(store, TicketFilter(open_only=False, state=state.value)) == ["t-1"]


def test_a_load_counts_the_open_tickets_of_an_owner(store: Store) -> None:
    for ticket_id, owner, state in [
        ("a", "ana", State.ASSIGNED),
        ("b", "ana", State.WAITING_CUSTOMER),
        ("c", "bo", State.ASSIGNED),
        ("d", "bo", State.RESOLVED),
        ("e", None, State.TRIAGED),
    ]:
        saved(store, ticket(ticket_id, owner=owner, state=state))
    assert store.loads(TENANT) == {"ana": 2, "bo": 1}


# Timers.


def test_due_timers_are_claimed_earliest_first(store: Store) -> None:
    saved(store, ticket(), timers=(timer("late", 1), timer("resolution", -5), timer("first_reply", 0)))
    found = store.claim(NOW, NOW + timedelta(minutes=1), "w", 9)
    assert [one.timer for one in found] == [timer("resolution", -5), timer("first_reply", 0)]
    assert {(one.tenant, one.ticket_id) for one in found} == {(TENANT, "t-1")}


def test_a_claim_takes_no_more_than_its_limit(store: Store) -> None:
    saved(store, ticket(), timers=tuple(timer(f"p{number}", -number) for number in range(5)))
    assert [one.timer.purpose for one in store.claim(NOW, NOW, "w", 2)] == ["p4", "p3"]


def test_a_claimed_timer_is_free_again_when_the_claim_lapses(store: Store) -> None:
    saved(store, ticket(), timers=(timer("resolution"),))
    until = NOW + timedelta(minutes=1)
    assert len(store.claim(NOW, until, "one", 9)) == 1
    assert store.claim(until - timedelta(microseconds=1), until, "two", 9) == ()
    assert len(store.claim(until, until + timedelta(minutes=1), "two", 9)) == 1


def test_a_save_replaces_the_timers_and_drops_their_claims(store: Store) -> None:
    made = saved(store, ticket(), timers=(timer("resolution"), timer("update")))
    store.claim(NOW, NOW + timedelta(hours=1), "one", 9)
    saved(store, made, timers=(timer("update"), timer("first_reply")))
    found = store.claim(NOW, NOW + timedelta(hours=1), "two", 9)
    assert [one.timer.purpose for one in found] == ["first_reply", "update"]


def test_a_save_without_timers_leaves_them_and_their_claims(store: Store) -> None:
    made = saved(store, ticket(), timers=(timer("resolution"),))
    store.claim(NOW, NOW + timedelta(hours=1), "one", 9)
    saved(store, made)
    assert store.claim(NOW, NOW, "two", 9) == ()
    assert len(store.claim(NOW + timedelta(hours=1), NOW, "two", 9)) == 1


def test_two_workers_never_hold_the_same_timer(store: Store) -> None:
    for number in range(40):
        saved(store, ticket(f"t-{number}"), timers=(timer("resolution", -number),))
    start = threading.Barrier(4)

    def work(worker: int) -> list[str]:
        start.wait()
        rounds = [store.claim(NOW, NOW + timedelta(hours=1), f"w{worker}", 3) for _ in range(20)]
        return [one.ticket_id for found in rounds for one in found]

    with ThreadPoolExecutor(4) as pool:
        claimed = [ticket_id for found in pool.map(work, range(4)) for ticket_id in found]
    assert sorted(claimed) == sorted(f"t-{number}" for number in range(40))


# Tenants.


def test_counted_lines_are_found_by_kind_and_time_in_their_order(store: Store) -> None:
    store.save(change(ticket("t-2")), change(ticket("t-1")), change(ticket("t-1", "other")))
    at = NOW + timedelta(seconds=1)
    found = store.counted(TENANT, "ticket.triaged", NOW, at)
    assert [(entry.ticket_id, entry.kind, entry.at) for entry in found] == [
        ("t-1", "ticket.triaged", at),
        ("t-2", "ticket.triaged", at),
    ]
    assert store.counted(TENANT, "ticket.triaged", at, at + timedelta(days=1)) == ()
    assert store.counted(TENANT, "ticket.triaged", NOW, at - timedelta.resolution) == ()


def test_the_same_names_in_two_tenants_never_meet(store: Store) -> None:
    made = {
        tenant: saved(
            store,
            ticket(tenant=tenant, customer=tenant, owner=tenant, source_id="1"),
            event="1",
            texts=(text("x", tenant),),
            timers=(timer("resolution"),),
            messages=(message("m"),),
            answer=replace(answer(), body=tenant),
        )
        for tenant in ("acme", "initech")
    }
    for tenant, expected in made.items():
        assert store.ticket(tenant, "t-1") == store.by_source(tenant, "zendesk", "1") == expected
        assert store.page(tenant, TicketFilter(), None, 9).tickets == (expected,)
        assert store.loads(tenant) == {tenant: 1}
        assert store.timeline(tenant, "t-1")[-1].entry.tenant == tenant
        assert [one.content for one in store.texts(tenant, "t-1")] == [tenant]
        assert (found := store.answer(tenant, "key-1")) is not None
        assert found.body == tenant
        assert len(store.messages(tenant, "t-1")) == 1
        assert [head.hash for head in store.heads(tenant)] == [expected.head]
    assert sorted(one.tenant for one in store.claim(NOW, NOW, "w", 9)) == ["acme", "initech"]
    assert store.tenants() == ("acme", "initech")


def test_a_tenant_sees_nothing_of_another(store: Store) -> None:
    saved(store, ticket(), texts=(text("x"),), messages=(message("m"),), answer=answer())
    assert store.ticket("initech", "t-1") is None
    assert store.by_source("initech", "zendesk", "source of t-1") is None
    assert store.answer("initech", "key-1") is None
    assert store.timeline("initech", "t-1") == ()
    assert store.page("initech", TicketFilter(open_only=False), None, 9).tickets == ()


# Policies, keys, checkpoints.


def policy(version: str, days: int = 0, document: str = "classes: …") -> StoredPolicy:
    return StoredPolicy(version=version, document=document, digest="aa", active_from=NOW + timedelta(days=days))


def test_policies_come_newest_last(store: Store) -> None:
    for made in (policy("b", 1), policy("a", 2), policy("c", 0)):
        store.put_policy(TENANT, made)
    assert [one.version for one in store.policies(TENANT)] == ["c", "b", "a"]
    assert store.policies(TENANT)[0] == policy("c")
    assert store.policies("initech") == ()


def test_a_policy_version_keeps_its_content(store: Store) -> None:
    store.put_policy(TENANT, policy("a"))
    store.put_policy(TENANT, policy("a", days=3))
    with pytest.raises(PolicyTaken):
        store.put_policy(TENANT, policy("a", document="classes: other"))
    assert store.policies(TENANT) == (policy("a"),)


def test_a_tenant_keeps_its_digest_key(store: Store) -> None:
    key = store.digest_key(TENANT)
    assert (len(key), store.digest_key(TENANT)) == (32, key)
    assert store.digest_key("initech") != key


def test_checkpoints_count_for_each_tenant(store: Store) -> None:
    numbers = [store.add_checkpoint(tenant, NOW, 3, "root") for tenant in (TENANT, "initech", TENANT)]
    assert numbers == [1, 1, 2]
    assert [(one.number, one.at, one.count, one.root) for one in store.checkpoints(TENANT)] == [
        (1, NOW, 3, "root"),
        (2, NOW, 3, "root"),
    ]


# Evidence.


def test_heads_and_chains_come_by_ticket_id(store: Store) -> None:
    made = [change(ticket(ticket_id), lines=lines) for ticket_id, lines in [("b", 3), ("B", 11), ("a", 4), ("é", 3)]]
    for one in made:
        store.save(one)
    assert [(head.ticket_id, head.version) for head in store.heads(TENANT)] == [("B", 11), ("a", 4), ("b", 3), ("é", 3)]
    chains = dict(store.chains(TENANT))
    assert list(chains) == ["B", "a", "b", "é"]
    assert list(chains["B"]) == [(line.entry.number, line.body, line.hash) for line in made[1].lines]
    head, lines = store.chain(TENANT, "B")
    assert head == next(store.heads(TENANT))
    assert list(lines) == list(chains["B"])


def test_chains_are_whole_across_pages(store: Store) -> None:
    for number in range(30):
        saved(store, ticket(f"t-{number:03}"), lines=77)
    assert [(key, len(lines)) for key, lines in store.chains(TENANT)] == [(f"t-{n:03}", 77) for n in range(30)]


def test_hashes_are_told_for_lines_that_exist(store: Store) -> None:
    made = [saved(store, ticket(f"t-{number:03}")) for number in range(205)]
    heads = list(store.heads(TENANT))
    wanted = [*heads, replace(heads[0], version=9), replace(heads[0], ticket_id="none"), replace(heads[1], version=2)]
    found = store.hashes(TENANT, wanted)
    assert found == {
        **{(one.id, 3): one.head for one in made},
        ("t-001", 2): store.timeline(TENANT, "t-001")[1].hash,
    }


# Races.


def test_of_many_who_submit_the_same_source_one_wins(store: Store) -> None:
    start = threading.Barrier(32)

    def submit(number: int) -> str:
        start.wait()
        try:
            store.save(change(ticket(f"t-{number}", source_id="7"), texts=(text("x"),), timers=(timer("update"),)))
        except SourceTaken:
            return "taken"
        return f"t-{number}"

    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(submit, range(32)))
    winners = [outcome for outcome in outcomes if outcome != "taken"]
    assert len(winners) == 1
    assert [head.ticket_id for head in store.heads(TENANT)] == winners
    assert [key for key, _ in store.chains(TENANT)] == winners


def test_of_many_who_move_the_same_ticket_each_version_is_written_once(store: Store) -> None:
    saved(store, ticket())
    start = threading.Barrier(8)

    def move(_: int) -> int:
        start.wait()
        moved = 0
        for _ in range(10):
            try:
                saved(store, store.ticket(TENANT, "t-1") or ticket(), timers=(timer("update"), timer("resolution")))
            except StaleTicket:
                continue
            moved += 1
        return moved

    with ThreadPoolExecutor(8) as pool:
        moved = sum(pool.map(move, range(8)))
    made = store.ticket(TENANT, "t-1")
    assert made is not None
    assert moved >= 10
    assert made.version == 3 + 3 * moved == len(store.timeline(TENANT, "t-1"))


def test_a_failing_save_never_undoes_its_neighbours(store: Store) -> None:
    stale = saved(store, ticket("old"), answer=answer())
    saved(store, stale)
    bad = (
        (change(stale), StaleTicket),
        (change(ticket("s", source_id="source of old")), SourceTaken),
        (change(ticket("a"), answer=answer()), AnswerTaken),
    )
    start = threading.Barrier(24)

    def write(number: int) -> bool:
        start.wait()
        for turn in range(5):
            if number % 2:
                store.save(change(ticket(f"good-{number}-{turn}"), texts=(text("x"),), timers=(timer("update"),)))
                continue
            broken, error = bad[number // 2 % 3]
            with pytest.raises(error):
                store.save(broken)
        return True

    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(write, range(24)))
    good = {f"good-{number}-{turn}" for number in range(1, 24, 2) for turn in range(5)}
    assert {head.ticket_id for head in store.heads(TENANT)} == {"old", *good}
    assert all(len(store.timeline(TENANT, ticket_id)) == 3 for ticket_id in good)

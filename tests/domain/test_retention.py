"""Is a text due exactly when its time is over, and does the fate that leaves least hold?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.sample_cases import MONDAY, blank
from triage_core.domain.gating.state import MessageState, Origin, Outgoing
from triage_core.domain.model import RiskTag, State, TagSource, Ticket
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.policy.retention import Fate, RetentionRule, Since
from triage_core.domain.retention import HeldText, fates, kind_of, plan, shortest

DAY = timedelta(days=1)
CLOSED = MONDAY + 10 * DAY


def rule(name: str = "r", **parts: Any) -> RetentionRule:
    return RetentionRule.model_validate({"id": name, "after": "30d", "then": "erase", **parts})


def ticket(**parts: Any) -> Ticket:
    return blank(**{"state": State.CLOSED, "closed_at": CLOSED, "class_name": "P2", **parts})


def text(kind: str = "body", at: datetime = MONDAY) -> HeldText:
    return HeldText(id=f"t1-1-{kind}", kind=kind, at=at)


def found(of: Ticket, rules: list[RetentionRule], now: datetime, *texts: HeldText) -> list[tuple[str, str, Fate]]:
    return [(item.kind, item.rule, item.fate) for item in plan(of, texts or (text(),), rules, now)]


def test_without_a_rule_everything_is_kept() -> None:
    assert found(ticket(), [], MONDAY + 9_999 * DAY) == []


def test_a_text_is_due_when_its_time_after_the_end_is_over() -> None:
    assert found(ticket(), [rule()], CLOSED + 30 * DAY - timedelta(microseconds=1)) == []
    assert found(ticket(), [rule()], CLOSED + 30 * DAY) == [("body", "r", Fate.ERASE)]


@pytest.mark.parametrize("state", [State.CLOSED, State.MERGED, State.VOID])
def test_every_end_counts(state: State) -> None:
    assert found(ticket(state=state), [rule()], CLOSED + 99 * DAY)


@pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED, State.MERGED, State.VOID}))
def test_a_ticket_that_goes_on_keeps_its_texts(state: State) -> None:
    assert found(ticket(state=state), [rule()], CLOSED + 999 * DAY) == []


def test_what_was_written_after_the_end_has_its_own_time() -> None:
    late = text("feedback", CLOSED + 20 * DAY)
    assert found(ticket(), [rule()], CLOSED + 40 * DAY, late) == []
    assert found(ticket(), [rule()], CLOSED + 50 * DAY, late) != []


def test_a_draft_is_archived_by_its_own_age_also_on_an_open_ticket() -> None:
    archive = rule("old drafts", texts="draft", since="written", then="archive", after="14d")
    here = ticket(state=State.ASSIGNED, closed_at=None)
    assert found(here, [archive], MONDAY + 14 * DAY, text("draft"), text("body")) == [
        ("draft", "old drafts", Fate.ARCHIVE)
    ]


def test_what_is_archived_stays_so_and_can_still_be_erased() -> None:
    archive, erase = rule(then="archive", texts="draft"), rule("e", texts="draft", after="60d")
    held = text("archived:draft")
    assert found(ticket(), [archive, erase], CLOSED + 59 * DAY, held) == []
    assert found(ticket(), [archive, erase], CLOSED + 60 * DAY, held) == [("archived:draft", "e", Fate.ERASE)]


def test_the_fate_that_leaves_least_holds() -> None:
    rules = [rule("a", then="archive"), rule("p", then="pseudonymise"), rule("e", after="90d")]
    assert found(ticket(), rules, CLOSED + 30 * DAY) == [("body", "p", Fate.PSEUDONYMISE)]
    assert found(ticket(), rules, CLOSED + 90 * DAY) == [("body", "e", Fate.ERASE)]


def test_what_went_through_a_fate_does_not_go_through_it_again() -> None:
    rules = [rule("a", then="archive"), rule("p", then="pseudonymise")]
    done = {("t1-1-body", Fate.PSEUDONYMISE)}
    (left,) = plan(ticket(), [text()], rules, CLOSED + 30 * DAY, done)
    assert left.fate is Fate.ARCHIVE


def test_a_rule_may_be_for_some_classes_and_spare_some_tags() -> None:
    legal = RiskTag(name="legal_regulatory", source=TagSource.RULE)
    narrow = rule(classes="P3", unless_tags="legal_regulatory")
    late = CLOSED + 99 * DAY
    assert found(ticket(), [narrow], late) == []
    assert found(ticket(class_name="P3"), [narrow], late) != []
    assert found(ticket(class_name="P3", tags=(legal,)), [narrow], late) == []


@pytest.mark.parametrize("then", ["erase", "pseudonymise"])
def test_words_of_an_open_ticket_are_never_let_go_by_age(then: str) -> None:
    with pytest.raises(ValidationError, match="expected `archive`"):
        rule(since="written", then=then)


def test_the_shortest_time_of_any_rule_is_known() -> None:
    assert shortest([rule(), rule("s", after="2d")]) == 2 * DAY
    assert shortest([]) is None


def test_what_happens_is_told_by_fate_and_rule() -> None:
    rules = [rule("e", texts=["body", "subject"]), rule("p", then="pseudonymise")]
    planned = plan(ticket(), [text(kind) for kind in ("subject", "body", "note")], rules, CLOSED + 99 * DAY)
    assert list(fates(planned)) == [
        (Fate.ERASE, "e", ("t1-1-subject", "t1-1-body")),
        (Fate.PSEUDONYMISE, "p", ("t1-1-note",)),
    ]


rules_drawn = st.lists(
    st.builds(
        lambda name, days, then, kinds: rule(name, after=f"{days}d", then=then, texts=kinds),
        st.sampled_from("abc"),
        st.integers(1, 90),
        st.sampled_from(list(Fate)),
        st.sampled_from(((), ("body",), ("draft", "note"))),
    ),
    max_size=4,
)
texts_drawn = st.lists(
    st.builds(
        text,
        st.sampled_from(("body", "draft", "note", "archived:draft")),
        st.integers(0, 60).map(lambda d: MONDAY + d * DAY),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)


@given(rules=rules_drawn, texts=texts_drawn, days=st.integers(0, 200), more=st.integers(0, 60))
def test_what_is_due_stays_due_and_no_younger_text_than_any_rule_allows_is(
    rules: list[RetentionRule], texts: list[HeldText], days: int, more: int
) -> None:
    now = MONDAY + days * DAY
    early = {item.text_id for item in plan(ticket(), texts, rules, now)}
    late = {item.text_id for item in plan(ticket(), texts, rules, now + more * DAY)}
    assert early <= late
    least = shortest(rules)
    young = {one.id for one in texts if least is None or one.at > now - least}
    assert early.isdisjoint(young)


def test_since_is_the_end_unless_it_is_said() -> None:
    assert rule().since is Since.ENDED


def outgoing(state: MessageState, version: int = 2) -> Outgoing:
    return Outgoing(
        number=1,
        version=version,
        kind=TemplateKind.FIRST_RESPONSE,
        channel="email",
        origin=Origin.PERSON,
        author="ann",
        seal="s",
        body_seal="b",
        state=state,
        prepared_at=MONDAY,
    )


class TestTextsToTheCustomer:
    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            (MessageState.SENT, "message"),
            (MessageState.UNKNOWN, "message"),
            (MessageState.WITHDRAWN, "draft"),
            (MessageState.EXPIRED, "draft"),
            (MessageState.BLOCKED, "draft"),
            (MessageState.WAITING, "draft"),
        ],
    )
    def test_a_rule_knows_them_by_whether_they_left(self, state: MessageState, kind: str) -> None:
        assert kind_of(ticket(messages=(outgoing(state),)), "outgoing/1/2") == kind

    def test_what_was_written_anew_never_left(self) -> None:
        assert kind_of(ticket(messages=(outgoing(MessageState.SENT),)), "outgoing/1/1") == "draft"

    def test_one_that_the_row_has_forgotten_may_have_left(self) -> None:
        assert kind_of(ticket(), "outgoing/1/1") == "message"

    def test_a_correction_is_one(self) -> None:
        assert kind_of(ticket(), "correction/3") == "correction"

    def test_a_stale_draft_is_archived_and_one_that_may_still_leave_is_not(self) -> None:
        archive = rule(texts="draft", since="written", then="archive")
        text_of = HeldText(id="d", kind="outgoing/1/2", at=MONDAY)
        for state, due in ((MessageState.REJECTED, 1), (MessageState.APPROVED, 0)):
            open_ticket = blank(state=State.ASSIGNED, class_name="P2", messages=(outgoing(state),))
            assert len(plan(open_ticket, [text_of], [archive], MONDAY + 30 * DAY)) == due

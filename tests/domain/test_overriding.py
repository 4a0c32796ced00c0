"""Who may correct what, what holds afterwards, and what is written down about it?"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE, MONDAY, after, arrived, blank, clock_of, context, playbook
from tests.small_policy import document
from triage_core.domain import overriding
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing, UnknownName
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import Actor, ActorKind, BreachCause, Outcome, State, TagSource, Ticket
from triage_core.domain.overriding import Correction

REASON = "Mr Smith called twice"


def step_of(ticket: Ticket, actor: Actor = LEAD, text: str = "", **changes: Any) -> Step:
    correction = Correction(**{"reason": REASON, **changes})
    step, *_ = overriding.override(context(MONDAY + MINUTE, actor, text), ticket, correction)
    return step


def corrected(ticket: Ticket, actor: Actor = LEAD, text: str = "", **changes: Any) -> Ticket:
    return after(ticket, [step_of(ticket, actor, text, **changes)])


class TestRights:
    @pytest.mark.parametrize(
        ("part", "right"),
        [
            ({"class_name": "P1"}, "override class"),
            ({"severity": "sev1"}, "override severity"),
            ({"remove_tags": ("billing",)}, "override tags"),
        ],
    )
    def test_each_part_needs_its_right_and_the_refusal_names_the_roles(self, part: dict[str, Any], right: str) -> None:
        with pytest.raises(NotPermitted, match=f"you may not {right}; this needs one of the roles: lead"):
            corrected(arrived(), AGENT, **part)

    def test_whoever_works_on_tickets_may_add_tags_and_correct_the_intake(self) -> None:
        assert corrected(arrived(), AGENT, add_tags=("security",)).tag_names == ("security",)
        assert corrected(arrived(), AGENT, intake={"urgency": "high"}).intake["urgency"] == "high"
        nobody = Actor(kind=ActorKind.PERSON, id="guest")
        with pytest.raises(NotPermitted):
            corrected(arrived(), nobody, add_tags=("security",))

    @pytest.mark.parametrize("reason", ["", " ", "\n"])
    def test_a_reason_is_mandatory(self, reason: str) -> None:
        with pytest.raises(ReasonMissing, match="needs a reason"):
            corrected(arrived(), class_name="P1", reason=reason)

    @pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.MERGED, State.VOID])
    def test_a_ticket_that_is_over_is_not_corrected(self, state: State) -> None:
        with pytest.raises(ActionNotAllowed):
            corrected(apply(arrived(), {"state": state}), class_name="P1")

    def test_a_ticket_without_a_class_is_completed_and_not_corrected(self) -> None:
        with pytest.raises(ActionNotAllowed, match="cannot override a ticket that is incomplete"):
            corrected(blank(), class_name="P1")


class TestLessCaution:
    """On a gated ticket, less caution needs the right to lower gates as well."""

    ROLES: ClassVar = [
        *document()["roles"],
        {"name": "deputy", "rights": ["override_class", "override_severity", "override_tags", "complete_intake"]},
    ]
    BOOK = playbook(roles=ROLES)
    DEPUTY = Actor(kind=ActorKind.PERSON, id="kim", roles=("deputy",))

    def asks(self, ticket: Ticket, text: str, **changes: Any) -> Ticket:
        seen = context(MONDAY, self.DEPUTY, text, self.BOOK)
        return after(ticket, overriding.override(seen, ticket, Correction(reason=REASON, **changes)))

    @pytest.mark.parametrize(
        "less",
        [
            {"class_name": "P3"},
            {"severity": "sev4"},
            {"remove_tags": ("security",)},
            {"class_name": "P1", "remove_tags": ("security",)},
        ],
    )
    def test_it_is_refused_without_that_right(self, less: dict[str, Any]) -> None:
        text = "outage by phishing"
        with pytest.raises(NotPermitted, match="lower the caution on this ticket; this needs one of the roles: lead"):
            self.asks(arrived(text), text, **less)
        assert corrected(arrived(text), text=text, **less).version == 0

    def test_a_milder_severity_alone_is_less_caution(self) -> None:
        ticket = arrived("outage", impact="high", urgency="high")
        with pytest.raises(NotPermitted):
            self.asks(ticket, "outage", severity="sev2")

    def test_correcting_the_intake_is_no_way_around_it(self) -> None:
        ticket = arrived(impact="high", urgency="high")
        with pytest.raises(NotPermitted):
            self.asks(ticket, "", intake={"impact": "low"})

    def test_less_sensitive_data_are_less_caution(self) -> None:
        ticket = arrived(impact="high", urgency="high", data_sensitivity="restricted")
        with pytest.raises(NotPermitted):
            self.asks(ticket, "", intake={"data_sensitivity": "public"})

    def test_more_sensitive_data_are_not(self) -> None:
        ticket = arrived(impact="high", urgency="high")
        assert (
            self.asks(ticket, "", intake={"data_sensitivity": "restricted"}).intake["data_sensitivity"] == "restricted"
        )

    def test_an_approver_less_is_less_caution(self) -> None:
        ticket = apply(arrived(impact="high", urgency="high"), {"approvers": ("lead",)})
        with pytest.raises(NotPermitted):
            self.asks(ticket, "", intake={"users_affected": 3})

    def test_more_caution_needs_no_more_than_its_own_right(self) -> None:
        text = "phishing"
        assert self.asks(arrived(text), text, class_name="P1").class_name == "P1"

    def test_an_ungated_ticket_may_be_lowered(self) -> None:
        assert self.asks(arrived(), "", class_name="P3").class_name == "P3"


class TestNames:
    @pytest.mark.parametrize(
        ("part", "kind"),
        [
            ({"class_name": "P9"}, "class"),
            ({"severity": "bad"}, "severity"),
            ({"add_tags": ("fun",)}, "tag"),
            ({"remove_tags": ("fun",)}, "tag"),
            ({"intake": {"colour": "red"}}, "intake field"),
            ({"intake": {"impact": "huge"}}, "value of impact"),
            ({"intake": {"impact": ""}}, "value of impact"),
        ],
    )
    def test_what_the_policy_does_not_declare_is_refused(self, part: dict[str, Any], kind: str) -> None:
        with pytest.raises(UnknownName, match=f"this {kind} is not in the policy"):
            corrected(arrived(), **part)


class TestPins:
    def test_a_class_that_a_person_set_survives_later_decisions(self) -> None:
        pinned = corrected(arrived(), class_name="P3")
        again = corrected(pinned, intake={"impact": "high", "urgency": "high"})
        assert (again.class_name, again.pinned) == ("P3", ("class_name",))

    def test_a_severity_that_a_person_set_survives_and_sets_the_floor(self) -> None:
        pinned = corrected(arrived(), severity="sev1")
        again = corrected(pinned, add_tags=("billing",))
        assert (again.severity, again.class_name, again.pinned) == ("sev1", "P1", ("severity",))

    def test_a_severity_that_the_source_gave_survives_as_well(self) -> None:
        from_source = arrived()
        given = apply(from_source, {"severity": "sev1", "pinned": ("severity",), "class_name": "P1", "class_rank": 0})
        assert corrected(given, AGENT, add_tags=("billing",)).class_name == "P1"

    def test_a_pinned_class_keeps_the_gate_of_its_tags(self) -> None:
        ticket = corrected(arrived("phishing"), text="phishing", class_name="P3")
        assert (ticket.class_name, ticket.gate_required, ticket.must_escalate) == ("P3", True, True)

    def test_a_pinned_class_brings_its_own_gate(self) -> None:
        ticket = corrected(arrived(), class_name="P1")
        assert (ticket.class_rank, ticket.gate_required, ticket.must_escalate) == (0, True, True)

    def test_what_automation_said_first_stays(self) -> None:
        assert corrected(arrived(), class_name="P1").first_class == "P2"


class TestTags:
    def test_a_tag_that_a_person_took_off_does_not_come_back(self) -> None:
        text = "phishing"
        ticket = corrected(arrived(text), text=text, remove_tags=("security",))
        assert (ticket.tag_names, ticket.cleared_tags, ticket.class_name) == ((), ("security",), "P2")
        assert corrected(ticket, text=text, intake={"urgency": "low"}).tag_names == ()

    def test_a_tag_that_a_person_set_outlives_the_words_that_gave_it(self) -> None:
        ticket = corrected(arrived("phishing"), text="phishing", add_tags=("security",))
        assert [tag.source for tag in ticket.tags] == [TagSource.PERSON]
        assert corrected(ticket, text="", intake={"urgency": "low"}).tag_names == ("security",)

    def test_a_tag_may_be_put_back(self) -> None:
        text = "phishing"
        off = corrected(arrived(text), text=text, remove_tags=("security",))
        again = corrected(off, text=text, add_tags=("security", "security"))
        assert (again.tag_names, again.cleared_tags) == (("security",), ())


class TestIntake:
    def test_corrected_facts_decide_again(self) -> None:
        ticket = corrected(arrived(), intake={"impact": "high", "urgency": "high", "customer_tier": "vip"})
        assert (ticket.class_name, ticket.intake["impact"]) == ("P1", "high")
        assert ticket.order_key < arrived().order_key

    def test_a_value_that_a_person_confirmed_is_no_default_any_more(self) -> None:
        ticket = corrected(arrived(), intake={"category": "incident"})
        assert ticket.defaulted == ("service_line",)


class TestClocks:
    def test_a_higher_class_moves_the_clocks_and_keeps_their_start(self) -> None:
        ticket = corrected(arrived(), class_name="P1")
        first = clock_of(ticket, "first_reply/2")
        assert (first.started_at, first.due_at) == (MONDAY, MONDAY + 15 * MINUTE)
        assert clock_of(ticket, "first_reply/1").outcome is Outcome.SUPERSEDED

    def test_time_already_used_up_breaches_at_the_moment_of_the_override(self) -> None:
        ticket = arrived()
        seen = context(MONDAY + HOUR / 2, LEAD)
        late = after(ticket, overriding.override(seen, ticket, Correction(class_name="P1", reason=REASON)))
        first = clock_of(late, "first_reply/2")
        assert (first.breached_at, first.breach_cause) == (MONDAY + HOUR / 2, BreachCause.RETARGET)


class TestRecord:
    def test_the_line_says_what_was_asked_and_what_stood_before(self) -> None:
        step = step_of(arrived(), class_name="P1", add_tags=("billing",))
        assert step.facts["asked"] == ["add_tags", "class_name"]
        assert step.facts["before"] == {"class_name": "P2"}

    def test_the_reason_is_a_text_and_stands_nowhere_else(self) -> None:
        step = step_of(arrived(), class_name="P1", intake={"urgency": "high"})
        assert step.texts == {"reason": REASON}
        assert "Smith" not in repr((step.facts, step.changes))

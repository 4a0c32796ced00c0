"""Is what a preview tells what a submission then does, and what an explanation tells what is stored?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample_cases import LEAD, MONDAY, PLAYBOOK
from tests.sample_desk import TENANT, SampleDesk, submission
from triage_core.domain.account import sentences
from triage_core.domain.decision import NOTHING_GIVEN, Given
from triage_core.domain.happening import Happened
from triage_core.domain.overriding import Correction
from triage_core.domain.policy.service_levels import Metric
from triage_core.service.accounts import account_of, preview

if TYPE_CHECKING:
    from triage_core.domain.explanation import Explanation
    from triage_core.service.accounts import Account

TEXT = "An outage after a phishing mail"


def told(account: Account) -> tuple[object, ...]:
    """Return the decision in an account, without what only a stored ticket has."""
    ticket = account.ticket
    promised = [clock for clock in ticket.clocks if clock.metric is not Metric.ACKNOWLEDGEMENT]
    facts = (ticket.class_name, ticket.severity, ticket.tag_names, ticket.owner, promised, ticket.problems)
    return (*facts, account.text, account.assigned, account.explanation, account.statement, account.score)


def test_a_preview_tells_what_a_submission_decides() -> None:
    desk = SampleDesk()
    ticket = desk.ticket(subject=TEXT)
    stored = account_of(desk.triage, TENANT, ticket.id, MONDAY)
    assert stored.explanation is not None
    assert told(preview(PLAYBOOK, submission(1, subject=TEXT), MONDAY)) == told(stored)


def test_a_blocked_ticket_has_no_explanation() -> None:
    account = preview(PLAYBOOK, submission(1, subject=TEXT, intake={}), MONDAY)
    assert (account.explanation, account.statement, account.score) == (None, None, None)
    assert account.ticket.problems


class TestWhatIsStored:
    """An explanation never contradicts the ticket that it stands beside."""

    @staticmethod
    def told(desk: SampleDesk) -> Explanation:
        account = account_of(desk.triage, TENANT, "t1", desk.now)
        found, ticket = account.explanation, account.ticket
        assert found is not None
        assert found == desk.triage.explanation(TENANT, "t1")
        assert (found.class_name, found.severity) == (ticket.class_name, ticket.severity)
        assert (set(found.tags), found.gate_required) == (set(ticket.tag_names), ticket.gate_required)
        return found

    @staticmethod
    def pinned(class_name: str) -> SampleDesk:
        desk = SampleDesk()
        desk.ticket()
        desk.triage.override(TENANT, "t1", Correction(class_name=class_name, reason="known to be bad"), LEAD)
        return desk

    def test_a_pinned_class_is_told_with_what_the_rules_would_have_said(self) -> None:
        found = self.told(self.pinned("P1"))
        assert found.by_rules == "P2"
        said = sentences(found, "")
        assert said[0].startswith("P1, sev4")
        assert said[1:3] == ("class P1 was set by a person", "the rules would have given P2")

    def test_no_other_fact_changes_a_pinned_class(self) -> None:
        assert self.told(self.pinned("P1")).would_change == ()

    def test_a_pinned_class_that_the_rules_give_too_is_told_once(self) -> None:
        said = sentences(self.told(self.pinned("P2")), "")
        assert "class P2 was set by a person" in said
        assert not [sentence for sentence in said if "the rules would" in sentence]

    def test_what_an_earlier_version_showed_is_told_as_kept(self) -> None:
        desk = SampleDesk()
        desk.ticket(subject=TEXT)
        desk.ticket(source_version="2", subject="never mind")
        found = self.told(desk)
        assert found.kept == Given(tags=("security",), severity="sev1")
        assert found.given == NOTHING_GIVEN
        said = sentences(found, "")
        assert "tag security was found in an earlier text and kept" in said
        assert "severity sev1 was found in an earlier text and kept" in said

    def test_what_the_text_still_shows_is_not_called_kept(self) -> None:
        desk = SampleDesk()
        desk.ticket(subject=TEXT)
        desk.ticket(source_version="2", subject=TEXT, body="It goes on")
        assert self.told(desk).kept == NOTHING_GIVEN

    def test_a_version_that_comes_after_the_end_leaves_the_texts(self) -> None:
        desk = SampleDesk()
        desk.ticket(subject=TEXT)
        desk.record(Happened.RESOLVED)
        desk.ticket(source_version="2", subject="never mind")
        assert desk.triage.text(TENANT, "t1").startswith(TEXT)
        assert self.told(desk).kept == NOTHING_GIVEN

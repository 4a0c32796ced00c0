"""Is the gate of a text judged once more, when the service is about to send it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sample_desk import TENANT
from tests.sample_gates import SAYS_SECURITY, GateDesk, person, without
from tests.sample_surfaces import set_up
from triage_core.domain.gating.releasing import DIRECT
from triage_core.domain.gating.state import MessageState, Verdict
from triage_core.domain.overriding import Correction
from triage_core.domain.sending import SendState
from triage_core.send_ports import SendFilter
from triage_core.service.composing import Composer

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.sending import Envelope, Send


class DirectDesk(GateDesk):
    """A desk whose service sends mails itself."""

    def __init__(self) -> None:
        """Open with a relay that nobody speaks to here."""
        super().__init__()
        relay = {"host": "smtp.example.com", "sender": "desk@example.com"}
        self.triage.surfaces = set_up({"email": relay})
        self.composer = Composer(self.triage, "https://triage.example.com")

    def queued(self) -> Send:
        """Return the text that waits to be sent."""
        found = self.store.sends.listed(TENANT, SendFilter(), 9)
        return next(record.send for record in found if record.send.about == f"{self.at}-m1")

    def composed(self) -> Envelope | None:
        """Return what would leave now."""
        return self.composer.compose(TENANT, self.queued())


@pytest.fixture
def desk() -> DirectDesk:
    return DirectDesk()


def tagged(desk: DirectDesk) -> None:
    desk.triage.override(TENANT, desk.at, Correction(add_tags=("security",), reason="phishing"), person("lee"))


def raised(desk: DirectDesk) -> None:
    desk.triage.override(TENANT, desk.at, Correction(class_name="P1", reason="all offices"), person("lee"))


def test_a_text_whose_gate_is_open_is_sent(desk: DirectDesk) -> None:
    desk.ticket()
    desk.bring()
    desk.release(to=DIRECT)
    sent = desk.composed()
    assert sent is not None
    assert sent.text == desk.words().body


@pytest.mark.parametrize("closes", [tagged, raised, DirectDesk.kill])
def test_a_gate_that_closed_since_the_release_holds_it_back(
    desk: DirectDesk, closes: Callable[[DirectDesk], None]
) -> None:
    desk.ticket()
    desk.bring()
    desk.release(to=DIRECT)
    closes(desk)
    assert desk.composed() is None


def test_whoever_approved_it_and_left_since_counts_no_more(desk: DirectDesk) -> None:
    desk.ticket(**SAYS_SECURITY)
    desk.bring()
    desk.decide("lee", Verdict.APPROVE)
    desk.release(to=DIRECT)
    assert desk.composed() is not None
    desk.adopt(people=without("lee"))
    assert desk.composed() is None


def test_what_was_held_back_may_leave_later_through_everything(desk: DirectDesk) -> None:
    desk.ticket()
    desk.bring()
    desk.release(to=DIRECT)
    tagged(desk)
    desk.composer.settled(TENANT, desk.queued(), SendState.DROPPED, "")
    assert desk.message().state is MessageState.FAILED
    assert desk.release(to=DIRECT).message.withheld == ("approval_missing",)

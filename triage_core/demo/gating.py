"""Chapter 7: what stands between a text and the customer of a grave ticket?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rich.text import Text as Shown

from triage_core.demo.calling import GRAVE_ID
from triage_core.demo.passing_time import sweep
from triage_core.demo.stage import FIRST, FLOW, Stage
from triage_core.domain.drafting.draft import Said, Wanted
from triage_core.domain.entry import Kind
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import Verdict, approval_id, message_id
from triage_core.domain.gating.texts import Text
from triage_core.domain.happening import Event, Happened
from triage_core.domain.policy.gates import Stage as Rollout
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import ATTESTABLE, Runbook
from triage_core.domain.rollout.state import Scope
from triage_core.service.controlling import Hand
from triage_core.service.messages import Handed, Messages, Order, Own

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.gating.state import Approval

#: By which way a flow carries a text.
_PLATFORM: Final = "power_automate"
_AUTHOR, _APPROVER = "petra.lindqvist", "amira.haddad"
_LATE: Final = timedelta(minutes=31)
_YESTERDAY: Final = timedelta(days=1)
_BODY: Final = """Hello,

thank you for telling us about {ticket} at once. One mail is affected. So far it was recalled, and nobody opened it.
Next we look at who else could receive such files. You hear from us again by 16:00.

IT Service Desk"""


def gate(stage: Stage) -> None:
    """Bring a text to the customer by the one way there is, and see the other ways refused."""
    stage.clock.until(13, 5)
    notice = "a person writes, another one agrees in person, the text leaves once; all else is refused"
    stage.chapter(7, "The gate: how a text reaches the customer of a grave ticket", notice)
    scene = _Scene(stage)
    ticket = stage.ticket(GRAVE_ID)
    stage.say(f"all of it is about {ticket.id}, {ticket.class_name} {' '.join(ticket.tag_names)}")
    scene.written()
    scene.agreed()
    scene.rolled_out()
    scene.released()
    scene.bypassed()
    scene.stopped()


class _Scene:
    """The grave ticket, and the people and the flow around its texts."""

    def __init__(self, stage: Stage) -> None:
        self.stage: Final = stage
        self.messages: Final = Messages(stage.triage)
        self.ticket_id: Final = stage.ticket(GRAVE_ID).id

    # --- the steps of the story -----------------------------------------------------------------------------------

    def written(self) -> None:
        """Refuse the draft, and let a person write."""
        wanted = Wanted(kind=TemplateKind.FIRST_RESPONSE, language="en", said=Said())
        told = self.stage.refused(lambda: self.messages.draft(FIRST, self.ticket_id, Order(wanted=wanted), FLOW))
        self._tell("a flow asks for a draft", _red(f"refused: {told}"))
        self._bring()
        why = ", ".join(self._approval().reasons)
        self._tell(f"{_AUTHOR} writes a text", f"waits for a person, because of {why}")
        self._tell("the flow asks for the text", self._release())

    def agreed(self) -> None:
        """Refuse every approval but that of another person, in time and in person."""
        self._tell(f"{_AUTHOR} approves it", self._decide(_AUTHOR))
        self.stage.clock.wait(seconds=_LATE.total_seconds())
        sweep(self.stage)
        late = self._decide(_APPROVER)
        asked = self._approval()
        ran_out = f"{asked.outcome} at {self.stage.at(asked.expires_at)}; "
        self._tell(f"{_APPROVER} approves it, 31m later", _red(ran_out).append_text(late))
        self.messages.ask_again(FIRST, self._name(), self.stage.person(_AUTHOR))
        until = self.stage.at(self._approval().expires_at)
        self._tell(f"{_AUTHOR} asks once more", f"a person has until {until}")
        self._tell(f"{_APPROVER}, signed in yesterday", self._decide(_APPROVER, signed_in=_YESTERDAY))
        self._tell(f"{_APPROVER} signs in and approves it", self._decide(_APPROVER))

    def rolled_out(self) -> None:
        """Show that an approval is not enough where automation only watches, and sign it up."""
        self._tell("the flow asks for the text", self._release())
        book, said = self.stage.triage.rollout, "Agreed in the meeting about the pilot."
        author, approver = (Hand(FIRST, self.stage.person(who), said) for who in (_AUTHOR, _APPROVER))
        book.freeze(author, Scope(classes=("P1",)), book.of(FIRST).rollout.version)
        for item in ATTESTABLE:
            book.attest(author, item)
        book.put_runbook(author, _runbook(self.stage.clock.now()))
        for hand in (author, approver):
            book.promote(hand, Action.MESSAGES, Rollout.PILOT, book.of(FIRST).rollout.version)
        stands = book.of(FIRST).rollout.courses[Action.MESSAGES]
        signed = " and ".join(each.by for each in stands.signed)
        self._tell("the checklist is done", f"{signed} sign: from shadow, which only watches, to {stands.stage}")

    def released(self) -> None:
        """Hand the text out once."""
        handed = self._ask()
        is_his = handed.text is not None and handed.permit is not None
        self._tell("the flow asks for the text", _green("released: the text and a permit that holds for 10m"))
        again = self.stage.refused(self._ask)
        self._tell("the flow asks for it again", _red(f"refused: {again}"))
        self.messages.confirm(FIRST, self._name(), handed.permit, Sent.SENT, FLOW)
        count = sum(line.entry.kind is Kind.MESSAGE_RELEASED for line in self.stage.lines(GRAVE_ID))
        self.stage.claim(f"approved by {_APPROVER}, written by {_AUTHOR}, released once", is_his and count == 1)

    def bypassed(self) -> None:
        """See a public comment that nobody approved."""
        self.stage.clock.wait(minutes=4)
        comment = Event(what=Happened.AGENT_REPLIED)
        self.stage.triage.record(FIRST, self.ticket_id, comment, self.stage.person("lena.brandt"))
        seen = next(line.entry for line in self.stage.lines(GRAVE_ID) if line.entry.kind is Kind.GATE_BYPASSED)
        told = f"{self.stage.at(seen.at)} {seen.kind}: the text is out, and it is on record who sent it past the gate"
        self._tell("lena.brandt comments in public", _red(told))

    def stopped(self) -> None:
        """Approve the next text and stop everything before it leaves."""
        self._bring()
        self._decide(_APPROVER)
        reason = "Somebody writes past the gate."
        self.stage.triage.rollout.kill(Hand(FIRST, self.stage.person(_APPROVER), reason))
        self._tell(f"{_APPROVER} throws the kill switch", f"because: {reason}")
        self._tell("the flow asks for the next text", self._release())

    # --- what they take -------------------------------------------------------------------------------------------

    def _bring(self) -> None:
        text = Text(channel="email", to=(), subject=self.ticket_id, body=_BODY.format(ticket=self.ticket_id))
        own = Own(kind=TemplateKind.STATUS_UPDATE, text=text)
        self.messages.bring(FIRST, self.ticket_id, own, self.stage.person(_AUTHOR))

    def _name(self) -> str:
        return message_id(self.ticket_id, self.stage.ticket(GRAVE_ID).messages[-1].number)

    def _approval(self) -> Approval:
        return self.stage.ticket(GRAVE_ID).approvals[-1]

    def _decide(self, who: str, signed_in: timedelta = timedelta()) -> Shown:
        asked, now = self._approval(), self.stage.clock.now()
        name = approval_id(self.ticket_id, asked.number)
        choice = Choice(verdict=Verdict.APPROVE, seal=asked.seal)
        proof = Proof(interactive=True, authenticated_at=now - signed_in)
        told = self.stage.refused(lambda: self.messages.decide(FIRST, name, choice, proof, self.stage.person(who)))
        after = self._approval()
        return _green(str(after.outcome)) if after.decisions else _red(f"refused: {told}")

    def _ask(self) -> Handed:
        name = self._name()
        after = self.messages.release(FIRST, name, _PLATFORM, FLOW)
        return self.messages.handed(FIRST, name, after, _PLATFORM)

    def _release(self) -> Shown:
        reasons = self._ask().message.withheld
        return _red(f"withheld: {', '.join(reasons)}".replace("_", " "))

    def _tell(self, what: str, came_of_it: str | Shown) -> None:
        self.stage.table((f"{what:<38}", came_of_it))


def _runbook(now: datetime) -> Runbook:
    return Runbook(
        action=Action.MESSAGES,
        owner=_AUTHOR,
        link="https://it.example.com/runbooks/messages",
        rollback="Throw the kill switch; people write in the ticket system.",
        rehearsed_at=now,
    )


def _red(text: str) -> Shown:
    return Shown(text, style="red")


def _green(text: str) -> Shown:
    return Shown(text, style="green")

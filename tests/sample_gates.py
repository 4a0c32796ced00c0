"""Which desk do tests of gates work at? The small one, with leads who approve, a commander, agents, and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sample_desk import TENANT, SampleDesk
from tests.sample_ladders import URGENT
from tests.small_policy import document
from triage_core.domain.drafting.draft import Said, Wanted
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import approval_id, message_id
from triage_core.domain.gating.texts import Text
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy import Policy
from triage_core.domain.policy.gates import TemplateKind
from triage_core.service.controlling import Hand
from triage_core.service.messages import Messages, Order, Own

if TYPE_CHECKING:
    from triage_core.domain.entry import Entry, Kind
    from triage_core.domain.gating.state import Approval, Outgoing, Verdict
    from triage_core.domain.model import Ticket
    from triage_core.ports import Store
    from triage_core.service.messages import Handed

_ROLES: list[dict[str, Any]] = document()["roles"]
_LEAD = {**_ROLES[1], "rights": [*_ROLES[1]["rights"], "change_stage", "escalate", "acknowledge"]}
ROLES = [_ROLES[0], _LEAD, {"name": "commander", "rights": ["work_tickets", "clear_communication"]}]
PEOPLE: list[dict[str, Any]] = [
    {"id": who, "name": who.title(), "email": f"{who}@example.com", "roles": [role], "queues": ["desk"]}
    for who, role in (
        ("ann", "agent"),
        ("bob", "agent"),
        ("lee", "lead"),
        ("kim", "lead"),
        ("sam", "lead"),
        ("cho", "commander"),
    )
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "id": "hello",
        "kind": "first_response",
        "subject": "{ticket_id}",
        "body": "Hello, we look into {ticket_id}. Desk",
    },
]
#: An approval by any lead, within half an hour.
RULE: dict[str, Any] = {"id": "gated", "roles": ["lead"], "expires": "30m"}
#: A flow of a platform that may carry everything, and one of a platform that may not.
FLOW = Actor(kind=ActorKind.PLATFORM, id="flows")
PLATFORM = "power_automate"
PLATFORMS = {PLATFORM: "restricted", "zapier": "internal"}
SAYS_SECURITY: dict[str, Any] = {"body": "I got phishing"}


def gate_document(**changes: Any) -> dict[str, Any]:
    """Return the small policy with people who approve and every stage full, some top-level sections replaced."""
    base: dict[str, Any] = {
        "roles": ROLES,
        "people": PEOPLE,
        "templates": TEMPLATES,
        "platforms": PLATFORMS,
        "gates": {"approvals": [RULE]},
        "stages": {"start": "full"},
        "ladders": [{"name": "up", "levels": [{"targets": ["role:lead"], "timeout": "30m"}], "repeat": 1}],
        "escalation": {
            "rules": [
                {"id": "all", "triggers": ["bypass", "approval"], "ladder": "up", "acknowledge_within": "30m"},
            ],
        },
    }
    return document(**{**base, **changes})


def gate_policy(**changes: Any) -> Policy:
    """Return the policy of `gate_document`."""
    return Policy.model_validate(gate_document(**changes))


def without(*gone: str) -> list[dict[str, Any]]:
    """Return the roster without some people."""
    return [person for person in PEOPLE if person["id"] not in gone]


def person(who: str) -> Actor:
    """Return somebody of the roster."""
    roles = next(known["roles"] for known in PEOPLE if known["id"] == who)
    return Actor(kind=ActorKind.PERSON, id=who, roles=tuple(roles))


def words(body: str = "Hello, we look into t1. Desk", **changes: Any) -> Text:
    """Return a text that passes the checks."""
    return Text(**{"channel": "email", "to": ("jo@example.com",), "subject": "Your ticket", "body": body, **changes})


class GateDesk(SampleDesk):
    """A tenant whose texts pass through gates, on Monday morning."""

    def __init__(self, store: Store | None = None, **changes: Any) -> None:
        """Open for work."""
        super().__init__(store, gate_policy(**changes))
        self.messages = Messages(self.triage)
        self.versions = 1
        #: The ticket that is worked on.
        self.at = "t1"

    def adopt(self, **changes: Any) -> None:
        """Put a new version of the policy into force now."""
        self.versions += 1
        self.triage.playbooks.activate(TENANT, gate_policy(version=str(self.versions), **changes), self.now)

    def gated(self) -> Ticket:
        """Submit a ticket of the second class with a tag that gates it."""
        return self.ticket(**SAYS_SECURITY)

    def highest(self) -> Ticket:
        """Submit a ticket of the highest class."""
        return self.ticket(intake=URGENT)

    def begin(self, number: int, **changes: Any) -> None:
        """Submit one more ticket and work on that."""
        self.at = self.submit(number, **changes).ticket_id

    def words(self) -> Text:
        """Return what people write to the customer here."""
        return words(f"Hello, we look into {self.at}. Desk")

    # --- texts ----------------------------------------------------------------------------------------------------

    def bring(self, who: Actor | str = "ann", text: Text | None = None, kind: str = "first_response") -> Outgoing:
        """Prepare a text of somebody's own."""
        own = Own(kind=TemplateKind(kind), text=text or self.words())
        return self.messages.bring(TENANT, self.at, own, _actor(who)).messages[-1]

    def draft(
        self, who: Actor | str = FLOW, kind: str = "first_response", to: tuple[str, ...] = ("jo@example.com",)
    ) -> Outgoing:
        """Prepare a text of a template."""
        wanted = Wanted(kind=TemplateKind(kind), language="en", said=Said())
        order = Order(wanted=wanted, to=to)
        return self.messages.draft(TENANT, self.at, order, _actor(who)).messages[-1]

    def edit(self, who: Actor | str = "bob", text: Text | None = None, number: int = 1) -> Outgoing:
        """Change a text."""
        edited = text or words(f"Hello, we are working on {self.at}. Desk")
        self.messages.edit(TENANT, message_id(self.at, number), edited, _actor(who))
        return self.message(number)

    def message(self, number: int = 1) -> Outgoing:
        """Return a text as it stands."""
        return self.messages.of(TENANT, message_id(self.at, number))[1]

    # --- approvals ------------------------------------------------------------------------------------------------

    def proof(self) -> Proof:
        """Return what shows that somebody signed in just now."""
        return Proof(interactive=True, authenticated_at=self.now)

    def decide(
        self, who: str, verdict: Verdict, number: int | None = None, *, proof: Proof | None = None, **choice: Any
    ) -> Approval:
        """Decide about a request; the newest one, and its text as it stands, unless another one is named."""
        waiting = self.approval(number)
        chosen = Choice(**{"verdict": verdict, "seal": waiting.seal, "reason": "because", **choice})
        name = approval_id(self.at, waiting.number)
        self.messages.decide(TENANT, name, chosen, proof or self.proof(), person(who))
        return self.approval(waiting.number)

    def approval(self, number: int | None = None) -> Approval:
        """Return a request as it stands, the newest one unless another one is named."""
        known = self.read(self.at).approvals
        return known[-1] if number is None else next(each for each in known if each.number == number)

    # --- leaving --------------------------------------------------------------------------------------------------

    def release(self, number: int = 1, to: str = PLATFORM, who: Actor | str = FLOW) -> Handed:
        """Release a text and return what is handed out."""
        name = message_id(self.at, number)
        return self.messages.handed(TENANT, name, self.messages.release(TENANT, name, to, _actor(who)), to)

    def confirm(self, handed: Handed, outcome: Sent = Sent.SENT, who: Actor | str = FLOW) -> Outgoing:
        """Say what became of a text, with the permit that came with it."""
        name = message_id(self.at, handed.message.number)
        self.messages.confirm(TENANT, name, handed.permit, outcome, _actor(who))
        return self.message(handed.message.number)

    def hand(self, who: str = "lee") -> Hand:
        """Return somebody who changes the rollout."""
        return Hand(TENANT, person(who), "because")

    def kill(self) -> None:
        """Put all automation of the tenant on manual."""
        self.triage.rollout.kill(self.hand())

    def lines_of(self, kind: Kind) -> list[Entry]:
        """Return the lines of the timeline that report something."""
        return [entry for entry in self.entries(self.at) if entry.kind is kind]


def _actor(who: Actor | str) -> Actor:
    return person(who) if isinstance(who, str) else who

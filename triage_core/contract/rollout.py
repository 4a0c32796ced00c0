"""How is the rollout told, and what do people change about it?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Told
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import Item
from triage_core.domain.rollout.rights import Deed

ActionName = Annotated[Action, f.field("Action", "Kind of action of the automation.", "messages")]
StageName = Annotated[Stage, f.field("Stage", "How far it may go.", "pilot")]
ItemName = Annotated[Item, f.field("Item", "Item of the checklist.", "access")]
Version = Annotated[
    int, f.field("Version", "Version that was read; another one means that somebody has changed it.", 4, ge=0)
]
Everywhere = Annotated[
    bool, f.flag("Everywhere", "All tenants at once, which only the operator's tenant may ask for.", example=False)
]
Why = Annotated[str, f.text("Reason", "Why this is done, in a sentence.", "The pilot's replies were good.", 2_000)]
_CLASSES: Any = f.csv("Classes", "Classes that automation is limited to.", "P2,P3")
_QUEUES: Any = f.csv("Queues", "Queues that automation is limited to.", "service-desk")
_CHANNELS: Any = f.csv("Channels", "Channels that automation is limited to.", "email")
_OWNER: Any = f.text("Owner", "Person who keeps the runbook.", "lee", f.LONGEST_NAME)
_LINK: Any = f.text("Link", "Where the runbook lies.", "https://wiki.example.com/runbooks/messages", 2_000)
_TEXT: Any = f.text("Text", "The runbook itself.", "Look at the failed sends, then ask the duty lead.", 20_000)
_ROLLBACK: Any = f.text("Rollback", "How the automation is taken back.", "Demote messages to shadow.", 5_000)
_REHEARSED: Any = f.field("Rehearsed At", "When the way back was last rehearsed.", "2026-02-20T10:00:00Z")
_EVIDENCE: Any = f.text("Evidence", "What it rests on, such as a report.", "Access review of March, report 7.", 2_000)


class Kill(Given):
    """That all automation is put on manual."""

    reason: Why
    everywhere: Everywhere = False


class Revival(Given):
    """That automation goes on where it stood."""

    reason: Why
    version: Version
    everywhere: Everywhere = False


class Promotion(Given):
    """A sign-off for the next stage."""

    action: ActionName
    to: StageName
    reason: Why
    version: Version


class Demotion(Given):
    """A step down, or several."""

    action: ActionName
    to: Annotated[Stage, f.field("Stage", "Stage to go back to.", "shadow")]
    reason: Why


class Word(Given):
    """A person's word that an item of the checklist is settled."""

    item: ItemName
    evidence: Annotated[str, _EVIDENCE]


class Limits(Given):
    """The tickets that automation is limited to."""

    classes_csv: Annotated[str, _CLASSES] | None = None
    queues_csv: Annotated[str, _QUEUES] | None = None
    channels_csv: Annotated[str, _CHANNELS] | None = None
    reason: Why
    version: Version


class RunbookText(Given):
    """What people do when an automation goes wrong."""

    action: ActionName
    owner: Annotated[str, _OWNER]
    link: Annotated[str, _LINK] | None = None
    text: Annotated[str, _TEXT] | None = None
    rollback: Annotated[str, _ROLLBACK]
    rehearsed_at: Annotated[f.GivenMoment, _REHEARSED] | None = None


class ActionStage(Told):
    """Where one kind of action stands."""

    action: ActionName
    stage: StageName
    since: Annotated[f.Moment, f.field("Since", "Since when; empty where the policy put it there.", f.AT)] | None
    next_stage: Annotated[Stage, f.field("Next Stage", "Where a promotion leads.", "full")] | None
    is_ready: Annotated[bool, f.flag("Is Ready", "Whether the checklist lets it act.", example=True)]
    signed_csv: Annotated[str, f.csv("Signed By", "People who brought it there.", "lee,kim")]
    waiting_csv: Annotated[str, f.csv("Waiting", "People whose sign-off waits for that of others.", "lee")]


class ChecklistPoint(Told):
    """One item of the checklist, for one kind of action."""

    action: ActionName
    item: ItemName
    is_settled: Annotated[bool, f.flag("Is Settled", "Whether nothing is open about it.", example=True)]
    still_open: Annotated[str, f.field("Still Open", "What is open about it.", "queue service-desk has no manager")]
    attested_by: Annotated[str, f.field("Attested By", "Person who gave a word for it.", "kim")] | None
    attested_at: Annotated[f.Moment, f.field("Attested At", "When that was.", f.AT)] | None
    evidence: Annotated[str, f.field("Evidence", "What the word rests on.", "Access review of March.")] | None
    lapses_at: Annotated[f.Moment, f.field("Lapses At", "When the word ends.", "2026-05-31T09:00:00Z")] | None


class RunbookView(Told):
    """A runbook."""

    action: ActionName
    owner: Annotated[str, _OWNER]
    link: Annotated[str, _LINK] | None
    text: Annotated[str, _TEXT] | None
    rollback: Annotated[str, _ROLLBACK]
    rehearsed_at: Annotated[f.Moment, _REHEARSED] | None


class RolloutLine(Told):
    """One change of the rollout."""

    at: Annotated[f.Moment, f.field("At", "When it was changed.", f.AT)]
    actor_kind: f.ActorKindName
    actor: Annotated[str, f.field("Actor", "Who changed it.", "lee")]
    what: Annotated[Deed, f.field("What", "What was done.", "promoted")]
    reason: Annotated[str, f.field("Reason", "Why, in the words of whoever did it.", "The pilot's replies were good.")]
    version: Annotated[int, f.field("Version", "The version after it.", 4)]


_RUNNING: Final[dict[str, Any]] = {
    "killed": False,
    "killed_by": None,
    "killed_at": None,
    "killed_reason": None,
    "killed_everywhere": False,
    "everywhere_at": None,
    "everywhere_reason": None,
}


class RolloutView(Told):
    """How far automation may go, what stops it, and what is still open."""

    like: ClassVar[dict[str, Any]] = _RUNNING

    tenant: f.Tenant
    version: Version
    everywhere_version: Annotated[int, f.field("Everywhere Version", "Version of the switch for all tenants.", 0)]
    killed: Annotated[bool, f.flag("Killed", "Whether the tenant's kill switch is on.", example=False)]
    killed_by: Annotated[str, f.field("Killed By", "Who turned it on.", "lee")] | None
    killed_at: Annotated[f.Moment, f.field("Killed At", "When that was.", f.AT)] | None
    killed_reason: Annotated[str, f.field("Killed Reason", "Why it was turned on.", "Replies went astray.")] | None
    killed_everywhere: Annotated[
        bool, f.flag("Killed Everywhere", "Whether the switch for all tenants is on.", example=False)
    ]
    everywhere_at: Annotated[f.Moment, f.field("Everywhere At", "When that one was turned on.", f.AT)] | None
    everywhere_reason: Annotated[str, f.field("Everywhere Reason", "Why it was.", "The provider is down.")] | None
    is_frozen: Annotated[bool, f.flag("Is Frozen", "Whether a scope is frozen.", example=True)]
    classes_csv: Annotated[str, _CLASSES]
    queues_csv: Annotated[str, _QUEUES]
    channels_csv: Annotated[str, _CHANNELS]
    frozen_by: Annotated[str, f.field("Frozen By", "Who froze the scope.", "lee")] | None
    frozen_at: Annotated[f.Moment, f.field("Frozen At", "When that was.", f.AT)] | None
    pilot: Annotated[str, f.field("Pilot", "Tickets of the pilot by the policy.", "customer_tier: standard")] | None
    sign_offs: Annotated[int, f.field("Sign Offs", "How many people must sign a promotion.", 2)] | None
    policy_version: f.PolicyVersion | None
    actions: Annotated[tuple[ActionStage, ...], f.listing("Actions", "The kinds of action; empty without a policy.")]
    checklist: Annotated[tuple[ChecklistPoint, ...], f.listing("Checklist", "What must be settled before it acts.")]
    runbooks: Annotated[tuple[RunbookView, ...], f.listing("Runbooks", "What people do when it goes wrong.")]
    log: Annotated[tuple[RolloutLine, ...], f.listing("Log", "The latest changes, the newest first.")]

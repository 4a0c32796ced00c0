"""Who is called when nobody answers, along which line, and what sets it off?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from triage_core.domain.policy.values import Conditions, Duration, Name, Names, Section, Share, as_list


class TargetKind(StrEnum):
    """What a ladder's rung points at."""

    PERSON = "person"
    ROLE = "role"
    QUEUE = "queue"
    ROTA = "rota"
    OWNER = "owner"
    MANAGER = "manager"


class LadderTarget(Section):
    """Somebody to notify: `kind:name`, or `owner` and `manager` of the ticket."""

    kind: TargetKind
    name: Name | None = None


def _as_target(value: object) -> object:
    if not isinstance(value, str):
        return value
    kind, _, name = value.partition(":")
    return {"kind": kind.strip(), "name": name.strip() or None}


class LadderKind(StrEnum):
    """Along which line an escalation climbs."""

    HIERARCHICAL = "hierarchical"
    FUNCTIONAL = "functional"
    BOTH = "both"


_Target = Annotated[LadderTarget, BeforeValidator(_as_target, json_schema_input_type=str | LadderTarget)]
_Targets = Annotated[tuple[_Target, ...], BeforeValidator(as_list, json_schema_input_type=_Target | list[_Target])]


class LadderLevel(Section):
    """One rung: whom to notify, and how long to wait for an acknowledgement."""

    targets: _Targets
    timeout: Duration
    repeat: Annotated[int, Field(ge=0, le=9)] = 0
    page: bool = False
    """This level also pages by the on-call service; a rota is always paged."""


class Ladder(Section):
    """An escalation ladder."""

    name: Name
    kind: LadderKind = LadderKind.HIERARCHICAL
    levels: Annotated[tuple[LadderLevel, ...], Field(min_length=1)]
    repeat: Annotated[int, Field(ge=0, le=9)] = 2
    """How often the whole ladder starts again."""
    max_age: Duration = Field(default="7d", validate_default=True)
    """The escalation ends with a visible outcome after this time."""
    max_calls: Annotated[int, Field(ge=1, le=1_000)] = 100
    """After so many calls nobody is called any more, and that is told."""


class Trigger(StrEnum):
    """What sets an escalation off."""

    CLASS = "class"
    TAG = "tag"
    AT_RISK = "at_risk"
    BREACH = "breach"
    PERSON = "person"
    INCIDENT = "incident"
    REPEATED_CONTACT = "repeated_contact"
    BLOCKED = "blocked"
    APPROVAL = "approval"
    BYPASS = "bypass"


_TriggerList = Annotated[tuple[Trigger, ...], BeforeValidator(as_list, json_schema_input_type=Trigger | list[Trigger])]


class EscalationRule(Section):
    """Which ladder a ticket climbs; the first rule that fits holds."""

    id: Name
    classes: Names = ()
    tags_any: Names = ()
    triggers: _TriggerList = ()
    """Only these causes; every cause but a warning before a breach when empty."""
    at_share: Share | None = None
    """For warnings: only from this share of the target on."""
    ladder: Name
    acknowledge_within: Duration
    lease: Duration = Field(default="60m", validate_default=True)
    """An acknowledgement lapses after this time unless its holder shows progress."""
    checkpoint_grace: Duration = Field(default="10m", validate_default=True)
    """So long after a missed checkpoint the ladder starts again."""
    any_hour: bool = False
    """People are called outside their working hours too; absences always count."""
    notify_in: Name | None = None
    """A calendar outside which nobody is called; the call waits for its opening."""


class EscalationStarter(Section):
    """Who may start an escalation by hand, and on which tickets."""

    roles: Names
    when: Conditions = Field(default_factory=dict)
    after: Duration | None = None
    """Only once the ticket is this old."""


class Escalation(Section):
    """The escalation matrix."""

    rules: tuple[EscalationRule, ...] = ()
    starters: tuple[EscalationStarter, ...] = ()
    repeated_contact: Annotated[int, Field(ge=2, le=50)] | None = None
    """So many unanswered messages of the customer set an escalation off."""
    never_suppressed: Names = ("security",)
    """Tags whose escalations maintenance never holds back."""

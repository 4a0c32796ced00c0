"""What is asked for when a text is drafted, and what comes of it?"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.value import Value


class Said(Value, frozen=True, kw_only=True):
    """What only a person knows; what is empty is not said."""

    current_state: str = ""
    next_steps: str = ""
    workaround: str = ""
    root_cause: str = ""
    resolution_summary: str = ""
    prevention: str = ""


class Wanted(Value, frozen=True, kw_only=True):
    """Which text is wanted."""

    kind: TemplateKind
    language: str = "en"
    #: The customer's IANA time zone; the desk's own where it is not known.
    zone: str | None = None
    said: Said = Said()


class Refusal(StrEnum):
    """Why there is no draft."""

    GONE = "gone"
    DUPLICATE = "duplicate"
    ALERTED = "alerted"
    BLOCKED = "blocked"
    NOTHING_MISSING = "nothing_missing"
    CLASS_WITHOUT_DRAFTS = "class_without_drafts"
    NOT_NOW = "not_now"
    NO_TEMPLATE = "no_template"
    NOT_SAID = "not_said"


#: What stands in the way, and what to do.
SENTENCES: Final[dict[Refusal, str]] = {
    Refusal.GONE: "the ticket was merged or is void; write on the ticket that goes on",
    Refusal.DUPLICATE: "the ticket repeats another one; write on that one",
    Refusal.ALERTED: "the incomplete ticket raised an alert, so nothing goes to the customer by itself; write yourself",
    Refusal.BLOCKED: "the ticket is incomplete; only the request for what is missing can be drafted",
    Refusal.NOTHING_MISSING: "the ticket is complete, so there is nothing to ask for",
    Refusal.CLASS_WITHOUT_DRAFTS: "texts to customers are not drafted for this class; a person writes them",
    Refusal.NOT_NOW: "a text of this kind would not be true as the ticket stands",
    Refusal.NO_TEMPLATE: "no template of this kind fits the ticket; add one to the policy, at least in English",
    Refusal.NOT_SAID: "for this class a person says all that the text tells; some of it is not said yet",
}


class NoDraft(Value, frozen=True, kw_only=True):
    """There is no draft."""

    reason: Refusal

    @property
    def sentence(self) -> str:
        """What stands in the way, and what to do."""
        return SENTENCES[self.reason]


class Fallback(StrEnum):
    """Why the template's own words stand, and not those of a language model."""

    #: No model is set up.
    OFF = "off"
    #: The ticket or the text is nothing for a model.
    NOT_ALLOWED = "not_allowed"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    #: The model's server answered with something else than success.
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    #: The answer repeats the ticket.
    ECHO = "echo"


class Drafted(Value, frozen=True, kw_only=True):
    """A proposal of a text; nothing releases it but the gate."""

    ticket_id: str
    kind: TemplateKind
    #: The language of the template, which may be another than was wanted.
    language: str
    subject: str
    body: str
    #: Id of the template, and why it was chosen.
    template: str
    because: str
    #: Placeholders without a value; they stand in the text as they do in the template.
    unfilled: tuple[str, ...] = ()
    #: What the template's placeholders stand for.
    facts: dict[str, str] = msgspec.field(default_factory=dict)
    #: The model that phrased it; none where the words are the template's.
    model: str | None = None
    fallback: Fallback | None = None
    to_customer: bool = True
    #: A person has to look at exactly this text, whatever the rollout allows.
    needs_person: bool = False

"""What may a text say that leaves for the customer?

Beside what a tenant writes here, the usual words of English and German count (see `output.usual_words`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.policy.values import Section, Terms, as_list
from triage_core.domain.sensitive.kinds import PERSONAL, Sensitive


class Channel(StrEnum):
    """How a text reaches the customer."""

    EMAIL = "email"
    ZENDESK = "zendesk"
    SERVICENOW = "servicenow"
    SLACK = "slack"
    TEAMS = "teams"
    CHAT = "chat"
    SMS = "sms"


_Length = Annotated[int, Field(ge=1, le=1_000_000)]


class Longest(Section):
    """How many characters a text may have."""

    subject: _Length = 150
    email: _Length = 20_000
    zendesk: _Length = 60_000
    servicenow: _Length = 4_000
    slack: _Length = 3_000
    teams: _Length = 20_000
    chat: _Length = 2_000
    sms: _Length = 459
    """Three messages joined; more arrive in pieces."""


class Part(StrEnum):
    """What a text of some kind must not leave out."""

    GREETING = "greeting"
    SIGNATURE = "signature"
    TICKET_REFERENCE = "ticket_reference"
    MISSING_FIELDS = "missing_fields"
    IMPACT = "impact"
    STATE = "state"
    NEXT_STEP = "next_step"
    NEXT_UPDATE = "next_update"
    RESOLUTION = "resolution"


_Parts = Annotated[tuple[Part, ...], BeforeValidator(as_list, json_schema_input_type=Part | list[Part])]


class RequiredParts(Section):
    """What must stand in a text, by what it is for."""

    intake_request: _Parts = (Part.MISSING_FIELDS,)
    auto_acknowledgement: _Parts = (Part.TICKET_REFERENCE,)
    first_response: _Parts = (Part.TICKET_REFERENCE,)
    status_update: _Parts = (Part.IMPACT, Part.STATE, Part.NEXT_STEP, Part.NEXT_UPDATE)
    escalation_notice: _Parts = (Part.NEXT_UPDATE,)
    executive_brief: _Parts = (Part.IMPACT, Part.STATE, Part.NEXT_STEP)
    post_incident_note: _Parts = (Part.RESOLUTION,)
    closing_note: _Parts = (Part.RESOLUTION,)
    survey: _Parts = ()

    def of(self, kind: TemplateKind) -> tuple[Part, ...]:
        """Return the parts of one kind of text."""
        parts: tuple[Part, ...] = getattr(self, kind)
        return parts


class Wording(Section):
    """Words of one sort that no text may hold."""

    usual: bool = True
    """The usual words in English and German count, beside those given here."""
    terms: Terms = ()
    """Words and phrases of your own."""
    patterns: Terms = ()
    """Regular expressions in RE2 syntax."""
    allowed: Terms = ()
    """Phrases that may stand although a word of this sort stands in them."""


_Domain = Annotated[
    str, StringConstraints(pattern=r"^(\*\.)?[^\s/:@*?#.]{1,63}(\.[^\s/:@*?#.]{1,63})+$", max_length=253)
]
_Contact = Annotated[str, StringConstraints(pattern=r"^([^\s@]{0,64}@[^\s@]{1,253}|\+[0-9][0-9 ()/.-]{4,24})$")]
_Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
_Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
_Amount = Annotated[float, Field(ge=0, le=1_000_000_000)]
_Domains = Annotated[tuple[_Domain, ...], BeforeValidator(as_list, json_schema_input_type=_Domain | list[_Domain])]
_Contacts = Annotated[tuple[_Contact, ...], BeforeValidator(as_list, json_schema_input_type=_Contact | list[_Contact])]
_Regions = Annotated[tuple[_Region, ...], BeforeValidator(as_list, json_schema_input_type=_Region | list[_Region])]
_Kinds = Annotated[tuple[Sensitive, ...], BeforeValidator(as_list, json_schema_input_type=Sensitive | list[Sensitive])]


class OutputRules(Section):
    """What is checked before a text leaves; what fails goes to a person."""

    link_domains: _Domains = ()
    """Where links may lead: `help.example.com` is this host alone, `*.example.com` every host below it and not
    example.com itself. The pages of the desk are always allowed."""
    longest: Longest = Longest()
    required: RequiredParts = RequiredParts()
    part_words: dict[Part, Terms] = Field(default_factory=dict)
    """Words that show a part in your languages, beside those of English and German."""
    promises: Wording = Wording()
    """What binds the desk to a result or a moment."""
    prices: Wording = Wording()
    """Refunds, discounts, gifts and amounts."""
    amounts: dict[_Currency, _Amount] = Field(default_factory=dict)
    """The largest amount that may be named, by currency; no amount in any other."""
    admissions: Wording = Wording()
    """What a lawyer would read as guilt or liability."""
    abuse: Wording = Wording()
    """Insults, threats and swearing."""
    forbidden_names: Terms = ()
    """What is never mentioned, such as names of projects."""
    contacts: _Contacts = ()
    """The desk's own mail addresses and telephone numbers, which may be named; `@example.com` is each one there."""
    phone_regions: _Regions = ()
    """Countries whose telephone numbers are found without a country code."""
    personal_data: _Kinds = PERSONAL
    """What may stand in no text unless it is the recipient's own; secrets never may."""

"""How does a ticket get a draft? From a template, and where one is set up and allowed, phrased by a language model.

The model is a platform like any other: it sees a ticket only where the policy's platform table lets `writer` carry it.
It never stands between a ticket and its draft, since the template's own words hold whenever anything is amiss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.drafting.allowing import drafts_allowed, refusal
from triage_core.domain.drafting.choosing import choose, reason_for
from triage_core.domain.drafting.draft import Drafted, Fallback, NoDraft, Refusal, Wanted
from triage_core.domain.drafting.echo import echoes
from triage_core.domain.drafting.facts import Telling, facts_of
from triage_core.domain.drafting.filling import fill, names_in
from triage_core.domain.drafting.kinds import KINDS
from triage_core.domain.entry import Entry
from triage_core.domain.platforms import carriage
from triage_core.domain.profile import Profile
from triage_core.domain.submission import PROFILE
from triage_core.domain.triaging import joined
from triage_core.domain.value import Value
from triage_core.observability import logger
from triage_core.writer_ports import Phrased, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from triage_core.domain.model import Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.gates import Placeholder, Template
    from triage_core.ports import Records
    from triage_core.writer_ports import Writer

#: The model's name in the policy's platform table.
PLATFORM: Final = "writer"
#: More of a ticket says nothing about its tone.
_MOST_TEXT: Final = 6_000
_log: Final = logger(__name__)


class Material(Value, frozen=True, kw_only=True):
    """What a draft may draw on beside the ticket's state."""

    entries: tuple[Entry, ...] = ()
    #: Subject, newline, body; only a model that may see it ever gets it, and redacted.
    text: str = ""
    #: The customer's display name as it came.
    customer: str | None = None
    #: People by their id, beside those of the policy.
    names: dict[str, str] = msgspec.field(default_factory=dict)


class Drafting:
    """Makes drafts."""

    def __init__(self, writer: Writer | None = None, redact: Callable[[str], str] | None = None) -> None:
        """Without a writer the templates speak; without a way to redact, a writer sees no text of a ticket."""
        self._writer: Final = writer
        self._redact: Final = redact

    def draft(
        self, playbook: Playbook, ticket: Ticket, wanted: Wanted, material: Material, now: datetime
    ) -> Drafted | NoDraft:
        """Draft a text, or say why there is none."""
        drafted = by_template(playbook, ticket, wanted, material, now)
        if isinstance(drafted, NoDraft):
            return drafted
        if self._writer is None:
            return replace(drafted, fallback=Fallback.OFF)
        if not _may_phrase(playbook.policy, ticket, drafted):
            return replace(drafted, fallback=Fallback.NOT_ALLOWED)
        return self._phrased(self._writer, ticket, drafted, material.text)

    def _phrased(self, writer: Writer, ticket: Ticket, drafted: Drafted, text: str) -> Drafted:
        shown = self._redact(text)[:_MOST_TEXT] if self._redact else ""
        answer = writer.write(_task(drafted, shown))
        if isinstance(answer, Phrased) and _repeats(answer, drafted, text):
            answer = Fallback.ECHO
        if isinstance(answer, Fallback):
            _log.warning("writer_fell_back", tenant=ticket.tenant, ticket_id=ticket.id, reason=answer)
            return replace(drafted, fallback=answer)
        return replace(drafted, subject=answer.subject, body=answer.body, model=writer.model, needs_person=True)


def by_template(
    playbook: Playbook, ticket: Ticket, wanted: Wanted, material: Material, now: datetime
) -> Drafted | NoDraft:
    """Draft a text in the template's own words, the same one for the same ticket at the same moment."""
    policy = playbook.policy
    reason = refusal(ticket, policy, wanted.kind)
    if reason is not None:
        return NoDraft(reason=reason)
    template = choose(policy, wanted.kind, ticket, wanted.language)
    if template is None:
        return NoDraft(reason=Refusal.NO_TEMPLATE)
    facts = facts_of(playbook, ticket, _telling(template, wanted, material, now))
    drafted = _drafted(ticket, template, facts, reason_for(template, ticket, wanted.language))
    is_left_to_people = ticket.class_name is not None and not drafts_allowed(ticket, policy)
    if drafted.unfilled and drafted.to_customer and is_left_to_people:
        return NoDraft(reason=Refusal.NOT_SAID)
    return drafted


def _telling(template: Template, wanted: Wanted, material: Material, now: datetime) -> Telling:
    """Tell it in the language of the template, so that one text has one language."""
    return Telling(
        now=now,
        language=template.language,
        zone=wanted.zone,
        customer=material.customer,
        names=material.names,
        said=wanted.said,
        entries=material.entries,
    )


def _drafted(ticket: Ticket, template: Template, facts: Mapping[Placeholder, str], because: str) -> Drafted:
    filled, used = fill(template, facts), names_in(template)
    return Drafted(
        ticket_id=ticket.id,
        kind=template.kind,
        language=template.language,
        subject=filled.subject,
        body=filled.body,
        template=template.id,
        because=because,
        unfilled=filled.unfilled,
        facts={str(name): fact for name, fact in facts.items() if name in used},
        to_customer=KINDS[template.kind].to_customer,
        needs_person=ticket.gate_required or bool(filled.unfilled),
    )


def _may_phrase(policy: Policy, ticket: Ticket, drafted: Drafted) -> bool:
    """A text with gaps would be filled with inventions, and a manipulated ticket is not shown to a model at all."""
    return (
        KINDS[drafted.kind].is_phrased
        and drafts_allowed(ticket, policy)
        and not ticket.suspicious
        and not drafted.unfilled
        and carriage(policy, PLATFORM, ticket).allowed
    )


def _task(drafted: Drafted, shown: str) -> Task:
    return Task(
        language=drafted.language,
        subject=drafted.subject,
        body=drafted.body,
        facts=drafted.facts,
        ticket_text=shown,
    )


def _repeats(answer: Phrased, drafted: Drafted, text: str) -> bool:
    return echoes(f"{answer.subject}\n{answer.body}", text, ours=f"{drafted.subject}\n{drafted.body}")


def material_of(records: Records, tenant: str, ticket_id: str) -> Material:
    """Read what a stored ticket's draft may draw on; what was erased is not there."""
    texts = {text.kind: text.content for text in records.texts(tenant, ticket_id)}
    known = msgspec.json.decode(texts[PROFILE], type=Profile).name if PROFILE in texts else None
    return Material(
        entries=tuple(line.entry for line in records.timeline(tenant, ticket_id)),
        text=joined(texts.get("subject", ""), texts.get("body", "")),
        customer=known or texts.get("requester"),
    )

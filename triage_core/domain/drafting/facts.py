"""What can a text say about a ticket? One row for each placeholder: facts of ours, in the words of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec

from triage_core.domain.drafting.draft import Said
from triage_core.domain.drafting.names import usable_name
from triage_core.domain.drafting.past import Past
from triage_core.domain.drafting.voices import Voice, listed, moment, span, voice_of
from triage_core.domain.entry import Entry
from triage_core.domain.policy.gates import Placeholder
from triage_core.domain.policy.intake import FieldType
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.sla import latest
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.intake import IntakeField

#: Of a longer list of values the first ones are told.
_MOST_CHOICES: Final = 12


class Telling(Value, frozen=True, kw_only=True):
    """How and when it is told, and what the ticket itself does not hold."""

    now: datetime
    language: str = "en"
    zone: str | None = None
    #: The customer's display name as it came.
    customer: str | None = None
    #: People by their id, beside those of the policy.
    names: dict[str, str] = msgspec.field(default_factory=dict)
    said: Said = Said()
    entries: tuple[Entry, ...] = ()


class _Seen(NamedTuple):
    playbook: Playbook
    ticket: Ticket
    telling: Telling
    voice: Voice
    zone: ZoneInfo
    names: Mapping[str, str]

    @property
    def policy(self) -> Policy:
        return self.playbook.policy

    def moment(self, at: datetime | None) -> str | None:
        return None if at is None else moment(self.voice, at, self.zone)


_Row = Callable[[_Seen], str | None]


def facts_of(playbook: Playbook, ticket: Ticket, telling: Telling) -> dict[Placeholder, str]:
    """Return every fact that is known; what is not known is left out."""
    seen = _Seen(
        playbook=playbook,
        ticket=ticket,
        telling=telling,
        voice=voice_of(telling.language),
        zone=zone_of(playbook.policy, ticket, telling.zone),
        names={person.id: person.name for person in playbook.policy.people} | telling.names,
    )
    return {name: fact for name, row in _ROWS.items() if (fact := row(seen))}


def zone_of(policy: Policy, ticket: Ticket, wished: str | None) -> ZoneInfo:
    """Return the customer's zone, else that of the desk's hours for the ticket's class, else of any of its hours."""
    levels = policy.service_levels.classes.get(ticket.class_name or "")
    own = policy.calendars.get(levels.calendar) if levels else None
    specs = [spec for spec in (own, *policy.calendars.values()) if spec is not None and not spec.always_open]
    return _zone(wished) or _zone(specs[0].zone if specs else None) or ZoneInfo("UTC")


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, or no name at all
        return None


# --- labels -----------------------------------------------------------------------------------------------------------


class _Labelled(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...


def label_in(item: _Labelled, language: str, name: str) -> str:
    """Return what a person reads in a language: its own label, the policy's, or the bare name."""
    return item.labels.get(language) or item.labels.get(language.partition("-")[0]) or item.label or name


def _of_field(name: str) -> _Row:
    def row(seen: _Seen) -> str | None:
        field, value = seen.policy.intake.fields.get(name), seen.ticket.intake.get(name)
        chosen = next((item for item in field.values if item.value == value), None) if field else None
        return label_in(chosen, seen.telling.language, chosen.value) if chosen else None

    return row


def _of_class(seen: _Seen) -> str | None:
    found = next((item for item in seen.policy.classes if item.name == seen.ticket.class_name), None)
    return label_in(found, seen.telling.language, found.name) if found else None


def _of_severity(seen: _Seen) -> str | None:
    found = next((item for item in seen.policy.severity.levels if item.name == seen.ticket.severity), None)
    return label_in(found, seen.telling.language, found.name) if found else None


def _of_queue(seen: _Seen) -> str | None:
    found = next((item for item in seen.policy.queues if item.name == seen.ticket.queue), None)
    return label_in(found, seen.telling.language, found.name) if found else None


def _of_tags(seen: _Seen) -> str | None:
    tags = [tag for tag in seen.policy.tags if tag.name in seen.ticket.tag_names]
    return listed([label_in(tag, seen.telling.language, tag.name) for tag in tags], seen.voice.both)


def _impact_statement(seen: _Seen) -> str | None:
    """Say what is affected and how badly, in labels only: the customer's tier and our class are not their concern."""
    system = _of_field("affected_system")(seen)
    parts = [f"{_field_label(seen, name)}: {label}" for name in _JUDGED if (label := _of_field(name)(seen))]
    users = seen.ticket.intake.get("users_affected")
    if isinstance(users, int | float) and "users_affected" in seen.policy.intake.fields:
        parts.append(f"{_field_label(seen, 'users_affected')}: {users:.15g}")
    return f"{system} ({'; '.join(parts)})" if system and parts else None


_JUDGED: Final = ("impact", "urgency")


def _field_label(seen: _Seen, name: str) -> str:
    return label_in(seen.policy.intake.fields[name], seen.telling.language, name.replace("_", " "))


def _missing_fields(seen: _Seen) -> str | None:
    names = [problem.pointer.rpartition("/")[2] for problem in seen.ticket.problems]
    fields = seen.policy.intake.fields
    return "\n".join(f"- {_asked(seen, name, fields[name])}" for name in names if name in fields)


def _asked(seen: _Seen, name: str, field: IntakeField) -> str:
    expected = _choices(seen, field) if field.type is FieldType.CHOICE else seen.voice.expected.get(field.type, "")
    label = _field_label(seen, name)
    return f"{label}: {expected}" if expected else label


def _choices(seen: _Seen, field: IntakeField) -> str:
    """Put values side by side like in a form: a label may hold commas and an `or` of its own."""
    labels = [label_in(item, seen.telling.language, item.value) for item in field.values]
    return " / ".join(labels if len(labels) <= _MOST_CHOICES else [*labels[:_MOST_CHOICES], "…"])


# --- people -----------------------------------------------------------------------------------------------------------


def _customer(seen: _Seen) -> str | None:
    return usable_name(seen.telling.customer) or seen.voice.customer


def _owner(seen: _Seen) -> str | None:
    return seen.names.get(seen.ticket.owner or "")


def _lead(seen: _Seen) -> str | None:
    found = seen.ticket.escalation
    return seen.names.get(found.holder or "") if found and found.is_open else None


# --- moments ----------------------------------------------------------------------------------------------------------


def _ahead(seen: _Seen, metric: Metric) -> datetime | None:
    """Return when a running clock is due, unless that has passed: nobody is promised the past."""
    clock = latest(seen.ticket.clocks, metric)
    is_ahead = clock is not None and clock.runs and clock.due_at is not None and clock.due_at > seen.telling.now
    return clock.due_at if clock is not None and is_ahead else None


def _resolution(seen: _Seen) -> datetime | None:
    return _ahead(seen, Metric.RESOLUTION) or _ahead(seen, Metric.FIRST_RESOLUTION)


def _next_update(seen: _Seen) -> datetime | None:
    """Return when the message after this one is promised.

    A lead's checkpoint comes first; then the cadence, which this message starts again; a class without a cadence hears
    from us with the solution.
    """
    ticket, now = seen.ticket, seen.telling.now
    if not ticket.is_open or ticket.class_name is None:
        return None
    checkpoint = ticket.escalation.checkpoint_at if ticket.escalation and ticket.escalation.is_open else None
    if checkpoint is not None and checkpoint > now:
        return checkpoint
    plan = seen.playbook.desk(ticket).plans.get(Metric.UPDATE)
    if plan is None:
        return _resolution(seen)
    return seen.playbook.promises.calendar(plan.calendar).add(now, plan.within)


def _update_every(seen: _Seen) -> str | None:
    found = next((item for item in seen.policy.classes if item.name == seen.ticket.class_name), None)
    return span(seen.voice, found.update_every) if found and found.update_every else None


def _timeline(seen: _Seen) -> str | None:
    past = Past(seen.voice, seen.zone, seen.names)
    return "\n".join(f"- {line}" for line in past.lines(seen.ticket, seen.telling.entries))


def _said(name: str) -> _Row:
    read = attrgetter(name)
    return lambda seen: str(read(seen.telling.said)).strip()


_P = Placeholder
_ROWS: Final[dict[Placeholder, _Row]] = {
    _P.TICKET_ID: lambda seen: seen.ticket.id,
    _P.CUSTOMER_NAME: _customer,
    _P.CLASS_LABEL: _of_class,
    _P.SEVERITY_LABEL: _of_severity,
    _P.IMPACT_LABEL: _of_field("impact"),
    _P.URGENCY_LABEL: _of_field("urgency"),
    _P.SYSTEM_LABEL: _of_field("affected_system"),
    _P.SERVICE_LINE_LABEL: _of_field("service_line"),
    _P.CATEGORY_LABEL: _of_field("category"),
    _P.TAG_LABELS: _of_tags,
    _P.QUEUE_LABEL: _of_queue,
    _P.OWNER_NAME: _owner,
    _P.INCIDENT_LEAD_NAME: _lead,
    _P.CREATED_AT: lambda seen: seen.moment(seen.ticket.created_at),
    _P.RESOLVED_AT: lambda seen: seen.moment(seen.ticket.resolved_at),
    _P.FIRST_REPLY_DUE: lambda seen: seen.moment(_ahead(seen, Metric.FIRST_REPLY)),
    _P.NEXT_UPDATE_DUE: lambda seen: seen.moment(_next_update(seen)),
    _P.RESOLUTION_DUE: lambda seen: seen.moment(_resolution(seen)),
    _P.UPDATE_EVERY: _update_every,
    _P.MISSING_FIELDS: _missing_fields,
    _P.IMPACT_STATEMENT: _impact_statement,
    _P.TIMELINE: _timeline,
    _P.CURRENT_STATE: _said("current_state"),
    _P.NEXT_STEPS: _said("next_steps"),
    _P.WORKAROUND: _said("workaround"),
    _P.ROOT_CAUSE: _said("root_cause"),
    _P.RESOLUTION_SUMMARY: _said("resolution_summary"),
    _P.PREVENTION: _said("prevention"),
    _P.SERVICE_DESK_NAME: lambda seen: seen.policy.desk.name,
    _P.STATUS_PAGE: lambda seen: seen.policy.desk.status_page,
    _P.SURVEY_PAGE: lambda seen: seen.policy.desk.survey_page,
}

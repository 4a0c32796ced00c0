"""Which lines of a timeline make the service itself send something, to whom, and through which surface?

An intent is written with its line, so that nothing is decided and not sent. What it says is put together when it goes
out, see `composing`.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.entry import Entry, Kind
from triage_core.domain.escalating.state import Escalation
from triage_core.domain.gating import deciding
from triage_core.domain.gating.releasing import DIRECT
from triage_core.domain.gating.state import ApprovalOutcome, approval_id, message_id
from triage_core.domain.merging import MERGED_FROM
from triage_core.domain.model import Ticket
from triage_core.domain.policy.rollout import Action
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.sending import Purpose, Send, Surface

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from triage_core.domain.context import Context

#: Places where a team reads along.
_ROOMS: Final = (Surface.SLACK, Surface.TEAMS)
_PAGERS: Final = (Surface.PAGERDUTY, Surface.OPSGENIE)
#: By which surface a channel's texts leave.
BY_CHANNEL: Final[dict[str, Surface]] = {"email": Surface.EMAIL, "zendesk": Surface.ZENDESK}


#: Surfaces that change the source's ticket.
_SOURCE: Final = frozenset({Surface.ZENDESK, Surface.ZENDESK_TICKET})
#: The source as which Zendesk's tickets come in, and what it shows of a decision.
_ZENDESK: Final = "zendesk"
_SHOWN: Final = frozenset({"state", "class_name", "severity", "tags", "gate_required", "owner", "queue"})


class Wanted(NamedTuple):
    """One thing to tell, on one surface."""

    surface: Surface
    purpose: Purpose
    about: str
    to: tuple[str, ...] = ()
    at_most_once: bool = False
    #: Left out where that one is set up: it is told after it, with the link.
    after: Surface | None = None


def sends_of(
    context: Context, ticket: Ticket, entries: Iterable[Entry], surfaces: Collection[Surface]
) -> tuple[Send, ...]:
    """Return the intents of some lines, on the surfaces that are set up; none where nothing is."""
    if not surfaces:
        return ()
    lines = tuple(entries)
    told = tuple(
        Send(
            id=f"{entry.id}-{wanted.surface}-{place}",
            ticket_id=ticket.id,
            surface=wanted.surface,
            purpose=wanted.purpose,
            about=wanted.about,
            to=wanted.to,
            at=entry.recorded_at,
            at_most_once=wanted.at_most_once,
        )
        for entry in lines
        if (tell := _TOLD.get(entry.kind)) is not None
        for place, wanted in enumerate(tell(context, ticket, entry))
        if wanted.surface in surfaces and wanted.after not in surfaces
    )
    return (*told, *_written_back(ticket, lines, surfaces))


def _written_back(ticket: Ticket, entries: Iterable[Entry], surfaces: Collection[Surface]) -> tuple[Send, ...]:
    """Return the intent that writes what was decided back to where the ticket came from; one for all lines at once."""
    last = max((entry for entry in entries if is_written_back(entry)), key=attrgetter("number"), default=None)
    if last is None or ticket.source != _ZENDESK or Surface.ZENDESK_TICKET not in surfaces:
        return ()
    return (
        Send(
            id=f"{last.id}-{Surface.ZENDESK_TICKET}-0",
            ticket_id=ticket.id,
            surface=Surface.ZENDESK_TICKET,
            purpose=Purpose.WRITEBACK,
            about=f"{ticket.id}/{last.number}",
            at=last.recorded_at,
        ),
    )


def is_written_back(entry: Entry) -> bool:
    """Tell whether a line changed what the source shows of a ticket, and was not reported by the source itself."""
    return entry.source_event_id is None and not _SHOWN.isdisjoint(entry.changes) and entry.kind is not Kind.SUBMITTED


def _rooms(purpose: Purpose, about: str) -> list[Wanted]:
    return [Wanted(surface, purpose, about) for surface in _ROOMS]


def _mails(purpose: Purpose, about: str, people: Iterable[str | None]) -> list[Wanted]:
    named = dict.fromkeys(person for person in people if person)
    return [Wanted(Surface.EMAIL, purpose, about, (person,)) for person in named]


def _pagers(purpose: Purpose, about: str) -> list[Wanted]:
    return [Wanted(surface, purpose, about) for surface in _PAGERS]


def _escalation(ticket: Ticket, entry: Entry) -> str:
    return f"{ticket.id}-e{entry.facts['number']}"


def _called(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    """A card of a call is of that call: a later one makes it untrue."""
    about = f"{_escalation(ticket, entry)}/{entry.facts['calls']}"
    paged = _pagers(Purpose.PAGE, _escalation(ticket, entry)) if entry.facts["paged"] else []
    mails = _mails(Purpose.ESCALATION_CARD, about, entry.facts["people"])
    return [*_rooms(Purpose.ESCALATION_CARD, about), *mails, *paged]


def _taken(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    about = _escalation(ticket, entry)
    return [*_rooms(Purpose.ESCALATION_NEWS, about), *_pagers(Purpose.PAGE_TAKEN, about)]


def _over(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    about = _escalation(ticket, entry)
    return [*_rooms(Purpose.ESCALATION_NEWS, about), *_pagers(Purpose.PAGE_OVER, about)]


def _missed(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    about = _escalation(ticket, entry)
    return [*_rooms(Purpose.REMINDER, about), *_mails(Purpose.REMINDER, about, [entry.facts["holder"]])]


def _offered(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    return _mails(Purpose.ESCALATION_NEWS, _escalation(ticket, entry), [entry.facts["to"]])


def _gap(context: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    return _mails(Purpose.MANAGER_ALERT, _escalation(ticket, entry), [_manager(context, ticket)])


def _exhausted(context: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    return [*_rooms(Purpose.ESCALATION_NEWS, _escalation(ticket, entry)), *_gap(context, ticket, entry)]


def _breached(context: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    if entry.facts["metric"] is Metric.ACKNOWLEDGEMENT:
        return []
    return _mails(Purpose.MANAGER_ALERT, str(entry.facts["edge"]), [_manager(context, ticket)])


def _manager(context: Context, ticket: Ticket) -> str | None:
    policy = context.in_force.policy
    named = ticket.queue or policy.routing.default_queue
    return next((queue.manager for queue in policy.queues if queue.name == named), None)


def _asked(context: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    """Ask everybody who may decide; what they decide about is read on the page alone."""
    number = entry.facts["approval"]
    found = next((known for known in ticket.approvals if known.number == number), None)
    if found is None or found.outcome is not ApprovalOutcome.OPEN:
        return []
    people = dict.fromkeys(person for need in found.needs for person in deciding.eligible(context, ticket, found, need))
    about = approval_id(ticket.id, number)
    return [*_rooms(Purpose.APPROVAL_REQUEST, about), *_mails(Purpose.APPROVAL_REQUEST, about, people)]


def _released(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    message = next((known for known in ticket.messages if known.number == entry.facts["message"]), None)
    surface = BY_CHANNEL.get(message.channel) if message is not None else None
    if surface is None or entry.facts["to"] != DIRECT:
        return []
    about = message_id(ticket.id, entry.facts["message"])
    return [Wanted(surface, Purpose.CUSTOMER_MESSAGE, about, at_most_once=True)]


def _closed(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    """Show a closure that has its facts: on a page, and at the source with the link to the page once it is there."""
    if "resolution_code" not in entry.facts:
        return []
    page = Wanted(Surface.NOTION, Purpose.CLOSURE, ticket.id)
    return [page, *(comment._replace(after=Surface.NOTION) for comment in _at_source(ticket))]


def _shown(_: Context, ticket: Ticket, entry: Entry) -> list[Wanted]:
    return _at_source(ticket) if entry.facts["surface"] == Surface.NOTION else []


def _at_source(ticket: Ticket) -> list[Wanted]:
    is_known_there = ticket.source == Surface.ZENDESK or any(link.kind == MERGED_FROM for link in ticket.links)
    return [Wanted(Surface.ZENDESK, Purpose.CLOSURE, ticket.id)] if is_known_there else []


def action_of(send: Send) -> Action:
    """Return which kind of action a send is: a page is for people inside, a comment changes the source's ticket."""
    if send.purpose is Purpose.CUSTOMER_MESSAGE:
        return Action.MESSAGES
    return Action.WRITEBACK if send.surface in _SOURCE else Action.CALLS


def is_about(escalation: Escalation | None, about: str) -> bool:
    """Tell whether an intent is about this escalation of its ticket."""
    return escalation is not None and about.partition("/")[0].endswith(f"-e{escalation.number}")


_TOLD: Final[dict[Kind, Callable[[Context, Ticket, Entry], list[Wanted]]]] = {
    Kind.ESCALATION_CALLED: _called,
    Kind.ESCALATION_ACKNOWLEDGED: _taken,
    Kind.ESCALATION_TRANSFERRED: _taken,
    Kind.ESCALATION_OFFERED: _offered,
    Kind.CHECKPOINT_MISSED: _missed,
    Kind.ESCALATION_GAP: _gap,
    Kind.ESCALATION_EXHAUSTED: _exhausted,
    Kind.ESCALATION_RESOLVED: _over,
    Kind.ESCALATION_EXPIRED: _over,
    Kind.SLA_BREACHED: _breached,
    Kind.APPROVAL_REQUESTED: _asked,
    Kind.APPROVAL_REMINDED: _asked,
    Kind.MESSAGE_RELEASED: _released,
    Kind.CLOSED: _closed,
    Kind.CLOSURE_COMPLETED: _closed,
    Kind.CLOSURE_PUBLISHED: _shown,
    Kind.CLOSURE_UNPUBLISHED: _shown,
}

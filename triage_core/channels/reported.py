"""What does a state that a source reports mean for a ticket as it stands here?

A source says only where its ticket stands now; the same report is a resumption for one ticket, a reopening for another
and no news for a third. What the lifecycle refuses is never asked for: where a blocked ticket walks on in its source,
that is drift and no event.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import State, Ticket

_S, _H = State, Happened
_WORKED: Final = (_S.TRIAGED, _S.ASSIGNED, _S.WAITING_CUSTOMER, _S.WAITING_THIRD_PARTY)
_UNFINISHED: Final = (_S.INCOMPLETE, *_WORKED, _S.RESOLVED)

#: What happens for a report in a ticket's state, in order; nothing where the pair is not listed.
MEANINGS: Final[dict[tuple[State, Happened], tuple[Happened, ...]]] = {
    (_S.WAITING_CUSTOMER, _H.RESUMED): (_H.RESUMED,),
    (_S.WAITING_THIRD_PARTY, _H.RESUMED): (_H.RESUMED,),
    (_S.RESOLVED, _H.RESUMED): (_H.REOPENED,),
    (_S.RESOLVED, _H.REOPENED): (_H.REOPENED,),
    (_S.ASSIGNED, _H.WAITING_CUSTOMER): (_H.WAITING_CUSTOMER,),
    (_S.WAITING_THIRD_PARTY, _H.WAITING_CUSTOMER): (_H.RESUMED, _H.WAITING_CUSTOMER),
    (_S.RESOLVED, _H.WAITING_CUSTOMER): (_H.REOPENED, _H.WAITING_CUSTOMER),
    (_S.ASSIGNED, _H.WAITING_THIRD_PARTY): (_H.WAITING_THIRD_PARTY,),
    (_S.WAITING_CUSTOMER, _H.WAITING_THIRD_PARTY): (_H.RESUMED, _H.WAITING_THIRD_PARTY),
    (_S.RESOLVED, _H.WAITING_THIRD_PARTY): (_H.REOPENED, _H.WAITING_THIRD_PARTY),
    **{(state, _H.RESOLVED): (_H.RESOLVED,) for state in _WORKED},
    **{(state, _H.CLOSED): (_H.RESOLVED, _H.CLOSED) for state in _WORKED},
    (_S.RESOLVED, _H.CLOSED): (_H.CLOSED,),
    **{(state, what): (what,) for state in _UNFINISHED for what in (_H.MERGED, _H.VOIDED)},
    **{(state, what): (what,) for state in _UNFINISHED for what in (_H.AGENT_REPLIED, _H.NOTE_ADDED)},
    **{(state, _H.CUSTOMER_REPLIED): (_H.CUSTOMER_REPLIED,) for state in State},
}


def reconcile(event: Event, ticket: Ticket) -> tuple[Event, ...]:
    """Return what a report means for a ticket: the events to record, or none where there is nothing to do."""
    meant = MEANINGS.get((ticket.state, event.what), ())
    if _H.REOPENED in meant and _is_stale(event, ticket):
        return ()
    return tuple(replace(event, what=what, source_event_id=_id(event, what)) for what in meant)


def _is_stale(event: Event, ticket: Ticket) -> bool:
    """A state that the source reported before the solution, and that arrives after it, reopens nothing."""
    return event.at is not None and ticket.resolved_at is not None and event.at < ticket.resolved_at


def _id(event: Event, what: Happened) -> str | None:
    """Each step of one report needs an id of its own, or the second would pass for a repetition of the first."""
    if event.source_event_id is None or what is event.what:
        return event.source_event_id
    return f"{event.source_event_id}:{what}"

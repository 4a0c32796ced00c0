"""What does a state that a source reports mean for a ticket as it stands here?

A source says only where its ticket stands now; the same report is a resumption for one ticket, a reopening for another
and no news for a third.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import ENDED, State

_WORKED: Final = (State.TRIAGED, State.ASSIGNED)
#: Ticket state and report -> what happened; none means that the ticket stands there already. Other pairs mean the
#: report itself.
_MEANING: Final[dict[tuple[State, Happened], Happened | None]] = {
    **dict.fromkeys(((state, Happened.RESUMED) for state in (*_WORKED, State.INCOMPLETE)), None),
    **dict.fromkeys(((state, Happened.RESUMED) for state in (State.CLOSED, State.MERGED, State.VOID)), None),
    (State.RESOLVED, Happened.RESUMED): Happened.REOPENED,
    (State.WAITING_CUSTOMER, Happened.WAITING_CUSTOMER): None,
    (State.WAITING_THIRD_PARTY, Happened.WAITING_THIRD_PARTY): None,
    **dict.fromkeys(((state, Happened.RESOLVED) for state in ENDED), None),
    **dict.fromkeys(((state, Happened.CLOSED) for state in ENDED - {State.RESOLVED}), None),
    **dict.fromkeys(((state, Happened.MERGED) for state in (State.MERGED, State.VOID)), None),
    **dict.fromkeys(((state, Happened.VOIDED) for state in (State.MERGED, State.VOID)), None),
}


def reconcile(event: Event, state: State) -> Event | None:
    """Return the event as the ticket's state makes it, or none where there is nothing left to do."""
    what = _MEANING.get((state, event.what), event.what)
    return replace(event, what=what) if what is not None else None

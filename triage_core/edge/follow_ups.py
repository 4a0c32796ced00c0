"""How are promises of closings listed and finished?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.closure_ports import Promises
from triage_core.contract import follow_ups as told
from triage_core.domain.closure.following import FollowUpNotFound
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.closure_view import seen_by, told_promise
from triage_core.edge.paging import start_of

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket

_FOLLOW_UP: Final = re.compile(r"(.+)-(fix|prevention-\d{1,3})")


def listed(call: Call) -> Answer:
    """List open promises, the first due in front."""
    asked = call.query
    first = start_of(asked)
    which = Promises(owner=asked.owner, due_by=call.now if asked.overdue_only else None)
    found = call.triage.store.promised(call.tenant, which, first, asked.limit + 1)
    items = tuple(_follow_up(call, ticket, action) for ticket, action in found[: asked.limit])
    more = str(first + asked.limit) if len(found) > asked.limit else None
    return Answer(told.FollowUpPage.of(items=items, next_cursor=more))


def finish(call: Call) -> Worked:
    """Keep that a promise is kept."""
    found = _FOLLOW_UP.fullmatch(call.params.follow_up_id)
    if found is None:
        raise FollowUpNotFound
    ticket_id, action, note = found[1], found[2], call.given.note or ""

    return call.worked(
        lambda triage: triage.settle(call.tenant, ticket_id, action, call.actor, note),
        lambda again, worked: _follow_up(again, worked.ticket, action),
    )


def _follow_up(call: Call, ticket: Ticket, action: str) -> told.FollowUpView:
    seen = seen_by(call, ticket)
    item = next(item for item in ticket.actions if item.id == action)
    person = call.playbook.directory.people.get(item.owner)
    return told.FollowUpView.of(
        ticket_id=ticket.id,
        source=ticket.source,
        source_id=ticket.source_id,
        class_name=ticket.class_name,
        owner_name=person.name if person else None,
        closed_at=ticket.closed_at,
        platform_allowed=seen.may_read,
        **told_promise(call, seen, item),
    )

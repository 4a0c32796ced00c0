"""Which ticket does a submission begin, before anything is decided about it?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.folding import without_surrogates
from triage_core.domain.model import RiskTag, State, TagSource, Ticket

if TYPE_CHECKING:
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.submission import Submission


#: Nothing that is still a ticket was sent before.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)


def readable(submission: Submission) -> Submission:
    """Replace the halves of broken character pairs, which have no bytes; places in the text stay the same."""
    try:
        msgspec.json.encode(submission)
    except UnicodeEncodeError:
        return msgspec.convert(_whole(msgspec.to_builtins(submission)), type(submission))
    return submission


def _whole(value: Any) -> Any:  # noqa: ANN401 - whatever a submission holds
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {_whole(name): _whole(held) for name, held in value.items()}
    return [_whole(held) for held in value] if isinstance(value, list | tuple) else value


def _created(given: datetime | None, now: datetime) -> datetime:
    """Return when the customer sent it; a moment that no ticket can have is its source's mistake and counts as now."""
    try:
        at = now if given is None else given.astimezone(UTC)
    except OverflowError:
        return now
    return min(at, now) if at >= _EARLIEST else now


def begun(submission: Submission, now: datetime, playbook: Playbook) -> Ticket:
    """Return the ticket without its id and its requester; tags and a severity that the policy lacks are left out."""
    known = playbook.rules.tag_bits
    return Ticket(
        tenant=submission.tenant,
        id="",
        source=submission.source,
        source_id=submission.source_id,
        source_version=submission.source_version,
        channel=submission.channel,
        mode=submission.mode,
        state=State.INCOMPLETE,
        created_at=_created(submission.created_at, now),
        updated_at=now,
        customer=submission.customer,
        tags=tuple(RiskTag(name=tag, source=TagSource.SOURCE) for tag in submission.tags if tag in known),
        severity=submission.severity if submission.severity in playbook.rules.severity_ranks else None,
    )

"""How does what a caller sends become a submission, alone or in a batch?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.channels.markup import text_of
from triage_core.contract import tickets
from triage_core.contract.fields import Markup
from triage_core.contract.intake import values_of
from triage_core.contract.messages import names_in
from triage_core.contract.problems import PROBLEMS
from triage_core.contract.views import BatchItem, BatchResult, Outcome
from triage_core.domain.errors import IdempotencyConflict, TriageError
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.submission import Submission, Submitted
from triage_core.edge.call import Call, Worked
from triage_core.edge.views import due_of, field_of

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket

_SERVER_ERROR: Final = 500
#: Stands for the source of a ticket that is not kept.
_NOWHERE: Final = "preview"


def submission_of(tenant: str, given: tickets.Submission) -> Submission:
    """Return a ticket the way every channel hands it over."""
    return Submission(
        tenant=tenant,
        source=given.source,
        source_id=given.source_id,
        source_version=given.source_version,
        channel=given.channel,
        created_at=given.created_at,
        subject=given.subject,
        body=words_of(given.body, given.body_format),
        customer=given.customer,
        requester=given.requester,
        intake=values_of(given),
        tags=names_in(given.risk_tags_csv),
        severity=given.severity,
        mode=given.mode,
    )


def words_of(text: str, written: Markup) -> str:
    """Return the words that a reader sees."""
    return text_of(text) if written is Markup.HTML else text


def draft_of(tenant: str, given: tickets.Draft) -> Submission:
    """Return a ticket that is only looked at."""
    return Submission(
        tenant=tenant,
        source=_NOWHERE,
        source_id=_NOWHERE,
        subject=given.subject,
        body=given.body,
        intake=values_of(given),
        tags=names_in(given.risk_tags_csv),
        severity=given.severity,
    )


def submit(call: Call) -> Worked:
    """Take one ticket in."""
    done = call.triage.submit(submission_of(call.tenant, call.given), call.actor)
    return Worked(_after(call, done), done.effect, done.replayed)


def _after(call: Call, done: Submitted) -> Ticket:
    return call.triage.as_of(call.tenant, done.ticket_id, done.version)


def submit_batch(call: Call) -> tuple[BatchResult, bool]:
    """Take every ticket in by itself; tell what came of each, and whether all of it had been done before.

    Raises `IdempotencyConflict` for the whole batch, since its key stands for the whole request.
    """
    results = [_one(call, index, given) for index, given in enumerate(call.given.tickets)]
    items = tuple(item for item, _ in results)
    failed = sum(item.error_code is not None for item in items)
    told = BatchResult.of(accepted=len(items) - failed, failed=failed, items=items)
    return told, all(replayed for _, replayed in results)


def _one(call: Call, index: int, given: tickets.Submission) -> tuple[BatchItem, bool]:
    once = replace(call.once, key=f"{call.once.key}/{index}") if call.once else None
    try:
        done = call.triage.under(once).submit(submission_of(call.tenant, given), call.actor)
    except IdempotencyConflict:
        raise
    except TriageError as error:
        if PROBLEMS[error.code].status >= _SERVER_ERROR:
            raise
        return _failed(index, given, error), False
    return _taken(index, _after(call, done), done.effect), done.replayed


def _taken(index: int, ticket: Ticket, effect: str) -> BatchItem:
    return BatchItem.of(
        index=index,
        ticket_id=ticket.id,
        outcome=Outcome(effect),
        class_name=ticket.class_name,
        severity=ticket.severity,
        risk_tags_csv=",".join(ticket.tag_names),
        gate_required=ticket.gate_required,
        queue=ticket.queue,
        owner=ticket.owner,
        first_reply_due_at=due_of(ticket, Metric.FIRST_REPLY),
        missing_csv=",".join(field_of(problem.pointer) for problem in ticket.problems),
        source=ticket.source,
        source_id=ticket.source_id,
        error_code=None,
        error_detail=None,
    )


def _failed(index: int, given: tickets.Submission, error: TriageError) -> BatchItem:
    return BatchItem.of(
        index=index,
        ticket_id=None,
        outcome=None,
        class_name=None,
        severity=None,
        risk_tags_csv="",
        gate_required=None,
        queue=None,
        owner=None,
        first_reply_due_at=None,
        missing_csv="",
        source=given.source,
        source_id=given.source_id,
        error_code=error.code,
        error_detail=str(error),
    )

"""What is each kind of text for: whom does it go to, when is it true, and which facts can it tell?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from triage_core.domain.model import State, Ticket
from triage_core.domain.policy.gates import Placeholder, TemplateKind

_P, _K = Placeholder, TemplateKind

#: Known of every ticket from its first moment.
_ALWAYS: Final = frozenset({_P.TICKET_ID, _P.CUSTOMER_NAME, _P.CREATED_AT, _P.SERVICE_DESK_NAME, _P.STATUS_PAGE})
#: Known once the ticket is triaged.
_TRIAGED: Final = _ALWAYS | {
    _P.CLASS_LABEL,
    _P.SEVERITY_LABEL,
    _P.IMPACT_LABEL,
    _P.URGENCY_LABEL,
    _P.SYSTEM_LABEL,
    _P.SERVICE_LINE_LABEL,
    _P.CATEGORY_LABEL,
    _P.TAG_LABELS,
    _P.QUEUE_LABEL,
    _P.OWNER_NAME,
    _P.IMPACT_STATEMENT,
}
#: Promised while somebody works on it.
_PROMISED: Final = frozenset({_P.NEXT_UPDATE_DUE, _P.RESOLUTION_DUE, _P.UPDATE_EVERY})
_UNDER_WAY: Final = (
    _TRIAGED
    | _PROMISED
    | {_P.INCIDENT_LEAD_NAME, _P.TIMELINE, _P.CURRENT_STATE, _P.NEXT_STEPS, _P.WORKAROUND, _P.ROOT_CAUSE}
)
_SOLVED: Final = _TRIAGED | {
    _P.INCIDENT_LEAD_NAME,
    _P.RESOLVED_AT,
    _P.TIMELINE,
    _P.NEXT_STEPS,
    _P.WORKAROUND,
    _P.ROOT_CAUSE,
    _P.RESOLUTION_SUMMARY,
    _P.PREVENTION,
    _P.SURVEY_PAGE,
}


def _is_open(ticket: Ticket) -> bool:
    return ticket.is_open


def _is_unanswered(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.first_reply_at is None


def _is_escalated(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.escalation is not None and ticket.escalation.is_open


def _is_solved(ticket: Ticket) -> bool:
    return ticket.state in {State.RESOLVED, State.CLOSED}


def _any_time(_ticket: Ticket) -> bool:
    return True


class Kind(NamedTuple):
    """One kind of text."""

    facts: frozenset[Placeholder]
    #: When what it says is true.
    fits: Callable[[Ticket], bool]
    to_customer: bool = True
    #: A form for what people say, so that classes without drafts have it too.
    is_form: bool = False
    #: A language model may phrase it; the others are better said the same way every time.
    is_phrased: bool = False


KINDS: Final[dict[TemplateKind, Kind]] = {
    _K.INTAKE_REQUEST: Kind(_ALWAYS | {_P.MISSING_FIELDS}, _is_open),
    _K.AUTO_ACKNOWLEDGEMENT: Kind(_TRIAGED | _PROMISED | {_P.FIRST_REPLY_DUE}, _is_unanswered),
    _K.FIRST_RESPONSE: Kind(_UNDER_WAY - {_P.TIMELINE}, _is_unanswered, is_phrased=True),
    _K.STATUS_UPDATE: Kind(_UNDER_WAY, _is_open, is_phrased=True),
    _K.ESCALATION_NOTICE: Kind(_UNDER_WAY, _is_escalated, is_phrased=True),
    _K.EXECUTIVE_BRIEF: Kind(
        (_UNDER_WAY | _SOLVED | {_P.FIRST_REPLY_DUE}) - {_P.SURVEY_PAGE}, _any_time, to_customer=False, is_form=True
    ),
    _K.POST_INCIDENT_NOTE: Kind(_SOLVED, _is_solved, is_form=True, is_phrased=True),
    _K.CLOSING_NOTE: Kind(_SOLVED, _is_solved, is_phrased=True),
    _K.SURVEY: Kind(_TRIAGED | {_P.RESOLVED_AT, _P.SURVEY_PAGE}, _is_solved),
}

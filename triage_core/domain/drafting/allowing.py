"""May a text of this kind be drafted for a ticket, and if not, why?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from triage_core.domain.drafting.draft import Refusal
from triage_core.domain.drafting.kinds import KINDS
from triage_core.domain.model import State, Ticket
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.related import DUPLICATE

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy


def may_draft(ticket: Ticket, policy: Policy, kind: TemplateKind = TemplateKind.FIRST_RESPONSE) -> bool:
    """Tell whether nothing stands in the way."""
    return refusal(ticket, policy, kind) is None


def refusal(ticket: Ticket, policy: Policy, kind: TemplateKind) -> Refusal | None:
    """Return the first thing that stands in the way."""
    return next((reason for reason, stands in _ROWS if stands(ticket, policy, kind)), None)


def drafts_allowed(ticket: Ticket, policy: Policy) -> bool:
    """Tell whether texts to customers are drafted for the ticket's class; a class that is not declared has none."""
    return any(item.draft_allowed and not item.gated for item in policy.classes if item.name == ticket.class_name)


def _is_gone(ticket: Ticket, _policy: Policy, _kind: TemplateKind) -> bool:
    return ticket.state in {State.MERGED, State.VOID}


def _is_duplicate(ticket: Ticket, _policy: Policy, _kind: TemplateKind) -> bool:
    return any(link.kind == DUPLICATE for link in ticket.links)


def _is_blocked(ticket: Ticket) -> bool:
    return ticket.state is State.INCOMPLETE or ticket.class_name is None


def _rings(ticket: Ticket, _policy: Policy, _kind: TemplateKind) -> bool:
    return _is_blocked(ticket) and bool(ticket.alerts)


def _says_more_than_it_asks(ticket: Ticket, _policy: Policy, kind: TemplateKind) -> bool:
    return _is_blocked(ticket) and kind is not TemplateKind.INTAKE_REQUEST


def _asks_for_nothing(ticket: Ticket, _policy: Policy, kind: TemplateKind) -> bool:
    return kind is TemplateKind.INTAKE_REQUEST and not (_is_blocked(ticket) and ticket.problems)


def _is_for_people(ticket: Ticket, policy: Policy, kind: TemplateKind) -> bool:
    return not (_is_blocked(ticket) or KINDS[kind].is_form or drafts_allowed(ticket, policy))


def _is_untrue(ticket: Ticket, _policy: Policy, kind: TemplateKind) -> bool:
    return not KINDS[kind].fits(ticket)


_ROWS: Final[tuple[tuple[Refusal, Callable[[Ticket, Policy, TemplateKind], bool]], ...]] = (
    (Refusal.GONE, _is_gone),
    (Refusal.DUPLICATE, _is_duplicate),
    (Refusal.ALERTED, _rings),
    (Refusal.BLOCKED, _says_more_than_it_asks),
    (Refusal.NOTHING_MISSING, _asks_for_nothing),
    (Refusal.CLASS_WITHOUT_DRAFTS, _is_for_people),
    (Refusal.NOT_NOW, _is_untrue),
)

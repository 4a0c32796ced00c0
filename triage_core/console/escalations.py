"""How does a person find an escalation, take it over, report, hand it over and end it?

Looking changes nothing, however often a scanner of mails or a preview of links looks. Whatever changes something is a
form of this session; one that is sent twice has one effect.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from triage_core.console.answering import sentence
from triage_core.console.board import row_of
from triage_core.console.moments import Moments
from triage_core.console.rendering import moved, page
from triage_core.console.sheet import sheet_of
from triage_core.console.visit import FormRefused
from triage_core.contract import escalations as contract
from triage_core.contract.problems import PROBLEMS
from triage_core.domain import chain
from triage_core.domain.errors import TriageError
from triage_core.domain.escalating.errors import EscalationNotFound
from triage_core.domain.escalating.state import Confidence, Trend
from triage_core.edge.escalations import blast_with
from triage_core.edge.parsing import checked
from triage_core.ports import TicketFilter
from triage_core.service.escalations import Escalations, Progress
from triage_core.service.repeating import Once, done_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.model import Ticket
    from triage_core.service.access import Caller

_ROOT: Final = "/escalations"
_ON_A_PAGE: Final = 50
#: The field with the minutes until the next news, and how many digits nobody needs.
_MINUTES: Final = "minutes"
_LONGEST_WAIT: Final = 6
#: What a form holds beside what a person wrote.
_OWN: Final = frozenset({"csrf", "once", _MINUTES})


# --- looking ----------------------------------------------------------------------------------------------------------


def board(visit: Visit) -> Response:
    """Show the escalations that run, the gravest first."""
    caller, asked = visit.reader, visit.request.query_params
    queue, is_mine = asked.get("queue", ""), asked.get("mine") == "yes"
    which = TicketFilter(
        escalation_queue=queue or None,
        escalation_holder=caller.person_id if is_mine else None,
        open_only=False,
        escalated_only=True,
    )
    found = Escalations(visit.triage).running(caller.tenant, which, asked.get("cursor"), _ON_A_PAGE)
    moments, policy = Moments.of(visit, caller), visit.identity.roster.policy(caller.tenant)
    chosen: dict[str, Any] = {"queue": queue, "mine": "yes" if is_mine else ""}
    more = urlencode({**chosen, "cursor": found.next_cursor}) if found.next_cursor else ""
    return page(
        "board.html",
        caller=caller,
        rows=[row_of(visit.triage, caller, moments, ticket) for ticket in found.tickets],
        queues=[(each.name, each.label or each.name) for each in policy.queues] if policy else [],
        more=more,
        **chosen,
    )


def look(visit: Visit) -> Response:
    """Show one escalation."""
    return shown(visit)


def shown(visit: Visit, refusal: TriageError | None = None) -> Response:
    """Show one escalation, with what stood against the form that was sent; what was typed is not lost."""
    caller = visit.reader
    moments = Moments.of(visit, caller)
    found = Escalations(visit.triage).of(caller.tenant, visit.request.path_params["escalation_id"])
    return page(
        "escalation.html",
        PROBLEMS[refusal.code].status if refusal else 200,
        caller=caller,
        moments=moments,
        sheet=sheet_of(visit, caller, moments, found),
        told=sentence(refusal) if refusal else "",
        sent=visit.request.url.path.rpartition("/")[2] if refusal else "",
        typed=visit.form if refusal else {},
        **form_marks(visit),
    )


def form_marks(visit: Visit) -> dict[str, Any]:
    """Return what every form of an escalation needs: its marks, and the values to choose from."""
    return {"csrf": visit.csrf, "once": secrets.token_urlsafe(12), "trends": list(Trend), "sureties": list(Confidence)}


# --- acting -----------------------------------------------------------------------------------------------------------

#: Does what a form asks for, in the name of who sent it.
_Work: TypeAlias = "Callable[[Visit, Escalations, Caller], Ticket]"


def acknowledge(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """Take one over until the next news."""
    given = checked(contract.Acknowledgement, _fields(visit), "")
    return use.acknowledge(caller.tenant, _name(visit), caller.actor, given.next_checkpoint_at)


def report(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """Tell how it stands."""
    given = checked(contract.Checkpoint, _fields(visit), "")
    known = use.of(caller.tenant, _name(visit))[1].blast
    progress = Progress(note=given.note, next_checkpoint_at=given.next_checkpoint_at, blast=blast_with(known, given))
    return use.report(caller.tenant, _name(visit), progress, caller.actor)


def hand_over(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """Offer it to somebody, who holds it once it is accepted."""
    given = checked(contract.Hand, _fields(visit), "")
    return use.offer(caller.tenant, _name(visit), given.to, caller.actor, given.note or "")


def accept(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """Take over what was offered."""
    return use.accept(caller.tenant, _name(visit), caller.actor)


def decline(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """Turn down what was offered."""
    given = checked(contract.NoThanks, _fields(visit), "")
    return use.decline(caller.tenant, _name(visit), caller.actor, given.reason or "")


def end(visit: Visit, use: Escalations, caller: Caller) -> Ticket:
    """End it."""
    given = checked(contract.Ending, _fields(visit), "")
    return use.resolve(caller.tenant, _name(visit), given.reason, caller.actor)


def _name(visit: Visit) -> str:
    return str(visit.request.path_params["escalation_id"])


def _fields(visit: Visit) -> dict[str, str]:
    """Return what was written, with the moment of the next news in place of the minutes that were chosen."""
    given = {name: value for name, value in visit.form.items() if name not in _OWN}
    minutes = visit.form.get(_MINUTES, "")
    if minutes.isdecimal() and len(minutes) < _LONGEST_WAIT:
        given["next_checkpoint_at"] = (visit.services.now() + timedelta(minutes=int(minutes))).isoformat()
    return given


def _form(work: _Work) -> Callable[[Visit], Response]:
    """Return what answers a form: it does the work once, and leads back to the page."""

    def answer(visit: Visit) -> Response:
        visit.check_form()
        caller = visit.reader
        once = _once(visit, caller)
        acting = visit.triage.under(once)
        try:
            done_once(acting, caller.tenant, once, lambda: work(visit, Escalations(acting), caller))
        except EscalationNotFound:
            raise
        except TriageError as error:
            return shown(visit, error)
        return moved(f"{_ROOT}/{quote(_name(visit), safe='')}")

    return answer


def _once(visit: Visit, caller: Caller) -> Once:
    """Return what makes a form that is sent twice have one effect; other words in it make it another one."""
    if not visit.form.get("once"):
        raise FormRefused
    parts = (visit.request.url.path, str(caller.person_id), *(f"{name}={visit.form[name]}" for name in visit.form))
    fingerprint = chain.digest(visit.triage.store.digest_key(caller.tenant), "\n".join(parts))
    return Once(key=f"page:{fingerprint}", digest=fingerprint)


_ONE: Final = f"{_ROOT}/{{escalation_id}}"
ROUTES: Final[Routes] = (
    ("GET", _ROOT, board),
    ("GET", _ONE, look),
    ("POST", f"{_ONE}/acknowledge", _form(acknowledge)),
    ("POST", f"{_ONE}/report", _form(report)),
    ("POST", f"{_ONE}/hand-over", _form(hand_over)),
    ("POST", f"{_ONE}/accept", _form(accept)),
    ("POST", f"{_ONE}/decline", _form(decline)),
    ("POST", f"{_ONE}/end", _form(end)),
)

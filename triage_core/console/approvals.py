"""How does a person read what waits for a decision, and decide?

Looking changes nothing. The words that are decided about are on the page only for who may decide or wrote them, and
only a short while after that person signed in; no key, link or card comes this far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from triage_core.console import opened
from triage_core.console.answering import sentence
from triage_core.console.closing import closing_of
from triage_core.console.correction import told_of
from triage_core.console.differences import differences, parts_of
from triage_core.console.dossier import Dossier, dossier_of, line_of
from triage_core.console.moments import Moments
from triage_core.console.rendering import moved, page
from triage_core.console.visit import FormRefused
from triage_core.contract import outbound as contract
from triage_core.contract.operation import Scope
from triage_core.contract.problems import PROBLEMS
from triage_core.domain.errors import TriageError
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.errors import ApprovalNotFound, NotApprover, NotInPerson
from triage_core.domain.gating.state import CHANGEABLE, Subject, Verdict
from triage_core.edge.parsing import checked
from triage_core.service.messages import Messages
from triage_core.service.requests import SCOPES, may_be_asked_anew, may_be_withdrawn
from triage_core.service.reviewing import Matter, matter_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.output import Finding
    from triage_core.service.access import Caller

ROOT: Final = "/approvals"
#: So many tickets that wait are put in order at a time.
_ON_A_PAGE: Final = 200


def use_of(visit: Visit) -> Messages:
    return Messages(visit.triage, visit.services.drafting)


def name_of(visit: Visit) -> str:
    return str(visit.request.path_params["approval_id"])


def proof_of(caller: Caller) -> Proof:
    return Proof(interactive=caller.interactive, authenticated_at=caller.authenticated_at)


# --- looking ----------------------------------------------------------------------------------------------------------


def board(visit: Visit) -> Response:
    """Show what waits, first what the reader may decide."""
    caller = visit.reader
    moments = Moments.of(visit, caller)
    found = use_of(visit).waiting(caller.tenant, visit.request.query_params.get("cursor"), _ON_A_PAGE)
    lines = [
        line_of(visit.triage.seen(ticket, caller.actor, moments.now), ticket, approval, moments)
        for ticket in found.tickets
        for approval in sorted(ticket.approvals, key=lambda known: known.expires_at)
        if approval.is_open
    ]
    return page(
        "approvals.html",
        caller=caller,
        mine=[line for line in lines if line.is_mine],
        others=[line for line in lines if not line.is_mine],
        more=urlencode({"cursor": found.next_cursor}) if found.next_cursor else "",
    )


def look(visit: Visit) -> Response:
    """Show one request."""
    return shown(visit)


def shown(visit: Visit, refusal: TriageError | None = None, findings: tuple[Finding, ...] = ()) -> Response:
    """Show one request, with what stood against the form that was sent; what was typed is not lost."""
    caller, moments = visit.reader, Moments.of(visit, visit.caller)
    found = use_of(visit).approval(caller.tenant, name_of(visit))
    dossier = dossier_of(visit, caller, moments, found)
    matter, is_stale = _matter(visit, caller)
    policy = visit.triage.playbooks.active(caller.tenant, moments.now).policy
    was_sent = refusal is not None or bool(findings)
    return page(
        "approval.html",
        _status(refusal, findings),
        caller=caller,
        moments=moments,
        dossier=dossier,
        matter=matter,
        is_stale=is_stale,
        fresh_minutes=int(policy.gates.fresh_session.total_seconds() // 60),
        again=f"/sign-in?next={quote(address_of(visit), safe='')}",
        told=sentence(refusal) if refusal and not isinstance(refusal, NotInPerson) else "",
        findings=findings,
        sent=visit.request.url.path.rpartition("/")[2] if was_sent else "",
        typed=visit.form if was_sent else {},
        csrf=visit.csrf,
        opened=_opened(visit, dossier),
        **_contents(visit, caller, dossier, matter),
    )


def _status(refusal: TriageError | None, findings: tuple[Finding, ...]) -> int:
    if refusal is None:
        return 422 if findings else 200
    return PROBLEMS[refusal.code].status


def address_of(visit: Visit) -> str:
    return f"{ROOT}/{quote(name_of(visit), safe='')}"


def _matter(visit: Visit, caller: Caller) -> tuple[Matter | None, bool]:
    """Return what is decided about, if this person may read it, and whether the sign-in is too long ago for that."""
    asked = (caller.tenant, name_of(visit))
    try:
        return matter_of(visit.triage, use_of(visit), asked, proof_of(caller), caller.actor)[2], False
    except NotInPerson:
        return None, True
    except NotApprover:
        return None, False


def _opened(visit: Visit, dossier: Dossier) -> str:
    """Return the mark of the moment at which the words were shown first: of the form that came back, or now."""
    seal, name = dossier.approval.seal, dossier.line.name
    is_kept = opened.opened_at(visit, name, seal) is not None
    return visit.form[opened.FIELD] if is_kept else opened.mark(visit, name, seal)


def _contents(visit: Visit, caller: Caller, dossier: Dossier, matter: Matter | None) -> dict[str, Any]:
    """Return what the page shows of the words, and which forms it offers with them."""
    text, earlier = (matter.text, matter.earlier) if matter else (None, None)
    correction, message = matter.correction if matter else None, dossier.message
    closing = matter.closing if matter else None
    seen = visit.triage.seen(dossier.ticket, caller.actor, visit.services.now())
    is_current = message is not None and message.approval == dossier.approval.number and message.state in CHANGEABLE
    return {
        "text": text,
        "parts": [part for part in parts_of(text)[:-1] if part[1]] if text else [],
        "differences": differences(earlier, text) if text and earlier else (),
        "is_first": earlier is None,
        "correction": told_of(seen, dossier.ticket, correction) if correction else None,
        "closing": closing_of(seen, dossier.ticket, closing) if closing else None,
        "exception": matter.exception if matter else "",
        "decides": dossier.line.is_mine and (text or correction or closing) is not None,
        "asks_anew": not dossier.newer and _may(caller, dossier) and may_be_asked_anew(dossier.approval),
        "withdraws": _may(caller, dossier) and may_be_withdrawn(dossier.approval),
        "edits": text is not None and is_current and Scope.MESSAGES_PREPARE in caller.scopes,
    }


def _may(caller: Caller, dossier: Dossier) -> bool:
    """Tell whether the reader may ask for such a decision, and the text that it is about can still change."""
    approval, message = dossier.approval, dossier.message
    is_current = approval.subject is not Subject.MESSAGE or (
        message is not None and message.approval == approval.number
    )
    is_there = message is None or message.state in CHANGEABLE
    return is_current and is_there and SCOPES[approval.subject] in caller.scopes


# --- deciding ---------------------------------------------------------------------------------------------------------


def _decides(verdict: Verdict) -> Callable[[Visit], Response]:
    """Return what answers a form: it decides in the name of who sent it, and leads back to the page."""

    def answer(visit: Visit) -> Response:
        visit.check_form()
        caller = visit.reader
        sent = {"verdict": verdict, "seal": visit.form.get("seal", ""), "reason": visit.form.get("reason", "")}
        try:
            given = checked(contract.Ruling, sent, "")
            choice = Choice(verdict=given.verdict, seal=given.seal, reason=given.reason or "")
            proof = replace(proof_of(caller), reviewed=_reviewed(visit, choice.seal))
            use_of(visit).decide(caller.tenant, name_of(visit), choice, proof, caller.actor)
        except (ApprovalNotFound, FormRefused):
            raise
        except TriageError as error:
            return shown(visit, error)
        return moved(address_of(visit))

    return answer


def _reviewed(visit: Visit, seal: str) -> float:
    """Return for how many seconds the words were open; raises `FormRefused` where no page showed them."""
    at = opened.opened_at(visit, name_of(visit), seal)
    if at is None:
        raise FormRefused
    return max(0.0, (visit.services.now() - at).total_seconds())


_ONE: Final = f"{ROOT}/{{approval_id}}"
ROUTES: Final[Routes] = (
    ("GET", ROOT, board),
    ("GET", _ONE, look),
    ("POST", f"{_ONE}/approve", _decides(Verdict.APPROVE)),
    ("POST", f"{_ONE}/reject", _decides(Verdict.REJECT)),
    ("POST", f"{_ONE}/pass-on", _decides(Verdict.LEAVE_TO_OTHERS)),
)

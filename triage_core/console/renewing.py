"""How does a person ask again for what nobody decided, or take a request back?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from triage_core.console.approvals import ROOT, address_of, name_of, shown, use_of
from triage_core.console.rendering import moved
from triage_core.contract import outbound as contract
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.domain.gating.errors import ApprovalNotFound
from triage_core.domain.policy.people import Right
from triage_core.edge.parsing import checked
from triage_core.service.requests import SCOPES, Requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.service.access import Caller


def _answers(do: Callable[[Visit, Caller, Requests], str]) -> Callable[[Visit], Response]:
    """Return what answers a form: it does what was asked for, and leads to the request that stands then."""

    def answer(visit: Visit) -> Response:
        visit.check_form()
        caller, messages = visit.reader, use_of(visit)
        try:
            _, approval = messages.approval(caller.tenant, name_of(visit))
            if SCOPES[approval.subject] not in caller.scopes:
                raise _not_permitted(visit, caller)
            return moved(do(visit, caller, Requests(visit.triage, messages)))
        except ApprovalNotFound:
            raise
        except TriageError as error:
            return shown(visit, error)

    return answer


def _not_permitted(visit: Visit, caller: Caller) -> NotPermitted:
    directory = visit.triage.playbooks.active(caller.tenant, visit.services.now()).directory
    return NotPermitted("ask for decisions or take requests back", directory.holders(Right.WORK_TICKETS))


def _ask_anew(visit: Visit, caller: Caller, requests: Requests) -> str:
    return f"{ROOT}/{quote(requests.ask_anew(caller.tenant, name_of(visit), caller.actor), safe='')}"


def _withdraw(visit: Visit, caller: Caller, requests: Requests) -> str:
    given = checked(contract.Withdrawal, {"reason": visit.form.get("reason", "")}, "")
    requests.withdraw(caller.tenant, name_of(visit), given.reason, caller.actor)
    return address_of(visit)


_ONE: Final = f"{ROOT}/{{approval_id}}"
ROUTES: Final[Routes] = (
    ("POST", f"{_ONE}/ask-again", _answers(_ask_anew)),
    ("POST", f"{_ONE}/withdraw", _answers(_withdraw)),
)

"""What happens to a request between a host and the services? Find, admit, check, carry out, tell."""

from __future__ import annotations

import re
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.domain import chain
from triage_core.domain.closure.following import FollowUpNotFound
from triage_core.domain.errors import TicketNotFound, TriageError
from triage_core.domain.escalating.errors import EscalationNotFound
from triage_core.domain.gating.errors import ApprovalNotFound, MessageNotFound
from triage_core.domain.incidents import IncidentNotFound
from triage_core.domain.knowledge.article import ArticleNotFound
from triage_core.domain.model import SYSTEM
from triage_core.edge import views
from triage_core.edge.call import Answer, Call, Worked
from triage_core.edge.handlers import ALONE, HANDLERS
from triage_core.edge.message import Reply, Request
from triage_core.edge.parsing import body_of, checked
from triage_core.edge.refusals import (
    KeyInvalid,
    KeyMissing,
    Malformed,
    MethodNotAllowed,
    NothingHere,
)
from triage_core.edge.replying import replied
from triage_core.observability import about, logger
from triage_core.service.access import Caller, Forbidden
from triage_core.service.accounts import account_at
from triage_core.service.repeating import Once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from triage_core.service.access import Services

_COURSE: Final = logger("triage.request")
_KEY: Final = re.compile(r"[\x20-\x7e]{1,200}")
#: What a name in a path that nothing can have stands for.
_UNKNOWN: Final[dict[str, type[TriageError]]] = {
    "ticket_id": TicketNotFound,
    "escalation_id": EscalationNotFound,
    "incident_id": IncidentNotFound,
    "message_id": MessageNotFound,
    "approval_id": ApprovalNotFound,
    "article_id": ArticleNotFound,
    "follow_up_id": FollowUpNotFound,
}
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
#: Operations that need no caller are carried out in the name of the service itself.
_NOBODY: Final = Caller(tenant="", name="", scopes=frozenset(), actor=SYSTEM)

_ROUTES: Final = tuple(
    (re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", operation.path)), operation) for operation in OPERATIONS.values()
)


class Edge:
    """The table of operations over the services, for any host."""

    def __init__(self, services: Callable[[], Services]) -> None:
        """Serve the services, which are asked for with each request, so that a failure to open them is told."""
        self._services: Final = services

    def reply(self, request: Request) -> Reply:
        """Answer a request; whatever happens, a reply comes of it, and it names the request."""
        return replied(request, self._answered)

    def _answered(self, request: Request) -> Reply:
        operation, params = _route(request)
        alone = ALONE.get(operation.name)
        answer = alone() if alone else self._carried_out(operation, request, params)
        headers = {"content-type": "application/json", **answer.headers}
        if answer.replayed:
            headers["idempotency-replayed"] = "true"
        body = answer.told.model_dump_json(by_alias=True).encode()
        return Reply(status=operation.success, body=body, headers=headers)

    def _carried_out(self, operation: Operation, request: Request, params: Mapping[str, str]) -> Answer:
        services = self._services()
        caller = _admitted(services, operation, request)
        started = perf_counter()
        with about(tenant=caller.tenant, operation=operation.name, platform=caller.platform):
            call = _call(services, (operation, caller), request, params)
            result = HANDLERS[operation.name](call)
            answer = _told(call, result) if isinstance(result, Worked) else result
            spent = round((perf_counter() - started) * 1000, 1)
            _COURSE.info("request", status=operation.success, replayed=answer.replayed, duration_ms=spent)
            return answer


def _admitted(services: Services, operation: Operation, request: Request) -> Caller:
    if operation.scope is None:
        return _NOBODY
    caller = services.gatekeeper.caller(request.headers)
    if operation.scope not in caller.scopes and not (operation.by_right and caller.is_person):
        raise Forbidden(operation.scope)
    return caller


def _call(services: Services, asked: tuple[Operation, Caller], request: Request, params: Mapping[str, str]) -> Call:
    operation, caller = asked
    given = body_of(request, operation.request) if operation.request else None
    once = _once(services, asked, request, (params, given))
    return Call(
        operation=operation,
        caller=caller,
        triage=services.triage.under(once),
        hooks=services.hooks,
        now=services.now(),
        given=given,
        query=checked(operation.query, request.query, "query") if operation.query else None,
        params=_params(operation, params),
        once=once,
        base_url=services.public_url or request.base_url,
        drafting=services.drafting,
        direct=services.direct(caller.tenant),
        places=services.surfaces,
        surfaces=tuple(services.surfaces.of(caller.tenant)),
        is_operator=caller.tenant == services.operator_tenant,
    )


def _once(
    services: Services,
    asked: tuple[Operation, Caller],
    request: Request,
    sent: tuple[Mapping[str, str], BaseModel | None],
) -> Once | None:
    """Return the key of a request that changes something, with the fingerprint of the request as it was sent.

    Whose request it was belongs to the fingerprint: what one caller was answered is repeated to nobody else.
    """
    operation, caller = asked
    key = request.headers.get("idempotency-key", "").strip()
    if operation.repeat is Repeat.SAFE or not key:
        if operation.repeat is Repeat.KEY:
            raise KeyMissing
        return None
    if not _KEY.fullmatch(key):
        raise KeyInvalid
    params, given = sent
    body = given.model_dump_json(by_alias=True, exclude_unset=True) if given else ""
    parts = "\n".join((_who(caller), operation.name, *params.values(), body))
    return Once(key=key, digest=chain.digest(services.triage.store.digest_key(caller.tenant), parts))


def _who(caller: Caller) -> str:
    """Return whose answers are whose: a platform's by its key, a person's own wherever the person comes from."""
    return f"person:{caller.person_id}" if caller.is_person else f"key:{caller.key_id or caller.actor.id}"


def _route(request: Request) -> tuple[Operation, dict[str, str]]:
    fitting = [(found, row) for route, row in _ROUTES if (found := route.fullmatch(request.path))]
    for found, operation in fitting:
        if operation.method == request.method:
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    if fitting:
        raise MethodNotAllowed(operation.method for _, operation in fitting)
    raise NothingHere


def _params(operation: Operation, params: Mapping[str, str]) -> Any:  # noqa: ANN401 - the operation's own model
    if operation.params is None:
        return None
    try:
        return checked(operation.params, params, "path")
    except Malformed as error:
        # No record has such a name.
        found = next((refused for name, refused in _UNKNOWN.items() if name in params), NothingHere)
        raise found from error


def _told(call: Call, worked: Worked) -> Answer:
    """Tell the ticket as of the line at which the work ended, so that a repetition is told the same."""
    if worked.told is not None:
        return Answer(worked.told(call, worked), replayed=worked.replayed)
    ticket = worked.ticket
    account = account_at(call.triage, ticket, ticket.updated_at)
    playbook = call.triage.playbooks.stamped(ticket, call.now)
    shown = views.prepared(account, playbook, call.caller.platform, worked.outcome)
    return Answer(views.view(shown), replayed=worked.replayed)

"""How are comments and decisions written on a Zendesk ticket? Inside, unless a person released it for the customer."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.guarded_http import Answer
    from triage_core.adapters.surfaces.settings import ZendeskSettings
    from triage_core.domain.sending import Envelope

_ACTS: Final = frozenset({Act.POST, Act.UPDATE})
_API: Final = "/api/v2"
_TICKET: Final = re.compile(r"[1-9]\d{0,18}")


class Zendesk:
    """Writes as one agent of one account."""

    def __init__(self, settings: ZendeskSettings, http: GuardedHttp) -> None:
        """Write with the token of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Write a comment on a ticket, and set its fields where some are given."""
        if (refusal := answers.unable(envelope, _ACTS)) is not None:
            return refusal
        number = "".join(envelope.to)
        if not _TICKET.fullmatch(number):
            return answers.ADDRESS_UNUSABLE
        url = f"{self._settings.base}/tickets/{number}.json"
        given = answers.written({"ticket": _ticket(envelope)})
        call = Call(method="PUT", url=url, headers=_headers(self._settings), body=given)
        return _told(self._http.ask(call), number)


class ZendeskTicket:
    """Writes decisions into the fields of tickets, as the same agent."""

    def __init__(self, settings: ZendeskSettings, http: GuardedHttp) -> None:
        """Write with the token of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Carry out the calls of a plan in their order, each of which may be repeated; without a plan only look."""
        number = "".join(envelope.to)
        if not _TICKET.fullmatch(number):
            return answers.ADDRESS_UNUSABLE
        path = f"/tickets/{number}.json"
        plan = envelope.body.get("requests") or [{"method": "GET", "path": path}]
        told, within = answers.ADDRESS_UNUSABLE, self._http.deadline()
        for request in plan:
            if request["path"].removeprefix(_API) not in {path, f"/tickets/{number}/tags.json"}:
                return answers.ADDRESS_UNUSABLE
            told = _told(self._http.ask(self._call(request), within), number)
            if told.failure is not None:
                return told
        return told

    def _call(self, request: dict[str, Any]) -> Call:
        url = f"{self._settings.base}{request['path'].removeprefix(_API)}"
        body = answers.written(request["body"]) if "body" in request else b""
        return Call(method=request["method"], url=url, headers=_headers(self._settings), body=body)


def _headers(settings: ZendeskSettings) -> dict[str, str]:
    proof = b64encode(f"{settings.email}/token:{settings.token.get_secret_value()}".encode()).decode()
    return {"authorization": f"Basic {proof}", "content-type": answers.JSON, "user-agent": answers.USER_AGENT}


def _ticket(envelope: Envelope) -> dict[str, Any]:
    """Return the changes of the ticket; whether the customer sees the comment follows from the release alone."""
    fields = {name: value for name, value in envelope.body.items() if name != "comment"}
    comment = {**envelope.body.get("comment", {})}
    if envelope.text:
        comment.setdefault("body", envelope.text)
    return {**fields, "comment": {**comment, "public": envelope.is_released}} if comment else fields


def _told(answer: Answer, number: str) -> Told:
    found = answers.read(answer)
    audit = found.get("audit")
    receipt = f"{number}/{answers.text_of(audit.get('id'))}" if isinstance(audit, dict) else number
    return answers.told(answer, receipt, code=answers.code_of(found.get("error")), repeatable=True)

"""How is a comment written on a Zendesk ticket? Inside, unless a person released it for the customer."""

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
        headers = {
            "authorization": f"Basic {self._proof()}",
            "content-type": answers.JSON,
            "user-agent": answers.USER_AGENT,
        }
        url = f"{self._settings.base}/tickets/{number}.json"
        given = answers.written({"ticket": _ticket(envelope)})
        return _told(self._http.ask(Call(method="PUT", url=url, headers=headers, body=given)), number)

    def _proof(self) -> str:
        token = self._settings.token.get_secret_value()
        return b64encode(f"{self._settings.email}/token:{token}".encode()).decode()


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

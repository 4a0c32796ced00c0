"""How is somebody paged through PagerDuty? By an event that all later events about the same thing join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.guarded_http import Answer
    from triage_core.adapters.surfaces.settings import PagerDutySettings
    from triage_core.domain.sending import Envelope

_ACTIONS: Final = {Act.POST: "trigger", Act.UPDATE: "trigger", Act.ACKNOWLEDGE: "acknowledge", Act.CLOSE: "resolve"}
_LONGEST_KEY: Final = 255
_LONGEST_SUMMARY: Final = 1024


class PagerDuty:
    """Sends events to one integration of one service."""

    def __init__(self, settings: PagerDutySettings, http: GuardedHttp) -> None:
        """Send with the routing key of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Trigger, acknowledge or resolve."""
        if (refusal := answers.unable(envelope, frozenset(_ACTIONS))) is not None:
            return refusal
        key = envelope.about or envelope.key
        if envelope.to or len(key) > _LONGEST_KEY:
            return answers.ADDRESS_UNUSABLE
        event = {
            **_event(envelope),
            "routing_key": self._settings.routing_key.get_secret_value(),
            "event_action": _ACTIONS[envelope.act],
            "dedup_key": key,
        }
        headers = {"content-type": answers.JSON, "user-agent": answers.USER_AGENT}
        url = f"{self._settings.base}/enqueue"
        return _told(self._http.ask(Call(url=url, headers=headers, body=answers.written(event))), key)


def _event(envelope: Envelope) -> dict[str, Any]:
    if envelope.act in {Act.ACKNOWLEDGE, Act.CLOSE} or "payload" in envelope.body:
        return envelope.body
    payload = {"summary": envelope.title[:_LONGEST_SUMMARY], "source": "triage-core", "severity": "critical"}
    return {**envelope.body, "payload": payload}


def _told(answer: Answer, key: str) -> Told:
    return answers.told(answer, key, code=answers.code_of(answers.read(answer).get("status")))

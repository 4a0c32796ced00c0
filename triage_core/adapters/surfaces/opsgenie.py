"""How is somebody paged through Opsgenie? By an alert that is acknowledged and closed by its alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.surfaces.settings import OpsgenieSettings
    from triage_core.domain.sending import Envelope

_ACTS: Final = frozenset({Act.POST, Act.ACKNOWLEDGE, Act.CLOSE})
_PATHS: Final = {Act.ACKNOWLEDGE: "acknowledge", Act.CLOSE: "close"}
_LONGEST_ALIAS: Final = 512
_LONGEST_MESSAGE: Final = 130
_LONGEST_DESCRIPTION: Final = 15_000
_SOURCE: Final = "triage-core"


class Opsgenie:
    """Sends alerts to one integration."""

    def __init__(self, settings: OpsgenieSettings, http: GuardedHttp) -> None:
        """Send with the key of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Create, acknowledge or close an alert."""
        if (refusal := answers.unable(envelope, _ACTS)) is not None:
            return refusal
        alias = envelope.about or envelope.key
        if envelope.to or len(alias) > _LONGEST_ALIAS:
            return answers.ADDRESS_UNUSABLE
        headers = {
            "authorization": f"GenieKey {self._settings.key.get_secret_value()}",
            "content-type": answers.JSON,
            "user-agent": answers.USER_AGENT,
        }
        given = answers.written(self._given(envelope, alias))
        answer = self._http.ask(Call(url=self._address(envelope, alias), headers=headers, body=given))
        return answers.told(answer, answers.text_of(answers.read(answer).get("requestId")))

    def _address(self, envelope: Envelope, alias: str) -> str:
        alerts = f"{self._settings.base}/alerts"
        if envelope.act is Act.POST:
            return alerts
        return f"{alerts}/{quote(alias, safe='')}/{_PATHS[envelope.act]}?identifierType=alias"

    def _given(self, envelope: Envelope, alias: str) -> dict[str, Any]:
        if envelope.act is not Act.POST:
            return {"source": _SOURCE, **({"note": envelope.text} if envelope.text else {})}
        plain = {
            "message": envelope.title[:_LONGEST_MESSAGE],
            "description": envelope.text[:_LONGEST_DESCRIPTION],
            "source": _SOURCE,
        }
        responders = {"responders": self._settings.told_to} if self._settings.told_to else {}
        return {**plain, **responders, **envelope.body, "alias": alias}

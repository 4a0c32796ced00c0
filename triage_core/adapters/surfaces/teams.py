"""How is a card posted to Microsoft Teams? By the webhook of a workflow, which takes one card and says no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.surfaces.settings import TeamsSettings
    from triage_core.domain.sending import Envelope

_ACTS: Final = frozenset({Act.POST})
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_VERSION: Final = "1.5"


class Teams:
    """Posts to the channel or chat that a workflow serves."""

    def __init__(self, settings: TeamsSettings, http: GuardedHttp) -> None:
        """Post to the address of the settings, which is a secret by itself."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Post a card."""
        if (refusal := answers.unable(envelope, _ACTS)) is not None:
            return refusal
        if envelope.to:
            return answers.ADDRESS_UNUSABLE
        card = envelope.body or _plain(envelope)
        attachment = {"contentType": _CARD, "contentUrl": None, "content": card}
        message = answers.written({"type": "message", "attachments": [attachment]})
        headers = {"content-type": answers.JSON, "user-agent": answers.USER_AGENT}
        return answers.told(self._http.ask(Call(url=self._settings.base, headers=headers, body=message)))


def _plain(envelope: Envelope) -> dict[str, Any]:
    head = {"type": "TextBlock", "text": envelope.title, "weight": "Bolder", "wrap": True}
    rest = {"type": "TextBlock", "text": envelope.text, "wrap": True}
    return {"type": "AdaptiveCard", "version": _VERSION, "body": [part for part in (head, rest) if part["text"]]}

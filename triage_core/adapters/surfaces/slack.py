"""How is something posted to Slack? By its Web API, which answers 200 also where it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.adapters.guarded_http import Answer, Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.surfaces.settings import SlackSettings
    from triage_core.domain.sending import Envelope

_METHODS: Final = {Act.POST: "chat.postMessage", Act.UPDATE: "chat.update"}
#: What a message is called: its channel and its time stamp there.
_RECEIPT: Final = re.compile(r"([A-Z0-9]{1,40})/(\d{1,20}\.\d{1,10})")
#: The trouble of Slack and not of the message, though some of it may have been done.
_HALF_DONE: Final = frozenset({"internal_error", "fatal_error"})
_NOT_NOW: Final = frozenset(
    {"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "request_timeout"}
)


class Slack:
    """Posts as an app of one workspace."""

    def __init__(self, settings: SlackSettings, http: GuardedHttp) -> None:
        """Post with the token of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Post to a channel, a person or a thread, or change what was posted."""
        if (refusal := answers.unable(envelope, frozenset(_METHODS))) is not None:
            return refusal
        place = self._place(envelope)
        if not place:
            return answers.RECEIPT_MISSING
        headers = {
            "authorization": f"Bearer {self._settings.token.get_secret_value()}",
            "content-type": answers.JSON,
            "user-agent": answers.USER_AGENT,
        }
        message = {**envelope.body, "text": envelope.text or envelope.title, **place}
        url = f"{self._settings.base}/{_METHODS[envelope.act]}"
        return _told(self._http.ask(Call(url=url, headers=headers, body=answers.written(message))))

    def _place(self, envelope: Envelope) -> dict[str, Any]:
        """Return where it goes; links are not unfolded, since what fetches them would open them."""
        before = _RECEIPT.fullmatch(envelope.reply_to)
        if envelope.act is Act.UPDATE:
            return {"channel": before[1], "ts": before[2]} if before else {}
        calm = {"unfurl_links": False, "unfurl_media": False}
        if before:
            return {"channel": before[1], "thread_ts": before[2], **calm}
        return {"channel": (envelope.to or (self._settings.channel,))[0], **calm}


def _told(answer: Answer) -> Told:
    found = answers.read(answer)
    code = answers.code_of(found.get("error"))
    judged = answers.told(answer, code=code)
    if judged.failure is not None:
        return judged
    if found.get("ok") is True:
        receipt = f"{answers.text_of(found.get('channel'))}/{answers.text_of(found.get('ts'))}"
        return Told(receipt=receipt if _RECEIPT.fullmatch(receipt) else "")
    if code is None or code in _HALF_DONE:
        # Whatever came back, it does not say that nothing was posted.
        return answers.unconfirmed(code or answers.UNCONFIRMED)
    is_later = code in _NOT_NOW
    return replace(judged, failure=code, may_retry=is_later, is_down=is_later)

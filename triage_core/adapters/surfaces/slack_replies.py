"""How is a person told what came of a button they pressed in Slack? At the address that came with the press."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers

if TYPE_CHECKING:
    from triage_core.adapters.surfaces.reach import Reach

#: Slack's own, which it signs for; whatever else stands in a request is never asked.
_HOSTS: Final = ("hooks.slack.com",)
#: Slack waits three seconds for the answer to the press itself.
LIMIT: Final = timedelta(milliseconds=1500)


class SlackReplies:
    """Tells one person, in the channel of the button."""

    def __init__(self, http: GuardedHttp) -> None:
        """Ask Slack alone."""
        self._http: Final = http

    def tell(self, address: str, text: str) -> bool:
        """Tell a text to whoever pressed, and whether Slack took it."""
        said = {"response_type": "ephemeral", "replace_original": False, "text": text}
        headers = {"content-type": answers.JSON, "user-agent": answers.USER_AGENT}
        answer = self._http.ask(Call(url=address, headers=headers, body=answers.written(said)))
        return answer.status == HTTPStatus.OK


def opened(reach: Reach) -> SlackReplies:
    """Return who tells over an installation's connections, soon enough for Slack."""
    return SlackReplies(reach._replace(time_limit=LIMIT).http(_HOSTS))

"""How does one event get to its receiver over the network? Once, guarded, and without believing the answer.

Of the answer only the status and the wish to wait count; its body is read a little way, so that the receiver can
finish, and thrown away.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import httpcore

from triage_core.adapters.guarded_http import TIME_LIMIT, Call, GuardedHttp
from triage_core.adapters.guarded_network import Resolve, resolve
from triage_core.domain.delivery import Reply
from triage_core.domain.receivers import Receivers


class WebhookSender:
    """Sends over HTTPS to receivers on the list."""

    def __init__(
        self,
        receivers: Receivers,
        time_limit: timedelta = TIME_LIMIT,
        *,
        trusted: ssl.SSLContext | None = None,
        names: Resolve = resolve,
        lines: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Send to these receivers; whom to trust, how names are resolved and lines laid is the system's own way."""
        self._http: Final = GuardedHttp(receivers, time_limit, trusted=trusted, names=names, lines=lines)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send once, within a time limit and to a permitted address only; every failure is a reply."""
        answer = self._http.ask(Call(url=url, headers=headers, body=body))
        return Reply(status=answer.status, failure=answer.failure, retry_after=answer.retry_after)

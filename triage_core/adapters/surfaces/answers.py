"""What does the answer of a surface mean for what was sent?

A status says whether it was taken. An answer that says neither yes nor no leaves open whether it arrived: that is told
as unconfirmed, so that what must not come twice is not repeated.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core import __version__
from triage_core.domain.attempts import wait_wished
from triage_core.domain.delivery import Failure
from triage_core.domain.sending import Told

if TYPE_CHECKING:
    from triage_core.adapters.guarded_http import Answer
    from triage_core.domain.sending import Act, Envelope

USER_AGENT: Final = f"triage-core/{__version__}"
JSON: Final = "application/json; charset=utf-8"

BUSY: Final = "busy"
UNCONFIRMED: Final = "unconfirmed"
ACT_UNSUPPORTED: Final = Told(failure="act_unsupported")
ADDRESS_UNUSABLE: Final = Told(failure="address_unusable")
RECEIPT_MISSING: Final = Told(failure="receipt_missing")

#: Nothing was sent, and the next attempt may find the way.
_NOT_REACHED: Final = frozenset({Failure.NAME_UNKNOWN, Failure.NOT_CONNECTED, Failure.TLS_FAILED})
#: The surface says itself that it took nothing.
_NOT_NOW: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_UNAVAILABLE: Final = HTTPStatus.SERVICE_UNAVAILABLE
_TAKEN: Final = range(200, 300)
_FIRST_FAULT: Final = 500
_WORDS: Final = {
    400: "malformed",
    401: "unauthenticated",
    402: "unpaid",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    422: "unprocessable",
}
#: Codes of services are words; whatever else stands there might quote what was sent.
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _.-]{0,59}")


def written(document: object) -> bytes:
    """Write JSON; half of a surrogate pair, which no surface takes, becomes a question mark."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def read(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that an answer holds; an empty one where it holds none."""
    try:
        document = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def code_of(value: object) -> str | None:
    """Return a service's own word for what is wrong; none where it is no word."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        return None
    return re.sub(r"[^a-z0-9]+", "_", value.lower())


def text_of(value: object, longest: int = 200) -> str:
    """Return an id that a service gave; an empty text where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.isprintable() and len(value) <= longest else ""


def told(answer: Answer, receipt: str = "", *, code: str | None = None, repeatable: bool = False) -> Told:
    """Judge an answer by its status; a conflict is `repeatable` where the service says so."""
    if answer.status is None:
        return _not_answered(answer.failure or Failure.UNCONFIRMED)
    if answer.status in _TAKEN:
        return Told(receipt=receipt)
    if answer.status in _NOT_NOW or answer.status == _UNAVAILABLE:
        return Told(failure=code or BUSY, may_retry=True, is_down=True, wait=_wait(answer))
    if answer.status >= _FIRST_FAULT:
        return Told(failure=code or BUSY, may_retry=True, is_unconfirmed=True, is_down=True, wait=_wait(answer))
    may_retry = repeatable and answer.status == HTTPStatus.CONFLICT
    return Told(failure=code or _WORDS.get(answer.status, Failure.REFUSED.value), may_retry=may_retry)


def unconfirmed(failure: str = UNCONFIRMED) -> Told:
    """Tell that something went out and nobody knows whether it was taken."""
    return Told(failure=failure, may_retry=True, is_unconfirmed=True, is_down=True)


def _not_answered(failure: Failure) -> Told:
    if failure is Failure.UNCONFIRMED:
        return unconfirmed()
    is_down = failure in _NOT_REACHED
    return Told(failure=failure.value, may_retry=is_down, is_down=is_down)


def _wait(answer: Answer) -> float | None:
    return wait_wished(answer.retry_after, datetime.now(UTC)).total_seconds() or None


def unable(envelope: Envelope, acts: frozenset[Act]) -> Told | None:
    """Refuse what a surface cannot do, or what goes to several places at once."""
    if envelope.act not in acts:
        return ACT_UNSUPPORTED
    return ADDRESS_UNUSABLE if len(envelope.to) > 1 else None

"""What does a button carry that lets its reader do one thing, and how is it known to be ours?

A token names an escalation and its end. Whoever holds it still has to be a person who may act; it only proves that the
button was ours, of this tenant, and not too old. It says nothing that a timeline does not say.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from triage_core.domain.errors import TriageError

#: Names the form of the token and what it is good for; another purpose takes another name and so another key.
_PURPOSE: Final = b"triage acknowledge escalation 1"
_VERSION: Final = "1"
_PARTS: Final = 4
_LONGEST: Final = 500


class ActionTokenInvalid(TriageError):
    """A button carries nothing of ours, or something of another tenant, or of another purpose."""

    code = "action_token_invalid"

    def __init__(self, told: str = "this button is not one of this desk's") -> None:
        """Say where to go instead."""
        super().__init__(f"{told}; open the escalation's page and act there")


class ActionTokenExpired(ActionTokenInvalid):
    """The button was ours and has grown too old."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("this button is too old")


def issue(digest_key: bytes, tenant: str, escalation_id: str, expires_at: datetime) -> str:
    """Return a token that is good for one escalation until a moment; the key is the tenant's digest key."""
    named = urlsafe_b64encode(escalation_id.encode()).decode().rstrip("=")
    end = int(expires_at.timestamp())
    return f"{_VERSION}.{named}.{end}.{_seal(digest_key, tenant, named, end)}"


def read(digest_key: bytes, tenant: str, token: str, now: datetime) -> str:
    """Return the escalation that a token of the tenant names; raises `ActionTokenInvalid`, `ActionTokenExpired`."""
    parts = token.split(".") if len(token) <= _LONGEST and token.isascii() else []
    if len(parts) != _PARTS or parts[0] != _VERSION or not parts[2].isdecimal():
        raise ActionTokenInvalid
    _, named, end, seal = parts
    # The seal comes first, so that nothing of a foreign token is read.
    if not hmac.compare_digest(_seal(digest_key, tenant, named, int(end)), seal):
        raise ActionTokenInvalid
    if now >= datetime.fromtimestamp(int(end), UTC):
        raise ActionTokenExpired
    return urlsafe_b64decode(named + "=" * (-len(named) % 4)).decode()


def _seal(digest_key: bytes, tenant: str, named: str, end: int) -> str:
    key = hmac.new(digest_key, _PURPOSE, sha256).digest()
    sealed = hmac.new(key, f"{tenant}\n{named}\n{end}".encode(), sha256).digest()
    return urlsafe_b64encode(sealed).decode().rstrip("=")

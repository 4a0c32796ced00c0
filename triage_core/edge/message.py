"""What is a request and what is a reply, for every host alike?"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Mapping
from typing import Final

import msgspec

#: Where a caller may name its own run, the first that is there winning.
_CORRELATION: Final = ("x-correlation-id", "x-ms-client-request-id", "x-ms-workflow-run-id")
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")
CORRELATION_HEADER: Final = _CORRELATION[0]

#: How many places on the way to an error are told.
_FRAMES: Final = 8

#: What every reply says, so that no browser makes more of it than data.
SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as a host received it; names of headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, str] = msgspec.field(default_factory=dict)
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""
    #: Scheme and host under which the request came in.
    base_url: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply as a host sends it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


def correlation_of(headers: Mapping[str, str]) -> str:
    """Return the caller's name for this request, or a new one where it sent none that can be repeated safely."""
    given = (headers.get(name, "") for name in _CORRELATION)
    return next((name for name in given if _WELL_FORMED.fullmatch(name)), f"c-{secrets.token_hex(8)}")


def place_of(error: Exception) -> str:
    """Say where an error arose, without its words, which may be those of a ticket."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-_FRAMES:]))

"""How is a key written, so that its owner can name it without showing it?

A key is `tl_PREFIX_SECRET`. The prefix is shown everywhere. The secret holds 256 random bits, of which only a digest is
kept; no guessing is fast enough against so many, so the digest needs no slowness of its own.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from hashlib import sha256
from typing import Final, NamedTuple

_FORM: Final = re.compile(r"tl_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")
_PREFIX_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_PREFIX_LENGTH: Final = 12


class WrittenKey(NamedTuple):
    """The two parts of a key."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"tl_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"tl_{self.prefix}_…"


def make() -> WrittenKey:
    """Return a new key."""
    prefix = b32encode(secrets.token_bytes(_PREFIX_BYTES)).decode().lower()[:_PREFIX_LENGTH]
    return WrittenKey(prefix, secrets.token_urlsafe(_SECRET_BYTES))


def read(text: str) -> WrittenKey | None:
    """Read a key, or nothing where the text is none."""
    found = _FORM.fullmatch(text)
    return WrittenKey(*found.groups()) if found else None


def token() -> str:
    """Return 256 random bits as text, for a session or a link."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def fits(secret: str, kept: str) -> bool:
    """Tell whether a secret is the one that a digest was made of, in a time that does not depend on the answer."""
    return hmac.compare_digest(digest(secret), kept)

"""With which public keys does a provider sign, and where are its addresses?"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import httpx
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

#: How long what a provider publishes is believed, and how soon a key that nobody knows makes us ask again.
_KEPT_FOR: Final = timedelta(hours=12)
_ASKED_AGAIN_AFTER: Final = timedelta(minutes=1)
#: How long a provider that did not answer is left alone, since anybody can send tokens in its name.
_QUIET_FOR: Final = timedelta(seconds=10)
#: How long an answer may take.
PATIENCE: Final = timedelta(seconds=5)
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_LARGEST: Final = 1_000_000


class ProviderUnreachable(TriageError):
    """The provider of identity does not answer as it should."""

    code = "provider_unreachable"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("the provider of identity cannot be reached now; try again in a minute")


class Published(NamedTuple):
    """What a provider publishes."""

    at: datetime
    addresses: dict[str, str]
    keys: dict[str, PyJWK]


class KeySets:
    """What providers publish, asked for seldom."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Know nothing yet."""
        self._now = now
        self._known: dict[str, Published] = {}
        self._asked_at: dict[str, datetime] = {}
        self._lock = Lock()

    def addresses(self, issuer: str) -> dict[str, str]:
        """Return a provider's addresses; raises `ProviderUnreachable`."""
        return self._published(issuer, _KEPT_FOR).addresses

    def key(self, issuer: str, key_id: str) -> PyJWK | None:
        """Return a provider's key; raises `ProviderUnreachable`."""
        known = self._published(issuer, _KEPT_FOR)
        if key_id not in known.keys:
            known = self._published(issuer, _ASKED_AGAIN_AFTER)
        return known.keys.get(key_id)

    def _published(self, issuer: str, kept_for: timedelta) -> Published:
        with self._lock:
            known, now = self._known.get(issuer), self._now()
            if known is not None and now - known.at < kept_for:
                return known
            return self._asked_anew(issuer, known, now)

    def _asked_anew(self, issuer: str, known: Published | None, now: datetime) -> Published:
        """Ask, unless that was just now; what is known goes on to count while a provider is silent."""
        asked = self._asked_at.get(issuer)
        if asked is None or now - asked >= _QUIET_FOR:
            self._asked_at[issuer] = now
            if (found := self._ask(issuer)) is not None:
                self._known[issuer] = known = found
        if known is None:
            raise ProviderUnreachable
        return known

    def _ask(self, issuer: str) -> Published | None:
        found = self._json(issuer.rstrip("/") + _WELL_KNOWN)
        if found.get("issuer") != issuer:
            return None
        # Nothing that an encrypted provider publishes leads to a place that others can read.
        scheme = issuer.partition(":")[0]
        addresses = {name: url for name, url in found.items() if isinstance(url, str) and url.startswith(f"{scheme}:")}
        listed = self._json(addresses.get("jwks_uri", "")).get("keys")
        if not isinstance(listed, list):
            return None
        keys = [_key_of(each) for each in listed if isinstance(each, dict)]
        return Published(self._now(), addresses, {key.key_id: key for key in keys if key and key.key_id})

    def _json(self, url: str) -> dict[str, Any]:
        """Return the object at an address; an empty one where there is none."""
        try:
            answer = httpx.get(url, timeout=PATIENCE.total_seconds(), follow_redirects=False)
            answer.raise_for_status()
            found = answer.json() if len(answer.content) <= _LARGEST else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _key_of(written: dict[str, Any]) -> PyJWK | None:
    """Read a key for signatures; those of kinds that are not used here are left out."""
    if written.get("use", "sig") != "sig" or written.get("kty") not in {"RSA", "EC"}:
        return None
    try:
        return PyJWK.from_dict(written)
    except PyJWTError:
        return None

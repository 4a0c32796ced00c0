"""How does a person sign in to the pages through a provider of identity?

Authorisation code with PKCE: what leaves in the address is bound to this browser by a state, to this sign-in by a
nonce, and to this service by a verifier that never leaves it. The provider is asked to let the person prove it anew
where that was too long ago for a decision, and its word for when that was counts, not the moment of coming back.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

import httpx

from triage_core.domain.credentials import SESSION_IDLE
from triage_core.domain.errors import TriageError
from triage_core.identity.gatekeeper import person_of
from triage_core.identity.key_sets import PATIENCE, ProviderUnreachable
from triage_core.identity.tokens import TokenInvalid
from triage_core.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from triage_core.domain.policy.people import Person
    from triage_core.identity.key_sets import KeySets
    from triage_core.identity.providers import Provider
    from triage_core.identity.roster import Roster
    from triage_core.identity.tokens import Tokens

_SCOPE: Final = "openid email profile"
_PARTS: Final = 3
_log = logger("triage.identity")


class SignInFailed(TriageError):
    """A sign-in came to nothing."""

    code = "sign_in_failed"

    def __init__(self) -> None:
        """Say what can be done; the log tells the reason."""
        super().__init__("this sign-in did not work; start again, and ask an administrator if it fails once more")


class Start(NamedTuple):
    """Where the browser goes, and what it must bring back."""

    address: str
    memory: str


class SignedIn(NamedTuple):
    """Who came back, and when that person proved to be it."""

    person: Person
    at: datetime


class SignIn:
    """Sign-ins through the providers that offer them."""

    def __init__(self, providers: Iterable[Provider], tokens: Tokens, key_sets: KeySets, roster: Roster) -> None:
        """Offer the providers with a client id, one for each tenant."""
        self.providers: Final = {provider.tenant: provider for provider in providers if provider.client_id}
        self._tokens, self._key_sets, self._roster = tokens, key_sets, roster

    def start(self, provider: Provider, redirect: str) -> Start:
        """Begin a sign-in; raises `ProviderUnreachable`."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(_PARTS))
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": provider.client_id or "",
            "redirect_uri": redirect,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "max_age": str(int(self._oldest(provider).total_seconds())),
        }
        endpoint = self._address(provider, "authorization_endpoint")
        return Start(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", f"{state}.{nonce}.{verifier}")

    def finish(self, provider: Provider, redirect: str, memory: str, brought: Mapping[str, str]) -> SignedIn:
        """Return who came back; raises `SignInFailed` and `ProviderUnreachable`."""
        state, nonce, verifier = _parts(memory)
        if not hmac.compare_digest(brought.get("state", "").encode(), state.encode()):
            raise _failed("state")
        if brought.get("iss", provider.issuer) != provider.issuer or "code" not in brought:
            raise _failed("answer")
        token = self._redeem(provider, {"code": brought["code"], "redirect_uri": redirect, "code_verifier": verifier})
        try:
            proven = self._tokens.identity(token, provider)
            at = self._tokens.signed_in_at(proven, self._oldest(provider))
        except TokenInvalid as error:
            raise _failed(f"token_{error}") from None
        if not hmac.compare_digest(str(proven.claims.get("nonce", "")).encode(), nonce.encode()):
            raise _failed("nonce")
        person = person_of(self._roster, provider, proven.claims)
        if person is None:
            raise _failed("person_unknown")
        return SignedIn(person, at)

    def _oldest(self, provider: Provider) -> timedelta:
        """Return how long ago a person may have proved to be it: a decision needs no more, and a session lasts."""
        return min(self._roster.fresh_session(provider.tenant), SESSION_IDLE)

    def _redeem(self, provider: Provider, given: dict[str, str]) -> str:
        form = {"grant_type": "authorization_code", "client_id": provider.client_id or "", **given}
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
        try:
            answer = httpx.post(self._address(provider, "token_endpoint"), data=form, timeout=PATIENCE.total_seconds())
            found = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderUnreachable from error
        token = found.get("id_token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise _failed("code_refused")
        return token

    def _address(self, provider: Provider, name: str) -> str:
        found = self._key_sets.addresses(provider.issuer).get(name)
        if not found:
            raise ProviderUnreachable
        return found


def _parts(memory: str) -> list[str]:
    parts = memory.split(".")
    if len(parts) != _PARTS or not all(parts):
        raise _failed("memory")
    return parts


def _failed(reason: str) -> SignInFailed:
    _log.info("sign_in_failed", reason=reason)
    return SignInFailed()

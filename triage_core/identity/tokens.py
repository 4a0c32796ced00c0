"""Is a token from a trusted provider, made out to us, and valid now?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jwt
from jwt.exceptions import PyJWTError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.identity.key_sets import KeySets
    from triage_core.identity.providers import Provider

ALGORITHMS: Final = ("RS256", "ES256")
#: How far the clocks of the provider and of this machine may be apart.
LEEWAY: Final = timedelta(seconds=60)
_LONGEST: Final = 16_000


class TokenInvalid(Exception):
    """A token does not prove anything; the reason is for the log and never holds a claim."""


class Proven(NamedTuple):
    """Claims that a provider vouches for."""

    provider: Provider
    claims: dict[str, Any]


class Tokens:
    """Checks tokens of the trusted providers."""

    def __init__(self, providers: Iterable[Provider], key_sets: KeySets, now: Callable[[], datetime]) -> None:
        """Trust these providers and no others."""
        self._providers = {provider.issuer: provider for provider in providers}
        self._key_sets, self._now = key_sets, now

    def access(self, token: str) -> Proven:
        """Check a token for the API; raises `TokenInvalid`."""
        provider = self._provider_of(token)
        return Proven(provider, self._checked(token, provider, provider.audience))

    def identity(self, token: str, provider: Provider) -> Proven:
        """Check a token that a provider made out for a sign-in; raises `TokenInvalid`."""
        return Proven(provider, self._checked(token, provider, provider.client_id or ""))

    def signed_in_at(self, proven: Proven, most: timedelta) -> datetime:
        """Return when somebody proved to the provider to be it, which is now where the provider does not say.

        Raises `TokenInvalid` where that is longer ago than what was asked for.
        """
        now = self._now()
        if "auth_time" not in proven.claims:
            return now
        at = _moment(proven.claims["auth_time"])
        if not -LEEWAY <= now - at <= most + LEEWAY:
            raise TokenInvalid("auth_time")
        return min(at, now)

    def _provider_of(self, token: str) -> Provider:
        """Find who claims to have made a token; whether that is true is asked next."""
        if len(token) > _LONGEST:
            raise TokenInvalid("too_long")
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except PyJWTError as error:
            raise TokenInvalid("unreadable") from error
        provider = self._providers.get(issuer) if isinstance(issuer, str) else None
        if provider is None:
            raise TokenInvalid("issuer_unknown")
        return provider

    def _checked(self, token: str, provider: Provider, audience: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise TokenInvalid("algorithm")
            key = self._key_sets.key(provider.issuer, str(header.get("kid", "")))
            if key is None:
                raise TokenInvalid("key_unknown")
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=ALGORITHMS, audience=audience, issuer=provider.issuer, options=_OPTIONS
            )
        except PyJWTError as error:
            raise TokenInvalid(type(error).__name__) from error
        self._check_times(claims)
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._now()
        if now >= _moment(claims["exp"]) + LEEWAY:
            raise TokenInvalid("expired")
        if any(now < _moment(claims[name]) - LEEWAY for name in ("nbf", "iat") if name in claims):
            raise TokenInvalid("too_early")


#: Times are compared with the service's own clock, below.
_OPTIONS: Final[Any] = {
    "require": ["exp", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


def _moment(stamp: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(stamp), UTC)  # type: ignore[arg-type] # what is no number is refused here
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise TokenInvalid("time") from error

"""Who comes with this key, this token or this cookie?

Whatever is not understood is refused. A refusal tells nobody why; the log does, without the secret.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.contract.operation import Scope
from triage_core.domain.model import Actor, ActorKind
from triage_core.identity.key_sets import ProviderUnreachable
from triage_core.identity.sessions import is_own_form
from triage_core.identity.tokens import TokenInvalid
from triage_core.observability import logger
from triage_core.service.access import Caller, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.domain.credentials import ApiKey, Session
    from triage_core.domain.policy.people import Person
    from triage_core.identity.keys import KeyRing
    from triage_core.identity.limits import Limits
    from triage_core.identity.providers import Provider
    from triage_core.identity.roster import Roster
    from triage_core.identity.sessions import SessionBook
    from triage_core.identity.tokens import Proven, Tokens

#: A page over HTTPS uses the first; the second is for this machine's own browser alone.
COOKIE: Final = "__Host-triage"
LOOPBACK_COOKIE: Final = "triage-local"
CSRF_HEADER: Final = "x-csrf-token"
_BEARER: Final = "bearer "
#: What no connector may do in a person's name.
_NOT_BY_CONNECTOR: Final = frozenset({Scope.ADMIN.value})

_log = logger("triage.identity")


class Doorkeeper:
    """Tells callers apart."""

    def __init__(self, keys: KeyRing, tokens: Tokens, sessions: SessionBook, roster: Roster, limits: Limits) -> None:
        """Ask these who somebody is."""
        self._keys, self._tokens, self._sessions = keys, tokens, sessions
        self._roster, self._limits = roster, limits

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller; names of headers are in small letters.

        Raises `Unauthenticated`, also where two proofs are sent at once, and `TooManyRequests`.
        """
        caller = self._proved(headers)
        self._limits.take(f"{caller.tenant}/{caller.key_id or caller.person_id or caller.actor.id}")
        return caller

    def _proved(self, headers: Mapping[str, str]) -> Caller:
        key, authorization = headers.get("x-api-key", "").strip(), headers.get("authorization", "").strip()
        if key and authorization:
            raise _refused("two_proofs")
        if key:
            return self._by_key(key)
        if authorization:
            return self._by_token(authorization)
        return self._by_cookie(headers)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _by_key(self, text: str) -> Caller:
        key = self._keys.known(text)
        if key is None:
            raise _refused("key")
        return caller_of(key)

    # --- tokens -------------------------------------------------------------------------------------------------------

    def _by_token(self, authorization: str) -> Caller:
        if not authorization.lower().startswith(_BEARER):
            raise _refused("scheme")
        try:
            proven = self._tokens.access(authorization[len(_BEARER) :].strip())
        except TokenInvalid as error:
            raise _refused(f"token_{error}") from None
        except ProviderUnreachable:
            _log.warning("provider_unreachable")
            raise
        return self._by_claims(proven)

    def _by_claims(self, proven: Proven) -> Caller:
        provider, claims = proven
        client = client_of(claims)
        if is_app_only(claims):
            return _app(provider, client)
        person = person_of(self._roster, provider, claims)
        if person is None:
            raise _refused("person_unknown")
        caller = self._roster.caller(provider.tenant, person)
        if client == provider.client_id:
            return caller
        # Any client that is not our own passes what it reads to somebody else, whatever it calls itself.
        platform = provider.connector_platform.value if client in provider.connectors else "direct"
        return replace(caller, platform=platform, scopes=caller.scopes - _NOT_BY_CONNECTOR)

    # --- sessions -----------------------------------------------------------------------------------------------------

    def _by_cookie(self, headers: Mapping[str, str]) -> Caller:
        token = session_token(headers)
        session = self._sessions.living(token) if token else None
        if session is None:
            raise _refused("nothing" if not token else "session")
        if not is_own_form(token, headers.get(CSRF_HEADER, "")):
            raise _refused("csrf")
        return self.signed_in(session)

    def signed_in(self, session: Session) -> Caller:
        """Return the person of a session, as the roster knows it now; raises `Unauthenticated`."""
        person = self._roster.person(session.tenant, session.person_id)
        if person is None:
            raise _refused("person_gone")
        caller = self._roster.caller(session.tenant, person)
        return replace(caller, interactive=True, authenticated_at=session.auth_time)


def caller_of(key: ApiKey) -> Caller:
    """Return the platform that a key belongs to; no key stands for a person."""
    return Caller(
        tenant=key.tenant,
        name=key.name,
        scopes=frozenset(key.scopes),
        actor=Actor(kind=ActorKind.PLATFORM, id=f"platform:{key.platform}:{key.prefix}"),
        key_id=key.prefix,
        platform=key.platform,
    )


def session_token(headers: Mapping[str, str]) -> str:
    """Return what a browser holds of its session, or nothing."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(COOKIE) or cookies.get(LOOPBACK_COOKIE)
    return found.value if found else ""


def client_of(claims: Mapping[str, Any]) -> str:
    """Return which client a token was made for; providers name it differently."""
    return next((str(claims[name]) for name in ("azp", "appid", "client_id") if claims.get(name)), "")


def is_app_only(claims: Mapping[str, Any]) -> bool:
    """Tell whether a token stands for a program alone."""
    subject = claims.get("sub")
    return (
        claims.get("idtyp") == "app"
        or subject == client_of(claims)
        or (subject == claims.get("oid") and "scp" not in claims)
    )


def person_of(roster: Roster, provider: Provider, claims: Mapping[str, Any]) -> Person | None:
    """Find the person of the roster: by the provider's own id, else by a mailbox that the provider has verified."""
    for name in ("oid", "sub"):
        if (listed := provider.people.get(str(claims.get(name)))) is not None:
            return roster.person(provider.tenant, listed)
    # Entra ID says it with a 1, as text or as a number.
    is_verified = claims.get("email_verified") is True or str(claims.get("xms_edov")).lower() in {"1", "true"}
    email = claims.get("email")
    return roster.by_email(provider.tenant, email) if is_verified and isinstance(email, str) else None


def _app(provider: Provider, client: str) -> Caller:
    app = provider.apps.get(client)
    if app is None:
        raise _refused("app_unknown")
    platform = app.platform.value
    return Caller(
        tenant=provider.tenant,
        name=app.name,
        scopes=frozenset(scope.value for scope in app.scopes) - _NOT_BY_CONNECTOR,
        actor=Actor(kind=ActorKind.PLATFORM, id=f"platform:{platform}:{client}"),
        key_id=client,
        platform=platform,
    )


def _refused(reason: str) -> Unauthenticated:
    _log.info("caller_refused", reason=reason)
    return Unauthenticated()

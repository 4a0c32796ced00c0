"""How does a person stay signed in, and how does the session end?"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.credentials import LINK_LIFE, SESSION_LIFE, TOUCHED_EVERY, Session, SignInLink
from triage_core.identity import written_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.identity_ports import Links, Sessions

_CSRF: Final = "csrf:"


class Begun(NamedTuple):
    """A new session, and what the browser keeps of it."""

    session: Session
    token: str


class SessionBook:
    """The sessions of all people; only digests of what browsers hold are stored."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        """Keep sessions in a store."""
        self._sessions, self._now = sessions, now

    def begin(self, tenant: str, person_id: str, method: str, at: datetime | None = None) -> Begun:
        """Start a session of somebody who proved to be it, just now unless another moment is known.

        Sessions that ended long ago are forgotten.
        """
        token, now = written_key.token(), self._now()
        session = Session(
            tenant=tenant,
            id=written_key.digest(token),
            person_id=person_id,
            method=method,
            auth_time=at or now,
            last_seen_at=now,
        )
        self._sessions.drop_old_sessions(now - SESSION_LIFE)
        self._sessions.add_session(session)
        return Begun(session, token)

    def living(self, token: str) -> Session | None:
        """Return the session that a browser holds, and note that it was seen."""
        session, now = self._sessions.session(written_key.digest(token)), self._now()
        if session is None or not session.is_alive(now):
            return None
        if now - session.last_seen_at >= TOUCHED_EVERY:
            self._sessions.touch_session(session.tenant, session.id, now)
        return session

    def of_person(self, tenant: str, person_id: str) -> tuple[Session, ...]:
        """Return a person's living sessions, the newest first."""
        now = self._now()
        return tuple(session for session in self._sessions.sessions(tenant, person_id) if session.is_alive(now))

    def end(self, session: Session, session_id: str | None = None) -> None:
        """End a session, or another one of the same person."""
        self._sessions.drop_session(session.tenant, session.person_id, session_id or session.id)


class LinkBook:
    """Links that sign in one person once."""

    def __init__(self, links: Links, now: Callable[[], datetime]) -> None:
        """Keep links in a store."""
        self._links, self._now = links, now

    def make(self, tenant: str, person_id: str) -> str:
        """Return the secret part of a new link; links that have ended are forgotten."""
        token, now = written_key.token(), self._now()
        self._links.drop_old_links(now)
        ends = now + LINK_LIFE
        self._links.add_link(
            SignInLink(tenant=tenant, id=written_key.digest(token), person_id=person_id, expires_at=ends)
        )
        return token

    def look(self, token: str) -> SignInLink | None:
        """Return what a link is for, without using it."""
        return self._unless_over(self._links.link(written_key.digest(token)))

    def take(self, token: str) -> SignInLink | None:
        """Use a link; it works once."""
        return self._unless_over(self._links.take_link(written_key.digest(token)))

    def _unless_over(self, link: SignInLink | None) -> SignInLink | None:
        return link if link and self._now() < link.expires_at else None


def csrf_of(token: str) -> str:
    """Return what a form of this session's pages must send back; nobody can tell it who does not hold the session."""
    return written_key.digest(_CSRF + token)


def is_own_form(token: str, sent: str) -> bool:
    """Tell whether a form came from a page of the session."""
    return hmac.compare_digest(csrf_of(token).encode(), sent.encode("utf-8", "surrogatepass"))

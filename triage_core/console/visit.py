"""What does a page know of the browser that asks for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.responses import Response

from triage_core.contract.operation import Scope
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.identity.gatekeeper import COOKIE, LOOPBACK_COOKIE
from triage_core.identity.sessions import csrf_of, is_own_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from triage_core.domain.credentials import Session
    from triage_core.identity.desk import Identity
    from triage_core.service.access import Caller, Services
    from triage_core.service.triage import Triage

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class NotEncrypted(TriageError):
    """Somebody wants to sign in over a connection that others can read."""

    code = "not_encrypted"

    def __init__(self) -> None:
        """Say which connections will do."""
        super().__init__("signing in needs https, unless the service runs on this very machine; use its https address")


class FormRefused(TriageError):
    """A form did not come from a page of this service and this session."""

    code = "form_refused"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this form is not one of this session's pages; open the page again and repeat what you did")


class SignedOut(TriageError):
    """The page is for people who signed in."""

    code = "signed_out"

    def __init__(self) -> None:
        """Say how to sign in."""
        super().__init__("you are not signed in, or your session has ended; sign in to go on")


class Visit(NamedTuple):
    """One request of a browser."""

    request: Request
    identity: Identity
    services: Services
    form: Mapping[str, str]

    @property
    def triage(self) -> Triage:
        """The use cases about tickets."""
        return self.services.triage

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read it."""
        return self.request.url.scheme == "https"

    @property
    def cookie_name(self) -> str:
        """What the session's cookie is called; the plain name never leaves this machine."""
        return COOKIE if self.is_encrypted else LOOPBACK_COOKIE

    def address(self, path: str) -> str:
        """Return the full address of a path."""
        return f"{self.request.url.scheme}://{self.request.url.netloc}{path}"

    @property
    def token(self) -> str:
        """What the browser holds of its session, or nothing."""
        return self.request.cookies.get(self.cookie_name, "")

    @property
    def session(self) -> Session:
        """The session; raises `SignedOut`."""
        found = self.identity.sessions.living(self.token) if self.token else None
        if found is None:
            raise SignedOut
        return found

    @property
    def caller(self) -> Caller:
        """Who is signed in, as the roster knows them now; raises `SignedOut` and `Unauthenticated`."""
        return self.identity.gatekeeper.signed_in(self.session)

    @property
    def reader(self) -> Caller:
        """Who is signed in and may look at tickets; raises `NotPermitted` besides."""
        caller = self.caller
        if Scope.TICKETS_READ not in caller.scopes:
            raise NotPermitted("look at tickets", self.identity.roster.readers(caller.tenant))
        return caller

    @property
    def csrf(self) -> str:
        """What forms of this session's pages send back."""
        return csrf_of(self.token)

    def check_private(self) -> None:
        """Refuse to handle secrets where others can read them; raises `NotEncrypted`."""
        if not self.is_encrypted and self.request.url.hostname not in _LOOPBACK:
            raise NotEncrypted

    def check_origin(self) -> None:
        """Refuse a form that another site sends; raises `FormRefused`."""
        site, origin = self.request.headers.get("sec-fetch-site"), self.request.headers.get("origin")
        # A page that tells no referrer tells no origin either, and then only the browser's own word counts.
        is_own = origin == self.address("") or (origin in {None, "null"} and site == "same-origin")
        if not is_own or site not in {None, "same-origin"}:
            raise FormRefused

    def check_form(self) -> None:
        """Refuse a form that is not from a page of this session; raises `FormRefused`."""
        self.check_origin()
        if not self.token or not is_own_form(self.token, self.form.get("csrf", "")):
            raise FormRefused

    def keep(self, answer: Response, name: str, value: str, lasts: int) -> None:
        """Let the browser hold something that no script can read."""
        name = name if not self.is_encrypted or name.startswith("__Host-") else f"__Host-{name}"
        answer.set_cookie(name, value, lasts, path="/", secure=self.is_encrypted, httponly=True, samesite="lax")

    def kept(self, name: str) -> str:
        """Return what the browser holds under a name, or nothing."""
        return self.request.cookies.get(f"__Host-{name}" if self.is_encrypted else name, "")

    def drop(self, answer: Response, name: str) -> None:
        """Let the browser forget it."""
        self.keep(answer, name, "", 0)

"""How do people sign in, see who they are, and sign out?

Looking changes nothing: a link that is opened shows who will be signed in, and only its button does it. The one page
that is reached by an address and begins a session is the way back from a provider, which brings proof of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from triage_core.console.visit import FormRefused, NotEncrypted, SignedOut, Visit, endpoint
from triage_core.domain.credentials import SESSION_LIFE
from triage_core.domain.policy.people import Right
from triage_core.identity.sign_in import SignInFailed
from triage_core.observability import logger
from triage_core.service.access import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.credentials import Session
    from triage_core.domain.errors import TriageError
    from triage_core.identity.desk import Identity
    from triage_core.identity.providers import Provider

_HERE: Final = Path(__file__).parent
_PAGES: Final = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined)
#: What remembers a sign-in that is under way, and how many seconds it may take.
_UNDER_WAY: Final = "triage-sign-in"
_MAY_TAKE: Final = 600
_STATUS: Final = {SignedOut.code: 401, Unauthenticated.code: 401, FormRefused.code: 403, NotEncrypted.code: 403}
#: Refusals after which it helps to sign in.
_SIGN_IN_HELPS: Final = frozenset({SignedOut.code, Unauthenticated.code, SignInFailed.code})
_log = logger("triage.identity")


def _page(name: str, status: int = 200, **told: Any) -> HTMLResponse:  # noqa: ANN401 - whatever the page shows
    return HTMLResponse(_PAGES.get_template(name).render(**told), status)


def _moved(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def _refused(error: TriageError) -> Response:
    told = str(error)
    status = _STATUS.get(error.code, 400)
    return _page("error.html", status, told=f"{told[:1].upper()}{told[1:]}.", may_sign_in=error.code in _SIGN_IN_HELPS)


# --- signing in -------------------------------------------------------------------------------------------------------


def sign_in(visit: Visit) -> Response:
    """Show the ways to sign in."""
    return _page("sign_in.html", providers=tuple(visit.identity.sign_in.providers.values()))


def look_at_link(visit: Visit) -> Response:
    """Show whom a link signs in; the link stays as good as it was."""
    token = visit.request.query_params.get("token", "")
    link = visit.identity.links.look(token)
    person = visit.identity.roster.person(link.tenant, link.person_id) if link else None
    if link is None or person is None:
        raise SignInFailed
    return _page("link.html", person=person, tenant=link.tenant, token=token)


def use_link(visit: Visit) -> Response:
    """Sign in the person of a link, which works once."""
    visit.check_origin()
    link = visit.identity.links.take(visit.form.get("token", ""))
    if link is None or visit.identity.roster.person(link.tenant, link.person_id) is None:
        raise SignInFailed
    return _begun(visit, link.tenant, link.person_id, "link")


def _provider(visit: Visit) -> Provider:
    provider = visit.identity.sign_in.providers.get(visit.request.path_params["tenant"])
    if provider is None:
        raise SignInFailed
    return provider


def _way_back(visit: Visit, provider: Provider) -> str:
    return visit.address(f"/sign-in/oidc/{provider.tenant}/callback")


def go_to_provider(visit: Visit) -> Response:
    """Send the browser to the provider, and let it remember what it must bring back."""
    provider = _provider(visit)
    start = visit.identity.sign_in.start(provider, _way_back(visit, provider))
    answer = RedirectResponse(start.address, 303)
    visit.keep(answer, _UNDER_WAY, start.memory, _MAY_TAKE)
    return answer


def come_back(visit: Visit) -> Response:
    """Sign in who comes back from the provider with proof."""
    provider = _provider(visit)
    cookies = visit.request.cookies
    memory = cookies.get(f"__Host-{_UNDER_WAY}" if visit.is_encrypted else _UNDER_WAY, "")
    brought = dict(visit.request.query_params)
    person = visit.identity.sign_in.finish(provider, _way_back(visit, provider), memory, brought)
    answer = _begun(visit, provider.tenant, person.id, "provider")
    visit.drop(answer, _UNDER_WAY)
    return answer


def _begun(visit: Visit, tenant: str, person_id: str, method: str) -> Response:
    """Begin a session under a new name, whatever the browser held before."""
    begun = visit.identity.sessions.begin(tenant, person_id, method)
    _log.info("signed_in", tenant=tenant, actor=person_id, method=method)
    answer = _moved("/")
    visit.keep(answer, visit.cookie_name, begun.token, int(SESSION_LIFE.total_seconds()))
    return answer


# --- signed in --------------------------------------------------------------------------------------------------------


def home(visit: Visit) -> Response:
    """Show who is signed in, until when, where else, and what waits for a second person."""
    if not visit.token:
        return _moved("/sign-in")
    session = visit.session
    caller = visit.identity.gatekeeper.signed_in(session)
    is_administrator = _administers(visit, session)
    waiting = visit.identity.changes.waiting(session.tenant) if is_administrator else ()
    sessions = visit.identity.sessions.of_person(session.tenant, session.person_id)
    return _page("home.html", caller=caller, session=session, sessions=sessions, waiting=waiting, csrf=visit.csrf)


def _administers(visit: Visit, session: Session) -> bool:
    roster = visit.identity.roster
    person = roster.person(session.tenant, session.person_id)
    return person is not None and Right.ADMINISTER in roster.rights(session.tenant, person)


def sign_out(visit: Visit) -> Response:
    """End the session."""
    visit.check_form()
    session = visit.session
    visit.identity.sessions.end(session)
    _log.info("signed_out", tenant=session.tenant, actor=session.person_id)
    answer = _moved("/sign-in")
    visit.drop(answer, visit.cookie_name)
    return answer


def end_session(visit: Visit) -> Response:
    """End another session of the same person."""
    visit.check_form()
    visit.identity.sessions.end(visit.session, visit.form.get("session", ""))
    return _moved("/")


def confirm_change(visit: Visit) -> Response:
    """Agree to a change that another administrator proposed."""
    visit.check_form()
    session = visit.session
    visit.identity.changes.confirm(session.tenant, visit.form.get("change", ""), session.person_id)
    return _moved("/")


_ROUTES: Final[tuple[tuple[str, str, Callable[[Visit], Response]], ...]] = (
    ("GET", "/", home),
    ("GET", "/sign-in", sign_in),
    ("GET", "/sign-in/local", look_at_link),
    ("POST", "/sign-in/local", use_link),
    ("GET", "/sign-in/oidc/{tenant}", go_to_provider),
    ("GET", "/sign-in/oidc/{tenant}/callback", come_back),
    ("POST", "/sign-out", sign_out),
    ("POST", "/sessions/end", end_session),
    ("POST", "/changes/confirm", confirm_change),
)


def routes(identity: Callable[[], Identity]) -> list[BaseRoute]:
    """Return the pages, for an application that may serve other things beside them."""
    pages = [Route(path, endpoint(identity, show, _refused), methods=[method]) for method, path, show in _ROUTES]
    return [*pages, Mount("/static", StaticFiles(directory=_HERE / "static"))]

"""How do people sign in and out?

Looking changes nothing: a link that is opened shows who will be signed in, and only its button does it. The one page
that is reached by an address and begins a session is the way back from a provider, which brings proof of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse

from triage_core.console.rendering import moved, page
from triage_core.domain.credentials import SESSION_LIFE
from triage_core.identity.sign_in import SignInFailed
from triage_core.observability import logger

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.identity.providers import Provider
    from triage_core.identity.sessions import Begun

#: What remembers a sign-in that is under way, and the page that was wanted; and how many seconds both may take.
_UNDER_WAY: Final = "triage-sign-in"
_WANTED: Final = "triage-wanted"
_MAY_TAKE: Final = 600
#: A path of this very host; two slashes or a backslash in front would lead to another one.
_OWN_PATH: Final = re.compile(r"/(?!/|sign-)[A-Za-z0-9_.~/%?&=+:@-]{0,300}")
#: Where a sign-in leads that was not on the way to anything.
_HOME: Final = "/home"
_log = logger("triage.identity")


def sign_in(visit: Visit) -> Response:
    """Show the ways to sign in, and let the browser remember the page that was wanted."""
    answer = page("sign_in.html", providers=tuple(visit.identity.sign_in.providers.values()))
    wanted = visit.request.query_params.get("next", "")
    if _OWN_PATH.fullmatch(wanted):
        visit.keep(answer, _WANTED, wanted, _MAY_TAKE)
    return answer


def look_at_link(visit: Visit) -> Response:
    """Show whom a link signs in; the link stays as good as it was."""
    token = visit.request.query_params.get("token", "")
    link = visit.identity.links.look(token)
    person = visit.identity.roster.person(link.tenant, link.person_id) if link else None
    if link is None or person is None:
        raise SignInFailed
    return page("link.html", person=person, tenant=link.tenant, token=token)


def use_link(visit: Visit) -> Response:
    """Sign in the person of a link, which works once."""
    visit.check_origin()
    link = visit.identity.links.take(visit.form.get("token", ""))
    if link is None or visit.identity.roster.person(link.tenant, link.person_id) is None:
        raise SignInFailed
    return _begun(visit, visit.identity.sessions.begin(link.tenant, link.person_id, "link"))


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
    brought = dict(visit.request.query_params)
    found = visit.identity.sign_in.finish(provider, _way_back(visit, provider), visit.kept(_UNDER_WAY), brought)
    session = visit.identity.sessions.begin(provider.tenant, found.person.id, "provider", found.at)
    answer = _begun(visit, session)
    visit.drop(answer, _UNDER_WAY)
    return answer


def _begun(visit: Visit, begun: Begun) -> Response:
    """Let the browser hold a new session, whatever it held before, and go where it wanted to."""
    session = begun.session
    _log.info("signed_in", tenant=session.tenant, actor=session.person_id, method=session.method)
    wanted = visit.kept(_WANTED)
    answer = moved(wanted if _OWN_PATH.fullmatch(wanted) else _HOME)
    if wanted:
        visit.drop(answer, _WANTED)
    visit.keep(answer, visit.cookie_name, begun.token, int(SESSION_LIFE.total_seconds()))
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session."""
    visit.check_form()
    session = visit.session
    visit.identity.sessions.end(session)
    _log.info("signed_out", tenant=session.tenant, actor=session.person_id)
    answer = moved("/sign-in")
    visit.drop(answer, visit.cookie_name)
    return answer


ROUTES: Final[Routes] = (
    ("GET", "/sign-in", sign_in),
    ("GET", "/sign-in/local", look_at_link),
    ("POST", "/sign-in/local", use_link),
    ("GET", "/sign-in/oidc/{tenant}", go_to_provider),
    ("GET", "/sign-in/oidc/{tenant}/callback", come_back),
    ("POST", "/sign-out", sign_out),
)

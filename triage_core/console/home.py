"""Who is signed in, where else, and what waits for a second administrator?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.console.moments import Moments
from triage_core.console.rendering import moved, page
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.credentials import Session

_HOME: Final = "/home"


def home(visit: Visit) -> Response:
    """Show who is signed in, until when, where else, and what waits for a second person."""
    if not visit.token:
        return moved("/sign-in")
    session, caller = visit.session, visit.caller
    is_administrator = _administers(visit, session)
    return page(
        "home.html",
        caller=caller,
        moments=Moments.of(visit, caller),
        session=session,
        sessions=visit.identity.sessions.of_person(session.tenant, session.person_id),
        waiting=visit.identity.changes.waiting(session.tenant) if is_administrator else (),
        csrf=visit.csrf,
    )


def _administers(visit: Visit, session: Session) -> bool:
    roster = visit.identity.roster
    person = roster.person(session.tenant, session.person_id)
    return person is not None and Right.ADMINISTER in roster.rights(session.tenant, person)


def end_session(visit: Visit) -> Response:
    """End another session of the same person."""
    visit.check_form()
    visit.identity.sessions.end(visit.session, visit.form.get("session", ""))
    return moved(_HOME)


def confirm_change(visit: Visit) -> Response:
    """Agree to a change that another administrator proposed."""
    visit.check_form()
    session = visit.session
    visit.identity.changes.confirm(session.tenant, visit.form.get("change", ""), session.person_id)
    return moved(_HOME)


ROUTES: Final[Routes] = (
    ("GET", "/", home),
    # Some hosts keep their own page at the root.
    ("GET", _HOME, home),
    ("POST", "/sessions/end", end_session),
    ("POST", "/changes/confirm", confirm_change),
)

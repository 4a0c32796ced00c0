"""What becomes of a browser's request: a page, or a page that tells why there is none?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool

from triage_core.console.rendering import moved, page
from triage_core.console.visit import SignedOut, Visit
from triage_core.contract.problems import PROBLEMS
from triage_core.domain.errors import TriageError
from triage_core.edge.message import place_of
from triage_core.edge.refusals import BodyTooLarge, Malformed
from triage_core.identity.gatekeeper import COOKIE, LOOPBACK_COOKIE
from triage_core.identity.sign_in import SignInFailed
from triage_core.service.access import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from triage_core.identity.desk import Identity
    from triage_core.service.access import Services

_LOG: Final = logging.getLogger(__name__)
#: Room for the longest note in any script, written with percent signs.
_LONGEST_FORM: Final = 120_000
_FORM: Final = "application/x-www-form-urlencoded"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: What every page says to the browser, whatever is on it.
HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
#: Refusals after which it helps to sign in.
_SIGN_IN_HELPS: Final = frozenset({SignedOut.code, Unauthenticated.code, SignInFailed.code})
_UNEXPECTED: Final = "Something unexpected went wrong. Try it again, and tell the operator if it stays."


def endpoint(
    identity: Callable[[], Identity], services: Callable[[], Services], show: Callable[[Visit], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """Return what a route calls: the page, or the page that tells why there is none."""

    def shown(request: Request, form: Mapping[str, str]) -> Response:
        try:
            visit = Visit(request, identity(), services(), form)
            visit.check_private()
            return show(visit)
        except SignedOut as error:
            return _sign_in_first(request, error)
        except TriageError as error:
            return refused(error)
        except Exception as error:  # noqa: BLE001 - the one place that answers what nobody expected
            _LOG.error("%s on a page at %s", type(error).__name__, place_of(error))
            return page("error.html", 500, told=_UNEXPECTED, sign_in=None)

    async def answer(request: Request) -> Response:
        try:
            response = await run_in_threadpool(shown, request, await _form(request))
        except BodyTooLarge as error:
            response = refused(error)
        response.headers.update(HEADERS)
        return response

    return answer


def refused(error: TriageError, back: str = "") -> Response:
    """Return the page that tells a refusal, with the way to sign in where that helps."""
    sign_in = f"/sign-in{back}" if error.code in _SIGN_IN_HELPS else None
    return page("error.html", PROBLEMS[error.code].status, told=sentence(error), sign_in=sign_in)


def sentence(error: TriageError) -> str:
    """Tell an expected failure as a sentence; what is wrong in a form is told by the names of its fields."""
    told = str(error)
    if isinstance(error, Malformed):
        told = f"please correct {'; '.join(f'{_field(wrong.pointer)}: {wrong.expected}' for wrong in error.errors)}"
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."


def _field(pointer: str) -> str:
    return pointer.removeprefix("/").removesuffix("_csv").replace("_", " ")


def _sign_in_first(request: Request, error: SignedOut) -> Response:
    """Lead to sign-in and back; where a session has ended, say so before."""
    wanted = request.url.path
    if request.method == "POST":
        wanted = wanted.rpartition("/")[0]  # the page that the form was on
    elif request.url.query:
        wanted = f"{wanted}?{request.url.query}"
    back = f"?next={quote(wanted, safe='')}"
    has_been_here = bool(request.cookies.keys() & {COOKIE, LOOPBACK_COOKIE})
    return refused(error, back) if has_been_here or request.method == "POST" else moved(f"/sign-in{back}")


async def _form(request: Request) -> dict[str, str]:
    """Read a form; anything else counts as an empty one. Raises `BodyTooLarge`."""
    if request.method != "POST" or request.headers.get("content-type", "").partition(";")[0] != _FORM:
        return {}
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise BodyTooLarge(_LONGEST_FORM)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))

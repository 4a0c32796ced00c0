"""How does one reply come of a request, whatever happens to it?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import TriageError
from triage_core.edge.message import CORRELATION_HEADER, SECURITY_HEADERS, Reply, Request, correlation_of, place_of
from triage_core.edge.refusals import refusal, unexpected
from triage_core.observability import about, logger

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG: Final = logging.getLogger(__name__)
_COURSE: Final = logger("triage.request")


def replied(request: Request, answered: Callable[[Request], Reply]) -> Reply:
    """Answer a request; whatever happens, a reply comes of it, and it names the request."""
    correlation = correlation_of(request.headers)
    with about(correlation_id=correlation):
        reply = _reply(request, answered, correlation)
    headers = {**SECURITY_HEADERS, **reply.headers, CORRELATION_HEADER: correlation}
    return Reply(status=reply.status, body=reply.body, headers=headers)


def _reply(request: Request, answered: Callable[[Request], Reply], correlation: str) -> Reply:
    try:
        return answered(request)
    except TriageError as error:
        reply = refusal(error, correlation)
        _COURSE.info("refused", code=error.code, status=reply.status)
        return reply
    except Exception as error:  # noqa: BLE001 - the one place that answers what nobody expected
        _LOG.error("%s in request %s at %s", type(error).__name__, correlation, place_of(error))
        return unexpected(correlation)

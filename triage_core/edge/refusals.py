"""What can be wrong with a request before any service sees it, and how is a refusal told?"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from triage_core.contract.problems import CONTENT_TYPE, PROBLEMS, Problem, Wrong, type_of
from triage_core.domain.closure.closing import ClosureIncomplete
from triage_core.domain.errors import TriageError
from triage_core.edge.message import Reply
from triage_core.service.access import TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Iterable

_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
#: Seconds after which a request that met a busy or missing database may be repeated.
_COME_BACK: Final = 5


class Malformed(TriageError):
    """The request does not have the form that its operation needs."""

    code = "malformed"

    def __init__(self, errors: Iterable[Wrong]) -> None:
        """Carry everything that is wrong at once."""
        self.errors = tuple(errors)
        count = len(self.errors)
        noun = "part of the request needs" if count == 1 else "parts of the request need"
        told = "; ".join(f"{error.pointer or 'the request'}: {error.expected}" for error in self.errors[:3])
        super().__init__(f"{count} {noun} correction: {told}{'; and more' if count > 3 else ''}")  # noqa: PLR2004 - a sentence, not a list


class NothingHere(TriageError):
    """No operation has this address."""

    code = "not_found"

    def __init__(self) -> None:
        """Say where addresses are listed."""
        super().__init__("there is nothing at this address; compare it with the published description of the service")


class MethodNotAllowed(TriageError):
    """The address does not take this method."""

    code = "method_not_allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        """List what it takes."""
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(f"this address does not take this method; it takes: {self.allowed}")


class BodyTooLarge(TriageError):
    """The body has more bytes than are read."""

    code = "body_too_large"

    def __init__(self, most: int) -> None:
        """Name the limit."""
        super().__init__(f"the body has more than {most} bytes; shorten the text or send fewer tickets at a time")


class MediaTypeUnsupported(TriageError):
    """The body is of a type that is not read."""

    code = "media_type_unsupported"

    def __init__(self, known: Iterable[str]) -> None:
        """List what is read."""
        super().__init__(f"the body is of an unknown type; send one of: {', '.join(known)}")


class KeyMissing(TriageError):
    """The request changes something and nothing tells a repetition from a second request."""

    code = "idempotency_key_missing"

    def __init__(self) -> None:
        """Say what to send."""
        super().__init__(
            "this request needs the header Idempotency-Key; send the same value when you repeat the same request"
        )


class KeyInvalid(TriageError):
    """The idempotency key is no usable text."""

    code = "idempotency_key_invalid"

    def __init__(self) -> None:
        """Say which keys can be used."""
        super().__init__("the header Idempotency-Key holds 1 to 200 printable ASCII characters; send such a value")


def refusal(error: TriageError, correlation: str) -> Reply:
    """Tell an expected failure; a code that the table lacks is a mistake of the program and told as such."""
    row = PROBLEMS.get(error.code)
    if row is None:
        return unexpected(correlation)
    return _reply(error.code, str(error), correlation, _errors(error), _headers(error, row.status))


def _errors(error: TriageError) -> Iterable[Wrong]:
    if isinstance(error, ClosureIncomplete):
        return [Wrong.of(pointer=lack.pointer, expected=lack.expected, code=lack.code) for lack in error.problems]
    return error.errors if isinstance(error, Malformed) else ()


def unexpected(correlation: str) -> Reply:
    """Tell a failure that nobody expected, without any of its words."""
    detail = "something unexpected went wrong; repeat the request, and name the correlation to the operator if it stays"
    return _reply("internal_error", detail, correlation)


def _reply(
    code: str,
    detail: str,
    correlation: str,
    errors: Iterable[Wrong] = (),
    headers: dict[str, str] | None = None,
) -> Reply:
    status, title = PROBLEMS[code]
    problem = Problem.of(
        type=type_of(code),
        title=title,
        status=status,
        detail=f"{detail[:1].upper()}{detail[1:].rstrip('.')}.",
        code=code,
        errors=tuple(errors),
        correlation_id=correlation,
        created=False if status < _SERVER_ERROR else None,
    )
    return Reply(
        status=status,
        body=problem.model_dump_json().encode(),
        headers={"content-type": CONTENT_TYPE, **(headers or {})},
    )


def _headers(error: TriageError, status: int) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed):
        return {"allow": error.allowed}
    if isinstance(error, TooManyRequests):
        return {"retry-after": str(max(1, ceil(error.wait.total_seconds())))}
    if status == _UNAVAILABLE:
        return {"retry-after": str(_COME_BACK)}
    return {"www-authenticate": "Bearer"} if error.code == "unauthenticated" else {}

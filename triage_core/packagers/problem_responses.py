"""How are refusals declared, status by status, with the codes that may come?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.problems import CONTENT_TYPE, Problem, type_of
from triage_core.contract.shape import sample_of

if TYPE_CHECKING:
    from triage_core.packagers.tables import Tables

#: Headers that a status always carries beside the correlation.
_HEADERS: Final = {429: {"Retry-After": "RetryAfter"}, 503: {"Retry-After": "RetryAfter"}}
_SENTENCES: Final = {
    400: "The request is malformed; errors lists every place.",
    401: "The caller is not known.",
    403: "The caller is known and lacks the right.",
    404: "There is nothing at this address.",
    409: "Something else happened first.",
    413: "The body is too large.",
    415: "The body is of an unknown type.",
    422: "The request is understood and cannot be carried out.",
    429: "There were too many requests; wait as long as the header says.",
    500: "Something unexpected went wrong.",
    503: "The service cannot work at the moment; wait as long as the header says.",
}
#: Only a malformed request has a list of places.
_MALFORMED: Final = "malformed"
_SERVER_ERROR: Final = 500


def response_name(status: int) -> str:
    """Return the name under which a status is declared once."""
    return f"Problem{status}"


def problem_response(tables: Tables, status: int) -> dict[str, Any]:
    """Return the declaration of one status."""
    headers = {"X-Correlation-Id": "Correlation", **_HEADERS.get(status, {})}
    return {
        "description": _SENTENCES[status],
        "headers": {name: {"$ref": f"#/components/headers/{part}"} for name, part in headers.items()},
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": f"#/components/schemas/{Problem.__name__}"},
                "examples": {code: {"value": problem_sample(tables, code)} for code in tables.codes(status)},
            }
        },
    }


def problem_sample(tables: Tables, code: str) -> dict[str, Any]:
    """Return an example of one code."""
    status, title = tables.problems[code]
    like = {"type": type_of(code), "title": title, "status": status, "detail": f"{title}.", "code": code}
    if code == _MALFORMED:
        return sample_of(Problem) | like
    return sample_of(Problem) | like | {"errors": [], "created": False if status < _SERVER_ERROR else None}

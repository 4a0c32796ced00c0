"""How long was the page with a text open before somebody decided about it?

The page's form carries the moment at which it was made, bound to the session, the request and the text, under a key
that never leaves the service. So nothing is stored because somebody looks, and nobody can claim to have read longer.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from triage_core.domain import chain

if TYPE_CHECKING:
    from triage_core.console.visit import Visit

#: The field of the form.
FIELD: Final = "opened"
_LONGEST: Final = 15


def mark(visit: Visit, approval: str, seal: str) -> str:
    """Return what the form carries."""
    return _signed(visit, approval, seal, str(int(visit.services.now().timestamp() * 1000)))


def opened_at(visit: Visit, approval: str, seal: str) -> datetime | None:
    """Return when the page of a form was made; nothing where the form is not one of this session and this text."""
    sent = visit.form.get(FIELD, "")
    at = sent.partition(".")[0]
    if not at.isdecimal() or len(at) > _LONGEST:
        return None
    is_ours = hmac.compare_digest(sent.encode(), _signed(visit, approval, seal, at).encode())
    return datetime.fromtimestamp(int(at) / 1000, UTC) if is_ours else None


def _signed(visit: Visit, approval: str, seal: str, at: str) -> str:
    session = visit.session
    parts = ("opened", session.id, approval, seal, at)
    return f"{at}.{chain.digest(visit.triage.store.digest_key(session.tenant), chr(10).join(parts))}"

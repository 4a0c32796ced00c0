"""How does somebody declare their own profile service: its address, and where each fact stands in its answer?"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Final, Literal
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from triage_core.domain.policy.values import Duration, Section

Fact = Literal["tier", "lifetime_value", "seniority", "name", "notes"]
_PLACES: Final = ("{customer}", "{requester}")


def _checked(address: str) -> str:
    parts = urlsplit(address)
    problems = {
        "a host without a placeholder, a name or a password in it": not _is_plain(parts),
        "https; plain http is for this machine alone": parts.scheme != "https" and not _is_local(parts),
        "{customer} or {requester} in it": not any(place in address for place in _PLACES),
        "no other braces than those of {customer} and {requester}": _has_other_braces(address),
        "no fragment": bool(parts.fragment),
    }
    for expected, is_wrong in problems.items():
        if is_wrong:
            message = f"expected an address with {expected}"
            raise ValueError(message)
    return address


def _is_plain(parts: SplitResult) -> bool:
    return bool(parts.hostname) and "@" not in parts.netloc and "{" not in parts.netloc


def _is_local(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return parts.scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


def _has_other_braces(address: str) -> bool:
    for place in _PLACES:
        address = address.replace(place, "")
    return "{" in address or "}" in address


_Pointer = Annotated[str, Field(pattern=r"^(/[^/]+)+$", examples=["/plan/name"])]


class WebService(Section):
    """A service that knows customers and answers in JSON."""

    address: Annotated[str, AfterValidator(_checked)]
    """Where it is asked, such as `https://crm.example.com/accounts/{customer}?person={requester}`."""
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    """Sent along, such as a key."""
    facts: Annotated[dict[Fact, _Pointer], Field(min_length=1)]
    """Where each fact stands in the answer, as a JSON pointer."""
    tiers: dict[str, str] = Field(default_factory=dict)
    """The policy's word for each of the service's words; a word that is not listed stays as it is."""
    time_limit: Duration = Field(default="2s", validate_default=True)
    """A ticket waits no longer than this."""
    attempts: Annotated[int, Field(ge=1, le=5)] = 2

    def question(self, customer: str | None, requester: str | None) -> str | None:
        """Return the address for a customer, or none where the ticket does not say what the address needs."""
        given = {"{customer}": customer, "{requester}": requester}
        needed = "{customer}" if "{customer}" in self.address else "{requester}"
        if not given[needed]:
            return None
        address = self.address
        for place, value in given.items():
            address = address.replace(place, quote(value or "", safe="", errors="replace"))
        return address

"""What does a service of the customer's own say about a customer? Only in time, only a little, and only JSON."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import httpx
import msgspec
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random_exponential

from triage_core.domain.profile import Profile, ProfileServiceDown, ProfileUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.profiles.web_service import WebService

_MOST_BYTES: Final = 65_536
_LONGEST_TEXT: Final = 2_000
_CALLS_AT_A_TIME: Final = 8
_NOT_FOUND: Final = 404
_OK: Final = 200
_WORTH_ANOTHER_TRY: Final = frozenset({429, 500, 502, 503, 504})


class WebProfiles:
    """Profiles from a service that the tenant runs."""

    def __init__(self, service: WebService, transport: httpx.BaseTransport | None = None) -> None:
        """Ask a declared service, over a transport of the caller's or the network."""
        self._service: Final = service
        self._limit: Final = service.time_limit.total_seconds()
        self._client: Final = httpx.Client(
            transport=transport,
            headers={name: value.get_secret_value() for name, value in service.headers.items()},
            timeout=self._limit,
            follow_redirects=False,
            trust_env=False,
        )
        # Looking a name up has no time limit of its own, so the caller waits beside the call and not in it.
        self._calls: Final = ThreadPoolExecutor(_CALLS_AT_A_TIME, thread_name_prefix="triage-profiles")

    def close(self) -> None:
        """Let go of the connections."""
        self._calls.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        """Return what the service says; raises `ProfileUnavailable`, at the end of the time limit at the latest."""
        del tenant  # each tenant declares a service of its own
        address = self._service.question(customer, requester)
        if address is None:
            return None
        try:
            body = self._calls.submit(self._asked, address).result(self._limit)
        except TookTooLong:
            raise ProfileServiceDown("the service took too long") from None
        return None if body is None else _read(self._service, body)

    def _asked(self, address: str) -> bytes | None:
        attempts = Retrying(
            retry=retry_if_exception_type(ProfileServiceDown),
            stop=stop_after_attempt(self._service.attempts) | stop_after_delay(self._limit),
            wait=wait_random_exponential(multiplier=0.05, max=0.5),
            reraise=True,
        )
        return attempts(self._once, address)

    def _once(self, address: str) -> bytes | None:
        try:
            with self._client.stream("GET", address) as response:
                return _body(response, time.monotonic() + self._limit)
        except httpx.HTTPError as error:
            raise ProfileServiceDown(f"the service cannot be reached ({type(error).__name__})") from None


def _body(response: httpx.Response, end: float) -> bytes | None:
    if response.status_code == _NOT_FOUND:
        return None
    if response.status_code != _OK:
        down = response.status_code in _WORTH_ANOTHER_TRY
        raise (ProfileServiceDown if down else ProfileUnavailable)(f"the service answers {response.status_code}")
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _MOST_BYTES:
            raise ProfileUnavailable("the service's answer is too long")
        if time.monotonic() > end:
            raise ProfileServiceDown("the service took too long")
    return bytes(body)


def _read(service: WebService, body: bytes) -> Profile:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProfileUnavailable("the service's answer is no JSON") from None
    found = {fact: _at(document, pointer) for fact, pointer in service.facts.items()}
    facts: dict[str, Any] = {fact: _READERS[fact](fact, value) for fact, value in found.items()}
    if facts.get("tier") is not None:
        facts["tier"] = service.tiers.get(facts["tier"], facts["tier"])
    return Profile(**facts)


def _at(document: Any, pointer: str) -> Any:  # noqa: ANN401 - whatever the service answers
    """Return what stands at a JSON pointer, or none."""
    steps: Iterable[str] = (step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))
    return reduce(lambda held, step: held.get(step) if isinstance(held, dict) else None, steps, document)


def _text(fact: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ProfileUnavailable(f"the service's {fact} is no text of at most {_LONGEST_TEXT} characters")
    return value


def _number(fact: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProfileUnavailable(f"the service's {fact} is no number")
    return float(value)


_READERS: Final[dict[str, Callable[[str, Any], str | float | None]]] = {
    "tier": _text,
    "lifetime_value": _number,
    "seniority": _text,
    "name": _text,
    "notes": _text,
}

"""Who is calling, what may they do, and which neighbours answer beside the tickets?

Identity and hooks live in services of their own; this is all that operations need to know of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from triage_core.domain.errors import TriageError
from triage_core.domain.model import Actor
from triage_core.domain.value import Value
from triage_core.service.intents import BY_CHANNEL
from triage_core.service.sending import NoSurfaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from triage_core.send_ports import Surfaces
    from triage_core.service.delivering import Courier
    from triage_core.service.drafting import Drafting
    from triage_core.service.interactions import Door
    from triage_core.service.sending import Dispatcher
    from triage_core.service.triage import Triage


class Unauthenticated(TriageError):
    """Nobody known is calling."""

    code = "unauthenticated"

    def __init__(self) -> None:
        """Say what is needed; which part was wrong is nobody's business."""
        super().__init__("the key or token is missing, wrong or expired; send a valid one in the header x-api-key")


class Forbidden(TriageError):
    """The caller is known, and the key does not carry the right."""

    code = "forbidden"

    def __init__(self, scope: str) -> None:
        """Name the right that is missing."""
        super().__init__(f"this key does not carry the right {scope}; use a key that does, or ask an administrator")


class PersonNeeded(TriageError):
    """Something that only a person may ask for was asked for by a key."""

    code = "person_needed"

    def __init__(self) -> None:
        """Say how to ask."""
        super().__init__("only a person may ask for this; sign in yourself and ask again, without a platform between")


class NotOperator(TriageError):
    """What concerns all tenants is for those who run the installation."""

    code = "not_operator"

    def __init__(self) -> None:
        """Say who may, and how."""
        super().__init__("only the operator's tenant may do this for all tenants; leave out everywhere, or ask them")


class TooManyRequests(TriageError):
    """A key has used up what it may ask in a while."""

    code = "too_many_requests"

    def __init__(self, wait: timedelta) -> None:
        """Say when to come back."""
        super().__init__("this key sent too many requests; wait for the seconds in the header Retry-After, then go on")
        self.wait = wait


class HooksUnavailable(TriageError):
    """There is no place for hooks in this installation."""

    code = "hooks_unavailable"

    def __init__(self) -> None:
        """Say who can help."""
        super().__init__("hooks are not set up in this installation; ask its operator to configure webhooks")


class Caller(Value, frozen=True, kw_only=True):
    """Who is calling, in the name of which tenant, through which platform."""

    tenant: str
    #: What people read: the name of the key, or of the person.
    name: str
    scopes: frozenset[str]
    actor: Actor
    #: One of these is set: a key belongs to a platform, a session or token to a person, who may use a platform.
    key_id: str | None = None
    person_id: str | None = None
    #: A person sits in front of it, and not a flow that a person has lent a token to.
    interactive: bool = False
    #: When that person proved to be it; a grave decision may ask for less time than a session lasts.
    authenticated_at: datetime | None = None
    #: The platform that answers pass through; none where they go to a person directly.
    platform: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether a person calls for itself, and no platform in its name."""
        return self.person_id is not None and self.platform is None


class Gatekeeper(Protocol):
    """Knows callers by what their request carries."""

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller; names of headers are in small letters.

        Raises `Unauthenticated`, and `TooManyRequests`.
        """


class ClosedGate:
    """Lets nobody in: what holds as long as no identity is set up."""

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Refuse whatever the headers say."""
        del headers
        raise Unauthenticated


class Hook(Value, frozen=True, kw_only=True):
    """An address that receives events of one kind."""

    id: str
    event_type: str
    callback_url: str
    created_at: datetime
    active: bool = True


class Hooks(Protocol):
    """Keeps registrations; an address and a kind of event are registered once for each key."""

    def create(self, caller: Caller, callback_url: str, event_type: str) -> Hook:
        """Register an address, or return the registration that it has."""

    def call_back(self, caller: Caller, callback_url: str, approval: str, expires_at: datetime) -> None:
        """Keep an address that is told once, when an approval ends."""

    def delete(self, caller: Caller, hook_id: str) -> None:
        """Remove a registration of the caller's; one that is gone already is no error."""

    def list(self, caller: Caller) -> Iterable[Hook]:
        """Return the caller's registrations, the newest first."""

    def samples(self, caller: Caller, event_type: str, limit: int) -> Iterable[str]:
        """Return the payloads of the latest events of a kind, the newest first."""


class NoHooks:
    """Refuses every registration: what holds as long as no hooks are set up."""

    def create(self, caller: Caller, callback_url: str, event_type: str) -> Hook:
        """Refuse."""
        del caller, callback_url, event_type
        raise HooksUnavailable

    def call_back(self, caller: Caller, callback_url: str, approval: str, expires_at: datetime) -> None:
        """Refuse."""
        del caller, callback_url, approval, expires_at
        raise HooksUnavailable

    def delete(self, caller: Caller, hook_id: str) -> None:
        """Refuse."""
        del caller, hook_id
        raise HooksUnavailable

    def list(self, caller: Caller) -> Iterable[Hook]:
        """Return nothing."""
        del caller
        return ()

    def samples(self, caller: Caller, event_type: str, limit: int) -> Iterable[str]:
        """Return nothing."""
        del caller, event_type, limit
        return ()


NO_SURFACES: Final = NoSurfaces()


class Services(NamedTuple):
    """Everything that operations are carried out with."""

    triage: Triage
    gatekeeper: Gatekeeper
    hooks: Hooks
    now: Callable[[], datetime]
    #: Where callers reach the service; the address of each request where it is empty.
    public_url: str | None = None
    #: Delivers events; none where there are no hooks.
    courier: Courier | None = None
    #: Makes drafts; the templates speak alone where it is missing.
    drafting: Drafting | None = None
    #: What the service may send to by itself.
    surfaces: Surfaces = NO_SURFACES
    #: Sends directly; none where nothing is set up.
    dispatcher: Dispatcher | None = None
    #: The tenant of those who run the installation; they may stop all tenants at once.
    operator_tenant: str | None = None
    #: Knows who presses buttons in Slack; none where no workspace is set up.
    slack: Door | None = None

    def direct(self, tenant: str) -> frozenset[str]:
        """Return the channels by which the service itself sends for a tenant."""
        set_up = self.surfaces.of(tenant)
        return frozenset(channel for channel, surface in BY_CHANNEL.items() if surface in set_up)

"""Which small installation do the edge's tests call, and which callers does it know?"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from msgspec.structs import replace

from tests.sample_cases import MINUTE, MONDAY
from tests.small_policy import COMPLETE, document, policy
from triage_core.adapters.memory import MemoryStore
from triage_core.contract.operation import Scope
from triage_core.domain.knowledge.article import Article
from triage_core.domain.model import Actor, ActorKind
from triage_core.edge.http import Edge
from triage_core.edge.message import Reply, Request
from triage_core.service.access import Caller, Hook, Services, TooManyRequests, Unauthenticated
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from triage_core.ports import Store

TENANT = "acme"
PLATFORMS = {"power_automate": "restricted", "zapier": "internal"}
ALL = frozenset(map(str, Scope))
#: What the checks refuse there can be let pass.
_GATES = {**document()["gates"], "exceptions": {"findings": ["price_outside_policy", "missing_part"]}}
_ROLES = document()["roles"]
#: Leads may escalate here and take over, and change stages.
_WITH_CALLS: dict[str, Any] = {
    "roles": [_ROLES[0], {**_ROLES[1], "rights": [*_ROLES[1]["rights"], "escalate", "acknowledge", "change_stage"]}],
    "escalation": {"starters": [{"roles": ["lead"]}]},
    "stages": {"start": "full"},
}
#: Calls that change nothing any more, for a key that is used up.
TIRED = "tired"


DIGEST_KEY = b"the same key in every office's s"


def _person(name: str, role: str, **more: Any) -> Caller:
    actor = Actor(kind=ActorKind.PERSON, id=name, roles=(role,))
    return Caller(tenant=TENANT, name=name, scopes=ALL, actor=actor, person_id=name, **more)


def _key(name: str, platform: str | None, scopes: frozenset[str] = ALL, tenant: str = TENANT) -> Caller:
    actor = Actor(kind=ActorKind.PLATFORM, id=name)
    return Caller(tenant=tenant, name=name, scopes=scopes, actor=actor, key_id=name, platform=platform)


CALLERS = {
    caller.name: caller
    for caller in (
        _person("lee", "lead"),
        _person("kim", "lead"),
        _person("ann", "agent"),
        replace(_person("kim", "lead", interactive=True, authenticated_at=MONDAY), name="kim in person"),
        _key("flows", "power_automate"),
        _key("more flows", "power_automate"),
        _key("zaps", "zapier"),
        _key("strange", "unheard-of"),
        _key("reader", "zapier", frozenset({"tickets:read"})),
        _key("elsewhere", "power_automate", tenant="other"),
    )
}


_LEE = CALLERS["lee"].actor
#: What the office knows already.
_PRINTING = Article(
    tenant=TENANT,
    id="printing",
    title="The printer does not print",
    problem="Jobs wait in the queue and nothing comes out.",
    solution="Clear the queue of the print server.",
    affected_system="printing",
    changed_at=MONDAY,
    changed_by="lee",
)


class Doorman:
    """Knows callers by a name in the header of keys."""

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Let in whoever is listed."""
        name = headers.get("x-api-key", "")
        if name == TIRED:
            raise TooManyRequests(MINUTE * 0.51)
        if name not in CALLERS:
            raise Unauthenticated
        return CALLERS[name]


class Notebook:
    """Registrations on paper."""

    def __init__(self) -> None:
        """Start with none."""
        self.hooks: dict[str, tuple[str, Hook]] = {}
        self.sent: list[str] = []

    def create(self, caller: Caller, callback_url: str, event_type: str) -> Hook:
        """Write one down, or find it."""
        for owner, hook in self.hooks.values():
            if (owner, hook.callback_url, hook.event_type) == (caller.name, callback_url, event_type):
                return hook
        hook = Hook(id=f"h{len(self.hooks)}", event_type=event_type, callback_url=callback_url, created_at=MONDAY)
        self.hooks[hook.id] = caller.name, hook
        return hook

    def delete(self, caller: Caller, hook_id: str) -> None:
        """Cross one out."""
        if self.hooks.get(hook_id, ("", None))[0] == caller.name:
            del self.hooks[hook_id]

    def list(self, caller: Caller) -> Iterable[Hook]:
        """Read the caller's."""
        return [hook for owner, hook in reversed(self.hooks.values()) if owner == caller.name]

    def samples(self, caller: Caller, event_type: str, limit: int) -> Iterable[str]:
        """Read what was sent."""
        del caller
        return [sent for sent in self.sent if json.loads(sent)["type"] == event_type][:limit]


def _memory() -> MemoryStore:
    """Return an empty store whose fingerprints are the same in every office, so that answers can be compared."""
    store = MemoryStore()
    store._digest_keys[TENANT] = DIGEST_KEY
    return store


class Office:
    """One installation with a tenant under the small policy, on Monday morning."""

    def __init__(self, store: Store | None = None) -> None:
        """Open for requests."""
        ids = count(1)
        self.time = MONDAY
        self.store = _memory() if store is None else store
        self.triage = Triage(self.store, self.now, lambda: f"t{next(ids)}")
        self.triage.playbooks.activate(TENANT, policy(platforms=PLATFORMS, gates=_GATES, **_WITH_CALLS), MONDAY)
        self.triage.knowing.take_in([_PRINTING], _LEE)
        self.triage.knowing.publish(TENANT, _PRINTING.id, "ann", _LEE)
        self.notebook = Notebook()
        self.services = Services(self.triage, Doorman(), self.notebook, self.now, operator_tenant=TENANT)
        self.edge = Edge(lambda: self.services)

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.time

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.time += time

    def ask(self, method: str, path: str, given: object = None, **headers: str) -> Reply:
        """Send a request with a JSON body; headers are spelt with underscores."""
        sent = {"x_api_key": "lee", "content_type": "application/json", **headers}
        body = b"" if given is None else json.dumps(given).encode()
        return self.edge.reply(request(method, path, body, **sent))

    def told(self, method: str, path: str, given: object = None, **headers: str) -> Any:
        """Send a request and read the answer, which must be a good one."""
        reply = self.ask(method, path, given, **headers)
        assert reply.status in {200, 201}, reply.body
        return json.loads(reply.body)

    def submitted(self, **changes: Any) -> Any:
        """Submit a ticket and read the answer."""
        return self.told("POST", "/api/v1/tickets", ticket(**changes))


def request(method: str, path: str, body: bytes = b"", **headers: str) -> Request:
    """Return a request as a host hands it over; the path may carry a query."""
    address, _, query = path.partition("?")
    return Request(
        method=method,
        path=address,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
        base_url="https://triage.example.com",
    )


def ticket(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a complete ticket of the mail source."""
    base = {"source": "mail", "source_id": f"m{number}", "subject": "printer", "body": "does not print", **COMPLETE}
    return {**base, **changes}

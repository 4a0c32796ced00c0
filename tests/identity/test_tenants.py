"""Does a key of one tenant see anything of another, through any operation there is?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.sample_closures import PLAIN
from tests.sample_desk import submission
from tests.sample_identity import TENANT, SampleIdentity, staffed_policy
from tests.small_policy import COMPLETE
from triage_core.compose import open_store
from triage_core.contract.operation import Scope
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.shape import sample_of
from triage_core.domain.happening import Event, Happened
from triage_core.domain.knowledge.article import Article
from triage_core.domain.model import SYSTEM, Actor, ActorKind
from triage_core.domain.policy import Policy
from triage_core.domain.receivers import Receivers
from triage_core.edge.http import Edge
from triage_core.edge.message import Reply, Request
from triage_core.service.access import Services
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.hooks import HookRegister
from triage_core.service.incidents import Incidents
from triage_core.service.policy_changes import PolicyChanges, Words
from triage_core.service.triage import Triage
from triage_core.study.planting import sound_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.contract.operation import Operation

OTHER: Final = "other"
EVERYTHING: Final = tuple(scope.value for scope in Scope if scope is not Scope.ADMIN)
#: Words that stand only in records of the other tenant.
FOREIGN: Final = (
    "Zanzibar",
    "m-foreign",
    "incident-foreign",
    "customer-foreign",
    "desk-foreign",
    "foreign.example.com",
)
TICKET: Final[dict[str, Any]] = {
    "source": "mail",
    "source_id": "m-foreign",
    "subject": "Zanzibar printer",
    "body": "Zanzibar does not print",
    "customer": "customer-foreign",
    "requester": "zoe@foreign.example.com",
    **COMPLETE,
    "impact": "high",
    "urgency": "high",
}
HOOK: Final = {"callback_url": "https://hooks.zapier.com/foreign.example.com", "event_type": "ticket.triaged"}

MESSAGE: Final = {
    "kind": "first_response",
    "to_csv": "zoe@foreign.example.com",
    "subject": "Zanzibar",
    "body": "Hello Zoe, we look into Zanzibar.",
}


class TwoTenants:
    """One installation; the other tenant has a ticket and a hook, the first has a key with every right but one."""

    def __init__(self, url: str) -> None:
        """Open it, and let the other tenant work."""
        self.desk = desk = SampleIdentity(open_store(url))
        desk.passes(timedelta(seconds=1))
        desk.triage.playbooks.activate(OTHER, _desk_of_its_own(), desk.time)
        hooks = HookRegister(desk.store, Receivers(), desk.now)
        services = Services(desk.triage, desk.identity.gatekeeper, hooks, desk.now)
        self.edge = Edge(lambda: services)
        self.keys = {tenant: desk.key(*EVERYTHING, tenant=tenant).text for tenant in (TENANT, OTHER)}
        self.ticket_id = self.told(OTHER, "POST", "/api/v1/tickets", TICKET)["ticket_id"]
        self.hook_id = self.told(OTHER, "POST", "/api/v1/hooks", HOOK)["id"]
        there = f"/api/v1/tickets/{self.ticket_id}"
        self.escalation_id = self.told(OTHER, "POST", f"{there}/escalate", {"reason": "Zanzibar waits"})[
            "escalation_id"
        ]
        declaring = Incidents(Triage(desk.store, desk.now, lambda: "incident-foreign"))
        zoe = Actor(kind=ActorKind.PERSON, id="zoe", roles=("caller",))
        self.incident_id = declaring.declare(OTHER, "Zanzibar is dark", [self.ticket_id], zoe).id
        message = self.told(OTHER, "POST", f"{there}/messages", MESSAGE)
        self.message_id, self.approval_id = message["message_id"], message["approval_id"]
        self.learnt = _learnt(desk)

    def ask(self, tenant: str, method: str, path: str, given: object = None, key: str = "k", **query: str) -> Reply:
        """Send a request with a tenant's key."""
        headers = {
            "x-api-key": self.keys[tenant],
            "content-type": "application/json",
            "idempotency-key": f"{key} {path}",
        }
        body = b"" if given is None else json.dumps(given).encode()
        return self.edge.reply(Request(method=method, path=path, query=query, headers=headers, body=body))

    def told(self, tenant: str, method: str, path: str, given: object = None) -> Any:
        """Send a request that must succeed."""
        reply = self.ask(tenant, method, path, given)
        assert reply.status in {200, 201}, reply.body
        return json.loads(reply.body)

    def path(self, operation: Operation) -> str:
        """Return the operation's path, naming the other tenant's records."""
        names = {
            "ticket_id": self.ticket_id,
            "hook_id": self.hook_id,
            "escalation_id": self.escalation_id,
            "incident_id": self.incident_id,
            "message_id": self.message_id,
            "approval_id": self.approval_id,
            **self.learnt,
            "field": "impact",
            "event_type": "ticket.triaged",
        }
        return operation.path.format(**names)

    def state(self) -> tuple[object, ...]:
        """Return all that the other tenant has."""
        store = self.desk.store
        return (
            store.ticket(OTHER, self.ticket_id),
            store.timeline(OTHER, self.ticket_id),
            store.texts(OTHER, self.ticket_id),
            store.hooks(OTHER),
            store.ticket(OTHER, self.incident_id),
            store.ticket(OTHER, "closed-foreign"),
            store.knowledge.get(OTHER, self.learnt["article_id"]),
            store.learning.versions(OTHER, "change", self.learnt["change_id"]),
        )


def _learnt(desk: SampleIdentity) -> dict[str, str]:
    """Let the other tenant close a ticket, write an article, draw a sample and propose a change; name them."""
    triage = Triage(desk.store, desk.now, lambda: "closed-foreign")
    ada = Actor(kind=ActorKind.PERSON, id="ada", roles=("admin",))
    ann = Actor(kind=ActorKind.PERSON, id="ann", roles=("agent",))
    last_week = desk.time - timedelta(days=7)
    given = submission(7, tenant=OTHER, body="Zanzibar is slow", created_at=last_week)
    ticket = triage.submit(given, SYSTEM).ticket_id
    triage.record(OTHER, ticket, Event(what=Happened.RESOLVED), ann)
    triage.close(OTHER, ticket, PLAIN, ann)
    words: dict[str, Any] = dict.fromkeys(("title", "problem", "solution"), "Zanzibar")
    article = Article(tenant=OTHER, id="zanzibar", changed_at=desk.time, changed_by="ann", **words)
    triage.knowing.take_in([article], ann)
    sample = Calibration(desk.store, triage.playbooks, desk.now).samples.draw(OTHER, SYSTEM)
    lead = {"id": "lee", "name": "Lee", "email": "lee@example.com", "roles": ["lead"]}
    said = sound_policy().model_dump(mode="json", by_alias=True)
    told = {"what": "Zanzibar", "why": "Zanzibar", "approved_by": "lee"}
    changed = Policy.model_validate({**said, "version": "3", "people": [lead], "change_note": told})
    note = Words("Zanzibar", "Zanzibar")
    change = PolicyChanges(desk.store, triage.playbooks, desk.now).propose(Hand(OTHER, ada), changed, note)
    return {
        "follow_up_id": f"{ticket}-prevention-1",
        "article_id": article.id,
        "week": sample.id,
        "change_id": change.id,
    }


def _desk_of_its_own() -> Any:
    people = [*staffed_policy().model_dump(mode="json")["people"]]
    people.append(
        {"id": "zoe", "name": "Zoe Zanzibar", "email": "zoe@foreign.example.com", "roles": ["agent", "caller"]}
    )
    roles = [*staffed_policy().model_dump(mode="json")["roles"], {"name": "caller", "rights": ["escalate"]}]
    queues = [{"name": "desk"}, {"name": "identity"}, {"name": "desk-foreign"}]
    return staffed_policy(version="2", people=people, roles=roles, queues=queues)


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def both(request: pytest.FixtureRequest) -> Iterator[TwoTenants]:
    opened = TwoTenants("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield opened
    opened.desk.store.close()


def queries_of(operation: Operation) -> list[dict[str, str]]:
    """Return questions that would find the other tenant's records."""
    return {
        "ListTickets": [{}, {"customer": "customer-foreign"}, {"queue": "desk"}],
        "SearchTickets": [{"source": "mail", "source_id": "m-foreign"}, {"customer": "customer-foreign"}],
        "ListSampleEvents": [{"event_type": "ticket.triaged"}],
    }.get(operation.name, [{}])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_operation_shows_or_changes_anything_of_another_tenant(both: TwoTenants, operation: Operation) -> None:
    before = both.state()
    given = sample_of(operation.request) if operation.request else None
    for query in queries_of(operation):
        reply = both.ask(TENANT, operation.method, both.path(operation), given, **query)
        # The clock of these tests is not the database's, which readiness tells; it knows no tenant.
        assert reply.status < 500 or operation.name == "GetReady", reply.body
        assert not [word for word in FOREIGN if word in reply.body.decode()]
        if "{ticket_id}" in operation.path:
            assert json.loads(reply.body)["code"] in {"ticket_not_found", "malformed"}
    assert both.state() == before


@pytest.mark.parametrize("operation", [row for row in OPERATIONS.values() if "{ticket_id}" in row.path])
def test_another_tenants_ticket_is_as_unknown_as_none(both: TwoTenants, operation: Operation) -> None:
    given = sample_of(operation.request) if operation.request else None
    there = both.path(operation)
    nowhere = there.replace(both.ticket_id, "no-such-ticket")
    replies = [both.ask(TENANT, operation.method, path, given) for path in (there, nowhere)]
    told = [{**json.loads(reply.body), "correlation_id": ""} for reply in replies]
    assert told[0] == told[1]


@pytest.mark.parametrize("operation", [row for row in OPERATIONS.values() if row.scope])
def test_every_operation_wants_a_caller_and_its_scope(both: TwoTenants, operation: Operation) -> None:
    path, given = both.path(operation), sample_of(operation.request) if operation.request else None
    both.keys["nobody"] = "tl_aaaaaaaaaaaa_" + "a" * 43
    another = Scope.HOOKS_WRITE if operation.scope is Scope.REPORTS_READ else Scope.REPORTS_READ
    both.keys["other right"] = both.desk.key(str(another)).text
    assert both.ask("nobody", operation.method, path, given).status == 401
    refused = both.ask("other right", operation.method, path, given)
    assert (refused.status, json.loads(refused.body)["code"]) == (403, "forbidden")


def test_the_owner_sees_what_the_others_do_not(both: TwoTenants) -> None:
    """Else the tests above would prove nothing."""
    found = both.ask(OTHER, "GET", "/api/v1/search/tickets", None, customer="customer-foreign")
    assert json.loads(found.body)["items"]


def test_the_same_source_ticket_of_two_tenants_is_two_tickets(both: TwoTenants) -> None:
    before = both.state()
    both.told(TENANT, "POST", "/api/v1/tickets", TICKET)
    assert both.desk.store.by_source(TENANT, "mail", "m-foreign") is not None
    assert both.state() == before


def test_the_same_idempotency_key_of_two_tenants_replays_nothing(both: TwoTenants) -> None:
    again = {**TICKET, "source_id": "m-9"}
    headers = [both.ask(tenant, "POST", "/api/v1/tickets", again, key="same").headers for tenant in (OTHER, TENANT)]
    assert not [held for held in headers if "idempotency-replayed" in held]

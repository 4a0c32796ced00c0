"""Where do the shipped flows run? With a service that really listens, and connectors of others that remember."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.edge.sample_edge import TENANT, Office
from tests.sample_gates import PEOPLE, PLATFORM, ROLES, RULE
from tests.sample_hooks import HERE
from tests.sample_ladders import LADDERS, RULES
from tests.simulators.power_automate.connecting import Answer, Connectors, Native
from tests.simulators.power_automate.engine import FlowEngine
from tests.small_policy import document
from tests.standins.oidc import listening
from tests.standins.receiver import Receiver
from triage_core.adapters.webhooks import WebhookSender
from triage_core.domain.policy import Policy
from triage_core.edge.asgi import application
from triage_core.edge.timers import TIMERS
from triage_core.service.delivering import Courier
from triage_core.service.hooks import HookRegister

if TYPE_CHECKING:
    from tests.simulators.power_automate.engine import Part, Run
    from triage_core.domain.model import Ticket

TEMPLATES: Final = Path(__file__).resolve().parents[3] / "flows" / "templates"
SWAGGER: Final[dict[str, Any]] = json.loads(
    (TEMPLATES.parent / "connector" / "apiDefinition.swagger.json").read_text("utf-8")
)
OPERATIONS: Final = "operations@example.com"
APPROVERS: Final = "approvers@example.com"
CUSTOMER: Final = "jo@example.com"
#: Stands in every word that a customer wrote, and nowhere else.
WORDS: Final = "zq7zq"
#: Values of the environment variables; a flow takes those that it declares.
VARIABLES: Final[dict[str, Any]] = {
    "tri_Stage": "live",
    "tri_OperationsMail": OPERATIONS,
    "tri_ApproverMail": APPROVERS,
    "tri_ReportMail": "report@example.com",
    "tri_TeamsTeam": "team",
    "tri_TeamsChannel": "channel",
    "tri_PostToTeams": True,
    "tri_SupportMailbox": "support@example.com",
    "tri_Language": "en",
}
#: Somebody who signed in a moment ago.
PERSON: Final = "kim in person"
_OUTLOOK: Final = "shared_office365"
_TEAMS: Final = "shared_teams"
_NOWHERE: Final = "http://127.0.0.1:9"
_KINDS: Final = ("auto_acknowledgement", "first_response", "intake_request", "status_update")


@cache
def flow_policy(carries: str = "restricted") -> Policy:
    """Return a policy under which everything is rolled out, and the platform may carry data up to a class."""
    base: dict[str, Any] = {
        "roles": [*ROLES, {"name": "boss", "rights": ["acknowledge", "escalate"]}],
        "people": [*PEOPLE, {"id": "max", "name": "Max", "email": "max@example.com", "roles": ["boss"]}],
        "platforms": {PLATFORM: carries},
        "gates": {"approvals": [RULE]},
        "stages": {"start": "full"},
        "ladders": LADDERS,
        "escalation": {"rules": RULES, "starters": [{"roles": ["lead"]}]},
        "templates": [
            {"id": kind, "kind": kind, "subject": "{ticket_id}", "body": "Hello, this is about {ticket_id}. Desk"}
            for kind in _KINDS
        ],
        "output": {"required": {kind: [] for kind in _KINDS}},
    }
    return Policy.model_validate(document(version="2", **base))


class FlowOffice(Office):
    """An installation whose events reach receivers on this machine."""

    def __init__(self, carries: str = "restricted") -> None:
        """Open under the policy for flows."""
        super().__init__()
        self.time += self.time.resolution
        self.triage.playbooks.activate(TENANT, flow_policy(carries), self.time)
        self.services = self.services._replace(
            hooks=HookRegister(self.store, HERE, self.now),
            courier=Courier(self.store, WebhookSender(HERE, timedelta(seconds=20)), self.now),
        )

    def wait(self, time: timedelta) -> None:
        """Stand still while a flow pauses between tries: what tests say about time they do themselves."""


@dataclass
class Environment:
    """The environment that flows are imported into; servers stay, everything else is new for each test."""

    office: FlowOffice = field(default_factory=FlowOffice)
    flows: dict[str, FlowEngine] = field(default_factory=dict)
    #: Every run, in order.
    runs: list[Run] = field(default_factory=list)
    outlook: Native = field(default_factory=Native)
    teams: Native = field(default_factory=Native)
    connectors: Connectors = field(default_factory=lambda: Connectors(SWAGGER, _NOWHERE, "", {}))

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self.url = self._open.enter_context(listening(application(lambda: self.office.services)))
        self.receiver = self._open.enter_context(Receiver())
        self.client = self._open.enter_context(httpx.Client(timeout=20))
        self.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def clear(self, carries: str = "restricted") -> None:
        """Begin anew, on a platform that may carry data up to a class."""
        self.office = FlowOffice(carries)
        self.flows, self.runs = {}, []
        self.receiver.got.clear()
        sent = {"SendEmailV2": lambda _given: Answer(200)}
        posted = {
            name: lambda _given: Answer(200, {"id": "1"})
            for name in ("PostMessageToConversation", "PostCardToConversation")
        }
        self.outlook, self.teams = Native(answers=sent), Native(answers=posted)
        self.connectors = Connectors(
            SWAGGER, self.url, "flows", {_OUTLOOK: self.outlook, _TEAMS: self.teams}, self.client
        )

    # --- flows --------------------------------------------------------------------------------------------------------

    def install(self, name: str, **variables: Any) -> FlowEngine:
        """Import a shipped flow and switch it on: a trigger of ours registers itself."""
        shipped = json.loads((TEMPLATES / f"{name}.json").read_text("utf-8"))
        declared = shipped["properties"]["definition"]["parameters"].values()
        names = {given.get("metadata", {}).get("schemaName") for given in declared}
        given = {each: value for each, value in {**VARIABLES, **variables}.items() if each in names}
        flow = self.flows[name] = FlowEngine(shipped, self.connectors, self.office, **given)
        host = flow.trigger.get("inputs", {}).get("host", {})
        if host.get("connectionName") == "shared_triage":
            callback = {"body/callback_url": f"{self.receiver.url}&flow={name}"}
            answer = self.connectors.ask(host["operationId"], callback)
            assert (answer.status, "location" in answer.headers) == (201, True)
        return flow

    def start(self, name: str, body: Part) -> list[Run]:
        """Let the trigger of a flow fire with a body."""
        runs = self.flows[name].start({"headers": {}, "body": body})
        self.runs += runs
        return runs

    def deliver(self) -> list[tuple[str, Part]]:
        """Let the service deliver its events; return those that came, each with the flow that it is for."""
        before = len(self.receiver.got)
        TIMERS["Deliver"].work(self.office.services)
        return [
            (parse_qs(urlsplit(got.path).query)["flow"][0], json.loads(got.body)) for got in self.receiver.got[before:]
        ]

    def pump(self) -> list[Run]:
        """Deliver events to flows until there are none."""
        runs: list[Run] = []
        while came := self.deliver():
            runs += [run for name, body in came for run in self.start(name, body)]
        return runs

    # --- the service --------------------------------------------------------------------------------------------------

    def goes_down(self) -> None:
        """Let nobody reach the service."""
        self.connectors.url = _NOWHERE

    def comes_back(self) -> None:
        """Let everybody reach it again."""
        self.connectors.url = self.url
        self.connectors.loses = lambda _number: False

    def passes(self, time: timedelta) -> None:
        """Let time pass, and the service catch up with it."""
        self.office.passes(time)
        TIMERS["Sweep"].work(self.office.services)

    def decide(self, approval: str, verdict: str) -> None:
        """Let a person who signed in decide on the page of an approval."""
        number = int(approval.rpartition("-a")[2])
        seal = next(each.seal for each in self.ticket().approvals if each.number == number)
        given = {"verdict": verdict, "seal": seal, **({} if verdict == "approve" else {"reason": "It says too much."})}
        self.office.told(
            "POST", f"/api/v1/approvals/{approval}/decide", given, x_api_key=PERSON, idempotency_key=verdict
        )

    def messages(self) -> list[Part]:
        """Return the messages about the one ticket, as a flow sees them."""
        found: list[Part] = self.office.told("GET", f"/api/v1/tickets/{self.ticket().id}/messages")["items"]
        return found

    def ticket(self) -> Ticket:
        """Return the one ticket there is."""
        (found,) = self.tickets()
        return found

    def tickets(self) -> list[Ticket]:
        """Return every ticket."""
        given = self.office.told("GET", "/api/v1/tickets?limit=50&open_only=false")["items"]
        return [ticket for each in given if (ticket := self.office.store.ticket(TENANT, each["ticket_id"])) is not None]

    # --- what came out ------------------------------------------------------------------------------------------------

    def mails(self, to: str | None = None) -> list[Part]:
        """Return the mails that left, but those that tell of a failure."""
        sent = [given for _, given in self.outlook.asked if not _is_alarm(given)]
        return [each for each in sent if to in {None, each["emailMessage/To"]}]

    def alarms(self) -> list[Part]:
        """Return the mails that tell of a failure."""
        return [given for _, given in self.outlook.asked if _is_alarm(given)]

    def posts(self) -> list[str]:
        """Return what was posted to the channel."""
        return [given["body/messageBody"] for _, given in self.teams.asked]

    def history(self) -> str:
        """Return all that people see who may look at the runs."""
        return json.dumps([outcome.shown for run in self.runs for outcome in run.history])


def _is_alarm(mail: Part) -> bool:
    return bool(mail["emailMessage/Subject"].startswith("Triage flow failed"))

"""Which faults are planted into the sound flow, and which rule has to find each?"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final, NamedTuple

from tests.lowcode.power_automate.sample_flow import GROUP, SECURED, Part, call, flow, host, step

#: Instead of a value: the member is taken out.
GONE: Final = object()
_T: Final = "actions>Try>actions>"
_TICKET: Final = f"{_T}Get_ticket>"
_GIVEN: Final = f"{_TICKET}inputs>parameters>"
_SAY: Final = f"{_T}Say>inputs"
_POST: Final = f"{_T}Choose>cases>Urgent>actions>Post>"
_ASK: Final = f"{_T}If_gated>actions>Ask>"
_KEY: Final = f"{_T}Assign>inputs>parameters>Idempotency-Key"
_REFERENCES: Final = "^properties>connectionReferences>"
_ID: Final = "3f0a8f0e-5a5c-4b9e-9d0e-2b7f6f1c0a01"


class Fault(NamedTuple):
    """A change of the sound flow: what stands at a place afterwards; `^` begins at the root, not the definition."""

    rule: str
    place: str
    value: Any

    @property
    def flow(self) -> Part:
        """The flow with the fault in it."""
        broken = flow()
        *above, last = self.place.removeprefix("^").split(">")
        start = broken if self.place.startswith("^") else broken["properties"]["definition"]
        holder = reduce(lambda part, name: part.setdefault(name, {}), above, start)
        if self.value is GONE:
            del holder[last]
        else:
            holder[last] = self.value(holder[last]) if callable(self.value) else self.value
        return broken


def _deep(levels: int) -> Part:
    return step("Scope", actions={f"Level_{levels}": _deep(levels - 1)} if levels else {})


def _many(count: int, kind: str, **body: Any) -> Callable[[Part], Part]:
    return lambda actions: {**actions, **{f"Extra_{number}": step(kind, **body) for number in range(count)}}


def _sets_at_once(loop: Part) -> Part:
    """Let a loop over two items at a time set a variable."""
    inner = {"Set": step("SetVariable", inputs={"name": "n", "value": 1})}
    return {**loop, "runtimeConfiguration": {"concurrency": {"repetitions": 2}}, "actions": inner}


def _recurs(**given: Any) -> Part:
    return {"Daily": {"type": "Recurrence", "recurrence": given}}


def _invoked(given: Part) -> Part:
    """Let connections be those of whoever runs the flow, and a child flow be called."""
    given["connectionReferences"]["shared_teams"]["runtimeSource"] = "invoker"
    child = step("Workflow", inputs={"host": {"workflowReferenceName": _ID}})
    given["definition"]["actions"]["Catch"]["actions"]["Child"] = child
    return given


FAULTS: Final = (
    # --- structure ----------------------------------------------------------------------------------------------------
    Fault("PA101", "^properties>definition", GONE),
    Fault("PA102", "^schemaVersion", GONE),
    Fault("PA102", "^properties>schemaVersion", "1.0.0.0"),
    Fault("PA102", "^templateName", None),
    Fault("PA103", "$schema", GONE),
    Fault("PA103", "contentVersion", "1"),
    Fault("PA103", "triggers", {}),
    Fault("PA103", "actions", []),
    Fault("PA104", "triggers>Second", {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}}),
    Fault("PA105", f"{_T}Say>type", "Compse"),
    Fault("PA105", "triggers>When>type", GONE),
    Fault("PA106", f"{_T}For_each>foreach", GONE),
    Fault("PA106", f"{_T}Choose>cases", []),
    Fault("PA106", f"{_T}Say>inputs", GONE),
    Fault("PA107", f"{_T}Say>runafter", {}),
    Fault("PA108", f"{_T}Choose>cases>Urgent>case", GONE),
    Fault("PA108", f"{_T}If_gated>else", []),
    Fault("PA109", f"{_T}Say>metadata>operationMetadataId", _ID.upper()),
    Fault("PA109", f"{_T}Say>metadata>operationMetadataId", 7),
    Fault("PA110", f"{_T}Choose>default>actions>Say", step("Compose", inputs="again")),
    Fault("PA111", f"{_T}Say", None),
    Fault("PA112", "actions>Make_n>inputs>variables", [{"name": "n", "type": "int"}]),
    Fault("PA113", f"parameters>{GROUP}>type", "Text"),
    Fault("PA114", "actions>Catch>actions>Stop>inputs>runStatus", "Error"),
    # --- order --------------------------------------------------------------------------------------------------------
    Fault("PA201", f"{_T}Say>runAfter", {"Get_tikcet": ["Succeeded"]}),
    Fault("PA202", f"{_TICKET}runAfter", {"Say": ["Succeeded"]}),
    Fault("PA203", f"{_T}Say>runAfter", {"Assign": ["Success"]}),
    Fault("PA203", f"{_T}Say>runAfter", {"Assign": []}),
    Fault("PA204", f"{_T}Say>runAfter", "Assign"),
    Fault("PA205", _SAY, "@body('Get_tikcet')?['class']"),
    Fault("PA206", f"{_POST}inputs>parameters>body/messageBody", "@{outputs('Say')}"),
    Fault("PA206", f"{_GIVEN}ticket_id", "@body('List_tickets')?['items'][0]?['ticket_id']"),
    Fault("PA207", "actions>Catch>actions>What>inputs", "@result('Get_ticket')"),
    Fault("PA208", _SAY, "@items('For_each')"),
    Fault("PA208", _SAY, "@item()"),
    Fault("PA209", _SAY, "@variables('count')"),
    Fault("PA209", "actions>Try>runAfter", {}),
    Fault("PA210", f"{_T}Late", step("InitializeVariable", inputs={"variables": [{"name": "m", "type": "string"}]})),
    Fault("PA211", f"{_T}Set", step("SetVariable", "Say", inputs={"name": "n", "value": "@add(variables('n'), 1)"})),
    # --- calls --------------------------------------------------------------------------------------------------------
    Fault("PA301", f"{_TICKET}inputs>host>operationId", GONE),
    Fault("PA302", f"{_TICKET}inputs>host>operationId", "FetchTicket"),
    Fault("PA303", f"{_POST}inputs>host>operationId", "PostSomething"),
    Fault("PA304", f"{_GIVEN}ticket_id", GONE),
    Fault("PA304", _KEY, GONE),
    Fault("PA304", f"{_POST}inputs>parameters>poster", GONE),
    Fault("PA305", f"{_GIVEN}ticketId", "t1"),
    Fault("PA305", f"{_POST}inputs>parameters>body/recipients", "t1"),
    Fault("PA306", "triggers>When>inputs>parameters>body/callback_url", "@{guid()}"),
    Fault("PA307", f"{_T}Record>inputs>parameters>body/event", "reply"),
    Fault("PA308", f"{_T}List_tickets>inputs>parameters>limit", "ten"),
    Fault("PA309", f"{_TICKET}inputs>host>operationId", "WhenTicketTriaged"),
    Fault("PA309", f"{_ASK}type", "OpenApiConnection"),
    Fault("PA310", f"{_T}Leave", call("DeleteHook", hook_id="@triggerOutputs()?['body/id']")),
    Fault("PA311", f"{_TICKET}inputs>authentication", {"type": "ApiKey"}),
    Fault("PA312", "parameters>$authentication", GONE),
    # --- expressions --------------------------------------------------------------------------------------------------
    Fault("PA401", _SAY, "@concat('a', 'b'"),
    Fault("PA401", _SAY, "Run @{workflow()?['run'] failed"),
    Fault("PA402", _SAY, "@lower('A')"),
    Fault("PA403", _SAY, "@formatDateTime()"),
    Fault("PA404", _SAY, "@body('Get_ticket')?['priority']"),
    Fault("PA404", _SAY, "@{triggerOutputs()?['body/ticket']}"),
    Fault("PA404", f"{_T}For_each>actions>Get_each>inputs>parameters>ticket_id", "@items('For_each')?['id']"),
    Fault("PA405", _SAY, "@parameters('Team (tri_Team)')"),
    Fault("PA406", _SAY, "Ticket @triggerOutputs()?['body/ticket_id']"),
    # --- limits -------------------------------------------------------------------------------------------------------
    Fault("PA501", "actions", _many(500, "Compose", inputs="x")),
    Fault("PA502", "actions>Deep", _deep(9)),
    Fault("PA503", f"{_T}Choose>cases", {f"Case_{n}": {"case": n, "actions": {}} for n in range(26)}),
    Fault("PA504", "actions", _many(251, "InitializeVariable", inputs={"variables": [{"name": "v", "type": "array"}]})),
    Fault("PA505", f"actions>{'N' * 81}", step("Compose", inputs="x")),
    Fault("PA506", _SAY, f"@concat('{'x' * 8_200}')"),
    Fault("PA507", f"{_T}Say>description", "x" * 257),
    Fault("PA508", f"{_T}For_each>runtimeConfiguration>concurrency>repetitions", 51),
    Fault("PA509", "triggers>When>runtimeConfiguration>concurrency>runs", 0),
    Fault("PA510", f"{_TICKET}retryPolicy", {"type": "none"}),
    Fault("PA510", f"{_TICKET}inputs>retryPolicy>count", 91),
    Fault("PA510", f"{_TICKET}inputs>retryPolicy>interval", "PT1S"),
    Fault("PA510", f"{_TICKET}inputs>retryPolicy", {"type": "often"}),
    Fault("PA511", f"{_T}Wait_for_it>limit", GONE),
    Fault("PA512", "triggers", _recurs(frequency="Second", interval=10)),
    Fault("PA512", "triggers", _recurs(frequency="Fortnight", interval=1)),
    Fault("PA513", f"{_ASK}limit>timeout", "2 hours"),
    Fault("PA513", f"{_ASK}limit>timeout", "P31D"),
    Fault("PA514", f"{_ASK}limit", GONE),
    # --- failures and repetitions -------------------------------------------------------------------------------------
    Fault("PA601", "actions>Catch", GONE),
    Fault("PA602", "actions>Catch>runAfter>Try", ["Failed"]),
    Fault("PA603", "actions>Catch>actions>Stop>inputs>runStatus", "Succeeded"),
    Fault("PA604", "actions>Catch>actions>Stop>inputs>runError>message", "It failed."),
    Fault("PA605", f"{_TICKET}inputs>retryPolicy", GONE),
    Fault("PA606", f"{_T}Record>inputs>parameters>body/source_event_id", GONE),
    Fault("PA607", _KEY, "@{guid()}"),
    Fault("PA608", _KEY, "@{workflow()?['run']?['name']}"),
    Fault("PA609", _KEY, "assign"),
    Fault("PA610", "triggers>When>runtimeConfiguration", GONE),
    Fault("PA611", f"{_T}For_each>runtimeConfiguration", GONE),
    Fault("PA612", f"{_T}For_each", _sets_at_once),
    Fault("PA613", _SAY, "@body('Get_ticket')['owner']"),
    Fault("PA615", _SAY, "@outputs('Record')?['body/outcome']"),
    Fault("PA614", f"{_GIVEN}X-Correlation-Id", GONE),
    # --- words, addresses, secrets ------------------------------------------------------------------------------------
    Fault("PA701", f"{_TICKET}runtimeConfiguration", GONE),
    Fault("PA701", f"{_TICKET}runtimeConfiguration>secureData>properties", ["inputs"]),
    Fault("PA702", f"{_T}Say>inputs", "@body('Get_ticket')?['subject']"),
    Fault("PA702", f"{_T}Say>inputs", "@outputs('Get_ticket')"),
    Fault("PA702", "actions>Catch>actions>What>runtimeConfiguration", GONE),
    Fault("PA703", f"{_T}Keep", step(
        "SetVariable", "Say", inputs={"name": "n", "value": "@body('Get_ticket')?['subject']"})),
    Fault("PA704", f"{_T}Say>runtimeConfiguration", {"secureData": {"properties": ["input"]}}),
    Fault("PA704", f"{_T}Say>runtimeConfiguration", SECURED),
    Fault("PA705", f"{_ASK}inputs>parameters>WebhookApprovalCreationInput/assignedTo", "ops@contoso.com;"),
    Fault("PA705", f"parameters>{GROUP}>defaultValue", "ops@contoso.com"),
    Fault("PA706", _SAY, "See https://triage.contoso.com/t/1"),
    Fault("PA707", _SAY, "Bearer abcdefghijklmnopqrstuvwxyz012345"),
    Fault("PA707", f"{_GIVEN}x-api-key", "abc"),
    Fault("PA707", _SAY, "https://hooks.example.com/x?sig=abcdefghijklmnopqrstuvwxyz"),
    Fault("PA708", _SAY, f"group {_ID}"),
    Fault("PA709", f"{_POST}inputs>parameters>body/recipient/channelId", "general"),
    Fault("PA710", f"{_REFERENCES}shared_teams>connection>name", "shared-teams-1"),
    # --- wiring -------------------------------------------------------------------------------------------------------
    Fault("PA801", f"{_TICKET}inputs>host>connectionName", "shared_triage_1"),
    Fault("PA802", f"{_POST}inputs>host", host("PostMessageToConversation", "shared_teams", "shared_approvals")),
    Fault("PA803", f"{_REFERENCES}shared_teams>connection", {}),
    Fault("PA803", f"{_REFERENCES}shared_teams>runtimeSource", "mine"),
    Fault("PA804", f"{_REFERENCES}shared_extra", {
        "runtimeSource": "embedded",
        "connection": {"connectionReferenceLogicalName": "tri_Extra"},
        "api": {"name": "shared_office365"},
    }),
    Fault("PA805", "parameters>group", {"defaultValue": "", "type": "String"}),
    Fault("PA805", f"parameters>{GROUP}>metadata>schemaName", "tri_Other"),
    Fault("PA806", "parameters>Team (tri_Team)", {"type": "String", "metadata": {"schemaName": "tri_Team"}}),
    Fault("PA810", "^properties", _invoked),
    Fault("PA811", f"{_TICKET}inputs>authentication", {"type": "Raw", "value": "@triggerOutputs()?['headers']"}),
)  # fmt: skip

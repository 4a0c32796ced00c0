"""Which small flow do the linter's tests break? A sound one with a step of nearly every kind."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from triage_core.packagers.overlay import overlay
from triage_core.packagers.swagger import swagger_document
from triage_core.packagers.tables import Tables

Part = dict[str, Any]

TEMPLATES: Final = Path(__file__).resolve().parents[3] / "flows" / "templates"
API: Final = "shared_tri-5ftriage-20loop-5f0000000000000000"
AFTER_FAILURE: Final = ["Failed", "TimedOut"]
RETRIES: Final = {"type": "exponential", "count": 4, "interval": "PT10S"}
RUN: Final = "@workflow()?['run']?['name']"
GROUP: Final = "Group (tri_Group)"
SECURED: Final = {"secureData": {"properties": ["inputs", "outputs"]}}


@cache
def connector() -> Part:
    """Return the definition of our connector."""
    return swagger_document(Tables(), overlay("power_automate"))


def host(operation: str, name: str = "shared_triage", api: str = API) -> Part:
    """Return what names an operation."""
    return {"connectionName": name, "operationId": operation, "apiId": f"/providers/Microsoft.PowerApps/apis/{api}"}


def call(operation: str, after: str = "", **given: Any) -> Part:
    """Return a call of ours, whose answer is secured."""
    return {
        "type": "OpenApiConnection",
        "runAfter": {after: ["Succeeded"]} if after else {},
        "inputs": {
            "host": host(operation),
            "parameters": {**{name.replace("__", "/"): each for name, each in given.items()}, "X-Correlation-Id": RUN},
            "authentication": "@parameters('$authentication')",
            "retryPolicy": RETRIES,
        },
        "runtimeConfiguration": SECURED,
    }


def step(kind: str, after: str = "", **body: Any) -> Part:
    """Return a step that calls nobody."""
    return {"type": kind, "runAfter": {after: ["Succeeded"]} if after else {}, **body}


def post(after: str = "") -> Part:
    """Return a message to a channel of Teams."""
    made = call("PostMessageToConversation", after)
    made["inputs"] |= {
        "host": host("PostMessageToConversation", "shared_teams", "shared_teams"),
        "parameters": {
            "poster": "Flow bot",
            "location": "Channel",
            "body/recipient/groupId": f"@parameters('{GROUP}')",
            "body/recipient/channelId": f"@parameters('{GROUP}')",
            "body/messageBody": "Ticket @{triggerOutputs()?['body/ticket_id']}: @{body('Get_ticket')?['class']}",
        },
    }
    return made


def ask(after: str = "") -> Part:
    """Return a question to a person."""
    made = call("StartAndWaitForAnApproval", after)
    made |= {"type": "OpenApiConnectionWebhook", "limit": {"timeout": "PT2H"}}
    made["inputs"] |= {
        "host": host("StartAndWaitForAnApproval", "shared_approvals", "shared_approvals"),
        "parameters": {
            "approvalType": "Basic",
            "WebhookApprovalCreationInput/title": "Go on?",
            "WebhookApprovalCreationInput/assignedTo": f"@{{parameters('{GROUP}')}};",
        },
    }
    return made


def _try() -> Part:
    inner = call("GetTicket", ticket_id="@items('For_each')?['ticket_id']")
    return {
        "Get_ticket": call("GetTicket", ticket_id="@triggerOutputs()?['body/ticket_id']"),
        "List_tickets": call("ListTickets", "Get_ticket", limit=10),
        "For_each": step(
            "Foreach",
            "List_tickets",
            foreach="@body('List_tickets')?['items']",
            runtimeConfiguration={"concurrency": {"repetitions": 1}},
            actions={
                "Get_each": inner,
                "Count": step("IncrementVariable", "Get_each", inputs={"name": "n", "value": 1}),
            },
        ),
        "Choose": step(
            "Switch",
            "For_each",
            expression="@body('Get_ticket')?['class']",
            cases={"Urgent": {"case": "P1", "actions": {"Post": post()}}},
            default={"actions": {}},
        ),
        "If_gated": step(
            "If",
            "Choose",
            expression={"and": [{"equals": ["@body('Get_ticket')?['gate_required']", True]}]},
            actions={"Ask": ask()},
            **{"else": {"actions": {}}},
        ),
        "Wait_for_it": step(
            "Until",
            "If_gated",
            expression="@equals(variables('n'), 3)",
            limit={"count": 5, "timeout": "PT1H"},
            actions={"Pause": step("Wait", inputs={"interval": {"count": 1, "unit": "Minute"}})},
        ),
        "Record": call(
            "RecordEvent",
            "Wait_for_it",
            ticket_id="@triggerOutputs()?['body/ticket_id']",
            body__event="note_added",
            body__source_event_id="@triggerOutputs()?['body/id']",
        ),
        "Assign": call(
            "AssignTicket",
            "Record",
            ticket_id="@triggerOutputs()?['body/ticket_id']",
            body__owner="@triggerOutputs()?['body/owner']",
            **{"Idempotency-Key": "@{triggerOutputs()?['body/id']}-assign"},
        ),
        "Say": step("Compose", "Assign", inputs="Run @{workflow()?['run']?['name']}"),
    }


def _definition() -> Part:
    stop = {"runStatus": "Failed", "runError": {"code": "failed", "message": f"Run {RUN[:1]}{{{RUN[1:]}}} failed."}}
    return {
        "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/"
        "workflowdefinition.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "$connections": {"defaultValue": {}, "type": "Object"},
            "$authentication": {"defaultValue": {}, "type": "SecureObject"},
            GROUP: {"defaultValue": "", "type": "String", "metadata": {"schemaName": "tri_Group"}},
        },
        "triggers": {
            "When": {
                "type": "OpenApiConnectionWebhook",
                "inputs": {
                    "host": host("WhenTicketTriaged"),
                    "parameters": {},
                    "authentication": "@parameters('$authentication')",
                },
                "runtimeConfiguration": {"concurrency": {"runs": 10}},
                "metadata": {"operationMetadataId": "3f0a8f0e-5a5c-5b9e-9d0e-2b7f6f1c0a01"},
            }
        },
        "actions": {
            "Make_n": step("InitializeVariable", inputs={"variables": [{"name": "n", "type": "integer", "value": 0}]}),
            "Try": step("Scope", "Make_n", actions=_try()),
            "Catch": {
                "type": "Scope",
                "runAfter": {"Try": AFTER_FAILURE},
                "actions": {
                    "What": step(
                        "Compose",
                        inputs="@result('Try')",
                        runtimeConfiguration={"secureData": {"properties": ["inputs"]}},
                    ),
                    "Stop": step("Terminate", "What", inputs=stop),
                },
            },
        },
    }


def _reference(logical: str, api: str, **more: str) -> Part:
    return {
        "runtimeSource": "embedded",
        "connection": {"connectionReferenceLogicalName": logical},
        "api": {"name": api, **more},
    }


def flow() -> Part:
    """Return the sound flow."""
    references = {
        "shared_triage": _reference("tri_TriageLoop", API, logicalName="tri_triage-20loop"),
        "shared_teams": _reference("tri_Teams", "shared_teams"),
        "shared_approvals": _reference("tri_Approvals", "shared_approvals"),
    }
    return deepcopy(
        {
            "properties": {"connectionReferences": references, "definition": _definition(), "templateName": None},
            "schemaVersion": "1.0.0.0",
        }
    )

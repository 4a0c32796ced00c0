"""Do connection references, environment variables and the solution around the flow fit together?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, Weight, pointer
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import all_computed, calls, named
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.flow import Flow
_LOGICAL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]{1,91}")
_VARIABLE: Final = re.compile(r".+ \((?P<schema>[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]{1,91})\)")
_DECLARED: Final = re.compile(r'connectionreferencelogicalname="([^"]{1,200})"', re.IGNORECASE)
_SOURCES: Final = ("embedded", "invoker")


def _reference(name: str, *steps: str) -> str:
    return pointer("properties", "connectionReferences", name, *steps)


def _unknown_connections(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        name = text(step.host, "connectionName")
        if step.calls and name and name not in view.flow.references and not view.flow.is_bare:
            told = f"the flow has no connection reference {quoted(name)}"
            yield Trouble(step.at("inputs", "host", "connectionName"), told)


def _disagreement(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        reference = part(view.flow.references, text(step.host, "connectionName"))
        wanted, api = text(part(reference, "api"), "name"), text(step.host, "apiId").rpartition("/")[2]
        if step.calls and wanted and api and wanted != api:
            told = f"`apiId` and the connection reference name two connectors: {quoted(api)} and {quoted(wanted)}"
            yield Trouble(step.at("inputs", "host", "apiId"), told)


def _logical_names(view: View) -> Iterator[Trouble]:
    if view.flow.is_legacy:
        return
    for name, given in view.flow.references.items():
        logical = text(part(given, "connection"), "connectionReferenceLogicalName")
        if not _LOGICAL.fullmatch(logical):
            place = _reference(name, "connection", "connectionReferenceLogicalName")
            yield Trouble(
                place, "a connection reference has a logical name: publisher's prefix, `_`, letters and digits"
            )
        if not text(part(given, "api"), "name"):
            yield Trouble(_reference(name, "api", "name"), f"{quoted(name)} does not say which connector it is for")
        if text(given, "runtimeSource") not in _SOURCES:
            yield Trouble(_reference(name, "runtimeSource"), f"`runtimeSource` is one of: {', '.join(_SOURCES)}")


def _unused_connections(view: View) -> Iterator[Trouble]:
    used = {text(step.host, "connectionName") for step in view.flow.steps}
    for name in view.flow.references:
        if name not in used:
            yield Trouble(_reference(name), f"no step uses the connection reference {quoted(name)}")


def _variable_names(view: View) -> Iterator[Trouble]:
    for name, given in view.flow.declared.items():
        if name.startswith("$"):
            continue
        found = _VARIABLE.fullmatch(name)
        schema = text(part(given, "metadata"), "schemaName")
        if found is None or found["schema"] != schema:
            told = f"{quoted(name)} should be called `Display Name (schema_name)`, with the same name in its metadata"
            yield Trouble(view.flow.at("parameters", name), told)


def _unused_parameters(view: View) -> Iterator[Trouble]:
    used = {
        named(call)
        for _step, found in all_computed(view.flow)
        for call in calls(found.read)
        if call.name.lower() == "parameters"
    }
    for name in view.flow.declared:
        if not name.startswith("$") and name not in used:
            yield Trouble(view.flow.at("parameters", name), f"nothing reads the parameter {quoted(name)}")


def _undeclared_references(view: View) -> Iterator[Trouble]:
    solution = view.flow.solution
    if solution is None:
        return
    declared = set(_DECLARED.findall(solution.customizations))
    for name, given in view.flow.references.items():
        logical = text(part(given, "connection"), "connectionReferenceLogicalName")
        if logical and logical not in declared:
            place = _reference(name, "connection", "connectionReferenceLogicalName")
            yield Trouble(place, f"the solution does not declare the connection reference {quoted(logical)}")


def _undefined_variables(view: View) -> Iterator[Trouble]:
    solution = view.flow.solution
    if solution is None:
        return
    for name, given in view.flow.declared.items():
        schema = text(part(given, "metadata"), "schemaName")
        if schema and schema.lower() not in solution.variables:
            told = f"the solution has no environment variable {quoted(schema)}"
            yield Trouble(view.flow.at("parameters", name, "metadata", "schemaName"), told)


def _unlisted_flow(view: View) -> Iterator[Trouble]:
    solution = view.flow.solution
    if solution is None:
        return
    member = view.flow.file.rpartition("!")[2]
    if f">/{member}</" not in solution.customizations:
        yield Trouble("", "the solution does not list this flow, so an import leaves it out")


def _children(view: View) -> Iterator[Trouble]:
    is_invoked = any(text(given, "runtimeSource") == "invoker" for given in view.flow.references.values())
    for step in view.flow.actions:
        if step.kind == "workflow" and is_invoked:
            told = "a flow cannot call another one while its connections are those of whoever runs it"
            yield Trouble(step.at(), told)


def _manual_authentication(view: View) -> Iterator[Trouble]:
    is_manual = _is_manual(view.flow)
    for step in view.flow.actions:
        given = step.inputs.get("authentication")
        is_raw = isinstance(given, dict) and text(given, "type") == "Raw"
        if step.calls and is_raw and not is_manual:
            told = "only a flow that a person starts by hand gets connections this way"
            yield Trouble(step.at("inputs", "authentication"), told)


def _is_manual(flow: Flow) -> bool:
    return any(step.kind == "request" for step in flow.triggers)


CHECKS: Final = (
    Check(
        Rule(
            id="PA801",
            title="A call uses a connection reference that the flow has",
            why="Without it the flow cannot be switched on (XrmConnectionReferenceMissingConnection).",
            bad='"connectionName": "shared_triage_1"',
            good='"connectionName": "shared_triage", as under `connectionReferences`',
        ),
        _unknown_connections,
    ),
    Check(
        Rule(
            id="PA802",
            title="A call and its connection reference name one connector",
            why="The call is then sent with a connection of another connector.",
            bad='"apiId": "…/shared_teams" with a reference for shared_office365',
            good="the same name in both",
        ),
        _disagreement,
    ),
    Check(
        Rule(
            id="PA803",
            title="A connection reference is complete",
            why="Whoever imports the solution cannot bind a connection to it.",
            bad='"connection": {}',
            good='"connection": {"connectionReferenceLogicalName": "tri_Teams"}, "api": {"name": "shared_teams"}',
        ),
        _logical_names,
    ),
    Check(
        Rule(
            id="PA804",
            title="Connection references are used",
            why="Whoever imports the flow must make a connection for nothing, and may need a licence for it.",
            bad="a reference to Approvals in a flow that asks nobody",
            good="only the references that a step uses",
            weight=Weight.WARNING,
        ),
        _unused_connections,
    ),
    Check(
        Rule(
            id="PA805",
            title="Parameters are environment variables",
            why="Under any other name the value that an administrator sets never reaches the flow.",
            bad='"parameters": {"group": {"type": "String"}}',
            good='"Group (tri_Group)": {"type": "String", "metadata": {"schemaName": "tri_Group"}}',
        ),
        _variable_names,
    ),
    Check(
        Rule(
            id="PA806",
            title="Parameters are read",
            why="An administrator fills in something that has no effect.",
            bad="a parameter in no expression",
            good="@parameters('Group (tri_Group)')",
            weight=Weight.WARNING,
        ),
        _unused_parameters,
    ),
    Check(
        Rule(
            id="PA807",
            title="The solution declares the flow's connection references",
            why="The import stops, or the flow cannot be switched on.",
            bad="a reference in the flow alone",
            good='<connectionreference connectionreferencelogicalname="tri_Teams"> in customizations.xml',
        ),
        _undeclared_references,
    ),
    Check(
        Rule(
            id="PA808",
            title="The solution defines the flow's environment variables",
            why="The import stops for a missing component.",
            bad="a parameter in the flow alone",
            good="environmentvariabledefinitions/tri_group/environmentvariabledefinition.xml",
        ),
        _undefined_variables,
    ),
    Check(
        Rule(
            id="PA809",
            title="The solution lists the flow",
            why="A file that customizations.xml does not name is left out without a word.",
            bad="Workflows/Extra-….json alone",
            good="<JsonFileName>/Workflows/Extra-….json</JsonFileName>",
        ),
        _unlisted_flow,
    ),
    Check(
        Rule(
            id="PA810",
            title="A flow that calls others has connections of its own",
            why="The import fails with ChildFlowUnsupportedForInvokerConnections.",
            bad='"runtimeSource": "invoker" in a flow with a Workflow step',
            good='"runtimeSource": "embedded"',
        ),
        _children,
    ),
    Check(
        Rule(
            id="PA811",
            title="Only flows that people start read connections from the request",
            why="A scheduled or automated run has no such header, and every call fails.",
            bad='"authentication": {"type": "Raw"} in a scheduled flow',
            good='"authentication": "@parameters(\'$authentication\')"',
        ),
        _manual_authentication,
    ),
)

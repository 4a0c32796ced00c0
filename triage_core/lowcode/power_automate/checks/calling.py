"""Does every call name an operation that there is, and give it what it takes?"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.contract.operation import Repeat
from triage_core.lowcode.findings import Rule, Weight
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.lowcode.power_automate.flow import Step
    from triage_core.lowcode.power_automate.operations import Known, Parameter
_AUTHENTICATION: Final = "@parameters('$authentication')"
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str, int, float, bool),  # the platform writes numbers and truths as texts where texts are asked for
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class _Call(NamedTuple):
    step: Step
    known: Known


def _calls(view: View) -> Iterator[_Call]:
    """Yield every step whose operation is known."""
    for step in view.flow.steps:
        if step.calls and (known := view.known.of(view.flow, step)) is not None:
            yield _Call(step, known)


def _no_operation(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        if step.calls:
            for name in ("connectionName", "operationId", "apiId"):
                if not text(step.host, name):
                    yield Trouble(step.at("inputs", "host", name), f"`host` needs `{name}`")


def _unknown_operations(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        is_ours = step.calls and step.operation and view.known.is_ours(view.flow, step)
        if is_ours and view.known.of(view.flow, step) is None:
            close = _close(step.operation, view.known.names)
            told = f"the connector has no operation {quoted(step.operation)}{close}"
            yield Trouble(step.at("inputs", "host", "operationId"), told)


def _unseen_operations(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        if not step.calls or not step.operation or view.known.is_ours(view.flow, step):
            continue
        if view.known.of(view.flow, step) is None:
            told = f"nobody has checked what {quoted(step.operation)} of this connector takes"
            yield Trouble(step.at("inputs", "host", "operationId"), told)


def _missing_parameters(view: View) -> Iterator[Trouble]:
    for step, known in _calls(view):
        for name, parameter in known.parameters.items():
            if parameter.is_required and not parameter.is_internal and step.parameters.get(name) in (None, ""):
                yield Trouble(step.at("inputs", "parameters"), f"{known.name} needs the parameter `{name}`")


def _unknown_parameters(view: View) -> Iterator[Trouble]:
    for step, known in _calls(view):
        for name in step.parameters:
            if name not in known.parameters:
                close = _close(name, known.parameters)
                told = f"{known.name} has no parameter {quoted(name)}{close}"
                yield Trouble(step.at("inputs", "parameters", name), told)


def _internal_parameters(view: View) -> Iterator[Trouble]:
    for step, known in _calls(view):
        for name in step.parameters:
            if name in known.parameters and known.parameters[name].is_internal:
                yield Trouble(step.at("inputs", "parameters", name), f"the platform itself fills in `{name}`")


def _given(view: View) -> Iterator[tuple[_Call, str, Parameter, Any]]:
    """Yield every parameter that is known, and given as it stands."""
    for call in _calls(view):
        for name, value in call.step.parameters.items():
            is_computed = isinstance(value, str) and "@" in value
            if name in call.known.parameters and not is_computed:
                yield call, name, call.known.parameters[name], value


def _wrong_choices(view: View) -> Iterator[Trouble]:
    for call, name, parameter, value in _given(view):
        if parameter.choices and value not in parameter.choices:
            listed = ", ".join(str(choice) for choice in parameter.choices[:12])
            yield Trouble(call.step.at("inputs", "parameters", name), f"`{name}` is one of: {listed}")


def _wrong_kinds(view: View) -> Iterator[Trouble]:
    for call, name, parameter, value in _given(view):
        kinds = _KINDS.get(parameter.kind)
        is_truth = isinstance(value, bool) and parameter.kind in {"integer", "number"}
        if kinds and value is not None and (is_truth or not isinstance(value, kinds)):
            yield Trouble(call.step.at("inputs", "parameters", name), f"`{name}` is of the type {parameter.kind}")


def _wrong_steps(view: View) -> Iterator[Trouble]:
    for step, known in _calls(view):
        if known.is_trigger is not step.is_trigger:
            what = "trigger" if known.is_trigger else "action"
            yield Trouble(step.at("inputs", "host", "operationId"), f"{known.name} is an operation for a {what}")
        elif step.kind not in known.types:
            yield Trouble(step.at("type"), f"{known.name} is called by a step of another type than {step.type}")


def _internal_operations(view: View) -> Iterator[Trouble]:
    for step, known in _calls(view):
        if known.is_internal and known.repeat is not Repeat.SAFE:
            told = f"{known.name} is there for the platform itself, which keeps account of what it does with it"
            yield Trouble(step.at("inputs", "host", "operationId"), told)


def _authentication(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        if not step.calls or not step.host:
            continue
        given = step.inputs.get("authentication")
        is_raw = isinstance(given, dict) and text(given, "type") == "Raw"
        if given != _AUTHENTICATION and not is_raw:
            yield Trouble(step.at("inputs", "authentication"), f"`authentication` should be {_AUTHENTICATION}")


def _undeclared_authentication(view: View) -> Iterator[Trouble]:
    if view.flow.is_bare or not any(step.calls for step in view.flow.steps):
        return
    for name, kind in (("$connections", "object"), ("$authentication", "secureobject")):
        if text(part(view.flow.declared, name), "type").lower() != kind:
            yield Trouble(view.flow.at("parameters", name), f"`{name}` should be declared, of the type {kind}")


def _close(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


CHECKS: Final = (
    Check(
        Rule(
            id="PA301",
            title="A call names connection, connector and operation",
            why="Without one of them the import fails.",
            bad='"host": {"operationId": "GetTicket"}',
            good='"host": {"connectionName": "shared_triage", "operationId": "GetTicket", "apiId": "/providers/…"}',
        ),
        _no_operation,
    ),
    Check(
        Rule(
            id="PA302",
            title="Our connector has the operation",
            why="The import warns, and the flow cannot be switched on.",
            bad='"operationId": "FetchTicket"',
            good='"operationId": "GetTicket"',
        ),
        _unknown_operations,
    ),
    Check(
        Rule(
            id="PA303",
            title="An operation of somebody else's connector has been seen in flows that run",
            why="Nobody could check the names of its parameters; a wrong one keeps the flow from being switched on.",
            bad='"operationId": "PostMessage" of shared_slack',
            good="our own operations, or those of Outlook, Teams and Approvals that the table knows",
            weight=Weight.WARNING,
        ),
        _unseen_operations,
    ),
    Check(
        Rule(
            id="PA304",
            title="A call gives what the operation needs",
            why="Without a required parameter the flow cannot be switched on.",
            bad='GetTicket with "parameters": {}',
            good='GetTicket with "parameters": {"ticket_id": "@triggerBody()?[\'ticket_id\']"}',
        ),
        _missing_parameters,
    ),
    Check(
        Rule(
            id="PA305",
            title="A call gives nothing that the operation does not take",
            why="The import warns (WorkflowOperationParametersExtraParameter), and the flow cannot be switched on.",
            bad='"parameters": {"ticketId": "…"}',
            good='"parameters": {"ticket_id": "…"}',
        ),
        _unknown_parameters,
    ),
    Check(
        Rule(
            id="PA306",
            title="The platform fills in its own parameters",
            why="An address that somebody wrote here sends events to where nobody listens.",
            bad='"parameters": {"body/callback_url": "https://example.com"}',
            good='"parameters": {}',
        ),
        _internal_parameters,
    ),
    Check(
        Rule(
            id="PA307",
            title="A value that can be chosen is one of the choices",
            why="The service refuses the call, each time.",
            bad='"body/event": "reply"',
            good='"body/event": "agent_replied"',
        ),
        _wrong_choices,
    ),
    Check(
        Rule(
            id="PA308",
            title="A value is of the type that the operation takes",
            why="The service refuses the call, each time.",
            bad='"limit": "ten"',
            good='"limit": 10',
        ),
        _wrong_kinds,
    ),
    Check(
        Rule(
            id="PA309",
            title="An operation is called by a step of its type",
            why="A trigger cannot be an action, and a step that does not wait gets no answer from a person.",
            bad="StartAndWaitForAnApproval in a step of the type OpenApiConnection",
            good="StartAndWaitForAnApproval in a step of the type OpenApiConnectionWebhook",
        ),
        _wrong_steps,
    ),
    Check(
        Rule(
            id="PA310",
            title="A flow leaves the platform's own calls to the platform",
            why="A trigger whose registration a flow has removed never starts again, and nobody is told.",
            bad='"operationId": "DeleteHook"',
            good="switch the flow off",
            weight=Weight.WARNING,
        ),
        _internal_operations,
    ),
    Check(
        Rule(
            id="PA311",
            title="A call is authenticated by its connection",
            why="With anything else the step has no connection at run time, or carries a secret.",
            bad='"authentication": {"type": "ApiKey", "key": "…"}',
            good='"authentication": "@parameters(\'$authentication\')"',
        ),
        _authentication,
    ),
    Check(
        Rule(
            id="PA312",
            title="The parameters that carry connections are declared",
            why="Every call reads them; without them the definition is refused.",
            bad='"parameters": {}',
            good='"parameters": {"$connections": {"defaultValue": {}, "type": "Object"}, "$authentication": '
            '{"defaultValue": {}, "type": "SecureObject"}}',
        ),
        _undeclared_authentication,
    ),
)

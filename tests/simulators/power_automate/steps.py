"""What does a step of each type do?"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final

import jsonschema

from tests.simulators.power_automate import moments, values
from tests.simulators.power_automate.conditions import holds
from tests.simulators.power_automate.connecting import call
from tests.simulators.power_automate.failures import StepFailed, Terminated, Unsupported, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulators.power_automate.engine import Part, Run
    from tests.simulators.power_automate.outcomes import Outcome

#: What went into a step, and what came out of it.
Sides = tuple[Any, Any]

_ZERO: Final[dict[str, Any]] = {"integer": 0, "float": 0.0, "string": "", "boolean": False, "array": [], "object": {}}
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "integer": (int,), "float": (int, float), "string": (str,), "boolean": (bool,), "array": (list,), "object": (dict,)
}  # fmt: skip
_DEFAULT_ROUNDS: Final = 60
_DEFAULT_TIME: Final = "PT1H"
_CONCURRENT: Final = 20


# --- steps that hold others -------------------------------------------------------------------------------------------


def _ended(status: str, name: str) -> None:
    if status == "Failed":
        raise StepFailed("ActionFailed", f"An action failed in {name}.")


def _scope(run: Run, name: str, body: Part) -> None:
    _ended(run.group(body["actions"]), name)


def _if(run: Run, name: str, body: Part) -> None:
    then, otherwise = body["actions"], body.get("else", {}).get("actions", {})
    chosen, other = (then, otherwise) if holds(body["expression"], run.evaluator) else (otherwise, then)
    run.skip(other)
    _ended(run.group(chosen), name)


def _switch(run: Run, name: str, body: Part) -> None:
    value = run.evaluator.document(body["expression"])
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise invalid(f"a switch decides by a text or a whole number, not {values.kind(value)}")
    cases = {each["case"]: each["actions"] for each in body["cases"].values()}
    chosen = cases.get(value)
    for case, actions in cases.items():
        if case != value:
            run.skip(actions)
    default = body.get("default", {}).get("actions", {})
    if chosen is not None:
        run.skip(default)
    _ended(run.group(default if chosen is None else chosen), name)


def _foreach(run: Run, name: str, body: Part) -> None:
    listed = values.items(run.evaluator.document(body["foreach"]))
    ended: list[str] = []
    at_a_time = body.get("runtimeConfiguration", {}).get("concurrency", {}).get("repetitions", _CONCURRENT)
    for item in listed if at_a_time == 1 else reversed(listed):
        run.within(name, item, lambda: ended.append(run.group(body["actions"])))
    if not listed:
        run.skip(body["actions"])
    _ended("Failed" if "Failed" in ended else "Succeeded", name)


def _until(run: Run, name: str, body: Part) -> None:
    limit = body.get("limit", {})
    until = run.now() + moments.span(limit.get("timeout", _DEFAULT_TIME))
    for number in range(limit.get("count", _DEFAULT_ROUNDS)):
        run.round(name, number)
        _ended(run.group(body["actions"]), name)
        if holds(body["expression"], run.evaluator) or run.now() >= until:
            return


CONTAINERS: Final[dict[str, Callable[[Run, str, Part], None]]] = {
    "scope": _scope,
    "if": _if,
    "switch": _switch,
    "foreach": _foreach,
    "until": _until,
}


# --- steps that work on data ------------------------------------------------------------------------------------------


def _compose(run: Run, _outcome: Outcome, body: Part) -> Sides:
    value = run.evaluator.document(body["inputs"])
    return value, value


def _parse_json(run: Run, _outcome: Outcome, body: Part) -> Sides:
    given = run.evaluator.document(body["inputs"]["content"])
    content = run.evaluator.value_of("json", given) if isinstance(given, str) else given
    problem = next(jsonschema.Draft4Validator(body["inputs"]["schema"]).iter_errors(content), None)
    if problem is not None:
        raise StepFailed("ActionFailed", "The content does not fit the schema.")
    return {"content": given}, {"body": content}


def _select(run: Run, _outcome: Outcome, body: Part) -> Sides:
    listed = values.items(run.evaluator.document(body["inputs"]["from"]))
    made = [run.looking_at(each, lambda: run.evaluator.document(body["inputs"]["select"])) for each in listed]
    return {"from": listed}, {"body": made}


def _query(run: Run, _outcome: Outcome, body: Part) -> Sides:
    listed = values.items(run.evaluator.document(body["inputs"]["from"]))
    kept = [each for each in listed if run.looking_at(each, lambda: holds(body["inputs"]["where"], run.evaluator))]
    return {"from": listed}, {"body": kept}


def _join(run: Run, _outcome: Outcome, body: Part) -> Sides:
    given = run.evaluator.document(body["inputs"])
    joined = values.text(given["joinWith"]).join(values.written(each) for each in values.items(given["from"]))
    return given, {"body": joined}


def _table(run: Run, _outcome: Outcome, body: Part) -> Sides:
    listed = values.items(run.evaluator.document(body["inputs"]["from"]))
    columns = body["inputs"].get("columns")
    if columns is None:
        headers = list(dict.fromkeys(name for row in listed for name in row))
        rows = [[row.get(header) for header in headers] for row in listed]
    else:
        headers = [column["header"] for column in columns]
        wanted = [column["value"] for column in columns]
        rows = [run.looking_at(row, lambda: run.evaluator.document(wanted)) for row in listed]
    shown = {"html": _html, "csv": _csv}.get(body["inputs"]["format"].lower())
    if shown is None:
        raise Unsupported(f"the format {body['inputs']['format']} of tables")
    return {"from": listed}, {"body": shown(headers, rows)}


def _html(headers: list[str], rows: list[list[Any]]) -> str:
    head = "".join(f"<th>{html.escape(header)}</th>" for header in headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(values.written(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _csv(headers: list[str], rows: list[list[Any]]) -> str:
    return "".join(",".join(values.written(cell) for cell in row) + "\r\n" for row in [headers, *rows])


# --- variables --------------------------------------------------------------------------------------------------------


def _initialize(run: Run, _outcome: Outcome, body: Part) -> Sides:
    given = run.evaluator.document(body["inputs"])
    for each in given["variables"]:
        kind = each["type"].lower()
        value = each.get("value", _ZERO[kind])
        if not isinstance(value, _KINDS[kind]):
            raise invalid(f"the variable {each['name']} is of the type {kind}")
        run.variables[each["name"]] = value
    return given, None


def _changes(new: Callable[[Any, Any], Any]) -> Callable[[Run, Outcome, Part], Sides]:
    def change(run: Run, _outcome: Outcome, body: Part) -> Sides:
        given = run.evaluator.document(body["inputs"])
        name = given["name"]
        if name not in run.variables:
            raise invalid(f"the variable {name} was not initialized")
        run.variables[name] = new(run.variables[name], given.get("value"))
        return given, {"body": {"name": name, "value": run.variables[name]}}

    return change


def _wait(run: Run, _outcome: Outcome, body: Part) -> Sides:
    given = run.evaluator.document(body["inputs"])
    if "interval" in given:
        time = moments.counted(given["interval"]["count"], given["interval"]["unit"])
    else:
        time = moments.moment(given["until"]["timestamp"]) - run.now()
    run.engine.clock.wait(time)
    return given, None


# --- the end ----------------------------------------------------------------------------------------------------------


def _terminate(run: Run, _outcome: Outcome, body: Part) -> Sides:
    given = run.evaluator.document(body["inputs"])
    error = given.get("runError", {})
    raise Terminated(given["runStatus"], error.get("code", ""), error.get("message", ""))


def _response(run: Run, _outcome: Outcome, body: Part) -> Sides:
    if body.get("kind", "Http") not in {"Http", "PowerApp"}:
        raise Unsupported(f"a response of the kind {body['kind']}")
    run.response = run.evaluator.document(body["inputs"])
    return run.response, run.response


STEPS: Final[dict[str, Callable[[Run, Outcome, Part], Sides]]] = {
    "openapiconnection": call,
    "openapiconnectionwebhook": call,
    "compose": _compose,
    "parsejson": _parse_json,
    "select": _select,
    "query": _query,
    "join": _join,
    "table": _table,
    "initializevariable": _initialize,
    "setvariable": _changes(lambda _old, new: new),
    "incrementvariable": _changes(lambda old, step: old + (1 if step is None else step)),
    "decrementvariable": _changes(lambda old, step: old - (1 if step is None else step)),
    "appendtoarrayvariable": _changes(lambda old, new: [*old, new]),
    "appendtostringvariable": _changes(lambda old, new: old + values.written(new)),
    "wait": _wait,
    "terminate": _terminate,
    "response": _response,
}

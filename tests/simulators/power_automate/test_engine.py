"""Does the engine run flows as the platform's documentation says?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.simulators.power_automate.connecting import Answer, Connectors, Native, NoAnswer
from tests.simulators.power_automate.engine import FlowEngine, Run
from tests.simulators.power_automate.failures import StepFailed, Unsupported
from tests.simulators.power_automate.outcomes import HIDDEN

Part = dict[str, Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OTHERS = "shared_office365"


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def wait(self, time: timedelta) -> None:
        self.time += time


def compose(value: Any, after: Part | None = None, **more: Any) -> Part:
    return {"type": "Compose", "inputs": value, "runAfter": after or {}, **more}


def scope(actions: Part, after: Part | None = None) -> Part:
    return {"type": "Scope", "actions": actions, "runAfter": after or {}}


def failing(after: Part | None = None) -> Part:
    return compose("@int('x')", after)


def mail(after: Part | None = None, **inputs: Any) -> Part:
    host = {"connectionName": OTHERS, "operationId": "SendEmailV2", "apiId": ""}
    given = {"host": host, "parameters": {}, "authentication": "@parameters('$authentication')", **inputs}
    return {"type": "OpenApiConnection", "runAfter": after or {}, "inputs": given}


def engine(actions: Part, trigger: Part | None = None, answer: Callable[[Part], Answer] | None = None) -> FlowEngine:
    definition = {
        "parameters": {"Group (tri_Group)": {"defaultValue": "desk", "metadata": {"schemaName": "tri_Group"}}},
        "triggers": {"When": trigger or {"type": "Recurrence"}},
        "actions": actions,
    }
    references = {OTHERS: {"api": {"name": OTHERS}}}
    native = Native(answers={"SendEmailV2": answer or (lambda _given: Answer(200))})
    connectors = Connectors({"paths": {}, "definitions": {}}, "http://127.0.0.1:1", "", {OTHERS: native})
    document = {"properties": {"definition": definition, "connectionReferences": references}}
    return FlowEngine(document, connectors, Clock())


def ran(actions: Part, **body: Any) -> Run:
    (run,) = engine(actions).start({"body": body})
    return run


def computed(value: Any, **body: Any) -> Any:
    run = ran({"A": compose(value)}, **body)
    assert run.of("A").status == "Succeeded", run.of("A").message
    return run.of("A").outputs


S, F, T, K = "Succeeded", "Failed", "TimedOut", "Skipped"


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "states", "expected"),
    [
        (compose(1), [S], S),
        (compose(1), [F, T], K),
        (failing(), [S], K),
        (failing(), [F], S),
        (failing(), [S, F, T, K], S),
    ],
)
def test_a_step_runs_after_the_states_that_it_names(first: Part, states: list[str], expected: str) -> None:
    run = ran({"A": first, "B": compose(2, {"A": states})})
    assert run.of("B").status == expected


def test_a_step_after_a_skipped_one_is_skipped_unless_it_says_otherwise() -> None:
    run = ran({"A": failing(), "B": compose(1, {"A": [S]}), "C": compose(2, {"B": [S]}), "D": compose(3, {"B": [K]})})
    assert (run.of("C").status, run.of("D").status) == (K, S)


def test_a_step_that_timed_out_is_told_from_one_that_failed() -> None:
    def late(_given: Part) -> Answer:
        raise StepFailed("ActionTimedOut", "Nobody answered.", status=T)

    (run,) = engine({"A": mail(), "B": compose(1, {"A": [F]}), "C": compose(2, {"A": [T]})}, answer=late).start({})
    assert [run.of(name).status for name in "ABC"] == [T, K, S]


def test_all_conditions_of_a_step_with_two_before_it_must_hold() -> None:
    run = ran(
        {"A": compose(1), "B": failing(), "C": compose(3, {"A": [S], "B": [S]}), "D": compose(4, {"A": [S], "B": [F]})}
    )
    assert (run.of("C").status, run.of("D").status) == (K, S)


def test_steps_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(Unsupported, match="wait for each other"):
        ran({"A": compose(1, {"B": [S]}), "B": compose(1, {"A": [S]})})


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ({"A": compose(1)}, S),
        ({"A": failing()}, F),
        ({"A": failing(), "B": compose(1, {"A": [S]})}, F),
        ({"A": failing(), "B": compose(1, {"A": [F]})}, S),
        ({"A": failing(), "B": compose(1, {"A": [F]}), "C": compose(1, {"A": [S]})}, F),
        ({"Try": scope({"A": failing()}), "Catch": scope({"B": compose(1)}, {"Try": [F, T]})}, S),
        ({"Try": scope({"A": compose(1)}), "Catch": scope({"B": compose(1)}, {"Try": [F, T]})}, S),
    ],
)
def test_a_run_ends_as_its_last_steps_ended(actions: Part, status: str) -> None:
    assert ran(actions).status == status


def test_what_stands_in_a_skipped_scope_is_skipped() -> None:
    assert ran({"A": failing(), "B": scope({"C": compose(1)}, {"A": [S]})}).of("C").status == K


def test_a_terminated_run_ends_at_once() -> None:
    stop = {"type": "Terminate", "runAfter": {}, "inputs": {"runStatus": F, "runError": {"code": "c", "message": "m"}}}
    run = ran({"A": scope({"Stop": stop}), "B": compose(1, {"A": [S, F]})})
    assert (run.status, run.error) == (F, "c: m")
    assert [(outcome.name, outcome.status) for outcome in run.history] == [("Stop", S), ("A", "Cancelled")]


def test_a_scope_tells_what_became_of_its_steps() -> None:
    result = "@result('Try')"
    run = ran({"Try": scope({"A": failing(), "B": compose(1, {"A": [S]})}), "C": compose(result, {"Try": [F]})})
    assert [(each["name"], each["status"]) for each in run.of("C").outputs] == [("A", F), ("B", K)]
    assert run.of("C").outputs[0]["error"]["code"] == "InvalidTemplate"


# --- decisions and loops ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "ran_step", "other"), [("x", "Then", "Else"), ("y", "Else", "Then")])
def test_a_condition_chooses_a_branch(value: str, ran_step: str, other: str) -> None:
    expression = {"and": [{"equals": ["@triggerBody()?['v']", "x"]}, {"not": {"equals": [1, "1"]}}]}
    decision = {
        "type": "If",
        "expression": expression,
        "actions": {"Then": compose(1)},
        "else": {"actions": {"Else": compose(2)}},
    }
    run = ran({"A": decision}, v=value)
    assert (run.of(ran_step).status, run.of(other).status) == (S, K)


def test_a_step_of_a_branch_not_taken_has_no_outputs() -> None:
    decision = {"type": "If", "expression": "@false", "actions": {"Then": compose(1)}}
    assert ran({"A": decision, "B": compose("@outputs('Then')?['x']", {"A": [S]})}).of("B").outputs is None


@pytest.mark.parametrize(("value", "expected"), [("a", "InA"), ("b", "InB"), ("c", "Other"), ("A", "Other")])
def test_a_switch_chooses_a_case_letter_by_letter(value: str, expected: str) -> None:
    switch = {
        "type": "Switch",
        "expression": "@triggerBody()?['v']",
        "cases": {
            "A": {"case": "a", "actions": {"InA": compose(1)}},
            "B": {"case": "b", "actions": {"InB": compose(1)}},
        },
        "default": {"actions": {"Other": compose(1)}},
    }
    run = ran({"S": switch}, v=value)
    assert {name for name in ("InA", "InB", "Other") if run.of(name).status == S} == {expected}


def test_a_switch_over_nothing_fails() -> None:
    switch = {"type": "Switch", "expression": "@triggerBody()?['v']", "cases": {}}
    assert ran({"S": switch}).of("S").status == F


def loop(actions: Part, **more: Any) -> Part:
    return {"type": "Foreach", "foreach": "@triggerBody()?['all']", "actions": actions, **more}


def variable(kind: str, value: Any) -> Part:
    return {
        "type": "InitializeVariable",
        "runAfter": {},
        "inputs": {"variables": [{"name": "v", "type": kind, "value": value}]},
    }


def changing(kind: str, value: Any, after: Part | None = None) -> Part:
    return {"type": kind, "runAfter": after or {}, "inputs": {"name": "v", "value": value}}


def test_a_loop_works_on_every_item_in_order_where_it_says_so() -> None:
    add = changing("AppendToArrayVariable", "@items('Each')")
    one = {"runtimeConfiguration": {"concurrency": {"repetitions": 1}}}
    actions = {"V": variable("array", []), "Each": loop({"Add": add}, runAfter={"V": [S]}, **one)}
    assert ran(actions, all=[1, 2, 3]).variables == {"v": [1, 2, 3]}


def test_without_a_limit_the_order_of_items_is_not_that_of_the_list() -> None:
    add = changing("AppendToArrayVariable", "@items('Each')")
    actions = {"V": variable("array", []), "Each": loop({"Add": add}, runAfter={"V": [S]})}
    assert ran(actions, all=[1, 2, 3]).variables == {"v": [3, 2, 1]}


def test_a_loop_fails_where_one_item_does_and_works_on_the_others() -> None:
    run = ran({"Each": loop({"A": compose("@int(item())")})}, all=["1", "x", "3"])
    assert run.status == F
    assert sorted(outcome.status for outcome in run.history if outcome.name == "A") == [F, S, S]


def test_a_loop_over_something_else_than_a_list_fails() -> None:
    assert ran({"Each": loop({"A": compose(1)})}, all="abc").of("Each").status == F


def test_a_loop_runs_until_something_holds() -> None:
    until = {
        "type": "Until",
        "runAfter": {"V": [S]},
        "expression": "@equals(variables('v'), 3)",
        "limit": {"count": 9, "timeout": "PT1H"},
        "actions": {"Add": changing("IncrementVariable", 1)},
    }
    assert ran({"V": variable("integer", 0), "U": until}).variables == {"v": 3}


@pytest.mark.parametrize(
    ("limit", "rounds"), [({"count": 4, "timeout": "PT9H"}, 4), ({"count": 60, "timeout": "PT2H"}, 2)]
)
def test_a_loop_ends_at_its_limit(limit: Part, rounds: int) -> None:
    pause = {"type": "Wait", "inputs": {"interval": {"count": 1, "unit": "Hour"}}}
    run = ran({"U": {"type": "Until", "expression": "@false", "limit": limit, "actions": {"Pause": pause}}})
    assert (run.status, len([each for each in run.history if each.name == "Pause"])) == (S, rounds)


# --- data -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            {"type": "Select", "inputs": {"from": "@triggerBody()?['all']", "select": {"n": "@item()?['a']"}}},
            [{"n": 1}, {"n": 2}],
        ),
        (
            {"type": "Query", "inputs": {"from": "@triggerBody()?['all']", "where": "@greater(item()?['a'], 1)"}},
            [{"a": 2}],
        ),
        ({"type": "Join", "inputs": {"from": "@createArray(1, true, 'x')", "joinWith": "-"}}, "1-True-x"),
        (
            {"type": "Table", "inputs": {"from": "@triggerBody()?['all']", "format": "HTML"}},
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>",
        ),
        ({"type": "Table", "inputs": {"from": "@triggerBody()?['all']", "format": "CSV"}}, "a\r\n1\r\n2\r\n"),
        (
            {"type": "ParseJson", "inputs": {"content": '{"a": 1}', "schema": {"type": "object", "required": ["a"]}}},
            {"a": 1},
        ),
    ],
    ids=lambda given: given.get("type") if isinstance(given, dict) else None,
)
def test_a_step_works_on_data(action: Part, expected: Any) -> None:
    assert ran({"A": action}, all=[{"a": 1}, {"a": 2}]).of("A").outputs["body"] == expected


def test_content_that_does_not_fit_its_schema_fails() -> None:
    parse = {"type": "ParseJson", "inputs": {"content": "{}", "schema": {"type": "object", "required": ["a"]}}}
    assert ran({"A": parse}).of("A").status == F


def test_variables_are_of_one_type_and_initialized_first() -> None:
    assert ran({"A": variable("integer", "x")}).of("A").status == F
    assert ran({"A": changing("SetVariable", 1)}).of("A").status == F


# --- expressions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@triggerOutputs()?['body/a/b']", 1),
        ("@triggerBody()?['x']?['y']", None),
        ("a @{triggerBody()?['x']}.", "a ."),
        ("@{true}", "True"),
        ("@{triggerBody()?['a']}", '{"b":1}'),
        ("@@x", "@x"),
        ("@coalesce(null, 'x')", "x"),
        ("@concat('a', 1, null)", "a1"),
        ("@equals('1', 1)", False),
        ("@equals(true, 1)", False),
        ("@if(equals(1, 1), 'y', 'n')", "y"),
        ("@and(true, not(false))", True),
        ("@contains('abc', 'b')", True),
        ("@contains(createArray(1), 1)", True),
        ("@empty('')", True),
        ("@length('abc')", 3),
        ("@first(createArray())", None),
        ("@take('abc', 2)", "ab"),
        ("@split('a,b', ',')", ["a", "b"]),
        ("@replace('a-b', '-', '+')", "a+b"),
        ("@substring('abc', 1, 1)", "b"),
        ("@toUpper('a')", "A"),
        ("@startsWith('Abc', 'aB')", True),
        ("@indexOf('abc', 'C')", 2),
        ("@div(7, 2)", 3),
        ("@div(7, 2.0)", 3.5),
        ("@mod(-7, 2)", -1),
        ("@add(1, 2)", 3),
        ("@max(1, 3, 2)", 3),
        ("@int('12')", 12),
        ("@json('[1]')", [1]),
        ("@string(createArray(1))", "[1]"),
        ("@base64ToString(base64('ü'))", "ü"),
        ("@encodeUriComponent('a b/c')", "a%20b%2Fc"),
        ("@decodeUriComponent('%0A')", "\n"),
        ("@union(createArray(1, 2), createArray(2, 3))", [1, 2, 3]),
        ("@setProperty(triggerBody()?['a'], 'c', 2)", {"b": 1, "c": 2}),
        ("@range(1, 3)", [1, 2, 3]),
        ("@utcNow()", "2026-03-02T12:00:00.0000000Z"),
        ("@utcNow('yyyy-MM-dd')", "2026-03-02"),
        ("@addDays(utcNow(), -7, 'yyyy-MM-dd')", "2026-02-23"),
        ("@formatDateTime('2026-03-02T08:05:00Z', 'dddd, dd MMM HH:mm')", "Monday, 02 Mar 08:05"),
        ("@convertFromUtc('2026-07-01T10:00:00Z', 'W. Europe Standard Time', 'HH:mm')", "12:00"),
        ("@ticks('0001-01-02T00:00:00Z')", 864_000_000_000),
        ("@parameters('Group (tri_Group)')", "desk"),
        ("@less('a', 'b')", True),
        ("@greaterOrEquals(2, 2)", True),
        ("@dayOfWeek('2026-03-01T00:00:00Z')", 0),
    ],
)
def test_an_expression_has_its_value(text: str, value: Any) -> None:
    found = computed(text, a={"b": 1})
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "@triggerBody()['x']", "@int('x')", "@div(1, 0)", "@first(1)", "@json('{')", "@toLower(null)", "@outputs('B')",
        "@not('true')", "@if(equals(1, 1), 'y', div(1, 0))", "@less(1, 'a')", "@substring('a', 2)", "@length(null)",
        "@variables('v')", "@createArray(1)[4]",
    ],
)  # fmt: skip
def test_an_expression_without_a_value_fails_its_step(text: str) -> None:
    run = ran({"A": compose(text)})
    assert (run.of("A").status, run.of("A").code) == (F, "InvalidTemplate")


@pytest.mark.parametrize(
    "actions",
    [
        {"A": {"type": "Http", "inputs": {}}},
        {"A": compose("@xpath('a', 'b')")},
        {"A": compose("@concat(")},
        {"A": compose(1, runtimeConfiguration={"paginationPolicy": {}})},
        {"A": compose(1, operationOptions="Sequential")},
        {"A": compose("@utcNow('K')")},
        {"A": mail(retryPolicy={"type": "sometimes"})},
        {"A": mail(authentication="none")},
        {"A": {"type": "If", "expression": {"xor": []}, "actions": {}}},
    ],
    ids=["type", "function", "syntax", "configuration", "option", "pattern", "retry", "authentication", "comparison"],
)
def test_what_the_engine_does_not_do_it_says(actions: Part) -> None:
    with pytest.raises(Unsupported):
        ran(actions)


# --- triggers, calls, history -----------------------------------------------------------------------------------------


def test_a_trigger_splits_and_starts_only_where_its_conditions_hold() -> None:
    trigger = {
        "type": "OpenApiConnectionNotification",
        "splitOn": "@triggerOutputs()?['body/value']",
        "conditions": [{"expression": "@greater(triggerOutputs()?['body/n'], 1)"}],
    }
    runs = engine({"A": compose("@triggerBody()?['n']")}, trigger).start(
        {"body": {"value": [{"n": 1}, {"n": 2}, {"n": 3}]}}
    )
    assert [run.of("A").outputs for run in runs] == [2, 3]
    assert len({run.name for run in runs}) == 2


def test_a_flow_that_recurs_runs_at_each_moment_of_its_rhythm() -> None:
    flow = engine(
        {"A": compose("@utcNow('HH:mm')")}, {"type": "Recurrence", "recurrence": {"frequency": "Hour", "interval": 2}}
    )
    assert [run.of("A").outputs for run in flow.recur(NOON + timedelta(hours=5))] == ["14:00", "16:00"]


def test_a_trigger_of_another_type_is_refused() -> None:
    with pytest.raises(Unsupported, match="the trigger SlidingWindow"):
        engine({}, {"type": "SlidingWindow"})


def scripted(*statuses: int) -> Callable[[Part], Answer]:
    left = list(statuses)

    def answer(_given: Part) -> Answer:
        status = left.pop(0)
        if not status:
            raise NoAnswer
        return Answer(status, {"code": "c"}, {"retry-after": "60"} if status == 429 else {})

    return answer


FIXED = {"type": "fixed", "count": 3, "interval": "PT10S"}
EXPONENTIAL = {"type": "exponential", "count": 3, "interval": "PT10S", "maximumInterval": "PT15S"}


@pytest.mark.parametrize(
    ("policy", "statuses", "status", "seconds"),
    [
        (FIXED, (200,), S, 0),
        (FIXED, (500, 0, 200), S, 20),
        (EXPONENTIAL, (500, 503, 408, 200), S, 40),
        (FIXED, (429, 200), S, 60),
        (FIXED, (500, 500, 500, 500), F, 30),
        (FIXED, (0, 0, 0, 0), F, 30),
        (FIXED, (404,), F, 0),
        ({"type": "none"}, (500,), F, 0),
        (None, (500, 500, 200), S, 20),
    ],
)
def test_a_call_is_tried_again_as_its_policy_says(
    policy: Part | None, statuses: tuple[int, ...], status: str, seconds: int
) -> None:
    more = {} if policy is None else {"retryPolicy": policy}
    flow = engine({"A": mail(**more)}, answer=scripted(*statuses))
    (run,) = flow.start({})
    assert (run.of("A").status, flow.clock.now() - NOON) == (status, timedelta(seconds=seconds))


def test_a_refused_call_has_its_answer_all_the_same() -> None:
    (run,) = engine({"A": mail(), "B": compose("@outputs('A')?['body/code']", {"A": [F]})}, answer=scripted(404)).start(
        {}
    )
    assert run.of("B").outputs == "c"


def test_the_history_hides_what_is_secured() -> None:
    hidden = {"runtimeConfiguration": {"secureData": {"properties": ["inputs"]}}}
    run = ran({"A": compose("secret", **hidden), "B": compose("open")})
    assert [(each.shown["inputs"], each.shown["outputs"]) for each in run.history] == [
        (HIDDEN, HIDDEN),
        ("open", "open"),
    ]


def test_a_response_is_what_the_caller_gets() -> None:
    run = ran(
        {"R": {"type": "Response", "kind": "Http", "inputs": {"statusCode": 202, "body": "@triggerBody()?['v']"}}}, v=1
    )
    assert run.response == {"statusCode": 202, "body": 1}

"""Is each fault that somebody may make in a blueprint or an app found?"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.lowcode.findings import Weight
from triage_core.lowcode.make.app import lint_app
from triage_core.lowcode.make.app_rules import APP_RULES
from triage_core.lowcode.make.lint import LARGEST, lint
from triage_core.lowcode.make.rules import RULES
from triage_core.packagers.make import app_files
from triage_core.packagers.tables import Tables

REPOSITORY: Final = Path(__file__).resolve().parents[3]
FILES: Final = sorted((REPOSITORY / "make" / "blueprints").glob("*.json"))
SHIPPED: Final[dict[str, Any]] = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
APP: Final = {path: text.encode() for path, text in app_files(Tables()).items()}
Code = dict[str, Any]
Fault = Callable[[Code], object]


def found_in(code: object) -> set[str]:
    return {finding.rule.id for finding in lint(json.dumps(code).encode(), "blueprint.json")}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_blueprint_is_clean(name: str) -> None:
    assert found_in(SHIPPED[name]) == set()


def test_the_shipped_app_is_clean() -> None:
    assert lint_app(APP) == []


def module(code: Code, number: int) -> Code:
    """Return a module of a flow by its number."""
    return next(each for each in _all(code["flow"]) if each["id"] == number)


def _all(flow: list[Code]) -> list[Code]:
    found: list[Code] = []
    for each in flow:
        found.append(each)
        for part in [*each.get("routes", []), *each.get("branches", [])]:
            found += _all(part["flow"])
        found += _all(each.get("onerror", []))
    return found


def first(code: Code, kind: str) -> Code:
    """Return the first module of a kind."""
    return next(each for each in _all(code["flow"]) if each["module"] == kind)


def call(code: Code) -> Code:
    return first(code, "http:ActionSendData")


def into_json(code: Code, text: str) -> None:
    """Make the first call one that sends JSON written by hand."""
    old = call(code)
    switches = ("parseResponse", "stopOnHttpError", "allowRedirects", "shareCookies", "requestCompressedContent")
    old["module"], old["version"], old["parameters"] = "http:MakeRequest", 4, {"authenticationType": "noAuth"}
    old["mapper"] = {
        **{key: old["mapper"][key] for key in ("url", "method", "headers")},
        **dict.fromkeys(switches, True),
        "queryParameters": [],
        "timeout": 60,
        "contentType": "json",
        "inputMethod": "jsonString",
        "jsonStringBodyContent": text,
    }


BRANCHES: Final = [
    {"type": "condition", "merge": True, "conditions": [[{"a": "{{1.x}}", "o": "exist"}]], "flow": []},
    {"type": "else", "merge": True, "flow": []},
]


def if_else(code: Code, change: Fault) -> None:
    """Put an if-else with its merge in front of the last module, and change it."""
    branches = copy.deepcopy(BRANCHES)
    place = {"designer": {"x": 0, "y": 0}}
    for number, branch in enumerate(branches):
        compose = {"id": 90 + number, "module": "util:ComposeTransformer", "version": 1, "parameters": {}}
        branch["flow"] = [{**compose, "mapper": {"value": "x"}, "metadata": place}]
    split = {
        "id": 80,
        "module": "builtin:BasicIfElse",
        "version": 1,
        "mapper": None,
        "branches": branches,
        "metadata": place,
    }
    outputs = [{"name": "state", "mappings": ["{{90.value}}", "{{91.value}}"]}]
    merge = {
        "id": 81,
        "module": "builtin:BasicMerge",
        "version": 1,
        "mapper": None,
        "outputs": outputs,
        "metadata": place,
    }
    code["flow"][2:2] = [split, merge]
    change(code)


def fields(code: Code) -> list[Code]:
    listed: list[Code] = call(code)["mapper"]["formFields"]
    return listed


def set_(place: str, value: object, number: int | None = None) -> Fault:
    """Set something in the file, or in the module of a number, by its path."""

    def change(code: Code) -> None:
        target: Any = code if number is None else module(code, number)
        *steps, last = place.split("/")
        for step in steps:
            target = target[int(step)] if step.isdecimal() else target[step]
        target[int(last) if last.isdecimal() else last] = value

    return change


def drop(place: str, number: int | None = None) -> Fault:
    """Remove something from the file or a module."""

    def change(code: Code) -> None:
        target: Any = code if number is None else module(code, number)
        *steps, last = place.split("/")
        for step in steps:
            target = target[step]
        del target[last]

    return change


def say(text: str) -> Fault:
    """Put a text into the first field of the first call of `intake`."""
    return lambda code: fields(code)[0].update(value=text)


#: Which blueprint, what is done to it, and the rule that must find it.
FAULTS: Final[dict[str, tuple[str, Fault, str]]] = {
    "a key at the top that exports have": ("intake", set_("scheduling", {"type": "immediately"}), "MK102"),
    "no name": ("intake", set_("name", ""), "MK103"),
    "a name without end": ("intake", set_("name", "x" * 121), "MK103"),
    "no modules": ("intake", set_("flow", []), "MK103"),
    "no version of the file": ("intake", set_("metadata/version", 2), "MK104"),
    "no settings": ("intake", drop("metadata/scenario"), "MK104"),
    "no orphans": ("intake", drop("metadata/designer"), "MK104"),
    "two modules of one number": ("intake", set_("id", 2, 3), "MK110"),
    "a number in quotes": ("intake", set_("id", "2", 2), "MK110"),
    "a kind without an app": ("intake", set_("module", "SetVariables", 2), "MK111"),
    "no version of a module": ("intake", drop("version", 2), "MK111"),
    "no place on the canvas": ("intake", drop("metadata/designer", 2), "MK111"),
    "a kind in another case": (
        "decided",
        lambda code: first(code, "slack:CreateMessage").update(module="slack:createMessage"),
        "MK112",
    ),
    "a version that was never seen": (
        "decided",
        lambda code: first(code, "slack:CreateMessage").update(version=5),
        "MK112",
    ),
    "a kind that somebody made up": ("intake", set_("module", "builtin:BasicRouters", 7), "MK112"),
    "a module nobody has seen": ("intake", set_("module", "zendesk:CreateTicket", 2), "MK113"),
    "somebody's hook": ("intake", set_("parameters/hook", 123456, 1), "MK114"),
    "somebody's connection": (
        "decided",
        lambda code: first(code, "slack:CreateMessage")["parameters"].update(__IMTCONN__=1),
        "MK114",
    ),
    "the editor's notes": ("intake", set_("metadata/restore", {}, 2), "MK115"),
    "a router with a mapper": ("intake", set_("mapper", {}, 7), "MK120"),
    "a router with a filter": ("intake", set_("filter", {"name": "x", "conditions": []}, 7), "MK120"),
    "a router without routes": ("intake", set_("routes", [], 7), "MK120"),
    "an empty route": ("intake", set_("routes/0/flow", [], 7), "MK120"),
    "a filter on the first module": ("intake", set_("filter", {"name": "x", "conditions": []}, 1), "MK121"),
    "two branches for the rest": ("intake", lambda code: if_else(code, set_("branches/0/type", "else", 80)), "MK122"),
    "a branch without conditions": (
        "intake",
        lambda code: if_else(code, set_("branches/0/conditions", [], 80)),
        "MK122",
    ),
    "a merge with one value for two branches": (
        "intake",
        lambda code: if_else(code, set_("outputs/0/mappings", ["{{90.value}}"], 81)),
        "MK123",
    ),
    "a merge that follows nothing": ("intake", lambda code: if_else(code, lambda code: code["flow"].pop(2)), "MK123"),
    "a filter on a branch": (
        "intake",
        lambda code: if_else(code, set_("branches/0/flow/0/filter", {"name": "x", "conditions": []}, 80)),
        "MK121",
    ),
    "an aggregator of nothing": (
        "bulk",
        lambda code: code["flow"][-1].update(module="builtin:BasicAggregator", version=1, parameters={"feeder": 77}),
        "MK124",
    ),
    "a call without an address": ("intake", drop("mapper/url", 3), "MK130"),
    "a method in capitals": ("intake", set_("mapper/method", "POST", 3), "MK131"),
    "a switch as a text": ("intake", set_("mapper/parseResponse", "yes", 3), "MK132"),
    "a wait of ten minutes": ("intake", set_("mapper/timeout", "600", 3), "MK132"),
    "an operator of the manual": (
        "decided",
        lambda code: call(code)["filter"]["conditions"][0][0].update(o="text:startswith"),
        "MK133",
    ),
    "commas between arguments": ("intake", say('{{ifempty(1.source, "mail")}}'), "MK140"),
    "braces that stay open": ("intake", say("{{1.source"), "MK140"),
    "braces in braces": ("intake", say("{{{{1.source}}}}"), "MK140"),
    "quotation marks of a word processor": ("intake", say("{{ifempty(1.source; \u201cmail\u201d)}}"), "MK140"),
    "a list that begins at nought": ("intake", say("{{1.items[0].source}}"), "MK140"),
    "a bracket that is missing": ("intake", say('{{ifempty(1.source; "mail"}}'), "MK140"),
    "a function that is misspelled": ("intake", say('{{ifEmpty(1.source; "mail")}}'), "MK141"),
    "a function that gets too little": ("intake", say("{{ifempty(1.source)}}"), "MK141"),
    "a word without quotation marks": ("intake", say("{{ifempty(1.source; mail)}}"), "MK142"),
    "a module that is not there": ("intake", say("{{99.source}}"), "MK143"),
    "a module that comes later": ("intake", say("{{6.status}}"), "MK144"),
    "a module of another route": (
        "first-reply",
        lambda code: module(code, code["flow"][3]["routes"][1]["flow"][0]["id"])["mapper"].update(
            text=f"{{{{{code['flow'][3]['routes'][0]['flow'][0]['id']}.data.state}}}}"
        ),
        "MK144",
    ),
    "an answer under another name": (
        "intake",
        lambda code: module(code, 6)["mapper"].update(status="{{3.body.state}}"),
        "MK145",
    ),
    "a variable that is not set": (
        "intake",
        lambda code: call(code)["mapper"].update(url="{{2.url}}/api/v1/tickets"),
        "MK145",
    ),
    "the number instead of the bundle": ("intake", say("{{1}}"), "MK146"),
    "an address that does not exist": ("intake", set_("mapper/url", "{{2.base_url}}/api/v1/ticket", 3), "MK150"),
    "a method that the address does not take": ("intake", set_("mapper/method", "delete", 3), "MK150"),
    "a field that the service does not know": ("intake", lambda code: fields(code)[0].update(key="title"), "MK151"),
    "a field that is missing": ("intake", lambda code: fields(code).pop(0), "MK151"),
    "JSON that is none": ("intake", lambda code: into_json(code, '{"source": {{1.source}}'), "MK151"),
    "free text in JSON": (
        "intake",
        lambda code: into_json(code, '{"source": "mail", "source_id": "1", "subject": "{{1.subject}}"}'),
        "MK152",
    ),
    "free text in an answer": (
        "intake",
        lambda code: module(code, 6)["mapper"].update(body='{"x": "{{3.data.subject}}"}'),
        "MK152",
    ),
    "a field that the answer does not have": (
        "intake",
        lambda code: module(code, 6)["mapper"].update(status="{{3.data.priority}}"),
        "MK153",
    ),
    "a field of a record that is not there": (
        "deadlines",
        lambda code: first(code, "slack:CreateMessage")["mapper"].update(text="{{3.data.items[1].late}}"),
        "MK153",
    ),
    "no key": ("first-reply", lambda code: call(code)["mapper"]["headers"].pop(), "MK154"),
    "a key that is new each time": (
        "first-reply",
        lambda code: call(code)["mapper"]["headers"][-1].update(value="{{uuid}}"),
        "MK154",
    ),
    "a key that is always the same": (
        "first-reply",
        lambda code: call(code)["mapper"]["headers"][-1].update(value="reply"),
        "MK154",
    ),
    "no handler": ("intake", drop("onerror", 3), "MK160"),
    "a break without a store": ("intake", set_("metadata/scenario/dlq", False), "MK161"),
    "a handler that ends in the middle": (
        "intake",
        lambda code: module(code, 4).update(module="util:FunctionSleep"),
        "MK162",
    ),
    "refusals that go on as answers": ("intake", set_("parameters/handleErrors", False, 3), "MK163"),
    "somebody's address": ("intake", say("kim@contoso.com"), "MK170"),
    "somebody's token": (
        "intake",
        lambda code: module(code, 2)["mapper"]["variables"][1].update(value="tl_1f4b9c7e2a6d8f0b3c5e7a9d"),
        "MK170",
    ),
    "an address twice": ("intake", set_("mapper/url", "https://triage.example.com/api/v1/tickets", 3), "MK171"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    name, change, rule = FAULTS[fault]
    code = copy.deepcopy(SHIPPED[name])
    change(code)
    assert rule in found_in(code)


def test_every_rule_finds_a_planted_fault() -> None:
    assert {rule for _, _, rule in FAULTS.values()} == RULES.keys() - {"MK101"}


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b"\xff\xfe{}", b"[" * 100_000, b" " * (LARGEST + 1), b'"text"'],
    ids=["list", "cut off", "not UTF-8", "nested", "too large", "a text"],
)
def test_a_file_that_is_no_blueprint_is_refused(content: bytes) -> None:
    assert [finding.rule.id for finding in lint(content, "x.json")] == ["MK101"]


def test_routes_without_end_are_refused() -> None:
    flow: list[Code] = []
    for number in range(200):
        flow = [{"id": number + 1, "module": "builtin:BasicRouter", "routes": [{"flow": flow}]}]
    assert found_in({**SHIPPED["intake"], "flow": flow}) == {"MK101"}


def test_a_blueprint_inside_the_wrapper_of_an_export_is_read() -> None:
    assert found_in({"blueprint": SHIPPED["intake"], "scheduling": {}}) == set()


JUNK: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["{{1.x}}", "{{", "}}", "{{a(;)}}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_no_change_makes_the_linter_fail(name: str, data: st.DataObject) -> None:
    code = copy.deepcopy(SHIPPED[name])
    for _ in range(data.draw(st.integers(1, 3))):
        spot = data.draw(st.sampled_from(_spots(code)))
        target, key = spot
        if data.draw(st.booleans()) and isinstance(target, dict):
            del target[key]
        else:
            target[key] = data.draw(JUNK)
    lint(json.dumps(code).encode(), "x.json")


def _spots(value: object) -> list[tuple[Any, Any]]:
    """Return every place of a document that can be changed."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [spot for key, each in inner for spot in [(value, key), *_spots(each)]]


@given(st.sampled_from(sorted(path for path in APP if path.endswith(".json"))), st.data())
def test_no_change_makes_the_linter_of_apps_fail(path: str, data: st.DataObject) -> None:
    code = json.loads(APP[path])
    if spots := _spots(code):
        target, key = data.draw(st.sampled_from(spots))
        target[key] = data.draw(JUNK)
    lint_app({**APP, path: json.dumps(code).encode()})


def changed(path: str, change: Fault) -> dict[str, bytes]:
    """Return the files of the app with one of them changed."""
    code = json.loads(APP[path])
    change(code)
    return {**APP, path: json.dumps(code).encode()}


TICKET: Final = "modules/submitTicket/submit-ticket"
BASE: Final = "general/base.iml.json"
APP_FAULTS: Final[dict[str, tuple[str, Fault, str]]] = {
    "a manifest that names a file that is not there": (
        "makecomapp.json",
        set_("generalCodeFiles/readme", "READ.md"),
        "MK202",
    ),
    "a module with a dash": (
        "makecomapp.json",
        lambda code: code["components"]["module"].update({"get-ticket": code["components"]["module"].pop("getTicket")}),
        "MK203",
    ),
    "arguments of a blueprint": (BASE, set_("response/error/message", "{{ifempty(body.detail; 'x')}}"), "MK204"),
    "quotation marks of a blueprint": (BASE, set_("response/error/message", '{{ifempty(body.detail, "x")}}'), "MK204"),
    "braces that stay open": (
        f"{TICKET}.communication.iml.json",
        set_("body/subject", "{{parameters.subject"),
        "MK204",
    ),
    "a parameter that is misspelled": (
        f"{TICKET}.communication.iml.json",
        set_("body/subject", "{{parameters.subjet}}"),
        "MK205",
    ),
    "a field of the connection that is not there": (BASE, set_("headers/x-api-key", "{{connection.key}}"), "MK205"),
    "a root that means nothing": (f"{TICKET}.communication.iml.json", set_("response/output", "{{response}}"), "MK205"),
    "a choice of nothing": (f"{TICKET}.mappable-params.iml.json", set_("0/options", []), "MK206"),
    "a field twice": (f"{TICKET}.mappable-params.iml.json", set_("0/name", "urgency"), "MK207"),
    "a sample of something else": (f"{TICKET}.samples.iml.json", set_("priority", "P1"), "MK208"),
    "a sample that lacks something": (f"{TICKET}.samples.iml.json", drop("class"), "MK208"),
    "an address that does not exist": (f"{TICKET}.communication.iml.json", set_("url", "/ticket"), "MK209"),
    "a method that the address does not take": (
        "webhooks/events/events.detach.iml.json",
        set_("method", "GET"),
        "MK209",
    ),
    "a status that is not told": (BASE, drop("response/error/409"), "MK210"),
    "a key in the log": (BASE, drop("log"), "MK211"),
    "a key of the connection in the log": (
        "connections/apiKey/api-key.communication.iml.json",
        set_("log/sanitize", []),
        "MK211",
    ),
    "a webhook that stays for ever": (
        "webhooks/events/events.detach.iml.json",
        set_("url", "/hooks/{{webhook.id}}"),
        "MK212",
    ),
    "a wait in a module": (f"{TICKET}.communication.iml.json", set_("timeout", 1000), "MK213"),
    "a wait without end": (BASE, set_("timeout", 600_000), "MK213"),
    "a call that leaves the service": (
        "modules/makeApiCall/make-api-call.communication.iml.json",
        set_("url", "{{parameters.url}}"),
        "MK214",
    ),
    "a list that is not there": (f"{TICKET}.mappable-params.iml.json", set_("0/options", "rpc://listThings"), "MK215"),
    "a field that the service does not know": (f"{TICKET}.communication.iml.json", set_("body/title", "x"), "MK216"),
    "a function that is misspelled": (
        f"{TICKET}.communication.iml.json",
        set_("body/subject", "{{lowercase(parameters.subject)}}"),
        "MK217",
    ),
}


def app_rules(files: dict[str, bytes]) -> set[str]:
    return {finding.rule.id for finding in lint_app(files)}


@pytest.mark.parametrize("fault", APP_FAULTS)
def test_a_planted_fault_of_the_app_is_found(fault: str) -> None:
    path, change, rule = APP_FAULTS[fault]
    assert rule in app_rules(changed(path, change))


def test_a_file_that_cannot_be_read_and_one_that_nobody_names_are_found() -> None:
    assert "MK201" in app_rules({**APP, BASE: b"{"})
    assert app_rules({**APP, "modules/old.iml.json": b"{}"}) == {"MK202"}


def test_every_rule_for_apps_finds_a_planted_fault() -> None:
    assert {rule for _, _, rule in APP_FAULTS.values()} | {"MK201"} == APP_RULES.keys()


def test_cautions_do_not_keep_a_file_from_being_used() -> None:
    assert {rule.id for rule in RULES.values() if rule.weight is Weight.WARNING} == {
        "MK113",
        "MK115",
        "MK146",
        "MK163",
        "MK171",
    }

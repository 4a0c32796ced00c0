"""Does the integration offer everything, in the words that Zapier's own checks ask for?

The ids are those of the platform's published integration checks; what needs an account or a live Zap is not here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from triage_core.contract.event_rows import EVENTS, sample_event
from triage_core.contract.operation import Surface
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.shape import shapes_of
from triage_core.packagers.tables import Tables
from triage_core.packagers.zapier import integration
from triage_core.packagers.zapier.integration import trigger_key
from triage_core.packagers.zapier.overlay import ZapierOverlay, zapier_overlay

Part = dict[str, Any]
Check = Callable[[Part], Iterator[str]]

_SMALL = {"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to"}
_CREDENTIAL = re.compile(r"(^|_)(api_?key|token|secret|password|auth|jwt|signature)($|_)")
#: Names in other systems, which no list of ours knows.
_FOREIGN = {"source_id", "source_event_id", "known_error_id", "problem_id", "change_id"}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "datetime": (str,),
}


@pytest.fixture(scope="module")
def words() -> ZapierOverlay:
    return zapier_overlay()


@pytest.fixture(scope="module")
def document(words: ZapierOverlay) -> Part:
    return integration(Tables(), words)


# --- what is offered --------------------------------------------------------------------------------------------------


def test_every_operation_is_offered_or_left_out_for_a_reason(words: ZapierOverlay) -> None:
    platform = {name for name, row in OPERATIONS.items() if row.surface is Surface.PLATFORM}
    assert words.offered.keys() | words.hidden.keys() == platform
    assert all(reason.endswith(".") for reason in words.hidden.values())
    assert words.offered.keys() & words.hidden.keys() == set()


def test_every_event_is_a_trigger_with_a_sample_of_its_own(document: Part) -> None:
    shown = {key for key, trigger in document["triggers"].items() if trigger["operation"]["type"] == "hook"}
    assert shown == {trigger_key(event) for event in EVENTS}
    for event, row in EVENTS.items():
        operation = document["triggers"][trigger_key(event)]["operation"]
        assert operation["sample"] == {name: sample_event(event)[name] for name in operation["sample"]}
        assert set(operation["sample"]) == set(row.fills)


def test_every_call_names_what_the_contract_names(document: Part) -> None:
    for call in _calls(document["calls"]):
        row = OPERATIONS[call["operation"]]
        assert (call["method"], call["path"]) == (row.method, row.path)
        if "body" in call:
            assert row.request is not None
            assert call["body"] == [shape.name for shape in shapes_of(row.request)]


def test_every_step_asks_for_what_its_operation_needs(document: Part, words: ZapierOverlay) -> None:
    for name, item in words.creates.items():
        row = OPERATIONS[name]
        needed = [shape.name for model in (row.params, row.request) if model for shape in shapes_of(model)]
        left_out = {field for field in needed if field in words.fields and words.fields[field].left_out}
        asked = [field["key"] for field in document["creates"][item.key]["operation"]["inputFields"]]
        assert set(needed) - left_out <= set(asked)
        assert set(asked) - set(needed) <= {"once_per", "ticket_id"}


def test_keys_are_unique_over_all_kinds(document: Part) -> None:
    keys = [key for kind in ("triggers", "creates", "searches") for key in document[kind]]
    assert len(keys) == len(set(keys))


def _calls(part: Any) -> Iterator[Part]:
    if isinstance(part, dict):
        if "operation" in part:
            yield part
        for each in part.values():
            yield from _calls(each)


# --- the platform's checks --------------------------------------------------------------------------------------------


def _items(document: Part, *kinds: str) -> Iterator[tuple[str, Part]]:
    for kind in kinds or ("triggers", "creates", "searches"):
        yield from document[kind].items()


def _visible(document: Part) -> Iterator[tuple[str, Part]]:
    return ((key, item) for key, item in _items(document) if not item["display"].get("hidden"))


def _inputs(document: Part) -> Iterator[tuple[str, Part]]:
    for key, item in _items(document, "creates", "searches"):
        for field in item["operation"]["inputFields"]:
            yield from ((key, each) for each in [field, *field.get("children", ())])


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def _said(document: Part) -> Iterator[str]:
    for item in (document["connection"]["fields"], *(item for _, item in _items(document))):
        yield from _texts(item)


def d001(document: Part) -> Iterator[str]:
    yield from (field["key"] for _, field in _inputs(document) if _CREDENTIAL.search(field["key"]))


def d002(document: Part) -> Iterator[str]:
    key = next(field for field in document["connection"]["fields"] if field["type"] == "password")
    if not re.search(r"\[[^]]+]\(https://[^)]+\)", key["helpText"]):
        yield key["key"]


def d003(document: Part) -> Iterator[str]:
    if not re.search(r"\{\{\w+}}", document["connection"]["connectionLabel"]):
        yield "connectionLabel"


def d004(document: Part) -> Iterator[str]:
    for key, field in _inputs(document):
        if field["key"].endswith("_id") and field["key"] not in _FOREIGN and "dynamic" not in field:
            yield f"{key}.{field['key']}"


def d005(document: Part) -> Iterator[str]:
    for key, field in _inputs(document):
        if "dynamic" in field and field["dynamic"].partition(".")[0] not in document["triggers"]:
            yield f"{key}.{field['key']}"


def d007(document: Part) -> Iterator[str]:
    yield from (text for text in _said(document) if "http://" in text)


def d008(document: Part) -> Iterator[str]:
    for _, item in [("", {"fields": document["connection"]["fields"]}), *_items(document)]:
        for text in _help(item):
            bare = re.sub(r"\[[^]]*]\([^)]*\)|`[^`]*`", "", text)
            if "://" in bare:
                yield text


def _help(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[name] for name in ("helpText", "description") if isinstance(part.get(name), str))
    if isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _help(each)


def d009(document: Part) -> Iterator[str]:
    yield from (key for key, item in _items(document, "searches") if not item["operation"]["inputFields"])


def d010(document: Part) -> Iterator[str]:
    for key, item in _items(document, "triggers"):
        if item["operation"]["type"] == "polling" and "id" not in item["operation"]["sample"]:
            yield key


def d011(document: Part) -> Iterator[str]:
    for key, field in _inputs(document):
        if field.get("helpText", "").lower() == field["label"].lower():
            yield f"{key}.{field['key']}"


def d012(document: Part) -> Iterator[str]:
    for key, item in _visible(document):
        fields = {field["key"] for field in item["operation"]["outputFields"]}
        if not item["operation"].get("sample") or set(item["operation"]["sample"]) != fields:
            yield key


def d013(document: Part) -> Iterator[str]:
    for key, field in _inputs(document):
        if "search" in field and field["search"].partition(".")[0] not in document["searches"]:
            yield f"{key}.{field['key']}"


def d014(document: Part) -> Iterator[str]:
    for key, field in _inputs(document):
        if "search" in field and "dynamic" not in field:
            yield f"{key}.{field['key']}"


def d015(document: Part) -> Iterator[str]:
    for key, item in document["searchOrCreates"].items():
        if item["search"] not in document["searches"] or item["create"] not in document["creates"]:
            yield key


def d018(document: Part) -> Iterator[str]:
    for key, item in _visible(document):
        words = item["display"]["label"].split()
        if not all(word[:1].isupper() or (number and word in _SMALL) for number, word in enumerate(words)):
            yield key


def d021(document: Part) -> Iterator[str]:
    for key, item in _items(document, "triggers"):
        said = item["display"]["description"]
        if not said.startswith("Triggers when ") or not said.endswith("."):
            yield key


def d022(document: Part) -> Iterator[str]:
    yield from (key for key, item in _items(document, "creates") if not item["operation"]["inputFields"])


def d023(document: Part) -> Iterator[str]:
    for key, field, value in _sampled(document):
        if field["type"] == "datetime" and value is not None and datetime.fromisoformat(value).tzinfo is None:
            yield f"{key}.{field['key']}"


def d024(document: Part) -> Iterator[str]:
    for key, field, value in _sampled(document):
        is_number = isinstance(value, bool) and field["type"] != "boolean"
        if value is not None and (not isinstance(value, _TYPES[field["type"]]) or is_number):
            yield f"{key}.{field['key']}"


def _sampled(document: Part) -> Iterator[tuple[str, Part, Any]]:
    for key, item in _visible(document):
        yield from _pairs(key, item["operation"]["outputFields"], item["operation"]["sample"])


def _pairs(key: str, fields: list[Part], sample: Part) -> Iterator[tuple[str, Part, Any]]:
    for field in fields:
        if "children" not in field:
            yield key, field, sample[field["key"]]
        for record in sample[field["key"]] if "children" in field else ():
            yield from _pairs(key, field["children"], record)


def d025(document: Part) -> Iterator[str]:
    yield from (text for text in _said(document) if re.search(r"(?i)\b(javascript|data|vbscript):", text))


def schema_default(document: Part) -> Iterator[str]:
    """A field begins with a text, whatever it holds."""
    for key, field in _inputs(document):
        if not isinstance(field.get("default", ""), str):
            yield f"{key}.{field['key']}"


def schema_children(document: Part) -> Iterator[str]:
    """A line item has records of one level and nothing that belongs to a single value."""
    for key, field in _inputs(document):
        if "children" in field and (not field["children"] or field.keys() & {"list", "dict", "type", "helpText"}):
            yield f"{key}.{field['key']}"


def schema_lists(document: Part) -> Iterator[str]:
    """What is chosen from a list of ours has no list of its own."""
    for key, field in _inputs(document):
        if "dynamic" in field and "choices" in field:
            yield f"{key}.{field['key']}"


def house_words(document: Part) -> Iterator[str]:
    """A step says what it does, in the third person, without the app's name; nothing is called an ID."""
    for key, item in _items(document, "creates", "searches"):
        if not re.match(r"[A-Z][a-z]+s ", item["display"]["description"]):
            yield key
    for _, item in _visible(document):
        yield from (text for text in _texts(item) if re.search(r"\bID\b|Triage Loop|Zapier", text))


def _put(path: str, value: Any) -> Callable[[Part], None]:
    """Return what puts a value into a document; a step of digits is a place in a list."""

    def damage(document: Part) -> None:
        *steps, last = (int(step) if step.isdecimal() else step for step in path.split("/"))
        place: Any = document
        for step in steps:
            place = place[step]
        place[last] = value

    return damage


_FIELD = "creates/submit_ticket/operation/inputFields/0/"
CHECKS: dict[str, tuple[Check, Callable[[Part], None]]] = {
    "D001": (d001, _put(_FIELD + "key", "api_key")),
    "D002": (d002, _put("connection/fields/1/helpText", "Ask somebody.")),
    "D003": (d003, _put("connection/connectionLabel", "Service")),
    "D004": (d004, _put(_FIELD + "key", "queue_id")),
    "D005": (d005, _put(_FIELD + "dynamic", "list_nothing.id.name")),
    "D007": (d007, _put(_FIELD + "helpText", "See `http://example.com`.")),
    "D008": (d008, _put(_FIELD + "helpText", "See https://example.com.")),
    "D009": (d009, _put("searches/find_ticket/operation/inputFields", [])),
    "D010": (d010, _put("triggers/list_people/operation/sample", {"name": "Lee"})),
    "D011": (d011, _put(_FIELD + "helpText", "source system")),
    "D012": (d012, _put("triggers/ticket_triaged/operation/sample", {})),
    "D013": (d013, _put(_FIELD + "search", "find_nothing.id")),
    "D014": (d014, _put(_FIELD + "search", "find_ticket.ticket_id")),
    "D015": (d015, _put("searchOrCreates/find_ticket/create", "submit_nothing")),
    "D018": (d018, _put("creates/submit_ticket/display/label", "Submit ticket")),
    "D021": (d021, _put("triggers/ticket_triaged/display/description", "Triggers whenever a ticket comes")),
    "D022": (d022, _put("creates/submit_ticket/operation/inputFields", [])),
    "D023": (d023, _put("triggers/ticket_triaged/operation/sample/at", "2026-03-02T09:00:00")),
    "D024": (d024, _put("creates/submit_ticket/operation/sample/gate_required", "yes")),
    "D025": (d025, _put(_FIELD + "helpText", "javascript:alert(1)")),
    "default": (schema_default, _put(_FIELD + "default", False)),
    "children": (schema_children, _put("creates/submit_tickets/operation/inputFields/0/list", True)),
    "lists": (schema_lists, _put("creates/assign_ticket/operation/inputFields/0/choices", ["a"])),
    "words": (house_words, _put("creates/submit_ticket/display/description", "Submit a ticket.")),
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_integration_passes_the_platforms_check(document: Part, name: str) -> None:
    check, _ = CHECKS[name]
    assert [*check(document)] == []


@pytest.mark.parametrize("name", CHECKS)
def test_what_breaks_the_platforms_check_is_found(document: Part, name: str) -> None:
    check, damage = CHECKS[name]
    damaged = deepcopy(document)
    damage(damaged)
    assert [*check(damaged)] != []


def test_the_document_is_plain_json(document: Part) -> None:
    assert json.loads(json.dumps(document)) == document

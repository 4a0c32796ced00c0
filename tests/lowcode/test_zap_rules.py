"""Does each rule about Zaps find what breaks it, and leave alone what does not?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.lowcode.zapier.catalogue import Catalogue
from triage_core.lowcode.zapier.linting import RULES, lint_document
from triage_core.packagers.tables import Tables
from triage_core.packagers.zapier import integration
from triage_core.packagers.zapier.overlay import zapier_overlay

Part = dict[str, Any]
Damage = Callable[[Part], None]

ZAPS = Path(__file__).resolve().parents[2] / "zapier" / "zaps"
REPLY, TRIAGE, PLAIN = "send-approved-replies", "triage-zendesk-tickets", "submit-with-webhooks-alone"


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return Catalogue(integration(Tables(), zapier_overlay()))


def document(name: str) -> Part:
    return dict(json.loads((ZAPS / f"{name}.json").read_text("utf-8")))


def put(path: str, value: Any) -> Damage:
    """Return what puts a value into the first Zap of a file."""

    def damage(document: Part) -> None:
        *steps, last = path.split("/")
        place: Any = document["zaps"][0]
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = value

    return damage


def drop(path: str) -> Damage:
    def damage(document: Part) -> None:
        *steps, last = path.split("/")
        place: Any = document["zaps"][0]
        for step in steps:
            place = place[step]
        del place[last]

    return damage


def twice(document: Part) -> None:
    document["zaps"].append(deepcopy(document["zaps"][0]))


def open_filter(number: str) -> Damage:
    """Let a filter ask for something else than it has to."""
    return put(f"nodes/{number}/params/filter_criteria/0/value", "anything")


BREAKS: list[tuple[str, str, Damage]] = [
    ("ZP001", REPLY, lambda zap: zap.update(metadata={"version": "gdpr_v1"})),
    ("ZP001", REPLY, lambda zap: zap.update(zaps=[])),
    ("ZP001", REPLY, twice),
    ("ZP002", REPLY, put("status", "on")),
    ("ZP002", REPLY, drop("nodes/4/meta")),
    ("ZP003", REPLY, put("nodes/2/parent_id", None)),
    ("ZP003", REPLY, put("title", "Another title")),
    ("ZP003", REPLY, put("nodes/1/type_of", "write")),
    ("ZP004", REPLY, put("nodes/2/parent_id", 99)),
    ("ZP004", REPLY, put("nodes/4/root_id", 2)),
    ("ZP004", REPLY, put("nodes/4/id", 44)),
    ("ZP004", REPLY, put("nodes/2/parent_id", 3)),
    ("ZP005", REPLY, put("nodes/4/type_of", "action")),
    ("ZP006", REPLY, put("nodes/5/parent_id", 3)),
    ("ZP006", TRIAGE, put("nodes/5/selected_api", "FilterAPI")),
    ("ZP010", REPLY, put("nodes/4/params/once_per", "{{7__permit}}")),
    ("ZP010", REPLY, put("nodes/3/params/filter_criteria/0/key", "9__x")),
    ("ZP011", REPLY, put("nodes/9/params/to", "{{7__priority}}")),
    ("ZP012", REPLY, put("nodes/5/action", "decide_approval")),
    ("ZP012", REPLY, put("nodes/1/action", "list_people")),
    ("ZP013", REPLY, drop("nodes/4/params/kind")),
    ("ZP013", REPLY, put("nodes/4/params/colour", "red")),
    ("ZP014", REPLY, put("nodes/6/params/filter_criteria", [])),
    ("ZP014", REPLY, put("nodes/6/params/filter_criteria/0/match", "equals")),
    ("ZP020", REPLY, put("nodes/9/authentication_id", "ab" * 32)),
    ("ZP020", PLAIN, put("nodes/2/params/headers/x-api-key", "tl_live_4711")),
    ("ZP020", REPLY, put("nodes/9/params/note", "Bearer abc.def")),
    ("ZP021", TRIAGE, open_filter("7")),
    ("ZP022", REPLY, open_filter("8")),
    ("ZP023", REPLY, drop("nodes/10")),
    ("ZP024", REPLY, put("nodes/4/params/once_per", "reply")),
    ("ZP025", REPLY, open_filter("3")),
    ("ZP030", PLAIN, put("nodes/2/params/url", "http://triage.example.com/api/v1/tickets")),
    ("ZP030", PLAIN, put("nodes/2/params/url", "https://triage.example.com/api/v1/ticket")),
    ("ZP030", PLAIN, drop("nodes/2/params/headers/x-api-key")),
    ("ZP030", PLAIN, put("nodes/2/params/url", "https://triage.example.com/api/v1/tickets/t1/assign")),
    ("ZP030", PLAIN, put("nodes/2/params/data/priority", "high")),
]


def found(zap: Any, known: Catalogue) -> set[str]:
    return {finding.rule.id for finding in lint_document("zap.json", zap, known)}


@pytest.mark.parametrize(("rule", "name", "damage"), BREAKS)
def test_what_breaks_a_rule_is_found(known: Catalogue, rule: str, name: str, damage: Damage) -> None:
    zap = document(name)
    assert found(zap, known) == set()
    damage(zap)
    assert rule in found(zap, known)


def test_every_rule_has_an_id_of_its_own_and_a_file_that_breaks_it() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert set(ids) == {rule for rule, _, _ in BREAKS}


@pytest.mark.parametrize("zap", [[], "zaps", 7, None, {"metadata": {"version": 2}, "zaps": [7, {"nodes": [1]}]}])
def test_what_is_no_file_of_zaps_is_told_and_breaks_nothing(known: Catalogue, zap: Any) -> None:
    assert found(zap, known) == {"ZP001"}


def places(part: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place in a document."""
    for step, each in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield (*steps, step)
        yield from places(each, (*steps, step))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("https://[/api/v1/{{1__x}}"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(name=st.sampled_from([REPLY, TRIAGE, PLAIN]), data=st.data(), value=JSON)
def test_whatever_stands_anywhere_is_told_and_breaks_nothing(
    known: Catalogue, name: str, data: st.DataObject, value: Any
) -> None:
    damaged: Any = document(name)
    *steps, last = data.draw(st.sampled_from([*places(damaged)]))
    place = damaged
    for step in steps:
        place = place[step]
    place[last] = value
    assert all(str(finding) for finding in lint_document("zap.json", damaged, known))


def test_steps_in_a_circle_are_told_and_end(known: Catalogue) -> None:
    zap = document(REPLY)
    put("nodes/2/parent_id", 10)(zap)
    assert "ZP004" in found(zap, known)


def test_a_private_app_with_its_own_number_is_known_too(known: Catalogue) -> None:
    zap = document(REPLY)
    text = json.dumps(zap).replace("TriageLoopCLIAPI@1.0.0", "App123456CLIAPI@1.2.0")
    assert found(json.loads(text), known) == set()


def test_no_secret_is_repeated(known: Catalogue) -> None:
    zap = document(PLAIN)
    put("nodes/2/params/headers/x-api-key", "tl_live_4711")(zap)
    assert "4711" not in "".join(map(str, lint_document("zap.json", zap, known)))

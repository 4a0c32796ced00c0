"""Does the linter find every planted fault, stay silent about sound flows, and answer whatever it is given?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lowcode.power_automate.faults import FAULTS, Fault
from tests.lowcode.power_automate.sample_flow import TEMPLATES, connector, flow
from triage_core.lowcode.power_automate.flow import Flow
from triage_core.lowcode.power_automate.linting import RULES, lint_document, lint_flows
from triage_core.lowcode.power_automate.native import NATIVE
from triage_core.lowcode.power_automate.operations import Catalogue
from triage_core.lowcode.power_automate.reading import Document

if TYPE_CHECKING:
    from triage_core.lowcode.findings import Finding

SHIPPED = sorted(TEMPLATES.glob("*.json"))
#: What only a solution, or a file that cannot be read, can have wrong; other tests plant these.
ELSEWHERE = {"PA001", "PA807", "PA808", "PA809"}


def linted(content: Any) -> list[Finding]:
    return list(lint_document(Document("flow.json", content), Catalogue(connector())))


def test_the_sound_flow_is_clean() -> None:
    assert [str(finding) for finding in linted(flow())] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_flows_are_clean(path: Path) -> None:
    assert [str(finding) for finding in lint_flows(path, connector()).findings] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}-{fault.place[-40:]}")
def test_a_planted_fault_is_found(fault: Fault) -> None:
    found = linted(fault.flow)
    assert fault.rule in {finding.rule.id for finding in found}, [str(finding) for finding in found]


def test_every_rule_has_a_planted_fault() -> None:
    assert {fault.rule for fault in FAULTS} | ELSEWHERE == {rule.id for rule in RULES}


def test_rules_have_ids_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_finding_leads_to_its_place() -> None:
    (found,) = linted(Fault("", "actions>Try>actions>Say>inputs", "@lower('A')").flow)
    assert found.pointer == "/properties/definition/actions/Try/actions/Say/inputs"


def test_no_secret_is_repeated() -> None:
    secret = "Bearer abcdefghijklmnopqrstuvwxyz012345"
    found = linted(Fault("", "actions>Try>actions>Say>inputs", secret).flow)
    assert found
    assert not any("abcdefgh" in str(finding) for finding in found)


def test_operations_of_others_are_those_that_were_observed(shared_schemas: Path) -> None:
    path = shared_schemas / "power-platform" / "connector-operations.observed.json"
    observed = json.loads(path.read_text("utf-8"))
    for api, rows in NATIVE.items():
        for name, row in rows.items():
            if name in observed.get(api, {}) and "parameters" in observed[api][name]:
                seen = observed[api][name]
                listed = {*seen["parameters"], *seen.get("channel_parameters_community", ())}
                assert {*row.required, *row.optional} <= listed, name


# --- whatever it is given ---------------------------------------------------------------------------------------------

DOCUMENTS = [json.loads(path.read_text("utf-8")) for path in SHIPPED] + [flow()]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from(["@body('x')", "@{", "@", "@@{", "Foreach", "OpenApiConnection", "PT1S", "@items('Scope_try')"]),
    st.just([]),
    st.just({}),
    st.just([{}, None, "x"]),
    st.just({"actions": {"x": {}}, "type": []}),
)


def _places(document: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [place, *(found for name, value in inner for found in _places(value, (*place, name)))]


PLACES = [_places(document)[1:] for document in DOCUMENTS]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Return a flow with some of its parts gone, renamed or replaced."""
    number = draw(st.integers(0, len(DOCUMENTS) - 1))
    document = json.loads(json.dumps(DOCUMENTS[number]))
    for place in draw(st.lists(st.sampled_from(PLACES[number]), min_size=1, max_size=4)):
        _mutate(document, place, draw(st.sampled_from(("gone", "renamed", "replaced"))), draw(JUNK))
    return document


def _mutate(document: Any, place: tuple[Any, ...], how: str, junk: Any) -> None:
    *above, last = place
    try:
        for name in above:
            document = document[name]
        value = document.pop(last)
    except (KeyError, IndexError, TypeError, AttributeError):
        return  # an earlier change took the place away
    if how == "gone":
        return
    name = f"{junk}" if how == "renamed" else last
    new = value if how == "renamed" else junk
    document.insert(last, new) if isinstance(document, list) else document.__setitem__(name, new)


@given(document=mutated())
def test_changed_at_random_a_flow_is_judged_and_nothing_breaks(document: Any) -> None:
    for finding in linted(document):
        assert str(finding)


@given(
    document=st.recursive(
        JUNK,
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["properties", "definition", "actions", "triggers", "type", "inputs", "host", "runAfter", "parameters"]
            ),
            inner,
        ),
    )
)
def test_any_document_is_judged(document: Any) -> None:
    for finding in linted(document):
        assert str(finding)


def test_a_flow_may_come_without_what_an_export_puts_around_it() -> None:
    bare = flow()["properties"]["definition"]
    assert Flow(Document("f", bare)).is_bare
    assert [finding for finding in linted(bare) if finding.rule.id in {"PA101", "PA102", "PA801"}] == []

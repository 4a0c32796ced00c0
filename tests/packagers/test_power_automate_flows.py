"""Do the flows keep the promises of every flow: one failure path, one effect, no customer's words in the open?"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from triage_core.contract.operation import Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.packagers.power_automate.labels import Kind, Labels, Variable, labels
from triage_core.packagers.power_automate.pictures import branches, flows_page, picture
from triage_core.packagers.power_automate.templates import Template, templates_of
from triage_core.packagers.shipped import shipped_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Part = dict[str, Any]

FLOWS = templates_of(shipped_files("flows", "templates"), labels())
each_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.stem)
OURS = "shared_triage"
#: Answers that hold words of a customer, beside those that the contract marks.
GIVES_WORDS = {"SubmitTicket", "RecordEvent", "GetTicket", "SearchTickets", "PreviewTicket", "ReleaseMessage"}


@pytest.fixture(scope="module")
def words() -> Labels:
    return labels()


def steps(flow: Template) -> Iterator[tuple[str, Part]]:
    yield from _inside(flow.definition["actions"])


def _inside(actions: Mapping[str, Part]) -> Iterator[tuple[str, Part]]:
    for name, action in actions.items():
        yield name, action
        yield from itertools.chain.from_iterable(_inside(branch.actions) for branch in branches(action))


def calls(flow: Template) -> Iterator[tuple[str, Part, str]]:
    """Yield each step that calls our connector, with its operation."""
    for name, step in steps(flow):
        host = step["inputs"].get("host", {}) if isinstance(step.get("inputs"), dict) else {}
        if host.get("connectionName") == OURS:
            yield name, step, host["operationId"]


def test_every_file_is_a_flow_with_a_name_and_every_name_has_a_file(words: Labels) -> None:
    assert shipped_files("flows", "templates").keys() == words.flows.keys()
    assert len(words.flows) >= 8


@each_flow
def test_a_flow_tries_its_steps_and_has_one_failure_path(flow: Template) -> None:
    tried, caught = flow.definition["actions"].values()
    assert [*flow.definition["actions"]] == ["Scope_try", "Scope_catch"]
    assert (tried["type"], caught["type"]) == ("Scope", "Scope")
    assert caught["runAfter"] == {"Scope_try": ["Failed", "TimedOut"]}
    named = dict(_inside(caught["actions"]))
    assert {"Tell_operations", "Stop_as_failed"} <= named.keys()
    assert named["Stop_as_failed"]["runAfter"] == {"Tell_operations": ["Succeeded", "Failed", "TimedOut", "Skipped"]}


@each_flow
def test_every_call_names_its_run_and_says_when_it_is_repeated(flow: Template) -> None:
    for name, step, _ in calls(flow):
        assert step["inputs"]["parameters"]["X-Correlation-Id"] == "@workflow()?['run']?['name']", name
        assert step["inputs"]["retryPolicy"]["type"] in {"exponential", "fixed"}, name


@each_flow
def test_a_call_that_needs_a_key_has_one_that_follows_from_what_set_it_off(flow: Template) -> None:
    for name, step, operation in calls(flow):
        key = step["inputs"]["parameters"].get("Idempotency-Key")
        if OPERATIONS[operation].repeat is Repeat.KEY:
            assert re.search(r"triggerOutputs|triggerBody|outputs\(", key), name
            assert "workflow()" not in key, name


@each_flow
def test_what_a_customer_wrote_shows_in_no_history_of_runs(flow: Template) -> None:
    for name, step, operation in calls(flow):
        if operation in GIVES_WORDS or OPERATIONS[operation].carries_text:
            assert step["runtimeConfiguration"]["secureData"]["properties"] == ["inputs", "outputs"], name


@each_flow
def test_a_trigger_starts_a_bounded_number_of_runs(flow: Template) -> None:
    (trigger,) = flow.definition["triggers"].values()
    assert 1 <= trigger["runtimeConfiguration"]["concurrency"]["runs"] <= 100


@each_flow
def test_names_and_ids_are_within_the_limits_of_the_platform(flow: Template) -> None:
    every = [*steps(flow), *flow.definition["triggers"].items()]
    ids = [step["metadata"]["operationMetadataId"] for _, step in every]
    assert len({name for name, _ in every}) == len(every) <= 500
    assert max(len(name) for name, _ in every) <= 80
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in ids)
    assert flow.document["schemaVersion"] == "1.0.0.0"
    assert flow.document["properties"]["templateName"] is None


@each_flow
def test_variables_are_those_of_the_solution_and_each_is_read(flow: Template, words: Labels) -> None:
    text = json.dumps([flow.definition["triggers"], flow.definition["actions"]])
    for name, parameter in flow.definition["parameters"].items():
        if not name.startswith("$"):
            schema = parameter["metadata"]["schemaName"]
            variable = words.variables[schema]
            assert name == f"{variable.name} ({schema})"
            assert parameter["metadata"]["description"] == variable.description
            assert (parameter["type"], parameter["defaultValue"]) == default_of(variable)
            assert f"parameters('{name}')" in text


def default_of(variable: Variable) -> tuple[str, str | bool]:
    if variable.type is Kind.BOOLEAN:
        return "Bool", variable.value == "yes"
    return "String", variable.value or ""


@each_flow
def test_the_picture_shows_every_step_once(flow: Template) -> None:
    drawn = re.findall(r'"([^"]+)"', picture(flow.definition))
    tried = [name.replace("_", " ") for name, _ in _inside(flow.definition["actions"]["Scope_try"]["actions"])]
    (trigger,) = flow.definition["triggers"]
    assert drawn == [trigger.replace("_", " "), *tried, "If a step fails: tell operations, stop as failed"]


def test_the_page_of_flows_links_to_every_flow(words: Labels) -> None:
    page = flows_page(shipped_files("flows", "templates"))
    for said in words.flows.values():
        assert f"[{said.name}](#{said.name.lower().replace(' ', '-')})" in page
        assert f"\n## {said.name}\n" in page

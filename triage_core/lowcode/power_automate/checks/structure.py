"""Has the file the shape of a flow?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, pointer
from triage_core.lowcode.power_automate.checks import shapes
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.power_automate.flow import Step
_SCHEMA: Final = "2016-06-01/workflowdefinition.json#"
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _no_definition(view: View) -> Iterator[Trouble]:
    if not view.flow.definition:
        yield Trouble("", "there is no flow in this file: the definition should stand in `properties`")


def _root(view: View) -> Iterator[Trouble]:
    content, around = view.flow.content, view.flow.around
    if view.flow.is_bare or view.flow.is_legacy or not view.flow.definition:
        return
    if text(content, "schemaVersion") != "1.0.0.0":
        yield Trouble("/schemaVersion", "`schemaVersion` should stand at the root and be 1.0.0.0")
    for name in ("schemaVersion",):
        if name in around:
            yield Trouble(pointer("properties", name), f"`{name}` belongs to the root of the file")
    if "templateName" in content:
        yield Trouble("/templateName", "`templateName` belongs into `properties`")
    if not isinstance(around.get("connectionReferences"), dict):
        yield Trouble("/properties/connectionReferences", "`connectionReferences` should be an object")


def _definition(view: View) -> Iterator[Trouble]:
    given = view.flow.definition
    if not given:
        return
    if not text(given, "$schema").endswith(_SCHEMA):
        yield Trouble(view.flow.at("$schema"), f"`$schema` should end with {_SCHEMA}")
    if not _VERSION.fullmatch(text(given, "contentVersion")):
        yield Trouble(view.flow.at("contentVersion"), "`contentVersion` should be four numbers, such as 1.0.0.0")
    for name in ("triggers", "actions"):
        if not isinstance(given.get(name), dict) or not given[name]:
            yield Trouble(view.flow.at(name), f"`{name}` should be an object with at least one member")
    for name in ("parameters", "outputs"):
        if not isinstance(given.get(name, {}), dict):
            yield Trouble(view.flow.at(name), f"`{name}` should be an object")


def _one_trigger(view: View) -> Iterator[Trouble]:
    if len(view.flow.triggers) > 1:
        yield Trouble(view.flow.at("triggers"), f"a flow has one trigger, this one has {len(view.flow.triggers)}")


def _metadata(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        given = part(step.body, "metadata").get("operationMetadataId")
        if given is not None and not (isinstance(given, str) and _ID.fullmatch(given)):
            yield Trouble(step.at("metadata", "operationMetadataId"), "an operationMetadataId is a GUID in lower case")


def _twice(view: View) -> Iterator[Trouble]:
    seen: dict[str, Step] = {}
    for step in view.flow.actions:
        if step.name in seen:
            yield Trouble(step.at(), f"another step is called {quoted(step.name)} as well, at {seen[step.name].at()}")
        seen.setdefault(step.name, step)


def _parameters(view: View) -> Iterator[Trouble]:
    for name, given in view.flow.declared.items():
        if text(given, "type").lower() not in shapes.PARAMETER_TYPES:
            place = view.flow.at("parameters", name, "type")
            yield Trouble(place, f"the parameter {quoted(name)} has no type that there is")


CHECKS: Final = (
    Check(
        Rule(
            id="PA101",
            title="The file holds a flow",
            why="An import that finds no definition fails, or seems to succeed and makes no flow.",
            bad='{"definition": {"triggers": {}, "actions": {}}}',
            good='{"properties": {"connectionReferences": {}, "definition": {}}, "schemaVersion": "1.0.0.0"}',
        ),
        _no_definition,
    ),
    Check(
        Rule(
            id="PA102",
            title="What stands around the definition is in its place",
            why="With `schemaVersion` anywhere but at the root, an import seems to succeed and makes no flow.",
            bad='{"properties": {"definition": {}, "schemaVersion": "1.0.0.0"}}',
            good='{"properties": {"connectionReferences": {}, "definition": {}}, "schemaVersion": "1.0.0.0"}',
        ),
        _root,
    ),
    Check(
        Rule(
            id="PA103",
            title="The definition is complete",
            why="The platform refuses a definition without schema, version, trigger or actions.",
            bad='{"contentVersion": "1", "triggers": {}}',
            good='{"$schema": "…", "contentVersion": "1.0.0.0", "triggers": {"When": {}}, "actions": {"Do": {}}}',
        ),
        _definition,
    ),
    Check(
        Rule(
            id="PA104",
            title="A flow has one trigger",
            why="With two triggers the definition is refused.",
            bad='"triggers": {"Daily": {}, "By_hand": {}}',
            good='"triggers": {"Daily": {}}',
        ),
        _one_trigger,
    ),
    Check(
        Rule(
            id="PA109",
            title="The ids of steps are GUIDs in lower case",
            why="Flows whose step ids were in upper case have come through imports without a flow being made.",
            bad='"metadata": {"operationMetadataId": "3F0A8F0E-5A5C-5B9E-9D0E-2B7F6F1C0A01"}',
            good='"metadata": {"operationMetadataId": "3f0a8f0e-5a5c-5b9e-9d0e-2b7f6f1c0a01"}',
        ),
        _metadata,
    ),
    Check(
        Rule(
            id="PA110",
            title="Every step has a name of its own",
            why="Expressions find a step by its name, in the whole flow; with two of one name the flow is refused.",
            bad='two steps called "Tell", one in each branch of a condition',
            good='"Tell_the_lead" and "Tell_the_agent"',
        ),
        _twice,
    ),
    Check(
        Rule(
            id="PA113",
            title="Parameters have a type that there is",
            why="A definition with a parameter of another type is refused.",
            bad='"parameters": {"Group (tri_Group)": {"type": "Text"}}',
            good='"parameters": {"Group (tri_Group)": {"type": "String"}}',
        ),
        _parameters,
    ),
)

"""Are the archives what the platform writes itself: layout, order, ids that agree, and the same bytes every time?"""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from triage_core.packagers.power_automate import Choice, packages
from triage_core.packagers.power_automate.labels import Kind, Labels, labels
from triage_core.packagers.power_automate.naming import ApiNameUnusable, connector_name, placeholder
from triage_core.packagers.power_automate.signing_in import SignIn
from triage_core.packagers.shipped import shipped_files
from triage_core.packagers.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CONNECTOR, FLOWS = "TriageLoopConnector_0_1_0_0", "TriageLoopFlows_0_1_0_0"
ARCHIVES = [CONNECTOR, f"{CONNECTOR}_managed", FLOWS, f"{FLOWS}_managed"]
NAME = "tri_triage-20loop"
API = "shared_tri-5ftriage-20loop-5f0123456789abcdef"
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

#: Orders in which exports of the platform have them.
MANIFEST = ["UniqueName", "LocalizedNames", "Descriptions", "Version", "Managed", "Publisher", "RootComponents"]
PUBLISHER = [
    *("UniqueName", "LocalizedNames", "Descriptions", "EMailAddress", "SupportingWebsiteUrl"),
    *("CustomizationPrefix", "CustomizationOptionValuePrefix", "Addresses"),
]
CUSTOMIZATIONS = [
    *("Entities", "Roles", "Workflows", "FieldSecurityProfiles", "Templates", "EntityMaps", "EntityRelationships"),
    *("OrganizationSettings", "optionsets", "CustomControls", "EntityDataProviders"),
]
WORKFLOW = [
    *("JsonFileName", "Type", "Subprocess", "Category", "Mode", "Scope", "OnDemand", "TriggerOnCreate"),
    *("TriggerOnDelete", "AsyncAutodelete", "SyncWorkflowLogOnFailure", "StateCode", "StatusCode", "RunAs"),
    *("IsTransacted", "IntroducedVersion", "IsCustomizable", "BusinessProcessType"),
    *("IsCustomProcessingStepAllowedForOtherPublishers", "ModernFlowType", "PrimaryEntity", "LocalizedNames"),
]
ONE_CONNECTOR = [
    *("connectorid", "description", "displayname", "iconbrandcolor", "name", "connectortype", "openapidefinition"),
    *("connectionparameters", "policytemplateinstances", "iconblob"),
]
REFERENCE = [
    *("connectionreferencedisplayname", "connectorid", "description", "iscustomizable", "promptingbehavior"),
    *("statecode", "statuscode"),
]
VARIABLE = ["description", "displayname", "introducedversion", "iscustomizable", "isrequired", "secretstore", "type"]

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def built() -> Mapping[str, bytes]:
    return packages(Tables(), shipped_files("flows", "templates"), Choice())


@pytest.fixture(scope="module")
def words() -> Labels:
    return labels()


def opened(content: bytes) -> Members:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def members(built: Mapping[str, bytes], archive: str) -> Members:
    return opened(built[f"{archive}.zip"])


def tree(content: bytes) -> ET.Element:
    return ET.fromstring(content.decode("utf-8-sig"))  # noqa: S314 - written by ourselves


def tags(element: ET.Element) -> list[str]:
    return [child.tag for child in element]


def one(element: ET.Element, path: str) -> ET.Element:
    found = element.find(path)
    assert found is not None, path
    return found


def said(element: ET.Element, path: str) -> str:
    return one(element, path).text or ""


def flows_of(inside: Members) -> dict[str, Any]:
    return {name: json.loads(content) for name, content in inside.items() if name.startswith("Workflows/")}


def test_both_solutions_come_to_change_and_to_keep_with_settings_and_the_bare_connector(
    built: Mapping[str, bytes],
) -> None:
    assert {f"{name}.zip" for name in ARCHIVES} == {name for name in built if name.endswith(".zip")}
    assert {"deploymentSettings.json", "connector/apiDefinition.swagger.json", "connector/icon.png"} <= built.keys()


def test_the_same_content_gives_the_same_bytes(built: Mapping[str, bytes]) -> None:
    assert packages(Tables(), shipped_files("flows", "templates"), Choice()) == built


@pytest.mark.parametrize("name", ARCHIVES)
def test_members_have_no_moment_no_rights_and_stand_in_the_order_of_exports(
    built: Mapping[str, bytes], name: str
) -> None:
    with ZipFile(BytesIO(built[f"{name}.zip"])) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos][:3] == ["customizations.xml", "[Content_Types].xml", "solution.xml"]
    assert not any(info.is_dir() for info in infos)
    kept = {(info.date_time, info.create_system, info.external_attr, info.compress_type) for info in infos}
    assert kept == {((1980, 1, 1, 0, 0, 0), 0, 0, ZIP_DEFLATED)}
    assert len(built[f"{name}.zip"]) < 95_000_000


@pytest.mark.parametrize("name", ARCHIVES)
def test_only_the_list_of_types_has_a_mark_and_a_declaration(built: Mapping[str, bytes], name: str) -> None:
    inside = members(built, name)
    assert inside["[Content_Types].xml"].startswith(b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Types ')
    for file in ("solution.xml", "customizations.xml"):
        assert inside[file].startswith(b"<ImportExportXml ")


@pytest.mark.parametrize("name", ARCHIVES)
def test_every_extension_has_a_type_and_every_type_a_member(built: Mapping[str, bytes], name: str) -> None:
    inside = members(built, name)
    types = tree(inside["[Content_Types].xml"])
    assert {each.attrib["Extension"] for each in types} == {file.rpartition(".")[2] for file in inside}


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_manifest_has_the_fields_of_exports_in_their_order(built: Mapping[str, bytes], name: str) -> None:
    root = tree(members(built, name)["solution.xml"])
    assert re.fullmatch(r"9\.2\.\d+\.\d+", root.attrib["version"])
    manifest = one(root, "SolutionManifest")
    assert tags(manifest) == [*MANIFEST, "MissingDependencies"]
    publisher = one(root, "SolutionManifest/Publisher")
    assert tags(publisher) == PUBLISHER
    empty = (one(publisher, field).attrib for field in ("EMailAddress", "SupportingWebsiteUrl"))
    assert all(each == {f"{XSI}nil": "true"} for each in empty)
    assert said(root, "SolutionManifest/Managed") == ("1" if name.endswith("_managed") else "0")
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", said(root, "SolutionManifest/Version"))
    assert re.fullmatch(r"\d{5}", said(root, "SolutionManifest/Publisher/CustomizationOptionValuePrefix"))


def test_a_managed_archive_differs_in_one_word(built: Mapping[str, bytes]) -> None:
    for name in (CONNECTOR, FLOWS):
        free, kept = members(built, name), members(built, f"{name}_managed")
        assert {file for file in free if free[file] != kept[file]} == {"solution.xml"}
        assert free["solution.xml"].replace(b"<Managed>0<", b"<Managed>1<") == kept["solution.xml"]


def test_customizations_have_the_parts_of_exports_in_their_order(built: Mapping[str, bytes]) -> None:
    first, second = (tree(members(built, name)["customizations.xml"]) for name in (CONNECTOR, FLOWS))
    assert tags(first) == [*CUSTOMIZATIONS, "Connectors", "Languages"]
    assert tags(second) == [*CUSTOMIZATIONS, "connectionreferences", "Languages"]
    assert tags(one(first, "Workflows")) == []
    assert tags(one(first, "Connectors/Connector")) == ONE_CONNECTOR
    assert all(tags(each) == WORKFLOW for each in second.iterfind("Workflows/Workflow"))
    for each in second.iterfind("connectionreferences/connectionreference"):
        assert [tag for tag in tags(each) if tag != "customconnectorid"] == REFERENCE


def test_the_connector_is_the_one_root_of_its_solution_and_its_files_exist(built: Mapping[str, bytes]) -> None:
    inside = members(built, CONNECTOR)
    (root,) = tree(inside["solution.xml"]).iterfind("SolutionManifest/RootComponents/RootComponent")
    connector = one(tree(inside["customizations.xml"]), "Connectors/Connector")
    assert root.attrib == {
        "type": "372",
        "id": f"{{{said(connector, 'connectorid')}}}",
        "schemaName": NAME,
        "behavior": "0",
    }
    assert said(connector, "name") == NAME
    named = {said(connector, part).removeprefix("/") for part in ONE_CONNECTOR[6:]}
    assert named == {file for file in inside if file.startswith("Connector/")}
    assert tags(one(tree(inside["solution.xml"]), "SolutionManifest/MissingDependencies")) == []


def test_every_flow_is_off_and_has_one_id_everywhere(built: Mapping[str, bytes], words: Labels) -> None:
    inside = members(built, FLOWS)
    solution, custom = tree(inside["solution.xml"]), tree(inside["customizations.xml"])
    roots = [root.attrib for root in solution.iterfind("SolutionManifest/RootComponents/RootComponent")]
    listed = {flow.attrib["WorkflowId"]: flow for flow in custom.iterfind("Workflows/Workflow")}
    assert {root["type"] for root in roots} == {"29"}
    assert [root["id"] for root in roots] == [*listed]
    assert len(listed) == len(words.flows) == len(flows_of(inside))
    for braced, flow in listed.items():
        assert re.fullmatch(rf"\{{{GUID}\}}", braced)
        file = said(flow, "JsonFileName").removeprefix("/")
        assert file == f"Workflows/{re.sub('[^A-Za-z]', '', flow.attrib['Name'])}-{braced[1:-1].upper()}.json"
        assert file in inside
        assert (said(flow, "StateCode"), said(flow, "StatusCode"), said(flow, "Category")) == ("0", "1", "5")


def test_what_the_flows_need_first_is_the_connector_of_the_other_solution(built: Mapping[str, bytes]) -> None:
    root = one(tree(members(built, CONNECTOR)["solution.xml"]), "SolutionManifest/RootComponents/RootComponent")
    inside = members(built, FLOWS)
    needed = [*tree(inside["solution.xml"]).iterfind("SolutionManifest/MissingDependencies/MissingDependency")]
    for each in needed:
        required = one(each, "Required")
        assert (required.attrib["id"], required.attrib["schemaName"]) == (root.attrib["id"], NAME)
    dependents = [one(each, "Dependent").attrib for each in needed]
    flows = [each["id"] for each in dependents if each["type"] == "29"]
    assert flows == [each.attrib["WorkflowId"] for each in tree(inside["customizations.xml"]).iterfind("*/Workflow")]
    (reference,) = [each for each in dependents if each["type"] == "connectionreference"]
    assert reference["id.connectionreferencelogicalname"] == "tri_TriageLoop"


def test_every_reference_is_declared_and_bound_by_a_flow(built: Mapping[str, bytes], words: Labels) -> None:
    inside = members(built, FLOWS)
    declared = {
        each.attrib["connectionreferencelogicalname"]: each
        for each in tree(inside["customizations.xml"]).iterfind("connectionreferences/connectionreference")
    }
    bound = {
        each["connection"]["connectionReferenceLogicalName"]: each["api"]["name"]
        for flow in flows_of(inside).values()
        for each in flow["properties"]["connectionReferences"].values()
    }
    assert declared.keys() == bound.keys() == words.references.keys()
    for name, each in declared.items():
        assert re.fullmatch(r"tri_[A-Za-z0-9_]{1,90}", name)
        assert said(each, "connectorid") == f"/providers/Microsoft.PowerApps/apis/{bound[name]}"
        assert (each.find("customconnectorid") is not None) == (words.references[name].api is None)


def test_the_reference_to_our_connector_names_its_id(built: Mapping[str, bytes]) -> None:
    inside, other = members(built, FLOWS), members(built, CONNECTOR)
    reference = one(tree(inside["customizations.xml"]), "connectionreferences/connectionreference[customconnectorid]")
    connector = one(tree(other["customizations.xml"]), "Connectors/Connector")
    assert said(reference, "customconnectorid/connectorid") == said(connector, "connectorid")


def test_every_variable_is_declared_read_by_a_flow_and_without_a_value_of_anybody(
    built: Mapping[str, bytes], words: Labels
) -> None:
    inside = members(built, FLOWS)
    folder = "environmentvariabledefinitions"
    declared = {name.split("/")[1]: tree(inside[name]) for name in inside if name.startswith(folder)}
    read = {
        parameter["metadata"]["schemaName"]
        for flow in flows_of(inside).values()
        for name, parameter in flow["properties"]["definition"]["parameters"].items()
        if not name.startswith("$")
    }
    assert declared.keys() == words.variables.keys() >= read
    assert not any("environmentvariablevalues" in name for name in inside)
    for name, each in declared.items():
        assert each.attrib == {"schemaname": name}
        assert [tag for tag in tags(each) if tag != "defaultvalue"] == VARIABLE
        kinds = {"100000000": Kind.STRING, "100000002": Kind.BOOLEAN}
        assert kinds[said(each, "type")] is words.variables[name].type
        if words.variables[name].type is Kind.BOOLEAN:
            assert said(each, "defaultvalue") in {"yes", "no"}


def test_neither_references_nor_variables_are_roots(built: Mapping[str, bytes]) -> None:
    roots = tree(members(built, FLOWS)["solution.xml"]).iterfind("SolutionManifest/RootComponents/RootComponent")
    assert {root.attrib["type"] for root in roots} == {"29"}


def test_the_form_of_settings_names_every_reference_and_variable(built: Mapping[str, bytes], words: Labels) -> None:
    form = json.loads(built["deploymentSettings.json"])
    assert {each["SchemaName"] for each in form["EnvironmentVariables"]} == words.variables.keys()
    assert {each["LogicalName"] for each in form["ConnectionReferences"]} == words.references.keys()
    assert {each["ConnectionId"] for each in form["ConnectionReferences"]} == {""}


def test_ids_are_the_same_in_every_version(built: Mapping[str, bytes]) -> None:
    """An upgrade finds what it replaces by these; a new one would install everything beside the old."""
    custom = tree(members(built, FLOWS)["customizations.xml"])
    ids = {flow.attrib["Name"]: flow.attrib["WorkflowId"] for flow in custom.iterfind("Workflows/Workflow")}
    assert ids["Triage Intake from Zendesk"] == "{898d8995-6c8f-52c3-a61f-cc9422c129af}"
    assert ids["Triage Resume on Decision"] == "{c6571cea-40db-57fd-9f53-b17e6aa2a5f8}"
    connector = one(tree(members(built, CONNECTOR)["customizations.xml"]), "Connectors/Connector")
    assert said(connector, "connectorid") == "cbbd7381-a98b-5fd9-861a-a77b370d48b6"


def test_the_name_in_an_environment_replaces_the_placeholder_everywhere() -> None:
    named = packages(Tables(), shipped_files("flows", "templates"), Choice(api=API))
    inside = members(named, FLOWS)
    assert not any(placeholder(NAME).encode() in content for content in inside.values())
    for flow in flows_of(inside).values():
        (ours,) = [
            each["api"] for each in flow["properties"]["connectionReferences"].values() if "logicalName" in each["api"]
        ]
        assert ours == {"name": API, "logicalName": NAME}
    own = json.loads(named["deploymentSettings.json"])["ConnectionReferences"][0]
    assert own["ConnectorId"] == f"/providers/Microsoft.PowerApps/apis/{API}"


@pytest.mark.parametrize(
    "name",
    [
        "triage",
        "shared_teams",
        placeholder("tri_other"),
        API[:-1],
        f"{API}0",
        API.upper(),
        "shared_tri-5ftriage-20loop-5fzzzz",
    ],
)
def test_a_name_that_is_not_our_connectors_is_refused(name: str) -> None:
    with pytest.raises(ApiNameUnusable, match="shared_tri-5ftriage-20loop-5f"):
        packages(Tables(), shipped_files("flows", "templates"), Choice(api=name))


def test_names_of_the_connector_are_encoded_as_the_platform_does() -> None:
    assert connector_name("cat", "Microsoft Graph MailboxSetting") == "cat_microsoft-20graph-20mailboxsetting"
    assert placeholder("cat_microsoft-20graph-20mailboxsetting").startswith(
        "shared_cat-5fmicrosoft-20graph-20mailboxsetting-5f"
    )


def test_a_solution_with_the_organisations_sign_in_asks_for_no_key() -> None:
    built = packages(
        Tables(), shipped_files("flows", "templates"), Choice(sign_in=SignIn("a-client", "api://acme-triage"))
    )
    inside = members(built, CONNECTOR)
    asked = json.loads(inside[f"Connector/{NAME}_connectionparameters.json"])
    assert asked.keys() == {"siteHost", "token", "token:TenantId"}
    assert asked["token"]["oAuthSettings"]["clientId"] == "a-client"
    assert "Entra ID" in json.loads(inside[f"Connector/{NAME}_openapidefinition.json"])["securityDefinitions"]

"""Is the connector's folder what the platform, its reviewers and its users expect?"""

from __future__ import annotations

import json
import struct
import zlib
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator
from openapi_spec_validator import OpenAPIV2SpecValidator

from triage_core.packagers.power_automate import connector_files
from triage_core.packagers.power_automate.connector import definition, properties
from triage_core.packagers.power_automate.icon import icon
from triage_core.packagers.power_automate.signing_in import SignIn
from triage_core.packagers.tables import Tables
from triage_core.packagers.wording import findings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from triage_core.packagers.overlay import Overlay

REGISTERED = SignIn("6c0a1f3e-2b7d-4f0e-9a51-3b6c1c1f2a10", "api://acme-triage")
SECTIONS = (
    *("Publisher", "Prerequisites", "Supported Operations", "Obtaining Credentials", "Getting Started"),
    *("Known Issues and Limitations", "Frequently Asked Questions", "Deployment Instructions"),
)


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return connector_files(Tables())


@pytest.fixture(scope="module")
def property_schema(shared_schemas: Path) -> Draft7Validator:
    """The published schema, with two keys that are real and missing in it."""
    schema = json.loads((shared_schemas / "power-platform" / "paconn-apiProperties.schema.json").read_text())
    known = schema["properties"]["properties"]["properties"]
    known.setdefault("scriptOperations", {"type": "array", "items": {"type": "string"}})
    known.setdefault("connectionParameterSets", {"type": "object"})
    return Draft7Validator(schema)


def complaints(validator: Draft4Validator | Draft7Validator, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize("name", ["apiProperties.json", "apiProperties.entra.json"])
def test_published_schema_of_properties_has_no_complaint(
    files: Mapping[str, bytes], property_schema: Draft7Validator, name: str
) -> None:
    assert complaints(property_schema, json.loads(files[name])) == []


def test_the_schema_of_properties_is_no_formality(property_schema: Draft7Validator) -> None:
    spoiled = deepcopy(properties(REGISTERED))
    spoiled["properties"]["connectionParameters"]["token:TenantId"]["uiDefinition"]["displayName"] = "Our tenant"
    assert complaints(property_schema, spoiled)


def test_published_schema_of_settings_has_no_complaint(files: Mapping[str, bytes], shared_schemas: Path) -> None:
    schema = json.loads((shared_schemas / "power-platform" / "paconn-settings.schema.json").read_text())
    assert complaints(Draft7Validator(schema), json.loads(files["settings.json"])) == []


def test_settings_name_files_of_the_folder(files: Mapping[str, bytes]) -> None:
    settings = json.loads(files["settings.json"])
    assert {settings["apiProperties"], settings["apiDefinition"], settings["icon"]} <= files.keys()


def test_a_definition_with_the_organisations_sign_in_is_as_good(shared_schemas: Path, connector: Overlay) -> None:
    document = definition(Tables(), REGISTERED)
    schema = json.loads((shared_schemas / "power-platform" / "apiDefinition.swagger.schema.json").read_text())
    assert complaints(Draft4Validator(schema), document) == []
    assert not list(OpenAPIV2SpecValidator(document).iter_errors())
    assert findings(document, connector.brand_colour) == []


def test_both_ways_of_signing_in_differ_in_nothing_else() -> None:
    with_key, with_person = definition(Tables()), definition(Tables(), REGISTERED)
    assert {name for name in with_key if with_key[name] != with_person[name]} == {"security", "securityDefinitions"}


def test_every_connection_names_its_host() -> None:
    for document in (properties(), properties(REGISTERED)):
        said = document["properties"]
        assert said["connectionParameters"]["siteHost"]["uiDefinition"]["constraints"]["required"] == "true"
        (policy,) = said["policyTemplateInstances"]
        assert policy["parameters"] == {
            "x-ms-apimTemplateParameter.urlTemplate": "https://@connectionParameters('siteHost')"
        }


def test_no_secret_and_nothing_that_keeps_the_command_line_from_updating_is_packed(files: Mapping[str, bytes]) -> None:
    for name in ("apiProperties.json", "apiProperties.entra.json"):
        assert b"clientSecret" not in files[name]
        assert b"stackOwner" not in files[name]


def test_every_file_is_small_enough(files: Mapping[str, bytes]) -> None:
    assert max(map(len, files.values())) < 1_000_000


def test_the_icon_is_a_square_png_on_the_brand_colour(files: Mapping[str, bytes], connector: Overlay) -> None:
    picture = files["icon.png"]
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    parts = dict(_parts(picture))
    width, height, depth, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (width, height, depth, kind) == (160, 160, 8, 3)
    assert parts[b"PLTE"][:3] == bytes.fromhex(connector.brand_colour[1:])
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == 160 * 161
    assert {*rows} == {0, 1}


def _parts(picture: bytes) -> list[tuple[bytes, bytes]]:
    """Read the parts of a picture, each with a sum that fits."""
    parts, place = [], 8
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        name, content = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        (told,) = struct.unpack(">I", picture[place + 8 + length : place + 12 + length])
        assert told == zlib.crc32(name + content)
        parts.append((name, content))
        place += 12 + length
    return parts


def test_the_icon_is_the_same_every_time() -> None:
    assert icon("#2b4c7e") == icon("#2b4c7e") != icon("#2b4c7f")


def test_the_readme_has_the_sections_of_certification(files: Mapping[str, bytes]) -> None:
    headings = [line.removeprefix("## ") for line in files["readme.md"].decode().splitlines() if line.startswith("## ")]
    assert len(headings) == len(SECTIONS)
    assert all(heading.startswith(section) for heading, section in zip(headings, SECTIONS, strict=True))


def test_the_readme_names_every_operation_that_people_can_choose(
    files: Mapping[str, bytes], swagger: dict[str, Any]
) -> None:
    page = files["readme.md"].decode()
    for methods in swagger["paths"].values():
        for operation in (methods[method] for method in methods.keys() & {"get", "post", "delete"}):
            is_named = f"`{operation['operationId']}`" in page
            assert is_named == (operation.get("x-ms-visibility") != "internal"), operation["operationId"]

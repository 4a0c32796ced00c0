"""What is the connector made of, for whoever imports it by hand, by a solution, or hands it in for certification?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.packagers.overlay import overlay
from triage_core.packagers.power_automate import signing_in
from triage_core.packagers.power_automate.icon import icon
from triage_core.packagers.power_automate.readme import readme
from triage_core.packagers.swagger import swagger_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.packagers.power_automate.signing_in import SignIn
    from triage_core.packagers.tables import Tables

Part = dict[str, Any]


#: A definition has to stay below a megabyte, and every operation tells each of its refusals in full.
_NARROW: Final = 0


def text_of(document: object, indent: int = 2) -> bytes:
    """Return a document the way it is kept; fields keep the order in which people shall read them."""
    return (json.dumps(document, indent=indent, ensure_ascii=False) + "\n").encode()


def definition_file(tables: Tables, sign_in: SignIn | None = None) -> bytes:
    """Return the file of the definition."""
    return text_of(definition(tables, sign_in), _NARROW)


def definition(tables: Tables, sign_in: SignIn | None = None) -> Part:
    """Return the connector's definition for a way of signing in, that with a key where none is named."""
    document = swagger_document(tables, overlay("power_automate"))
    return document | signing_in.security(sign_in) if sign_in else document


def properties(sign_in: SignIn | None = None) -> Part:
    """Return what the connector asks of whoever connects, and which host it calls."""
    said = overlay("power_automate")
    return {
        "properties": {
            "iconBrandColor": said.brand_colour,
            "capabilities": [],
            "connectionParameters": signing_in.parameters(sign_in),
            "policyTemplateInstances": signing_in.POLICIES,
        }
    }


def connector_files(tables: Tables) -> Mapping[str, bytes]:
    """Return the connector's folder: both ways of signing in, the first one as its default."""
    said = overlay("power_automate")
    return {
        "apiDefinition.swagger.json": definition_file(tables),
        "apiProperties.json": text_of(properties()),
        "apiProperties.entra.json": text_of(properties(signing_in.UNKNOWN)),
        "icon.png": icon(said.brand_colour),
        "readme.md": readme(tables, said).encode(),
        "settings.json": text_of(SETTINGS),
    }


#: What the platform's own command line reads; both ids are an installation's.
SETTINGS: Final = {
    "connectorId": "",
    "environment": "00000000-0000-0000-0000-000000000000",
    "apiProperties": "apiProperties.json",
    "apiDefinition": "apiDefinition.swagger.json",
    "icon": "icon.png",
    "powerAppsUrl": "https://api.powerapps.com",
    "powerAppsApiVersion": "2016-11-01",
}

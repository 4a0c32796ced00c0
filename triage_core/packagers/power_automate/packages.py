"""Which archives does somebody import, and what settings go with them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from triage_core.packagers.overlay import overlay
from triage_core.packagers.power_automate.connector import connector_files, definition_file, properties, text_of
from triage_core.packagers.power_automate.icon import icon
from triage_core.packagers.power_automate.labels import labels
from triage_core.packagers.power_automate.naming import checked_api_name, connector_name, placeholder
from triage_core.packagers.power_automate.solution import (
    VERSION,
    Connector,
    Content,
    connector_id,
    root_files,
    variable_files,
)
from triage_core.packagers.power_automate.templates import templates_of
from triage_core.packagers.power_automate.zipping import archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage_core.packagers.power_automate.labels import Labels
    from triage_core.packagers.power_automate.signing_in import SignIn
    from triage_core.packagers.tables import Tables


class Choice(NamedTuple):
    """What an installation decides."""

    #: The connector's name in the environment; a placeholder where it is not known yet.
    api: str | None = None
    #: None for a key of the service.
    sign_in: SignIn | None = None


def packages(tables: Tables, files: Mapping[str, bytes], choice: Choice) -> dict[str, bytes]:
    """Return everything by its path: both solutions, each to change and to keep, settings, and the bare connector.

    Raises `ApiNameUnusable`.
    """
    words = labels()
    connector = _connector(words, choice)
    archives = _archives(words, connector, _Parts(tables, files, choice))
    bare = {f"connector/{path}": content for path, content in connector_files(tables).items()}
    return {**dict(archives), "deploymentSettings.json": text_of(settings(words, choice.api)), **bare}


class _Parts(NamedTuple):
    tables: Tables
    files: Mapping[str, bytes]
    choice: Choice


def _connector(words: Labels, choice: Choice) -> Connector:
    said = overlay("power_automate")
    name = connector_name(words.publisher.prefix, said.info.title)
    api = checked_api_name(name, choice.api) if choice.api else placeholder(name)
    return Connector(connector_id(name), name, api, said.info.title, said.info.description, said.brand_colour)


def _archives(words: Labels, connector: Connector, parts: _Parts) -> Iterator[tuple[str, bytes]]:
    flows = templates_of(parts.files, words)
    inside = _connector_members(connector, parts)
    running = {flow.file: _named(flow.document, connector) for flow in flows} | variable_files(words)
    for is_managed, ending in ((False, ""), (True, "_managed")):
        first = Content(words, words.solutions.connector, connector, True, (), is_managed)  # noqa: FBT003 - named in the row
        second = Content(words, words.solutions.flows, connector, False, flows, is_managed)  # noqa: FBT003 - likewise
        for content, members in ((first, inside), (second, running)):
            name = f"{content.solution.unique_name}_{VERSION.replace('.', '_')}{ending}.zip"
            yield name, archive({**root_files(content, members), **members})


def _connector_members(connector: Connector, parts: _Parts) -> dict[str, bytes]:
    start = f"Connector/{connector.name}_"
    asked = properties(parts.choice.sign_in)["properties"]
    return {
        f"{start}openapidefinition.json": definition_file(parts.tables, parts.choice.sign_in),
        f"{start}connectionparameters.json": text_of(asked["connectionParameters"]),
        f"{start}policytemplateinstances.json": text_of(asked["policyTemplateInstances"]),
        f"{start}iconblob.Png": icon(connector.colour),
    }


def _named(document: dict[str, Any], connector: Connector) -> bytes:
    """Return a flow that calls our connector by the name that it has in the environment."""
    return (
        json.dumps(document, indent=2, ensure_ascii=False).replace(placeholder(connector.name), connector.api).encode()
    )


def settings(words: Labels, api: str | None = None) -> dict[str, Any]:
    """Return a form of the settings that a pipeline fills in for one environment."""
    return {
        "EnvironmentVariables": [
            {"SchemaName": name, "Value": variable.value or ""} for name, variable in words.variables.items()
        ],
        "ConnectionReferences": [
            {"LogicalName": name, "ConnectionId": "", "ConnectorId": _provider(reference.api or api)}
            for name, reference in words.references.items()
        ],
    }


def _provider(api: str | None) -> str:
    return f"/providers/Microsoft.PowerApps/apis/{api}" if api else ""

"""Which files are generated, and which of them are not what the tables would give now?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.packagers.openapi import openapi_document
from triage_core.packagers.overlay import overlay
from triage_core.packagers.reference import reference_page
from triage_core.packagers.swagger import swagger_document
from triage_core.packagers.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _json(document: dict[str, Any]) -> str:
    """Return the text of a document; fields keep the order in which people shall read them."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


_ARTEFACTS: Final[dict[str, Callable[[Tables], str]]] = {
    "openapi/triage.openapi.json": lambda tables: _json(openapi_document(tables)),
    "openapi/triage.swagger.json": lambda tables: _json(swagger_document(tables, overlay("power_automate"))),
    "docs/api.md": reference_page,
}


def artefacts(tables: Tables | None = None) -> dict[str, str]:
    """Return the text of every generated file by its path in the repository."""
    given = tables or Tables()
    return {path: build(given) for path, build in _ARTEFACTS.items()}


def stale(root: Path) -> list[str]:
    """Return the paths of all files that are missing or differ from what is generated now."""
    return [path for path, text in artefacts().items() if _read(root / path) != text]


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None

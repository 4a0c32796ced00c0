"""Which files are generated, and which of them are not what the tables would give now?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.make.app_rules import APP_RULES
from triage_core.lowcode.make.rules import RULES as MAKE_RULES
from triage_core.lowcode.power_automate.linting import RULES
from triage_core.lowcode.zapier.linting import RULES as ZAP_RULES
from triage_core.packagers.lint_pages import lint_page
from triage_core.packagers.make import app_files
from triage_core.packagers.openapi import openapi_document
from triage_core.packagers.power_automate import connector_files, flows_page
from triage_core.packagers.reference import reference_page
from triage_core.packagers.shipped import shipped_files
from triage_core.packagers.tables import Tables
from triage_core.packagers.zapier import integration
from triage_core.packagers.zapier.overlay import zapier_overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


def _json(document: dict[str, Any]) -> str:
    """Return the text of a document; fields keep the order in which people shall read them."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


Content = str | bytes

_FILES: Final[dict[str, Callable[[Tables], Content]]] = {
    "openapi/triage.openapi.json": lambda tables: _json(openapi_document(tables)),
    "docs/api.md": reference_page,
    "zapier/integration.json": lambda tables: _json(integration(tables, zapier_overlay())),
    "docs/power-automate-flows.md": lambda _: flows_page(shipped_files("flows", "templates")),
}
#: Pages that are made of a linter's rules, and of nothing in the tables.
PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/lint-make.md": lambda: lint_page(
        "Make blueprints and apps", "triage blueprints lint PATH", [*MAKE_RULES.values(), *APP_RULES.values()]
    ),
    "docs/lint-power-automate.md": lambda: lint_page("Power Automate flows", "triage flows lint PATH", RULES),
    "docs/lint-zapier.md": lambda: lint_page("Zaps", "triage zaps lint PATH", ZAP_RULES),
}
#: Folders that hold nothing but what is generated.
_FOLDERS: Final[dict[str, Callable[[Tables], Mapping[str, Content]]]] = {
    "make/app": app_files,
    "flows/connector": connector_files,
}
#: Their names.
FOLDERS: Final = tuple(_FOLDERS)


def artefacts(tables: Tables | None = None) -> dict[str, bytes]:
    """Return the content of every generated file by its path in the repository."""
    given = tables or Tables()
    files: dict[str, Content] = {path: build(given) for path, build in _FILES.items()}
    files |= {path: build() for path, build in PAGES.items()}
    for folder, build_all in _FOLDERS.items():
        files |= {f"{folder}/{path}": content for path, content in build_all(given).items()}
    return {path: content if isinstance(content, bytes) else content.encode() for path, content in files.items()}


def stale(root: Path) -> list[str]:
    """Return the paths of all files that are missing, differ from what is generated now, or should not be there."""
    wanted = artefacts()
    missing = [path for path, content in wanted.items() if _read(root / path) != content]
    return missing + [path for path in _lying(root) if path not in wanted]


def _lying(root: Path) -> Iterator[str]:
    """Yield the paths of all files in the folders that only generated files may lie in."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None

"""What do the rules find in the files of Zaps behind a path?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.domain.errors import TriageError
from triage_core.lowcode.findings import Finding, Rule, in_order, pointer
from triage_core.lowcode.zapier import caution, mapping, plain, structure
from triage_core.lowcode.zapier.catalogue import Catalogue
from triage_core.lowcode.zapier.rule import View
from triage_core.lowcode.zapier.zap import zaps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = dict[str, Any]

FORM: Final = Rule(
    id="ZP001",
    title="The file is one of Zapier's second version",
    why="Only these are imported; an export of account data looks similar and is none.",
    bad='{"metadata": {"version": "gdpr_v1"}}, or the same id twice in a file',
    good='{"metadata": {"version": 2}, "zaps": […]}',
)
_CHECKS: Final = (*structure.CHECKS, *mapping.CHECKS, *caution.CHECKS, *plain.CHECKS)
RULES: Final = (FORM, *(check.rule for check in _CHECKS))
_VERSION: Final = 2
_LONGEST: Final = 10_000_000


class ZapsUnreadable(TriageError):
    """There is nothing to look at."""

    code = "zaps_unreadable"

    def __init__(self, path: Path, reason: str) -> None:
        """Name the path and what is wrong with it."""
        super().__init__(f"{path}: {reason}; give a file of Zaps in JSON, or a folder that holds some")


class Linted(NamedTuple):
    """What was looked at, and what was found."""

    files: int
    findings: list[Finding]


def lint_zaps(path: Path, integration: Part) -> Linted:
    """Look at every Zap behind a path; raises `ZapsUnreadable`."""
    known, found = Catalogue(integration), list[Finding]()
    documents = {file: _document(file) for file in _files(path)}
    meant = {file: said for file, said in documents.items() if not path.is_dir() or _is_meant(said)}
    if not meant:
        raise ZapsUnreadable(path, "it holds no file of Zaps")
    for file, document in meant.items():
        found += lint_document(str(file), document, known)
    return Linted(len(meant), in_order(found))


def _is_meant(document: object) -> bool:
    """Tell whether a file of a folder is meant as one of Zaps, and not as a part of the app beside them."""
    return isinstance(document, dict) and bool({"metadata", "zaps"} & document.keys())


def lint_document(file: str, document: object, known: Catalogue) -> Iterator[Finding]:
    """Yield what the rules find in one file."""
    if not isinstance(document, dict) or document.get("metadata") != {"version": _VERSION}:
        yield Finding(rule=FORM, file=file, pointer="", message="metadata has version 2 and nothing else")
        return
    zaps = [*zaps_of(document)]
    if not zaps or len(zaps) != len(document["zaps"]):
        yield Finding(rule=FORM, file=file, pointer=pointer("zaps"), message="a file holds Zaps, each with its nodes")
    keys = [key for zap in zaps for key in zap.nodes]
    if len(keys) != len(set(keys)):
        yield Finding(rule=FORM, file=file, pointer=pointer("zaps"), message="an id stands for one step of the file")
    for zap in zaps:
        for check in _CHECKS:
            for trouble in check.look(View(zap, known)):
                yield Finding(rule=check.rule, file=file, pointer=trouble.pointer, message=trouble.message)


def _files(path: Path) -> list[Path]:
    """Return the files behind a path; what other packages brought along lies elsewhere."""
    found = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return [file for file in found if "node_modules" not in file.parts]


def _document(file: Path) -> object:
    try:
        if file.stat().st_size > _LONGEST:
            raise ZapsUnreadable(file, "it is too large")
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ZapsUnreadable(file, (error.strerror or "it cannot be read").lower()) from error
    except (ValueError, RecursionError) as error:
        raise ZapsUnreadable(file, "it is no JSON") from error

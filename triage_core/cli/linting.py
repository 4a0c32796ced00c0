"""How are the findings of a linter told, and how does its command end?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from triage_core.cli.exits import Exit
from triage_core.cli.shapes import emit
from triage_core.lowcode.findings import Finding, Weight, in_order
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterable


def tell(findings: Iterable[Finding], *, files: int, strict: bool, as_json: bool) -> None:
    """Print what was found, and end with 1 where it keeps the files from being used; `strict` counts warnings too."""
    found = in_order(findings)
    wrong = [finding for finding in found if finding.rule.weight is Weight.ERROR]
    if as_json:
        emit({"sound": not wrong, "files": files, "findings": [_shape(finding) for finding in found]})
    else:
        _print(found, files, len(wrong))
    if wrong or (strict and found):
        raise typer.Exit(Exit.FINDINGS)


def _print(found: list[Finding], files: int, wrong: int) -> None:
    shown = console()
    for finding in found:
        shown.print(str(finding), style="red" if finding.rule.weight is Weight.ERROR else "yellow", soft_wrap=True)
    shown.print(f"files: {files}, errors: {wrong}, warnings: {len(found) - wrong}")


def _shape(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "pointer": finding.pointer,
        "rule": finding.rule.id,
        "weight": finding.rule.weight,
        "message": finding.message,
    }

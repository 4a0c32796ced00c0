"""What do the rules find in the flows behind a path?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.lowcode.findings import Finding, Rule, in_order
from triage_core.lowcode.power_automate.checks import (
    calling,
    computing,
    failing,
    fixed,
    limits,
    members,
    order,
    repeating,
    safety,
    structure,
    timing,
    wiring,
)
from triage_core.lowcode.power_automate.flow import Flow
from triage_core.lowcode.power_automate.operations import Catalogue
from triage_core.lowcode.power_automate.reading import FlowsUnreadable, documents
from triage_core.lowcode.power_automate.rule import View

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage_core.lowcode.power_automate.flow import Part
    from triage_core.lowcode.power_automate.reading import Document

#: Nobody reads more about one file.
MOST_FINDINGS: Final = 1_000
#: With many more actions than may be, there is nothing else to say.
MOST_JUDGED: Final = 4 * limits.MOST_ACTIONS
UNREADABLE: Final = Rule(
    id="PA001",
    title="The file can be read",
    why="The platform reads UTF-8 and JSON only; and a file of absurd size or depth was not made by any designer.",
    bad="a flow saved as UTF-16, or with a comma too many",
    good="the file as the platform exported it",
)
_PARTS: Final = (
    structure, members, order, calling, computing, limits, timing, failing, repeating, safety, fixed, wiring,
)  # fmt: skip
_CHECKS: Final = tuple(check for module in _PARTS for check in module.CHECKS)
RULES: Final = tuple(sorted((UNREADABLE, *(check.rule for check in _CHECKS)), key=lambda rule: rule.id))


class Linted(NamedTuple):
    """What was looked at, and what was found."""

    files: int
    findings: list[Finding]


def lint_flows(path: Path, connector: Part) -> Linted:
    """Look at every flow behind a path, with the connector's definition; raises `FlowsUnreadable`."""
    known, files, found = Catalogue(connector), 0, list[Finding]()
    for document in documents(path):
        files += 1
        found += lint_document(document, known)
    if not files:
        raise FlowsUnreadable(path, "there is no flow in it")
    return Linted(files, in_order(found))


def lint_document(document: Document, known: Catalogue) -> Iterator[Finding]:
    """Yield what the rules find in one document."""
    if document.refusal:
        yield Finding(rule=UNREADABLE, file=document.file, pointer="", message=document.refusal)
        return
    yield from islice(_judged(View(Flow(document), known)), MOST_FINDINGS)


def _judged(view: View) -> Iterator[Finding]:
    is_boundless = len(view.flow.actions) > MOST_JUDGED
    for check in limits.CHECKS[:1] if is_boundless else _CHECKS:
        for trouble in check.look(view):
            yield Finding(rule=check.rule, file=view.flow.file, pointer=trouble.pointer, message=trouble.message)

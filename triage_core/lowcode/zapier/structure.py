"""Does a file have the form that Zapier's own exports have?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule
from triage_core.lowcode.zapier.rule import Check, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.zapier.rule import View

_ZAP: Final = {"id", "title", "nodes"}
_NODE: Final = {
    *("id", "paused", "type_of", "params", "meta", "triple_stores", "parent_id", "root_id", "action", "selected_api"),
    *("title", "authentication_id"),
}
_KINDS: Final = {"read", "write", "search", "filter"}
_PATHS: Final = "BranchingAPI"


def _members(view: View) -> Iterator[Trouble]:
    if odd := view.zap.said.keys() ^ _ZAP:
        yield Trouble(view.zap.pointer, f"a Zap has id, title and nodes, and nothing else; look at {_named(odd)}")
    for node in view.zap.nodes.values():
        if odd := node.said.keys() ^ _NODE:
            yield Trouble(node.pointer, f"a step has the same twelve members always; look at {_named(odd)}")


def _named(odd: set[str]) -> str:
    return ", ".join(sorted(odd))


def _root(view: View) -> Iterator[Trouble]:
    zap = view.zap
    if len(zap.roots) != 1:
        yield Trouble(zap.pointer, f"a Zap begins with one trigger, this one with {len(zap.roots)}")
        return
    (root,) = zap.roots
    if root.kind != "read" or root.said.get("root_id") is not None:
        yield Trouble(root.pointer, "the step that begins a Zap is of the kind read and has no root_id")
    if str(zap.said.get("id")) != root.key or zap.said.get("title") != root.said.get("title"):
        yield Trouble(zap.pointer, "a Zap carries the id and the title of its trigger")


def _places(view: View) -> Iterator[Trouble]:
    zap = view.zap
    roots = {each.key for each in zap.roots}
    for node in zap.nodes.values():
        if str(node.said.get("id")) != node.key:
            yield Trouble(node.pointer, "the id of a step is the name that it has among the nodes")
        if node.parent is None:
            continue
        if node.parent not in zap.nodes:
            yield Trouble(node.pointer, f"there is no step {node.parent} before it")
        if str(node.said.get("root_id")) not in roots:
            yield Trouble(node.pointer, "root_id names the trigger of the Zap")
        elif not any(each.parent is None for each in zap.before(node)):
            yield Trouble(node.pointer, "the step does not lead back to the trigger")


def _kinds(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.kind not in _KINDS:
            yield Trouble(node.pointer, f"the kind of a step is one of {', '.join(sorted(_KINDS))}")


def _branches(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        children = view.zap.children(node)
        is_branch = (node.app, node.action) == (_PATHS, "branch")
        if len(children) > 1 and not is_branch:
            yield Trouble(node.pointer, "only a step of Paths leads to several steps")
        for each in children if is_branch else ():
            if (each.app, each.action, each.kind) != (_PATHS, "filter", "filter"):
                yield Trouble(each.pointer, "a path begins with its own filter")


CHECKS: Final = (
    Check(
        Rule(
            id="ZP002",
            title="Zaps and steps have their members and no others",
            why="Every public export has exactly these; what an import does with others nobody knows.",
            bad='a step without "authentication_id", or a Zap with "status"',
            good='{"id": 1, "paused": true, "type_of": "read", … all twelve}',
        ),
        _members,
    ),
    Check(
        Rule(
            id="ZP003",
            title="A Zap begins with one trigger",
            why="The Zap is named and started by it.",
            bad="two steps without a parent_id",
            good='one step with "type_of": "read", whose id and title are those of the Zap',
        ),
        _root,
    ),
    Check(
        Rule(
            id="ZP004",
            title="Every step leads back to the trigger",
            why="A step that hangs nowhere is never run.",
            bad='"parent_id": 9 where there is no step 9',
            good='"parent_id": 2, "root_id": 1',
        ),
        _places,
    ),
    Check(
        Rule(
            id="ZP005",
            title="A step is of a known kind",
            why="Others are in no export.",
            bad='"type_of": "action"',
            good='"type_of": "write"',
        ),
        _kinds,
    ),
    Check(
        Rule(
            id="ZP006",
            title="Only Paths branch, and each path begins with its filter",
            why="A Zap is a line of steps; the editor shows no other fork.",
            bad="two steps after a filter",
            good="a step of BranchingAPI, each of whose children is a filter of BranchingAPI",
        ),
        _branches,
    ),
)

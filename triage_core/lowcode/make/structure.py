"""Is a blueprint laid out as Make takes it?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.findings import pointer
from triage_core.lowcode.make.blueprint import Blueprint, Placed, Spot, mapping, members, merged
from triage_core.lowcode.make.modules import (
    AGGREGATOR,
    BRANCH,
    BREAK,
    CALLS,
    DIRECTIVES,
    FORM,
    MERGE,
    OF_AN_ACCOUNT,
    OF_THE_EDITOR,
    REQUEST,
    ROUTER,
)
from triage_core.lowcode.make.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOP: Final = frozenset({"name", "description", "flow", "metadata"})
_LONGEST_NAME: Final = 120
_KIND: Final = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z0-9]+")


def top(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what stands at the top of the file."""
    code = blueprint.code
    for key in code.keys() - _TOP:
        yield Spot(RULES["MK102"], pointer(key), "this is not part of a blueprint that can be passed on")
    name = code.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_NAME:
        yield Spot(RULES["MK103"], "/name", f"a name of 1 to {_LONGEST_NAME} characters is needed")
    if not members(code.get("flow")):
        yield Spot(RULES["MK103"], "/flow", "there are no modules")
    yield from _metadata(mapping(code.get("metadata")))


def _metadata(metadata: dict[str, Any]) -> Iterator[Spot]:
    wanted = {
        ("version",): metadata.get("version") == 1,
        ("scenario",): isinstance(metadata.get("scenario"), dict),
        ("designer", "orphans"): isinstance(mapping(metadata.get("designer")).get("orphans"), list),
    }
    for steps, is_there in wanted.items():
        if not is_there:
            yield Spot(
                RULES["MK104"], pointer("metadata", *steps), f"`{'.'.join(steps)}` is missing or of another kind"
            )


def numbers(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at the numbers of the modules."""
    often = Counter(module.id for module in blueprint.modules)
    for module in blueprint.modules:
        if module.id is None or module.id < 1:
            yield module.found(RULES["MK110"], "a whole number from 1 is needed", "id")
        elif often[module.id] > 1:
            yield module.found(RULES["MK110"], f"{module.id} is the number of {often[module.id]} modules", "id")


def shapes(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what every module must have, and must not have."""
    for module in blueprint.modules:
        yield from _shape(module)
        for key in sorted(OF_AN_ACCOUNT & module.parameters.keys()):
            yield module.found(RULES["MK114"], f"`{key}` belongs to an account", "parameters", key)
        metadata = mapping(module.code.get("metadata"))
        for key in sorted(OF_THE_EDITOR & metadata.keys()):
            yield module.found(RULES["MK115"], f"`{key}` is a note of the editor", "metadata", key)


def _shape(module: Placed) -> Iterator[Spot]:
    if not _KIND.fullmatch(module.name):
        yield module.found(RULES["MK111"], "a kind such as `http:MakeRequest` is needed", "module")
    version = module.code.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        yield module.found(RULES["MK111"], "a whole number from 1 is needed", "version")
    designer = mapping(mapping(module.code.get("metadata")).get("designer"))
    if not all(isinstance(designer.get(axis), int | float) for axis in "xy"):
        yield module.found(RULES["MK111"], "`x` and `y` are needed", "metadata", "designer")


def branches(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what splits, joins and gathers."""
    for module in blueprint.modules:
        if check := _BRANCHES.get(module.name):
            yield from check(blueprint, module)
        if "filter" in module.code and (module.first or module.begins_branch):
            yield module.found(RULES["MK121"], "there is nothing before it to filter", "filter")


def _router(_: Blueprint, module: Placed) -> Iterator[Spot]:
    rule = RULES["MK120"]
    if module.code.get("mapper") is not None:
        yield module.found(rule, "a router has no mapper", "mapper")
    if "filter" in module.code:
        yield module.found(rule, "put the filter on the first module of each route", "filter")
    routes = members(module.code.get("routes"))
    if not routes:
        yield module.found(rule, "there are no routes", "routes")
    for number, route in enumerate(routes):
        if not members(mapping(route).get("flow")):
            yield module.found(rule, "the route is empty", "routes", number, "flow")


def _if_else(_: Blueprint, module: Placed) -> Iterator[Spot]:
    rule = RULES["MK122"]
    parts = [mapping(part) for part in members(module.code.get("branches"))]
    if module.code.get("mapper") is not None:
        yield module.found(rule, "an if-else has no mapper", "mapper")
    if not parts:
        yield module.found(rule, "there are no branches", "branches")
    if sum(part.get("type") == "else" for part in parts) > 1:
        yield module.found(rule, "only one branch can be taken when no other is", "branches")
    for number, part in enumerate(parts):
        for wrong in _branch(part):
            yield module.found(rule, wrong, "branches", number)


def _branch(part: dict[str, Any]) -> Iterator[str]:
    flow = [mapping(code) for code in members(part.get("flow"))]
    if not flow:
        yield "the branch is empty"
    if part.get("type") == "condition" and not members(part.get("conditions")):
        yield "the branch has no conditions"
    if "disabled" in part:
        yield "a branch cannot be switched off"
    if any(str(code.get("module")) in {ROUTER, BRANCH} for code in flow):
        yield "nothing may branch inside a branch"


def _merge(blueprint: Blueprint, module: Placed) -> Iterator[Spot]:
    rule, above = RULES["MK123"], merged(blueprint, module)
    if above is None or above.name != BRANCH:
        yield module.found(rule, "it must stand right behind an if-else")
        return
    joined = sum(bool(mapping(part).get("merge")) for part in members(above.code.get("branches")))
    for number, output in enumerate(members(module.code.get("outputs"))):
        for key in ("mappings", "filters"):
            listed = mapping(output).get(key)
            if listed is not None and len(members(listed)) != joined:
                yield module.found(rule, f"one entry for each of {joined} branches is needed", "outputs", number, key)


def _aggregator(blueprint: Blueprint, module: Placed) -> Iterator[Spot]:
    feeder = module.parameters.get("feeder")
    if not isinstance(feeder, int) or feeder not in blueprint.by_id:
        yield module.found(RULES["MK124"], "the module that it gathers from does not exist", "parameters", "feeder")


_BRANCHES: Final[dict[str, Callable[[Blueprint, Placed], Iterator[Spot]]]] = {
    ROUTER: _router,
    BRANCH: _if_else,
    MERGE: _merge,
    AGGREGATOR: _aggregator,
}


def handlers(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what becomes of errors."""
    for module in blueprint.modules:
        if module.name in CALLS and module.handles is None and not members(module.code.get("onerror")):
            yield module.found(RULES["MK160"], "nothing handles its errors", "onerror")
        yield from _handler(module)
        yield from _swallowed(module)
        if module.name == BREAK and blueprint.scenario.get("dlq") is not True:
            yield Spot(RULES["MK161"], "/metadata/scenario/dlq", f"module {module.id} needs a place for another try")


def _handler(module: Placed) -> Iterator[Spot]:
    flow = [mapping(code) for code in members(module.code.get("onerror"))]
    if flow and str(flow[-1].get("module")) not in DIRECTIVES:
        yield module.found(RULES["MK162"], "the handler ends without a directive", "onerror", len(flow) - 1)


def _swallowed(module: Placed) -> Iterator[Spot]:
    if module.name == REQUEST and module.mapper.get("stopOnHttpError") is False:
        yield module.found(RULES["MK163"], "a refusal goes on as an answer", "mapper", "stopOnHttpError")
    if module.name == FORM and module.parameters.get("handleErrors") is not True:
        yield module.found(RULES["MK163"], "a refusal goes on as an answer", "parameters", "handleErrors")

"""Do the modules get what they need, and can what is mapped into them be found?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

from triage_core.lowcode.make.blueprint import Blueprint, Path, Placed, Spot, mapping, members, merged
from triage_core.lowcode.make.functions import FUNCTIONS, KEYWORDS, VARIABLES
from triage_core.lowcode.make.iml import BLUEPRINT, Call, ImlError, Literal, Reference, Template
from triage_core.lowcode.make.modules import MODULES, SET, Module
from triage_core.lowcode.make.reading import parse
from triage_core.lowcode.make.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_WAIT: Final = 300
_COMPARED: Final = {
    "text": (
        *("equal", "notequal", "contain", "notcontain", "startwith", "notstartwith", "endwith", "notendwith"),
        *("pattern", "notpattern"),
    ),
    **dict.fromkeys(
        ("number", "date", "time"), ("equal", "notequal", "less", "greater", "lessorequal", "greaterorequal")
    ),
    "boolean": ("equal", "notequal"),
}
OPERATORS: Final = frozenset(
    {"exist", "notexist"}
    | {f"{kind}:{name}" for kind, names in _COMPARED.items() for name in names}
    | {f"text:{name}:ci" for name in _COMPARED["text"]}
)


def known(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at whether each module is one that Make has."""
    lower = {name.lower(): name for name in MODULES}
    for module in blueprint.modules:
        if written := MODULES.get(module.name):
            if module.code.get("version") != written.version:
                yield module.found(RULES["MK112"], f"only version {written.version} is known to exist", "version")
        elif right := lower.get(module.name.lower()):
            yield module.found(RULES["MK112"], f"Make writes it `{right}`", "module")
        elif module.name:
            yield _unknown(module)


def _unknown(module: Placed) -> Spot:
    near = difflib.get_close_matches(module.name, MODULES, n=1, cutoff=0.85)
    if near:
        return module.found(RULES["MK112"], f"there is no such module; Make has `{near[0]}`", "module")
    return module.found(RULES["MK113"], "this module is not on the list of those that were seen", "module")


def needs(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at whether each known module has all that it needs, of the right kind."""
    for module in blueprint.modules:
        if (written := MODULES.get(module.name)) and not written.bare:
            for key in sorted(written.needs - module.mapper.keys()):
                yield module.found(RULES["MK130"], f"`{key}` is missing", "mapper", key)
            yield from _values(module, written)


def _values(module: Placed, written: Module) -> Iterator[Spot]:
    for key, choices in written.choices.items():
        value = module.mapper.get(key)
        if isinstance(value, str) and "{{" not in value and value not in choices:
            yield module.found(RULES["MK131"], f"one of {', '.join(sorted(choices - {''}))} is needed", "mapper", key)
    for key in sorted(written.switches & module.mapper.keys()):
        if not isinstance(module.mapper[key], bool):
            yield module.found(RULES["MK132"], "true or false is needed", "mapper", key)
    for key in ("timeout", "duration"):
        if key in written.needs and not _is_wait(module.mapper.get(key)):
            yield module.found(RULES["MK132"], f"1 to {_LONGEST_WAIT} seconds are possible", "mapper", key)


def _is_wait(value: object) -> bool:
    if value is None or (isinstance(value, str) and (not value or "{{" in value)):
        return True
    text = str(value)
    return not isinstance(value, bool) and text.isdecimal() and 1 <= int(text[:9]) <= _LONGEST_WAIT


def filters(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at the operators of all filters."""
    for module in blueprint.modules:
        for path, condition in _conditions(module):
            operator = condition.get("o")
            is_known = isinstance(operator, str) and (operator in OPERATORS or operator.startswith("array:"))
            if not is_known:
                yield module.found(RULES["MK133"], "Make has no such operator", *path, "o")


def _conditions(module: Placed) -> Iterator[tuple[Path, dict[str, Any]]]:
    filtered: tuple[Path, Any] = (("filter", "conditions"), mapping(module.code.get("filter")).get("conditions"))
    branches = enumerate(members(module.code.get("branches")))
    told = [(("branches", number, "conditions"), mapping(branch).get("conditions")) for number, branch in branches]
    for path, any_of in (filtered, *told):
        for outer, all_of in enumerate(members(any_of)):
            for inner, condition in enumerate(members(all_of)):
                yield (*path, outer, inner), mapping(condition)


def templates(module: Placed) -> Iterator[tuple[Path, Template]]:
    """Yield every text of a module that can be read, with what it says; not those of the modules inside it."""
    for path, text in texts(module):
        try:
            yield path, parse(text, BLUEPRINT)
        except ImlError:
            continue


def texts(module: Placed) -> Iterator[tuple[Path, str]]:
    """Yield every text of a module that may hold expressions."""
    for key in ("mapper", "filter", "parameters", "outputs"):
        yield from _texts(module.code.get(key), (key,))
    for number, branch in enumerate(members(module.code.get("branches"))):
        yield from _texts(mapping(branch).get("conditions"), ("branches", number, "conditions"))


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def expressions(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at every expression: can it be read, and does everything in it exist?"""
    for module in blueprint.modules:
        for path, text in texts(module):
            try:
                template = parse(text, BLUEPRINT)
            except ImlError as error:
                message = f"at character {error.position + 1}: {error}"
                yield module.found(RULES["MK140"], message, *path)
                continue
            for rule, message in _said(blueprint, module, template):
                yield module.found(RULES[rule], message, *path)


def _said(blueprint: Blueprint, module: Placed, template: Template) -> Iterator[tuple[str, str]]:
    for part in template.parts:
        if isinstance(part, Literal) and isinstance(part.value, int) and part.value in blueprint.by_id:
            yield "MK146", f"this is the number {part.value}, not what module {part.value} gives"
    for node in template.nodes:
        if isinstance(node, Call):
            yield from _called(node)
        elif isinstance(node, Reference):
            yield from _referred(blueprint, module, node)


def _called(call: Call) -> Iterator[tuple[str, str]]:
    arity = FUNCTIONS.get(call.name)
    if arity is None:
        near = difflib.get_close_matches(call.name, FUNCTIONS, n=1)
        yield "MK141", f"there is no function `{call.name}`" + (f"; there is `{near[0]}`" if near else "")
    elif not arity.least <= len(call.arguments) <= (arity.most or len(call.arguments)):
        yield "MK141", f"`{call.name}` takes {arity} arguments, and gets {len(call.arguments)}"


def _referred(blueprint: Blueprint, module: Placed, reference: Reference) -> Iterator[tuple[str, str]]:
    first = reference.path[0]
    if not isinstance(first, int):
        if len(reference.path) > 1 or first not in VARIABLES | KEYWORDS:
            yield "MK142", f"`{first}` is neither a variable nor in quotation marks"
    elif first not in blueprint.by_id:
        yield "MK143", f"there is no module {first}"
    elif first not in module.before and not _is_merged(blueprint, module, first):
        yield "MK144", f"module {first} has not run when this one does"
    else:
        yield from _given(blueprint.by_id[first], module, reference)


def _is_merged(blueprint: Blueprint, module: Placed, number: int) -> bool:
    """Tell whether a merge takes something from a module inside the if-else above it."""
    above = merged(blueprint, module)
    return above is not None and blueprint.by_id[number].path[: len(above.path)] == above.path


def _given(source: Placed, module: Placed, reference: Reference) -> Iterator[tuple[str, str]]:
    given, step = outputs(source), reference.path[1] if len(reference.path) > 1 else None
    if source.id == module.handles or step is None or given is None:
        return
    if step not in given:
        some = f"; it gives {', '.join(sorted(given))}" if given else "; it gives nothing"
        yield "MK145", f"module {source.id} does not give `{step}`{some}"


def outputs(module: Placed) -> frozenset[str] | None:
    """Return the first steps that a reference to a module may take; None where nobody knows."""
    if module.name == SET:
        return frozenset(str(mapping(each).get("name")) for each in members(module.mapper.get("variables")))
    if module.name in {"util:SetVariable2", "util:GetVariable2"}:
        return frozenset({str(module.mapper.get("name"))})
    written = MODULES.get(module.name)
    return written.gives if written else None

"""Is a Make app sound where Make's own schemas do not look?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import PROBLEMS
from triage_core.contract.shape import shapes_of
from triage_core.lowcode.findings import Finding, pointer
from triage_core.lowcode.make.app_parts import MANIFEST, App, Code, Part
from triage_core.lowcode.make.app_rules import APP_RULES
from triage_core.lowcode.make.blueprint import Path, Spot, mapping, members
from triage_core.lowcode.make.functions import FUNCTIONS, KEYWORDS, VARIABLES
from triage_core.lowcode.make.iml import APP, Call, ImlError, Node, Reference
from triage_core.lowcode.make.reading import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from triage_core.contract.operation import Operation

_KEY_HEADERS: Final = frozenset({"x-api-key", "authorization"})
_LONGEST_WAIT: Final = 300_000
_VERSION: Final = "/api/v1"
#: What an expression may begin with, whatever part of the app it stands in.
_ROOTS: Final = frozenset({"body", "item", "statusCode", "headers", "..."}) | VARIABLES | KEYWORDS
_NAMES: Final = {
    "module": re.compile(r"[a-zA-Z][0-9a-zA-Z]{2,63}"),
    "rpc": re.compile(r"[a-zA-Z][0-9a-zA-Z]{2,63}"),
    "connection": re.compile(r"[a-zA-Z][0-9a-zA-Z-]{2,34}"),
    "webhook": re.compile(r"[a-zA-Z][0-9a-zA-Z-]{2,34}"),
}


class Found(NamedTuple):
    """Something that is wrong, and in which file."""

    file: str
    spot: Spot


def lint_app(files: Mapping[str, bytes], folder: str = "") -> list[Finding]:
    """Return everything that is wrong with an app, given each file by its path; never raises for what they hold."""
    app = App(files)
    found = [found for check in _CHECKS for found in check(app)]
    prefix = f"{folder}/" if folder else ""
    return [
        Finding(rule=spot.rule, file=prefix + file, pointer=spot.place, message=spot.message) for file, spot in found
    ]


def _spot(rule: str, message: str, *path: str | int) -> Spot:
    return Spot(APP_RULES[rule], pointer(*path), message)


def _readable(app: App) -> Iterator[Found]:
    for path in app.unreadable:
        yield Found(path, _spot("MK201", "it is no JSON in UTF-8"))


def _listed(app: App) -> Iterator[Found]:
    named = Counter(_paths(app.manifest))
    for path in named.keys() - app.files.keys():
        yield Found(MANIFEST, _spot("MK202", f"there is no file `{path}`"))
    for path in app.files.keys() - named.keys() - {MANIFEST}:
        yield Found(path, _spot("MK202", "the manifest does not name it"))


def _paths(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in {"codeFiles", "generalCodeFiles"}:
                yield from (path for path in mapping(value).values() if isinstance(path, str))
            else:
                yield from _paths(value)


def _named(app: App) -> Iterator[Found]:
    for part in app.parts:
        if part.kind in _NAMES and not _NAMES[part.kind].fullmatch(part.name):
            yield Found(MANIFEST, _spot("MK203", "Make does not take this name", "components", part.kind, part.name))


def _expressions(app: App) -> Iterator[Found]:
    for part, file, code in _pieces(app):
        for path, text in _texts(code, ()):
            try:
                template = parse(text, APP)
            except ImlError as error:
                yield Found(file, _spot("MK204", f"at character {error.position + 1}: {error}", *path))
                continue
            for node in template.nodes:
                for rule, message in _said(app, part, node):
                    yield Found(file, _spot(rule, message, *path))


def _pieces(app: App) -> Iterator[tuple[Part, str, Any]]:
    """Yield every file that may hold expressions, with the part that it belongs to."""
    yield Part("base", "base", {}, {}, {}), app.base_file, app.base
    for part in app.parts:
        for name in ("communication", "attach", "detach"):
            if name in part.files:
                yield part, part.files[name], part.code.get(name)


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), str(key)
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def _said(app: App, part: Part, node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Call):
        arity = FUNCTIONS.get(node.name)
        if arity is None or not arity.least <= len(node.arguments) <= (arity.most or len(node.arguments)):
            yield "MK217", f"`{node.name}` is no function that takes {len(node.arguments)} arguments"
    elif isinstance(node, Reference) and (message := _undeclared(app, part, node)):
        yield ("MK212" if node.path[0] == "webhook" else "MK205"), message


def _undeclared(app: App, part: Part, reference: Reference) -> str | None:
    root = reference.path[0]
    if root in _ROOTS and not reference.of_module:
        return None
    known = {
        "parameters": lambda: app.declared(part.kind if part.kind != "connection" else "own", part),
        "connection": lambda: app.declared("connection", part),
        "webhook": app.kept,
    }.get(str(root))
    if known is None:
        return f"nothing is called `{root}` here"
    step = reference.path[1] if len(reference.path) > 1 else None
    return None if step is None or step in known() else f"`{root}.{step}` is declared nowhere"


def _fields(app: App) -> Iterator[Found]:
    lists = {part.name for part in app.parts if part.kind == "rpc"}
    for part in app.parts:
        for name in ("params", "staticParams", "mappableParams", "interface"):
            for path, fields in _levels(part.code.get(name), ()):
                for spot in _level(fields, path, lists):
                    yield Found(part.files[name], spot)


def _levels(fields: object, path: Path) -> Iterator[tuple[Path, list[Code]]]:
    """Yield the fields of a form, then those of each record in it."""
    listed = [mapping(field) for field in members(fields)]
    if listed:
        yield path, listed
    for number, field in enumerate(listed):
        yield from _levels(field.get("spec"), (*path, number, "spec"))


def _level(fields: list[Code], path: Path, lists: set[str]) -> Iterator[Spot]:
    names = [str(field.get("name")) for field in fields]
    often = Counter(names)
    for number, (name, field) in enumerate(zip(names, fields, strict=True)):
        options = field.get("options")
        if often[name] > 1:
            yield _spot("MK207", f"`{name}` is there {often[name]} times", *path, number)
        if field.get("type") == "select" and not options:
            yield _spot("MK206", f"`{name}` offers nothing", *path, number)
        if isinstance(options, str) and options.removeprefix("rpc://") not in lists:
            yield _spot("MK215", f"there is no list `{options}`", *path, number, "options")


def _samples(app: App) -> Iterator[Found]:
    for part in app.parts:
        sample = mapping(part.code.get("samples"))
        given = {str(mapping(field).get("name")) for field in members(part.code.get("interface"))}
        if "samples" in part.code:
            for name in sorted(sample.keys() ^ given, key=str):
                yield Found(part.files["samples"], _spot("MK208", f"`{name}` is in the sample or the interface only"))


def _calls(app: App) -> Iterator[Found]:
    for part, file, code in _pieces(app):
        call = mapping(code)
        if "url" in call:
            yield from (Found(file, spot) for spot in _call(part, call))


def _call(part: Part, call: Code) -> Iterator[Spot]:
    if part.entry.get("moduleType") == "universal":
        if not re.match(r"/|\{\{connection\.baseUrl\}\}/", str(call["url"])):
            yield _spot("MK214", "the address must begin on the service", "url")
        return
    row = _operation(call)
    if row is None:
        yield _spot("MK209", f"there is no operation {call.get('method')} {call['url']}", "url")
        return
    asked = {shape.name for shape in shapes_of(row.request)} if row.request else set()
    for name in mapping(call.get("body")).keys() - asked:
        yield _spot("MK216", f"{row.name} has no field `{name}`", "body", name)


def _operation(call: Code) -> Operation | None:
    url = re.sub(r"^\{\{(?:connection|parameters)\.baseUrl\}\}/api/v1", "", str(call["url"]))
    path = re.sub(r"\{\{.*?\}\}", "x", _VERSION + url)
    rows = sorted(OPERATIONS.values(), key=lambda row: row.path.count("{"))
    return next((row for row in rows if row.method == call.get("method") and _fits(row.path, path)), None)


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) is not None


def _errors(app: App) -> Iterator[Found]:
    told = mapping(mapping(app.base.get("response")).get("error"))
    for status in sorted({row.status for row in PROBLEMS.values()}):
        if str(status) not in told:
            yield Found(app.base_file, _spot("MK210", f"there is no entry for {status}", "response", "error"))


def _logs(app: App) -> Iterator[Found]:
    for _, file, code in _pieces(app):
        kept_out = members(mapping(mapping(code).get("log")).get("sanitize"))
        for name in mapping(mapping(code).get("headers")):
            if name.lower() in _KEY_HEADERS and f"request.headers.{name}" not in kept_out:
                yield Found(file, _spot("MK211", f"the header `{name}` is written into the log", "log", "sanitize"))


def _waits(app: App) -> Iterator[Found]:
    for part, file, code in _pieces(app):
        wait = mapping(code).get("timeout")
        if wait is not None and (part.kind != "base" or not isinstance(wait, int) or not 0 < wait <= _LONGEST_WAIT):
            yield Found(file, _spot("MK213", "a wait of at most 300,000 milliseconds belongs into the base", "timeout"))


_CHECKS: Final[tuple[Callable[[App], Iterator[Found]], ...]] = (
    _readable,
    _listed,
    _named,
    _expressions,
    _fields,
    _samples,
    _calls,
    _errors,
    _logs,
    _waits,
)

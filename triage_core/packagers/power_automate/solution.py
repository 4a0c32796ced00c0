"""What stands in a solution's own three files?"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core import __version__
from triage_core.packagers.power_automate.labels import Kind
from triage_core.packagers.power_automate.naming import stable_id
from triage_core.packagers.power_automate.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.packagers.power_automate.labels import Labels, Solution
    from triage_core.packagers.power_automate.templates import Template

#: A solution's version has four numbers.
VERSION: Final = f"{__version__}.0"
_TYPES: Final = {Kind.STRING: 100_000_000, Kind.BOOLEAN: 100_000_002}
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Connector(NamedTuple):
    """Our connector as the solutions name it."""

    id: str
    name: str
    api: str
    title: str
    description: str
    colour: str


class Content(NamedTuple):
    """What a solution holds."""

    labels: Labels
    solution: Solution
    connector: Connector
    #: Whether the connector itself is inside, or has to be there already.
    has_connector: bool
    flows: tuple[Template, ...]
    is_managed: bool


def root_files(content: Content, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the three files at the root of the archive, in the order in which exports have them."""
    types = rendered("content_types.xml.jinja", extensions=_extensions(["solution.xml", *members]))
    return {
        "customizations.xml": rendered("customizations.xml.jinja", **_words(content)).encode(),
        "[Content_Types].xml": (_MARK + types).encode(),
        "solution.xml": rendered("solution.xml.jinja", **_words(content)).encode(),
    }


def _words(content: Content) -> dict[str, object]:
    return content._asdict() | {"version": VERSION, "own": _own(content.labels)}


def _own(labels: Labels) -> tuple[str, ...]:
    """Return the references to our own connector."""
    return tuple(name for name, reference in labels.references.items() if reference.api is None)


def variable_files(labels: Labels) -> dict[str, bytes]:
    """Return a file for each environment variable; none holds a value of an installation."""
    return {
        f"environmentvariabledefinitions/{name}/environmentvariabledefinition.xml": rendered(
            "environmentvariabledefinition.xml.jinja", schema=name, variable=variable, types=_TYPES
        ).encode()
        for name, variable in labels.variables.items()
    }


def connector_id(name: str) -> str:
    """Return the connector's id."""
    return stable_id("connector", name)


def _extensions(paths: Iterable[str]) -> list[str]:
    """Return each extension once, in the order in which it comes."""
    return list(dict.fromkeys(PurePosixPath(path).suffix.removeprefix(".") for path in paths))

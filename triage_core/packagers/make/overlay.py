"""What does the Make app say of its own: groups, labels, drop-downs?"""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from triage_core.packagers.overlay import Dropdown


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class App(_Part):
    """What people read before they choose the app."""

    name: str
    label: str
    about: str


class Said(_Part):
    """The words on a module that stands for no single operation."""

    label: str
    about: str


class MakeOverlay(_Part):
    """The app's own words."""

    app: App
    connection: str
    webhook: str
    trigger: Said
    universal: Said
    groups: dict[str, tuple[str, ...]]
    creates: frozenset[str]
    searches: frozenset[str]
    #: Operations that the app does not offer, each with the reason.
    hidden: dict[str, str]
    advanced: frozenset[str]
    dropdowns: dict[str, Dropdown]

    @property
    def offered(self) -> tuple[str, ...]:
        """The operations that are modules, in the order of their groups."""
        return tuple(name for names in self.groups.values() for name in names)


@cache
def make_overlay() -> MakeOverlay:
    """Return the app's own words."""
    text = resources.files("triage_core.packagers").joinpath("overlays", "make.yaml").read_text("utf-8")
    return MakeOverlay.model_validate(yaml.safe_load(text))

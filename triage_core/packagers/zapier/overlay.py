"""What does the Zapier integration say of its own: keys, labels, lists to choose from?"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class App(_Part):
    """What the app is called, and where people get a key."""

    name: str
    keys_page: str


class Connection(_Part):
    """What people read when they connect."""

    label: str
    address: str
    address_help: str
    key: str
    key_help: str


class Asked(_Part):
    """A field that the integration itself asks for."""

    key: str
    label: str
    help: str


class Item(_Part):
    """What people read of a step; what is left out stays as the contract says."""

    key: str
    noun: str
    label: str
    about: str | None = None
    #: The step stands still until people decided.
    waits: bool = False


class Finding(StrEnum):
    """What an operation finds."""

    #: One record, or none where there is no such name.
    ONE = "one"
    PAGE = "page"
    #: The entries of a list whose name holds a text.
    CHOICE = "choice"


class Search(Item):
    """What people read of a search."""

    kind: Finding
    asks: Asked | None = None


class SearchOrCreate(_Part):
    """A search that may go on with a create."""

    noun: str
    label: str
    about: str
    create: str


class Listing(_Part):
    """A list to choose from."""

    operation: str
    noun: str
    id: str = "id"
    name: str = "name"
    parameters: dict[str, str] = {}
    #: A field of the step without which there is no list.
    needs: str | None = None


class Field(_Part):
    """What is said of a field."""

    list: str | None = None
    search: str | None = None
    left_out: bool = False


class ZapierOverlay(_Part):
    """The integration's own words."""

    app: App
    connection: Connection
    once: Asked
    creates: dict[str, Item]
    searches: dict[str, Search]
    search_or_creates: dict[str, SearchOrCreate]
    lists: dict[str, Listing]
    fields: dict[str, Field]
    #: Operations that the integration does not offer, each with the reason.
    hidden: dict[str, str]

    @property
    def offered(self) -> Mapping[str, Item]:
        """The operations that are steps."""
        return MappingProxyType({**self.creates, **self.searches})


@cache
def zapier_overlay() -> ZapierOverlay:
    """Return the integration's own words."""
    text = resources.files("triage_core.packagers").joinpath("overlays", "zapier.yaml").read_text("utf-8")
    return ZapierOverlay.model_validate(yaml.safe_load(text))

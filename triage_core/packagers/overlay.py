"""What does one platform say of its own about the operations: labels, visibility, drop-downs?"""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Visibility(StrEnum):
    """Where a platform shows something."""

    IMPORTANT = "important"
    NORMAL = "normal"
    ADVANCED = "advanced"
    INTERNAL = "internal"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Part):
    """Whom users of a connector can ask."""

    name: str
    url: str
    email: str


class Info(_Part):
    """What people read before they choose the connector."""

    title: str
    version: str
    description: str
    contact: Contact


class OperationLabel(_Part):
    """What the platform shows of an operation; what is left out stays as the contract says."""

    visibility: Visibility = Visibility.NORMAL
    summary: str | None = None
    description: str | None = None


class Dropdown(_Part):
    """Which operation lists what a field may hold."""

    operation: str
    parameters: Annotated[dict[str, str], Field(default_factory=dict)]


class Triggers(_Part):
    """Which operation registers a receiver, and which parameter of its address names the event."""

    operation: str
    parameter: str
    callback: str
    hint: str


class Overlay(_Part):
    """One platform's own words."""

    info: Info
    host: str
    base_path: str
    brand_colour: str
    website: str
    privacy_policy: str
    categories: tuple[str, ...]
    operations: dict[str, OperationLabel]
    #: Operations that the platform does not offer, each with the reason.
    hidden: dict[str, str]
    triggers: Triggers
    fields: dict[str, Visibility]
    dropdowns: dict[str, Dropdown]


def overlay(platform: str) -> Overlay:
    """Return the overlay of a platform."""
    text = resources.files("triage_core.packagers").joinpath("overlays", f"{platform}.yaml").read_text("utf-8")
    return Overlay.model_validate(yaml.safe_load(text))

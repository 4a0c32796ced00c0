"""What do the solutions say of their own: publisher, references, variables, names of flows?"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What an environment variable holds; the platform's own kinds that were seen in real packages."""

    STRING = "String"
    BOOLEAN = "Boolean"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Part):
    """Who publishes the solutions."""

    unique_name: str
    name: str
    prefix: str
    option_prefix: int


class Solution(_Part):
    """How a solution is called."""

    unique_name: str
    name: str


class Solutions(_Part):
    """Both solutions; the connector's has to be imported first."""

    connector: Solution
    flows: Solution


class Reference(_Part):
    """One connection that an installation binds."""

    name: str
    description: str
    #: None for our own connector, whose name differs from environment to environment.
    api: str | None = None


class Variable(_Part):
    """One value that an installation sets."""

    name: str
    description: str
    type: Kind = Kind.STRING
    #: None where the import has to ask.
    value: str | None = None


class FlowLabel(_Part):
    """What people read of a flow."""

    name: str
    description: str


class Labels(_Part):
    """All words of the solutions."""

    publisher: Publisher
    solutions: Solutions
    references: dict[str, Reference]
    variables: dict[str, Variable]
    flows: Annotated[dict[str, FlowLabel], Field(min_length=1)]


@cache
def labels() -> Labels:
    """Return the words of the solutions."""
    file = resources.files("triage_core.packagers").joinpath("overlays", "power_automate_solution.yaml")
    return Labels.model_validate(yaml.safe_load(file.read_text("utf-8")))

"""Which Slack workspaces may speak for which tenant, and with which secret do they sign?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLE: Final = "TRIAGE_SLACK_SIGNING"
#: How a secret is named that stands in the environment and not in the file.
_ENVIRONMENT: Final = "env:"


class WorkspacesInvalid(TriageError):
    """The settings of Slack workspaces cannot be used."""

    code = "slack_signing_invalid"

    def __init__(self, places: Iterable[str]) -> None:
        """Name the places; their content is a secret and is not repeated."""
        super().__init__(f"the file that {VARIABLE} names cannot be used; correct: {', '.join(places)}")


class Workspace(NamedTuple):
    """One workspace as it speaks for one tenant; several tenants may share one."""

    tenant: str
    team: str
    secret: str


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: Annotated[str, Field(min_length=1)]
    team: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,40}$")]


_SETTINGS: Final = TypeAdapter(dict[Annotated[str, Field(min_length=1)], _Setting])


def workspaces_from(path: Path, environment: Mapping[str, str]) -> tuple[Workspace, ...]:
    """Read the workspaces from a JSON file, each tenant with its secret and its team; raises `WorkspacesInvalid`."""
    try:
        found = _SETTINGS.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise WorkspacesInvalid(["its path"]) from error
    except ValueError as error:
        raise WorkspacesInvalid(_places(error)) from None
    missing = [tenant for tenant, each in found.items() if not _secret(each.secret, environment)]
    if missing:
        raise WorkspacesInvalid(f"{tenant}/secret, whose variable is not set" for tenant in missing)
    return tuple(Workspace(tenant, each.team, _secret(each.secret, environment)) for tenant, each in found.items())


def _places(error: ValueError) -> list[str]:
    if isinstance(error, ValidationError):
        return ["/".join(map(str, each["loc"])) or "the whole" for each in error.errors()]
    return ["the JSON itself"]


def _secret(written: str, environment: Mapping[str, str]) -> str:
    name = written.removeprefix(_ENVIRONMENT)
    return (environment.get(name, "") if name != written else written).strip()

"""How are things called inside an environment, the same in every version and every environment where that is possible?

Ids are made of names, so an upgrade finds what it replaces. Only the connector's name for calls ends in digits that
each environment draws; a placeholder stands for them until an import, or a person, puts the right ones in.
"""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_DNS, uuid5

from triage_core.domain.errors import TriageError

_SPACE: Final = uuid5(NAMESPACE_DNS, "power-automate.triage-loop")
_UNKNOWN: Final = "0" * 16
_START: Final = "shared_"


class ApiNameUnusable(TriageError):
    """A name is not that of our connector in an environment."""

    code = "api_name_unusable"

    def __init__(self, wanted: str) -> None:
        """Say what such a name looks like."""
        super().__init__(f"this is not the name of our connector in an environment; it reads {wanted} and 16 digits")


def stable_id(kind: str, name: str) -> str:
    """Return the id of something, which follows from its name for good."""
    return str(uuid5(_SPACE, f"{kind}/{name}"))


def connector_name(prefix: str, title: str) -> str:
    """Return the connector's unique name: the title in small letters, spaces encoded."""
    return f"{prefix}_{title.lower().replace(' ', '-20')}"


def placeholder(connector: str) -> str:
    """Return the connector's name for calls, as long as no environment has given it its digits."""
    return _api_start(connector) + _UNKNOWN


def checked_api_name(connector: str, given: str) -> str:
    """Return the name that an environment gave our connector; raises `ApiNameUnusable`."""
    start = _api_start(connector)
    digits = given.removeprefix(start)
    if digits == given or len(digits) != len(_UNKNOWN) or set(digits) - set("0123456789abcdef"):
        raise ApiNameUnusable(start)
    return given


def _api_start(connector: str) -> str:
    return f"{_START}{connector.lower().replace('_', '-5f')}-5f"

"""How are the parts of the app named?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.packagers.overlay import Dropdown

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def module_name(operation: str) -> str:
    """Return the stable name of an operation's module."""
    return operation[:1].lower() + operation[1:]


def list_name(dropdown: Dropdown) -> str:
    """Return the name of the call that fills a drop-down; one for each value of its parameters."""
    ends = "".join(_humps(value) for value in dropdown.parameters.values())
    return module_name(dropdown.operation) + ends


def dashed(name: str) -> str:
    """Return a name as the app editor writes it in the names of files."""
    return _HUMP.sub("-", name).lower()


def identifier(value: str) -> str:
    """Return a value of the contract as people read it."""
    words = value.replace("_", " ").replace(".", " ")
    return words[:1].upper() + words[1:]


def _humps(value: str) -> str:
    return "".join(part.capitalize() for part in value.split("_"))
